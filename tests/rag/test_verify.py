"""The verifier's rules by kinds: what a paraphrase may do, what no claim may do, hostile text."""

from __future__ import annotations

import time

import pytest

from rag.verify import Reason, verify

SAME = (
    ("不满十四周岁的未成年人由监护人陪同。", "十四岁以下的未成年人要由监护人陪着。"),
    ("处五日以上十日以下拘留。", "拘留5到10天。"),
    ("补贴不超过总额的百分之十五。", "补贴最多占总额的一成五。"),
    ("自二○二四年五月一日起施行。", "从2024年5月1日开始施行。"),
    ("第八条 申请人应当提交身份证明。", "按照第八条，申请人要交身份证明。"),
    ("每半年检查一次。", "每6个月检查一次。"),
    ("在开工十五日前报告。", "开工前至少15天要报告。"),
    ("对决定不服的，可以申请复议。", "不同意决定的，可以申请复议。"),
    ("未经批准，不得动工。", "要先批准才能动工。"),
    ("非因法定事由不得解除。", "没有法定理由不能解除。"),
    ("免收登记费。", "登记不要钱。"),
    ("擅自改变用途的，责令改正。", "没经同意就改变用途的，责令改正。"),
    ("只有取得资格的人员，方可从业。", "没有取得资格的人不能从业。"),
    ("单靠技术无法解决制度性问题。", "制度性的问题，只靠技术解决不了。"),
    ("原则上应当当场办结。", "一般要当场办完。"),
    ("除涉及国家秘密外，审计结果应当公布。", "审计结果都要公布，涉及国家秘密的除外。"),
    ("上级机构指导下级机构的工作。", "下级机构要接受上级机构的指导。"),
    ("滞纳金按日加收万分之五。", "滞纳金每天加收0.05%。"),
    ("邮局每周营业不少于五天，投递邮件至少五次。", "邮局一周至少开5天、送5次邮件。"),
    ("超过的部分在次年的指标中核减。", "超过的部分要从第二年的指标里核减。"),
    ("第三条 每名人员复核不超过三次。复核结果应当公布", "第三条 每名人员复核不超过三次。"),
    ("处十万元以上五十万元以下的罚款。", "罚十万到五十万。"),
    ("处理案件10万件至20万件。", "处理案件10万至20万件。"),
    ("超过三年不投产的，予以注销。", "三年多了不投产的，要注销。"),
    ("可以只设1至2名监事。", "只设一两名监事也可以。"),
    ("由省级人民政府卫生行政部门批准。", "由省一级政府卫生行政部门批准。"),
    ("二级公路不得收费。但是，西部地区的二级公路，经批准可以收费。",
     "只有西部地区的二级公路，经批准才可以收费。"),
    ("总投资三亿五千万元。", "总投资3.5亿元。"),
    ("总投资3亿5千万元。", "总投资三亿五千万元。"),
    ("总投资3亿5000万元。", "总投资三点五亿元。"),
    ("年收入达到一亿两千万元。", "年收入达到1.2亿元。"),
    ("处两万五千元罚款。", "罚两万五。"),
    ("罚款1万5千元。", "罚款一万五千元。"),
    ("可以容纳三千五百人。", "可以容纳3500人。"),
    ("可以容纳一百零五人。", "可以容纳105人。"),
    ("2023年10月至2024年3月为试点期。", "试点期从2023年10月开始，到2024年3月结束。"),
    ("2023年10月至2024年3月为试点期。", "试点期为2023年10月—2024年3月。"),
    ("试点自2023年10月1日起至2024年3月31日止。", "试点从2023年10月1日开始。"),
    ("申报时间为1月5日至3月1日。", "申报3月1日截止。"),
    ("旧办法自2024年1月1日起废止。", "旧办法到2024年1月1日为止有效。"),
    ("2023-2025年为试点期。", "2023年至2025年为试点期。"),
    ("项目总投资3.5亿元，其中财政资金占百分之十五。", "项目总投资3.5亿元，财政资金占15%。"),
    ("项目总投资3.5亿元，其中财政资金占百分之十五。", "财政资金占总投资3.5亿元的15%。"),
    ("办理时限为20个工作日。", "根据规定，办理时限为20个工作日。"),
    ("办理时限为20个工作日，期满可以延长一次。", "办理时限为20个工作日，可以延长。"),
)  # fmt: skip

TAILS = (
    "逾期作废", "可以延长", "需要付费", "违者罚款", "可以续期", "须经审批", "一次办结", "限时办结", "网上办理",
)  # fmt: skip
"""Too short for a share of their words to say much."""

FALSE = (
    ("工作人员不得少于三人。", "工作人员不得多于三人。", Reason.NUMBER),
    ("每年公布一次评估结果。", "评估结果一个季度公布一次。", Reason.NUMBER),
    ("卫生许可证由县级以上部门签发。", "签发卫生许可证的是县级以下部门。", Reason.NUMBER),
    ("记录保存期限不少于十年。", "记录可以不保存。", Reason.NEGATION),
    ("禁止向未成年人出售烟酒。", "烟酒可以卖给未成年人。", Reason.MODALITY),
    ("预警信息应当经人员核实后发布。", "预警信息没有核实也可以发布。", Reason.CONDITION),
    ("除涉及国家秘密外，审计结果应当公布。",
     "审计结果都要公布，涉及国家秘密的也不例外。", Reason.CONDITION),
    ("名誉博士经国务院学位委员会批准，可以授予。", "名誉博士可以授予。", Reason.CONDITION),
    ("防洪经费由县级以上人民政府承担。", "防洪经费由乡镇政府承担。", Reason.ENTITY),
    ("适用被侵权人住所地的法律。", "适用侵权人住所地的法律。", Reason.ENTITY),
    ("上级机构指导下级机构的工作。", "上级机构要接受下级机构的指导。", Reason.CONTRADICTED),
    ("驻军部队紧急时，地方政府可以直接向驻军部队请求救助。",
     "驻军部队可以直接向地方政府请求救助。", Reason.CONTRADICTED),
    ("办理车辆登记前，应当缴纳购置税。", "先办理车辆登记，再缴纳购置税。", Reason.CONTRADICTED),
    ("短期预报是指对三个月内地震的预报；临震预报是指对十日内地震的预报。",
     "短期预报管的是十天内的地震，临震预报管的是三个月内的地震。", Reason.CONTRADICTED),
    ("救助站不得向受助人员收取费用。", "受助人员不得向救助站收取费用。", Reason.CONTRADICTED),
    ("委托人要求造假的，评估机构有权解除合同。",
     "有造假要求时，委托人有权解除合同。", Reason.ENTITY),
    ("猎捕一级保护动物的，应当向国务院主管部门申请猎捕证；"
     "猎捕二级保护动物的，应当向省级政府主管部门申请猎捕证。",
     "猎捕一级保护动物的，应向省级政府主管部门申请猎捕证。", Reason.CONTRADICTED),
    ("处每立方米五百元罚款。", "按每吨500元处以罚款。", Reason.NUMBER),
    ("放牧不得超过核定的载畜量。", "放牧不得低于核定的载畜量。", Reason.NUMBER),
    ("本法2017年9月1日通过，自2018年1月1日起施行。", "本法于2018年1月1日通过。", Reason.DATE),
    ("捕捞苗种，必须经主管部门批准。", "捕捞苗种，无须主管部门批准。", Reason.CONDITION),
    ("不得擅自扩大范围。", "得擅自扩大范围。", Reason.NEGATION),
    ("学位分三级，以不记名投票决定。", "学位分三级，以记名投票决定。", Reason.CONTRADICTED),
    ("停车场向公众收费使用。", "停车场供公众无偿使用。", Reason.CONTRADICTED),
    ("全市二级响应由市长启动。", "全市一级响应由市长启动。", Reason.NUMBER),
    ("学校停课。教师不准外出。", "学校一律停课，教师不准外出。", Reason.SCOPE),
    ("招标人承担费用。", "投标人承担费用。", Reason.CONTRADICTED),
    ("数据次日报送。", "数据当日报送。", Reason.CONTRADICTED),
    ("总投资三亿五千万元。", "总投资3亿零5千元。", Reason.NUMBER),
    ("总投资3亿5千万元。", "总投资3亿元。", Reason.NUMBER),
    ("每户补助两万五千元。", "每户补助20005元。", Reason.NUMBER),
    ("可以容纳一百零五人。", "可以容纳150人。", Reason.NUMBER),
    ("2023年10月至2024年3月为试点期。", "试点期自2024年3月开始。", Reason.DATE),
    ("2023年10月至2024年3月为试点期。", "试点期到2023年10月结束。", Reason.DATE),
    ("2023年10月—2024年3月为试点期。", "2024年3月起为试点期。", Reason.DATE),
    ("申报时间为1月5日至3月1日。", "申报截止日期为1月5日。", Reason.DATE),
    ("2023-2025年为试点期。", "试点期从2025年开始。", Reason.DATE),
    ("项目总投资3.5亿元，其中财政资金占百分之十五。", "财政资金总投资3.5亿元。", Reason.NUMBER),
    *(("办理时限为20个工作日。", f"办理时限为20个工作日，{tail}。", Reason.UNCOVERED) for tail in TAILS),
    ("办理时限为20个工作日。", "办理的时限是二十个工作日，逾期作废。", Reason.UNCOVERED),
)  # fmt: skip

ALTERED = (
    ("申请材料真实、有效、完整的，收到即为受理。", "申请材料真实、无效、完整的，收到即为受理。", Reason.NEGATION),
    ("这是各级人民政府及其有关部门的职责，应当认真履行。", "这是各级人民政府及其所有部门的职责，应当认真履行。", Reason.SCOPE),
    ("有线电视台审核同意后，应当公布名单并接受监督。", "有线电视台审核反对后，应当公布名单并接受监督。", Reason.UNCOVERED),
    ("国家鼓励和支持企业利用先进技术进行综合利用。", "国家要求和支持企业利用先进技术进行综合利用。", Reason.UNCOVERED),
    ("国务院根据本法制定实施条例，并向社会公布。", "人民法院根据本法制定实施条例，并向社会公布。", Reason.UNCOVERED),
    ("国家核应急计划由国务院指定的部门组织制定。",
     "国家核应急计划由国务院指定的部门组织制定，所需费用由中央财政承担。", Reason.UNCOVERED),
    ("设立分支机构，经财政部同意，报中国人民银行批准。", "设立分支机构，报中国人民银行批准。", Reason.CONDITION),
    ("普及九年义务教育，扫除青壮年文盲，改善办学条件。", "普及一年义务教育，扫除青壮年文盲，改善办学条件。", Reason.NUMBER),
    ("对处罚决定不服的，当事人可以申请复议。对复议决定不服的，当事人可以提起诉讼。",
     "对复议决定不服的，当事人可以申请复议。", Reason.CONTRADICTED),
)  # fmt: skip
"""Copies with one thing altered."""

HOSTILE = [
    "\x00" * 500, "\ud800", "\ufdfa" * 400, "<" * 1900, "《" * 1900, " " * 1900, "\n" * 1900,
    "三年" * 900, "三亿五" * 600, "一" * 1900, "不" * 1900, "的," * 900, "先甲再" * 600, "1," * 900,
]  # fmt: skip


@pytest.mark.parametrize(("source", "claim"), SAME, ids=[claim for _, claim in SAME])
def test_said_otherwise_is_supported(source: str, claim: str) -> None:
    assert verify(claim, [source]).findings == ()


@pytest.mark.parametrize(("source", "claim", "reason"), FALSE, ids=[c for _, c, _ in FALSE])
def test_made_false_is_not(source: str, claim: str, reason: Reason) -> None:
    assert reason in verify(claim, [source]).reasons


@pytest.mark.parametrize(("source", "claim", "reason"), ALTERED, ids=[c for _, c, _ in ALTERED])
def test_a_copy_with_one_thing_altered_is_not(source: str, claim: str, reason: Reason) -> None:
    assert reason in verify(claim, [source]).reasons
    assert verify(source, [source]).supported


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_judged_in_good_time(text: str) -> None:
    started = time.process_time()
    for claim, evidence in ((text, text * 10), (SAME[0][1], text * 10), (text, SAME[0][0])):
        verify(claim, [evidence])
    assert time.process_time() - started < 20, "seconds: growth with the square would take minutes"


def test_a_claim_takes_a_few_milliseconds() -> None:
    """Processor time, the first call apart, which reads the lexicon."""
    verify(*_pair(0))
    started = time.process_time()
    for number in range(len(SAME)):
        verify(*_pair(number))
    assert (time.process_time() - started) / len(SAME) < 0.02


def _pair(number: int) -> tuple[str, list[str]]:
    source, claim = SAME[number]
    return claim, [source]
