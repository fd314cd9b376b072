"""Labels hold what GB 45438-2025 asks for, whatever the answer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Paragraph
from index.store import Index
from rag.answer import (
    Answer,
    Answered,
    Citation,
    Claim,
    Failed,
    FailureReason,
    Method,
    Referred,
    RefusalReason,
    Refused,
    Trace,
    label_of,
)
from rag.audit import AuditRecorder
from rag.labels import UNNAMED_PRODUCER, Label, Origin
from rag.pipeline import Pipeline
from rag.settings import Settings
from ui.text import answer_text

RULE = Paragraph("a.md", 1, "第一条", "", "五日内作出决定。", 0)
CITATION = Citation(RULE, 0, 8)
HASH = "9f86d081884c7d65" * 4
TRACE = Trace(id="a1", question="几日？", record="00000012-9f86d081884c7d65", record_sha256=HASH)
QUOTED = Claim.quoted(CITATION)
DRAFTED = Claim("五日内决定。", (CITATION,), Method.DRAFTED)
PERSON = Claim("五日。", (CITATION,), Method.PERSON)


@pytest.mark.parametrize("origin", Origin)
def test_the_text_names_artificial_intelligence_and_generation(origin: Origin) -> None:
    text = Label(origin, "", "a1").text
    assert "人工智能" in text
    assert "生成" in text


@pytest.mark.parametrize(
    ("answer", "origin"),
    [
        (Answered(TRACE, (QUOTED,)), Origin.QUOTED),
        (Answered(TRACE, (QUOTED, DRAFTED)), Origin.DRAFTED),
        (Answered(TRACE, (PERSON,)), Origin.PERSON),
        (Answered(TRACE, (PERSON, DRAFTED)), Origin.DRAFTED),
        (Refused(TRACE, RefusalReason.NO_EVIDENCE), Origin.NOTHING),
        (Referred(TRACE), Origin.NOTHING),
    ],
)
def test_one_drafted_sentence_makes_a_drafted_answer(answer: Answer, origin: Origin) -> None:
    assert label_of(answer).origin is origin


@given(st.text(), st.text(), st.text())
def test_the_seven_fields_are_text_and_survive_json(
    producer: str, content: str, record: str
) -> None:
    label = Label(Origin.QUOTED, producer, content, record)
    fields = label.implicit()
    assert json.loads(json.dumps(fields)) == fields == json.loads(label.fields_json())
    assert len(fields) == 7
    assert fields["ContentProducer"] == fields["ContentPropagator"] != ""
    assert fields["Label"] in {"1", "2", "3"}


def test_the_record_s_hash_is_repeated() -> None:
    assert label_of(Referred(TRACE)).implicit()["ReservedCode1"] == HASH
    without = label_of(Referred(replace(TRACE, record_sha256=None)))
    assert without.implicit()["ReservedCode1"] == ""


@pytest.mark.parametrize(
    "answer",
    [Answered(TRACE, (QUOTED,)), Refused(TRACE, RefusalReason.NO_EVIDENCE), Referred(TRACE)],
)
def test_text_for_people_ends_in_record_and_label(answer: Answer) -> None:
    *_, record, label = answer_text(answer).splitlines()
    assert record.endswith(str(TRACE.record))
    assert label.endswith(label_of(answer).text)


def test_a_failure_names_its_record_if_it_has_one() -> None:
    failed = Failed(TRACE, FailureReason.MODEL_FAILED, "")
    assert answer_text(failed).endswith(str(TRACE.record))
    unrecorded = Failed(replace(TRACE, record=None), FailureReason.AUDIT_FAILED, "")
    assert "记录:" not in answer_text(unrecorded)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(operator="某市数据局", office="法规科", audit=False), "某市数据局"),
        (Settings(office="法规科", audit=False), "法规科"),
        (Settings(audit=False), UNNAMED_PRODUCER),
    ],
)
def test_the_pipeline_names_its_operator(
    settings: Settings, named: str, sample_index: Index
) -> None:
    pipeline = Pipeline(sample_index, settings)
    answer = pipeline.answer("本办法什么时候施行？")
    assert label_of(answer).implicit()["ContentProducer"] == named


def test_the_hash_is_that_of_the_record_in_the_log(sample_index: Index, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    recorder = AuditRecorder(settings)
    answer = Pipeline(sample_index, settings, None, recorder).answer("本办法什么时候施行？")
    (opening, *_) = recorder.log.entries_of(answer.trace.id)
    recorder.close()
    leaf = hashlib.sha256(b"\x00" + opening.body).hexdigest()  # RFC 6962, 2.1
    assert label_of(answer).implicit()["ReservedCode1"] == leaf
