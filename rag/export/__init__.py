"""An answer as a file that keeps its sources, its record's number and its label.

Whoever reads the file can follow every sentence back: each has the numbers of its sources,
and each source its document, its place and its exact words.
"""

from __future__ import annotations

from rag.answer import Answer
from rag.export.markdown import markdown_of
from rag.export.sheet import sheet_of


def export_markdown(answer: Answer) -> str:
    """Markdown text with footnotes.

    >>> from rag.answer import Refused, RefusalReason, Trace
    >>> answer = Refused(Trace(id="a1", question="何时施行？"), RefusalReason.NO_EVIDENCE)
    >>> print(export_markdown(answer).split("\\n\\n")[3])
    **未回答：没有找到与问题有关的段落。**
    """
    return markdown_of(sheet_of(answer))


def export_docx(answer: Answer) -> bytes:
    """A Word document; the implicit label stands in its custom properties."""
    from rag.export.docx import docx_of  # only when somebody exports

    return docx_of(sheet_of(answer))


def export_pdf(answer: Answer) -> bytes:
    """A PDF with an embedded CJK font; the implicit label stands in its metadata. Raises
    :class:`index.errors.WriteError` where no such font is installed."""
    from rag.export.pdf import pdf_of

    return pdf_of(sheet_of(answer))


__all__ = ["export_docx", "export_markdown", "export_pdf"]
