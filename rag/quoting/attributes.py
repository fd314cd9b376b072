"""Things that are asked for by name and that only words of a certain form can give: a telephone
number, an address, a price, a person's name, a colour."""

from __future__ import annotations

import re

from index.folding import fold

_NUMERAL = r"[\d〇零一二两三四五六七八九十百千万亿]"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_NAME = rf"(?<![\u3400-\u9fff])[{_SURNAMES}][\u3400-\u9fff]{{1,2}}(?=[,，、;；。(（\s]|教授|先生|女士|为|任|$)|作者|[{_SURNAMES}][\u3400-\u9fff]{{1,2}}教授"

_ATTRIBUTES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(form))
    for asked, form in (
        (
            r"电话|手机号|联系方式|号码是|热线(?:号码|电话)|怎么联系|phone|telephone|contact number",
            r"\d{5,}",
        ),
        (r"邮箱|电子邮件|e-?mail", r"[a-z0-9._-]+@|邮箱"),
        (r"网址|官网|链接|网站是|website|url", r"https?:|www\.|网址|\.cn|\.com"),
        (
            r"地址|在哪条街|门牌|哪条路|哪栋|几号楼|哪个房间|哪一层|几楼|address|which (?:room|building|floor)",
            r"路\d|街\d|[路街道巷]\d*号|号楼|地址|楼\d|\d+室|\d+层",
        ),
        (
            r"多少钱|价格|工本费|费用是|收费标准|预算|经费(?:是|有|为)|造价|金额|津贴|补贴标准|花了多少|投资|注册资本|资金规模|how much (?:does|did|is|money)|cost|budget|price",
            rf"{_NUMERAL}+元|免费|不收|不得收|免收|无偿|{_NUMERAL}%|百分之|倍",
        ),
        (r"年龄|几岁|多大(?:岁|年纪|了|\W*$)|how old", rf"{_NUMERAL}+周?岁"),
        (r"颜色|什么色|colou?r", r"[红黄蓝绿白黑灰紫]色?|颜色"),
        (
            r"(?:[人者长员任授家]叫什么|叫什么名字|姓名|(?:局长|所长|校长|院长|主任|市长|部长|主编|主持人|会长|主席|负责人|发起人|创始人)(?:是|叫|为)?(?:谁|哪位|什么人))|who is the (?:director|head|mayor|president|minister|editor)",
            _NAME,
        ),
        (
            r"(?:哪|什么)(?:一)?(?:家|个)(?:公司|企业|厂商|品牌|供应商)|which company",
            r"[\u3400-\u9fff]{2,}公司|集团|deepseek",
        ),
        (r"面积|多少平方|占地", r"平方米|公顷|亩|平方公里"),
        (r"温度|多少度|气温", r"度|℃"),
        (r"几点(?:开|结|上|下|钟)|what time", rf"{_NUMERAL}+[点时:]"),
        (
            r"(?:得票|投票|支持率|满意度|通过率|命中率|准确率|占比|比例|百分比|百分之几|成功率|覆盖率|使用率|增长率)(?:是|为|有|达到?)?(?:多少|百分之)|percentage",
            r"%|百分之|分之|成",
        ),
        (r"(?:表格|表单|模板|格式文本)|哪(?:一)?种表|which form", r"表格?|格式|样式|申请书|文书"),
    )
)
_TIMES = re.compile(
    r"去年|今年|明年|前年|上个?月|下个?月|上一届|下一届|上届|下届|第一届|首届|第三届|目前为止|迄今|截至|最近一[次年]|20\d\d年|昨天|明天|今天|现任|历年|每年有"
    r"|last year|next year|tomorrow|yesterday|today|so far"
)


def attribute_missing(question: str, text: str) -> bool:
    """Whether ``question`` asks for something that takes a certain form and ``text`` has
    nothing of that form.

    >>> attribute_missing("数据局的电话是多少?", "由市数据局负责解释。")
    True
    >>> attribute_missing("罚款多少钱?", "处五万元以上罚款。")
    False
    """
    asked, folded = fold(question), fold(text)
    return any(wanted.search(asked) and not form.search(folded) for wanted, form in _ATTRIBUTES)


def time_missing(question: str, text: str) -> bool:
    """Whether ``question`` is about a time (去年, 下一届, 2019年) that ``text`` does not mention."""
    folded = fold(text)
    return any(word not in folded for word in _TIMES.findall(fold(question)))
