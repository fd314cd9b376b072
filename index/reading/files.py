"""Which files are sources, what they are called, and what is wrong with one that is not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.document import Document
from index.errors import SourceEmpty, SourceMissing, SourceUnreadable
from index.reading.blocks import split_blocks
from index.reading.decode import decode
from index.reading.layout import lay_out

_MARKDOWN = frozenset((".md", ".markdown"))
_TEXT = frozenset((".txt", ".text", *_MARKDOWN))
_SIZE_LIMIT = 64 * 1024 * 1024


def collect_sources(sources: Iterable[str | os.PathLike[str]]) -> list[tuple[Path, str]]:
    """The files under ``sources`` with the names they are cited by, in a stable order.

    A file is called by its own name, a file in a folder by its path from the folder's parent
    (``laws/行政法/….md``). Two that would share a name get their parent folders in front.
    Raises :class:`SourceMissing` for a path that is not there, :class:`SourceEmpty` for a
    folder without text files.
    """
    found: dict[Path, str] = {}
    for given in sources:
        path = Path(given)
        try:
            if path.is_dir():
                inside = sorted(p for p in path.rglob("*") if _is_source(p, path))
                if not inside:
                    raise SourceEmpty(
                        f"{path} holds no .txt or .md file. Give a folder with documents in it."
                    )
                root = path.resolve().parent
                for file in inside:
                    found.setdefault(file.resolve(), _relative(file, root))
            elif path.exists():
                found.setdefault(path.resolve(), path.name)
            else:
                raise SourceMissing(f"no such file or folder: {path}. Check the path.")
        except PermissionError as error:
            raise SourceUnreadable(_unreadable(path, error)) from error
        except (ValueError, OSError) as error:
            raise SourceMissing(f"{str(path)!r} is no usable path: {error}.") from error
    names = list(found.values())
    return [
        (file, name if names.count(name) == 1 else f"{file.parent.name}/{name}")
        for file, name in found.items()
    ]


def read_document(path: str | os.PathLike[str], name: str | None = None) -> Document:
    """The document in one text or Markdown file.

    Raises a :class:`SourceError` naming the file when it is missing, unreadable, empty or no
    text.

    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> text = "# 规定\\n\\n第一条 公开。\\n\\n第二条 负责。\\n\\n但另有规定的除外。"
    >>> _ = (folder / "a.md").write_text(text)
    >>> [(p.number, p.label) for p in read_document(folder / "a.md")]
    [(1, '第一条'), (2, '第二条第一款'), (3, '第二条第二款')]
    """
    file = Path(path)
    shown = name if name is not None else file.name
    try:
        if not file.exists():
            raise SourceMissing(f"no such file: {file}. Check the path.")
        if not file.is_file():
            raise SourceUnreadable(f"{file} is not a file. Give a text or Markdown file.")
        if file.stat().st_size > _SIZE_LIMIT:
            raise SourceUnreadable(
                f"{file} is over {_SIZE_LIMIT // 1024**2} MB. Split it into smaller files."
            )
        data = file.read_bytes()
    except OSError as error:
        raise SourceUnreadable(_unreadable(file, error)) from error
    text, encoding = decode(data, str(file))
    markdown = file.suffix.lower() in _MARKDOWN
    document = lay_out(
        split_blocks(text, markdown=markdown),
        name=shown,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        markdown=markdown,
    )
    if not document.paragraphs:
        raise SourceEmpty(f"{file} holds headings or page furniture only, no paragraph to cite.")
    return document


def read_sources(sources: Iterable[str | os.PathLike[str]]) -> Iterator[Document]:
    """Every document under ``sources``, read one by one."""
    for file, name in collect_sources(sources):
        yield read_document(file, name)


def _is_source(path: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    return not hidden and path.suffix.lower() in _TEXT and path.is_file()


def _relative(file: Path, root: Path) -> str:
    try:
        return file.resolve().relative_to(root).as_posix()
    except ValueError:  # a link that leads out of the folder
        return file.name


def _unreadable(path: Path, error: OSError) -> str:
    return f"{path} cannot be read ({error.strerror or error}). Check its permissions."
