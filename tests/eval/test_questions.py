"""The article's questions are enough of every kind to measure with."""

from __future__ import annotations

from collections import Counter

from eval.questions import load_questions

KINDS = {
    "fact", "list", "reworded", "several", "absent", "far_off", "english", "traditional", "typo",
    "follow_up", "injection", "decision", "false_premise",
}  # fmt: skip


def test_the_set_on_the_article_holds_enough_of_every_kind() -> None:
    counts = Counter(question.kind for question in load_questions("article"))
    total = counts.total()
    assert total >= 60
    assert set(counts) == KINDS
    shares = {kind: count / total for kind, count in counts.items()}
    assert {kind: share for kind, share in shares.items() if share < 0.05} == {}
    assert shares["reworded"] >= 0.25
