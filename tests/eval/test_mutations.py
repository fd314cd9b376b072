"""True sentences falsified by rule: what each operator makes, and what the verifier says of it."""

from __future__ import annotations

import random

import pytest

from eval.library import CORPORA
from eval.mutations.__main__ import main, pairs
from eval.mutations.operators import FAITHFUL, FALSIFYING
from eval.questions import Split, split_of
from eval.verifier import GROUPS, judge, rows, targets

SENTENCE = "第五条 申请人应当自收到通知之日起十五日内向主管部门提交材料；逾期不提交的，不予受理。"


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("unit", "罚款五万元。", "罚款五元。"),
        ("comparator", "处三年以下有期徒刑。", "处三年以上有期徒刑。"),
        ("negation_in", "用户有权查阅。", "用户无权查阅。"),
        ("negation_out", "经营者不得拒绝。", "经营者可以拒绝。"),
        ("scope_widened", "县级以上人民政府负责。", "各级人民政府负责。"),
        ("antonym", "应当提高标准。", "应当降低标准。"),
        ("condition_dropped", "除情况紧急外，应当告知当事人。", "应当告知当事人。"),
        ("subject_swapped", "申请人应当向主管部门提交材料。", "主管部门应当向申请人提交材料。"),
    ],
)
def test_what_an_operator_makes(kind: str, text: str, said: str) -> None:
    assert list(FALSIFYING[kind](text, text, random.Random(0))) == [said]


def test_no_invented_tail_is_too_short_to_be_seen() -> None:
    from rag.verify import verify

    chances = map(random.Random, range(80))
    made = {
        said for chance in chances for said in FALSIFYING["invented_tail"](SENTENCE, "", chance)
    }
    assert min(map(len, made)) == len(SENTENCE) + len("，逾期作废")
    assert [said for said in made if verify(said, [SENTENCE]).supported] == []


def test_nothing_is_made_where_an_operator_does_not_apply() -> None:
    plain = "本办法由市数据局解释。"
    silent = set(FALSIFYING) - {"invented_tail"}
    assert [k for k in silent if list(FALSIFYING[k](plain, plain, random.Random(0)))] == []


def test_what_is_said_otherwise_by_rule_is_supported() -> None:
    from rag.verify import verify

    for operator in FAITHFUL.values():
        for said in operator(SENTENCE, SENTENCE, random.Random(0)):
            assert said != SENTENCE
            assert verify(said, [SENTENCE]).supported, said


def test_every_kind_belongs_to_a_group() -> None:
    assert set(FALSIFYING) == {kind for group in GROUPS for kind in group.kinds}


needs_laws = pytest.mark.skipif(not CORPORA.is_dir(), reason="no corpora beside this checkout")


@needs_laws
def test_the_draw_is_the_same_each_time_and_keeps_halves_apart() -> None:
    files = sorted(CORPORA.glob("laws/社会法/*.md"))
    halves = [pairs(files, half, 5) for half in Split]
    assert halves == [pairs(files[::-1], half, 5) for half in Split]
    stems = [{pair.id.partition(" ")[0] for pair in half} for half in halves]
    assert all(stems)
    assert not stems[0] & stems[1]
    assert all(
        split_of(f"{stem}.md") is half
        for half, found in zip(Split, stems, strict=True)
        for stem in found
    )


@needs_laws
def test_the_targets_are_held_on_true_sentences_falsified() -> None:
    """The whole run has 2 700 pairs a half (``python -m eval.mutations``)."""
    found = rows(judge(pairs([*CORPORA.glob("laws/*/*.md")], Split.SEALED, 40)))
    for name, target in targets().items():
        sign, value = target.split()
        caught = found[name].value
        slack = 0.03  # a fifth of the pairs: one pair more or less is nearly that
        held = caught >= float(value) - slack if sign == "≥" else caught <= float(value)
        assert held, f"{name}: {caught:.3f} ({target})"


@needs_laws
def test_the_command_prints_both_halves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--each", "2"]) == 0
    assert "| development | sealed |" in capsys.readouterr().out


def test_without_corpora_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    from index.errors import SourceMissing

    monkeypatch.setattr("eval.mutations.__main__.CORPORA", tmp_path)
    with pytest.raises(SourceMissing, match="not beside this checkout"):
        main([])
