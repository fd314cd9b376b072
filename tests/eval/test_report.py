"""The report says first what is missed, needs nothing from elsewhere, and repeats."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from eval.outcome import Outcome
from eval.questions import Expect, Split
from eval.report import write_report
from eval.report.plots import rejection_bars, svg
from eval.report.table import markdown
from eval.results import SetResult, latency
from eval.runner import run
from tests.eval.test_runner import QUESTIONS, Scripted


def result(**changed: object) -> SetResult:
    """Every question answered with gold, nothing found: hit@1 and hit@5 are missed."""
    outcomes = tuple(replace(o, seconds=0.2, **changed) for o in run(Scripted(), QUESTIONS))  # type: ignore[arg-type]
    chances = {q.id: n / 12 for n, q in enumerate(QUESTIONS)}
    return SetResult("mine", "scripted", outcomes, chances=chances)


def test_what_is_missed_stands_in_the_first_lines(tmp_path: Path) -> None:
    write_report([result()], tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8").splitlines()
    assert text[2] == "- **Missed** on mine (sealed half): hit@1 0.00, target at least 0.80"
    report = (tmp_path / "report.json").read_text(encoding="utf-8").splitlines()
    assert report[1].strip() == '"missed": ['
    assert len(json.loads("\n".join(report))["missed"]) == 2
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    body = page[page.index("<h1>") :]
    assert body.index("targets are missed") < body.index("<h2")


def test_a_report_that_misses_nothing_says_so() -> None:
    hits = (("a.md", 1),)
    good = [replace(o, hits=(("a.md", o.question.gold[0].paragraph),)) for o in result().outcomes]
    assert "Every target is met" in markdown([replace(result(), outcomes=tuple(good))])
    assert "Missed" in markdown([result(hits=hits)])


def test_the_page_fetches_nothing_and_repeats(tmp_path: Path) -> None:
    write_report([result()], tmp_path / "1")
    write_report([result()], tmp_path / "2")
    for name in ("report.html", "report.json", "report.md"):
        one, two = ((tmp_path / n / name).read_bytes() for n in "12")
        assert one == two, name
    page = (tmp_path / "1" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)|@import|url\((?!#)", page)
    assert page.count("<svg") == 1  # retrieval; there are no absent facts and no rejections


def test_worst_answers_show_what_they_cite_and_what_they_lack(tmp_path: Path) -> None:
    bad = [
        replace(o, claims=(replace(o.claims[0], text="乙", citations=()),))
        for o in result().outcomes
    ]
    shown = replace(result(), outcomes=tuple(bad), gold={q.id: "源文" for q in QUESTIONS})
    write_report([shown], tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    worst = sum(o.question.split is Split.DEVELOPMENT for o in bad)
    assert page.count("<details>") == min(10, worst) > 0
    assert page.count("源文") == page.count("Nuggets missing") == page.count("<details>")


def test_reasons_of_rejection_are_drawn() -> None:
    codes = (("number", "date"), ("number",))
    figure = rejection_bars(result(rejected=codes))
    assert figure is not None
    drawn = svg(figure)
    assert "number" in drawn
    assert f">{2 * len(QUESTIONS)}<" in drawn
    assert rejection_bars(result()) is None


def test_times_worked_by_hand() -> None:
    """Of 1 to 12 ms the median is 6.5 and the 95th percentile the twelfth."""
    outcomes = [replace(o, seconds=n / 1000) for n, o in enumerate(result().outcomes, start=1)]
    outcomes[0] = replace(outcomes[0], status="refused")
    times = latency(replace(result(), outcomes=tuple(outcomes)))
    assert times["all"] == {"count": 12, "p50_ms": 6.5, "p95_ms": 12.0}
    assert times["refused"] == {"count": 1, "p50_ms": 1.0, "p95_ms": 1.0}
    assert times["answered"]["count"] == 11


def test_sets_without_a_half_or_gold_are_reported_all_the_same(tmp_path: Path) -> None:
    absent = replace(QUESTIONS[0], gold=(), expect=Expect.REFUSED, kind="absent")
    only = SetResult("one", "scripted", (Outcome(absent, "refused", (), (), (), 0.1),))
    write_report([only], tmp_path)
    assert "one" in (tmp_path / "report.html").read_text(encoding="utf-8")
