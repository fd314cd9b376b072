"""Lines of JSON in and out, hostile until checked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TextIO

from index.errors import SourceMissing, SourceUnreadable, UsageError, WriteError

LINE_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """A line of input: its object, or what is wrong with it. ``id`` is that of the line, text
    or number, and ``line:N`` when it has none."""

    id: str | int | float
    body: Mapping[str, object]
    problem: str = ""


def dump_json(body: object) -> str:
    """JSON on one line; what UTF-8 cannot carry (lone surrogates) is escaped."""
    text = json.dumps(body, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(body)
    return text


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a JSON Lines file; blank ones are skipped, bad ones say why.

    Raises :class:`SourceMissing` or :class:`SourceUnreadable` for the file itself.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip(b" \t\r\n\xef\xbb\xbf"):
                    yield _parse(raw, number)
    except FileNotFoundError as error:
        raise SourceMissing(f"no such file: {path}. Check the path.") from error
    except OSError as error:
        raise SourceUnreadable(f"{path} cannot be read ({error.strerror}).") from error


def _parse(raw: bytes, number: int) -> Line:
    fallback = f"line:{number}"
    if len(raw) > LINE_LIMIT:
        return Line(fallback, {}, f"line {number} is over {LINE_LIMIT // 1024**2} MB")
    try:
        body = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Line(fallback, {}, f"line {number} is not JSON")
    if not isinstance(body, dict):
        return Line(fallback, {}, f"line {number} is not a JSON object")
    given = body.get("id")
    if isinstance(given, str) and given:
        return Line(given, body)
    if isinstance(given, int | float) and not isinstance(given, bool) and isfinite(given):
        return Line(given, body)
    return Line(fallback, body)


def convert(source: Path, target: Path, answer: Callable[[Line], object]) -> int:
    """Writes ``answer`` of every line of ``source`` to ``target``, in order; the number of
    lines. A file appears only when it is complete; what is no file (a pipe, ``/dev/stdout``)
    gets the lines as they come."""
    lines = read_lines(source)
    first = next(lines, None)  # a missing source must not cost an existing target
    try:
        if target.is_dir():
            raise UsageError(f"{target} is a folder. Give the name of a file in it.")
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8", newline="\n") as file:
                return _write(file, _with_first(first, lines), answer)
        place = Path(os.path.realpath(target))
        if not place.parent.is_dir():
            raise WriteError(f"there is no folder {place.parent}. Make it first.")
        fresh = place.with_name(f".suyuan-{os.getpid()}.part")
        try:
            with fresh.open("w", encoding="utf-8", newline="\n") as file:
                count = _write(file, _with_first(first, lines), answer)
            os.replace(fresh, place)
            return count
        finally:
            fresh.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(
            f"{target} cannot be written ({error.strerror or error}). Choose another place."
        ) from error


def _write(file: TextIO, lines: Iterable[Line], answer: Callable[[Line], object]) -> int:
    count = 0
    for line in lines:
        file.write(dump_json(answer(line)) + "\n")
        count += 1
    return count


def _with_first(first: Line | None, rest: Iterable[Line]) -> Iterator[Line]:
    if first is not None:
        yield first
        yield from rest
