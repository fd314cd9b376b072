"""Claims and evidence in one comparable form, cut into sentences and clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.folding import fold
from index.segment import sentences

SENTENCE_LENGTH = 400
"""Texts up to this many code points are remembered: sentences come again, question after
question."""

_PUNCTUATION = str.maketrans("，；：？！（）【】", ",;:?!()[]")
_CLAUSE = re.compile(r"[^,;:。!?\n]+[,;:。!?\n]*")
_CHINESE = re.compile("[\u3400-\u9fff]")
_RUN = re.compile("[\u3400-\u9fff]+|[a-z]+|\\d+(?:\\.\\d+)?")
_ARTICLE = re.compile(
    r"^“?(?:第[一二三四五六七八九十百千\d]+条(?:之[一二三四五])?\s+|[(（][一二三四五六七八九十]+[)）]\s*)"
)
_UNSIGNED = re.compile("[不无]记名|不(?:署真|具|署)名")
_ACTED_ON = re.compile("被([一-龥]{1,3})人(?![民员工])")
"""被监护人 is another than 监护人, and must not hold its name."""

_LEVEL = re.compile(
    "(?<![全本各我该])([省市县乡])一级(?=的?(?:人民)?(?:政府|人大|[一-龥]{0,6}(?:部门|机关|机构)))"
)
"""省一级政府 is 省级政府; 全省一级响应 is none."""

_HALF = re.compile("(?<!过)半数")
_SPAN = re.compile(
    "(?<![〇○零一二三四五六七八九十百千万])"
    "(?:([两二三四五六七八])([三四五六七八九])|(?<![统唯同单专之第])(一)(两))(?=[名人个天日年月])"
)
"""两三名 is 两至三名, 一两名 一至两名."""

_YEARS = re.compile(r"(?<!\d)(\d{4})\s?[-–—~至到]\s?(?=\d{4}年)")
"""2023-2025年 is 2023年至2025年."""

_SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,2})(?![\d/月])")
"""1/5 is 五分之一."""

_SHORT = {
    "全国人民代表大会": "全国人大", "人民代表大会": "人大", "常务委员会": "常委会", "人民政府": "政府",
    "人民法院": "法院", "人民检察院": "检察院", "人民警察": "警察", "公安人员": "警察", "民警": "警察",
    "中华人民共和国主席": "国家主席", "中央军事委员会": "中央军委", "公安机关交通管理部门": "交管部门",
    "交通管理部门": "交管部门", "工商行政管理部门": "工商部门", "人民武装警察部队": "武警部队",
    "省、自治区、直辖市": "省级", "各省、自治区、直辖市": "省级", "自治区、直辖市": "省级",
    "这部法律": "本法", "这个法": "本法", "该法": "本法", "这个条例": "本条例", "该条例": "本条例",
    "这个办法": "本办法", "该办法": "本办法", "这个规定": "本规定", "行政主管部门": "主管部门", "城市建设": "城建", "会员代表大会": "会员大会", "军方": "军队", "次年": "第二年", "翌年": "第二年", "次日": "第二日", "第二天": "第二日",
}  # fmt: skip
"""Names with the short forms that people use for them."""
_SHORT_FORMS = re.compile("|".join(sorted(_SHORT, key=len, reverse=True)))
_ITEM = re.compile(
    r"^\s*(?:[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、])"
)
_MARKUP = re.compile(r"<[^>]{0,200}>|!?\[[^\]]{0,200}\]\([^)]{0,400}\)|https?://\S+|`{1,3}")

# Characters that carry structure rather than content.
FUNCTION = frozenset(
    "的地得了着过是在有和与及或并而且但也还又就都把被将由从到向往对于为以因所其之此这那该本个种些等们"
    "上下中内外里前后时则即若如虽然却只才更最很再已曾正要会能可应须必不未无没非便使让给跟同比按依据"
    "吗呢吧啊呀么什怎哪谁几多少一二两三四五六七八九十百千万亿第者性化做作成进行各每"
)


def normalise(text: str) -> str:
    """Folded width, case, script and punctuation; markup is no content."""
    return _remembered(text) if len(text) <= SENTENCE_LENGTH else _normalised(text)


def _normalised(text: str) -> str:
    plain = fold(text).translate(_PUNCTUATION).replace("『", "“").replace("』", "”")
    plain = _SLASHED.sub(r"\2分之\1", _YEARS.sub(r"\1年至", plain))
    plain = _SPAN.sub(r"\1\3至\2\4", _HALF.sub("一半", _LEVEL.sub(r"\1级", plain)))
    plain = _ACTED_ON.sub(r"被\1方", _UNSIGNED.sub("匿名", plain)).replace("○", "〇")
    return _SHORT_FORMS.sub(lambda m: _SHORT[m.group()], plain)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> str:
    return _normalised(text)


@lru_cache(maxsize=1024)
def bigrams(text: str) -> frozenset[str]:
    """Neighbouring pairs of characters; words of other scripts and numbers whole."""
    found: set[str] = set()
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            found.add(run)
        else:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)


def content_characters(text: str) -> list[str]:
    """Chinese characters that carry content, in order, with repetitions."""
    return [char for char in _CHINESE.findall(text) if char not in FUNCTION]


def has_markup(text: str) -> bool:
    """HTML, links or code: a model's sentence has no business with them."""
    return bool(_MARKUP.search(text))


@dataclass(frozen=True)
class Part:
    """A sentence or clause in comparable form."""

    text: str

    @cached_property
    def bigrams(self) -> frozenset[str]:
        return bigrams(self.text)

    @cached_property
    def characters(self) -> list[str]:
        return content_characters(self.text)

    @cached_property
    def clauses(self) -> list[Part]:
        return [Part(c.strip()) for c in _CLAUSE.findall(self.text) if c.strip(" ,;:。!?")]


def parts(text: str) -> list[Part]:
    """The sentences of ``text``, normalised."""
    plain = normalise(text)
    return [Part(_ARTICLE.sub("", span.of(plain))) for span in sentences(plain)]


def statements(texts: Sequence[str]) -> tuple[Part, ...]:
    """The sentences of all ``texts``; an item of a list says what its heading begins.

    >>> [part.text for part in statements(["下列车辆免税:", "(一)公交车;"])]
    ['下列车辆免税:', '下列车辆免税:公交车;']
    """
    found: list[Part] = []
    heading = ""
    for text in texts:
        plain = normalise(text)
        for span in sentences(plain):
            said = span.of(plain)
            words = _ARTICLE.sub("", said)
            if _ITEM.match(said) and heading:
                found.append(Part(heading + _ITEM.sub("", said)))
                continue
            heading = words if words.rstrip().endswith(":") and len(words) <= 80 else ""
            found.append(Part(words))
    return tuple(found)


def bare(text: str) -> str:
    """``text`` without white space and punctuation, to compare wordings."""
    return re.sub(r"[^\w%]", "", normalise(text))


NEARBY = 24
"""Characters that :func:`ends_before` looks at."""


def ends_before(pattern: re.Pattern[str], text: str, at: int) -> bool:
    """Whether ``pattern``, which ends in ``$``, matches right before ``at``. Looks at a few
    characters only: a text may hold thousands of numbers."""
    return bool(pattern.search(text, max(0, at - NEARBY), at))
