"""An index in a folder: opening, checking, replacing.

::

    DIR/manifest.json          replaced last, atomically
    DIR/<generation>/          documents.jsonl  chunks.npy  sentences.npy
                               chunks.faiss  sentences.faiss  lexical/…

A build writes a new generation beside the old one and then replaces the manifest. Killed at
any moment, the manifest still names a complete generation.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from tokenize import TokenError  # what NumPy raises for a garbled header
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from index import docstore
from index.chunk import Chunk
from index.document import Document, Paragraph
from index.errors import IndexDamaged, IndexForeign, WriteError
from index.manifest import NAME, Manifest, ModelEntry, check_files, read_manifest
from index.search import ALL_SIGNALS, Hit, Searcher, Signal

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.encoder import Encoder
    from index.lexical import LexicalIndex

T = TypeVar("T")
LOCK = ".lock"


class Statistics(Protocol):
    """How often terms stand in the paragraphs."""

    @property
    def size(self) -> int: ...

    def document_frequency(self, term: str) -> int: ...


@dataclass(frozen=True)
class Index:
    """An opened index. ``sha256`` identifies what was built: documents, model and settings."""

    folder: Path
    manifest: Manifest
    documents: tuple[Document, ...]
    encoder: Encoder
    searcher: Searcher
    statistics: Statistics

    @cached_property
    def sha256(self) -> str:
        return self.manifest.sha256

    @cached_property
    def _by_name(self) -> dict[str, Document]:
        return {document.name: document for document in self.documents}

    def document(self, name: str) -> Document:
        """The document called ``name``; ``KeyError`` if there is none."""
        return self._by_name[name]

    def paragraphs(self) -> Iterator[Paragraph]:
        for document in self.documents:
            yield from document.paragraphs

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        also: str = "",
        documents: Collection[str] | None = None,
        signals: frozenset[Signal] = ALL_SIGNALS,
    ) -> tuple[Hit, ...]:
        """See :meth:`index.search.Searcher.search`."""
        return self.searcher.search(question, k, also=also, documents=documents, signals=signals)


@dataclass(frozen=True)
class _Contents:
    """What the files of one generation hold."""

    documents: tuple[Document, ...]
    paragraphs: tuple[Paragraph, ...]
    chunks: Sequence[Chunk]
    sentences: Sequence[Chunk]
    chunk_vectors: Any
    sentence_vectors: Any
    lexical: LexicalIndex


def open_index(
    folder: str | os.PathLike[str],
    encoder: Encoder | None = None,
    *,
    progress: Callable[[str], None] | None = None,
) -> Index:
    """The index in ``folder``, verified: manifest, sizes, and hashes of files up to 64 MB.

    ``encoder`` defaults to the model that the manifest names; a given one of another identity
    is refused, since vectors of two models (or precisions) do not compare. Raises an
    :class:`IndexFault` that says what to do.
    """
    from index.encoder import open_encoder

    path = Path(folder)
    manifest, read = _of_one_generation(path, partial(_read, path))
    if encoder is None:
        encoder = open_encoder(manifest.encoder.model, progress=progress)
    check_encoder(path, manifest, encoder)
    searcher = Searcher(
        read.paragraphs,
        read.chunks,
        read.sentences,
        read.chunk_vectors,
        read.sentence_vectors,
        read.lexical,
        encoder,
    )
    return Index(path, manifest, read.documents, encoder, searcher, read.lexical)


def _of_one_generation(path: Path, read: Callable[[Manifest], T]) -> tuple[Manifest, T]:
    """The manifest, and ``read`` of it. A build that ends meanwhile removes the files that the
    manifest named: those are not damaged, and the new ones are read."""
    manifest = read_manifest(path)
    try:
        return manifest, read(manifest)
    except IndexDamaged:
        current = read_manifest(path)
        if current == manifest:
            raise
        return current, read(current)


def _read(path: Path, manifest: Manifest) -> _Contents:
    import faiss

    from index.lexical import LexicalIndex

    check_files(path, manifest, every=False)
    base = path / manifest.generation
    try:
        documents = docstore.read_documents(base / "documents.jsonl")
        chunks = docstore.read_chunks(base / "chunks.npy")
        sentences = docstore.read_chunks(base / "sentences.npy")
        chunk_vectors = faiss.read_index(str(base / "chunks.faiss"))
        sentence_vectors = faiss.read_index(str(base / "sentences.faiss"))
        lexical = LexicalIndex.load(base / "lexical")
        paragraphs = tuple(p for document in documents for p in document.paragraphs)
        counts = (len(documents), len(paragraphs), len(chunks), len(sentences))
        if counts != astuple(manifest.counts) or lexical.size != len(paragraphs):
            raise ValueError("it holds other counts than its manifest says")
        for found, vectors in ((chunks, chunk_vectors), (sentences, sentence_vectors)):
            _check_chunks(found, paragraphs, vectors, manifest.encoder.dimension)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, TokenError) as error:
        raise IndexDamaged(
            f"the index in {path} cannot be used: {error}. Build it again: "
            f"suyuan build SOURCE --out {path}"
        ) from error
    return _Contents(
        documents, paragraphs, chunks, sentences, chunk_vectors, sentence_vectors, lexical
    )


def model_entry(encoder: Encoder) -> ModelEntry:
    identity = encoder.identity
    return ModelEntry(identity.model, identity.precision, identity.dimension, identity.sha256)


def check_encoder(folder: Path, manifest: Manifest, encoder: Encoder) -> None:
    given, built = model_entry(encoder), manifest.encoder
    if given == built:
        return
    again = f"Build it again: suyuan build SOURCE --out {folder}"
    if replace(given, sha256=built.sha256) == built:
        raise IndexForeign(
            f"the index in {folder} was built with other weights of {built.model} "
            f"({built.sha256[:12]}) than are installed now ({given.sha256[:12]}): vectors of the "
            f"two do not compare. {again}"
        )
    raise IndexForeign(
        f"the index in {folder} was built with {built.model} ({built.precision}, "
        f"{built.dimension} dimensions), not with {given.model} ({given.precision}, "
        f"{given.dimension} dimensions). {again}"
    )


def check_index(folder: str | os.PathLike[str]) -> Manifest:
    """Hashes every file of the index in ``folder``; raises :class:`IndexFault` at the first
    that differs from the manifest."""
    path = Path(folder)
    return _of_one_generation(path, partial(check_files, path, every=True))[0]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder for one build at a time; refuses a folder that is something else's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        entries = {entry.name for entry in folder.iterdir()}
        if entries - {LOCK, NAME} and NAME not in entries and not _only_leftovers(folder):
            raise IndexForeign(
                f"{folder} is not empty and holds no Suyuan index. Choose another folder for --out."
            )
        if NAME in entries:
            _refuse_foreign(folder)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise WriteError(
            f"{folder} cannot be written ({error.strerror or error}). Choose another folder with "
            "--out, or set SUYUAN_HOME."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove_old_generations(folder: Path, keep: Sequence[str]) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name.startswith("g-") and entry.name not in keep:
            shutil.rmtree(entry, ignore_errors=True)


def _only_leftovers(folder: Path) -> bool:
    """Whether all that lies here was left by a first build that was killed."""
    return all(
        entry.name in (LOCK, NAME + ".new") or entry.name.startswith("g-")
        for entry in folder.iterdir()
    )


def _refuse_foreign(folder: Path) -> None:
    try:
        read_manifest(folder)
    except IndexForeign as error:
        if "is not of a Suyuan index" in str(error):
            raise
    except IndexDamaged:
        pass  # a damaged index of ours may be replaced


def _check_chunks(
    chunks: Sequence[Chunk], paragraphs: Sequence[Paragraph], vectors: Any, dimension: int
) -> None:
    """Each chunk is a span of a paragraph, in reading order, and has one vector."""
    if (vectors.ntotal, vectors.d) != (len(chunks), dimension):
        raise ValueError("its vectors do not fit its chunks")
    row = 0
    for chunk in chunks:
        if not row <= chunk.row < len(paragraphs):
            raise ValueError("its chunks do not fit its paragraphs")
        row = chunk.row
        if not 0 <= chunk.start < chunk.end <= len(paragraphs[row].text):
            raise ValueError("its chunks do not fit its paragraphs")


def vector_index(vectors: Any) -> Any:
    """An exact inner-product FAISS index over unit vectors, shape ``(n, dimension)``."""
    import faiss

    built = faiss.IndexFlatIP(vectors.shape[1])
    built.add(vectors)
    return built
