"""The report as one HTML page that fetches nothing. All text is escaped by Jinja."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment
from markupsafe import Markup

from eval.outcome import Outcome
from eval.questions import Split
from eval.report.plots import refusal_curve, rejection_bars, retrieval_curve, svg
from eval.report.table import (
    GROUPS,
    ability_rows,
    bound,
    judge_rows,
    kind_rows,
    latency_rows,
    measure_rows,
    ragas_rows,
)
from eval.results import MEASURES, SetResult

WORST = 10


def html(results: Sequence[SetResult]) -> str:
    """The page. The worst answers are of the development half: the sealed one stays unread."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files("eval.report") / "page.html").read_text("utf-8"))
    return template.render(
        missed=[
            f"{result.name}: {measure.name} {found.value:.2f}, target {bound(measure)}"
            for result in results
            for measure, found in result.missed(Split.SEALED)
        ],
        targets=sum(
            any(measure.share(outcome)[1] for outcome in result.of(Split.SEALED))
            for result in results
            for measure in MEASURES
            if measure.target is not None
        ),
        sets=[
            {
                "name": result.name,
                "answerer": result.answerer,
                "count": len(result.outcomes),
                "measures": [(title, measure_rows(result, of)) for title, of in GROUPS],
                "tables": _tables(result),
                "plots": _plots(result),
                "worst": [
                    (o, result.gold.get(o.question.id, ""), missing_nuggets(o))
                    for o in worst(result)
                ],
            }
            for result in results
        ],
    )


def worst(result: SetResult) -> list[Outcome]:
    """The development half's answers that are most wrong, at most ten."""
    ranked = sorted(result.of(Split.DEVELOPMENT), key=lambda o: (-badness(o), o.question.id))
    return [outcome for outcome in ranked[:WORST] if badness(outcome) > 0]


def badness(outcome: Outcome) -> float:
    """0 for a right answer. An answer where none is worst, then one without gold, then parts.

    A refusal of what could be answered misleads nobody: it counts less than a wrong answer.
    """
    if not outcome.answerable:
        return 3.0 if outcome.answered else 0.0
    if not outcome.answered:
        return 1.5
    cited = outcome.citations
    gold = sum(map(outcome.is_gold, cited))
    nuggets = outcome.question.nuggets
    missing = len(missing_nuggets(outcome)) / len(nuggets) if nuggets else 0.0
    return (2.0 if not gold else 1 - gold / len(cited)) + missing


def missing_nuggets(outcome: Outcome) -> list[str]:
    """What a right answer would hold and this one does not, each in its first wording."""
    return [nugget[0] for nugget in outcome.question.nuggets if not outcome.says(nugget)]


def _tables(result: SetResult) -> list[tuple[str, list[list[str]]]]:
    tables = [
        ("By kind of question, both halves", kind_rows(result)),
        ("Abilities", ability_rows(result)),
        ("Second judge", judge_rows(result.second) if result.second else []),
        ("RAGAS", ragas_rows(result.ragas) if result.ragas else []),
        ("Time", latency_rows(result)),
    ]
    return [(title, rows) for title, rows in tables if rows]


def _plots(result: SetResult) -> list[tuple[str, Markup]]:
    figures = (
        ("Retrieval: a gold paragraph among the first k", retrieval_curve(result)),
        ("Refusal: what a stricter threshold costs and brings; dots are today's",
         refusal_curve(result)),
        ("Drafted sentences rejected, by reason", rejection_bars(result)),
    )  # fmt: skip
    return [(caption, Markup(svg(f))) for caption, f in figures if f is not None]
