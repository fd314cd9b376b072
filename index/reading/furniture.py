"""What a saved web page carries around its text: navigation, buttons, counters."""

from __future__ import annotations

import re

# Whole lines, compared without spaces and closing colons. Only near the edges of a page: the
# same words in the middle of a text may mean something.
_LINES = """
    在线客服系统 在线客服 参考文献略 参考文献略。 上一篇 下一篇 上一条 下一条 返回 返回顶部
    返回首页 返回列表 目录 首页 打印 打印本页 关闭 关闭窗口 收藏 分享 分享到 分享到微信 扫一扫
    扫码分享 阅读原文 登录 注册 设为首页 加入收藏 网站地图 联系我们 关于我们 相关链接 相关阅读
    相关文章 更多 更多> 字号 大 中 小 无障碍阅读 繁体版 English 搜索 检索 正文 字体:大中小
"""
_FURNITURE = frozenset(_LINES.split())
_PATTERNS = re.compile(
    r"(?:上一篇|下一篇|上一条|下一条)[::].*"
    r"|(?:您?当前(?:所在)?位置|您的位置)[::].*"
    r"|(?:阅读|浏览|点击)(?:次数|量|数)?[::]?\d*次?"
    r"|字(?:号|体)[::]?[\[【(]?\s*大\s*[|/]?\s*中\s*[|/]?\s*小\s*[\]】)]?"
    r"|版权所有.*|Copyright.*|.*ICP备.*号.*|.*公网安备.*"
)
_EDGE_LINES = 12


def is_furniture(line: str, *, from_start: int, from_end: int) -> bool:
    """Whether ``line`` belongs to the page and not to its text; ``from_start`` and
    ``from_end`` are how many non-empty lines stand before and after it.

    >>> is_furniture("上一篇:", from_start=60, from_end=3)
    True
    >>> is_furniture("目录", from_start=30, from_end=30)
    False
    """
    if min(from_start, from_end) > _EDGE_LINES:
        return False
    bare = re.sub(r"\s+", "", line).replace("：", ":")
    return bare.rstrip(":") in _FURNITURE or bool(_PATTERNS.fullmatch(bare))
