"""The verifier alone: which falsified claims it catches, which faithful ones it turns away.

    python -m eval.verifier [--out DIR] [--model NAME] [--questions N]

Pairs of a claim and its evidence, written by hand (``sets/verifier.md``), on three parts: the
development half, the sealed half that tuning never read, the fresh pairs, and those near their
source's wording. Then the labelled
model sentences with the gate off and on (:mod:`eval.faithfulness`). ``--out`` writes
``verifier.md`` and ``verifier.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from time import process_time

from eval import faithfulness
from eval.metrics.measure import Estimate
from eval.questions import Split
from eval.verifier_sets import (
    Pair,
    load_fresh_pairs,
    load_model_sentences,
    load_near_pairs,
    load_pairs,
)
from index.errors import WriteError
from rag.verify import verify

Z = 1.959964  # the normal quantile of a 95 % interval


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of falsification with one target for their catch rate."""

    name: str
    kinds: frozenset[str]
    target: float | None


GROUPS = (
    Group("numbers and dates", frozenset({"number", "unit", "comparator", "date"}), 0.99),
    Group("negation and modality", frozenset({"negation_in", "negation_out", "modality_up"}), 0.97),
    Group(
        "conditions, scope, entities",
        frozenset({"condition_dropped", "scope_widened", "entity"}),
        0.92,
    ),
    Group("subject and object exchanged", frozenset({"subject_swapped", "object_swapped"}), 0.85),
    Group("spliced, invented, antonym", frozenset({"spliced", "invented_tail", "antonym"}), None),
)
TURNED = frozenset({"voice", "reorder"})
"""Paraphrases in which who acts on whom stands in another order: what tells an exchange of subject
and object may turn these away."""

ALL_TARGET = 0.94
FAITHFUL_TARGET = 0.08


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair, whether the verifier objected, its reasons, and the processor time it took."""

    pair: Pair
    objected: bool
    reasons: tuple[str, ...]
    milliseconds: float


def judge(pairs: Iterable[Pair]) -> list[Judged]:
    """Every pair through the verifier, without a second opinion."""
    judged = []
    for pair in pairs:
        started = process_time()
        verdict = verify(pair.claim, pair.evidence)
        spent = (process_time() - started) * 1000
        reasons = tuple(reason.value for reason in verdict.reasons)
        judged.append(Judged(pair, not verdict.supported, reasons, spent))
    return judged


def share(judged: Sequence[Judged]) -> Estimate:
    """The share objected to, with Wilson's interval (1927), which says something also where
    all or none were.

    >>> pair = Pair("a", "number", "", ())
    >>> e = share([Judged(pair, True, (), 1.0)] * 10)
    >>> e.value, round(e.low, 3), round(e.high, 3), e.count
    (1.0, 0.722, 1.0, 10)
    """
    count = len(judged)
    if not count:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    rate = sum(entry.objected for entry in judged) / count
    middle = (rate + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z * sqrt(rate * (1 - rate) / count + Z * Z / (4 * count * count)) / (1 + Z * Z / count)
    return Estimate(rate, max(0.0, middle - half), min(1.0, middle + half), count)


Rows = dict[str, Estimate]


def rows(judged: Sequence[Judged]) -> Rows:
    """Groups, all falsified, faithful, then each kind."""
    false = [entry for entry in judged if not entry.pair.faithful]
    found: Rows = {
        group.name: share([e for e in false if e.pair.kind in group.kinds]) for group in GROUPS
    }
    found["all falsified"] = share(false)
    found["faithful, rejected"] = share([e for e in judged if e.pair.faithful])
    turned = [e for e in judged if e.pair.faithful and TURNED & set(e.pair.types)]
    found["faithful, voice or order turned"] = share(turned)
    for kind in sorted({entry.pair.kind for entry in false}):
        found[kind] = share([e for e in false if e.pair.kind == kind])
    return found


def targets() -> dict[str, str]:
    """What the project set itself, by the rows' names."""
    found = {g.name: f"≥ {g.target:.2f}" for g in GROUPS if g.target is not None}
    found["all falsified"] = f"≥ {ALL_TARGET:.2f}"
    found["faithful, rejected"] = f"≤ {FAITHFUL_TARGET:.2f}"
    return found


def markdown(parts: Mapping[str, Sequence[Judged]]) -> str:
    """One row a group and kind, one column a part: share caught and 95 % interval."""
    tables = {name: rows(judged) for name, judged in parts.items()}
    names = list(dict.fromkeys(name for table in tables.values() for name in table))
    lines = [
        "# The verifier", "",
        f"| share objected to | target | {' | '.join(tables)} |",
        "|" + "---|" * (len(tables) + 2),
    ]  # fmt: skip
    for name in names:
        cells = " | ".join(_cell(table.get(name)) for table in tables.values())
        lines.append(f"| {name} | {targets().get(name, '')} | {cells} |")
    spent = sorted(entry.milliseconds for judged in parts.values() for entry in judged)
    if spent:
        lines += [
            "",
            f"A claim took {spent[len(spent) // 2]:.1f} ms (median), "
            f"{spent[len(spent) * 95 // 100]:.1f} ms (95th percentile) of processor time here.",
        ]
    return "\n".join(lines)


def _cell(found: Estimate | None) -> str:
    if found is None or not found.count:
        return "-"
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}] of {found.count}"


def to_json(parts: Mapping[str, Sequence[Judged]]) -> dict[str, object]:
    """The same, and of the development half and the fresh pairs each pair judged wrongly."""
    return {
        name: {
            "rows": {row: asdict(found) for row, found in rows(judged).items()},
            "wrong": []
            if name == Split.SEALED.value
            else [
                {"id": e.pair.id, "kind": e.pair.kind, "reasons": list(e.reasons)}
                for e in judged
                if e.objected is e.pair.faithful
            ],
        }
        for name, judged in parts.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.verifier", description=__doc__)
    parser.add_argument("--out", type=Path, help="write verifier.md and verifier.json here")
    parser.add_argument("--model", help="also ask this model, as SUYUAN_LLM names it, or: local")
    parser.add_argument("--questions", type=int, default=10, help="how many (default 10)")
    options = parser.parse_args(arguments)
    parts = {half.value: judge(load_pairs(half)) for half in Split}
    parts["fresh"] = judge(load_fresh_pairs())
    parts["near"] = judge(load_near_pairs())
    drafted = faithfulness.labelled_rows(
        [faithfulness.gate_sentence(sentence) for sentence in load_model_sentences()]
    )
    asked = faithfulness.ask(options.model, options.questions) if options.model else None
    told = f"{markdown(parts)}\n\n{faithfulness.markdown(drafted, asked)}"
    print(told)
    if options.out:
        body = {"pairs": to_json(parts), "faithfulness": faithfulness.to_json(drafted, asked)}
        _write(options.out, told, json.dumps(body, ensure_ascii=False, indent=1))
    return 0


def _write(folder: Path, told: str, body: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "verifier.md").write_text(told + "\n", encoding="utf-8")
        (folder / "verifier.json").write_text(body + "\n", encoding="utf-8")
    except OSError as error:
        raise WriteError(f"{folder} cannot be written: {error}. Choose another --out.") from error


if __name__ == "__main__":
    sys.exit(main())
