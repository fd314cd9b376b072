"""Files to documents: decoding, page furniture, headings, numbering, labels."""

from index.reading.files import collect_sources, read_document, read_sources

__all__ = ["collect_sources", "read_document", "read_sources"]
