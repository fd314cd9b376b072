"""The JSON schema of an answer, published by ``suyuan schema``."""

from __future__ import annotations

from typing import Final

_REASON_CODES = [
    "uncited", "not_found", "number", "date", "negation", "modality", "condition", "entity",
    "scope", "uncovered", "contradicted",
]  # fmt: skip


def _object(properties: dict[str, object], optional: tuple[str, ...] = ()) -> dict[str, object]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list(items: object, **more: object) -> dict[str, object]:
    return {"type": "array", "items": items, **more}


def _when(status: list[str], then: dict[str, object]) -> dict[str, object]:
    return {
        "if": {"properties": {"status": {"enum": status}}},
        "then": {"properties": then},
    }


_TEXT: Final = {"type": "string"}
_MAYBE_TEXT: Final = {"type": ["string", "null"]}
_NATURAL: Final = {"type": "integer", "minimum": 0}
_PLACE: dict[str, object] = {
    "document": _TEXT,
    "paragraph": {"type": "integer", "minimum": 1},
    "label": _TEXT,
}
_AIGC: Final = _object(
    {
        "Label": {"enum": ["1", "2", "3"]},
        "ContentProducer": {"type": "string", "minLength": 1},
        "ProduceID": _TEXT,
        "ReservedCode1": _TEXT,
        "ContentPropagator": _TEXT,
        "PropagateID": _TEXT,
        "ReservedCode2": _TEXT,
    }
)
_MS: Final = {"type": "number", "minimum": 0}

ANSWER_SCHEMA: Final[dict[str, object]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Answer",
    **_object(
        {
            "id": {"type": ["string", "number"]},  # a number where a batch's line had one
            "question": _TEXT,
            "status": {"enum": ["answered", "refused", "referred", "failed"]},
            "reason": {
                "enum": [
                    None, "no_evidence", "not_supported", "empty_question", "too_long",
                    "needs_human", "model_failed", "audit_failed", "bad_input",
                ]
            },
            "claims": _list(
                _object(
                    {
                        "text": {"type": "string", "minLength": 1},
                        "citations": _list(
                            _object({**_PLACE, "start": _NATURAL, "end": _NATURAL, "quote": _TEXT}),
                            minItems=1,
                        ),
                        "method": {"enum": ["quoted", "drafted", "person"]},
                    }
                )
            ),
            "rejected": _list(
                _object({"text": _TEXT, "reasons": _list({"enum": _REASON_CODES}, minItems=1)})
            ),
            "hits": _list(_object({**_PLACE, "score": {"type": "number"}, "text": _TEXT})),
            "notices": _list(
                {"enum": ["omitted", "model_unavailable", "superseded", "interrupted"]}
            ),
            "model": _MAYBE_TEXT,
            "index_sha256": _MAYBE_TEXT,
            "record": _MAYBE_TEXT,
            "label": _object({"text": _TEXT, "AIGC": _AIGC}),
            "timings_ms": _object(
                {"retrieve": _MS, "draft": _MS, "verify": _MS, "total": _MS, "first": _MS},
                optional=("first",),
            ),
            "message": _TEXT,
        },
        optional=("message",),
    ),
    "allOf": [
        _when(["answered"], {"claims": {"minItems": 1}, "reason": {"const": None}}),
        _when(["refused", "referred", "failed"], {"claims": {"maxItems": 0}}),
        _when(
            ["refused"],
            {"reason": {"enum": ["no_evidence", "not_supported", "empty_question", "too_long"]}},
        ),
        _when(["referred"], {"reason": {"const": "needs_human"}}),
        _when(["failed"], {"reason": {"enum": ["model_failed", "audit_failed", "bad_input"]}}),
    ],
}  # fmt: skip
