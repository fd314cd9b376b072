"""Writes a run's files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.report.page import html
from eval.report.table import headline, markdown
from eval.results import SetResult, latency, to_json
from index.errors import WriteError
from index.version import VERSION


def write_report(results: Sequence[SetResult], folder: Path) -> None:
    """``report.json`` (what was missed first; the same in every run), ``times.json`` (not),
    ``report.md`` and ``report.html``. Raises :class:`WriteError`."""
    check_folder(folder)
    body = {
        "missed": [line.removeprefix("- ").replace("**", "") for line in headline(results)],
        "program": VERSION,
        "sets": [to_json(result) for result in results],
    }
    times = {result.name: latency(result) for result in results}
    try:
        (folder / "report.json").write_text(_pretty(body), encoding="utf-8")
        (folder / "times.json").write_text(_pretty(times), encoding="utf-8")
        (folder / "report.md").write_text(markdown(results), encoding="utf-8")
        (folder / "report.html").write_text(html(results), encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error


def check_folder(folder: Path) -> None:
    """Raises :class:`WriteError`, before hours are spent, where no report can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").open("a").close()
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> WriteError:
    said = error.strerror or str(error)
    return WriteError(f"the report cannot be written to {folder}: {said}. Choose another --out.")


def _pretty(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
