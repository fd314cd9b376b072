"""RAGAS by its own package, where it is installed, over a scripted model; said to be absent
where it is not."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from eval.judges import SecondJudge, open_judge
from eval.metrics.ragas_judge import NotScored, contexts, gold_text, ragas_scores, read_reply
from eval.outcome import CitedSpan, Outcome, SaidClaim
from eval.questions import load_questions
from index.store import Index
from rag.settings import Settings
from tests.rag.scripted_server import Handler, serving

INSTALLED = importlib.util.find_spec("ragas") is not None


class Verdict(BaseModel):
    verdict: int


@pytest.fixture
def outcome(sample_index: Index) -> Outcome:
    """An answer whose gold paragraph was found second."""
    asked = next(q for q in load_questions("sample") if q.id == "sample-003")
    gold = asked.gold[0]
    document = sample_index.documents[0]
    text = document.paragraph(gold.paragraph).text
    span = CitedSpan(document.name, gold.paragraph, 0, len(text), text)
    claim = SaidClaim(text, (span,), "quoted")
    hits = ((document.name, 1), (document.name, gold.paragraph))
    return Outcome(asked, "answered", (claim,), hits, (), 0.0)


def test_replies_are_read_whatever_stands_around_them() -> None:
    assert read_reply('```json\n{"verdict": 1}\n```', Verdict).verdict == 1
    for said in ("", "1", "{", '{"verdict": "maybe"}', "[1]", "}{"):
        with pytest.raises(NotScored):
            read_reply(said, Verdict)


def test_what_is_handed_over_are_the_sources_words(sample_index: Index, outcome: Outcome) -> None:
    first, second = contexts(outcome, sample_index)
    assert first == sample_index.documents[0].paragraph(1).text
    assert gold_text(outcome, sample_index) in second


def test_a_judge_that_is_no_language_model_scores_nothing(sample_index: Index) -> None:
    found = ragas_scores(SecondJudge("cross-encoder:x", lambda *_: True), [], sample_index)
    assert "no language model" in found.absent
    assert found.to_json()["faithfulness"] is None


@pytest.mark.skipif(INSTALLED, reason="ragas is installed")
def test_without_ragas_its_absence_is_said(
    sample_index: Index, outcome: Outcome, home: Path
) -> None:
    judge = open_judge("openai:judge", Settings(llm_base_url="http://127.0.0.1:9/v1", home=home))
    assert "suyuan[ragas]" in ragas_scores(judge, [outcome], sample_index).absent


def judging(handler: Handler, prompt: str) -> None:
    """Two statements, one of them faithful; useful is what speaks of the 15 members."""
    asked = prompt.rpartition("Now perform")[2] or prompt
    if "break down" in prompt.lower():
        handler.say(json.dumps({"statements": ["委员会有15人", "委员会有16人"]}))
    elif "faithfulness" in prompt:
        rows = [
            {"statement": "委员会有15人", "reason": "写明", "verdict": 1},
            {"statement": "委员会有16人", "reason": "不符", "verdict": 0},
        ]
        handler.say(json.dumps({"statements": rows}))
    else:
        context = json.loads(asked[asked.index("{") : asked.rindex("}") + 1])["context"]
        handler.say(json.dumps({"reason": "…", "verdict": int("15人" in context)}))


@pytest.mark.skipif(not INSTALLED, reason="needs the extra ragas")
def test_ragas_scores_worked_by_hand(sample_index: Index, outcome: Outcome, home: Path) -> None:
    """One of two statements holds: .5. The second of two contexts is useful: average precision
    1/2. A question without an answer adds to neither."""
    refused = replace(outcome, status="refused", claims=(), hits=())
    with serving(judging) as server:
        judge = open_judge("openai:judge", Settings(llm_base_url=server.url, home=home))
        found = ragas_scores(judge, [outcome, refused], sample_index)
    assert found.absent == ""
    assert found.faithfulness.value == pytest.approx(0.5)
    assert found.context_precision.value == pytest.approx(0.5)
    assert (found.faithfulness.count, found.context_precision.count) == (1, 1)


@pytest.mark.skipif(not INSTALLED, reason="needs the extra ragas")
def test_replies_that_cannot_be_read_are_counted(
    sample_index: Index, outcome: Outcome, home: Path
) -> None:
    with serving(lambda handler, _: handler.say("我不知道")) as server:
        judge = open_judge("openai:judge", Settings(llm_base_url=server.url, home=home))
        found = ragas_scores(judge, [outcome], sample_index)
    assert found.unscored == 2
    assert found.faithfulness.count == 0
