"""The one place where text becomes HTML on the server: escaped, always.

Questions, documents and answers travel to the browser as JSON and become text nodes there
(``static/dom.js``, the browser's half of this rule); they are never part of a page that the
server sends. What is left for the server is the shell of a page, and short notices.
"""

from __future__ import annotations

import re
from html import escape

_ELSEWHERE = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>')

_NOTICE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>溯源</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:18px/1.8 system-ui,"Noto Sans CJK SC",sans-serif;max-width:36em;
margin:18vh auto;padding:0 1.5em;color:#14202b;background:#fbfaf7}}
@media (prefers-color-scheme:dark){{body{{color:#e8ecef;background:#12181d}}}}</style></head>
<body><main><h1>溯源</h1><p>{message}</p><a href="/">溯源 Suyuan</a></main></body></html>"""


def notice_page(message: str, language: str = "zh") -> str:
    """A page that says one thing.

    >>> "<script>" in notice_page("<script>")
    False
    """
    return _NOTICE.format(message=escape(message, quote=True), language=escape(language))


def shell(html: str, *, nonce: str, lang: str, head: str) -> str:
    """Gradio's page, made ours: scripts carry the nonce, links elsewhere are gone.

    ``head`` is our own markup, put before anything of Gradio's loads so that style and script
    come with the first bytes. It must be static: nothing that a user wrote belongs in it.

    >>> shell('<html lang="en"><head><script>1</script></head>', nonce="n", lang="zh-CN", head="")
    '<html lang="zh-CN"><head><script nonce="n">1</script></head>'
    """
    page = _ELSEWHERE.sub("", html).replace("<script", f'<script nonce="{escape(nonce)}"')
    page = page.replace('<html lang="en"', f'<html lang="{escape(lang)}"', 1)
    return page.replace("<head>", "<head>" + head, 1)
