"""An answer as text for people."""

from __future__ import annotations

from typing import assert_never

from rag.answer import (
    Answer,
    Answered,
    Failed,
    FailureReason,
    Referred,
    RefusalReason,
    Refused,
    label_of,
)

_REFUSALS = {
    RefusalReason.NO_EVIDENCE: "没有找到与问题有关的段落。",
    RefusalReason.NOT_SUPPORTED: "资料中没有能回答这个问题的内容。",
    RefusalReason.EMPTY_QUESTION: "问题是空的。请写下要问的内容。",
    RefusalReason.TOO_LONG: "问题超过 4000 字。请缩短后再问。",
}
_FAILURES = {
    FailureReason.MODEL_FAILED: "语言模型没有给出可用的回答。",
    FailureReason.AUDIT_FAILED: "这次回答无法留下记录, 因此不予显示。",
    FailureReason.BAD_INPUT: "输入无法识别。",
}
_NEAREST = 3


def answer_text(answer: Answer) -> str:
    """The answer with numbered sources; a refusal with its reason and the nearest paragraphs,
    which are no answer."""
    match answer:
        case Answered():
            return _answered(answer)
        case Refused():
            return f"未回答: {_REFUSALS[answer.reason]}{_nearest(answer)}"
        case Referred():
            return (
                "转人工: 这个问题要求作出行政决定或对个案作出判断, 应由工作人员答复。"
                f"{_nearest(answer)}"
            )
        case Failed():
            return f"失败: {_FAILURES[answer.reason]} {answer.message}".rstrip()
        case _:
            assert_never(answer)


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


def _nearest(answer: Refused | Referred) -> str:
    hits = answer.trace.hits[:_NEAREST]
    if not hits:
        return ""
    lines = [
        f"  - {hit.paragraph.document} {hit.paragraph.label}: {hit.paragraph.text[:50]}…"
        for hit in hits
    ]
    return "\n最接近的段落 (不是回答):\n" + "\n".join(lines)
