"""Texts are kept as long as the setting says, then erased; the log says so and still verifies."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from rag.audit.log import Log, as_bytes, as_written

REASON = "retention"
_OLDEST = """SELECT o.answer, e.body FROM openings AS o JOIN entries AS e ON e.number = o.number
 WHERE o.body IS NOT NULL AND NOT EXISTS (SELECT 1 FROM live WHERE live.answer = o.answer)
 ORDER BY o.number LIMIT 1"""


def expire(log: Log, days: int, now: datetime) -> int:
    """Erases the texts of every answer begun more than ``days`` days before ``now``, oldest
    first; of how many answers. An answer that is being given is left alone."""
    limit, count = now - timedelta(days=days), 0
    while True:
        with log.store.reading() as connection:
            found = connection.run(_OLDEST)
        if not found or _begun(found[0][1]) >= limit:
            break
        with log.appending() as appender:
            appender.erase(str(found[0][0]), REASON)
        count += 1
    if count:
        log.store.forget_erased()
    return count


def _begun(body: object) -> datetime:
    with as_written():
        return datetime.fromisoformat(json.loads(as_bytes(body))["time"])
