"""What lies on disk, typed: a format, a version, the model, counts and a hash of each file.

The manifest is the last file that a build writes. It names the generation folder that holds
the rest, so replacing this one small file replaces the index.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import cast

from index.errors import IndexDamaged, IndexForeign, IndexMissing

FORMAT = "suyuan-index"
VERSION = 1
NAME = "manifest.json"
HASHED_ON_OPEN = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileEntry:
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    documents: int
    paragraphs: int
    chunks: int
    sentences: int


@dataclass(frozen=True, slots=True)
class ModelEntry:
    model: str
    precision: str
    dimension: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``files`` maps paths inside the generation folder to their sizes and hashes; ``corpus``
    is the hash of the documents' hashes."""

    program: str
    generation: str
    corpus: str
    encoder: ModelEntry
    vectors: str
    lexical: str
    counts: Counts
    files: Mapping[str, FileEntry]

    def to_bytes(self) -> bytes:
        body = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the index in ``folder``; an :class:`IndexFault` that says what is wrong
    and what to do if there is none that can be used."""
    path = folder / NAME
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(
            f"no index in {folder}. Build one: suyuan build SOURCE --out {folder}"
        ) from error
    except OSError as error:
        raise IndexDamaged(
            f"{path} cannot be read ({error.strerror}). Check permissions."
        ) from error
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise IndexDamaged(_rebuild(folder, "its manifest is not JSON")) from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise IndexForeign(f"{path} is not of a Suyuan index. Choose another folder.")
    if body.get("version") != VERSION:
        raise IndexForeign(
            _rebuild(
                folder,
                f"it has format version {body.get('version')!r}, this program reads {VERSION}",
            )
        )
    try:
        return _from_json(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IndexDamaged(_rebuild(folder, f"its manifest lacks or garbles {error}")) from error


def check_files(folder: Path, manifest: Manifest, *, every: bool) -> None:
    """Compares sizes of all files and hashes of those up to 64 MB (of ``every`` one, if asked)
    with the manifest; :class:`IndexDamaged` names the first that differs."""
    base = folder / manifest.generation
    for name, entry in manifest.files.items():
        path = base / name
        try:
            size = path.stat().st_size
            digest = sha256_of(path) if every or size <= HASHED_ON_OPEN else entry.sha256
        except OSError as error:
            why = f"{name} cannot be read ({error.strerror})"
            raise IndexDamaged(_rebuild(folder, why)) from error
        if size != entry.bytes:
            why = f"{name} has {size} bytes, the manifest says {entry.bytes}"
            raise IndexDamaged(_rebuild(folder, why))
        if digest != entry.sha256:
            raise IndexDamaged(_rebuild(folder, f"{name} was changed: its SHA-256 differs"))


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rebuild(folder: Path, why: str) -> str:
    return (
        f"the index in {folder} cannot be used: {why}. Build it again: "
        f"suyuan build SOURCE --out {folder}"
    )


def _from_json(body: dict[str, object]) -> Manifest:
    files = _object(body, "files")
    for name in (*files, str(body["generation"])):
        if not name or name.startswith("/") or ".." in Path(name).parts or "\\" in name:
            raise ValueError(f"the file name {name!r}")
    encoder, counts = _object(body, "encoder"), _object(body, "counts")
    return Manifest(
        program=_text(body, "program"),
        generation=_text(body, "generation"),
        corpus=_text(body, "corpus"),
        encoder=ModelEntry(
            _text(encoder, "model"),
            _text(encoder, "precision"),
            _count(encoder, "dimension"),
            _text(encoder, "sha256"),
        ),
        vectors=_text(body, "vectors"),
        lexical=_text(body, "lexical"),
        counts=Counts(*(_count(counts, field.name) for field in fields(Counts))),
        files={
            name: FileEntry(
                _count(_object(files, name), "bytes"), _text(_object(files, name), "sha256")
            )
            for name in files
        },
    )


def _object(body: Mapping[str, object], name: str) -> dict[str, object]:
    value = body[name]
    if not isinstance(value, dict):
        raise TypeError(f"{name!r}")
    return cast("dict[str, object]", value)


def _text(body: Mapping[str, object], name: str) -> str:
    value = body[name]
    if not isinstance(value, str):
        raise TypeError(f"{name!r}")
    return value


def _count(body: Mapping[str, object], name: str) -> int:
    value = body[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{name!r}")
    return value
