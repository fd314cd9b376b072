"""The report's figures, as SVG that needs nothing from elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from eval.outcome import Outcome
from eval.questions import Expect, Split, same_document
from eval.results import SetResult

SIZE = (4.6, 3.2)


def svg(figure: Figure) -> str:
    """The figure as an SVG element. The same figure gives the same text."""
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "suyuan", "svg.fonttype": "none"}):
        figure.savefig(
            buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator")), bbox_inches="tight"
        )
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def retrieval_curve(result: SetResult) -> Figure:
    """hit@k for k from 1 to 10, one line a half."""
    figure = Figure(figsize=SIZE)
    axes = figure.subplots()
    for half in Split:
        ranks = [_rank(o) for o in result.of(half) if o.question.gold]
        if ranks:
            shares = [sum(r <= k for r in ranks) / len(ranks) for k in range(1, 11)]
            axes.plot(range(1, 11), shares, marker="o", markersize=3, label=half.value)
    axes.set(xlabel="k", ylabel="hit@k", ylim=(0, 1.02), title=f"{result.name}: retrieval")
    axes.legend(loc="lower right")
    return figure


def refusal_curve(result: SetResult) -> Figure | None:
    """False refusals against absent facts refused, for every threshold; one line a half."""
    if not result.chances:
        return None
    figure = Figure(figsize=SIZE)
    axes = figure.subplots()
    for half in Split:
        answerable = _chances(result, half, Expect.ANSWERED, "")
        absent = _chances(result, half, Expect.REFUSED, "absent")
        if not len(answerable) or not len(absent):
            continue
        cuts = np.unique(np.concatenate([[0.0], answerable, absent, [1.01]]))
        wrong = [(answerable < cut).mean() for cut in cuts]
        right = [(absent < cut).mean() for cut in cuts]
        axes.plot(wrong, right, drawstyle="steps-post", label=half.value)
    axes.set(xlabel="answerable questions refused", ylabel="absent facts refused",
             title=f"{result.name}: refusal")  # fmt: skip
    axes.legend(loc="lower right")
    return figure


def rejection_bars(result: SetResult) -> Figure | None:
    """How often each rule turned a drafted sentence away."""
    codes = [code for o in result.outcomes for reasons in o.rejected for code in reasons]
    if not codes:
        return None
    names = sorted(set(codes), key=codes.count)
    figure = Figure(figsize=SIZE)
    axes = figure.subplots()
    axes.barh(names, [codes.count(name) for name in names])
    axes.set(title=f"{result.name}: reasons of rejection")
    return figure


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
