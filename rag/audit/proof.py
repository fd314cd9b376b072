"""One answer's record in one file that proves itself: entries, their places in the log, the
texts that open their commitments, and a signed checkpoint.

Whoever has the log's public key from elsewhere needs nothing else to check it, neither this
program (``docs/check_record.py`` does the same with Python alone) nor a network. It proves that
these words were recorded before they were shown, and that the log's keeper signed them; not
that the answer is right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from index.errors import AuditError
from rag.audit import merkle
from rag.audit.entries import Json, Kind, record_name, text_sha256
from rag.audit.keys import Keyring
from rag.audit.log import Log
from rag.audit.note import Checkpoint, PublicKey, open_note, sign

FORMAT = "suyuan-record-1"
_PARTS = {"format", "record", "answer", "entries", "checkpoint"}


class ProofInvalid(AuditError):
    """A proof that does not hold; the message says where."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof that holds is about. ``answer`` is ``None`` if its text is not in the file;
    ``erased`` if the log says that it was erased."""

    record: str
    time: str
    status: str
    origin: str
    size: int
    answer: Mapping[str, object] | None
    erased: bool

    def __str__(self) -> str:
        """In two lines, as people read it."""
        match self.answer:
            case None if self.status == "interrupted":
                said = "it was broken off: there is no whole answer"
            case None:
                said = "its text was erased" if self.erased else "its text is not in this file"
            case told:
                said = f"question: {told.get('question')}"
        return (
            f"holds: record {self.record} of {self.time}, {self.status}, in the log {self.origin} "
            f"of {self.size} entries\n{said}"
        )


def make_proof(log: Log, keyring: Keyring, name: str) -> dict[str, Json]:
    """The proof for the answer that ``name`` means (its id, its record's name or number).

    Raises :class:`AuditError` if there is none.
    """
    answer = log.answer_called(name)
    entries, openings = log.entries_of(answer), log.openings_of(answer)
    size, root = log.state()
    found = next((o for o in openings.values() if o.name == "answer"), None)
    return {
        "format": FORMAT,
        "record": entries[0].record,
        "answer": json.loads(found.body)["value"] if found else None,
        "entries": [
            {
                "body": entry.body.decode(),
                "proof": [node.hex() for node in log.inclusion(entry.number, size)],
                "openings": {
                    opening.name: {"salt": opening.salt.hex(), "body": opening.body.decode()}
                    for (number, _), opening in openings.items()
                    if number == entry.number
                },
            }
            for entry in entries
        ],
        "checkpoint": sign(Checkpoint(keyring.origin, size, root), keyring.private),
    }


def check_proof(text: str, keys: tuple[PublicKey, ...]) -> Proven:
    """What the proof in ``text`` proves. Raises :class:`ProofInvalid` if it does not hold."""
    try:
        proof = _json(text)
        if not isinstance(proof, dict) or proof.get("format") != FORMAT:
            raise ProofInvalid(f"this is no record that was exported: its format is not {FORMAT}.")
        return _check(proof, keys)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ProofInvalid(f"the exported record is damaged: {error!r}.") from error


def _check(proof: dict[str, object], keys: tuple[PublicKey, ...]) -> Proven:
    _need(set(proof) == _PARTS, "the file has other parts than a record")
    checkpoint = open_note(_text(proof["checkpoint"]), keys)
    entries = [_entry(given, checkpoint) for given in _items(proof["entries"])]
    bodies = [body for body, _ in entries]
    kinds = [Kind(_text(body["kind"])) for body in bodies]
    seals = [kind for kind in kinds if kind in (Kind.CLOSED, Kind.INTERRUPTED)]
    _need(kinds[0] is Kind.OPENED, "the first entry does not open an answer")
    _need(len(seals) == 1, "the answer is not sealed, or not once")
    _need(len({_text(b["answer"]) for b in bodies}) == 1, "entries are of more than one answer")
    numbers = [_whole(body["number"]) for body in bodies]
    _need(numbers == sorted(set(numbers)), "entries are not in order")
    first = merkle.leaf_hash(_text(_fields(_items(proof["entries"])[0])["body"]).encode())
    record = record_name(numbers[0], first)
    _need(proof["record"] == record, f"the record is called {record}")
    closing = next((e for e, k in zip(entries, kinds, strict=True) if k is Kind.CLOSED), None)
    status = "interrupted" if closing is None else _text(closing[0]["status"])
    sentences = [e for e, k in zip(entries, kinds, strict=True) if k is Kind.SENTENCE]
    if closing is not None:
        _need(closing[0]["sentences"] == len(sentences), "a sentence's entry is missing")
        rejected = kinds.count(Kind.REJECTED)
        _need(closing[0]["rejected"] == rejected, "a rejected sentence's entry is missing")
    answer = closing[1].get("answer") if closing else None
    _need(_same(proof["answer"], answer), "the answer is not the one that was recorded")
    if answer is not None:
        _check_answer(_fields(answer), record, status, sentences)
    told = _fields(answer) if answer is not None else None
    time, erased = _text(bodies[0]["time"]), Kind.ERASED in kinds
    return Proven(record, time, status, checkpoint.origin, checkpoint.size, told, erased)


Opened = tuple[dict[str, object], dict[str, object]]
"""An entry's body and the texts that open its commitments."""


def _entry(given: object, checkpoint: Checkpoint) -> Opened:
    """The entry if it is in the log that the checkpoint signs, and its texts are its own."""
    fields = _fields(given)
    _need(set(fields) == {"body", "proof", "openings"}, "an entry has other parts than it should")
    raw = _text(fields["body"]).encode()
    body = _fields(_json(_text(fields["body"])))
    number = _whole(body["number"])
    path = [_bytes(node) for node in _items(fields["proof"])]
    root = merkle.root_from_inclusion(merkle.leaf_hash(raw), number, checkpoint.size, path)
    _need(root == checkpoint.root, f"entry {number} is not in the log that was signed")
    texts: dict[str, object] = {}
    for name, opening in _fields(fields["openings"]).items():
        parts = _fields(opening)
        _need(set(parts) == {"salt", "body"}, "a text has other parts than it should")
        salt, text = _bytes(parts["salt"]), _text(parts["body"])
        digest = hashlib.sha256(salt + text.encode()).hexdigest()
        committed = _fields(body["private"]).get(name)
        _need(digest == committed, f"the {name} of entry {number} is not the one recorded")
        opened = _fields(_json(text))
        _need(opened["name"] == name, f"the {name} of entry {number} is another text")
        texts[name] = opened["value"]
    return body, texts


def _check_answer(
    answer: dict[str, object], record: str, status: str, sentences: list[Opened]
) -> None:
    """That the whole answer says what was recorded sentence by sentence."""
    _need(answer["record"] == record, "the answer names another record")
    _need(answer["status"] == status, "the answer has another status than was recorded")
    claims = [_fields(claim) for claim in _items(answer["claims"])]
    _need(len(claims) == len(sentences), "the answer has other sentences than were recorded")
    for claim, (body, texts) in zip(claims, sentences, strict=True):
        if "text" in texts:
            _need(claim["text"] == texts["text"], "a sentence was recorded in other words")
        said, cited = _items(claim["citations"]), _items(body["citations"])
        _need(len(said) == len(cited), "a sentence was recorded with other sources")
        for shown, kept in zip(map(_fields, said), map(_fields, cited), strict=True):
            same = all(shown[p] == kept[p] for p in ("document", "paragraph", "start", "end"))
            quote = text_sha256(_text(shown["quote"])) == kept["quote_sha256"]
            _need(same and quote, "a sentence was recorded with other sources")


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ProofInvalid(f"the record does not hold: {otherwise}.")


def _json(text: str) -> object:
    """JSON in which each name stands once: of two values, readers take one or the other."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        _need(len(found) == len(pairs), "a name stands twice in one object")
        return found

    value: object = json.loads(text, object_pairs_hook=once)
    return value


def _same(one: object, other: object) -> bool:
    """Equal and of the same types: to Python, 1, 1.0 and true are equal."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _bytes(value: object) -> bytes:
    """32 bytes in small hexadecimal digits, the one way in which they are written here."""
    raw = bytes.fromhex(_text(value))
    _need(raw.hex() == value and len(raw) == 32, "a hash or salt is not 64 hexadecimal digits")
    return raw


def _fields(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{str(value)[:40]!r} is no object")
    return value


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{str(value)[:40]!r} is no list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{str(value)[:40]!r} is no whole number")
    return value
