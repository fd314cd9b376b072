"""What a saved web page carries around its text: navigation, buttons, counters."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Whole lines, compared without spaces and closing colons. Only near the edges of a page: the
# same words in the middle of a text may mean something.
_LINES = """
    在线客服系统 在线客服 参考文献略 参考文献略。 上一篇 下一篇 上一条 下一条 返回 返回顶部
    返回首页 返回列表 目录 打印 打印本页 打印本文 关闭 关闭窗口 关闭本页 收藏 分享 分享到 分享到微信
    扫一扫 扫码分享 阅读原文 登录 注册 设为首页 加入收藏 网站地图 联系我们 关于我们 相关链接
    相关阅读 相关文章 更多 更多> 字号 字体 无障碍阅读 长者模式 繁体版 正文 字体:大中小
"""
# These are furniture only beside other furniture: alone they may be a line of a list.
_WEAK_LINES = "首页 大 中 小 默认 English 中文 搜索 检索 微信 微博 QQ空间 | > 简 繁 EN"
_FURNITURE = frozenset(_LINES.split())
_WEAK = frozenset(_WEAK_LINES.split())
_PATTERNS = re.compile(
    r"(?:上一篇|下一篇|上一条|下一条)[::].*"
    r"|(?:您?当前(?:所在)?位置|您的位置)[::].*"
    r"|(?:阅读|浏览|点击)(?:次数|量|数)?[::]?\d*次?"
    r"|字(?:号|体)[::]?[\[【(]?\s*大\s*[|/]?\s*中\s*[|/]?\s*小\s*[\]】)]?"
    r"|版权所有(?![者人权的]).{0,60}"
    r"|(?:Copyright|©|\(c\))(?:©|\(c\)|[::,]|\d{4}).{0,80}"
    r"|.{0,60}ICP[备证](?:案?号?[::]?)?\d{5}.{0,40}|.{0,40}公网安备\d{6}.{0,40}",
    re.IGNORECASE,
)
_EDGE_LINES = 12


def furniture(lines: Sequence[str]) -> set[int]:
    """The positions in ``lines``, the non-empty lines of a source, that belong to the page and
    not to its text.

    >>> sorted(furniture(["字号:", "大", "中", "规模如下。", "大", "小", "止。"]))
    [0, 1, 2]
    """
    edges = [at for at in range(len(lines)) if min(at, len(lines) - 1 - at) <= _EDGE_LINES]
    found = {at for at in edges if _is_furniture(_bare(lines[at]))}
    for at in (*edges, *reversed(edges)):
        beside = at - 1 in found or at + 1 in found
        if beside and _bare(lines[at]) in _WEAK:
            found.add(at)
    return found


def _is_furniture(bare: str) -> bool:
    return bare in _FURNITURE or bool(_PATTERNS.fullmatch(bare))


def _bare(line: str) -> str:
    bare = re.sub(r"\s+", "", line).replace("：", ":")
    return bare.rstrip(":") or bare
