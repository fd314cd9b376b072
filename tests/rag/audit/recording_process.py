"""A process to be killed: records answers from several threads and says what it acknowledged.

    python -m tests.rag.audit.recording_process HOME THREADS [ANSWERS] [URL]

One line on standard output per step, written only after the recorder had returned:
``shown ID RECORD N`` when the N-th sentence may be shown, ``given ID RECORD`` when the whole
answer is. Lines are shorter than PIPE_BUF, so each arrives whole or not at all.
"""

from __future__ import annotations

import os
import sys
import threading
from itertools import count, islice
from pathlib import Path

from rag.answer import Answered, Citation, Claim
from rag.audit.recorder import AuditRecorder
from rag.recording import Checked, Exchange
from tests.rag.audit.scripted import begin, settings_for, shelf


def say(line: str) -> None:
    os.write(1, (line + "\n").encode())


def answer(recorder: AuditRecorder, question: str) -> None:
    index = shelf()
    trace, recording = begin(recorder, question, index)
    claims = []
    for number, paragraph in enumerate(index.documents[0].paragraphs, start=1):
        claim = Claim.quoted(Citation(paragraph, 0, len(paragraph.text)))
        recording.show([Checked(claim, ("verbatim",))])
        say(f"shown {trace.id} {recording.record} {number}")
        claims.append(claim)
    recording.close(Answered(trace, tuple(claims)), Exchange())
    say(f"given {trace.id} {recording.record}")


def main(home: str, threads: str, answers: str = "0", url: str = "") -> None:
    recorder = AuditRecorder(settings_for(Path(home), SUYUAN_AUDIT_URL=url))
    say("ready")

    def work() -> None:
        for number in islice(count(), int(answers) or None):
            answer(recorder, f"问题 {number}")

    workers = [threading.Thread(target=work) for _ in range(int(threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
