"""Bytes to text: UTF-8, UTF-16 with a byte order mark, GB18030; anything else is refused."""

from __future__ import annotations

import codecs
import re
import unicodedata

from index.errors import SourceEmpty, SourceNotText

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP, DOCX, XLSX or PPTX"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
)
_HTML_NAMES = (".html", ".htm", ".xhtml", ".shtml")
_HTML = re.compile(
    r"[\s\ufeff]*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html)[\s>]", re.I | re.S
)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of ``data`` without its byte order mark, and the encoding found.

    Line ends stay as they are: offsets count in this text. Raises :class:`SourceNotText` for
    what is no text, or a web page, and :class:`SourceEmpty` for what holds none; both name the
    file.

    >>> decode("数字政府".encode("gb18030"), "a.txt")
    ('数字政府', 'gb18030')
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise SourceNotText(
                f"{name} is {what} file, not text. Save it as plain text or Markdown (.txt, .md)."
            )
    text, encoding = _decode(data, name)
    if not text.strip("\ufeff \t\r\n\f\v\u3000\x00"):
        raise SourceEmpty(f"{name} holds no text. Check that the right file was given.")
    if not _reads_as_text(text, guessed=encoding == "gb18030"):
        raise SourceNotText(
            f"{name} does not read as text. Save it as UTF-8 or GB18030 plain text or Markdown."
        )
    if name.lower().endswith(_HTML_NAMES) or _HTML.match(text):
        raise SourceNotText(  # its tags would be quoted as the document's words
            f"{name} is a web page (HTML), tags and all. Open it in a browser and save it as plain "
            "text or Markdown (.txt, .md)."
        )
    return text, encoding


def _decode(data: bytes, name: str) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding), encoding
            except UnicodeDecodeError:
                break
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_damaged(data, name, error.start)
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise SourceNotText(
            f"{name} is neither UTF-8 nor GB18030 text. Save it as UTF-8 and try again."
        ) from error


def _refuse_damaged(data: bytes, name: str, first: int) -> None:
    """UTF-8 with a few broken bytes would often pass for GB18030, every character wrong."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(c > "\x7f" for c in text) > 4 * broken:
        line = data.count(b"\n", 0, first) + 1
        raise SourceNotText(
            f"{name} is UTF-8 with {broken} broken characters, the first in line {line}. Get an "
            "undamaged copy, or mend it in an editor and save it as UTF-8."
        )


def _reads_as_text(text: str, *, guessed: bool) -> bool:
    """Nearly every byte string is valid GB18030, so what decodes must also look written."""
    sample = text[:200_000]
    controls = sum((c < " " and c not in "\t\n\r\f\v") or c == "\x7f" for c in sample)
    if "\x00" in sample or controls > len(sample) / 200:
        return False
    if not guessed:
        return True
    foreign = [c for c in sample if c > "\x7f"]
    odd = sum(unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs") for c in foreign)
    usual = sum(
        "\u4e00" <= c <= "\u9fff"
        or "\u3000" <= c <= "\u303f"
        or "\uff00" <= c <= "\uffef"
        or "\u2010" <= c <= "\u2026"
        for c in foreign
    )
    return not foreign or (odd * 50 <= len(foreign) and usual * 5 >= len(foreign) * 4)
