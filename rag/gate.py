"""The gate: a drafted sentence is shown only after it was verified against quoted words.

For each sentence: find the smallest span of evidence that supports it (the paragraphs that
the model named first, then the others); show it with that citation. If nothing supports it,
ask the model once to put it right; else put the closest verbatim sentence in its place; else
leave it out and say that something was left out.

Whatever the model returns, what leaves :func:`gated` is a :class:`Claim` that
:func:`rag.verify.verify` found supported by the words it cites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, pairwise

from index.document import Paragraph
from index.segment import Span, sentences
from rag.answer import Citation, Claim, Method, Rejection
from rag.drafting.draft import DraftSentence
from rag.drafting.planted import instructs
from rag.drafting.prompt import Evidence
from rag.verify import Entailment, Verdict, verify
from rag.verify.overlap import covered_share, shared_bigrams
from rag.verify.text import normalise

CLAIM_LIMIT = 8
"""Claims shown for one question, at most."""

SPANS_TRIED = 4
RELATED = 0.15
"""Share of a sentence's bigrams that a paragraph which it does not cite must hold to be tried."""

SAME_BIGRAMS = 0.45
SAME_CONTENT = 0.7
"""Least shares of a drafted sentence's bigrams and content that its quotes must hold. Chosen on
the development half of the labelled model sentences: they stop half of the unfaithful ones
that the verifier lets through, and one in twelve faithful ones (:mod:`eval.faithfulness`)."""

CLOSE_ENOUGH = 0.45
"""Share of a rejected sentence's bigrams that a verbatim sentence must hold to stand in."""

Repair = Callable[[str, Sequence[str]], DraftSentence | None]
Check = Callable[[str, Sequence[str]], Verdict]


@dataclass(frozen=True, slots=True)
class Passed:
    claim: Claim
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Omitted:
    """A rejected sentence that nothing could stand in for."""

    text: str


Outcome = Passed | Rejection | Omitted


@dataclass(slots=True)
class _Shown:
    """What was shown already, so that nothing is said twice."""

    texts: set[str] = field(default_factory=set)

    def is_new(self, claim: Claim) -> bool:
        if claim.text in self.texts:
            return False
        self.texts.add(claim.text)
        return True


def gated(
    draft: Iterator[DraftSentence],
    evidence: Evidence,
    repair: Repair | None = None,
    entailment: Entailment | None = None,
) -> Iterator[Outcome]:
    """Verified claims and rejections, in the order of the draft, as its sentences arrive.
    ``entailment`` may object to what the rules let through."""
    check: Check = verify if entailment is None else partial(verify, entailment=entailment)
    shown = _Shown()
    for sentence in islice(draft, CLAIM_LIMIT * 2):
        if len(shown.texts) >= CLAIM_LIMIT:
            return
        claim, reasons = attribute(sentence, evidence, check)
        if claim is None:
            yield Rejection(sentence.text, reasons)
            claim = _replacement(sentence, reasons, evidence, repair, check)
        if claim is None:
            yield Omitted(sentence.text)
        elif shown.is_new(claim):
            yield Passed(claim, CHECKS if claim.method is Method.DRAFTED else ("verbatim",))


CHECKS = (
    "number", "date", "negation", "modality", "condition", "scope", "entity", "uncovered",
    "contradicted",
)  # fmt: skip


def attribute(
    sentence: DraftSentence, evidence: Evidence, check: Check
) -> tuple[Claim | None, tuple[str, ...]]:
    """The claim with the smallest citation that proves it; else ``None`` and why not.

    The reasons are those of the verdict against all that the model cited; ``uncited`` when it
    cited nothing that exists.
    """
    cited = [p for tag in sentence.tags if (p := evidence.paragraph(tag)) is not None]
    others = [
        p
        for p in evidence.tagged.values()
        if p not in cited and shared_bigrams(sentence.text, p.text) >= RELATED
    ]
    for paragraphs in ([p] for p in (*cited, *others)):
        citations = _smallest_support(sentence.text, paragraphs[0], check)
        if citations:
            return Claim(sentence.text, citations, Method.DRAFTED), ()
    if len(cited) > 1:
        joint = _joint_support(sentence.text, cited, check)
        if joint:
            return Claim(sentence.text, joint, Method.DRAFTED), ()
    if not cited:
        return None, ("uncited",)
    verdict = check(sentence.text, [p.text for p in cited])
    reasons = tuple(reason.value for reason in verdict.reasons)
    return None, reasons or ("uncovered",)


def _proves(quotes: Sequence[str], claim: str, check: Check) -> bool:
    """Whether ``quotes`` support ``claim`` and hold most of its words. The verifier tolerates
    a free paraphrase, which a person may have reasons for; a model's free wording is where it
    invents, and rejecting it costs little: the source's own sentence stands in."""
    said = "\n".join(quotes)
    return (
        shared_bigrams(claim, said) >= SAME_BIGRAMS
        and covered_share(normalise(claim), normalise(said)) >= SAME_CONTENT
        and check(claim, quotes).supported
    )


def _statements(paragraph: Paragraph) -> list[Span]:
    """The sentences that a drafted claim may rest on: not those that instruct the program."""
    return [span for span in sentences(paragraph.text) if not instructs(span.of(paragraph.text))]


def _smallest_support(claim: str, paragraph: Paragraph, check: Check) -> tuple[Citation, ...]:
    """One sentence of ``paragraph`` that supports ``claim``; else two neighbours; else the
    whole paragraph. Empty if nothing does."""
    text = paragraph.text
    spans = _statements(paragraph)
    by_overlap = sorted(spans, key=lambda span: -shared_bigrams(claim, span.of(text)))
    if not by_overlap or shared_bigrams(claim, text) == 0:
        return ()
    tried: list[Span] = by_overlap[:SPANS_TRIED]
    pairs = [Span(a.start, b.end) for a, b in pairwise(spans)]
    tried += sorted(pairs, key=lambda span: -shared_bigrams(claim, span.of(text)))[:2]
    tried.append(Span(spans[0].start, spans[-1].end))
    for span in tried:
        if not instructs(span.of(text)) and _proves([span.of(text)], claim, check):
            return (Citation(paragraph, span.start, span.end),)
    return ()


def _joint_support(claim: str, cited: Sequence[Paragraph], check: Check) -> tuple[Citation, ...]:
    """The best sentence of each cited paragraph, if together they support ``claim``."""
    citations = []
    for paragraph in cited:
        best = max(
            _statements(paragraph),
            key=lambda span: shared_bigrams(claim, span.of(paragraph.text)),
            default=None,
        )
        if best is None:
            return ()
        citations.append(Citation(paragraph, best.start, best.end))
    if _proves([citation.quote for citation in citations], claim, check):
        return tuple(citations)
    return ()


def _replacement(
    rejected: DraftSentence,
    reasons: Sequence[str],
    evidence: Evidence,
    repair: Repair | None,
    check: Check,
) -> Claim | None:
    if repair is not None:
        mended = repair(rejected.text, reasons)
        if mended is not None:
            again = DraftSentence(mended.text, mended.tags or rejected.tags)
            claim, _ = attribute(again, evidence, check)
            if claim is not None:
                return claim
    return _closest_verbatim(rejected, evidence)


def _closest_verbatim(rejected: DraftSentence, evidence: Evidence) -> Claim | None:
    """The cited sentence closest to the rejected one, if it is close: it says what the model
    was trying to say, in the source's own words."""
    cited = [p for tag in rejected.tags if (p := evidence.paragraph(tag)) is not None]
    best: tuple[float, Citation] | None = None
    for paragraph in cited or evidence.tagged.values():
        for span in _statements(paragraph):
            share = shared_bigrams(rejected.text, span.of(paragraph.text))
            if share >= CLOSE_ENOUGH and (best is None or share > best[0]):
                best = (share, Citation(paragraph, span.start, span.end))
    return Claim.quoted(best[1]) if best else None
