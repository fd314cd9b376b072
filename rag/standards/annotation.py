"""Citations as W3C Web Annotations: the claim is the body, the passage cited the target.

Each target is selected twice, by its words (TextQuoteSelector) and by its position in the
paragraph (TextPositionSelector), so that a reader's program finds it even if one of them no
longer fits. Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017, 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from rag.standards.fragments import text_directive
from rag.standards.shape import AnswerJson, CitationJson

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
_TEXT_FRAGMENTS: Final = "https://wicg.github.io/scroll-to-text-fragment/"


def web_annotations(
    answer: AnswerJson, web: Mapping[str, str] | None = None
) -> list[dict[str, object]]:
    """One annotation (JSON-LD) per citation, in order. ``web`` gives the address of those
    documents that have one; there the passage is selected by a text fragment as well.

    The source is the paragraph, since positions count its code points; its name ends in
    ``#paragraph=N`` of the document's.
    """
    made: list[dict[str, object]] = []
    for claim in answer["claims"]:
        for citation in claim["citations"]:
            made.append(
                {
                    "@context": CONTEXT,
                    "id": f"urn:suyuan:answer:{_name(answer['id'])}:citation:{len(made) + 1}",
                    "type": "Annotation",
                    "motivation": "linking",
                    "body": {
                        "type": "TextualBody",
                        "value": claim["text"],
                        "format": "text/plain",
                    },
                    "target": _targets(citation, web or {}),
                }
            )
    return made


def paragraph_name(document: str, paragraph: int) -> str:
    """The IRI of a paragraph.

    >>> paragraph_name("laws/a b.md", 3)
    'urn:suyuan:document:laws/a%20b.md#paragraph=3'
    """
    return f"urn:suyuan:document:{quote(document, errors='replace')}#paragraph={paragraph}"


def _targets(citation: CitationJson, web: Mapping[str, str]) -> list[dict[str, object]]:
    words = {"type": "TextQuoteSelector", "exact": citation["quote"]}
    position = {
        "type": "TextPositionSelector",
        "start": citation["start"],
        "end": citation["end"],
    }
    targets: list[dict[str, object]] = [
        {
            "type": "SpecificResource",
            "source": paragraph_name(citation["document"], citation["paragraph"]),
            "selector": [words, position],
        }
    ]
    if citation["document"] in web:
        fragment = {
            "type": "FragmentSelector",
            "conformsTo": _TEXT_FRAGMENTS,
            "value": text_directive(citation["quote"]),
        }
        page = {"type": "SpecificResource", "source": web[citation["document"]]}
        targets.append({**page, "selector": [words, fragment]})
    return targets


def _name(identifier: str) -> str:
    return quote(identifier, safe="", errors="replace")
