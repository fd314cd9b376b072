"""An Algorithmic Transparency Record, filled in as far as the program knows itself.

The fields are those of the Algorithmic Transparency Recording Standard of the UK government,
version 3.0. What only the operator can say stays empty and is listed as such: a record that
looks complete and is not would be the opposite of transparent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from index.encoder import DEFAULT_MODEL
from index.version import VERSION
from rag.export.markdown import escaped
from rag.export.sheet import line
from rag.settings import Settings, shown_url
from rag.standards.figures import Figure

UNKNOWN: Final = "（须由运营单位填写）"
UNMEASURED: Final = "（尚无测量结果：请先运行 suyuan eval，再用 --report 指明 report.json）"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the standard; ``value`` is ``None`` where only the operator knows."""

    tier: str
    name: str
    value: str | None


def transparency_record(settings: Settings, figures: Sequence[Figure]) -> tuple[Field, ...]:
    """The record's fields in the standard's order."""
    owner = settings.operator or settings.office or None
    model = settings.llm or None
    return (
        Field("Tier 1 - Overview", "Name", f"溯源 Suyuan {VERSION}"),
        Field(
            "Tier 1 - Overview",
            "Description",
            "回答关于政策文件的问题。每句话都带有原文段落的编号，逐字可查；"
            "资料中没有的，不作回答；要求作出行政决定的，转工作人员。",
        ),
        Field("Tier 1 - Overview", "Website URL", None),
        Field("Tier 1 - Overview", "Contact email", settings.contact or None),
        *_tier2("Owner and responsibility", _owner(owner, settings)),
        *_tier2("Description and rationale", _rationale()),
        *_tier2("Decision-making process", _process(settings)),
        *_tier2("Technical specification", _specification(settings, model, figures)),
        *_tier2("Risks, mitigations and impact assessments", _risks(settings)),
    )


def as_json(record: Sequence[Field]) -> dict[str, object]:
    """``{"standard", "fields": [{"tier", "name", "value"}], "missing": [name]}``."""
    return {
        "standard": "Algorithmic Transparency Recording Standard v3.0",
        "program": VERSION,
        "fields": [{"tier": f.tier, "name": f.name, "value": f.value} for f in record],
        "missing": [f.name for f in record if f.value is None],
    }


def as_markdown(record: Sequence[Field]) -> str:
    """The record as a document, the empty fields counted at its head."""
    missing = [field for field in record if field.value is None]
    blocks = [
        "# Algorithmic Transparency Record",
        f"ATRS v3.0 · Suyuan {VERSION} · {len(record) - len(missing)} / {len(record)}",
    ]
    tier = ""
    for field in record:
        if field.tier != tier:
            tier = field.tier
            blocks.append(f"## {tier}")
        lines = (field.value or UNKNOWN).split("\n")
        shown = "\\\n".join(escaped(line(part)) for part in lines)
        blocks.append(f"**{field.name}**\\\n{shown}")
    return "\n\n".join(blocks) + "\n"


Named = tuple[tuple[str, str | None], ...]


def _tier2(section: str, named: Named) -> tuple[Field, ...]:
    return tuple(Field(f"Tier 2 - {section}", name, value) for name, value in named)


def _owner(owner: str | None, settings: Settings) -> Named:
    third_party = f"起草回答的语言模型：{settings.llm}" if settings.llm else "无：没有使用外部模型"
    return (
        ("Organisation or department", owner),
        ("Team", settings.office if settings.office != owner and settings.office else None),
        ("Senior responsible owner", None),
        ("Third party involvement", third_party),
        *_supplier(settings),
    )


def _supplier(settings: Settings) -> Named:
    """Asked only where a third party is involved."""
    if not settings.llm or settings.llm.startswith("local:"):
        return ()
    return (
        ("Third party", settings.llm.partition(":")[0] or None),
        ("Companies House Number", None),
        ("Third party role", "提供起草回答的语言模型；不作出回答，起草的句子经核验才显示。"),
        ("Procurement procedure type", None),
        ("Third party data access terms", None),
    )


def _rationale() -> Named:
    return (
        (
            "Detailed description",
            "检索与问题有关的段落，判断其中是否有答案；有，则摘录原文，或由语言模型起草；"
            "起草的句子逐句核验（数字、日期、否定、情态、条件、主体、范围），未通过的不显示；"
            "核验是一组规则，不是阅读理解，会有误判。",
        ),
        ("Scope", "只回答所载文件中有的内容；不判断文件是否有效，不适用于个案。"),
        ("Benefits", None),
        ("Previous process", None),
        ("Alternatives considered", None),
    )


def _process(settings: Settings) -> Named:
    office = settings.office or "（未设置 SUYUAN_OFFICE）"
    recorded = (
        "每次回答留有记录，写入可验证的日志；可凭记录编号复核。"
        if settings.audit
        else "记录已被关闭（SUYUAN_AUDIT）。"
    )
    return (
        ("Process integration", None),
        ("Provided information", "句子、出处编号、引文、最接近的段落、拒答理由、标识、记录编号。"),
        ("Frequency and scale of usage", None),
        (
            "Human decisions and review",
            f"不作行政决定；此类问题转：{office}。{recorded}",
        ),
        ("Required training", None),
        ("Appeals and review", f"联系方式：{settings.contact}" if settings.contact else None),
    )


def _specification(settings: Settings, model: str | None, figures: Sequence[Figure]) -> Named:
    measured = "\n".join(str(figure) for figure in figures) or UNMEASURED
    return (
        ("System architecture", "检索（BM25 与向量融合）→ 可答性 → 摘录或起草 → 核验 → 记录。"),
        ("Phase", None),
        ("Maintenance", None),
        (
            "Model name",
            f"{settings.embedder or DEFAULT_MODEL}（检索）；{_drafting(model)}",
        ),
        ("Model version", f"Suyuan {VERSION}；索引的清单记有模型及其精度。"),
        ("Model task", "检索：段落与问题的相似度。起草：依据所给段落写句子。"),
        ("Model input", "问题、此前的问答、文件的段落。"),
        ("Model output", "检索：每段一个分数。起草：带段落标记的句子，逐句核验。"),
        ("Model architecture", f"检索：Transformer 编码器（BERT）。{_architecture(model)}"),
        ("Model performance", measured),
        ("Datasets and their purposes", "向量模型未经再训练；评测集随程序提供，见 eval/sets。"),
        ("Source data name", f"文件：{settings.corpus or '默认文件'}；用户的问题。"),
        ("Data modality", "文本"),
        ("Data description", "政策文件的段落，按原文编号；用户的问题与此前的问答。"),
        ("Data quantities", None),
        ("Sensitive attributes", "问题中可能含个人信息；日志中只存其承诺值，正文可按请求删除。"),
        (
            "Data access and storage",
            f"保存在运营单位的机器上；设定的保留期限为 {settings.retention_days} 天。"
            if settings.retention_days
            else "保存在运营单位的机器上；未设置保留期限，按请求删除。",
        ),
        ("Data completeness and representativeness", None),
        ("Source data URL", None),
        ("Data collection", "文件由运营单位载入，编辑可发布；问题由用户输入。"),
        ("Data cleaning", "只去掉页眉页脚与多余空白；引文与原文逐字相同。"),
        ("Data sharing agreements", _sharing(settings)),
    )


def _architecture(model: str | None) -> str:
    return f"起草：{model}，以其提供者的说明为准。" if model else "不用生成模型。"


def _risks(settings: Settings) -> Named:
    drafted = "误导：起草的句子可能与原文不符，逐句核验可减少、不能消除。\n" if settings.llm else ""
    return (
        ("Impact assessment", None),
        (
            "Risks and mitigations",
            f"{drafted}答非所问：摘录属实而不切题；附出处供核对。\n"
            "过时：文件被修订而未更新；答案标明所引文件。\n"
            "篡改：记录写入默克尔树日志，可凭外存的检查点发现。",
        ),
    )


def _sharing(settings: Settings) -> str:
    if not settings.llm or settings.llm.startswith("local:"):
        return "问题与文件不离开本机。"
    address = shown_url(settings.llm_base_url) if settings.llm_base_url else "其默认地址"
    return f"问题与所检段落发送给 {settings.llm}（{address}）。"


def _drafting(model: str | None) -> str:
    return f"{model}（起草）" if model else "不用语言模型起草"
