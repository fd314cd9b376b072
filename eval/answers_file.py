"""Answers that another program gave, judged as ours are: ``suyuan eval SET --answers FILE``.

The file holds one answer a line, as ``suyuan batch`` writes them or ``suyuan schema`` describes
them: at least ``id``, ``status``, ``claims`` and, for retrieval, ``hits``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.outcome import Outcome
from eval.questions import EvalQuestion
from index.errors import UsageError


def read_answers(path: Path, questions: Sequence[EvalQuestion]) -> list[Outcome]:
    """The outcomes of ``questions``, in their order. Raises :class:`UsageError` that names the
    file and the line that is no answer, or the questions that have none."""
    by_id = {question.id: question for question in questions}
    found: dict[str, Outcome] = {}
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            body = json.loads(line)
            question = by_id.get(str(body["id"]))
            if question is not None:  # answers to other questions do no harm
                found[question.id] = Outcome.read(question, body, _seconds(body))
        except KeyError as error:
            raise UsageError(f"{path}, line {number} is no answer: {error} is missing. "
                             "`suyuan schema` describes an answer.") from error  # fmt: skip
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise UsageError(f"{path}, line {number} is no answer: {error}. `suyuan schema` "
                             "describes an answer.") from error  # fmt: skip
    missing = [identifier for identifier in by_id if identifier not in found]
    if missing:
        raise UsageError(
            f"{path} has no answer for {len(missing)} of {len(by_id)} questions, the first is "
            f"{missing[0]!r}. Give one line a question, with its id."
        )
    return [found[question.id] for question in questions]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}. Check --answers.") from error


def _seconds(body: dict[str, object]) -> float:
    """What the answer says of its time; 0 where it says nothing."""
    timings = body.get("timings_ms")
    total = timings.get("total", 0) if isinstance(timings, dict) else 0
    return float(total) / 1000
