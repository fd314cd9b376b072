"""The interface's words, for pages and for what the server itself says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

STRINGS = Path(__file__).with_name("strings")
DEFAULT = "zh"


@cache
def strings() -> dict[str, dict[str, str]]:
    """The words by language and key."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(STRINGS.glob("*.json"))
    }


def language_of(accepted: str) -> str:
    """The first language of an ``Accept-Language`` header that there are words for.

    >>> language_of("fr-FR, en-GB;q=0.8, zh;q=0.7"), language_of("zh-TW"), language_of("")
    ('en', 'zh', 'zh')
    """
    for part in accepted.split(","):
        base = part.partition(";")[0].strip().partition("-")[0].lower()
        if base in strings():
            return base
    return DEFAULT


def words(language: str, key: str, values: dict[str, str]) -> str:
    """What ``key`` says, its ``{holes}`` filled.

    >>> words("en", "problem.page", {})
    'There is no such page. Go back to /.'
    """
    text = strings()[language][key]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
