"""The comparison as Markdown, read back from what was kept: needs none of the peers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.questions import Split

FILE = Path(__file__).resolve().parent.parent / "peers.json"
Comparison = dict[str, Any]
"""``questions``, ``retrieval`` and ``citation`` of a set, as ``eval.peers.compare`` makes them."""


def kept() -> dict[str, Comparison]:
    """What ``python -m eval.peers --write`` kept."""
    found: dict[str, Comparison] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def retrieval_table(compared: Mapping[str, Any], half: Split) -> list[str]:
    """One row a system, best first on the first set: hit@1 and hit@5, by set."""
    return _table("system", "retrieval", ("hit@1", "hit@5"), compared, half)


def citation_table(compared: Mapping[str, Any], half: Split) -> list[str]:
    """One row a rule: cited paragraphs that are gold, answers that cite gold, by set."""
    return _table("citation rule", "citation", ("cited are gold", "gold cited"), compared, half)


def _table(
    head: str, part: str, measures: tuple[str, str], compared: Mapping[str, Any], half: Split
) -> list[str]:
    cells = [f"{name}, {measure}" for name in compared for measure in measures]
    lines = [f"| {head} | {' | '.join(cells)} |", "|---" * (len(cells) + 1) + "|"]
    rows: dict[str, list[str]] = {}
    for found in compared.values():
        for system, halves in found[part].items():
            row = rows.setdefault(system, [])
            row += [_cell(halves, half, measure) for measure in measures]
    first = sorted(rows.items(), key=lambda row: row[1][0], reverse=True)
    lines += [
        f"| {f'**{system}**' if system.startswith('Suyuan') else system} | {' | '.join(row)} |"
        for system, row in first
    ]
    return lines


def _cell(found: Mapping[str, Any], half: Split, measure: str) -> str:
    if "absent" in found:
        return "absent"
    estimate = found[half.value].get(measure)
    return f"{estimate['value']:.2f}" if estimate else "-"
