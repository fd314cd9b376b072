"""Has anything got worse? The run of now against the committed figures.

    python -m eval.gate [SET…] [--write]

A measure fails when its value leaves the interval that the baseline had, on the wrong side:
a drop within what chance does is no drop. ``--write`` makes the run of now the baseline.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.evaluate import evaluate
from eval.library import available_sets
from eval.metrics.measure import Estimate, estimate
from eval.questions import Split
from eval.results import MEASURES, SetResult

BASELINE = Path(__file__).parent / "baseline.json"


Figures = dict[str, dict[str, dict[str, object] | None]]


def figures(result: SetResult) -> Figures:
    """Every measure, for ``both`` halves and each."""
    halves: dict[str, Split | None] = {"both": None, **{half.value: half for half in Split}}
    return {
        label: {m.name: estimate(m, result.of(half)).to_json() for m in MEASURES}
        for label, half in halves.items()
    }


def drops(
    result: SetResult, baseline: Mapping[str, Mapping[str, Mapping[str, object] | None]]
) -> list[str]:
    """What is worse than the baseline by more than chance, in words."""
    found = []
    for measure in MEASURES:
        before = baseline.get("both", {}).get(measure.name)
        now = estimate(measure, result.outcomes)
        if before is None or not now.count:
            continue
        bound = float(str(before["high"] if measure.at_most else before["low"]))
        if _worse(now, bound, less_is_better=measure.at_most):
            found.append(
                f"{result.name}: {measure.name} is {now.value:.3f}, was {before['value']:.3f} "
                f"[{before['low']:.3f}, {before['high']:.3f}]"
            )
    return found


def _worse(now: Estimate, bound: float, *, less_is_better: bool) -> bool:
    return now.value > bound if less_is_better else now.value < bound


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.gate", description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--write", action="store_true", help="make this run the baseline")
    options = parser.parse_args(arguments)
    known = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.sets or available_sets():
            result = evaluate(name, Path(folder))
            failures += drops(result, known.get(name, {}))
            known[name] = figures(result)
    if options.write:
        text = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
        BASELINE.write_text(text + "\n", encoding="utf-8")
        return 0
    print("\n".join(failures) or "nothing is worse than the baseline")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
