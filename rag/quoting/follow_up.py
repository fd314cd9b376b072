"""Follow-up questions, made whole from what was asked before, without a model.

Three ways of leaning on an earlier question are told apart: another member of a series (那第三
种呢？), a pronoun (它有什么风险？), and a missing subject (在哪里召开的？).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.folding import clean, fold
from rag.question import LENGTH_LIMIT, Question, Turn
from rag.quoting.instructions import set_aside
from rag.quoting.kinds import kinds_of
from rag.quoting.translation import in_official_terms

_ORDINAL = re.compile(
    r"第[一二三四五六七八九十\d]+(?:种|个|项|条|点|类|层面|层|步|方面|位|款|章|节|届|重|级|名|阶段|次)?"
    r"|其[一二三四五六](?![他它中])|最后(?:一)?[种个项条点类层步位]?|另(?:外)?(?:一|两|几)?[种个项条点类层位]|首先|其次|再次"
)
_LEADS_ON = re.compile(r"^(?:那么?|还有|另外|再|接着|然后|以及|并且|那|嗯|好的?[,，])+[,，]?")
_PRONOUN = re.compile(
    r"(?<!其)它们?|(?<![尤极与何])其(?!他|它|中|实|次|一|二|三|余|间|后|所)|这(?:个|种|些|一|件事?|项|样|里)?|那(?:个|种|些|一|项|里)"
    r"|(?<![应本活])该(?!不|如|怎|谁|由|是)(?:[项条类局]|办法|条例)?|(?<![因如彼据为至在由就从])此(?!外|后|前|次|间)"
    r"|上述|前者|后者|(?<![其吉排利])他(?![人国乡杀])们?|她们?|二者|两者|\b(?:it|its|they|them|that|this|those|these|he|she)\b"
)
_LEANS_AT_START = re.compile(r"其(?![他它实余])|[它这那]")
_MOVES_ON = re.compile(
    r"^(?:那么?|嗯|好的?)?[,，]?(?:还有(?!多)|然后|接着|接下来|后来|此外|另外|除此|除了(?:这|那|它|上)|别的|其他|其它|继续|再说|下一步)"
    r"|还有(?:别的|其他|其它|哪|什么|吗|呢)|(?:怎么|如何|怎样)(?:办|解决|应对|破解|化解|克服|改|避免|防)|(?:出路|对策|办法)(?:是|在|有|呢)"
    r"|有(?:什么|哪些|啥|何)(?:问题|风险|缺点|弊端|危害|隐患|不足|局限|好处|优点|意义|影响|后果)"
    r"|^(?:and then|what else|anything else|then what|what next|go on)"
)
"""A follow-up that wants what has not been said yet."""

_SHORT = 9
_ASKING = re.compile(
    r"请问|是?(?:在)?(?:什么时[候侯间]|何时|哪一?[年天]|哪里|哪儿|何处|什么地方)(?:召开|举行|举办|发布|发生)?的?|(?:有|是|指的是|是指)?(?:什么|哪些|哪几[种个项条类])"
    r"|什么是|何谓|何为|多少|多久|几[个种名位条项次]|由?谁(?:负责)?|为什么|为何|如何|怎么样?|怎样|是否|吗|呢|分别|[?？。!！]"
    r"|\b(?:what|when|where|who|which|why|how|is|are|was|were|does|do|did|the|mean)\b",
)


def understand(asked: str, history: Sequence[Turn] = ()) -> Question:
    """The question behind the words, given the earlier turns (oldest first).

    >>> understand("那第三种呢?", [Turn("第一种路径是什么?")]).text
    '第三种路径是什么?'
    >>> understand("它有什么风险?", [Turn("什么是“算力国家主义”?")]).text
    '“算力国家主义”有什么风险?'
    >>> understand("还有呢?", [Turn("有哪些风险?", "一是泄露。")]).said
    '一是泄露。'
    """
    text, only_instructs = set_aside(clean(asked))
    earlier = [clean(turn.question)[:LENGTH_LIMIT] for turn in history if clean(turn.question)]
    for at in range(1, len(earlier)):  # an earlier follow-up leaned on what came before it
        earlier[at] = _completed(earlier[at], earlier[at - 1])
    said = ""
    if text and earlier and not only_instructs:
        whole = _completed(text, earlier[-1])
        if whole != text and _MOVES_ON.search(fold(text)):
            said = fold(clean("\n".join(turn.answer for turn in history)))
        text = whole
    return Question(asked, text[:LENGTH_LIMIT], only_instructs, in_official_terms(text), said)


def _completed(text: str, before: str) -> str:
    bare = _LEADS_ON.sub("", text)
    if not _leans(text, bare):
        return text
    member, earlier = _ORDINAL.search(bare), _ORDINAL.search(before)
    if member and earlier and _says_little_else(bare, member.group()):
        return (
            before[: earlier.start()]
            + _same_measure(member[0], earlier[0])
            + before[earlier.end() :]
        )
    about = topic(before)
    pronoun = _PRONOUN.search(bare)
    if pronoun and about:
        return bare[: pronoun.start()] + about + bare[pronoun.end() :]
    if re.search(r"呢[?？]?$", bare) and not kinds_of(bare):
        return f"{bare.rstrip('?？呢')} {before}"
    return f"{about} {bare}" if about else bare


def _leans(text: str, bare: str) -> bool:
    """Whether ``text`` needs what came before it."""
    folded = fold(bare)
    if bare != text or re.search(r"呢[?？]?$", folded) or _LEANS_AT_START.match(folded):
        return True
    content = _ASKING.sub("", folded)
    if _PRONOUN.search(folded) and len(content) < _SHORT * 2:
        return True
    words = re.sub(r"\W", "", content)
    return len(words) < (_SHORT if folded.isascii() else 5)


def _says_little_else(bare: str, member: str) -> bool:
    rest = re.sub(r"[\W呢吗是什么的啊]", "", bare.replace(member, "", 1))
    return len(rest) <= 3


def _same_measure(member: str, earlier: str) -> str:
    """第三 after 第一种 is 第三种."""
    measure = re.sub(r"^第[一二三四五六七八九十\d]+", "", earlier)
    if member.startswith("第") and earlier.startswith("第"):
        number = re.match(r"第[一二三四五六七八九十\d]+", member)
        if number and number.group() == member:
            return member + measure
    return member


def topic(question: str) -> str:
    """What ``question`` is about, without what it asks.

    >>> topic("第二届论坛什么时候召开?")
    '第二届论坛'
    """
    about = _ASKING.sub(" ", question)
    about = re.sub(r"(?:召开|举行|举办|发布|施行|负责|可以做)\s*$", "", about.strip())
    return re.sub(r"\s+", " ", about).strip(" ,，的是有")
