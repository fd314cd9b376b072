"""The report's figures, as SVG that needs nothing from elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from eval.outcome import Outcome
from eval.questions import Expect, Split, same_document
from eval.results import SetResult

SIZE = (4.6, 3.2)
INK = "#123456"
"""Stands for the page's own text colour, light or dark."""
COLOURS = {Split.DEVELOPMENT: "#654321", Split.SEALED: "#abcdef"}
_ON_PAGE = {INK: "currentColor", "#654321": "var(--one)", "#abcdef": "var(--two)"}
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "suyuan",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.15,
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color",
         "grid.color"),
        INK,
    ),
}  # fmt: skip


def svg(figure: Figure) -> str:
    """The figure as an SVG element in the page's colours. The same figure gives the same
    text."""
    buffer = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(
            buffer,
            format="svg",
            metadata=dict.fromkeys(("Date", "Creator")),
            bbox_inches="tight",
            transparent=True,
        )
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    for colour, on_page in _ON_PAGE.items():
        text = text.replace(colour, on_page)
    return text


def retrieval_curve(result: SetResult) -> Figure:
    """hit@k for k from 1 to 10, one line a half."""
    figure, axes = _empty()
    for half in Split:
        ranks = [_rank(o) for o in result.of(half) if o.question.gold]
        if ranks:
            shares = [sum(r <= k for r in ranks) / len(ranks) for k in range(1, 11)]
            axes.plot(
                range(1, 11), shares, marker="o", markersize=3, label=half.value,
                color=COLOURS[half],
            )  # fmt: skip
    axes.set(xlabel="k", ylabel="hit@k", ylim=(0, 1.02), xticks=range(1, 11))
    _legend(axes)
    return figure


def refusal_curve(result: SetResult) -> Figure | None:
    """False refusals against absent facts refused, for every threshold; one line a half. The
    dots are what was refused in this run."""
    if not result.chances:
        return None
    figure, axes = _empty()
    drawn = False
    for half in Split:
        answerable = _chances(result, half, Expect.ANSWERED, "")
        absent = _chances(result, half, Expect.REFUSED, "absent")
        if not len(answerable) or not len(absent):
            continue
        cuts = np.unique(np.concatenate([[0.0], answerable, absent, [1.01]]))
        wrong = [(answerable < cut).mean() for cut in cuts]
        right = [(absent < cut).mean() for cut in cuts]
        axes.plot(wrong, right, drawstyle="steps-post", label=half.value, color=COLOURS[half])
        axes.plot(
            _refused(result, half, Expect.ANSWERED, ""),
            _refused(result, half, Expect.REFUSED, "absent"),
            marker="o", color=COLOURS[half], linestyle="none",
        )  # fmt: skip
        drawn = True
    if not drawn:
        return None
    axes.set(xlabel="answerable questions refused", ylabel="absent facts refused",
             xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))  # fmt: skip
    _legend(axes)
    return figure


def rejection_bars(result: SetResult) -> Figure | None:
    """How often each rule turned a drafted sentence away."""
    codes = [code for o in result.outcomes for reasons in o.rejected for code in reasons]
    if not codes:
        return None
    names = sorted(set(codes), key=lambda name: (codes.count(name), name))
    figure, axes = _empty()
    bars = axes.barh(names, [codes.count(name) for name in names], color=COLOURS[Split.SEALED])
    axes.bar_label(bars, padding=3)
    axes.grid(visible=False)
    return figure


def _empty() -> tuple[Figure, Axes]:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=SIZE)
        return figure, figure.subplots()


def _legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right", frameon=False, labelcolor=INK)


def _rank(outcome: Outcome) -> float:
    """Of the first gold paragraph, from 1."""
    for rank, (document, paragraph) in enumerate(outcome.hits, start=1):
        for gold in outcome.question.gold:
            if gold.paragraph == paragraph and same_document(gold.document, document):
                return rank
    return float("inf")


def _chances(result: SetResult, half: Split, expect: Expect, kind: str) -> NDArray[np.float64]:
    chosen: Sequence[float] = [
        result.chances[o.question.id]
        for o in result.of(half)
        if o.question.expect is expect and kind in ("", o.question.kind)
    ]
    return np.asarray(chosen, np.float64)


def _refused(result: SetResult, half: Split, expect: Expect, kind: str) -> float:
    chosen = [
        not o.answered
        for o in result.of(half)
        if o.question.expect is expect and kind in ("", o.question.kind)
    ]
    return sum(chosen) / len(chosen)
