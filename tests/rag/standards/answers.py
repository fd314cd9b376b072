"""Answers as JSON, for the forms that are made from it."""

from __future__ import annotations

from typing import cast

from index.document import Paragraph
from rag.answer import (
    Answer,
    Answered,
    Citation,
    Claim,
    Method,
    RefusalReason,
    Refused,
    Trace,
)
from rag.standards.shape import AnswerJson

HASH = "9f86d081884c7d65" * 4
RULE = Paragraph(
    "laws/办法.md", 3, "第三条", "第一章", "行政机关应当在二十个工作日内作出决定。", 40
)
OTHER = Paragraph("laws/办法.md", 4, "第四条", "第一章", "材料不齐的，应当一次告知。", 62)


def trace(identifier: str, question: str = "多久作出决定？") -> Trace:
    return Trace(
        id=identifier,
        question=question,
        producer="某市数据局",
        index_sha256="ab" * 32,
        record="00000012-9f86d081884c7d65",
        record_sha256=HASH,
    )


def as_json(answer: Answer) -> AnswerJson:
    return cast("AnswerJson", answer.to_json())


def answered(question: str = "多久作出决定？") -> AnswerJson:
    claim = Claim.quoted(Citation(RULE, 0, len(RULE.text)))
    return as_json(Answered(trace("a1", question), (claim,)))


def drafted() -> AnswerJson:
    rule, other = Citation(RULE, 0, len(RULE.text)), Citation(OTHER, 0, len(OTHER.text))
    claims = (
        Claim("二十个工作日内作出决定。", (rule,), Method.DRAFTED),
        Claim("材料不齐的，一次告知，二十个工作日内决定。", (other, rule), Method.DRAFTED),
    )
    body = as_json(Answered(trace("a2"), claims))
    body["model"] = "openai:some-model"
    return body


def refused() -> AnswerJson:
    return as_json(Refused(trace("a3"), RefusalReason.NOT_SUPPORTED))
