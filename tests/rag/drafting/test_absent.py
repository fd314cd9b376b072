"""What the documents do not hold is refused with any model at least as often as without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from eval.questions import EvalQuestion, Expect, Split, load_questions
from index.segment import sentences
from index.store import Index
from rag.answer import Answered, Refused
from rag.drafting import Drafter
from rag.drafting.prompt import Message
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.rag.drafting.adversary import EVIDENCE

Says = Callable[[str, Sequence[tuple[str, str]]], str]


def beside_the_point(_question: str, evidence: Sequence[tuple[str, str]]) -> str:
    """Every sentence of the evidence: all true, none an answer."""
    said = [f"{span.of(text)}[{tag}]" for tag, text in evidence for span in sentences(text)]
    return "\n".join(said[:8])


def best_paragraph(_question: str, evidence: Sequence[tuple[str, str]]) -> str:
    tag, text = evidence[0]
    return f"{text}[{tag}]"


def invents(question: str, _evidence: Sequence[tuple[str, str]]) -> str:
    about = question.rstrip("?？")
    return f"{about}的是省发展改革委。[P1] 金额为3200万元, 期限为2029年12月31日。[P2]"


def half_invents(_question: str, evidence: Sequence[tuple[str, str]]) -> str:
    """A true beginning, an invented end."""
    return "\n".join(f"{text.split('。')[0]}, 共计3200万元。[{tag}]" for tag, text in evidence)


def model(says: Says) -> Drafter:
    def stream(messages: Sequence[Message], _structured: bool) -> Iterator[str]:
        body = messages[1].text
        question = body[body.index("<question>") + 10 : body.index("</question>")]
        yield says(question, EVIDENCE.findall(body))

    return Drafter("scripted", stream, timeout=10)


def unanswerable() -> list[EvalQuestion]:
    return [q for q in load_questions("sample")
            if q.split is Split.DEVELOPMENT and q.expect is Expect.REFUSED]  # fmt: skip


@pytest.mark.parametrize("says", [beside_the_point, best_paragraph, invents, half_invents])
def test_absent_facts_are_refused_at_least_as_often(sample_index: Index, says: Says) -> None:
    without = Pipeline(sample_index, Settings())
    drafting = Pipeline(sample_index, Settings(), model(says))
    asked = unanswerable()
    refused = [q for q in asked if isinstance(without.answer(q.question), Refused)]
    assert len(refused) >= len(asked) / 2, "otherwise this tries nothing"
    for question in refused:
        assert isinstance(drafting.answer(question.question), Refused), question.question


def test_true_sentences_beside_the_point_are_no_answer(sample_index: Index) -> None:
    """The question can be answered; the model answers another. The source's words are shown."""

    def says(_question: str, evidence: Sequence[tuple[str, str]]) -> str:
        tag, text = evidence[-1]
        return f"{text.split('。')[0]}。[{tag}]"

    question = "三级、四级应用的记录要保存多久?"
    answer = Pipeline(sample_index, Settings(), model(says)).answer(question)
    assert isinstance(answer, Answered)
    assert "十年" in answer.claims[0].text
