"""What was asked and what came of it, in numbers."""

from __future__ import annotations

import time
from collections.abc import Collection

from ui.web.store import Store

DAYS = 30
_DAY = 86_400.0
_MOST = 10
_EDGES_MS = (10, 30, 100, 300, 1_000, 3_000, 10_000)
"""Upper edges of the latency histogram's bins; one more bin is open above."""


def overview(
    store: Store, documents: Collection[str], visitor: str, now: float | None = None
) -> dict[str, object]:
    """The last :data:`DAYS` days. Only places in ``documents`` are counted, so that nobody's own
    upload shows; a question is shown to others once two people have asked it."""
    until = time.time() if now is None else now
    since = until - DAYS * _DAY
    days = store.rows(
        "SELECT date(at, 'unixepoch') d, status, count(*) FROM answers WHERE at >= ? "
        "GROUP BY d, status ORDER BY d",
        since,
    )
    spent = sorted(
        float(str(row[0])) for row in store.rows("SELECT total_ms FROM answers WHERE at>=?", since)
    )
    rejected = store.rows("SELECT coalesce(sum(rejected), 0) FROM answers WHERE at >= ?", since)
    ratings = store.rows(
        "SELECT verdict, count(*) FROM feedback WHERE at >= ? GROUP BY verdict", since
    )
    unanswered = store.rows(
        "SELECT question, count(*) n FROM answers WHERE at >= ? AND status = 'refused' "
        "AND trim(question) <> '' GROUP BY question "
        "HAVING count(DISTINCT visitor) >= 2 OR max(visitor = ?) ORDER BY n DESC, question LIMIT ?",
        since,
        visitor,
        _MOST,
    )
    cited = store.rows(
        "SELECT document, paragraph, count(*) FROM citations JOIN answers ON answers.id = answer "
        "WHERE at >= ? GROUP BY document, paragraph",
        since,
    )
    heat: dict[str, dict[str, int]] = {}
    for document, paragraph, count in cited:
        if document in documents:
            heat.setdefault(str(document), {})[str(paragraph)] = int(str(count))
    return {
        "days": DAYS,
        "until": until,
        "by_day": [{"day": d, "status": s, "count": n} for d, s, n in days],
        "latency_ms": {
            "p50": quantile(spent, 0.5),
            "p95": quantile(spent, 0.95),
            "edges": list(_EDGES_MS),
            "counts": histogram(spent),
        },
        "rejected": rejected[0][0],
        "feedback": {str(verdict): n for verdict, n in ratings},
        "unanswered": [{"question": q, "count": n} for q, n in unanswered],
        "cited": heat,
    }


def quantile(values: list[float], share: float) -> float | None:
    """The nearest-rank quantile of sorted values; ``None`` of none.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5), quantile([], 0.5)
    (2.0, None)
    """
    if not values:
        return None
    rank = max(1, -(-len(values) * share // 1))
    return values[int(rank) - 1]


def histogram(values: list[float]) -> list[int]:
    """How many values lie below each edge and not below the one before; last, those above all.

    >>> histogram([5.0, 10.0, 99_999.0])
    [1, 1, 0, 0, 0, 0, 0, 1]
    """
    counts = [0] * (len(_EDGES_MS) + 1)
    for value in values:
        counts[sum(value >= edge for edge in _EDGES_MS)] += 1
    return counts
