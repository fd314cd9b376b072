"""A question of a set beside what was answered: the unit that every metric reads.

The answer is kept as its JSON, so that outcomes can be written down, read back, and come from
any answerer, also one that is not ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.questions import EvalQuestion, Expect, Gold, same_document
from index.folding import fold


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """A citation as it stands in an answer's JSON."""

    document: str
    paragraph: int
    start: int
    end: int
    quote: str

    def overlaps(self, gold: Gold) -> bool:
        return (
            self.paragraph == gold.paragraph
            and same_document(gold.document, self.document)
            and gold.start < self.end
            and self.start < gold.end
        )


@dataclass(frozen=True, slots=True)
class SaidClaim:
    """A sentence of an answer with its citations."""

    text: str
    citations: tuple[CitedSpan, ...]
    method: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``hits`` are ``(document, paragraph)``, best first; ``seconds`` the answer took."""

    question: EvalQuestion
    status: str
    claims: tuple[SaidClaim, ...]
    hits: tuple[tuple[str, int], ...]
    rejected: tuple[tuple[str, ...], ...]
    seconds: float
    notices: tuple[str, ...] = ()

    @classmethod
    def read(cls, question: EvalQuestion, answer: Mapping[str, object], seconds: float) -> Outcome:
        """From an answer as ``suyuan schema`` describes it."""
        return cls(
            question,
            str(answer["status"]),
            tuple(_claim(claim) for claim in _rows(answer, "claims")),
            tuple((str(h["document"]), int(str(h["paragraph"]))) for h in _rows(answer, "hits")),
            tuple(tuple(map(str, _values(r, "reasons"))) for r in _rows(answer, "rejected")),
            seconds,
            tuple(map(str, _values(answer, "notices"))),
        )

    @property
    def answered(self) -> bool:
        return self.status == "answered"

    @property
    def answerable(self) -> bool:
        return self.question.expect is Expect.ANSWERED

    @property
    def citations(self) -> list[CitedSpan]:
        return [citation for claim in self.claims for citation in claim.citations]

    def is_gold(self, citation: CitedSpan) -> bool:
        return any(citation.overlaps(gold) for gold in self.question.gold)

    def in_gold_block(self, citation: CitedSpan) -> bool:
        """Whether it cites a gold paragraph, whatever part of it."""
        return any(
            citation.paragraph == gold.paragraph and same_document(gold.document, citation.document)
            for gold in self.question.gold
        )

    def says(self, alternatives: Sequence[str]) -> bool:
        """Whether the answer's text holds one of the alternatives, widths and scripts folded."""
        said = fold("".join(claim.text for claim in self.claims))
        return any(fold(alternative) in said for alternative in alternatives)


def _claim(body: Mapping[str, object]) -> SaidClaim:
    spans = tuple(
        CitedSpan(
            str(c["document"]), int(str(c["paragraph"])), int(str(c["start"])),
            int(str(c["end"])), str(c["quote"]),
        )
        for c in _rows(body, "citations")
    )  # fmt: skip
    return SaidClaim(str(body["text"]), spans, str(body["method"]))


def _values(body: Mapping[str, object], key: str) -> list[object]:
    value = body.get(key) or []
    if not isinstance(value, list):
        raise TypeError(f"{key} is no list")
    return value


def _rows(body: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    rows = _values(body, key)
    if not all(isinstance(row, dict) for row in rows):
        raise TypeError(f"{key} is no list of objects")
    return rows  # type: ignore[return-value]
