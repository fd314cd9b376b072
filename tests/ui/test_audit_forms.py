"""A record in published forms, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from prov.model import ProvDocument

from index.store import Index
from ui.cli import main


@pytest.fixture
def answer(
    home: Path, sample_index: Index, capsys: pytest.CaptureFixture[str]
) -> dict[str, object]:
    assert (
        main(["ask", "本办法什么时候施行?", "--index", str(home / "sample-index"), "--json"]) == 0
    )
    given: dict[str, object] = json.loads(capsys.readouterr().out)
    return given


def exported(
    answer: dict[str, object], form: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> str:
    index = ["--index", str(home / "sample-index")]
    assert main(["audit", "export", str(answer["record"]), "--format", form, *index]) == 0
    return capsys.readouterr().out


def test_prov_of_a_record(
    answer: dict[str, object], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = exported(answer, "prov", home, capsys)
    document = ProvDocument.deserialize(content=text, format="json")
    claims = answer["claims"]
    assert isinstance(claims, list)
    names = {str(record.identifier) for record in document.get_records()}
    assert {f"this:claim-{n}" for n in range(1, len(claims) + 1)} <= names
    assert f"this:claim-{len(claims) + 1}" not in names
    assert str(answer["record"]) in text


def test_drawing_of_a_record(
    answer: dict[str, object], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = ElementTree.fromstring(exported(answer, "prov-svg", home, capsys))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_annotations_of_a_record(
    answer: dict[str, object], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = json.loads(exported(answer, "annotation", home, capsys))
    claims = answer["claims"]
    assert isinstance(claims, list)
    quotes = [c["quote"] for claim in claims for c in claim["citations"]]
    assert [a["target"][0]["selector"][0]["exact"] for a in made] == quotes


def test_a_record_whose_texts_are_erased_has_no_forms(
    answer: dict[str, object], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "erase", str(answer["record"])]) == 0
    capsys.readouterr()
    assert main(["audit", "export", str(answer["record"]), "--format", "prov"]) == 1
    assert "erased" in capsys.readouterr().err
