"""Answers from the record, for the forms that are made from an answer's JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from index.errors import AuditError
from rag.audit.log import Log
from rag.standards.shape import AnswerJson


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given, and when it was sealed (UTC)."""

    answer: AnswerJson
    at: datetime


def kept_answer(log: Log, name: str) -> KeptAnswer:
    """The answer that ``name`` (its id, its record's name or number) means. Raises
    :class:`AuditError` if there is none, or none any more."""
    identifier = log.answer_called(name)
    for (number, kind), opening in log.openings_of(identifier).items():
        entry = log.entry(number)
        if kind == "answer" and entry is not None:
            answer = cast("AnswerJson", json.loads(opening.body)["value"])
            return KeptAnswer(answer, datetime.fromisoformat(json.loads(entry.body)["time"]))
    raise AuditError(
        f"record {name} holds no answer: it was interrupted or its texts were erased. "
        "suyuan audit show says which."
    )
