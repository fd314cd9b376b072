"""The report as one HTML page that fetches nothing. All text is escaped by Jinja."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment
from markupsafe import Markup
from matplotlib.figure import Figure

from eval.outcome import Outcome
from eval.questions import Split
from eval.report.plots import refusal_curve, rejection_bars, retrieval_curve, svg
from eval.report.table import headline, kinds_table, measures_table
from eval.results import SetResult

WORST = 10


def html(results: Sequence[SetResult]) -> str:
    """The page. The worst answers are of the development half: the sealed one stays unread."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files("eval.report") / "page.html").read_text("utf-8"))
    return template.render(
        headline=[line.removeprefix("- ").replace("**", "") for line in headline(results)],
        sets=[
            {
                "name": result.name,
                "answerer": result.answerer,
                "count": len(result.outcomes),
                "tables": [_rows(measures_table(result)), _rows(kinds_table(result))],
                "plots": [Markup(svg(figure)) for figure in _figures(result)],
                "worst": worst(result),
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
    missing = sum(not outcome.says(n) for n in nuggets) / len(nuggets) if nuggets else 0.0
    return (2.0 if not gold else 1 - gold / len(cited)) + missing


def _figures(result: SetResult) -> list[Figure]:
    figures = (retrieval_curve(result), refusal_curve(result), rejection_bars(result))
    return [figure for figure in figures if figure is not None]


def _rows(table: Sequence[str]) -> list[list[str]]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return [cells[0], *cells[2:]]
