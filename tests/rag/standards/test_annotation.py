"""Annotations select what they say they select; text fragments survive any words."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from index.document import Metadata
from rag.standards.annotation import web_annotations
from rag.standards.fragments import source_url, text_directive, text_fragment_link
from tests.rag.standards.answers import OTHER, RULE, answered, drafted, refused


def targets(annotation: dict[str, object]) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", annotation["target"])


def test_one_annotation_per_citation_both_selectors_agreeing() -> None:
    made = web_annotations(drafted())
    assert len(made) == 3
    texts = {f"#paragraph={p.number}": p.text for p in (RULE, OTHER)}
    for annotation in made:
        (target,) = targets(annotation)
        quote, position = target["selector"]
        text = texts["#" + urlsplit(target["source"]).fragment]
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert unquote(target["source"]).startswith("urn:suyuan:document:laws/办法.md#")


def test_the_model_s_required_properties_are_there() -> None:
    (annotation,) = web_annotations(answered())
    assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert annotation["type"] == "Annotation"
    assert annotation["id"] == "urn:suyuan:answer:a1:citation:1"
    assert cast("dict[str, str]", annotation["body"])["value"] == RULE.text


def test_a_document_on_the_web_is_selected_there_too() -> None:
    (annotation,) = web_annotations(answered(), {"laws/办法.md": "https://www.gov.cn/a.htm"})
    _, page = targets(annotation)
    assert page["source"] == "https://www.gov.cn/a.htm"
    assert unquote(page["selector"][1]["value"]) == f":~:text={RULE.text}"


def test_a_refusal_has_no_annotations() -> None:
    assert web_annotations(refused()) == []


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_a_short_quote_stands_whole_in_its_link(words: str) -> None:
    directive = text_fragment_link("https://a.cn/x", words).partition("#:~:text=")[2]
    assert unquote(directive) == " ".join(words.split())
    assert not set(directive) & set("-,&# ")


@given(st.text(st.characters(categories=["Lo"]), min_size=41))
def test_a_long_quote_is_named_by_its_ends(words: str) -> None:
    start, end = text_directive(words).removeprefix(":~:text=").split(",")
    assert words.startswith(unquote(start))
    assert words.endswith(unquote(end))


def test_only_web_addresses_are_sources() -> None:
    assert source_url(Metadata(source="http:// javascript:alert(1)")) is None
    assert source_url(Metadata(source="https://a.cn/b，2024年")) == "https://a.cn/b"
