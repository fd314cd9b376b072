"""Measured figures, as ``suyuan eval`` leaves them in ``report.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from index.errors import UsageError

SEALED = "sealed"
"""The half of a question set that nothing was tuned on: the only one worth publishing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over the sealed half of a question set, with its 95 % interval."""

    set: str
    answerer: str
    measure: str
    value: float
    low: float
    high: float
    questions: int

    def __str__(self) -> str:
        """
        >>> print(Figure("laws", "quoting", "hit@5", 0.91, 0.88, 0.94, 210))
        laws / quoting / hit@5: 0.910 (0.880–0.940, n = 210)
        """
        return (
            f"{self.set} / {self.answerer} / {self.measure}: {self.value:.3f} "
            f"({self.low:.3f}–{self.high:.3f}, n = {self.questions})"
        )


def read_figures(report: Path) -> tuple[Figure, ...]:
    """The figures of a report, in its order; none where there is no such file. Raises
    :class:`UsageError` for a file that is no report."""
    try:
        body = json.loads(report.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise UsageError(f"{report} cannot be read: {error}. Run suyuan eval anew.") from error
    try:
        return tuple(
            Figure(
                str(result["set"]),
                str(result["answerer"]),
                str(measure),
                float(found["value"]),
                float(found["low"]),
                float(found["high"]),
                int(found["questions"]),
            )
            for result in body["sets"]
            for measure, found in result["halves"][SEALED].items()
            if found is not None
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{report} is no report of suyuan eval. Run it anew.") from error
