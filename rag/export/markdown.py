"""An answer as Markdown: footnotes for sources, the implicit label as front matter."""

from __future__ import annotations

import re

from rag.export.sheet import Sheet, Source
from rag.outcomes import NEAREST

# What starts markup anywhere, and what does so only at the start of a line.
_ACTIVE = re.compile(r"[\\`*_\[\]<>&~$^|!@:]|(?<=www)\.", re.IGNORECASE)
_LEADING = re.compile(r"^(\s*\d+)(?=[.)])|^(\s*)(?=[#+\-=])")


def escaped(text: str) -> str:
    """``text`` as words only: no link, image, HTML, heading, list or formula can start in it.

    >>> escaped("![x](http://a.cn) <b> 1. 甲_乙")
    '\\\\!\\\\[x\\\\](http\\\\://a.cn) \\\\<b\\\\> 1. 甲\\\\_乙'
    >>> escaped("1. 甲"), escaped("# 甲"), escaped("00000013-9abc")
    ('1\\\\. 甲', '\\\\# 甲', '00000013-9abc')
    """
    return _LEADING.sub(r"\1\2\\", _ACTIVE.sub(lambda match: f"\\{match[0]}", text))


def markdown_of(sheet: Sheet) -> str:
    """The Markdown text (CommonMark with footnotes, UTF-8 when written)."""
    blocks = [
        f"---\nAIGC: {sheet.label.fields_json()}\n---",
        f"# {escaped(sheet.question) or '（空问题）'}",
        f"> **{sheet.label.badge}** · {sheet.label.text}",
        *(f"*{notice}*" for notice in sheet.notices),
    ]
    if sheet.outcome:
        blocks.append(f"**{escaped(sheet.outcome)}**")
    for sentence in sheet.sentences:
        marks = "".join(f"[^{number}]" for number in sentence.sources)
        blocks.append(f"{escaped(sentence.text)}{marks}")
    if sheet.nearest:
        blocks += [f"## {NEAREST}", *(f"- {_passage(source)}" for source in sheet.nearest)]
    blocks += [f"[^{source.number}]: {_passage(source)}" for source in sheet.sources]
    blocks.append("---")
    blocks.append(f"记录编号：{escaped(sheet.record) or '无'}\\\n{sheet.label.text}")
    return "\n\n".join(blocks) + "\n"


def _passage(source: Source) -> str:
    return f"{escaped(source.document)}，{escaped(source.place)}：“{escaped(source.words)}”"
