"""Results as rows, and as Markdown: what was missed first, then both halves side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from eval.judges import CROSS_ENCODER
from eval.metrics.agreement import Agreement, SecondOpinion
from eval.metrics.alce import ALCE
from eval.metrics.answers import ANSWERS
from eval.metrics.measure import Estimate, Measure, estimate
from eval.metrics.ragas_judge import RagasScores
from eval.metrics.retrieval import RETRIEVAL
from eval.questions import Split
from eval.results import GROUP_MEASURES, SetResult, latency, to_json

GROUPS = (
    ("Retrieval", RETRIEVAL),
    ("Answers and refusals", ANSWERS),
    ("ALCE: of quotes 1 by construction, a quote entails itself", ALCE),
)
KIND_NAMES = {
    "absent": "absent fact",
    "decision": "decision requested",
    "english": "English",
    "false_premise": "false premise",
    "far_off": "far off",
    "follow_up": "follow-up",
    "injection": "injected instruction",
    "several": "several paragraphs",
    "traditional": "traditional characters",
    "typo": "typing errors",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """An estimate as it is shown; ``met`` is ``None`` where no target was set."""

    value: str
    interval: str = ""
    met: bool | None = None

    @classmethod
    def of(cls, found: Estimate, measure: Measure | None = None) -> Cell:
        if not found.count:
            return cls("–")
        met = found.meets(measure) if measure is not None else None
        return cls(f"{found.value:.2f}", f"[{found.low:.2f}, {found.high:.2f}]", met)

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: ""}[self.met]
        return " ".join(filter(None, (self.value, self.interval, mark)))


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure over both halves."""

    measure: Measure
    target: str
    development: Cell
    sealed: Cell


def headline(results: Sequence[SetResult]) -> list[str]:
    """The first lines of every report: targets missed on the sealed half, or that none was."""
    lines = []
    for result in results:
        for measure, found in result.missed(Split.SEALED):
            lines.append(
                f"- **Missed** on {result.name} (sealed half): {measure.name} {found.value:.2f}, "
                f"target {bound(measure)}"
            )
    return lines or ["- Every target is met on the sealed halves."]


def bound(measure: Measure) -> str:
    """The target in words; empty where there is none."""
    if measure.target is None:
        return ""
    return f"{'at most' if measure.at_most else 'at least'} {measure.target:.2f}"


def measure_rows(result: SetResult, measures: Sequence[Measure]) -> list[MeasureRow]:
    """One row a measure that some question of the set has."""
    rows = []
    for measure in measures:
        found = {half: estimate(measure, result.of(half)) for half in Split}
        if any(entry.count for entry in found.values()):
            sign = "≤" if measure.at_most else "≥"
            target = "" if measure.target is None else f"{sign} {measure.target:.2f}"
            cells = [Cell.of(found[half], measure) for half in Split]
            rows.append(MeasureRow(measure, target, *cells))
    return rows


def kind_rows(result: SetResult) -> list[list[str]]:
    """A header and one row a kind of question, both halves together."""
    rows = [["kind", "questions", "expected status", *GROUP_MEASURES]]
    kinds = to_json(result)["kinds"]
    assert isinstance(kinds, dict)
    for kind, row in kinds.items():
        named = KIND_NAMES.get(kind, str(kind))
        cells = [named, str(row["questions"]), f"{row['expected status']:.2f}"]
        for name in GROUP_MEASURES:
            found = row.get(name)
            cells.append(f"{found['value']:.2f}" if found else "–")
        rows.append(cells)
    return rows


def ability_rows(result: SetResult) -> list[list[str]]:
    rows = [["ability (RGB)", "condition", "right", "questions"]]
    for ability in sorted(result.abilities, key=lambda row: row.name):
        shown = str(Cell.of(ability.right))
        rows.append([ability.name, ability.condition, shown, str(ability.right.count)])
    return rows if len(rows) > 1 else []


def judge_rows(second: SecondOpinion) -> list[list[str]]:
    """ALCE by the second judge, and who agrees with whom."""
    kind = "cross-encoder" if second.judge.startswith(CROSS_ENCODER) else "language model"
    return [
        [f"second judge: {kind} {second.judge.removeprefix(CROSS_ENCODER)}", ""],
        ["ALCE citation recall by it", str(Cell.of(second.recall))],
        ["ALCE citation precision by it", str(Cell.of(second.precision))],
        ["agrees with our verifier on the answers' sentences", _agreement(second.with_verifier)],
        ["agrees with people on labelled pairs", _agreement(second.people_and_judge)],
        ["our verifier agrees with people on them", _agreement(second.people_and_verifier)],
    ]


def ragas_rows(ragas: RagasScores) -> list[list[str]]:
    if ragas.absent:
        return [["RAGAS", f"absent: {ragas.absent}"]]
    unread = f"; {ragas.unscored} replies unread" if ragas.unscored else ""
    return [
        ["RAGAS, by the second judge", ""],
        ["faithfulness", f"{Cell.of(ragas.faithfulness)} ({ragas.faithfulness.count} answers)"],
        ["context precision",
         f"{Cell.of(ragas.context_precision)} ({ragas.context_precision.count} questions){unread}"],
    ]  # fmt: skip


def latency_rows(result: SetResult) -> list[list[str]]:
    """Milliseconds, here: they are the machine's, and differ from run to run."""
    rows = [["time of an answer", "answers", "median, ms", "95th percentile, ms"]]
    for label, times in latency(result).items():
        rows.append(
            [label, f"{times['count']:.0f}", f"{times['p50_ms']:.0f}", f"{times['p95_ms']:.0f}"]
        )
    return rows


def markdown(results: Sequence[SetResult]) -> str:
    """The whole report as Markdown."""
    lines = ["# Evaluation", "", *headline(results), ""]
    for result in results:
        lines += [f"## {result.name}: {len(result.outcomes)} questions, {result.answerer}", ""]
        measured: list[list[str]] = [["measure", "target", "development", "sealed"]]
        for _, measures in GROUPS:
            for row in measure_rows(result, measures):
                cells = [row.measure.name, row.target, str(row.development), str(row.sealed)]
                measured.append(cells)
        tables = [measured, kind_rows(result), ability_rows(result)]
        tables += [judge_rows(result.second)] if result.second else []
        tables += [ragas_rows(result.ragas)] if result.ragas else []
        tables.append(latency_rows(result))
        for table in filter(None, tables):
            lines += [*_markdown(table), ""]
    lines += ["ALCE figures of quoted answers are 1 by construction: a quote entails itself.", ""]
    return "\n".join(lines)


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    """
    >>> _markdown([["a", "b"], ["1", "2"]])
    ['| a | b |', '|---|---|', '| 1 | 2 |']
    """
    head, *body = (f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)
    return [head, "|---" * len(rows[0]) + "|", *body]


def _agreement(found: Agreement) -> str:
    if not found.count:
        return "no pairs"
    kappa = "undefined: one of them always says the same"
    if not math.isnan(found.kappa):
        kappa = f"{found.kappa:.2f}"
    undecided = f", {found.undecided} undecided" if found.undecided else ""
    return f"{found.raw:.2f} of {found.count} pairs, kappa {kappa}{undecided}"
