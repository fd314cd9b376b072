"""Which sentence of the evidence each clause of a claim restates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.verify.overlap import covered_share
from rag.verify.quantities import ordinals
from rag.verify.text import Part, normalise, parts, statements

CLAUSES = 60
"""The most clauses that a claim may have."""


@dataclass(frozen=True)
class Aligned:
    """A claim's clause with the evidence sentence (by number) that holds most of it, the
    clause of that sentence that is nearest, and how much of the claim's clause they hold."""

    clause: Part
    sentence: int
    nearest: str
    sentence_share: float
    nearest_share: float
    evidence_share: float


@dataclass(frozen=True)
class Comparison:
    """A claim laid beside its evidence. ``sentences`` are the evidence's; all normalised."""

    claim: Part
    sentences: tuple[Part, ...]
    aligned: tuple[Aligned, ...]
    labels: tuple[str, ...] = ()
    """The numbers of the articles that the evidence's texts are (``8条``)."""

    @cached_property
    def evidence(self) -> str:
        return "\n".join(part.text for part in self.sentences)

    @cached_property
    def used(self) -> tuple[int, ...]:
        """The evidence sentences that any clause restates, in order."""
        return tuple(sorted({entry.sentence for entry in self.aligned}))

    @cached_property
    def support(self) -> str:
        """The text of those sentences."""
        return "\n".join(self.sentences[at].text for at in self.used)


def compare(claim: str, evidence: Sequence[str]) -> Comparison | None:
    """The claim (one or more sentences, taken together) beside the evidence; ``None`` when
    either has no words, or the claim more clauses than can be compared in good time."""
    claim_parts = parts(claim)
    sentences = statements(evidence)
    if not claim_parts or not sentences:
        return None
    if sum(len(part.clauses) for part in claim_parts) > CLAUSES:
        return None
    whole = Part("".join(part.text for part in claim_parts))
    everything = "\n".join(part.text for part in sentences)
    ranked = sorted(range(len(sentences)), key=lambda at: -_rough(whole, sentences[at]))[:8]
    overall = {at: covered_share(whole.text, sentences[at].text) for at in ranked}
    aligned = tuple(
        _align(clause, sentences, ranked, overall, everything)
        for part in claim_parts
        for clause in part.clauses
    )
    labels = tuple(label for text in evidence for label in ordinals(normalise(text[:12])))
    return Comparison(whole, sentences, aligned, labels)


def _align(
    clause: Part,
    sentences: Sequence[Part],
    ranked: Sequence[int],
    overall: dict[int, float],
    everything: str,
) -> Aligned:
    """A short clause fits many sentences: the one that the whole claim fits breaks the tie."""
    shares = {at: covered_share(clause.text, sentences[at].text) for at in ranked}
    best = max(ranked, key=lambda at: shares[at] + 0.5 * overall[at])
    nearest = max(
        (part.text for part in sentences[best].clauses),
        key=lambda text: covered_share(clause.text, text),
        default=sentences[best].text,
    )
    return Aligned(
        clause,
        best,
        nearest,
        shares[best],
        covered_share(clause.text, nearest),
        covered_share(clause.text, everything),
    )


def _rough(claim: Part, sentence: Part) -> float:
    shared = len(claim.bigrams & sentence.bigrams) / (len(claim.bigrams) or 1)
    held = set(sentence.characters)
    return shared + 0.5 * sum(c in held for c in claim.characters) / (len(claim.characters) or 1)
