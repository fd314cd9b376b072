"""Which files are sources, what they are called, and what is wrong with one that is not."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from index.document import Document, Metadata
from index.errors import SourceEmpty, SourceError, SourceMissing, SourceUnreadable
from index.reading.blocks import split_blocks
from index.reading.decode import decode
from index.reading.front import read_front
from index.reading.layout import lay_out

_MARKDOWN = frozenset((".md", ".markdown"))
_TEXT = frozenset((".txt", ".text", *_MARKDOWN))
_SIZE_LIMIT = 64 * 1024 * 1024
_SHOWN_FAULTS = 5
Progress = Callable[[str], None]


def silent(_message: str) -> None:
    """Says nothing."""


def collect_sources(
    sources: Iterable[str | os.PathLike[str]], progress: Progress = silent
) -> list[tuple[Path, str]]:
    """The files under ``sources`` with the names they are cited by, in a stable order.

    A file is called by its own name, a file in a folder by its path from the folder's parent
    (``laws/行政法/….md``). Those that would share a name get as many parent folders in front as
    tell them apart. ``progress`` is told how many files of other kinds were left out.
    Raises :class:`SourceMissing` for a path that is not there, :class:`SourceEmpty` for a
    folder without text files.
    """
    found: dict[Path, str] = {}
    left_out: Counter[str] = Counter()
    for given in sources:
        path = Path(given)
        try:
            if path.is_dir():
                inside = _inside(path, left_out)
                if not inside:
                    raise SourceEmpty(
                        f"{path} holds no .txt or .md file{_kinds(left_out)}. Give a folder with "
                        "documents in it."
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
    if left_out:
        progress(f"left out: {left_out.total()} files that are no .txt or .md{_kinds(left_out)}")
    return [(file, name) for file, name in zip(found, _told_apart(found), strict=True)]


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
    begin, given = read_front(text) if markdown else (0, Metadata())
    document = lay_out(
        split_blocks(text, markdown=markdown, begin=begin),
        name=shown,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        markdown=markdown,
        given=given,
    )
    if not document.paragraphs:
        raise SourceEmpty(f"{file} holds headings or page furniture only, no paragraph to cite.")
    return document


def read_sources(
    sources: Iterable[str | os.PathLike[str]], progress: Progress = silent
) -> Iterator[Document]:
    """Every document under ``sources``, read one by one. Those that cannot be used are told of
    together, after the last one."""
    faults: list[SourceError] = []
    for file, name in collect_sources(sources, progress):
        try:
            yield read_document(file, name)
        except SourceError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        shown = "\n".join(f"  {fault}" for fault in faults[:_SHOWN_FAULTS])
        more = f"\n  … and {len(faults) - _SHOWN_FAULTS} more" * (len(faults) > _SHOWN_FAULTS)
        raise SourceUnreadable(f"{len(faults)} files cannot be used:\n{shown}{more}")


def _inside(folder: Path, left_out: Counter[str]) -> list[Path]:
    """The source files in ``folder`` and below; links to folders are not followed, and a
    folder that cannot be looked into is an error, not an omission."""

    def refuse(error: OSError) -> None:
        raise SourceUnreadable(_unreadable(Path(error.filename or folder), error)) from error

    found = []
    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if name.startswith(".") or not path.is_file():
                continue
            if path.suffix.lower() in _TEXT:
                found.append(path)
            else:
                left_out[path.suffix.lower() or "without a suffix"] += 1
    return sorted(found)


def _kinds(left_out: Counter[str]) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in left_out.most_common(4))
    return f" ({kinds})" if kinds else ""


def _told_apart(found: Mapping[Path, str]) -> list[str]:
    """The names of files; where two are the same, with more and more of their folders."""
    names = list(found.values())
    depth = 0
    while len(set(names)) < len(names):
        depth += 1
        counts = Counter(names)
        names = [
            name if counts[name] == 1 else "/".join(file.parts[-depth - 1 :])
            for file, name in zip(found, names, strict=True)
        ]
    return names


def _relative(file: Path, root: Path) -> str:
    try:
        return file.resolve().relative_to(root).as_posix()
    except ValueError:  # a link that leads out of the folder
        return file.name


def _unreadable(path: Path, error: OSError) -> str:
    return f"{path} cannot be read ({error.strerror or error}). Check its permissions."
