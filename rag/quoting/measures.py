"""What a question that wants a figure would take for an answer: money, a share, people, a time
span… 多少钱 is answered by 五万元, not by 第九条 or 四十多位.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.folding import fold
from rag.verify.numerals import CN
from rag.verify.quantities import COUNTERS, quantities

_NUMERAL = rf"[\d{CN}]"
_SPANS = frozenset(["年", "月", "日", "工作日", "周", "时", "分钟", "秒", "季度", "学时", "课时"])
_PEOPLE = frozenset(["人", "人次", "户"])
_SHARES = frozenset(["%", "‰", "成", "倍", "百分点"])
_THINGS = COUNTERS | _PEOPLE | frozenset(
    [
        "学时", "课时", "所", "页", "台", "辆", "艘", "套", "株", "架", "栋", "间", "座", "批", "期", "轮", "篇",
        "字", "届", "章", "批次", "公里", "吨",
    ]
)  # fmt: skip
_SAME = {
    "名": "人", "位": "人", "所": "家", "座": "个", "类": "种", "栋": "幢", "块": "元",
}  # fmt: skip
_ALIKE = tuple(
    frozenset(group.split())
    for group in ("人 人次 户", "家 个 所 座 处", "种 项 个 类 大 点 条 方面 层面 重 步 级", "次 批 轮 届 期", "篇 份 件 部 个", "台 辆 架 艘 套 个", "栋 幢 座 处 间")
)  # fmt: skip
_SOMEBODY = re.compile("[人者员生师民户]|代表|干部|专家|学者|老[人师]|家庭|居民|嘉宾")


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of figure: the ``units`` of quantities that are one (normalised as in
    :mod:`rag.verify.quantities`), and words that stand in for a figure."""

    name: str
    units: frozenset[str]
    words: str = ""

    def stands_in(self, text: str) -> bool:
        """Whether ``text``, folded, holds such a figure.

        >>> measure = measure_asked("罚多少钱?")
        >>> measure.stands_in("处五万元以下罚款"), measure.stands_in("依照第九条处罚")
        (True, False)
        """
        if self.words and re.search(self.words, text):
            return True
        return any(unit in self.units for unit in _units_in(text))


_ANY = Measure(
    "number",
    _THINGS
    | _SPANS
    | _SHARES
    | frozenset(["元", "岁", "米", "公里", "吨", "亩", "平方米", "公顷"]),
    "分之",
)
_DATES = (
    rf"(?:\d{{4}}|[〇零一二三四五六七八九]{{4}})年|{_NUMERAL}+月(?!内)|\d{{4}}[-./]\d{{1,2}}"
    r"|公布之日|施行之日|发布之日|之日起|届满|每年|每月|每季度|[时后前][,，]|时候"
)
_MONEY = Measure(
    "money",
    frozenset(["元", "美元", "%", "倍"]),
    "免费|无偿|不收|不得收|免收|免交|免缴|分之|免予缴纳",
)
_DURATION = Measure(
    "duration",
    _SPANS,
    "当日|当天|当场|立即|即时|永久|长期|终身|随时|届满|之日起?至|每(?:半?年|季度|月|周|日|天)",
)

_ASKED: tuple[tuple[re.Pattern[str], Measure], ...] = tuple(
    (re.compile(pattern), measure)
    for pattern, measure in (
        (
            r"多少(?:平方|亩|公顷)|几亩|面积(?:是|为|有|要|达)|占地多",
            Measure("area", frozenset(["平方米", "平方公里", "亩", "公顷"])),
        ),
        (
            r"多少(?:米|公里|里|千米|厘米|毫米|海里)|多[远宽深高厚](?![\u3400-\u9fff]{0,4}(?:比例|标准))|距离|how (?:far|wide|deep|tall)",
            Measure(
                "length", frozenset(["米", "公里", "厘米", "毫米", "海里", "英里", "页"]), "层|%"
            ),
        ),
        (
            r"多[重沉]|多少(?:吨|公斤|千克|斤|克)|重量|how heavy",
            Measure("weight", frozenset(["吨", "公斤", "克"]), "斤"),
        ),
        (
            r"年龄|几岁|多少(?:周?岁|岁数)|多大(?:岁|年纪|年龄)|(?:今年|现在|[\u3400-\u9fff]{3})(?<![到有为达是要])多大了?$|岁数|how old|\bage\b",
            Measure("age", frozenset({"岁"})),
        ),
        (
            r"(?:电话|手机|热线)(?:号码?)?(?:是|为)?(?:多少|什么|哪)|(?:电话|手机|联系)(?:号|方式)|怎么联系|号码(?:是|为)|(?:拨|打)(?:哪|什么)|phone number|telephone",
            Measure("telephone", frozenset(), r"\d{5,}"),
        ),
        (
            r"百分之几|百分比|[千万]分之几|几成|几倍|多少倍|多少比例|比例(?:是|为|有|占|多少|多高|上限|下限|达)|比重(?:是|为|多少)|占比|占(?:了|到)?多[少大]"
            r"|[\u3400-\u9fff]率(?:是|为|有|达|要|提|高|降|下)*(?:到|至|了)?(?:多少|多高|多大|几|百分)|什么(?:利|税|费|汇)率"
            r"|what (?:percentage|proportion|share)",
            Measure("share", _SHARES, "分之|半数|一半|之比"),
        ),
        (
            r"多少(?:万|亿)?(?:钱|元)|几(?:万|亿)?(?:元|块)|罚[^,，。则]{0,6}(?:多少|几)|(?:费|费用|价格?|金|款|工资|薪水?|报酬|津贴|补贴|补助|奖励|奖金|投资|投入|经费|预算|造价|成本|额度?|赔偿|补偿|标准|资本|资金|收入)"
            r"(?:一共|总共|大概|每[年月天]|最高|最低|最多|最少)?(?:是|为|有|要|收|达|给|发|定|做)?(?:到|至)?(?:多少(?![人个名位种项家件次条])|多高|多大|上限|下限)"
            r"|多少[\u3400-\u9fff]{0,3}(?:费|工资|报酬|津贴|补贴|补助|奖励|奖金|投资|资金|经费|预算|押金|保证金|罚款|赔偿|补偿|滞纳金|利息|损失)|最高额度|(?:花|掏|付|交|缴|给|拿|补|赔|投|提取|扣)(?:了|出)?多少(?!次|人|个)|免费吗"
            r"|how much (?:does|did|is|money|will|fine)|\b(?:cost|fee|price|budget|salary|fine)\b",
            _MONEY,
        ),
        (r"气温|温度|多少度", Measure("temperature", frozenset(["度", "摄氏度"]), "℃")),
        (
            r"几点(?:开|结|上|下|钟|到)|what time",
            Measure("clock", frozenset({"时"}), rf"{_NUMERAL}+[点:]|上午|下午"),
        ),
        (
            r"什么时[候侯间]|啥时候|何时|哪(?:一)?[年天日月]|几月|几号|日期|多会儿"
            r"|(?:^|[,;.?!]\s*|\b(?:and|or|since|until|by|from|know)\s+)when\b|what (?:date|year|day)|which (?:year|day|date)",
            Measure("date", frozenset(), _DATES),
        ),
        (
            r"多久|多长时间|多长|(?<![这那前好十第没剩老])(?<!剩下)几(?:天|年|个月|个?工作日|小时|个?星期|个?钟头|个?学时|日|周)(?![间来里])|多少(?:个|多)?(?:天|日|年|月|工作日|小时|分钟|学时|课时)"
            r"|期限|时限|最长|最短|最迟|最晚|how long|how soon|how many (?:days|years|months|hours|minutes)|time limit",
            _DURATION,
        ),
        (r"文号|字号|什么号|编号(?:是|为)", Measure("reference", frozenset(), r"\d+\s*号")),
    )
)
_COUNTED = re.compile(
    r"(?:多少|几)\s*(?P<unit>人次|[个种名位条项次户家类层级重步章页所件届点块部门轮批份篇台辆艘套株架栋间座期字处])?\s*(?P<noun>[\u3400-\u9fff]{1,4})?"
)
_HOW_MANY = re.compile(r"how many|how much|number of|人数|数量|总数|数目|总量|多大|多高")
_FEW = re.compile(r"[这那哪好前后头第]几|几乎|[十百千万]几|没几|剩下几|几个[能人]")
_LISTED = "种项点条步类层方重"


def measure_asked(question: str) -> Measure | None:
    """The figure that ``question`` asks for; none when it asks for none.

    >>> [m.name if (m := measure_asked(q)) else None for q in (
    ...     "罚款多少?", "几天内答复?", "来了多少人?", "有几种路径?", "在哪里召开?")]
    ['money', 'duration', 'count 人', 'count 种', None]
    """
    text = fold(question).rstrip("?？。 ")
    for pattern, measure in _ASKED:
        if pattern.search(text):
            return measure
    counted = _COUNTED.search(_FEW.sub(" ", text))
    if counted:
        return _count_of(counted["unit"] or "", counted["noun"] or "")
    return _ANY if _HOW_MANY.search(text) else None


def _count_of(unit: str, noun: str) -> Measure:
    if unit in ("门", "部") and noun.startswith("门"):
        unit = "个"
    if unit in ("", "个", "名", "位") and _SOMEBODY.search(noun):
        return Measure("count 人", _PEOPLE | {"个", "家"}, "分之|%|半数|全体")
    if unit:
        unit = _SAME.get(unit, unit)
        units = {unit}.union(*(group for group in _ALIKE if unit in group))
        words = "[首其][先一]|第一|一[是要][,，]?|[:：]$|、" if unit in _LISTED else "分之"
        return Measure(f"count {unit}", frozenset(units), words)
    counted = rf"|{_NUMERAL}\s*{re.escape(noun[0])}" if noun else ""
    return Measure("count", _ANY.units, f"分之{counted}")


@lru_cache(maxsize=4096)
def _units_in(text: str) -> frozenset[str]:
    if not re.search(_NUMERAL, text):
        return frozenset()
    return frozenset(q.unit or ("分之" if q.value < 1 else "") for q in quantities(text))
