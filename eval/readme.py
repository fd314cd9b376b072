"""The README's figures: from the committed baseline, so that text and runs cannot part.

python -m eval.readme [--write]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.gate import BASELINE, Figures
from eval.results import MEASURES

README = Path(__file__).resolve().parent.parent / "README.md"
START, END = "<!-- figures:start -->", "<!-- figures:end -->"
SHOWN = (
    "hit@1", "hit@5", "gold-citation precision", "gold block cited", "nugget recall",
    "false refusals", "absent refused", "far off refused",
)  # fmt: skip


def block() -> str:
    """The figures of the sealed halves, one column a set, with 95 % intervals."""
    baseline: dict[str, Figures] = json.loads(BASELINE.read_text(encoding="utf-8"))
    names = sorted(baseline)
    lines = [f"| sealed half | target | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for measure in MEASURES:
        if measure.name not in SHOWN or measure.target is None:
            continue
        cells = [_cell(baseline[name]["sealed"].get(measure.name)) for name in names]
        bound = f"{'≤' if measure.at_most else '≥'} {measure.target:.2f}"
        lines.append(f"| {measure.name} | {bound} | {' | '.join(cells)} |")
    return "\n".join(lines)


def in_step(text: str) -> str:
    """``text`` with its figures replaced by those of the baseline."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{block()}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.readme", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put them into the README")
    if parser.parse_args(arguments).write:
        README.write_text(in_step(README.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(block())
    return 0


def _cell(found: dict[str, object] | None) -> str:
    if found is None:
        return "-"
    low, high = float(str(found["low"])), float(str(found["high"]))
    return f"{float(str(found['value'])):.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    sys.exit(main())
