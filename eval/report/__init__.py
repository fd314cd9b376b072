"""A run as files: ``report.json``, ``report.md`` and a self-contained ``report.html``."""

from eval.report.write import write_report

__all__ = ["write_report"]
