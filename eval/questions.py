"""Evaluation questions: what was asked, where the answer stands, what it must hold."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.errors import UsageError
from rag.question import Turn

SETS = Path(__file__).parent / "sets"


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
    questions = []
    for number, line in enumerate(lines, start=1):
        try:
            questions += [_question(json.loads(line))] if line.strip() else []
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            raise UsageError(
                f"{path}, line {number} is no question: {type(error).__name__} {error}. See "
                "eval/sets/sample.jsonl for the form."
            ) from error
    return tuple(questions)


def known_sets() -> list[str]:
    """The sets that come with the program."""
    return ["article", "laws", "sample"]


def _question(body: dict[str, object]) -> EvalQuestion:
    def rows(key: str) -> list[dict[str, object]]:
        value = body.get(key) or []
        assert isinstance(value, list)
        return value

    return EvalQuestion(
        id=str(body["id"]),
        kind=str(body["kind"]),
        question=str(body["question"]),
        history=tuple(Turn(str(t["question"]), str(t["answer"])) for t in rows("history")),
        gold=tuple(
            Gold(
                str(g.get("document", "")),
                int(str(g["paragraph"])),
                int(str(g["start"])),
                int(str(g["end"])),
            )
            for g in rows("gold")
        ),
        nuggets=tuple(tuple(map(str, alternatives)) for alternatives in rows("nuggets")),
        expect=Expect(str(body["expect"])),
        why=str(body.get("why", "")),
    )
