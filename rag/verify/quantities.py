"""Numbers as said: value, unit, comparator, whatever the numerals.

三千五百万, 3500万 and ３５００ 万 are one value; 不少于, 至少 and 以上 one comparator. A claim's quantity
must stand in the evidence with value, unit and comparator together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rag.verify.dates import DATE
from rag.verify.numerals import CN, DIGITS, NUMBER, value_of
from rag.verify.text import ends_before

_UNITS = (
    "个工作日|工作日|个百分点|百分点|个小时|小时|学时|分钟|秒钟?|个?半?年度?|周岁|岁|个?季度|个?月|个?星期|周|日|天|号"
    "|块钱?|平方米|平方公里|立方米|海里|英里|公里|千米|厘米|毫米|米|公斤|千克|吨|克|亩|公顷|升|毫升|摄氏度|度|元|美元|分贝"
    "|倍|成|%|‰|人次|个人(?=以上|以下|以内|为了|组成|[,。])|人|名|位|户|家|所|次|届|项|条|款|种|类|级|层|章|件|份|页|台|辆|艘|套|株|架|栋|间|千瓦时?|学分|课时|处|座|批|期|轮|步|点|篇|部|方|重|大|个|者|字|代|年级|层面|方面|意识"
)
_BEFORE = (
    r"(?P<pre>不(?:得|能|可|可以|应|应当|许|准|会|再)?(?:超过|超出|超|高于|多于|大于|晚于|长于|低于|少于|小于|短于|早于)|不足|未满|不满|不到|未到|还?没到|未达到?"
    r"|超过|高于|多于|大于|低于|少于|小于|短于|长于|逾|满|达到?|至少|最少|最低|起码|至多|最多|最高|最长|最短|最迟|至迟|最晚|约|近|大约)?"
)
_AFTER = r"(?P<post>或者?(?:更多|以上)|及?以上|及?以下|以内|之内|内|以外|以后|之后|左右|[多余](?=了|的|[,;。]|$)|(?:为|是|作为|作)?(?:上限|下限|封顶|保底))?"
_QUANTITY = re.compile(
    rf"{_BEFORE}\s?(?P<pct>百分之|千分之|万分之)?(?P<num>{NUMBER})\s?(?P<mult>多|余|几)?(?P<unit>{_UNITS})?{_AFTER}"
)
_FRACTION = re.compile(rf"(?P<low>[{CN}\d]{{1,12}})分之(?P<high>[{CN}\d]{{1,12}})")
_ORDINAL = re.compile(
    rf"第\s*(?P<num>[{CN}\d]+)\s*(?P<unit>[条款项章节编届期次批名位号种个类步级年代]|方面|层面|阶段|季度)?"
)
_FREQUENCY = re.compile(
    r"每一?个?(半?年|季|月|周|星期|日|天)|按(年|季|月|周|日)(?=[计征解加缴发收])|一个?(年|季|月|周|星期|天)[^,;。]{0,12}[一二两三四1-4][次回]"
)
_SAME_PERIOD = {"天": "日", "星期": "周"}
_CLASSES = {
    "<=": "上限 为上限 是上限 作为上限 作上限 封顶 至多 最多 最高 最长 最迟 至迟 最晚 以下 及以下 以内 之内 内",
    ">=": "下限 为下限 是下限 作为下限 作下限 保底 或更多 或者更多 或以上 或者以上 至少 最少 最低 最短 起码 以上 及以上 满 达 达到 以后 之后",
    ">": "超过 高于 多于 大于 长于 逾 以外 多 余",
    "<": "不足 未满 不满 不到 未到 没到 还没到 未达 未达到 低于 少于 小于 短于",
}
_COMPARATORS = {word: sign for sign, words in _CLASSES.items() for word in words.split()}
for _no in (
    "不",
    "不得",
    "不能",
    "不可",
    "不可以",
    "不应",
    "不应当",
    "不许",
    "不准",
    "不会",
    "不再",
):
    for _word in ("超过", "超出", "超", "高于", "多于", "大于", "晚于", "长于"):
        _COMPARATORS[_no + _word] = "<="
    for _word in ("低于", "少于", "小于", "短于", "早于"):
        _COMPARATORS[_no + _word] = ">="
_SAME_UNIT = {
    "天": "日", "号": "日", "名": "人", "个人": "人", "位": "人", "者": "个", "个月": "月", "小时": "时", "个小时": "时",
    "个工作日": "工作日", "周岁": "岁", "年度": "年", "个年": "年", "星期": "周", "个星期": "周", "个季度": "季度",
    "千米": "公里", "千克": "公斤", "个百分点": "百分点", "秒钟": "秒", "类": "种", "块": "元", "块钱": "元", "家": "家", "所": "家",
}  # fmt: skip
COUNTERS = frozenset(
    [
        "个",
        "种",
        "项",
        "家",
        "大",
        "方面",
        "层面",
        "重",
        "条",
        "类",
        "级",
        "次",
        "件",
        "份",
        "处",
        "部",
        "点",
        "方",
        "户",
        "意识",
        "步",
        "层",
        "篇",
    ]
)
_IN_HOURS = {
    "年": ("月", 12),
    "月": ("日", 30),
    "周": ("日", 7),
    "日": ("时", 24),
    "时": ("分钟", 60),
    "季度": ("月", 3),
}


ABOUT = ">=?"
"""The sign of 十日前 and 三个月后: at least that long, whether or not it is said."""

_BEFORE_OR_AFTER = re.compile("[之以]?[前后]")
_AGE = re.compile("岁数|年龄|年纪")
_MONEY = re.compile(
    "(?:[罚赔]款?|处(?![理置方分罚]))(?:[为是达至到在以款]|人民币|最[高低多少]|不?超过){0,3}$"
)
"""罚十万到五十万 is a sum of money."""


_LATEST = re.compile("最晚|最迟|至迟")
_REACHES = re.compile("(?:达到?|满)$")
_AHEAD = re.compile("提前[^,;。]{0,2}$")
"""至迟提前十日, 至少提前十日 and 提前十日 are one."""

_SPAN_OF_ARTICLES = re.compile(rf"第[{CN}\d]+[条款项章]?(?:至|到|和|与|、|-|—)$")
_MONTHS_MORE = re.compile(rf"半(?!数)|零(?P<months>[{CN}\d]+)个?月")
"""七年半, 七年零六个月."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` as a float, ``unit`` normalised, ``sign`` one of ``<= >= < >``, :data:`ABOUT`
    or empty;
    ``start`` and ``end`` in the text it was read from."""

    value: float
    unit: str
    sign: str
    start: int
    end: int
    words: str


_NOT_NUMBERS = re.compile(
    r"一(?:般|样|致|定|切|些|旦|律|方面|直|体|起|并|网|贯|概|经|同|线|次性|系列|套|道|边|面|言|下|面|味|时|批|度|举|流|面|早|再|向|则|来|是|要)"
    r"|[二两三四]个?字|万(?:一|能|物|众)|千(?:万不|方|家|篇)|百(?:姓|科|货|年)|十(?:分|足|字|全)|三(?:农|方|权|者|包|同时)|两(?:者|方|岸|用|性|难|级)"
    r"|四(?:处|面|通|级应用)|五(?:险|官)|六(?:稳|保)|七夕|八方|九州|多半|大半|半(?:自动|成品|导体|数|径)|零(?:售|星|部件|距离)|统一|唯一|单一|同一|之一|第一时间|进一步|多一点|有一定|不一|专一|万元以|过半|大半"
)


@lru_cache(maxsize=1024)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities in normalised ``text``; dates and ordinals are not among them."""
    taken = [m.span() for pattern in (DATE, _ORDINAL) for m in pattern.finditer(text)]
    taken += [m.span() for m in re.finditer(r"“?十[一二三四五六七八九]五”?", text)]
    idioms = [m.span() for m in _NOT_NUMBERS.finditer(text)]
    found: list[Quantity] = []
    for match in _FRACTION.finditer(text):
        low, high = value_of(match["low"]), value_of(match["high"])
        if match["low"] in ("百", "千", "万") or not low or high is None:
            continue
        taken.append(match.span())
        post = re.match(_AFTER, text[match.end() :])
        sign = _COMPARATORS.get((post["post"] if post else None) or "", "")
        sign = sign or _sign_before(text, match.start())
        if not sign and ends_before(_REACHES, text, match.start()):
            sign = ABOUT
        found.append(Quantity(high / low, "", sign, *match.span(), match.group()))
    for match in _QUANTITY.finditer(text):
        start, end = match.span("num")
        if any(a < end and start < b for a, b in taken) or (
            match["num"] in ("", "亿", "万", "千", "百") and not match["pct"]
        ):
            continue
        if match["unit"] in ("条", "款", "项", "章") and ends_before(
            _SPAN_OF_ARTICLES, text, start
        ):
            continue
        if any(a <= start and end <= b for a, b in idioms) and not match["unit"]:
            continue
        if any(a <= start and end <= b for a, b in idioms) and match["num"] == "一":
            continue
        value = value_of(match["num"])
        if value is None:
            continue
        unit = match["unit"] or ""
        if not unit and not match["pct"] and match["num"] in DIGITS:
            if text[match.end() : match.end() + 1] not in ("到", "至"):
                continue  # a single Chinese digit without a unit is mostly part of a word
        if match["pct"]:
            value, unit = value, {"百分之": "%", "千分之": "‰", "万分之": "‱"}[match["pct"]]
        if unit.startswith("个半"):
            value, unit = value + 0.5, unit[2:]
        unit = _SAME_UNIT.get(unit, unit)
        if unit == "成":
            tenths = DIGITS.get(text[match.end() : match.end() + 1], 0)  # 一成五
            value, unit = value * 10 + tenths, "%"
        sign = _COMPARATORS.get(match["post"] or "", "") or _COMPARATORS.get(match["pre"] or "", "")
        if not sign:
            sign = _sign_before(text, match.start())
        if match["pre"] in ("达", "达到", "满") and match["post"] is None:
            sign = ABOUT
        if _BEFORE_OR_AFTER.match(text, match.end()) or (match["post"] or "").endswith("后"):
            late = _LATEST.search(text, max(0, match.start() - 14), match.end())
            sign = sign if sign in ("<=", "<") and not late else ABOUT
        if ends_before(_AHEAD, text, start) and sign in ("", "<=", ">="):
            sign = ABOUT
        if unit == "年" and (more := _MONTHS_MORE.match(text, match.end("unit"))):
            months = value_of(more["months"]) if more["months"] else 6.0
            value, taken = value + (months or 0) / 12, [*taken, more.span()]
        if not unit and 10 <= value <= 120 and _AGE.search(text, max(0, start - 20), start):
            unit = "岁"
        found.append(Quantity(value, unit, sign, match.start(), match.end(), match.group().strip()))
    return tuple(_sums(_ranges(sorted(found, key=lambda q: q.start), text), text))


def _ranges(found: list[Quantity], text: str) -> list[Quantity]:
    """二至四人 is two bounds, both of persons."""
    for at, (low, high) in enumerate(pairwise(found)):
        between = text[low.end : high.start].strip()
        if between in ("到", "至", "-", "—", "~", "～", "－", "–") and low.unit in ("", high.unit):
            found[at] = replace(low, unit=high.unit, sign=low.sign or ">=")
            found[at + 1] = replace(high, sign=high.sign or "<=")
        elif low.sign in ("<=", ">=") and not high.sign and _ALONGSIDE.fullmatch(between):
            found[at + 1] = replace(found[at + 1], sign=low.sign)
    return found


def _sums(found: list[Quantity], text: str) -> list[Quantity]:
    """Large numbers without a unit as sums of money after 罚 and the like, and what they reach
    up to."""
    for at, quantity in enumerate(found):
        if quantity.unit or quantity.value < _LEAST_SUM:
            continue
        before = found[at - 1] if at else None
        reached = before and before.unit == "元" and quantity.start - before.end <= 1
        if reached or ends_before(_MONEY, text, quantity.start):
            found[at] = replace(quantity, unit="元")
    return found


_LEAST_SUM = 100

_ALONGSIDE = re.compile("[、和][^,;。、]{0,3}")
"""至少开五天、送五次: the comparator holds for both."""

_EARLIER = re.compile(
    rf"(?P<pre>{'|'.join(sorted((w for w in _COMPARATORS if len(w) > 1), key=len, reverse=True))})"
    rf"[^,;:。、\d{CN}半]{{0,14}}$"
)


def _sign_before(text: str, at: int) -> str:
    """The comparator a few words before the number: 至少组织一次, 最短管六个月."""
    earlier = _EARLIER.search(text[max(0, at - 20) : at])
    words = earlier["pre"] if earlier else ""
    return "" if words.endswith(("上", "下", "内", "后", "外")) else _COMPARATORS.get(words, "")


def ordinals(text: str) -> list[str]:
    """第二届, 第十五条: as ``2届``, ``15条``."""
    found = []
    for match in _ORDINAL.finditer(text):
        value = value_of(match["num"])
        if value is not None:
            found.append(f"{value:.0f}{match['unit'] or ''}")
    return found


def frequencies(text: str) -> set[str]:
    """How often: 每年, 按月, 一周一次.

    >>> sorted(frequencies("每年评估一次,按日加收")), sorted(frequencies("一个季度公布一次"))
    (['年', '日'], ['季'])
    """
    found = {next(filter(None, match.groups())) for match in _FREQUENCY.finditer(text)}
    return {_SAME_PERIOD.get(word, word) for word in found}


def same_unit(a: Quantity, b: Quantity) -> bool:
    """Whether the two count in the same unit; general counters (个, 种, 项…) may stand for one
    another, and a missing unit for a counter."""
    if a.unit == b.unit:
        return True
    counters = {"", *COUNTERS}
    people = {"人", "", "个"}
    return {a.unit, b.unit} <= counters or {a.unit, b.unit} <= people


def same_amount(a: Quantity, b: Quantity) -> bool:
    """Equal in value and unit, also across units of time and of shares (一年 is 12个月, 三倍 300%)."""
    if same_unit(a, b):
        return abs(a.value - b.value) <= 1e-9 * max(1.0, abs(a.value))
    return any(abs(x - y) < 1e-9 for x, u in _forms(a) for y, w in _forms(b) if u == w)


def _forms(quantity: Quantity) -> list[tuple[float, str]]:
    forms = [(quantity.value, quantity.unit)]
    if quantity.unit in _IN_HOURS:
        unit, factor = _IN_HOURS[quantity.unit]
        forms.append((quantity.value * factor, unit))
    if quantity.unit in ("‰", "‱"):
        forms.append((round(quantity.value / (10 if quantity.unit == "‰" else 100), 9), "%"))
    if quantity.unit == "倍":
        forms.append((quantity.value * 100, "%"))
    if quantity.unit == "" and 0 < quantity.value <= 1:
        forms.append((round(quantity.value * 100, 9), "%"))
    return forms


def same_sign(claim: str, evidence: str) -> bool:
    """Whether comparators agree. 内 after a deadline may be said or left; a bound may not."""
    if claim == evidence:
        return True
    if ABOUT in (claim, evidence):
        return {claim, evidence} <= {ABOUT, "", ">="}
    return (claim, evidence) in (("", "<="), ("<=", "<"), (">=", ">"))
