"""One form for what reads the same: for searching and comparing, never for showing.

Width, case and traditional characters are folded; nothing here touches the text that is
quoted.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Protocol

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff\ufff9-\uffff]"
)
_SPACES = re.compile(r"\s+")
_EXPANDING = re.compile("[\ufdfa\ufdfb]")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def _simplifier() -> _Converter:
    import opencc  # 20 ms with its dictionaries: only when the first question comes

    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def clean(text: str) -> str:
    """``text`` without what cannot be seen or encoded: controls, surrogates, direction and
    joiner marks; white space collapsed.

    >>> clean("数\\u200b字\\x00 \\u202e政府\\n")
    '数字 政府'
    """
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


def simplify(text: str) -> str:
    """``text`` in simplified characters; nothing else is changed."""
    return text if text.isascii() else str(_simplifier().convert(text))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """``text`` in simplified characters, half width, lower case.

    The characters U+FDFA and U+FDFB, whose compatibility forms are whole sentences, fold to a
    space.

    >>> fold("數字政府：ＡＩ　15％")
    '数字政府:ai 15%'
    """
    narrow = unicodedata.normalize("NFKC", _EXPANDING.sub(" ", clean(text))).lower()
    return simplify(narrow)
