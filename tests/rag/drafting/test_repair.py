"""A rejected sentence: put right once by the model, else replaced by the source, else left out
and said to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from index.store import Index
from rag.answer import Answer, Answered, Claim, Method, Notice, Rejection
from rag.drafting import Drafter, DraftSentence, number_evidence
from rag.drafting.prompt import Message
from rag.gate import Omitted, Outcome, Passed, gated
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.rag.drafting.adversary import EVIDENCE

QUESTION = "三级、四级应用的记录要保存多久?"
TRUE = "三级、四级应用的记录保存期限不少于十年。"
FALSE = "三级、四级应用的记录保存期限不少于五年。"
OTHER_FALSE = "一级、二级应用的记录保存期限不少于九年。"
INVENTED = "财政厅每逢春节发放补贴三千元。"
CANNOT = "无法回答"

Says = Callable[[str], str]
"""A reply to the body of a prompt."""


class Scripted:
    """A model with one draft and one reply to whoever asks it to put a sentence right."""

    def __init__(self, *sentences: str, mends: Says) -> None:
        self._sentences = sentences
        self._mends = mends
        self.repairs: list[str] = []

    def __call__(self, messages: Sequence[Message], _structured: bool) -> Iterator[str]:
        body = messages[-1].text
        if "<sentence>" in body:
            self.repairs.append(body)
            yield self._mends(body)
        else:
            yield "\n".join(f"{sentence}[{tag_of(body)}]" for sentence in self._sentences)


def tag_of(body: str) -> str:
    """The tag under which the model sees the paragraph that answers."""
    found: list[tuple[str, str]] = EVIDENCE.findall(body)
    return next(tag for tag, text in found if "不少于十年" in text)


def tagged(sentence: str) -> Says:
    return lambda body: f"{sentence}[{tag_of(body)}]"


def cannot(_body: str) -> str:
    return CANNOT


def breaks(_body: str) -> str:
    raise RuntimeError("scripted")


def pipeline_with(index: Index, model: Scripted) -> Pipeline:
    return Pipeline(index, Settings(), Drafter("scripted", model, timeout=20))


def claims(answer: Answer) -> tuple[Claim, ...]:
    assert isinstance(answer, Answered)
    return answer.claims


def rejections(answer: Answer) -> list[str]:
    return [rejection.text for rejection in answer.trace.rejected]


def test_the_model_is_asked_with_the_sentence_and_its_reasons(sample_index: Index) -> None:
    model = Scripted(FALSE, mends=tagged(TRUE))
    answer = pipeline_with(sample_index, model).answer(QUESTION)
    [asked] = model.repairs
    assert f"<sentence>{FALSE}</sentence>" in asked
    assert "原因: 数字不一致。" in asked
    assert QUESTION in asked
    assert answer.trace.rejected == (Rejection(FALSE, ("number",)),)


def test_a_repaired_sentence_that_passes_is_shown(sample_index: Index) -> None:
    answer = pipeline_with(sample_index, Scripted(FALSE, mends=tagged(TRUE))).answer(QUESTION)
    [claim] = claims(answer)
    assert (claim.text, claim.method) == (TRUE, Method.DRAFTED)
    assert "不少于十年" in claim.citations[0].quote
    assert answer.trace.notices == ()


def test_a_repaired_sentence_keeps_its_tags_if_it_names_none(sample_index: Index) -> None:
    model = Scripted(FALSE, mends=lambda _body: TRUE)
    [claim] = claims(pipeline_with(sample_index, model).answer(QUESTION))
    assert (claim.text, claim.method) == (TRUE, Method.DRAFTED)


def test_it_is_asked_once_per_answer(sample_index: Index) -> None:
    """Not once per sentence: a model that gets all wrong would double the wait each time."""
    model = Scripted(FALSE, OTHER_FALSE, INVENTED, mends=tagged(TRUE))
    pipeline = pipeline_with(sample_index, model)
    answer = pipeline.answer(QUESTION)
    assert len(model.repairs) == 1
    assert rejections(answer) == [FALSE, OTHER_FALSE, INVENTED]
    pipeline.answer(QUESTION)
    assert len(model.repairs) == 2, "another answer, another try"


@pytest.mark.parametrize("mends", [tagged(OTHER_FALSE), tagged(INVENTED), cannot, breaks])
def test_a_repair_that_does_not_pass_gives_way_to_the_source(
    sample_index: Index, mends: Says
) -> None:
    answer = pipeline_with(sample_index, Scripted(FALSE, mends=mends)).answer(QUESTION)
    shown = claims(answer)
    assert all(claim.method is Method.QUOTED for claim in shown)
    assert "不少于十年" in "".join(claim.text for claim in shown)
    assert answer.trace.notices == (), "the source stands in: nothing is left out"


@pytest.mark.parametrize("mends", [tagged(INVENTED), cannot, breaks])
def test_what_nothing_can_stand_in_for_is_left_out_and_said_to_be(
    sample_index: Index, mends: Says
) -> None:
    answer = pipeline_with(sample_index, Scripted(TRUE, INVENTED, mends=mends)).answer(QUESTION)
    assert [claim.text for claim in claims(answer)] == [TRUE]
    assert answer.trace.notices == (Notice.OMITTED,)
    assert rejections(answer) == [INVENTED]
    assert answer.to_json()["notices"] == ["omitted"]


def test_an_answer_of_which_nothing_is_left_is_the_sources_own(sample_index: Index) -> None:
    answer = pipeline_with(sample_index, Scripted(INVENTED, mends=cannot)).answer(QUESTION)
    assert all(claim.method is Method.QUOTED for claim in claims(answer))
    assert Notice.OMITTED in answer.trace.notices


def outcomes(index: Index, text: str, *tags: str) -> list[Outcome]:
    evidence = number_evidence([hit.paragraph for hit in index.search(QUESTION, 6)])
    return list(gated(iter([DraftSentence(text, tags)]), evidence))


@pytest.mark.parametrize("tags", [(), ("P99",), ("P0",)])
def test_without_a_tag_and_without_support_it_is_uncited(
    sample_index: Index, tags: tuple[str, ...]
) -> None:
    """A tag that leads nowhere is none."""
    found = outcomes(sample_index, INVENTED, *tags)
    assert found == [Rejection(INVENTED, ("uncited",)), Omitted(INVENTED)]


def test_without_a_tag_and_with_support_it_is_shown(sample_index: Index) -> None:
    [passed] = outcomes(sample_index, TRUE)
    assert isinstance(passed, Passed)
    assert passed.claim.text == TRUE


def test_with_a_tag_and_without_support_it_is_not_called_uncited(sample_index: Index) -> None:
    rejection = outcomes(sample_index, INVENTED, "P1")[0]
    assert isinstance(rejection, Rejection)
    assert "uncited" not in rejection.reasons
