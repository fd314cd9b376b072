"""The README's figures: from the committed baseline, so that text and runs cannot part.

    python -m eval.readme [--write]

The tables of peers come from ``eval/peers.json``, between markers of their own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.gate import BASELINE, Figures
from eval.metrics.measure import Measure
from eval.peers.table import FILE as PEERS
from eval.peers.table import citation_table, kept, retrieval_table
from eval.questions import Split
from eval.results import MEASURES

README = Path(__file__).resolve().parent.parent / "README.md"
SHOWN = (
    "hit@1", "hit@5", "gold-citation precision", "gold block cited", "nugget recall",
    "false refusals", "absent refused", "far off refused",
)  # fmt: skip


def figures_block() -> str:
    """What the sealed halves miss, then their figures, one column a set, with 95 % intervals."""
    baseline: dict[str, Figures] = json.loads(BASELINE.read_text(encoding="utf-8"))
    names = sorted(baseline)
    lines = [*missed_lines(baseline), ""]
    lines += [f"| sealed half | target | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for measure in MEASURES:
        if measure.name not in SHOWN or measure.target is None:
            continue
        cells = [_cell(baseline[name]["sealed"].get(measure.name)) for name in names]
        lines.append(f"| {measure.name} | {_bound(measure)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def missed_lines(baseline: dict[str, Figures]) -> list[str]:
    """One line a set that misses targets; one line to say that none does.

    >>> half = {"hit@1": {"value": 0.79}, "hit@5": {"value": 0.99}, "false refusals": None}
    >>> missed_lines({"laws": {"sealed": half}})
    ['- **Missed on laws**: hit@1 0.79 (≥ 0.80).']
    """
    lines = []
    for name in sorted(baseline):
        missed = []
        for measure in MEASURES:
            found = baseline[name]["sealed"].get(measure.name)
            if found is None or measure.target is None:
                continue
            value = float(str(found["value"]))
            if value > measure.target if measure.at_most else value < measure.target:
                missed.append(f"{measure.name} {value:.2f} ({_bound(measure)})")
        if missed:
            lines.append(f"- **Missed on {name}**: {', '.join(missed)}.")
    return lines or ["- Every target is met on the sealed halves."]


def peers_block() -> str:
    """Other systems and citation rules on the sealed halves, judged by gold."""
    compared = kept()
    tables = (retrieval_table(compared, Split.SEALED), citation_table(compared, Split.SEALED))
    return "\n\n".join("\n".join(table) for table in tables)


BLOCKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("figures", figures_block),
    ("peers", peers_block),
)


def in_step(text: str) -> str:
    """``text`` with what stands between markers replaced by what the kept figures say."""
    for name, block in BLOCKS:
        start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
        if start in text:
            before, _, rest = text.partition(start)
            text = f"{before}{start}\n{block()}\n{end}{rest.partition(end)[2]}"
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.readme", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put them into the README")
    if parser.parse_args(arguments).write:
        README.write_text(in_step(README.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(figures_block())
        if PEERS.is_file():
            print(f"\n{peers_block()}")
    return 0


def _bound(measure: Measure) -> str:
    return f"{'≤' if measure.at_most else '≥'} {measure.target:.2f}"


def _cell(found: dict[str, object] | None) -> str:
    if found is None:
        return "-"
    low, high = float(str(found["low"])), float(str(found["high"]))
    return f"{float(str(found['value'])):.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    sys.exit(main())
