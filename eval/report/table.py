"""Results as Markdown: what was missed first, then both halves side by side."""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.measure import Estimate, Measure, estimate
from eval.questions import Split
from eval.results import GROUP_MEASURES, MEASURES, SetResult, latency, to_json


def headline(results: Sequence[SetResult]) -> list[str]:
    """The first lines of every report: targets missed on the sealed half, or that none was."""
    lines = []
    for result in results:
        for measure, found in result.missed(Split.SEALED):
            bound = "at most" if measure.at_most else "at least"
            lines.append(
                f"- **Missed** on {result.name} (sealed half): {measure.name} {found.value:.2f}, "
                f"target {bound} {measure.target:.2f}"
            )
    return lines or ["- Every target is met on the sealed halves."]


def measures_table(result: SetResult) -> list[str]:
    """One row a measure: target, development half, sealed half, with 95 % intervals."""
    lines = ["| measure | target | development | sealed |", "|---|---|---|---|"]
    for measure in MEASURES:
        halves = [estimate(measure, result.of(half)) for half in Split]
        if any(found.count for found in halves):
            cells = " | ".join(_cell(measure, found) for found in halves)
            lines.append(f"| {measure.name} | {_target(measure)} | {cells} |")
    return lines


def kinds_table(result: SetResult) -> list[str]:
    """One row a kind of question, both halves together."""
    header = ["kind", "questions", "expected status", *GROUP_MEASURES]
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    kinds = to_json(result)["kinds"]
    assert isinstance(kinds, dict)
    for kind, row in kinds.items():
        cells = [str(row["questions"]), f"{row['expected status']:.2f}"]
        for name in GROUP_MEASURES:
            found = row.get(name)
            cells.append(f"{found['value']:.2f}" if found else "-")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def markdown(results: Sequence[SetResult]) -> str:
    """The whole report as Markdown."""
    lines = ["# Evaluation", "", *headline(results), ""]
    for result in results:
        lines += [f"## {result.name}: {len(result.outcomes)} questions, {result.answerer}", ""]
        lines += [*measures_table(result), "", *kinds_table(result), ""]
        abilities = to_json(result)["abilities"]
        assert isinstance(abilities, dict)
        if abilities:
            lines += ["| ability (RGB) | right | questions |", "|---|---|---|"]
            lines += [
                f"| {name} | {row['right']:.2f} | {row['questions']} |"
                for name, row in abilities.items()
            ]
            lines.append("")
        times = latency(result)
        if times:
            median, slow = f"{times['p50_ms']:.0f}", f"{times['p95_ms']:.0f}"
            lines += [f"An answer took {median} ms (median), {slow} ms (95th percentile) here.", ""]
    lines += ["ALCE figures of quoted answers are 1 by construction: a quote entails itself.", ""]
    return "\n".join(lines)


def _target(measure: Measure) -> str:
    if measure.target is None:
        return ""
    return f"{'≤' if measure.at_most else '≥'} {measure.target:.2f}"


def _cell(measure: Measure, found: Estimate) -> str:
    if not found.count:
        return "-"
    mark = {True: " ✓", False: " ✗", None: ""}[found.meets(measure)]
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]{mark}"
