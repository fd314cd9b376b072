"""What recording costs: per answer, per sentence, and in a log of a million entries.

    python -m eval.bench.audit [--entries 1000000] [--answers 200] [--folder DIR]

An answer is timed with and without its record, in turns, on the default corpus. The long log is
filled in transactions of a thousand entries; single appends (each its own transaction, on disk
when it returns) are timed at every power of ten, so that a growing cost would show.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

from rag.audit import AuditRecorder, merkle
from rag.audit.entries import Draft, Json, Kind
from rag.audit.log import Log
from rag.audit.store import SqliteStore
from rag.audit.verification import verify_log
from rag.pipeline import Pipeline
from rag.recording import Unrecorded
from rag.settings import Settings

QUESTIONS = ("论坛是什么时候召开的?", "谁负责?", "有哪几种路径?", "责任由谁承担?", "有什么风险?")
BATCH = 1000
SAMPLES = 200


def milliseconds(act: Callable[[], object]) -> float:
    """How long ``act`` takes."""
    begin = perf_counter()
    act()
    return (perf_counter() - begin) * 1000


def spread(times: Sequence[float]) -> str:
    """Median and 95th percentile.

    >>> spread([1.0, 2.0, 3.0])
    'p50 2.00 ms, p95 3.00 ms'
    """
    ordered = sorted(times)
    late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"p50 {statistics.median(ordered):.2f} ms, p95 {late:.2f} ms"


def cost_of_an_answer(folder: Path, answers: int) -> None:
    """Quoted answers with and without their record, in turns."""
    kept = replace(Settings.load(), home=folder, checkpoints=str(folder / "elsewhere"))
    recorder = AuditRecorder(kept)
    pipeline = replace(Pipeline.open(), drafter=None)
    recorded = replace(pipeline, recorder=recorder)
    unrecorded = replace(pipeline, recorder=Unrecorded())
    with_, without, added = [], [], []
    sentences = 0
    for number in range(answers):
        question = QUESTIONS[number % len(QUESTIONS)]
        without.append(milliseconds(partial(unrecorded.answer, question)))
        size = recorder.log.state()[0]
        with_.append(milliseconds(partial(recorded.answer, question)))
        sentences += recorder.log.state()[0] - size - 2
        added.append(with_[-1] - without[-1])
    alone = [milliseconds(partial(recorder.log.append, [_draft(0)])) for _ in range(answers)]
    recorder.close()
    print(f"one sentence's entry          {spread(alone)}")
    print(f"quoted answer, not recorded   {spread(without)}")
    print(f"quoted answer, recorded       {spread(with_)}")
    print(
        f"added by the record           {spread(added)}; {sentences / answers:.1f} sentences each"
    )


def long_log(folder: Path, entries: int) -> None:
    """Appends, proofs and verification as the log grows."""
    store = SqliteStore(folder / "long.sqlite")
    log = Log(store)
    chance, size, started = Random(0), 0, perf_counter()
    milestone = BATCH
    while size < entries:
        until = min(milestone, entries)
        while size < until:
            count = min(BATCH, until - size)
            log.append([_draft(size + at) for at in range(count)])
            size += count
        times = [milliseconds(partial(log.append, [_draft(0)])) for _ in range(SAMPLES)]
        size += SAMPLES
        some = [chance.randrange(size) for _ in range(SAMPLES)]
        proofs = [milliseconds(partial(_prove, log, number, size)) for number in some]
        print(f"{size:>9} entries: append {spread(times)}; proof {spread(proofs)}")
        milestone *= 10
    print(f"filled in {perf_counter() - started:.0f} s, {_megabytes(folder):.0f} MB on disk")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begin = perf_counter()
    report = verify_log(store)
    spent = perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    store.close()
    sound = "sound" if report.sound else f"NOT SOUND: {report.findings}"
    print(f"verified {report.size} entries in {spent:.0f} s ({report.size / spent:.0f}/s): {sound}")
    print(f"peak memory before verifying {before:.0f} MB, after {after:.0f} MB")


def _draft(number: int) -> Draft:
    public: dict[str, Json] = {
        "sentence": 1,
        "method": "quoted",
        "checks": ["verbatim"],
        "supported": True,
    }
    return Draft(Kind.FEEDBACK, f"answer-{number // 5}", public, {"text": f"第 {number} 句话。"})


def _prove(log: Log, number: int, size: int) -> None:
    entry = log.entry(number)
    assert entry is not None
    root = merkle.root_from_inclusion(entry.leaf, number, size, log.inclusion(number, size))
    assert (size, root) == log.state(), "a proof that does not hold"


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1024**2


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.audit", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        if options.answers:
            cost_of_an_answer(Path(folder) / "answers", options.answers)
        if options.entries:
            place = Path(folder) / "long"
            place.mkdir()
            long_log(place, options.entries)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
