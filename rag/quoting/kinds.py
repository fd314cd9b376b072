"""What kind of answer a question wants: a date, a place, a number, a reason, a list…"""

from __future__ import annotations

import re
from enum import StrEnum

from index.folding import fold
from rag.verify.numerals import CN


class Kind(StrEnum):
    """The question words of Chinese and English, by what would answer them."""

    WHEN = "when"
    HOW_LONG = "how_long"
    WHERE = "where"
    WHO = "who"
    HOW_MANY = "how_many"
    WHY = "why"
    HOW = "how"
    DEFINITION = "definition"
    LIST = "list"
    YES_NO = "yes_no"
    PENALTY = "penalty"


_MEASURES = "个种名位条项次人家类层级重步章元万亿天日年倍成岁页所件届点块部门号轮批份"
_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            Kind.HOW_LONG,
            r"多久|多长时间|多长|几天|几年|几个月|几个工作日|几小时|多少(?:天|日|年|个月|个?工作日|小时|分钟|学时)"
            r"|期限|时限|最长|最短|最迟|最晚|how long|how soon|within how many days|time limit",
        ),
        (
            Kind.WHEN,
            r"什么时[候侯间]|啥时候|何时|哪(?:一)?[年天日月]|几月|几号|几点|日期|什么时间|多会儿"
            r"|(?:^|[,;.?!]\s*|\b(?:and|or|since|until|by|from|know)\s+)when\b|what (?:date|year|day|time)|which (?:year|day|date)",
        ),
        (
            Kind.WHERE,
            r"哪里|哪儿|何地|何处|在哪|什么地方|啥地方|地点|地址|地方在|哪所|哪座|哪栋|哪个(?:城市|省|市|县|地方|场所|学校|大学)"
            r"|\bwhere\b|which (?:city|university|place|building)",
        ),
        (
            Kind.WHO,
            r"谁|何人|哪位|什么人|哪些人|哪(?:个|一|家|些)?(?:部门|单位|机构|机关|主体|人员|学者|专家|领导|公司|教授)"
            r"|什么(?:部门|单位|机构|机关)|找哪|\bwho\b|\bwhom\b|\bwhose\b"
            r"|which (?:agency|department|authority|office|body)",
        ),
        (
            Kind.HOW_MANY,
            rf"多少|几[{_MEASURES}]|百分之几|比例|几成|多大|多高"
            r"|how (?:many|much|old)|what percentage",
        ),
        (
            Kind.WHY,
            r"为什么|为何|为啥|何以|凭什么|什么原因|原因(?:是|$)|缘由|怎么会|因为什么|由什么(?:造成|引起|导致)"
            r"|\bwhy\b|what (?:reason|caus)",
        ),
        (
            Kind.LIST,
            rf"哪些|哪几|有几[{_MEASURES}]|几(?:种|类|方面|大|个方面|个层面|项|条|重)|分别|各[是自]|列举|列出|都有(?:什么|啥)"
            r"|包括(?:什么|啥)|包含(?:什么|啥)|有什么(?:条件|要求|原则|情形|内容|措施)"
            r"|(?:说|讲|谈|指出|提出|强调|主张)(?:了|过)?(?:些)?(?:什么|啥)|什么(?:观点|看法|主张|建议)"
            r"|\blist\b|\bwhich\b.*\bare\b|what are",
        ),
        (
            Kind.DEFINITION,
            r"什么是|何为|何谓|啥是|是什么意思|指的?是?什么|是指什么|的?(?:含义|定义|意思)|怎么理解|如何理解"
            r"|what (?:is|does)|meaning of|define",
        ),
        (Kind.HOW, r"怎么|怎样|如何|咋|怎么办|\bhow\b"),
        (
            Kind.PENALTY,
            r"怎么罚|罚[^则]{0,6}(?:多少|吗|什么|几)|会?(?:受|被|挨)[^,，。]{0,6}(?:罚|处分|处理)|处罚|什么后果|啥后果"
            r"|怎么?处理|怎样处理|如何处理|追究|什么责任|啥责任|怎么办他|要坐牢|会坐牢|犯法吗|违法吗|判(?:几|多)"
            r"|\b(?:penalt|punish|fine[ds]?\b|consequence|sanction|liable)",
        ),
        (
            Kind.YES_NO,
            r"吗|嘛[??]?$|是否|能不能|可不可以|会不会|有没有|是不是|要不要|该不该|能否|可否|需不需要"
            r"|^(?:is|are|was|were|does|do|did|can|may|must|should|has|have)\b",
        ),
    )
)


def kinds_of(question: str) -> frozenset[Kind]:
    """Every kind that ``question`` shows signs of; empty for a statement.

    >>> sorted(kinds_of("論壇是什麼時候召開的?"))
    [<Kind.WHEN: 'when'>]
    >>> sorted(kinds_of("有哪几种路径?"))
    [<Kind.HOW_MANY: 'how_many'>, <Kind.LIST: 'list'>]
    """
    text = fold(question)
    found = {kind for kind, pattern in _ASKS if pattern.search(text)}
    if Kind.HOW_LONG in found:
        found -= {Kind.HOW_MANY}
    if Kind.HOW_MANY in found and re.search(r"how (?:many|much|old)", text):
        found -= {Kind.HOW}
    return frozenset(found)


_NUMERAL = rf"[\d{CN}]"
_HOLDS: dict[Kind, re.Pattern[str]] = {
    Kind.WHEN: re.compile(
        rf"(?:\d{{4}}|[〇零一二三四五六七八九]{{4}})年|{_NUMERAL}+月{_NUMERAL}+[日号]|\d{{4}}[-./]\d{{1,2}}"
        r"|公布之日|施行之日|发布之日|之日起|届满|期间|“十[三四五六]五”|每年|每月|每季度|时候?[,，]"
    ),
    Kind.HOW_LONG: re.compile(
        rf"{_NUMERAL}+(?:个)?(?:半)?(?:工作日|学时|小时|分钟|秒|日|天|周|月|季度|年)|当日|当场|立即|即时|永久|长期|终身"
    ),
    Kind.HOW_MANY: re.compile(rf"{_NUMERAL}"),
    Kind.WHERE: re.compile(
        r"在[^,，。;；]{1,24}(?:召开|举行|举办|办理|进行|设立|存放|公示|提出|申请)|大学|[省市县区镇乡村]|地点|场所|所在地"
        r"|中心|大厅|窗口|网站|平台|馆|院|境内|境外"
    ),
    Kind.WHO: re.compile(
        r"[局部委厅署院会]|政府|机关|部门|机构|单位|主管|人员|教授|作者|学者|专家|公司|企业|法院|主体|主任|负责人|当事人"
        r"|公民|法人|组织|人类|者|方|员|(?:她|他)"
    ),
    Kind.WHY: re.compile(
        r"因为|由于|因此|因而|为了|源于|来源于|源自|原因|导致|以便|以免|之所以|根源|使得|从而|往往|否则|意味|反映|造成|是以"
        r"|避免|防止|加剧"
    ),
    Kind.LIST: re.compile(
        r"、[^、。]{1,40}、|、[^、。]{1,24}(?:和|及|与|以及|等)|首先|其次|其一|其二|一是|二是|第一[,，]|[:：]\s*$"
        r"|[(（][一二三四五六七八九十\d]+[)）]|[;；][^;；]+[;；]"
    ),
    Kind.YES_NO: re.compile(
        r"不得|可以|应当|禁止|必须|不予|不能|不需|无需|有权|无权|不再|不是|并非|免[费除收]|除外|视为|不视为|属于|不属于|有效|无效|不应|允许|方可"
    ),
    Kind.PENALTY: re.compile(
        r"罚款|处分|责令|没收|吊销|拘留|追究|徒刑|赔偿|警告|撤销|处罚|责任|取缔|取消|拘役|通报|暂停|降级|开除|滞纳金|训诫"
    ),
}


def holds(kind: Kind, text: str) -> bool:
    """Whether ``text`` holds something that could answer a question of ``kind``; kinds that
    any sentence could answer always do.

    >>> holds(Kind.WHEN, "于2025年4月27日召开"), holds(Kind.WHEN, "由市数据局负责")
    (True, False)
    """
    pattern = _HOLDS.get(kind)
    return pattern is None or bool(pattern.search(fold(text)))


def typed(kinds: frozenset[Kind]) -> frozenset[Kind]:
    """The kinds whose answers can be told by their form."""
    return kinds & _HOLDS.keys()


MEASURED = frozenset({Kind.WHEN, Kind.HOW_LONG, Kind.HOW_MANY})
"""Kinds that a date, a duration or a number answers, and hardly anything else."""
