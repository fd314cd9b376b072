"""The lines of names and values that Markdown files may open with."""

from __future__ import annotations

import re

from index.document import Metadata

_FENCED = re.compile(r"\ufeff?---[ \t]*\r?\n((?:.*\r?\n){0,60}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)")
_ENTRY = re.compile(r"([\w-]+)[ \t]*[:：][ \t]*(.*)")
_NAMES = {
    "title": "title", "标题": "title", "author": "authors", "authors": "authors",
    "作者": "authors", "source": "source", "来源": "source", "date": "date", "日期": "date",
}  # fmt: skip


def read_front(source: str) -> tuple[int, Metadata]:
    """Where the text begins, and what the lines before it say; 0 and nothing if there are none.

    >>> read_front("---\\ntitle: 规定\\nauthor: [甲, 乙]\\n---\\n第一条 公开。")
    (33, Metadata(title='规定', authors=('甲', '乙'), source='', date=''))
    >>> read_front("---\\n一条横线不是开头\\n---\\n")[0]
    0
    """
    fenced = _FENCED.match(source)
    lines = fenced[1].splitlines() if fenced else []
    if fenced is None or not any(_ENTRY.fullmatch(line) for line in lines):
        return 0, Metadata()
    values: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        entry = _ENTRY.fullmatch(line)
        if entry:
            name = _NAMES.get(entry[1].lower(), "")
            parts = (
                re.split(r"[,，、;；]", entry[2].strip("[]")) if name == "authors" else [entry[2]]
            )
        elif line.lstrip().startswith("- "):
            parts = [line.lstrip()[2:]]
        elif not line.strip() or line.lstrip().startswith("#") or line[0] in " \t":
            continue
        else:
            return 0, Metadata()
        values.setdefault(name, []).extend(p for part in parts if (p := part.strip(" \t\"'")))
    return fenced.end(), Metadata(
        title=" ".join(values.get("title", ())),
        authors=tuple(values.get("authors", ())),
        source=" ".join(values.get("source", ())),
        date=" ".join(values.get("date", ())),
    )
