"""The transparency record says what is known, and says so where nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from index.errors import UsageError
from rag.settings import Settings
from rag.standards.figures import Figure, read_figures
from rag.standards.transparency import (
    UNKNOWN,
    UNMEASURED,
    as_json,
    as_markdown,
    transparency_record,
)
from ui.cli import main

FIGURE = Figure("laws", "quoting", "hit@5", 0.91, 0.88, 0.94, 210)


def values(settings: Settings, *figures: Figure) -> dict[str, str | None]:
    return {field.name: field.value for field in transparency_record(settings, figures)}


def report(path: Path) -> Path:
    measures = {
        "hit@5": {"value": 0.91, "low": 0.88, "high": 0.94, "questions": 210},
        "fluency": None,
    }
    halves = {"development": {"hit@5": {"value": 1.0}}, "sealed": measures}
    body = {"sets": [{"set": "laws", "answerer": "quoting", "halves": halves}]}
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_settings_stand_where_the_standard_asks_for_them() -> None:
    settings = Settings(operator="某市数据局", office="政策法规科", contact="a@b.cn")
    found = values(settings, FIGURE)
    assert found["Organisation or department"] == "某市数据局"
    assert found["Team"] == "政策法规科"
    assert found["Contact email"] == "a@b.cn"
    assert "政策法规科" in str(found["Human decisions and review"])
    assert found["Model performance"] == str(FIGURE)


def test_what_only_the_operator_knows_is_left_open_and_counted() -> None:
    record = transparency_record(Settings(), ())
    empty = {field.name for field in record if field.value is None}
    assert {"Senior responsible owner", "Impact assessment", "Contact email"} <= empty
    assert as_json(record)["missing"] == [f.name for f in record if f.value is None]
    text = as_markdown(record)
    assert text.count(UNKNOWN) == len(empty)
    assert f"{len(record) - len(empty)} / {len(record)}" in text


def test_figures_that_were_not_measured_are_said_to_be_missing() -> None:
    assert values(Settings())["Model performance"] == UNMEASURED


@pytest.mark.parametrize(
    ("llm", "said"),
    [("", "不离开本机"), ("local:/m.gguf", "不离开本机"), ("openai:x", "发送给 openai:x")],
)
def test_where_questions_go_follows_the_model(llm: str, said: str) -> None:
    assert said in str(values(Settings(llm=llm))["Data sharing agreements"])


def test_where_questions_go_is_said_without_the_secrets_of_the_address(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # where no report of figures lies
    url = "https://me:pw@host/v1?key=sk-1"
    shared = str(values(Settings(llm="openai:x", llm_base_url=url))["Data sharing agreements"])
    assert "https://host/v1" in shared
    for form in ([], ["--json"]):
        assert main(["transparency", "--llm", "openai:x", "--base-url", url, *form]) == 0
        printed = capsys.readouterr().out
        assert "host" in printed
        assert not any(word in printed for word in ("me:", "pw", "sk-1"))


def test_a_supplier_is_asked_about_where_there_is_one() -> None:
    asked = {"Third party", "Companies House Number", "Procurement procedure type"}
    assert asked <= set(values(Settings(llm="openai:x")))
    assert values(Settings(llm="openai:x"))["Third party"] == "openai"
    for llm in ("", "local:/m.gguf"):
        assert not asked & set(values(Settings(llm=llm)))


def test_every_field_of_model_and_data_is_there_once() -> None:
    """As the template of version 3.0 lists them."""
    names = [field.name for field in transparency_record(Settings(), ())]
    assert len(names) == len(set(names))
    assert {
        "Model name", "Model version", "Model task", "Model input", "Model output",
        "Model architecture", "Model performance", "Datasets and their purposes",
        "Source data name", "Data modality", "Data description", "Data quantities",
        "Sensitive attributes", "Data completeness and representativeness", "Source data URL",
        "Data collection", "Data cleaning", "Data sharing agreements", "Data access and storage",
    } <= set(names)  # fmt: skip


def test_only_the_sealed_half_of_a_report_is_published(tmp_path: Path) -> None:
    assert read_figures(report(tmp_path / "report.json")) == (FIGURE,)
    assert read_figures(tmp_path / "none.json") == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"sets": [{}]}', '{"sets": 3}'])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="Run"):
        read_figures(file)


def test_the_command_writes_both_forms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUYUAN_OPERATOR", "某市[数据局](http://a.cn)")
    file = str(report(tmp_path / "report.json"))
    assert main(["transparency", "--report", file]) == 0
    html = MarkdownIt("commonmark").render(capsys.readouterr().out)
    assert html.count("<h1>") == 1
    assert html.count("<h2>") == 6
    assert "<a " not in html
    assert "0.910" in html
    assert main(["transparency", "--report", file, "--json"]) == 0
    assert "某市[数据局](http://a.cn)" in str(json.loads(capsys.readouterr().out)["fields"])
