"""Fits the two small models of :mod:`rag.quoting` on development questions.

    python -m eval.fit [SET…] [--write]

Sentences: gold or not, among the candidates of answerable questions. Questions: answerable or
not, where each answerable question is also asked of an index from which its gold paragraphs
were taken away: the topic stays and the fact is gone, which is what an absent fact looks like.
A conditional logit for sentences and a logistic regression for questions, both with an L2
penalty; scores shown are from cross-validation over sets, never from the data fitted on.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.library import FITTING, open_set, open_to_fitting
from eval.questions import EvalQuestion, Expect
from eval.quoting import Scored
from index.lexical import terms
from index.store import Index
from rag.answer import Citation, RefusalReason, Refused, Trace
from rag.pipeline import Pipeline
from rag.quoting import answerability, candidates, understand
from rag.quoting.candidates import POOL, Reading, read
from rag.quoting.weights import FILE, load_weights

Floats = NDArray[np.float64]
PENALTY = 2.0
COUNTS = {"absent": 5.0, "gold taken away": 0.7, "other document": 0.2}
"""How often a question of a kind counts: absent facts are few and what matters."""

OTHERS = 6
"""One in so many questions on other documents is asked of a set's own: they are easily told."""

LIKELY = 0.1
"""A sentence with less chance than this is quoted only if it is the best."""

FALSE_REFUSALS, ABSENT_ANSWERED = 0.1, 0.35
"""The targets between which the threshold lies: the shares of answerable questions that may be
refused, and of absent facts that may be answered."""

_EXACTLY = {"maxiter": 5000, "ftol": 1e-12, "gtol": 1e-7}
_SIGNS = [
    1 if name in answerability.SPEAK_FOR else -1 if name in answerability.SPEAK_AGAINST else 0
    for name in answerability.FEATURES
]


def fit_logistic(
    x: Floats,
    y: Floats,
    penalty: float = PENALTY,
    counts: Floats | None = None,
    signs: Sequence[int] = (),
) -> Floats:
    """Coefficients, intercept last, shape ``(features + 1,)``. ``counts`` says how often each
    row counts (once, if not given); ``signs``, for each feature, that its coefficient may not be
    negative (1), not positive (-1), or either (0).

    >>> x = np.array([[0.0], [1.0], [2.0], [3.0]]); y = np.array([0.0, 0.0, 1.0, 1.0])
    >>> weights = fit_logistic(x, y, 0.1)
    >>> bool(weights[0] > 0), round(float(-weights[1] / weights[0]), 2)
    (True, 1.5)
    >>> float(fit_logistic(x, y, 0.1, signs=[-1])[0])
    0.0
    """
    design = np.hstack([x, np.ones((len(x), 1))])
    shrink = np.append(np.full(x.shape[1], penalty), 1e-6)
    often = np.ones(len(x)) if counts is None else counts

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = design @ weights
        cost = float(np.sum(often * (np.logaddexp(0, odds) - y * odds)))
        slope = design.T @ (often * (1 / (1 + np.exp(-np.clip(odds, -30, 30))) - y))
        return cost + float(weights @ (shrink * weights)) / 2, slope + shrink * weights

    allowed: dict[int, tuple[float | None, float | None]] = {1: (0, None), -1: (None, 0)}
    bounds = [allowed.get(sign, (None, None)) for sign in (*(signs or [0] * x.shape[1]), 0)]
    start = np.zeros(design.shape[1])
    return np.asarray(minimize(loss, start, jac=True, bounds=bounds, options=_EXACTLY).x)


def fit_conditional(x: Floats, y: Floats, marks: NDArray[np.int64], penalty: float = 1.0) -> Floats:
    """Coefficients and intercept, shape ``(features + 1,)``, of a conditional logit (McFadden
    1974): the chance that a question's best sentence is a gold one, among its own candidates.
    ``marks`` says which question each row belongs to.

    What makes a question hard for all its candidates then does not disturb what tells them
    apart. Scale and intercept are set afterwards, by a logistic regression on the score alone.
    """
    spread = x.std(axis=0) + 1e-9
    scaled = (x - x.mean(axis=0)) / spread
    rows = [np.flatnonzero(marks == mark) for mark in np.unique(marks)]
    rows = [own for own in rows if y[own].any()]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = penalty * float(weights @ weights), 2 * penalty * weights
        for own in rows:
            odds = scaled[own] @ weights
            chance = np.exp(odds - odds.max())
            right = chance * y[own]
            total -= float(np.log(right.sum() / chance.sum()))
            slope = slope + scaled[own].T @ (chance / chance.sum() - right / right.sum())
        return total, slope

    found = minimize(loss, np.zeros(x.shape[1]), jac=True).x / spread
    scale, intercept = fit_logistic((x @ found)[:, None], y, 0.01)
    return np.append(found * scale, intercept)


def chances(x: Floats, weights: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ weights[:-1] + weights[-1], -30, 30))))


def auc(scores: Floats, y: Floats) -> float:
    """The chance that a yes scores above a no (Mann-Whitney), ties half.

    >>> auc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.875
    """
    yes, no = scores[y == 1], scores[y == 0]
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return float(above)


def out_of_fold(
    x: Floats,
    y: Floats,
    folds: NDArray[np.int64],
    fit: Callable[[NDArray[np.bool_]], Floats],
) -> Floats:
    """Each row's chance by a model that did not see its fold; ``fit`` is given the rows seen."""
    found = np.zeros(len(y))
    for fold in np.unique(folds):
        found[folds == fold] = chances(x[folds == fold], fit(folds != fold))
    return found


def reading_of(
    pipeline: Pipeline, question: EvalQuestion, *, without_gold: bool = False
) -> Reading:
    asked = understand(question.question, question.history)
    hits = pipeline.index.search(asked.text, POOL * 2, also=asked.also)
    if without_gold:
        gold = {(g.document, g.paragraph) for g in question.gold}
        hits = tuple(
            hit
            for hit in hits
            if not {("", hit.paragraph.number), (hit.paragraph.document, hit.paragraph.number)}
            & gold
        )
        index = replace(pipeline.index, statistics=_Without(pipeline.index, gold))
        return read(asked, hits[:POOL], index)
    return read(asked, hits[:POOL], pipeline.index)


class _Without:
    """Term statistics as if some paragraphs were not there."""

    def __init__(self, index: Index, gold: set[tuple[str, int]]) -> None:
        self._whole = index.statistics
        self._gone = [
            set(terms(f"{p.section} {p.text}"))
            for p in index.paragraphs()
            if {("", p.number), (p.document, p.number)} & gold
        ]

    @property
    def size(self) -> int:
        return self._whole.size - len(self._gone)

    def document_frequency(self, term: str) -> int:
        gone = sum(term in held for held in self._gone)
        return max(0, self._whole.document_frequency(term) - gone)


def sentence_rows(
    pipelines: dict[str, Pipeline], questions: dict[str, list[EvalQuestion]]
) -> tuple[Floats, Floats, list[int], NDArray[np.int64]]:
    x, y, groups, sets = [], [], [], []
    group = 0
    for number, (name, asked) in enumerate(questions.items()):
        for question in asked:
            if not question.gold:
                continue
            group += 1
            scored = Scored(question, Refused(Trace(id="", question=""), RefusalReason.NO_EVIDENCE))
            for candidate in reading_of(pipelines[name], question).sentences:
                span = candidate.span
                x.append(candidate.values)
                y.append(scored.is_gold(Citation(candidate.paragraph, span.start, span.end)))
                groups.append(group)
                sets.append(number)
    return np.array(x), np.array(y, float), groups, np.array(sets)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the second model sees it, and whether there is an answer to it."""

    values: tuple[float, ...]
    answerable: bool
    elsewhere: bool
    kind: str
    set: str
    id: str


def question_rows(
    pipelines: dict[str, Pipeline], questions: dict[str, list[EvalQuestion]]
) -> list[Asked]:
    """Every question of every set, once more without its gold, and some of the other sets'."""
    found = []

    def add(name: str, question: EvalQuestion, kind: str, *, without_gold: bool = False) -> None:
        reading = reading_of(pipelines[name], question, without_gold=without_gold)
        if reading.candidates and not reading.question.only_instructs:
            answerable = bool(question.gold) and kind == question.kind
            values, elsewhere = answerability.signs(reading), answerability.is_elsewhere(reading)
            found.append(Asked(values, answerable, elsewhere, kind, name, question.id))

    for name, asked in questions.items():
        for question in (q for other, qs in questions.items() if other != name for q in qs):
            taken = zlib.crc32(f"{name} {question.id}".encode()) % OTHERS == 0
            if taken and question.gold and question.kind not in ("follow_up", "injection"):
                add(name, question, "other document")
        for question in asked:
            if question.expect is not Expect.REFERRED:
                add(name, question, question.kind)
                if question.gold:
                    add(name, question, "gold taken away", without_gold=True)
    return found


def model_json(features: Sequence[str], weights: Floats, threshold: float) -> dict[str, object]:
    pairs = zip(features, weights[:-1], strict=True)
    return {
        "coefficients": {name: round(float(w), 4) for name, w in pairs},
        "intercept": round(float(weights[-1]), 4),
        "threshold": round(threshold, 4),
    }


def write(**models: dict[str, object]) -> None:
    body = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    body.update(models)
    FILE.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    load_weights.cache_clear()


def balanced(answerable: Floats, absent: Floats) -> float:
    """The threshold at which the targets of both sides are kept with the same margin, or missed
    by as little: the larger of the two shares, each measured by its target, is least. A side
    without questions does not count.

    >>> balanced(np.linspace(0.3, 1, 71), np.linspace(0, 0.6, 61))
    0.36
    """
    tried = np.linspace(0.01, 0.99, 99)
    refused = np.array([np.sum(answerable < t) for t in tried]) / max(1, len(answerable))
    answered = np.array([np.sum(absent >= t) for t in tried]) / max(1, len(absent))
    refused, answered = refused / FALSE_REFUSALS, answered / ABSENT_ANSWERED
    return float(np.round(tried[np.argmin(np.maximum(refused, answered))], 2))


def curve(scores: Floats, y: Floats, kinds: Sequence[str]) -> str:
    """The whole trade-off: what each threshold refuses."""
    names = ("absent", "far_off", "other document", "gold taken away")
    lines = [
        f"| threshold | answerable refused | {' | '.join(names)} |",
        "|---" * (len(names) + 2) + "|",
    ]
    labels = np.array(kinds)
    for share in (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3):
        threshold = float(np.quantile(scores[y == 1], share))
        cells = [np.mean(scores[y == 1] < threshold)]
        for kind in names:
            of_kind = scores[(labels == kind) & (y == 0)]
            cells.append(np.mean(of_kind < threshold) if len(of_kind) else np.nan)
        lines.append(f"| {threshold:.3f} | " + " | ".join(f"{c:.2f}" for c in cells) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("sets", nargs="*", default=["article", "laws", "sample", *FITTING])
    parser.add_argument("--write", action="store_true", help="replace the committed weights")
    options = parser.parse_args(arguments)
    pipelines = {name: open_set(name) for name in options.sets}
    questions = {name: open_to_fitting(name) for name in options.sets}
    if not FILE.is_file():
        for name, features in (
            ("sentence", candidates.FEATURES),
            ("answerable", answerability.FEATURES),
        ):
            write(**{name: model_json(features, np.zeros(len(features) + 1), 0.5)})
    x, y, groups, sets = sentence_rows(pipelines, questions)
    folds = folds_of([options.sets[number] for number in sets], groups)

    def fit_sentences(seen: NDArray[np.bool_]) -> Floats:
        return fit_conditional(x[seen], y[seen], np.array(groups)[seen])

    scores = out_of_fold(x, y, folds, fit_sentences)
    print(f"sentences: {len(y)} of {max(groups)} questions, AUC {auc(scores, y):.3f}")
    print(f"the best one is gold: {best_is_gold(scores, y, groups):.3f}")
    weights = fit_sentences(np.ones(len(y), bool))
    sentence = model_json(candidates.FEATURES, weights, LIKELY)
    print(json.dumps(sentence, indent=1, ensure_ascii=False))
    before = FILE.read_text(encoding="utf-8")
    write(sentence=sentence)  # the second model reads the first one's scores
    asked = question_rows(pipelines, questions)
    x, y = np.array([a.values for a in asked]), np.array([a.answerable for a in asked], float)
    kinds = [a.kind for a in asked]
    counts = np.array([COUNTS.get(kind, 1.0) for kind in kinds])
    folds = folds_of([a.set for a in asked], [zlib.crc32(a.id.encode()) for a in asked])

    def fit_questions(seen: NDArray[np.bool_]) -> Floats:
        return fit_logistic(x[seen], y[seen], counts=counts[seen], signs=_SIGNS)

    scores = out_of_fold(x, y, folds, fit_questions)
    scores[np.array([a.elsewhere for a in asked])] *= 0.01
    real = np.array([kind not in ("gold taken away", "other document") for kind in kinds])
    print(
        f"questions: {len(y)}, AUC {auc(scores, y):.3f}, without made ones "
        f"{auc(scores[real], y[real]):.3f}\n\n{curve(scores, y, kinds)}"
    )
    reported = np.array([a.set not in FITTING for a in asked])
    if not reported.any():
        reported[:] = True
    if not reported.all():
        kinds_there = [kind for kind, there in zip(kinds, reported, strict=True) if there]
        print(f"\nreported sets only\n\n{curve(scores[reported], y[reported], kinds_there)}")
    absent = np.array([kind == "absent" for kind in kinds])
    threshold = balanced(scores[reported & (y == 1)], scores[reported & (y == 0) & absent])
    fitted = fit_questions(np.ones(len(y), bool))
    answerable = model_json(answerability.FEATURES, fitted, threshold)
    print(json.dumps(answerable, indent=1, ensure_ascii=False))
    write(answerable=answerable)
    if not options.write:
        FILE.write_text(before, encoding="utf-8")
    return 0


def folds_of(sets: Sequence[str], groups: Sequence[int]) -> NDArray[np.int64]:
    """The fold of each row. Documents that were not fitted on are what matters: a fold is a set,
    if there are several; else an eighth of the questions, all rows of one together.

    >>> folds_of(["a", "b", "a"], [1, 2, 3]).tolist(), folds_of(["a", "a"], [3, 11]).tolist()
    ([0, 1, 0], [3, 3])
    """
    names, places = np.unique(sets, return_inverse=True)
    return np.asarray(places if len(names) > 1 else np.array(groups) % 8)


def best_is_gold(scores: Floats, y: Floats, groups: Sequence[int]) -> float:
    """The share of questions whose highest sentence is gold."""
    marks = np.array(groups)
    rows = [np.flatnonzero(marks == group) for group in np.unique(marks)]
    return float(np.mean([y[own[np.argmax(scores[own])]] for own in rows]))


__all__ = ["auc", "fit_logistic", "main"]

if __name__ == "__main__":
    sys.exit(main())
