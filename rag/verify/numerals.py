"""Numerals, Arabic, Chinese and mixed: 3500万, 三亿五千万, 1万5."""

from __future__ import annotations

import re
from collections.abc import Sequence

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
CN = "〇零一二两三四五六七八九十百千万亿"
_ARABIC_SCALE = r"(?:\s*[千百]?[万亿]|[千百](?![米克瓦分]))"
_ARABIC = (
    rf"\d[\d,]*(?:\.\d+)?(?:{_ARABIC_SCALE}+(?:零?\d{{1,4}}{_ARABIC_SCALE}+)*"
    r"(?:零?\d{1,4}(?![\d.,/:%年月日号-]))?)?"
)
"""3500万, 3亿5千万, 1万5."""

NUMBER = rf"(?:{_ARABIC}|[{CN}]*[〇零一二两三四五六七八九十百千万亿](?:点[〇零一二三四五六七八九]+(?:[百千]?[万亿])*)?|半)"


def value_of(numeral: str) -> float | None:
    """The value of a numeral in Arabic or Chinese, or in both; ``None`` if it is none.

    >>> [value_of(n) for n in ("三千五百万", "3500万", "二〇二四", "1,000", "十五", "三点五", "两百零三")]
    [35000000.0, 35000000.0, 2024.0, 1000.0, 15.0, 3.5, 203.0]
    >>> {value_of(n) for n in ("三亿五千万", "3亿5千万", "3亿5000万", "三点五亿", "三亿五", "3.5亿")}
    {350000000.0}
    >>> [value_of(n) for n in ("两万五", "三千五", "一百二", "一百零五", "二十五", "1万5千", "两万亿")]
    [25000.0, 3500.0, 120.0, 105.0, 25.0, 15000.0, 2000000000000.0]
    """
    text = numeral.replace(",", "").replace(" ", "")
    if text == "半":
        return 0.5
    if len(text) > 1 and all(c in DIGITS for c in text):
        return float("".join(str(DIGITS[c]) for c in text))
    pieces = _PIECE.findall(text)
    if "".join(pieces) != text:
        return None
    return _counted(pieces)


_DIGIT = f"[{''.join(DIGITS)}]"
_PIECE = re.compile(rf"\d+(?:\.\d+)?|点{_DIGIT}+|{_DIGIT}|[{''.join(_SCALES)}]")


def _counted(pieces: Sequence[str]) -> float:
    """What digits and scales say together. 亿 multiplies all that was said so far, 万 what came
    since 亿, the smaller ones the digit before them. A last digit right after a scale is of the
    next place: 两万五 is 25 000, 两万零五 is 20 005."""
    hundred_millions = ten_thousands = ones = digit = 0.0
    before = ""
    for piece in pieces:
        if piece == "亿":
            hundred_millions = (hundred_millions + ten_thousands + ones + digit) * _SCALES[piece]
            ten_thousands = ones = digit = 0.0
        elif piece == "万":
            ten_thousands = (ten_thousands + ones + digit) * _SCALES[piece]
            ones = digit = 0.0
        elif piece in _SCALES:
            ones += (digit or 1) * _SCALES[piece]
            digit = 0.0
        elif piece[0] == "点":
            digit += float("0." + "".join(str(DIGITS[c]) for c in piece[1:]))
        else:
            digit = float(DIGITS.get(piece, piece))
        last, before = before, piece
    if before in DIGITS or (before.isdecimal() and len(before) == 1):
        digit *= _NEXT_PLACE.get(last, 1)
    return hundred_millions + ten_thousands + ones + digit


_NEXT_PLACE = {"百": 10, "千": 100, "万": 1000, "亿": 10_000_000}
