"""PROV read back by the library that defines the format, and its drawing as XML."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import cast
from xml.etree import ElementTree

from prov.model import ProvDocument

from rag.standards.drawing import svg_of
from rag.standards.provenance import prov_document, prov_json
from rag.standards.shape import AnswerJson
from tests.rag.standards.answers import answered, drafted, refused

SVG = "{http://www.w3.org/2000/svg}"


def relations(answer: AnswerJson, kind: str) -> set[tuple[str, str]]:
    """The pairs of names that stand in ``kind`` in PROV-JSON."""
    members = cast("dict[str, dict[str, str]]", prov_json(answer)[kind])
    pairs = ([v for k, v in m.items() if k != "prov:type"][:2] for m in members.values())
    return {(first, second) for first, second in pairs}


def test_what_is_written_reads_back_the_same() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    document = prov_document(drafted(), at)
    text = json.dumps(prov_json(drafted(), at))
    assert ProvDocument.deserialize(content=text, format="json") == document
    assert "2026-01-02T03:04:05+00:00" in text


def test_a_quoted_claim_leads_to_its_document() -> None:
    graph = relations(answered(), "wasDerivedFrom")
    assert graph == {("this:claim-1", "this:passage-1"), ("this:passage-1", "this:document-1")}
    assert relations(answered(), "hadMember") == {("this:answer", "this:claim-1")}


def test_a_passage_that_two_claims_cite_is_one_entity() -> None:
    graph = relations(drafted(), "wasDerivedFrom")
    assert ("this:claim-1", "this:passage-1") in graph
    assert ("this:claim-2", "this:passage-1") in graph
    entities = cast("dict[str, object]", prov_json(drafted())["entity"])
    assert sorted(e for e in entities if "passage" in e) == ["this:passage-1", "this:passage-2"]


def test_program_and_model_act_for_the_office() -> None:
    assert relations(drafted(), "actedOnBehalfOf") == {
        ("suyuan:program", "suyuan:operator"),
        ("suyuan:model", "suyuan:operator"),
    }
    assert ("suyuan:model", "suyuan:operator") not in relations(answered(), "actedOnBehalfOf")


def test_two_answers_share_no_entity() -> None:
    first, second = prov_document(answered()), prov_document(drafted())
    uris = [{e.identifier.uri for e in d.get_records() if e.identifier} for d in (first, second)]
    assert uris[0] & uris[1] == {"urn:suyuan:program", "urn:suyuan:operator"}


def test_a_refusal_has_a_provenance_without_claims() -> None:
    entities = cast("dict[str, dict[str, str]]", prov_json(refused())["entity"])
    assert not [name for name in entities if "claim" in name]
    assert entities["this:answer"]["suyuan:status"] == "refused"


def test_every_element_is_drawn_once_and_apart() -> None:
    document = prov_document(drafted())
    root = ElementTree.fromstring(svg_of(document))
    elements = [e for e in document.get_records() if e.is_element()]
    assert len(root.findall(f"{SVG}g")) == len(elements)
    centres = [(e.get("cx"), e.get("cy")) for e in root.iter(f"{SVG}ellipse")]
    assert len(centres) == len(set(centres)) > 0
    relations_drawn = " ".join(str(e.text) for e in root.iter(f"{SVG}title"))
    assert "this:claim-1 wasQuotedFrom" not in relations_drawn
    assert "this:passage-1 wasQuotedFrom this:document-1" in relations_drawn
    assert "this:answer hadMember this:claim-2" in relations_drawn


def test_arrows_lead_down() -> None:
    root = ElementTree.fromstring(svg_of(prov_document(drafted())))
    for path in root.findall(f"{SVG}path"):
        start, end = path.get("d", "").removeprefix("M").split("C")
        assert float(end.split()[-1]) > float(start.split()[-1])


def test_hostile_words_do_not_become_markup() -> None:
    answer = answered("<script>alert(1)</script>\x00\u202e&amp;")
    root = ElementTree.fromstring(svg_of(prov_document(answer)))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "defs", "marker", "path", "text", "g", "rect", "polygon", "ellipse",
    }  # fmt: skip
