"""Asks an answerer every question of a set, in parallel, and can go on where it stopped.

Answers go to a file as they come, one line each, under a header that names the answerer and
the index. A run that finds the file of the same answerer asks only what is missing.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol

from eval.outcome import Outcome
from eval.questions import EvalQuestion
from index.errors import WriteError
from rag.pipeline import Pipeline
from rag.verify import rules_version

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
        return f"{self.name} {self.pipeline.index.sha256} {rules_version()} {_quoting_version()}"

    def answer(self, question: EvalQuestion) -> Mapping[str, object]:
        return self.pipeline.answer(question.question, question.history).to_json()


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
    missing = [q for q in questions if q.id not in kept]
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
                sink.add(question.id, answer, seconds)
            if progress is not None:
                progress(done, len(questions))
        return question.id, answer, seconds

    try:
        with ThreadPoolExecutor(max(1, workers)) as pool:
            for identifier, answer, seconds in pool.map(ask, missing):
                kept[identifier] = (answer, seconds)
    finally:
        if sink is not None:
            sink.close()
    return [Outcome.read(question, *kept[question.id]) for question in questions]


class _Sink:
    def __init__(self, path: Path, identity: str, *, fresh: bool) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w" if fresh else "a", encoding="utf-8")
            if fresh:
                self._line({"answerer": identity})
        except OSError as error:
            raise WriteError(f"{path} cannot be written: {error}. Choose another --out.") from error

    def add(self, identifier: str, answer: Mapping[str, object], seconds: float) -> None:
        self._line({"id": identifier, "seconds": seconds, "answer": answer})

    def _line(self, body: Mapping[str, object]) -> None:
        self._file.write(json.dumps(body) + "\n")
        self._file.flush()

    def close(self) -> None:
        os.fsync(self._file.fileno())
        self._file.close()


def _read(path: Path, identity: str) -> Iterator[tuple[str, tuple[Mapping[str, object], float]]]:
    """What an earlier run of the same answerer kept; a line cut short ends it."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        try:
            if json.loads(file.readline()).get("answerer") != identity:
                return
            for line in file:
                body = json.loads(line)
                yield str(body["id"]), (body["answer"], float(body["seconds"]))
        except (ValueError, KeyError, AttributeError):
            return


def _quoting_version() -> str:
    """The code that chooses and refuses, by its hash."""
    import hashlib

    import rag.quoting

    folder = Path(rag.quoting.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".py", ".json", ".txt"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
