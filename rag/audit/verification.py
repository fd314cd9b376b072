"""Reading a whole log again, entry by entry, in memory that does not grow with it.

Inside, everything must fit: numbers without a gap, hashes, the state that each entry says was
before it, the kept nodes, the texts that open commitments, the words cited, a seal per answer,
and nothing in the database that could act on its own. That much a forger of the database can
arrange. What they cannot arrange is that the log still fits checkpoints kept elsewhere: with
those, any changed, removed, inserted, reordered, cut off or rewritten entry is found, and the
hashes that the checkpoints list say which it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rag.audit.cited import check_citations
from rag.audit.findings import Fault, Report
from rag.audit.note import Checkpoint
from rag.audit.store import Store
from rag.audit.texts import check_seals, check_texts
from rag.audit.walk import Walk


def verify_log(
    store: Store,
    checkpoints: Iterable[Checkpoint] = (),
    documents: Path | None = None,
    *,
    shared: bool = False,
) -> Report:
    """Everything that is wrong with the log in ``store``; ``checkpoints`` are those kept
    elsewhere, oldest first, their signatures checked already (:func:`rag.audit.note.open_note`).
    ``documents`` is the folder of kept documents; in a ``shared`` log other installations keep
    some of them elsewhere.

    Raises :class:`AuditError` only if the database itself cannot be read.
    """
    report = Report()
    with store.reading() as connection:
        walk = Walk(connection, report)
        for checkpoint in checkpoints:
            report.checkpoints += 1
            if checkpoint.size < report.witnessed:
                report.add(
                    Fault.CHECKPOINT,
                    checkpoint.size,
                    f"a checkpoint of {checkpoint.size} entries came after one of "
                    f"{report.witnessed}: the log was cut back in between",
                )
            else:
                walk.compare(checkpoint)
                report.witnessed = checkpoint.size
        walk.to_the_end()
        check_texts(connection, report)
        check_seals(connection, report)
        if documents is not None:
            check_citations(connection, documents, report, all_here=not shared)
        for (name,) in connection.run(store.additions):
            words = f"the database has {str(name)!r}, which this program did not make"
            report.add(Fault.SCHEMA, None, words)
    return report
