"""Sources to an index: read, split, embed, write, and only then put in place."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import docstore
from index.chunk import Chunk, embedded_text, paragraph_chunks, sentence_chunks
from index.document import Document, Paragraph
from index.errors import IndexDamaged, IndexFault, SourceEmpty, WriteError
from index.folding import simplify
from index.manifest import NAME, Counts, FileEntry, Manifest, read_manifest, sha256_of
from index.reading.files import Progress
from index.reading.files import silent as silent
from index.store import locked, model_entry, remove_old_generations, vector_index
from index.version import VERSION

if TYPE_CHECKING:
    from index.encoder import Encoder

VECTORS = "exact (faiss IndexFlatIP)"
UNFINISHED = "g-new-"


def build_index(
    documents: Iterable[Document],
    folder: str | os.PathLike[str],
    encoder: Encoder | None = None,
    progress: Progress = silent,
) -> Manifest:
    """Builds the index of ``documents`` in ``folder``; the old one, if any, stays in place
    until the new one is complete.

    Raises :class:`SourceEmpty` without documents, :class:`IndexForeign` if ``folder`` holds
    something else, :class:`WriteError` if the disk refuses.
    """
    from index.encoder import open_encoder

    read = tuple(documents)
    if not read:
        raise SourceEmpty("no documents to build from. Give at least one text or Markdown file.")
    out = Path(folder)
    with locked(out):
        model = encoder if encoder is not None else open_encoder(progress=progress)
        base = out / f"{UNFINISHED}{os.getpid()}"
        try:
            _remove_unfinished(out)
            base.mkdir()
            manifest = _write(read, base, model, progress)
            _put_in_place(out, base, manifest)
        except (OSError, RuntimeError) as error:  # FAISS tells a failed write as RuntimeError
            _undo(out, base)
            why = getattr(error, "strerror", None) or error
            raise WriteError(
                f"the index could not be written to {out} ({why}); what was there before is "
                "untouched. Free some space or choose another folder with --out."
            ) from error
        except BaseException:
            _undo(out, base)
            raise
        remove_old_generations(out, keep=(manifest.generation,))
    return manifest


def corpus_sha256(documents: Sequence[Document]) -> str:
    """One hash for a set of documents: of their names and contents, in order."""
    lines = "".join(f"{document.sha256}  {document.name}\n" for document in documents)
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def _write(
    documents: Sequence[Document], base: Path, encoder: Encoder, progress: Progress
) -> Manifest:
    from index.lexical import DESCRIPTION, write_lexical

    paragraphs = [p for document in documents for p in document.paragraphs]
    titles = titles_among(documents)
    chunks, sentences = paragraph_chunks(paragraphs), sentence_chunks(paragraphs)
    docstore.write_documents(base / "documents.jsonl", documents)
    docstore.write_chunks(base / "chunks.npy", chunks)
    docstore.write_chunks(base / "sentences.npy", sentences)
    progress(f"embedding {len(paragraphs)} paragraphs, {len(sentences)} sentences")
    _embed(base / "chunks.faiss", encoder, progress, chunk_texts(paragraphs, chunks, titles))
    _embed(base / "sentences.faiss", encoder, progress, sentence_texts(paragraphs, sentences))
    write_lexical(
        [_searched(f"{p.section} {p.text}", p, titles) for p in paragraphs], base / "lexical"
    )
    files = {
        path.relative_to(base).as_posix(): FileEntry(path.stat().st_size, sha256_of(path))
        for path in sorted(base.rglob("*"))
        if path.is_file()
    }
    if not files:
        raise IndexDamaged(f"nothing was written to {base}. Check the disk.")
    return Manifest(
        program=VERSION,
        generation=_generation(files),
        corpus=corpus_sha256(documents),
        encoder=model_entry(encoder),
        vectors=VECTORS,
        lexical=DESCRIPTION,
        counts=Counts(len(documents), len(paragraphs), len(chunks), len(sentences)),
        files=files,
    )


def titles_among(documents: Sequence[Document]) -> dict[str, str]:
    """The documents' titles by name; none for a single one, which needs not be told apart."""
    return {d.name: d.metadata.title for d in documents} if len(documents) > 1 else {}


def _searched(text: str, paragraph: Paragraph, titles: dict[str, str]) -> str:
    """Among several documents, which one is part of what a paragraph is about."""
    title = titles.get(paragraph.document, "")
    return f"{title} {text}" if title else text


def chunk_texts(
    paragraphs: Sequence[Paragraph], chunks: Sequence[Chunk], titles: dict[str, str]
) -> list[str]:
    """What the embedding model reads for each of ``chunks``."""
    return [
        _searched(embedded_text(paragraphs[c.row], c, with_section=True), paragraphs[c.row], titles)
        for c in chunks
    ]


def sentence_texts(paragraphs: Sequence[Paragraph], sentences: Sequence[Chunk]) -> list[str]:
    """What the embedding model reads for each of ``sentences``."""
    return [embedded_text(paragraphs[s.row], s, with_section=False) for s in sentences]


def _embed(path: Path, encoder: Encoder, progress: Progress, texts: Sequence[str]) -> None:
    import faiss

    def count(done: int, total: int) -> None:
        progress(f"  {path.stem}: {done} of {total}")

    vectors: Any = encoder.encode_passages([simplify(text) for text in texts], progress=count)
    faiss.write_index(vector_index(vectors), str(path))


def _put_in_place(out: Path, base: Path, manifest: Manifest) -> None:
    """Everything is on the disk before the manifest that names it is."""
    for path in base.rglob("*"):
        _sync(path)
    generation = out / manifest.generation
    if generation.exists():  # the same content once more: mend whatever was damaged in place
        for name in manifest.files:
            (generation / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(base / name, generation / name)
        shutil.rmtree(base)
    else:
        os.rename(base, generation)
    _sync(generation)
    fresh = out / (NAME + ".new")
    with fresh.open("wb") as file:
        file.write(manifest.to_bytes())
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, out / NAME)
    _sync(out)


def _remove_unfinished(out: Path) -> None:
    """What killed builds left: with the lock held nobody writes there. Its room may be needed,
    and its name too, when this process has the number of a killed one."""
    for entry in out.glob(f"{UNFINISHED}*"):
        shutil.rmtree(entry, ignore_errors=True)


def _undo(out: Path, base: Path) -> None:
    """Frees what a failed build has written, whatever the manifest does not name."""
    shutil.rmtree(base, ignore_errors=True)
    (out / (NAME + ".new")).unlink(missing_ok=True)
    with suppress(IndexFault):  # a first build has no manifest: the next one clears up
        remove_old_generations(out, keep=(read_manifest(out).generation,))


def _generation(files: Mapping[str, FileEntry]) -> str:
    """A folder name made of the content, so that two builds of the same are the same."""
    lines = "".join(f"{entry.sha256}  {name}\n" for name, entry in files.items())
    return f"g-{hashlib.sha256(lines.encode()).hexdigest()[:16]}"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
