"""How an answer came about, as W3C PROV.

Entities: the question, the index, each document, each passage cited, each claim, the answer.
Activities: retrieving, then composing (selecting words of the source; with a model, drafting
as well), then verifying. Agents: the program, the model if there was one, and the office on
whose behalf both act.
A quoted claim *was quoted from* its passages; a drafted one *was derived from* them.
Source: PROV-DM, W3C Recommendation of 30 April 2013.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, cast
from urllib.parse import quote

from prov.constants import PROV, PROV_LABEL, PROV_TYPE
from prov.identifier import QualifiedName
from prov.model import ProvActivity, ProvAgent, ProvDocument, ProvEntity

from index.version import VERSION
from rag.standards.shape import AnswerJson, CitationJson, ClaimJson

NAMESPACE: Final = "urn:suyuan:"


def prov_document(answer: AnswerJson, answered_at: datetime | None = None) -> ProvDocument:
    """The PROV document of an answer. ``answered_at`` is when verifying ended, if known."""
    document = ProvDocument()
    document.add_namespace("suyuan", NAMESPACE)
    document.add_namespace("this", f"{NAMESPACE}answer:{quote(answer['id'], safe='')}:")
    _Graph(document, answer).draw(answered_at)
    return document


def prov_json(answer: AnswerJson, answered_at: datetime | None = None) -> dict[str, object]:
    """The same in PROV-JSON (W3C Member Submission of 24 April 2013)."""
    serialized = prov_document(answer, answered_at).serialize(format="json")
    return cast("dict[str, object]", json.loads(str(serialized)))


class _Graph:
    """One answer's graph while it is being put together."""

    def __init__(self, document: ProvDocument, answer: AnswerJson) -> None:
        self.document = document
        self.answer = answer
        self.passages: dict[tuple[str, int, int, int], ProvEntity] = {}
        self.documents: dict[str, ProvEntity] = {}

    def draw(self, answered_at: datetime | None) -> None:
        verifying = self._activities(answered_at)
        whole = self._entity(
            "answer",
            self.answer["question"],
            {
                "suyuan:status": self.answer["status"],
                "suyuan:record": self.answer["record"] or "",
                "suyuan:label": self.answer["label"]["text"],
                "suyuan:AIGC": json.dumps(self.answer["label"]["AIGC"], ensure_ascii=False),
            },
        )
        self.document.wasGeneratedBy(whole, verifying, answered_at)
        self.document.wasAttributedTo(whole, "suyuan:program")
        for number, claim in enumerate(self.answer["claims"], start=1):
            self.document.hadMember(whole, self._claim(number, claim))

    def _activities(self, answered_at: datetime | None) -> ProvActivity:
        """Retrieving, composing and verifying with those who did it; returns the last."""
        document, model = self.document, self.answer["model"]
        question = self._entity("question", self.answer["question"], {})
        retrieving = document.activity("this:retrieve")
        composing = document.activity("this:compose")
        verifying = document.activity("this:verify", None, answered_at)
        document.used(retrieving, question)
        if self.answer["index_sha256"]:
            index = self._entity("index", "", {"suyuan:sha256": self.answer["index_sha256"]})
            document.used(retrieving, index)
        document.wasInformedBy(composing, retrieving)
        document.wasInformedBy(verifying, composing)
        office = self.answer["label"]["AIGC"]["ContentProducer"]
        operator = self._agent("operator", "Organization", office)
        program = self._agent("program", "SoftwareAgent", f"Suyuan {VERSION}")
        document.actedOnBehalfOf(program, operator)
        for activity in (retrieving, composing, verifying):
            document.wasAssociatedWith(activity, program)
        if model:
            writer = self._agent("model", "SoftwareAgent", model)
            document.actedOnBehalfOf(writer, operator)
            document.wasAssociatedWith(composing, writer)
        return verifying

    def _claim(self, number: int, claim: ClaimJson) -> ProvEntity:
        entity = self._entity(f"claim-{number}", claim["text"], {"suyuan:method": claim["method"]})
        if claim["method"] != "person":
            self.document.wasGeneratedBy(entity, "this:compose")
        for citation in claim["citations"]:
            passage = self._passage(citation)
            if claim["method"] == "quoted":
                self.document.wasQuotedFrom(entity, passage)
            else:
                self.document.wasDerivedFrom(entity, passage)
        return entity

    def _passage(self, citation: CitationJson) -> ProvEntity:
        place = (
            citation["document"], citation["paragraph"], citation["start"], citation["end"]
        )  # fmt: skip
        if place not in self.passages:
            passage = self._entity(
                f"passage-{len(self.passages) + 1}",
                f"{citation['document']} {citation['label']}",
                {
                    "suyuan:paragraph": citation["paragraph"],
                    "suyuan:start": citation["start"],
                    "suyuan:end": citation["end"],
                    "prov:value": citation["quote"],
                },
            )
            self.document.wasQuotedFrom(passage, self._source(citation["document"]))
            self.passages[place] = passage
        return self.passages[place]

    def _source(self, name: str) -> ProvEntity:
        if name not in self.documents:
            number = len(self.documents) + 1
            self.documents[name] = self._entity(f"document-{number}", name, {})
        return self.documents[name]

    def _entity(self, name: str, label: str, values: dict[str, str | int]) -> ProvEntity:
        attributes: dict[str | QualifiedName, str | int] = {PROV_LABEL: label} if label else {}
        return self.document.entity(f"this:{name}", [*attributes.items(), *values.items()])

    def _agent(self, name: str, kind: str, label: str) -> ProvAgent:
        attributes = {PROV_TYPE: PROV[kind], PROV_LABEL: label}
        return self.document.agent(f"suyuan:{name}", list(attributes.items()))
