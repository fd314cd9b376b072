"""Each way to make a true sentence false, or to say it otherwise, as a pure function.

An operator takes a sentence, the paragraph it stands in and a source of chance, and gives the
altered sentences; nothing where it does not apply. Falsifications alter what the sentence says
beyond dispute: an operator that is not sure leaves the sentence alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping

Operator = Callable[[str, str, random.Random], Iterator[str]]

_DIGITS = "一二三四五六七八九"
_COUNTED = re.compile(
    r"(?<![第十百千万一二三四五六七八九])([一二三四五六七八九十]{1,3})(?=个?(?:工作)?[日月年]|[百千万]*元|倍|人(?!民)|周岁|小时|次)"
)
_ARABIC_DATE = re.compile(r"(\d{4})年(?:(\d{1,2})月)?")
_UNITS = (
    ("个工作日", "个月"), ("日内", "年内"), ("个月", "年"), ("年以上", "个月以上"), ("年以下", "个月以下"),
    ("年内", "日内"), ("万元", "元"), ("小时", "日"), ("周岁", "个月"),
)  # fmt: skip
_BOUNDS = (
    (r"(?<=[日月年元倍人岁时次])以上", "以下"), (r"(?<=[日月年元倍人岁时次])以下", "以上"),
    ("不超过", "不少于"), ("不得超过", "不得少于"), ("不得少于", "不得多于"), ("不少于", "不多于"),
    ("不低于", "不高于"), ("不得低于", "不得高于"), ("至少", "至多"), (r"(?<=[一二三四五六七八九十][日月年])内", "后"),
)  # fmt: skip
_DENIED = (
    (r"(?<!不)应当(?=[一-龥])", "不应当"), (r"(?<!不)可以", "不可以"), ("(?<!专)有权", "无权"),
    (r"(?<!不)属于", "不属于"), (r"(?<!不)适用(?=本|于)", "不适用"), ("予以", "不予"),
    (r"(?<![不负])承担(?=.{0,12}责任)", "不承担"),
)  # fmt: skip
_AFFIRMED = (
    ("不得", "可以"), ("不予", "予以"), ("禁止", "允许"), ("不能", "能够"), ("无权", "有权"),
    ("不承担", "承担"), ("不影响", "影响"), ("不适用", "适用"), ("不属于", "属于"), ("不再", "继续"),
)  # fmt: skip
_BOUND_MORE = (
    (r"(?<!不)可以", "应当"), (r"(?<!不)可以", "必须"), ("(?<!精神)鼓励(?=[一-龥]{2})", "要求"),
    ("提倡", "要求"), (r"(?<!应当)支持(?=[一-龥]{2,8}(?:依法|开展|参与|设立|发展))", "强制"),
)  # fmt: skip
_WIDENED = (
    ("有关(?=部门|单位|机关|人员|组织)", "所有"), ("部分", "全部"), ("一般", "一律"),
    ("县级以上(?!各级)", "各级"), ("重大(?=事项|问题|事故|决策|项目)", "一切"), ("符合条件的", "所有"),
    ("直接负责的主管人员", "全体人员"), ("情节严重的", "的"), ("造成严重后果的", "的"),
    ("主要(?=负责人|股东|成员)", "所有"),
)  # fmt: skip
_OPPOSITES = (
    ("增加", "减少"), ("减少", "增加"), ("(?<!不)公开(?![发招])", "保密"), ("提高", "降低"), ("降低", "提高"),
    ("有效(?![期性])", "无效"), ("上级", "下级"), ("下级", "上级"), ("无偿", "有偿"), ("免费", "收费"),
    ("加强", "削弱"), ("成立", "解散"), ("从重", "从轻"), ("从轻", "从重"), ("(?<!不)同意", "反对"),
    ("扩大", "缩小"), ("延长", "缩短"), ("(?<![符非])合法(?!性)", "非法"), ("买方", "卖方"), ("盈利", "亏损"),
)  # fmt: skip
_BODIES = (
    "国务院", "公安机关", "税务机关", "人民法院", "人民检察院", "海关", "民政部门", "财政部门", "审计机关",
    "市场监督管理部门", "中国人民银行", "教育行政部门", "卫生健康主管部门", "自然资源主管部门",
)  # fmt: skip
_TAILS = (
    "并处十万元以上五十万元以下的罚款", "并向社会公布结果", "并报国务院备案", "否则依法追究刑事责任",
    "并每半年复查一次", "所需费用由中央财政承担", "同时抄送同级监察机关",
    "逾期作废", "可以延长", "需要付费", "违者罚款", "可以续期", "须经审批", "一次办结", "限时办结", "网上办理",
)  # fmt: skip
_ACTOR = (
    "[一-龥]{0,10}(?:部门|机关|机构|政府|委员会|法院|检察院|单位|企业|公司|协会|申请人|当事人|经营者"
    "|负责人|所有人|承包方|发包方|用人单位|劳动者|消费者|监护人|代表|学校|银行)"
)
_SHALL = "(?:应当|可以|不得|有权|必须)"
_TOWARDS = re.compile(
    rf"^(?P<a>{_ACTOR})(?P<shall>{_SHALL})(?P<act>[^，。；、：]{{0,12}}?(?:向|责令|要求|通知|告知|委托|监督|指导|协助|报经|报请|报))(?P<b>{_ACTOR})(?P<rest>[^、和或及与].*)$"
)
_CASE = re.compile(r"^(?P<case>[^，。；：]{4,60}的)，(?P<then>(?:[^。；：]{6,}))$")
_DUTY = re.compile(rf"^(?P<who>{_ACTOR})(?P<what>(?:{_SHALL}|负责)[^。；：]{{6,}})$")
_CONDITION = (
    re.compile(r"^[^，。；：]{4,60}的，(?=(?:应当|可以|由|处|不得|依法|责令|给予|其))"),
    re.compile(r"(?<=，)经[^，。；：经未]{2,24}(?:批准|同意|许可|审核|核准)后?，(?=[^并未])"),
    re.compile(r"除[^，。；：]{2,40}外，"),
    re.compile(r"(?:；|，)但(?:是，?)?[^。；]{4,60}(?:除外)(?=。|$)"),
    re.compile(r"原则上"),
    re.compile(r"在[^，。；：]{2,24}(?:情况|情形|条件|前提)下，"),
    re.compile(r"^(?:因|遇有|发生)[^，。；：]{4,40}(?:的|时)，"),
)
_LABEL = re.compile(r"^第[一二三四五六七八九十百千]+条(?:之[一二三])?\s*")


def _replaced(
    pairs: tuple[tuple[str, str], ...], text: str, chance: random.Random
) -> Iterator[str]:
    found = [(m, new) for old, new in pairs for m in re.finditer(old, text)]
    if found:
        match, new = chance.choice(found)
        yield text[: match.start()] + new + text[match.end() :]


def number(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    """
    >>> list(number("应当在三日内答复。", "", random.Random(0)))[0] != "应当在三日内答复。"
    True
    """
    found = list(_COUNTED.finditer(text))
    if found:
        match = chance.choice(found)
        said = match[1]
        digits = [at for at, c in enumerate(said) if c in _DIGITS]
        if digits:
            at = chance.choice(digits)
            other = chance.choice(
                [d for d in _DIGITS if d != said[at] and not (d == "一" and len(said) > 1)]
            )
            altered = said[:at] + other + said[at + 1 :]
        else:
            altered = "二" + said
        yield text[: match.start(1)] + altered + text[match.end(1) :]


def unit(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    numeral = "(?<=[一二三四五六七八九十百千万])"
    yield from _replaced(tuple((numeral + old, new) for old, new in _UNITS), text, chance)


def comparator(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    yield from _replaced(_BOUNDS, text, chance)


def date(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    match = _ARABIC_DATE.search(text)
    if match and match[2] and chance.random() < 0.5:
        other = chance.choice([m for m in range(1, 13) if m != int(match[2])])
        yield text[: match.start(2)] + str(other) + text[match.end(2) :]
    elif match:
        other = int(match[1]) + chance.choice([-10, -2, -1, 1, 2, 10])
        yield text[: match.start(1)] + str(other) + text[match.end(1) :]


def negation_in(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    yield from _replaced(_DENIED, text, chance)


def negation_out(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    yield from _replaced(_AFFIRMED, text, chance)


def modality_up(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    yield from _replaced(_BOUND_MORE, text, chance)


def condition_dropped(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    """
    >>> list(condition_dropped("除情况紧急外，应当告知。", "", random.Random(0)))
    ['应当告知。']
    """
    found = [m for pattern in _CONDITION for m in pattern.finditer(text)]
    if found:
        match = chance.choice(found)
        left = text[: match.start()] + text[match.end() :]
        if len(left) > 8 or match.start() == 0:
            yield left


def scope_widened(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    yield from _replaced(_WIDENED, text, chance)


def entity(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    held = [
        body
        for body in _BODIES
        if re.search(f"(?<![一-龥]){body}(?![一-龥]*部门|办公|常务|组成|另)", text)
    ]
    others = [body for body in _BODIES if body not in paragraph]
    if held and others:
        yield text.replace(chance.choice(held), chance.choice(others), 1)


def subject_swapped(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    """Who acts and who is acted on, exchanged.

    >>> list(subject_swapped("申请人应当向主管部门提交材料。", "", random.Random(0)))
    ['主管部门应当向申请人提交材料。']
    """
    match = _TOWARDS.match(text)
    if match and match["a"] not in match["b"] and match["b"] not in match["a"]:
        yield match["b"] + match["shall"] + match["act"] + match["a"] + match["rest"]


def _beside(
    pattern: re.Pattern[str],
    apart: str,
    other: str,
    text: str,
    paragraph: str,
    chance: random.Random,
) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """``text`` as ``pattern`` reads it, with another part of the paragraph that it reads:
    neither's group ``apart`` holds the other's, and their groups ``other`` differ."""
    own = pattern.match(text.rstrip("。；"))
    if own is None:
        return
    parts = [pattern.match(part) for part in re.split("[。；]", _LABEL.sub("", paragraph))]
    found = [
        part
        for part in parts
        if part
        and part[apart] not in own[apart]
        and own[apart] not in part[apart]
        and part[other] != own[other]
    ]
    if found:
        yield own, chance.choice(found)


def object_swapped(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    """A case with what is laid down for another case of the same paragraph.

    >>> both = "逾期不申报的，予以警告并通报；伪造申报材料的，吊销其许可证。"
    >>> list(object_swapped("逾期不申报的，予以警告并通报", both, random.Random(0)))
    ['逾期不申报的，吊销其许可证。']
    """
    for own, other in _beside(_CASE, "then", "case", text, paragraph, chance):
        yield f"{own['case']}，{other['then']}。"


def spliced(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    """Somebody with what is laid down for somebody else in the same paragraph.

    >>> list(spliced("学校应当按期公布名单。", "单位应当妥善保管档案。", random.Random(0)))
    ['学校应当妥善保管档案。']
    """
    for own, other in _beside(_DUTY, "who", "what", text, paragraph, chance):
        yield f"{own['who']}{other['what']}。"


def invented_tail(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    tails = [
        tail
        for tail in _TAILS
        if not any(tail[at : at + 4] in paragraph for at in range(len(tail) - 3))
    ]
    if tails and text.endswith("。"):
        yield f"{text[:-1]}，{chance.choice(tails)}。"


def antonym(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    yield from _replaced(_OPPOSITES, text, chance)


FALSIFYING: Mapping[str, Operator] = {
    operator.__name__: operator
    for operator in (
        number, unit, comparator, date, negation_in, negation_out, modality_up, condition_dropped,
        scope_widened, entity, subject_swapped, object_swapped, spliced, invented_tail, antonym,
    )
}  # fmt: skip

_SAME = (
    ("或者", "或"), ("以及", "和"), ("立即", "马上"), ("依照", "按照"), ("根据", "依据"),
    ("(?<!不)应当", "要"), ("不得", "不能"), ("个工作日内", "个工作日之内"), ("(?<=[十一二三五六七])日内", "天内"),
    ("自([^，。]{2,20})之日起", r"从\1之日起"), ("给予", "予以"), ("予以", "给予"), ("本法", "这部法律"),
    ("本条例", "该条例"), ("擅自", "私自"), ("每年", "每一年"), ("未经", "没有经过"), ("均", "都"),
    ("违反本法规定", "违反这部法律的规定"), ("以下简称", "下称"), ("共同", "一起"), ("届满", "期满"),
)  # fmt: skip
_NUMERALS = {
    "三": "3",
    "五": "5",
    "七": "7",
    "十": "10",
    "十五": "15",
    "二十": "20",
    "三十": "30",
    "六十": "60",
}


def reworded(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    """Other function words, Arabic numerals, the article's number left out: the same said.

    >>> list(reworded("第三条　应当自收到之日起三十日内答复。", "", random.Random(0)))
    ['要从收到之日起30天内答复。']
    """
    said = _LABEL.sub("", text)
    for old, new in _SAME:
        said = re.sub(old, new, said, count=1)
    said = re.sub(
        "(?<![第一二三四五六七八九十百千万])(三十|六十|二十|十五|三|五|七|十)(?=个工作日|日|天|个月|年(?!代))",
        lambda m: _NUMERALS[m[1]],
        said,
    )
    if said != text:
        yield said


def shortened(text: str, paragraph: str, chance: random.Random) -> Iterator[str]:
    """One of several parts between semicolons, or the sentence without its brackets.

    >>> list(shortened("出租人负责维修；承租人负责保管。", "", random.Random(1)))
    ['出租人负责维修。']
    """
    said = _LABEL.sub("", text)
    parts = [part for part in said.rstrip("。").split("；") if len(part) > 6]
    if len(parts) > 1 and "：" not in said and not re.search("但|其他|同时|除", said):
        yield chance.choice(parts) + "。"
    elif "（" in said and "）" in said:
        yield re.sub("（[^（）]*）", "", said)


FAITHFUL: Mapping[str, Operator] = {op.__name__: op for op in (reworded, shortened)}
