"""Things that are asked for by name and that only words of a certain form can give: an address, a
person's name, a city, a colour. Figures are told by :mod:`rag.quoting.measures`."""

from __future__ import annotations

import re

from index.folding import fold

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施洪季颜倪严牛温芦俞章鲁葛韦申尤毕聂焦向柳邢"
    "路岳齐梅庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强"
    "柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜"
    "鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺司骆"
)
_GIVEN = rf"(?:[{_SURNAMES}]|欧阳|司徒|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐)[\u3400-\u9fff]{{1,2}}"
_NAME = (
    rf"(?<![\u3400-\u9fff]){_GIVEN}(?=[,，、;；。(（\s]|教授|先生|女士|为|任|$)|作者|{_GIVEN}(?:教授|研究员|[作在]|指出|认为|表示|介绍|说)"
    rf"|[长任席师员授记者人]{_GIVEN}(?=[,，、;；。(（\s:：]|在|说|介绍|指出|认为|表示|作|$)|文/"
)

_ATTRIBUTES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(form))
    for asked, form in (
        (r"邮箱|电子邮件|e-?mail", r"[a-z0-9._-]+@|邮箱"),
        (r"网址|官网|链接|网站是|website|url", r"https?:|www\.|网址|\.cn|\.com"),
        (
            r"地址(?:是|在)|在哪条街|门牌|哪条路|哪栋|几号楼|哪个房间|哪一层|几楼|\baddress\b|which (?:room|building|floor)",
            r"路\d|街\d|[路街道巷]\d*号|号楼|地址|楼\d|\d+室|\d+层",
        ),
        (r"颜色|什么色|colou?r", r"[红黄蓝绿白黑灰紫]色?|颜色"),
        (
            r"(?:[人者长员任授家]叫什么|叫什么名字|姓名|(?:局长|所长|校长|院长|主任|市长|部长|主编|主持人|会长|主席|负责人|发起人|创始人)(?:是|叫|为)?(?:谁|哪位|什么人))|who is the (?:director|head|mayor|president|minister|editor)"
            r"|谁(?:写|撰|执笔|主持|发言|致辞|讲|发起|创办|翻译|录制|起草)|(?:作者|笔者|起草人)(?:是|叫)谁|who (?:wrote|chaired|hosted)",
            _NAME,
        ),
        (
            r"(?:哪|什么)(?:一)?(?:家|个)(?:公司|企业|厂商|品牌|供应商)|which company",
            r"[\u3400-\u9fff]{2,}公司|集团|deepseek",
        ),
        (
            r"哪(?:一)?(?:个|座)?(?:城市|[市县省州镇乡村](?!民|长|委)|街道)|which city",
            r"[\u3400-\u9fff]{2}(?:市|县|区|省|州|镇|乡|村|街道|自治)",
        ),
        (
            r"(?:哪|什么)(?:一)?(?:所|个|家)?(?:大学|学校|高校|院校|学院)|在哪(?:里|儿)?(?:任教|教书|读书|上学|毕业)|which (?:university|college|school)",
            r"大学|学院|学校|高校|中学|小学|党校|毕业",
        ),
        (
            r"(?:哪|什么)(?:一)?(?:部|条|项|个)?(?:法律|法规|条例|上位法)|(?:法律|法规|上位法)依据(?:是|有)|which (?:law|act|statute)",
            r"《|[\u3400-\u9fff]法(?![学院官人律治制庭])|条例|规定",
        ),
        (r"学历|学位|\bdegree\b", r"学历|学位|本科|硕士|博士|大专|专科|高中|初中|中专"),
        (r"(?:表格|表单|模板|格式文本)|哪(?:一)?种表|which form", r"表格?|格式|样式|申请书|文书"),
    )
)
_TIMES = re.compile(
    r"去年|今年|明年|前年|上个?月|下个?月|上一届|下一届|上届|下届|第一届|首届|第三届|目前为止|迄今|截至|最近一[次年]|20\d\d年|昨天|明天|今天|现任|历年"
    r"|last year|next year|tomorrow|yesterday|today|so far"
)


def attribute_missing(question: str, text: str) -> bool:
    """Whether ``question`` asks for something that takes a certain form and ``text`` has
    nothing of that form.

    >>> attribute_missing("局长是谁?", "由市数据局负责解释。")
    True
    >>> attribute_missing("局长是谁?", "局长李明,任期三年。")
    False
    """
    asked, folded = fold(question), fold(text)
    return any(wanted.search(asked) and not form.search(folded) for wanted, form in _ATTRIBUTES)


def time_missing(question: str, text: str) -> bool:
    """Whether ``question`` is about a time (去年, 下一届, 2019年) that ``text`` does not mention."""
    folded = fold(text)
    return any(word not in folded for word in _TIMES.findall(fold(question)))
