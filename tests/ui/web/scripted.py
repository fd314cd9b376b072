"""A pipeline that says what a test tells it to, over two small documents written for tests."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.document import Document, Heading, Metadata, Paragraph
from index.errors import ModelError
from index.search import Hit
from rag.answer import (
    Answer,
    Answered,
    Citation,
    Claim,
    Method,
    Referred,
    RefusalReason,
    Refused,
    Rejection,
    Timings,
    Trace,
)
from rag.events import Dropped, Event, Finished, Retrieved, Shown
from rag.question import Turn

GATE_S = 120
"""No test hangs for ever on a closed gate."""

RULES = "云溪市政务服务试行规则.md"
NOTICE = "通知/云溪市节假日安排.md"
_RULES_TEXT = (
    ("第一条", "为了方便居民办事，云溪市制定本规则。本规则为虚构，只用于测试。"),
    ("第二条", "办事大厅每周一至周五开放，开放时间为九时至十七时。周六只办理预约事项。"),
    ("第三条", "居民可以委托他人代办。代办人应当出示委托书和双方的身份证件。"),
    (
        "第四条",
        "材料齐全的，办事大厅应当在五个工作日内办结；情况复杂的，经负责人批准可以延长三个工作日。",
    ),
    ("第五条", "办理居住登记不收取任何费用。补领证件的，每证收取工本费十元。"),
    ("第六条", "人工智能系统只能提供咨询，不得代替工作人员作出决定。工作人员对决定承担责任。"),
    ("第七条", "对答复有异议的，可以在收到答复之日起三十日内向政务服务管理局申诉。"),
    (
        "第八条",
        "政务服务管理局每年一月公布上一年度的服务情况，包括受理件数、办结时间和申诉处理结果。",
    ),
)
_NOTICE_TEXT = (
    ("一/1", "春节期间办事大厅放假七天，放假前后各调休一天。"),
    ("一/2", "放假期间自助终端照常开放，居民可以自助打印证明。"),
)


def make_document(
    name: str, title: str, rows: Sequence[tuple[str, str]], filler: int = 0
) -> Document:
    """A document of the given ``(label, text)`` rows, each under the heading 总则 or 附则, then
    ``filler`` numbered rows so that it is long enough to scroll."""
    rows = [
        *rows,
        *(
            (f"附/{n}", f"附件第{n}项：" + "本项为填充内容，用来让文档足够长，" * 3 + "到此为止。")
            for n in range(1, filler + 1)
        ),
    ]
    paragraphs, start = [], 0
    for number, (label, text) in enumerate(rows, start=1):
        section = "附则" if label.startswith("附/") else "总则"
        paragraphs.append(Paragraph(name, number, label, section, text, start))
        start += len(text) + 1
    headings = [Heading(1, "总则", 1)]
    if filler:
        headings.append(Heading(1, "附则", len(rows) - filler + 1))
    meta = Metadata(title, ("云溪市政务服务管理局",), "测试资料", "2025-01-01")
    return Document(name, meta, tuple(paragraphs), "0" * 64, headings=tuple(headings))


def documents() -> tuple[Document, ...]:
    """The two documents that tests ask about; both are fictional."""
    return (
        make_document(RULES, "云溪市政务服务试行规则", _RULES_TEXT, filler=40),
        make_document(NOTICE, "云溪市节假日安排", _NOTICE_TEXT),
    )


@dataclass(frozen=True)
class Library:
    documents: tuple[Document, ...]


@dataclass
class ScriptedPipeline:
    """Answers with the sentences that share a key word with the question.

    The words ``起草``, ``决定我``, ``模型坏`` in a question make it drafted, referred, failing.
    ``hostile`` claims are shown as drafted. With a ``gate``, each sentence after the first waits
    for a permit. Calls are recorded.
    """

    index: Library = field(default_factory=lambda: Library(documents()))
    hostile: str | None = None
    gate: threading.Semaphore | None = None
    record: str | None = "R-0001"
    calls: list[tuple[str, tuple[Turn, ...], frozenset[str] | None]] = field(default_factory=list)
    closed: int = 0

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: frozenset[str] | None = None,
    ) -> Answer:
        *_, last = self.stream(question, history, documents)
        assert isinstance(last, Finished)
        return last.answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: frozenset[str] | None = None,
    ) -> Iterator[Event]:
        self.calls.append((question, tuple(history), documents))
        if "模型坏" in question:
            raise ModelError("语言模型没有应答：请检查 SUYUAN_LLM_BASE_URL，或稍后再试。")
        scored = [
            Hit(p, len(_pairs(question) & _pairs(p.text)) / 10)
            for d in self.index.documents
            if documents is None or d.name in documents
            for p in d
        ]
        hits = tuple(sorted(scored, key=lambda hit: -hit.score)[:6])
        trace = Trace(
            id=uuid.uuid4().hex,
            question=question,
            hits=hits,
            index_sha256="ab" * 32,
            record=self.record,
            timings=Timings(1.2, 0.0, 0.3, 1.6),
        )
        try:
            yield Retrieved(hits, self.record)
            if "决定我" in question:
                yield Finished(Referred(trace))
                return
            if not hits or hits[0].score < 0.2:
                yield Finished(Refused(trace, RefusalReason.NOT_SUPPORTED))
                return
            claims = self._claims(question, hits)
            for claim in claims:
                yield Shown(claim, ("verbatim",) if claim.method is Method.QUOTED else ("number",))
                if self.gate is not None:
                    self.gate.acquire(timeout=GATE_S)
            if "起草" in question:
                dropped = Rejection("办事大厅每天开放二十四小时。", ("number", "not_found"))
                yield Dropped(dropped)
                trace = replace(trace, rejected=(dropped,), model="scripted")
            yield Finished(Answered(trace, claims))
        except GeneratorExit:
            self.closed += 1
            raise

    def _claims(self, question: str, hits: Sequence[Hit]) -> tuple[Claim, ...]:
        best = [hit.paragraph for hit in hits if hit.score >= 0.2][:2]
        claims = []
        for paragraph in best:
            end = 0
            for sentence in paragraph.text.split("。")[:2]:
                if not sentence:
                    continue
                start, end = end, min(end + len(sentence) + 1, len(paragraph.text))
                citation = Citation(paragraph, start, end)
                if self.hostile is not None:
                    claims.append(Claim(self.hostile, (citation,), Method.DRAFTED))
                elif "起草" in question:
                    words = f"按规定，{citation.quote}"
                    claims.append(Claim(words, (citation,), Method.DRAFTED))
                else:
                    claims.append(Claim.quoted(citation))
        return tuple(claims)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
