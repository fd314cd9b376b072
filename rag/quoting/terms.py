"""The content words of a question, without a dictionary: what is left after the question's own
machinery is taken out, in bigrams, weighed by how rare they are in the corpus."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from index.folding import fold
from index.store import Statistics

# The words that make a sentence a question, or that every question about a text may have.
_MACHINERY = re.compile(
    r"请问|请告诉我|告诉我|我想(?:问|知道|了解)|想(?:问|知道|了解)(?:一下)?|麻烦|能否|可否|是否|能不能|可不可以|会不会|有没有"
    r"|是不是|要不要|该不该|什么时[候侯间]|啥时候|何时|哪一?[天年月日]|什么样|怎么样|怎么办|怎么|怎样|如何|为什么|为何|为啥|何以"
    r"|(?<!不)(?:包括|包含|涵盖)了?(?=哪|什么|啥|几)"
    r"|什么|啥么|啥|哪里|哪儿|哪些|哪几|哪个|哪一|哪位|哪种|哪|多少[个名位种项家件次条类]?|多久|多长时间|多长|多大|几(?=[个种名位条项次人家类层级重步天年月号])"
    r"|谁|吗|呢|吧|嘛|啊|呀|分别|各自|列举|具体|主要|究竟|到底|一共|总共|大概|大约|根据|按照|依据|关于|对于|就是"
    r"|文章|文中|本文|这篇|全文|文件里|文里|这里|其中|认为|提到|提及|指出|描述|说明|讲(?:的|了)|说(?:的|了|是)?|谈(?:到|及)"
    r"|本办法|本法|本条例|本规定|该办法|该法|规定(?:了|的)?|要求(?:了|的)?|需要|应该|应当|可以|必须|能够"
    r"|指的?是|是指|意思|含义|一下|有没|还有|以及|或者|并且|而且|但是|因为|所以|如果|那么|这个|那个|这种|那种|这些|那些|这样"
    # Characters that are words of their own only between words: 会 but not 委员会.
    r"|(?<!目)的|了(?!解)|(?<!不)是|(?<![存现实内])在(?!线|职|押|校|岗)|(?<![共调])和(?!平|谐|解)|(?<!参)与|(?<![涉普])及"
    r"|被(?!告|害|执|保|征|继|申)|把(?!握)|(?<![转出])让|(?<![针相绝])对(?!接|策|等|象|外|账)|(?<![服听])从(?!业|事)"
    r"|(?<!达)到(?!达|期|岗|位)|(?<!首)都(?!市)|(?<!成)就(?!业|医|诊|学|餐|近|读|职)"
    r"|(?<![员社机大协工学理事董监议宴集开聚商])会(?!议|员|计|场|展|见|谈|同|商)|(?<![重主必纲概摘简需])要(?!素|求|件|点|约)"
    r"|(?<![智功职性效可机潜动产才技])能(?!力|源|够|动|效)|(?<![所国拥享占私公共具含持])有(?!效|关|限|机|偿|权|害|毒|序|责|期|色)"
    r"|(?<![行作认])为(?!了)|也|(?<![返归退偿交])还(?!款|贷|债|原|清|建)|又|很|最(?!低|高|终)|再(?!生|审|次|婚|造)"
    r"|(?<!供)给(?!予|付)|(?<![方面转导倾意])向|(?<![关由基对用属位处等])于|(?<![平同])等(?!级|同|待|效)"
    r"|(?<![理自缘])由(?!于|此)|之(?!日|间|外)|其(?!他|它)|它|他(?!人)|她|我们|(?<!自)我|你们|你|您|咱"
)
_ENGLISH_MACHINERY = frozenset(
    """
    a an the of in on at by for to from with and or is are was were be been being do does did has
    have had what when where who whom whose which why how much many long according article text
    say says said mean means meant tell me about please can could should would may must it its
    this that these those there their they as into between than then not no
    """.split()  # noqa: SIM905 - a word list reads better as words
)
_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z]+|\d+(?:\.\d+)?")
_QUOTED = re.compile(r"[“「『《〈\"'‘]([^“”「」『』《》〈〉\"'‘’]{2,30})[”」』》〉\"'’]")


@dataclass(frozen=True)
class ContentTerms:
    """Terms of a question with their weights (inverse document frequencies), the runs of
    characters they came from, what stood in quotation marks or titles, and the weight of a
    term that stands nowhere in the corpus."""

    weights: Mapping[str, float]
    runs: tuple[str, ...]
    quoted: tuple[str, ...]
    unseen: float

    def coverage(self, text: str) -> float:
        """The share of the weight that ``text`` holds, 0 to 1; 0 without terms."""
        folded = fold(text)
        held = sum([weight for term, weight in self.weights.items() if term in folded])
        return held / self._total if self._total else 0.0

    @cached_property
    def _total(self) -> float:
        return sum(self.weights.values())


def content_terms(question: str, statistics: Statistics) -> ContentTerms:
    """The content terms of ``question``.

    >>> class Flat:
    ...     size = 10
    ...     def document_frequency(self, term): return 1
    >>> content_terms("第二曲线的核心是什么?", Flat()).runs
    ('第二曲线', '核心')
    """
    text = fold(question)
    runs = tuple(
        run
        for part in _MACHINERY.sub(" ", text).split()
        for run in _RUN.findall(part)
        if run not in _ENGLISH_MACHINERY
    )
    weights: dict[str, float] = {}
    for run in runs:
        for term in _pieces(run):
            weights[term] = idf(statistics.document_frequency(term), statistics.size)
    quoted = tuple(match.strip() for match in _QUOTED.findall(text))
    return ContentTerms(weights, runs, quoted, idf(0, statistics.size))


def idf(frequency: int, size: int) -> float:
    """Inverse document frequency, smoothed (Robertson & Zaragoza 2009, as Lucene has it).

    >>> idf(10, 10) < idf(1, 10) < idf(0, 10)
    True
    """
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def _pieces(run: str) -> list[str]:
    if run[0] < "\u3400" or len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]
