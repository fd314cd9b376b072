"""Follow-ups reach the model as full questions; a false premise is corrected by the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from index.store import Index
from rag.answer import Answer, Answered, Method
from rag.drafting import Drafter
from rag.drafting.prompt import Message
from rag.pipeline import Pipeline
from rag.question import Turn
from rag.settings import Settings

FALSE_PREMISE = "三级、四级应用的记录为什么只保存五年?"
AGREES = (
    "三级、四级应用的记录只保存五年,是为了节约存储费用。[P1]"
    "三级、四级应用的记录保存期限为五年。[P1]"
)


def scripted(says: str, heard: list[str]) -> Drafter:
    def stream(messages: Sequence[Message], _structured: bool) -> Iterator[str]:
        heard.append(messages[1].text)
        yield says

    return Drafter("scripted", stream, timeout=10)


def said(answer: Answer) -> str:
    return "".join(c.text for c in answer.claims) if isinstance(answer, Answered) else ""


def test_a_follow_up_reaches_the_model_as_a_full_question(sample_index: Index) -> None:
    heard: list[str] = []
    pipeline = Pipeline(sample_index, Settings(), scripted("无法回答", heard))
    pipeline.answer("那一级、二级的呢?", [Turn("三级、四级应用的记录要保存多久?", "不少于十年。")])
    asked = heard[0][heard[0].index("<question>") :]
    assert "一级、二级" in asked
    assert "记录" in asked
    assert "保存多久" in asked


@pytest.mark.parametrize("drafts", [True, False])
def test_a_false_premise_is_answered_with_what_contradicts_it(
    sample_index: Index, drafts: bool
) -> None:
    """Also when the model agrees with it."""
    drafter = scripted(AGREES, []) if drafts else None
    answer = Pipeline(sample_index, Settings(), drafter).answer(FALSE_PREMISE)
    assert isinstance(answer, Answered)
    assert "不少于十年" in said(answer)
    assert "五年" not in said(answer)
    assert "节约" not in said(answer)
    assert bool(answer.trace.rejected) is drafts


def test_a_model_that_corrects_the_premise_is_shown(sample_index: Index) -> None:
    corrects = "三级、四级应用的记录保存期限不少于十年。[P1]"
    answer = Pipeline(sample_index, Settings(), scripted(corrects, [])).answer(FALSE_PREMISE)
    assert isinstance(answer, Answered)
    assert answer.claims[0].method is Method.DRAFTED
    assert "十年" in answer.claims[0].text
