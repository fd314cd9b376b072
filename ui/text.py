"""An answer as text for people."""

from __future__ import annotations

from rag.answer import Answer, Answered, Failed, label_of
from rag.outcomes import NEAREST, NOTICES, outcome

_NEAREST_COUNT = 3


def answer_text(answer: Answer) -> str:
    """The answer with numbered sources; a refusal with its reason and the nearest paragraphs,
    which are no answer. Each with its record's name, and its label if a machine chose what is
    shown."""
    record = f"\n记录: {answer.trace.record}" if answer.trace.record else ""
    if isinstance(answer, Failed):
        return f"{outcome(answer)}{record}"
    told = _answered(answer) if isinstance(answer, Answered) else outcome(answer) + _nearest(answer)
    notices = "".join(f"\n注意: {NOTICES[notice]}" for notice in answer.trace.notices)
    return f"{told}{notices}{record}\n标识: {label_of(answer).text}"


def _answered(answer: Answered) -> str:
    lines: list[str] = []
    sources: list[str] = []
    for claim in answer.claims:
        marks = ""
        for citation in claim.citations:
            paragraph = citation.paragraph
            sources.append(
                f"[{len(sources) + 1}] {paragraph.document} {paragraph.label} "
                f"(第 {paragraph.number} 段, {citation.start}-{citation.end})"
            )
            marks += f"[{len(sources)}]"
        lines.append(f"{claim.text} {marks}")
    return "\n".join(lines) + "\n\n出处:\n" + "\n".join(sources)


def _nearest(answer: Answer) -> str:
    hits = answer.trace.hits[:_NEAREST_COUNT]
    if not hits:
        return ""
    lines = [
        f"  - {hit.paragraph.document} {hit.paragraph.label}: {hit.paragraph.text[:50]}…"
        for hit in hits
    ]
    return f"\n{NEAREST}:\n" + "\n".join(lines)
