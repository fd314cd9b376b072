"""Evaluation questions: what was asked, where the answer stands, what it must hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.document import Document
from index.errors import UsageError
from rag.question import Turn

SETS = Path(__file__).parent / "sets"
FORM = "docs/evaluation.md describes the form; eval/sets/sample.jsonl has examples."


class Split(StrEnum):
    """Tuning reads the development half only; reports show both."""

    DEVELOPMENT = "development"
    SEALED = "sealed"


class Expect(StrEnum):
    ANSWERED = "answered"
    REFUSED = "refused"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class Gold:
    """A span that answers the question; ``document`` is empty in a set on one document."""

    document: str
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """One question of a set. Any gold paragraph counts as a hit, all for recall; each nugget
    is a list of alternatives, one of which a right answer holds."""

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    gold: tuple[Gold, ...]
    nuggets: tuple[tuple[str, ...], ...]
    expect: Expect
    why: str = ""

    @property
    def split(self) -> Split:
        return split_of(self.id)


def split_of(identifier: str) -> Split:
    """Which half an id belongs to, by its hash.

    >>> {split_of(f"article-{n:03}") for n in range(9)} == set(Split)
    True
    """
    digest = int(hashlib.sha256(identifier.encode()).hexdigest(), 16)
    return Split.DEVELOPMENT if digest % 2 == 0 else Split.SEALED


def load_questions(name: str | Path) -> tuple[EvalQuestion, ...]:
    """The set called ``name`` (a file of :data:`SETS` without its ending, or a path).

    Raises :class:`UsageError` that names the file, and the line that is no question.
    """
    path = Path(name)
    if not path.suffix:
        path = SETS / f"{name}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(known_sets()))
        raise UsageError(
            f"no set of questions {str(name)!r}. There are: {known}; or give a .jsonl file."
        ) from error
    questions: dict[str, EvalQuestion] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
            if question.id in questions:
                raise ValueError(f"the id {question.id!r} stands on an earlier line too")
        except KeyError as error:
            raise _no_question(path, number, f"{error} is missing") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise _no_question(path, number, str(error)) from error
        questions[question.id] = question
    if not questions:
        raise UsageError(f"{path} holds no questions. {FORM}")
    return tuple(questions.values())


def _no_question(path: Path, number: int, why: str) -> UsageError:
    return UsageError(f"{path}, line {number} is no question: {why}. {FORM}")


def check_gold(questions: Iterable[EvalQuestion], documents: Sequence[Document]) -> None:
    """Raises :class:`UsageError` for the first gold span that stands in none of ``documents``."""
    for question in questions:
        for gold in question.gold:
            sizes = [
                len(d.paragraphs[gold.paragraph - 1].text)
                for d in documents
                if same_document(gold.document, d.name) and gold.paragraph <= len(d.paragraphs)
            ]
            if not any(gold.end <= size for size in sizes):
                raise UsageError(
                    f"question {question.id!r}: its gold, {gold.document or 'the document'} "
                    f"paragraph {gold.paragraph}, {gold.start} to {gold.end}, is not in the "
                    "index. Check the question, or name the right --index."
                )


def same_document(gold: str, found: str) -> bool:
    """Gold names a document by its path's end, or not at all where there is only one.

    >>> same_document("a.md", "laws/a.md"), same_document("a.md", "laws/aa.md")
    (True, False)
    """
    return not gold or found == gold or found.endswith("/" + gold)


def known_sets() -> list[str]:
    """The sets that come with the program."""
    return ["article", "laws", "sample"]


def _question(body: object) -> EvalQuestion:
    """The question that a line's JSON holds; ``ValueError``, ``KeyError`` or ``TypeError`` say
    what it lacks."""
    if not isinstance(body, dict):
        raise TypeError("it is no JSON object")

    def rows(key: str, of: type) -> list[Any]:
        value = body.get(key) or []
        if not isinstance(value, list) or not all(isinstance(row, of) for row in value):
            raise TypeError(f"{key!r} is no list of {'objects' if of is dict else 'lists'}")
        return value

    question = EvalQuestion(
        id=str(body["id"]),
        kind=str(body["kind"]),
        question=str(body["question"]),
        history=tuple(Turn(str(t["question"]), str(t["answer"])) for t in rows("history", dict)),
        gold=tuple(_gold(g) for g in rows("gold", dict)),
        nuggets=tuple(tuple(map(str, alternatives)) for alternatives in rows("nuggets", list)),
        expect=Expect(str(body["expect"])),
        why=str(body.get("why", "")),
    )
    if bool(question.gold) != (question.expect is Expect.ANSWERED):
        raise ValueError("gold spans belong to questions that expect 'answered', and only there")
    return question


def _gold(body: dict[str, object]) -> Gold:
    gold = Gold(
        str(body.get("document", "")),
        int(str(body["paragraph"])),
        int(str(body["start"])),
        int(str(body["end"])),
    )
    if gold.paragraph < 1 or not 0 <= gold.start < gold.end:
        raise ValueError(f"gold counts paragraphs from 1 and has 0 <= start < end, not {body}")
    return gold
