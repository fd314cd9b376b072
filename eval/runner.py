"""Asks an answerer every question of a set, in parallel, and can go on where it stopped.

Answers go to a file as they come, one line each, under a header that names the answerer and
the index. A run that finds the file of the same answerer asks only what is missing: a question
whose words changed is another question.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import index
import rag
from eval.outcome import Outcome
from eval.questions import EvalQuestion
from index.errors import WriteError
from rag.pipeline import Pipeline
from rag.settings import shown_url

Progress = Callable[[int, int], None]


class Answerer(Protocol):
    """Whoever answers. ``identity`` changes when its answers may."""

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> str: ...

    def answer(self, question: EvalQuestion) -> Mapping[str, object]:
        """An answer as ``suyuan schema`` describes it; at least status, claims and hits."""
        ...


@dataclass(frozen=True, slots=True)
class PipelineAnswerer:
    """Our own pipeline, whatever it drafts with."""

    pipeline: Pipeline

    @property
    def name(self) -> str:
        return self.pipeline.drafter.name if self.pipeline.drafter else "quoting"

    @property
    def identity(self) -> str:
        settings = self.pipeline.settings
        asked = f"{self.name} {_address(settings.llm_base_url)} {settings.entailment}"
        return f"{asked} {self.pipeline.index.sha256} {code_version()}"

    def answer(self, question: EvalQuestion) -> Mapping[str, object]:
        return self.pipeline.answer(question.question, question.history).to_json()


def _address(url: str) -> str:
    """Where the model is, without what may be secret there: it goes into a file. The hash tells
    addresses apart that differ only in what is not shown."""
    return f"{shown_url(url)} {hashlib.sha256(url.encode()).hexdigest()[:16]}"


def run(
    answerer: Answerer,
    questions: Sequence[EvalQuestion],
    *,
    keep: Path | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> list[Outcome]:
    """The outcomes, in the order of ``questions``. ``keep`` is where answers are kept for a
    run that is broken off. Raises :class:`WriteError` when that cannot be written."""
    kept = dict(_read(keep, answerer.identity)) if keep is not None else {}
    missing = [q for q in questions if key_of(q) not in kept]
    done = len(questions) - len(missing)
    lock = threading.Lock()
    sink = _Sink(keep, answerer.identity, fresh=not kept) if keep is not None else None

    def ask(question: EvalQuestion) -> tuple[str, Mapping[str, object], float]:
        nonlocal done
        begin = perf_counter()
        answer = answerer.answer(question)
        seconds = perf_counter() - begin
        with lock:
            done += 1
            if sink is not None:
                sink.add(question, answer, seconds)
            if progress is not None:
                progress(done, len(questions))
        return key_of(question), answer, seconds

    try:
        with ThreadPoolExecutor(max(1, workers)) as pool:
            for key, answer, seconds in pool.map(ask, missing):
                kept[key] = (answer, seconds)
    finally:
        if sink is not None:
            sink.close()
    return [Outcome.read(question, *kept[key_of(question)]) for question in questions]


def key_of(question: EvalQuestion) -> str:
    """What a kept answer is found by: the question's id and its words."""
    said = (question.id, question.question, [(t.question, t.answer) for t in question.history])
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


class _Sink:
    def __init__(self, path: Path, identity: str, *, fresh: bool) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w" if fresh else "a", encoding="utf-8")
        except OSError as error:
            raise self._unwritable(error) from error
        # After a line cut short, the next one begins anew.
        self._write(json.dumps({"answerer": identity}) + "\n" if fresh else "\n")

    def add(self, question: EvalQuestion, answer: Mapping[str, object], seconds: float) -> None:
        """Keeps what will be so again: an answer that failed, or that its model had no part in
        because it could not be had, is asked anew."""
        if answer.get("status") == "failed" or "model_unavailable" in _notices(answer):
            return
        body = {
            "id": question.id, "key": key_of(question), "seconds": seconds, "answer": answer
        }  # fmt: skip
        self._write(json.dumps(body) + "\n")

    def _write(self, text: str) -> None:
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> WriteError:
        said = error.strerror or str(error)
        return WriteError(f"{self._path} cannot be written: {said}. Choose another --out.")

    def close(self) -> None:
        with suppress(OSError):
            os.fsync(self._file.fileno())
            self._file.close()


def _notices(answer: Mapping[str, object]) -> Collection[object]:
    notices = answer.get("notices")
    return notices if isinstance(notices, list) else ()


def _read(path: Path, identity: str) -> Iterator[tuple[str, tuple[Mapping[str, object], float]]]:
    """What an earlier run of the same answerer kept; a line cut short is passed over."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # none yet; one that cannot be written to is told when it is
        return
    bodies = list(filter(None, map(_object, lines)))
    if not bodies or bodies[0].get("answerer") != identity:
        return
    for body in bodies[1:]:
        with suppress(KeyError, TypeError, ValueError):
            yield str(body["key"]), (body["answer"], float(body["seconds"]))


def _object(line: str) -> dict[str, Any] | None:
    try:
        body = json.loads(line)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


@lru_cache(maxsize=1)
def code_version() -> str:
    """All that finds, chooses, refuses and verifies, code and data, by its hash."""
    digest = hashlib.sha256()
    for folder in (Path(str(package.__file__)).parent for package in (index, rag)):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".json", ".tsv", ".txt"):
                digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
