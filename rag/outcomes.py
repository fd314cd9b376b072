"""What people are told in place of an answer, or beside one, in words."""

from __future__ import annotations

from typing import Final, assert_never

from rag.answer import (
    Answer,
    Answered,
    Failed,
    FailureReason,
    Notice,
    Referred,
    RefusalReason,
    Refused,
)

NOTICES: Final = {
    Notice.OMITTED: "部分句子未通过核验，没有列出。",
    Notice.MODEL_UNAVAILABLE: "语言模型不可用，回答改为原文摘录。",
    Notice.SUPERSEDED: "所引文件已有更新的文本。",
    Notice.INTERRUPTED: "回答中途中断，以下内容不完整。",
}
NEAREST: Final = "最接近的段落（不是回答）"
"""The heading over paragraphs that were found and answer nothing."""

_REFUSALS: Final = {
    RefusalReason.NO_EVIDENCE: "没有找到与问题有关的段落。",
    RefusalReason.NOT_SUPPORTED: "资料中没有能回答这个问题的内容。",
    RefusalReason.EMPTY_QUESTION: "问题是空的，请写下要问的内容。",
    RefusalReason.TOO_LONG: "问题超过 4000 字，请缩短后再问。",
}
_FAILURES: Final = {
    FailureReason.MODEL_FAILED: "语言模型没有给出可用的回答。",
    FailureReason.AUDIT_FAILED: "这次回答无法留下记录，因此不予显示。",
    FailureReason.BAD_INPUT: "输入无法识别。",
}
_REFERRED: Final = "这个问题要求作出行政决定或对个案作出判断，应由工作人员答复。"


def outcome(answer: Answer) -> str:
    """What is said in place of an answer; empty for an answer.

    >>> from rag.answer import Trace
    >>> outcome(Refused(Trace(id="a1", question="?"), RefusalReason.NO_EVIDENCE))
    '未回答：没有找到与问题有关的段落。'
    """
    match answer:
        case Answered():
            return ""
        case Refused():
            return f"未回答：{_REFUSALS[answer.reason]}"
        case Referred():
            return f"转人工：{_REFERRED}"
        case Failed():
            return f"失败：{_FAILURES[answer.reason]}{answer.message}"
        case _:
            assert_never(answer)
