"""A run as files: ``report.json``, ``report.md`` and a self-contained ``report.html``."""

from eval.report.write import check_folder, write_report

__all__ = ["check_folder", "write_report"]
