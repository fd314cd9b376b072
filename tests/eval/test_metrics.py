"""Each measure against a case worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap

from eval.metrics.alce import claim_precision, claim_recall
from eval.metrics.measure import Measure, estimate, interval
from eval.metrics.retrieval import retrieval_values
from eval.outcome import CitedSpan, Outcome, SaidClaim
from eval.questions import EvalQuestion, Expect, Gold
from eval.results import BY_NAME


def question(kind: str = "fact", *gold: Gold, expect: Expect = Expect.ANSWERED) -> EvalQuestion:
    return EvalQuestion("q", kind, "多久答复?", (), gold, (("十五日", "15日"),), expect)


def span(paragraph: int, start: int = 0, end: int = 5, quote: str = "十五日") -> CitedSpan:
    return CitedSpan("laws/a.md", paragraph, start, end, quote)


def outcome(
    asked: EvalQuestion,
    *claims: SaidClaim,
    hits: tuple[int, ...] = (),
    status: str = "answered",
) -> Outcome:
    found = tuple(("laws/a.md", number) for number in hits)
    return Outcome(asked, status, claims, found, (), 0.01)


def quoted(*spans: CitedSpan) -> SaidClaim:
    return SaidClaim("".join(s.quote for s in spans), spans, "quoted")


def test_retrieval_worked_by_hand() -> None:
    """Gold 2 and 5, found at ranks 2 and 4. nDCG: (1/log2 3 + 1/log2 5) / (1 + 1/log2 3)."""
    asked = question("fact", Gold("a.md", 2, 0, 9), Gold("a.md", 5, 0, 9))
    values = retrieval_values(outcome(asked, hits=(9, 2, 7, 5)))
    assert values["hit@1"] == 0
    assert values["hit@3"] == 1
    assert values["MRR"] == 0.5
    assert values["recall@10"] == 1
    gain = 1 / math.log2(3)
    assert values["nDCG@10"] == pytest.approx((gain + 1 / math.log2(5)) / (1 + gain))


def test_without_hits_nothing_is_found_and_without_gold_nothing_is_measured() -> None:
    assert set(retrieval_values(outcome(question("fact", Gold("", 1, 0, 5)))).values()) == {0.0}
    assert retrieval_values(outcome(question("absent", expect=Expect.REFUSED))) == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gold-citation precision", 0.5),  # paragraph 2 overlaps, paragraph 3 does not
        ("gold block cited", 1.0),
        ("nugget recall", 1.0),
        ("nugget precision", 0.5),
        ("false refusals", 0.0),
    ],
)
def test_an_answer_half_right(name: str, expected: float) -> None:
    asked = question("fact", Gold("a.md", 2, 3, 9))
    said = outcome(asked, quoted(span(2, 0, 4)), quoted(span(3, 0, 4, "其他")))
    assert estimate(BY_NAME[name], [said]).value == expected


def test_spans_touch_only_when_they_overlap() -> None:
    asked = question("fact", Gold("a.md", 2, 5, 9))
    assert not outcome(asked).is_gold(span(2, 0, 5))
    assert outcome(asked).in_gold_block(span(2, 0, 5))
    assert not outcome(asked).is_gold(CitedSpan("laws/b.md", 2, 5, 9, "十五日"))


def test_refusals_worked_by_hand() -> None:
    """Five questions: one absent refused, one absent answered, one answerable refused, one far
    off refused, one decision referred."""
    no = Expect.REFUSED
    outcomes = [
        outcome(question("absent", expect=no), status="refused"),
        outcome(question("absent", expect=no), quoted(span(1))),
        outcome(question("fact", Gold("", 1, 0, 5)), status="refused"),
        outcome(question("far_off", expect=no), status="refused"),
        outcome(question("decision", expect=Expect.REFERRED), status="referred"),
    ]
    found = {name: estimate(measure, outcomes).value for name, measure in BY_NAME.items()}
    assert found["absent refused"] == 0.5
    assert found["far off refused"] == 1
    assert found["decisions referred"] == 1
    assert found["refusal recall"] == 0.75
    assert found["refusal precision"] == 0.75
    assert found["false refusals"] == 1


def test_alce_worked_by_hand() -> None:
    """The first citation entails the sentence alone, the second is idle: half are needed."""
    claim = SaidClaim(
        "申请应当在十五日内办结。",
        (span(1, quote="申请应当在十五日内办结。"), span(2, quote="本市设立数据局。")),
        "drafted",
    )
    assert claim_recall(claim) == 1
    assert claim_precision(claim) == (1, 2)
    false = SaidClaim("申请应当在五日内办结。", claim.citations, "drafted")
    assert claim_recall(false) == 0
    assert claim_precision(false) == (0, 2)


def test_intervals_hold_the_value_and_repeat() -> None:
    parts = [(1.0, 1.0)] * 30 + [(0.0, 1.0)] * 10
    found = interval(parts)
    assert found == interval(parts)
    assert found.value == 0.75
    # The normal approximation: 0.75 ± 1.96 * sqrt(0.75 * 0.25 / 40).
    assert found.low == pytest.approx(0.616, abs=0.05)
    assert found.high == pytest.approx(0.884, abs=0.05)
    assert interval([]).count == 0


def test_intervals_are_those_of_scipy() -> None:
    """The same ratio of sums, drawn by scipy's percentile bootstrap."""
    parts = [(2.0, 3.0), (0.0, 1.0), (1.0, 1.0), (1.0, 4.0)] * 12
    found = interval(parts)
    values = np.array(parts)
    drawn = bootstrap(
        (values[:, 0], values[:, 1]),
        lambda top, under, axis: top.sum(axis=axis) / under.sum(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=4000,
        rng=7,
    ).confidence_interval
    assert found.low == pytest.approx(drawn.low, abs=0.02)
    assert found.high == pytest.approx(drawn.high, abs=0.02)


@pytest.mark.parametrize("count", [1, 13, 200])
def test_all_right_is_no_certainty(count: int) -> None:
    """The exact binomial bound, by scipy."""
    exact = binomtest(count, count).proportion_ci(0.95, method="exact")
    found = interval([(1.0, 1.0)] * count)
    assert found.low == pytest.approx(exact.low)
    assert found.high == 1.0
    assert interval([(0.0, 1.0)] * count).high == pytest.approx(1 - exact.low)


def test_targets_are_met_from_the_right_side() -> None:
    least = Measure("a", "", "", lambda _: (1, 1), 0.8)
    most = Measure("b", "", "", lambda _: (1, 1), 0.1, at_most=True)
    assert interval([(9, 10)]).meets(least)
    assert interval([(2, 10)]).meets(most) is False
    assert interval([]).meets(least) is None
