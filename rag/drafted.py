"""A model's draft for a question, through the gate, whatever the model does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.errors import ModelError
from rag.answer import Hit, Notice, Rejection
from rag.drafting import (
    Drafter,
    DraftSentence,
    Evidence,
    declines,
    drafting_messages,
    number_evidence,
    read_draft,
)
from rag.drafting.prompt import repair_messages
from rag.gate import Omitted, Passed, gated
from rag.question import Question
from rag.recording import Exchange

EVIDENCE = 6
"""Paragraphs that the model sees."""


def drafted_outcomes(
    drafter: Drafter,
    asked: Question,
    hits: Sequence[Hit],
    notices: list[Notice],
    exchange: Exchange,
) -> Iterator[Passed | Rejection]:
    """What passed the gate and what did not, as it comes. ``notices`` is told when something
    was left out and when the model was not to be had, ``exchange`` what the model returned."""
    evidence = number_evidence([hit.paragraph for hit in hits[:EVIDENCE]])
    messages = drafting_messages(asked.text, evidence, structured=drafter.structured)
    repairs = _Repairs(drafter, asked.text, evidence, exchange)
    left_out = came = False
    try:
        pieces = drafter.stream(messages, structured=drafter.structured)
        draft = read_draft(exchange.listen(pieces))
        for outcome in gated(draft, evidence, repairs, drafter.entailment):
            came = True
            if isinstance(outcome, Omitted):
                left_out = True
            else:
                yield outcome
        if not came and not declines(exchange.replies[-1]):  # words, and no sentence among them
            notices.append(Notice.MODEL_UNAVAILABLE)
    except ModelError:
        notices.append(Notice.MODEL_UNAVAILABLE)
    if left_out:
        notices.append(Notice.OMITTED)


class _Repairs:
    """Asks the model, once per answer, to put a rejected sentence right."""

    def __init__(
        self, drafter: Drafter, question: str, evidence: Evidence, exchange: Exchange
    ) -> None:
        self._drafter = drafter
        self._exchange = exchange
        self._question = question
        self._evidence = evidence
        self._asked = False

    def __call__(self, sentence: str, reasons: Sequence[str]) -> DraftSentence | None:
        if self._asked:
            return None
        self._asked = True
        messages = repair_messages(self._question, self._evidence, sentence, reasons)
        try:
            pieces = self._exchange.listen(self._drafter.stream(messages))
            return next(read_draft(pieces), None)
        except ModelError:
            return None
