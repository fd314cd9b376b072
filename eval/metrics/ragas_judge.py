"""RAGAS's faithfulness and context precision (Es et al., EACL 2024), by the ``ragas`` package.

Its prompts and its arithmetic are its own; the model is the second judge's, called as drafts
are: with our deadlines, and with nothing sent anywhere else. Faithfulness is measured on
answers against the paragraphs retrieved; context precision on the paragraphs retrieved, against
the gold spans as reference answer.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.metrics.measure import Estimate, interval
from eval.outcome import Outcome
from eval.questions import same_document
from rag.drafting.prompt import Message

if TYPE_CHECKING:
    from eval.judges import SecondJudge
    from index.store import Index
    from rag.drafting import Drafter

CONTEXTS = 5
"""Paragraphs, best first, that context precision is asked about: one call of the model each."""

TRIES = 2


class NotScored(Exception):
    """The model's answer had not the form that RAGAS asks for."""


@dataclass(frozen=True, slots=True)
class RagasScores:
    """The means over ``answers`` and questions with gold; ``unscored`` had a reply of the judge
    that could not be read. ``absent`` says why there are none, if so."""

    faithfulness: Estimate
    context_precision: Estimate
    unscored: int
    absent: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            "faithfulness": self.faithfulness.to_json(),
            "context precision": self.context_precision.to_json(),
            "unscored": self.unscored,
            "absent": self.absent,
        }


def ragas_scores(
    judge: SecondJudge, outcomes: Sequence[Outcome], index: Index, *, workers: int = 2
) -> RagasScores:
    """Raises :class:`ModelError` when the judge cannot be reached."""
    if judge.model is None:
        return _absent(f"{judge.name} is no language model")
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    try:
        from ragas.metrics.collections import ContextPrecisionWithReference, Faithfulness
    except ImportError as error:
        return _absent(f"{error}: pip install 'suyuan[ragas]'")
    model = _ragas_model(judge.model)
    faithfulness, precision = Faithfulness(llm=model), ContextPrecisionWithReference(llm=model)

    def scored(score: Callable[[], Any]) -> float:
        try:
            return float(asyncio.run(score()).value)
        except NotScored:
            return math.nan

    def faithful(outcome: Outcome) -> float:
        said = "".join(claim.text for claim in outcome.claims)
        texts = contexts(outcome, index)
        return scored(
            lambda: faithfulness.ascore(
                user_input=outcome.question.question, response=said, retrieved_contexts=texts
            )
        )

    def precise(outcome: Outcome) -> float:
        texts = contexts(outcome, index)[:CONTEXTS]
        return scored(
            lambda: precision.ascore(
                user_input=outcome.question.question,
                reference=gold_text(outcome, index),
                retrieved_contexts=texts,
            )
        )

    with ThreadPoolExecutor(max(1, workers)) as pool:
        answered = list(pool.map(faithful, [o for o in outcomes if o.answered and o.hits]))
        found = list(pool.map(precise, [o for o in outcomes if o.question.gold and o.hits]))
    return RagasScores(
        _mean(answered), _mean(found), sum(map(math.isnan, answered)) + sum(map(math.isnan, found))
    )


def contexts(outcome: Outcome, index: Index) -> list[str]:
    """The paragraphs that were retrieved, best first."""
    return [index.document(name).paragraph(number).text for name, number in outcome.hits]


def gold_text(outcome: Outcome, index: Index) -> str:
    """The gold spans' own words."""
    return "\n".join(
        document.paragraph(gold.paragraph).text[gold.start : gold.end]
        for gold in outcome.question.gold
        for document in index.documents
        if same_document(gold.document, document.name)
    )


def read_reply(said: str, model: Any) -> Any:
    """The object of pydantic type ``model`` that a reply holds, whatever stands around it.

    Raises :class:`NotScored` where there is none.
    """
    start, end = said.find("{"), said.rfind("}")
    try:
        return model.model_validate(json.loads(said[start : end + 1]))
    except ValueError as error:  # pydantic's is one too
        raise NotScored(said[:80]) from error


def _ragas_model(drafter: Drafter) -> Any:
    """The judge as ragas takes models."""
    from ragas.llms.base import InstructorBaseRagasLLM

    class Ours(InstructorBaseRagasLLM):  # type: ignore[misc]
        def generate(self, prompt: str, response_model: Any) -> Any:
            for left in reversed(range(TRIES)):
                said = "".join(drafter.stream([Message("user", prompt)]))
                try:
                    return read_reply(said, response_model)
                except NotScored:
                    if not left:
                        raise
            raise AssertionError("the last try returns or raises")

        async def agenerate(self, prompt: str, response_model: Any) -> Any:
            return await asyncio.to_thread(self.generate, prompt, response_model)

    return Ours()


def _mean(values: Sequence[float]) -> Estimate:
    return interval([(value, 1.0) for value in values if not math.isnan(value)])


def _absent(why: str) -> RagasScores:
    return RagasScores(interval([]), interval([]), 0, why)
