"""Labels that say an answer came from a machine, as GB 45438-2025 asks.

Two forms: a sentence people read (the explicit label) and an object that travels with the
file (the implicit one), in which the standard fixes the seven names. ``Label`` there is "1"
for content a machine made, "2" for content in which it may have had a part. An excerpt is
labelled "1" as well: which sentences are shown was a machine's choice, so the stricter
reading is taken. The explicit text must name artificial intelligence and generation both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

UNNAMED_PRODUCER: Final = "未登记运营单位"
"""Stands for the producer until an office is set (``SUYUAN_OFFICE``)."""


class Origin(StrEnum):
    """How what is shown came about."""

    QUOTED = "quoted"
    DRAFTED = "drafted"
    PERSON = "person"
    NOTHING = "nothing"


_TEXTS: Final = {
    Origin.QUOTED: "本回答由人工智能检索摘录生成，逐字引自所列出处，请以原文为准。",
    Origin.DRAFTED: "本回答由人工智能起草生成，逐句核验后显示，请以原文为准。",
    Origin.PERSON: "本回答由工作人员作出，所附段落由人工智能检索生成，请以原文为准。",
    Origin.NOTHING: "本页由人工智能检索生成，未作出回答；所列段落不是回答。",
}
_BADGES: Final = {
    Origin.QUOTED: "检索摘录",
    Origin.DRAFTED: "AI 起草，逐句核验",
    Origin.PERSON: "工作人员答复",
    Origin.NOTHING: "未作出回答",
}


@dataclass(frozen=True, slots=True)
class Label:
    """What is declared about one answer. ``record`` is the hash of its record in the log, or
    empty while it has none.

    >>> label = Label(Origin.QUOTED, "某市数据局", "a1", "9f86d081")
    >>> label.text
    '本回答由人工智能检索摘录生成，逐字引自所列出处，请以原文为准。'
    >>> label.implicit()["ContentProducer"], label.implicit()["ReservedCode1"]
    ('某市数据局', '9f86d081')
    """

    origin: Origin
    producer: str
    content: str
    record: str = ""

    @property
    def text(self) -> str:
        """The explicit label."""
        return _TEXTS[self.origin]

    @property
    def badge(self) -> str:
        """Quoted or drafted, in the words of the web chat."""
        return _BADGES[self.origin]

    def implicit(self) -> dict[str, str]:
        """The seven fields of the standard, in its order. Whoever makes the answer also
        delivers it, so producer and propagator are the same; ``ReservedCode1``, which the
        standard leaves to the producer's own protection of integrity, is the record's hash."""
        producer = self.producer.strip() or UNNAMED_PRODUCER
        return {
            "Label": "2" if self.origin is Origin.PERSON else "1",
            "ContentProducer": producer,
            "ProduceID": self.content,
            "ReservedCode1": self.record,
            "ContentPropagator": producer,
            "PropagateID": self.content,
            "ReservedCode2": "",
        }

    def to_json(self) -> dict[str, object]:
        """``{"text": …, "AIGC": {…}}``."""
        return {"text": self.text, "AIGC": self.implicit()}

    def fields_json(self) -> str:
        """The seven fields as one line of JSON: what a file's metadata holds under ``AIGC``.

        >>> Label(Origin.DRAFTED, "", "a1").fields_json()[:30]
        '{"Label": "1", "ContentProduce'
        """
        return json.dumps(self.implicit(), ensure_ascii=False)
