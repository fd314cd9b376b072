"""Links that open a web page at the very words: text fragments.

Source of the form: WICG, URL Fragment Text Directives (``#:~:text=start,end``). A page whose
words have changed simply opens at its top.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from index.document import Metadata

_WHOLE_LIMIT: Final = 40
"""Longer quotes are named by their two ends, in code points."""
_END_LENGTH: Final = 12

_WEB_ADDRESS: Final = re.compile(r"https?://[!-~]+")


def source_url(metadata: Metadata) -> str | None:
    """Where on the web a document says it comes from, if it says so.

    >>> source_url(Metadata(source="来源：https://www.gov.cn/a.htm"))
    'https://www.gov.cn/a.htm'
    >>> source_url(Metadata(source="某市人民政府公报")) is None
    True
    """
    found = _WEB_ADDRESS.search(metadata.source)
    return found[0] if found and urlsplit(found[0]).hostname else None


def text_directive(words: str) -> str:
    """The part after ``#`` that selects ``words``; of long ones, from their start to their end.

    >>> text_directive("a-b, c")
    ':~:text=a%2Db%2C%20c'
    >>> text_directive("办" * 41).count(",")
    1
    """
    plain = " ".join(words.split())
    if len(plain) <= _WHOLE_LIMIT:
        return f":~:text={_encoded(plain)}"
    return f":~:text={_encoded(plain[:_END_LENGTH])},{_encoded(plain[-_END_LENGTH:])}"


def text_fragment_link(url: str, words: str) -> str:
    """``url`` opened at ``words``; a fragment that it has already is kept. Raises
    ``ValueError`` for what is no web address.

    >>> text_fragment_link("https://a.cn/x#s2", "五日")
    'https://a.cn/x#s2:~:text=%E4%BA%94%E6%97%A5'
    >>> text_fragment_link("javascript:alert(1)", "五日")
    Traceback (most recent call last):
    ValueError: not a web address: 'javascript:alert(1)'
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"not a web address: {url!r}")
    page = url.partition(":~:")[0].removesuffix("#")
    return f"{page}{'' if '#' in page else '#'}{text_directive(words)}"


def _encoded(words: str) -> str:
    # The hyphen separates parts of a directive, so it is encoded as well.
    return quote(words, safe="", errors="replace").replace("-", "%2D")
