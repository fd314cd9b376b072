"""The one entry point: ``suyuan COMMAND``. Each command lives in :mod:`ui.commands`.

Exit codes: 0 answered, refused or referred (a refusal is an answer); 2 wrong usage, an
unreadable source or a malformed file; 1 anything else that failed. Errors go to standard
error and say what to do next.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from index.errors import SuyuanError
from index.version import VERSION
from ui.commands import COMMANDS, load
from ui.telemetry import quiet_libraries

DESCRIPTION = """\
Suyuan (溯源): answers over policy documents in which every sentence shown stands in a numbered
source paragraph, or an honest refusal.

  suyuan ask "论坛是什么时候召开的?"       one question to the default document
  suyuan build rules.md --out idx         your own documents
  suyuan serve                            the web chat on http://127.0.0.1:7860
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line, every command registered."""
    top = argparse.ArgumentParser(
        prog="suyuan", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"suyuan {VERSION}")
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        load(name).register(subparsers)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code."""
    given = [as_utf8(argument) for argument in (sys.argv[1:] if arguments is None else arguments)]
    quiet_libraries()
    _open_streams()
    try:
        options = _parse(given)
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except SuyuanError as error:
        print(f"suyuan: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("suyuan: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        what = f"{error.filename}: " if error.filename else ""
        why = error.strerror or error
        print(
            f"suyuan: {what}{why}. Check that the disk has space and the place can be written.",
            file=sys.stderr,
        )
        return 1


def as_utf8(argument: str) -> str:
    """An argument as it was typed, where the locale is ``C`` and Python took it for ASCII.

    >>> as_utf8("谁负责?".encode().decode("ascii", "surrogateescape")), as_utf8("谁?")
    ('谁负责?', '谁?')
    """
    try:
        return argument.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeError:  # it has been read right, or is no UTF-8 at all
        return argument


def _open_streams() -> None:
    """Standard output and error in UTF-8 whatever the locale; to nowhere if they are closed."""
    nowhere = partial(open, os.devnull, "w", encoding="utf-8")
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """What is still held back goes nowhere: writing it at exit would fail once more."""
    with suppress(OSError):  # a stream without a descriptor holds nothing back
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parse(given: list[str]) -> argparse.Namespace:
    """Only the command that was asked for is imported: the others' imports would cost every
    question their time."""
    if given and given[0] in COMMANDS:
        top = argparse.ArgumentParser(prog="suyuan")
        subparsers = top.add_subparsers(dest="command", required=True)
        load(given[0]).register(subparsers)
        return top.parse_args(given)
    top = parser()
    if not given:
        top.print_help(sys.stderr)
        raise SystemExit(2)
    return top.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
