"""An answer as text for people."""

from __future__ import annotations

from rag.answer import Answer, Answered, Failed, label_of
from rag.outcomes import NEAREST, outcome

_NEAREST_COUNT = 3


def answer_text(answer: Answer) -> str:
    """The answer with numbered sources and its label; a refusal with its reason and the
    nearest paragraphs, which are no answer."""
    if isinstance(answer, Answered):
        return _answered(answer)
    if isinstance(answer, Failed):
        return outcome(answer)
    return f"{outcome(answer)}{_nearest(answer)}"


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
    record = f"\n记录: {answer.trace.record}" if answer.trace.record else ""
    foot = f"{record}\n标识: {label_of(answer).text}"
    return "\n".join(lines) + "\n\n出处:\n" + "\n".join(sources) + foot


def _nearest(answer: Answer) -> str:
    hits = answer.trace.hits[:_NEAREST_COUNT]
    if not hits:
        return ""
    lines = [
        f"  - {hit.paragraph.document} {hit.paragraph.label}: {hit.paragraph.text[:50]}…"
        for hit in hits
    ]
    return f"\n{NEAREST}:\n" + "\n".join(lines)
