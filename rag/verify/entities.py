"""Who and what is named: organisations, titles, quoted terms, names, foreign words, articles.

What a claim names must be named in the evidence, in the sentence that the claim restates when
that sentence names another of the same sort: 市司法局 in place of 市数据局 is an exchange even if
both stand in the paragraph.
"""

from __future__ import annotations

import re

from rag.verify.align import Comparison
from rag.verify.lexicon import is_meant_in
from rag.verify.quantities import ordinals
from rag.verify.text import bigrams
from rag.verify.verdict import Finding, Reason

_TITLE = re.compile(r"[《〈]([^《》〈〉]{2,60})[》〉]")
_QUOTED = re.compile(r"[“「\"]([^“”「」\"]{2,24})[”」\"]")
_LATIN = re.compile(r"[a-z][a-z0-9.+-]*[a-z0-9+]|[a-z]")
_REGION = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南(?!海)|四川|贵州|云南|陕西|甘肃|青海(?!湖)|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_SUFFIX = (
    r"(?:人民代表大会(?:常务委员会)?|常务委员会|委员会|人民政府|人民法院|人民检察院|公安机关|税务机关|海关总署|国务院|财政部|(?:主管|管理|监督|执法|登记|行政)(?:部门|机关|机构)|(?:商务|税务|外事|民政|财政|卫生|教育|环保|交通|农业|水利|城管|市场监管|人社|司法|公安|审计|统计|文化|旅游|体育|科技|住建|应急)部门|[^\W\d_a-z个各些相级务门央职超出跨越打]{2}部门"
    r"|检察院|办公厅|研究院|研究所|大学|公司|协会|联合会|工会|银行|档案馆|图书馆|交易所|基金会|总局|局(?![部面限势])|厅(?!堂)|总署|(?<=[政通交商外务防安育技化健境资源设水农业输])部(?![门分队委件位长署]))"
)
_NO_NAME = "归听受的由被把将向对从经与和及或并在到于为是以让使请给按即该本各其所有应当可会同自也还都就能不没未每个这那名位担任读找跟用拿靠"
_ORGANISATION = re.compile(rf"[^\W\d_a-z{_NO_NAME}]{{0,8}}{_SUFFIX}")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_PERSON = re.compile(
    rf"(?<![\u3400-\u9fff])(?!文[章件化]|高[等校级]|金融|任何|方[法案]|严格|万一|石油)([{_SURNAMES}][\u3400-\u9fff]{{1,2}})(?=教授|先生|女士|院士|博士|研究员|局长|市长|认为|指出|提出|表示|呼吁|强调|[在于]|的|是|[,、和与]|担任)"
)
ROLE = re.compile(
    r"公务员|工作人员|申请人|被申请人|当事人|监护人|用人单位|劳动者|职工|女职工|未成年人|老年人|残疾人|消费者|经营者|生产者|销售者|供应方|采购人|投标人|招标人|出租人|承租人|出卖人|买受人|债权人|债务人|原告|被告|被害人|犯罪嫌疑人|证人|辩护人|律师|法官|检察官|人民陪审员|驾驶人|行人|乘客|承运人|托运人|保险人|投保人|被保险人|受益人|股东|董事|监事|经理|法定代表人|业主|物业服务人|建设单位|施工单位|监理单位|设计单位|医师|护士|患者|教师|学生|家长|父母|子女|夫妻|配偶|村民|居民|村民委员会|居民委员会|公民|法人|外国人|纳税人|扣缴义务人|复核人员|评审专家|首席责任人|主要负责人|民兵|市长|省长|县长|总理|主席|部长|局长|校长|院长|医生|警察|军人|农民|工人|党员|会计|记者|司机|房东|儿童|老人|妇女|男性|女性|专家|学者|华侨|保安|旅客|委员长|国家|社会|市场|企业|政府|大模型|算法"
)
_SHORT_ROLES = frozenset(
    re.findall(
        r"\w+",
        "民兵 市长 省长 县长 总理 主席 部长 局长 校长 院长 教师 学生 医生 护士 律师 法官 警察 军人 农民 工人 党员 股东 董事 监事 会计 记者 司机 业主 房东 儿童 老人 妇女 男性 女性 专家 学者 华侨 配偶 保安 家长 乘客 旅客",
    )
)
_GOVERNMENT = re.compile(
    r"(?P<level>[省市县区乡镇州村]+|街道|自治区|直辖市)级?(?:以上)?(?:地方)?(?:各级)?(?:城市)?(?:人民)?政府"
)
_AUTHORITY = re.compile("政府|国务院|部门|机关")
_SIDES = re.compile("(?P<passive>被)?(?P<name>[一-龥]{2})(?:人(?![民员工])|(?<=被..)方)")
_FIRST = re.compile("首|初|头一")
_LEAD = re.compile(
    r"^(?:.*[的由被把将向对从经与和及或并在到于为是以让使请给按即该本各其所有应当可以会同自是](?=.{2})|.*(?:规定|负责|占(?=公司|企业|银行)|按照|根据|提交|报送|报|送|告知|通知|成立|设立|建立|组建|召开|参加|加入))"
)


def entity_findings(comparison: Comparison) -> list[Finding]:
    """Names in the claim that the evidence does not have, or has elsewhere."""
    evidence, claim = comparison.evidence, comparison.claim.text
    findings: list[Finding] = []
    for name in _TITLE.findall(claim):
        if not _title_known(name, evidence):
            findings.append(Finding(Reason.ENTITY, name))
    for term in _QUOTED.findall(claim):
        if term not in evidence and not _most_pairs(term, evidence, 0.99):
            findings.append(Finding(Reason.ENTITY, term))
    for word in set(_LATIN.findall(claim)) - set(_LATIN.findall(evidence)):
        if word not in ("ai", "a", "b", "c") or "人工智能" not in evidence:
            findings.append(Finding(Reason.ENTITY, word))
    for person in _PERSON.findall(claim):
        if person[:2] not in evidence and not any(
            person[-size:] in evidence for size in (2, 3, 4) if len(person) >= size
        ):
            findings.append(Finding(Reason.ENTITY, person))
    known = [*ordinals(evidence), *comparison.labels]
    for ordinal in ordinals(claim):
        if ordinal.startswith("1") and _FIRST.search(evidence):
            continue
        if not any(_same_ordinal(ordinal, other) for other in known):
            reason = Reason.ENTITY if ordinal.endswith(("条", "款", "项", "章")) else Reason.NUMBER
            findings.append(Finding(reason, ordinal))
    findings += [
        Finding(Reason.ENTITY, place) for place in _REGION.findall(claim) if place not in evidence
    ]
    findings += _organisations(comparison)
    findings += _governments(comparison)
    findings += _roles(comparison)
    return findings


def _title_known(title: str, evidence: str) -> bool:
    bare = title.removeprefix("中华人民共和国")
    return bare in evidence


def _same_ordinal(a: str, b: str) -> bool:
    number = re.match(r"\d+", a), re.match(r"\d+", b)
    if not number[0] or not number[1] or number[0].group() != number[1].group():
        return False
    units = {a[number[0].end() :], b[number[1].end() :]}
    return (
        len(units) == 1 or "" in units or units <= {"种", "类", "个", "方面", "层面", "步", "阶段"}
    )


def organisations(text: str) -> set[str]:
    """Names of organisations, without what leads up to them.

    >>> sorted(organisations("由市数据局会同市司法局负责"))
    ['市司法局', '市数据局']
    """
    found = set()
    for match in _ORGANISATION.finditer(text):
        for name in re.split(r"会同|以及|[和与及或、]", match.group()):
            bare = _LEAD.sub("", name)
            if len(bare) >= 2:
                found.add(bare)
    return found


def _organisations(comparison: Comparison) -> list[Finding]:
    findings = []
    for entry in comparison.aligned:
        sentence = comparison.sentences[entry.sentence].text
        theirs = organisations(sentence)
        for name in organisations(entry.clause.text):
            core = _KIND.sub("", name)
            if is_meant_in(name, comparison.evidence):
                continue
            if (
                name in sentence
                or (len(core) > 1 and core in sentence)
                or any(_same_body(name, other) for other in theirs)
            ):
                continue
            elsewhere = name in comparison.evidence or any(
                _same_body(name, other) for other in organisations(comparison.evidence)
            )
            if len(core) > 1 and _shortened(core, sentence):
                continue
            if (not elsewhere and not _most_pairs(name, comparison.evidence, 0.75)) or (
                elsewhere and any(other not in comparison.claim.text for other in theirs)
            ):
                findings.append(Finding(Reason.ENTITY, name))
    return findings


_PLACE = re.compile(
    r"^(?:[一二两三几\d]+[家个]|当?地|所在地|同级|本级|[上下]一?级|有关|相关|各级|各|该|[省市县乡区]级|地方|全国|国家|驻|我国|一级|以上)+"
)
_KIND = re.compile(r"(?:主管|管理|监督|执法|登记|行政)*(?:部门|机关|机构|厅局|公司|企业)$")


def _same_body(a: str, b: str) -> bool:
    """The claim's name ``a`` and the evidence's ``b``: one inside the other (公安机关 in 县级公安机关), short for the other (交管部门 for
    交通管理部门), or nearly all pairs in common."""
    a, b = _PLACE.sub("", a), _PLACE.sub("", b)
    if a in b or b in a:
        return True
    one, other = _KIND.sub("", a), _KIND.sub("", b)
    if not one:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) > 1 and _in_order(short, long):
        return True
    if len(a) > 3 and len(a) < len(b) and _in_order(a, b):
        return True
    pairs_a, pairs_b = bigrams(a), bigrams(b)
    return bool(pairs_a) and len(pairs_a & pairs_b) / len(pairs_a | pairs_b) >= 0.7


def _shortened(core: str, text: str) -> bool:
    """国资 in 国有资产: its characters in this order, each within three of the one before.

    >>> _shortened("国资", "由国有资产管理部门审核"), _shortened("土资", "国有资产和土地")
    (True, False)
    """
    return bool(re.search("[一-龥]{0,2}".join(map(re.escape, core)), text))


def _in_order(short: str, long: str) -> bool:
    """Whether the characters of ``short`` stand in ``long`` in this order."""
    rest = iter(long)
    return all(char in rest for char in short)


def _governments(comparison: Comparison) -> list[Finding]:
    """A government of a level that the evidence does not name."""
    evidence = comparison.evidence
    if not _AUTHORITY.search(evidence):
        return []
    return [
        Finding(Reason.ENTITY, match.group())
        for match in _GOVERNMENT.finditer(comparison.claim.text)
        if not any(char in evidence for char in match["level"])
    ]


def _roles(comparison: Comparison) -> list[Finding]:
    """A party that the evidence does not know at all."""
    findings = []
    evidence, claim = comparison.evidence, comparison.claim.text
    for side in _SIDES.finditer(claim):
        its = f"被{side['name']}方" if not side["passive"] else f"{side['name']}人"
        if its in evidence and side.group() not in evidence:
            findings.append(Finding(Reason.ENTITY, side.group()))
    known = ROLE.search(evidence)
    for role in set(ROLE.findall(comparison.claim.text)):
        if role in evidence or (len(role) < 3 and role not in _SHORT_ROLES):
            continue
        if not known and role not in _SHORT_ROLES:
            continue
        if not is_meant_in(role, evidence) and not _most_pairs(role, evidence, 0.5):
            findings.append(Finding(Reason.ENTITY, role))
    return findings


def _most_pairs(name: str, text: str, share: float) -> bool:
    wanted = bigrams(name)
    return bool(wanted) and len(wanted & bigrams(text)) / len(wanted) >= share
