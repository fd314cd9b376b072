"""Questions that a person must answer: decisions, and judgements on somebody's case.

A general question about who decides, by what rules and how fast, is answered from the text;
being asked *to* decide, or to judge the asker's own case, is not.
"""

from __future__ import annotations

import re

from index.folding import fold
from rag.question import Question

_DECIDE = (
    r"(?:作出|做出|下|给出|出具)?(?:决定|判定|裁定|裁决|裁判|判决|认定|批准|核准|审批|拍板|定夺|评判|判断|仲裁|定性|定论|结论|评定|评级|打个?分|选一个|挑一个"
    r"|批一下|批了|通过我|驳回|撤销|处罚|处理意见|处理决定|审批结果|批复)"
)
_TOLD_TO = re.compile(
    rf"(?:(?<!申)请(?!求|示|问)|帮|替|麻烦|劳驾|拜托|(?<!要)(?<!请)(?<!需)求(?!职|助)|给我|为我|你来|您来|由你|由您|让你|你(?:直接|现在|马上)|直接)[^,，。?？!！]{{0,24}}{_DECIDE}"
    rf"|(?:你|您)(?:说|看|觉得|认为|来)?[^,，。?？!！]{{0,12}}(?:拍板|定夺|做主|说了算|裁决|裁定|判定|决定(?:吧|一下|就行|[^的权]))"
    r"|(?:please |you )?(?:decide|approve|rule on|adjudicate|determine)\b[^.?!]{0,40}"
    r"\b(?:my|our|this|his|her|whether)\b"
)
_YOU_CHOOSE = re.compile(
    r"(?:你|您)(?:直接)?(?:来|帮我们?|替我们?|给我们?|帮忙)(?:直接)?(?:定|选|挑|拍板|拿主意|决定|判|做主|评)"
    r"|(?:你|您)(?:会|觉得应?该?|认为应?该?)?(?:选|挑)(?:哪|谁)"
)
_OWN = (
    r"(?:我|我们|本人|我家|我司|咱家?|俺)(?:的|家|们|司|单位|公司|孩子|儿子|女儿|父亲|母亲|爸|妈|爷爷|奶奶|老公|老婆|丈夫|妻子|朋友|邻居"
    r"|店|厂|企业|员工|同事|学校|村|房子|申请|申诉|投诉|举报|复议|上诉|请求|案子|案件|情况|事情|材料|项目|合同|处罚|罚单)?"
)
_JUDGED = re.compile(
    rf"{_OWN}[^?？。!！]{{0,60}}?(?:符不符合|符合[^,，。?？]{{0,16}}(?:吗|条件|要求|资格)|算不算|算[^,，。?？]{{1,12}}吗|属不属于|属于[^,，。?？]{{1,14}}吗"
    r"|够不够|够[^,，。?？]{0,8}(?:吗|条件|资格)|有没有资格|有资格[^,，。?？]{0,10}吗"
    r"|(?:能不能|能|可以|可不可以|会不会|会|是否能?|应不应该|应该|该不该|该|应当|要不要)[^,，。?？]{0,10}(?:批(?![评次量发复示])|获批|通过|过审|过关|领到|领[^,，。?？]{0,6}(?:吗|补|金)|拿到|享受|判|罚|赔|撤销|取消|驳回|受理|吊销|没收|改判|维持|辞退|开除|立案|得到赔偿|拿补)"
    r"|(?:合法|违法|违规|有效|无效|犯法|犯罪|有罪|工伤)吗?[?？]?$|谁的责任|谁负责赔|判几年|赔多少|罚多少)"
    rf"|(?:该不该|应不应该|应不应当|要不要|能不能|会不会)(?:被)?(?:批准|通过|同意|受理|驳回|撤销|取消|维持|处罚)(?:对|给)?{_OWN}"
)
_CASE = re.compile(
    r"对我们?的[^,，。?？]{0,4}(?:处罚|处理|决定|投诉)|我(?:这种|这个|的|这|家的?|们的?|单位|公司|孩子|儿子|女儿|父亲|母亲|朋友)?(?:情况|情形|案子|案件|申请|申诉|投诉|举报|复议|上诉|请求|处罚|事|条件|材料|手续)"
    r"|我(?:已经|刚|昨天|上周|去年|今年|上个月|之前)|被(?:拒|驳回|罚|辞退|开除|拘留|处罚)|我们?(?:家|孩子|儿子|女儿|父亲|母亲|公司|单位|朋友|邻居|爸|妈)"
    r"|(?:my|our) (?:case|application|situation|child|company|fine|penalty|request|appeal)"
)
_GENERAL = re.compile(
    r"谁(?:来|负责|有权)?(?:审批|批准|决定|认定)|哪(?:个|些)|什么(?:时候|条件|材料|程序|部门|情况|流程|标准)|多久|多长时间|如何|怎么(?:申请|办|申诉)"
    r"|怎样|几(?:天|个)|多少(?:天|日|个)|where|when|how"
)
_BY_WHOM = re.compile(
    r"(?:由|向|归|被|对)谁|什么(?:机关|机构|途径|渠道|方式|平台)|哪(?:级|里)|何种|几[日天]"
)
"""我的举报由谁受理? asks about one's own case, and for no judgement."""

_ENGLISH_JUDGED = re.compile(
    r"\b(?:do|does|am|is|are|will|can|should)\b[^.?!]{0,30}\b(?:i|my|we|our)\b[^.?!]{0,60}"
    r"\b(?:qualif|eligible|approved|entitled|guilty|liable|legal|be granted|get the)"
)
_ENGLISH_GENERAL = re.compile(
    r"(?:^|[,;:(]|\b(?:and|but|so|know|ask|wonder|tell me|tell us))\s*(?:by |for |to |on |under )?"
    r"(?:when|where|who|whom|which|what|how(?! (?:likely|probable|sure|certain)))\b"
)


def wants_decision(question: Question) -> bool:
    """Whether the question asks for a decision, or for a judgement on the asker's own case.

    >>> wants_decision(Question("", "我的低保申请被拒了,请你决定应不应该批准。"))
    True
    >>> wants_decision(Question("", "低保申请由谁审批,多久批准?"))
    False
    >>> wants_decision(Question("", "Will my application be approved?"))
    True
    >>> wants_decision(Question("", "When will my application be approved?"))
    False
    """
    text = fold(question.text)
    if _YOU_CHOOSE.search(text):
        return True
    if _TOLD_TO.search(text):
        return bool(_CASE.search(text)) or not _asks_about_rules(text)
    if any(_judged_in_english(sentence) for sentence in re.split(r"[.?!]", text)):
        return True
    judged = _CASE.search(text) and _JUDGED.search(text)
    return bool(judged) and not _GENERAL.search(text) and not _BY_WHOM.search(text)


def _judged_in_english(sentence: str) -> bool:
    """Will my application be approved? asks for a judgement; when it will be asks for a time."""
    judged = _ENGLISH_JUDGED.search(sentence)
    return judged is not None and not _ENGLISH_GENERAL.search(sentence, 0, judged.end())


def _asks_about_rules(text: str) -> bool:
    """请问…由谁批准 asks; 请你批准 tells."""
    return bool(
        re.search(r"请问|想问|想知道|告诉我|请(?:说明|介绍|列|解释|根据|依据)", text)
    ) or bool(_GENERAL.search(text))
