"""An exported record: checked by the program and by the checker that needs only Python."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from index.errors import AuditError
from rag.audit.entries import Json
from rag.audit.note import PublicKey
from rag.audit.proof import check_proof, make_proof
from rag.audit.recorder import AuditRecorder
from rag.audit.witness import public_keys
from tests.rag.audit.scripted import begin, record_one, settings_for, shelf
from tests.rag.audit.test_tampering import altered, paths

CHECKER = Path(__file__).resolve().parents[3] / "docs" / "check_record.py"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_record", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def recorder(home: Path) -> Iterator[AuditRecorder]:
    recorder = AuditRecorder(settings_for(home))
    for number in range(7):
        record_one(recorder, f"早先的问题 {number}")
    yield recorder
    recorder.close()


@pytest.fixture(scope="module")
def proof(recorder: AuditRecorder) -> dict[str, Json]:
    answer = record_one(recorder, "谁负责统筹公共数据?")
    record_one(recorder, "后来的问题")
    return make_proof(recorder.log, recorder.publisher.keyring, answer.trace.id)


def holds_for_both(text: str, keys: tuple[PublicKey, ...], checker: ModuleType) -> bool:
    """Whether the proof holds; both checkers must say the same."""
    try:
        check_proof(text, keys)
        ours = True
    except AuditError:
        ours = False
    told = [(key.name, key.id, key.key) for key in keys]
    try:
        said = checker.check(text, told)
        theirs = True
    except Exception:  # as it does itself
        theirs = False
    assert ours == theirs
    if ours:
        assert said == str(check_proof(text, keys)), "the same words of the same record"
    return ours


def test_a_genuine_record_holds(
    proof: dict[str, Json], recorder: AuditRecorder, checker: ModuleType
) -> None:
    text = json.dumps(proof, ensure_ascii=False)
    assert holds_for_both(text, recorder.publisher.keyring.public, checker)
    proven = check_proof(text, recorder.publisher.keyring.public)
    assert (proven.record, proven.status) == (proof["record"], "answered")
    assert proven.answer is not None
    assert proven.answer["question"] == "谁负责统筹公共数据?"


def test_no_value_in_the_file_changes_unseen(
    proof: dict[str, Json], recorder: AuditRecorder, checker: ModuleType
) -> None:
    """Every value, also those inside of entries and texts; the checkpoint letter by letter."""
    chance = random.Random(1)
    places = list(paths(proof))
    assert len(places) > 100
    for *way, last in places:
        broken = copy.deepcopy(proof)
        holder: object = broken
        for step in way:
            holder = holder[step]  # type: ignore[index]
        holder[last] = altered(holder[last], chance)  # type: ignore[index]
        assert not holds_for_both(json.dumps(broken), recorder.publisher.keyring.public, checker), (
            way
        )
    note = str(proof["checkpoint"])
    for at in range(len(note) - 1):
        spoilt = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
        broken = {**proof, "checkpoint": spoilt}
        assert not holds_for_both(json.dumps(broken), recorder.publisher.keyring.public, checker), (
            at
        )


def test_no_bit_of_the_file_changes_unseen(
    proof: dict[str, Json], recorder: AuditRecorder, checker: ModuleType
) -> None:
    """Sampled. What still reads as the same JSON (a space that became a line break) is the same."""
    chance, keys = random.Random(2), recorder.publisher.keyring.public
    whole = json.dumps(proof, ensure_ascii=False, indent=1).encode()
    for _ in range(400):
        bits = bytearray(whole)
        bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
        text = bits.decode("utf-8", "replace")
        if holds_for_both(text, keys, checker):
            assert json.loads(text) == proof


def test_hash_and_signature_are_written_in_one_way(
    proof: dict[str, Json], recorder: AuditRecorder, checker: ModuleType
) -> None:
    """Capital digits, spare bits in base64: a change that changes no byte of the value."""
    keys, chosen = recorder.publisher.keyring.public, cast("Any", proof)
    note = str(proof["checkpoint"])
    place = max(at for at, letter in enumerate(note) if letter == "=") - 1
    spare = chr(ord(note[place]) + 1)
    last = chosen["entries"][1]["proof"][0]
    salt = chosen["entries"][1]["openings"]["text"]["salt"]
    whole = json.dumps(proof, ensure_ascii=False)
    others = [
        whole.replace(last, last.upper()),
        whole.replace(salt, f" {salt}"),
        whole.replace(salt, salt.upper()),
        json.dumps({**proof, "checkpoint": note[:place] + spare + note[place + 1 :]}),
    ]
    for text in others:
        assert text != whole
        assert not holds_for_both(text, keys, checker)


def test_what_readers_of_json_may_take_in_two_ways_is_refused(
    proof: dict[str, Json], recorder: AuditRecorder, checker: ModuleType
) -> None:
    """A name that stands twice, other types that Python calls equal, parts that nobody checks."""
    keys, whole = recorder.publisher.keyring.public, json.dumps(proof, ensure_ascii=False)
    entry, *rest = cast("list[Any]", proof["entries"])
    as_object = {**entry, "proof": dict.fromkeys(entry["proof"], 0)}
    others = [
        whole.replace('"answer":', '"answer": null, "answer":', 1),
        whole.replace('"status": "answered"', '"status": "refused", "status": "answered"', 1),
        whole.replace('"start": 0', '"start": 0.0', 1),
        whole.replace('"start": 0', '"start": false', 1),
        whole.replace('"start": 0', '"start": -0.0', 1),
        json.dumps({**proof, "note": "this answer was approved"}),
        json.dumps({**proof, "entries": [{**entry, "note": ""}, *rest]}),
        json.dumps({**proof, "entries": [as_object, *rest]}),
        "[" * 100_000,
        "\ufeff" + whole,
        "",
        "null",
    ]
    for text in others:
        assert text != whole
        assert not holds_for_both(text, keys, checker), text[:80]


def remove_sentence(proof: Any) -> None:
    del proof["entries"][1]


def remove_rejection(proof: Any) -> None:
    (place,) = [n for n, e in enumerate(proof["entries"]) if '"rejected","number"' in e["body"]]
    del proof["entries"][place]


def remove_seal(proof: Any) -> None:
    del proof["entries"][-1]


def remove_opening(proof: Any) -> None:
    proof["entries"][-1]["openings"] = {}


def reorder(proof: Any) -> None:
    proof["entries"][1:3] = proof["entries"][2:0:-1]


def say_more(proof: Any) -> None:
    proof["answer"]["claims"][0]["text"] += "。"


@pytest.mark.parametrize(
    "change", [remove_sentence, remove_rejection, remove_seal, remove_opening, reorder, say_more]
)
def test_nothing_can_be_left_out_or_added(
    change: Callable[[Any], None],
    proof: dict[str, Json],
    recorder: AuditRecorder,
    checker: ModuleType,
) -> None:
    broken = copy.deepcopy(proof)
    change(broken)
    assert not holds_for_both(json.dumps(broken), recorder.publisher.keyring.public, checker)


def test_another_key_proves_nothing(
    proof: dict[str, Json], recorder: AuditRecorder, checker: ModuleType
) -> None:
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    keys = (PublicKey(recorder.publisher.keyring.origin, stranger),)
    assert not holds_for_both(json.dumps(proof), keys, checker)


def test_a_text_that_is_held_back_is_not_called_erased(
    proof: dict[str, Json], recorder: AuditRecorder, checker: ModuleType
) -> None:
    kept = copy.deepcopy(proof)
    kept["answer"] = None
    for entry in cast("Any", kept["entries"]):
        entry["openings"] = {}
    keys = recorder.publisher.keyring.public
    assert holds_for_both(json.dumps(kept), keys, checker)
    assert str(check_proof(json.dumps(kept), keys)).endswith("not in this file")


def test_an_answer_that_was_broken_off(recorder: AuditRecorder, checker: ModuleType) -> None:
    trace, recording = begin(recorder, "没有答完", shelf())
    recording.interrupt()
    text = json.dumps(make_proof(recorder.log, recorder.publisher.keyring, trace.id))
    assert holds_for_both(text, recorder.publisher.keyring.public, checker)
    assert "broken off" in str(check_proof(text, recorder.publisher.keyring.public))


def test_an_erased_answer_still_holds_and_says_nothing(
    recorder: AuditRecorder, checker: ModuleType
) -> None:
    answer = record_one(recorder, "请忘掉这个问题")
    recorder.log.erase(answer.trace.id, "asked for")
    text = json.dumps(make_proof(recorder.log, recorder.publisher.keyring, answer.trace.id))
    assert holds_for_both(text, recorder.publisher.keyring.public, checker)
    proven = check_proof(text, recorder.publisher.keyring.public)
    assert (proven.answer, proven.erased) == (None, True)
    assert "忘掉" not in text
    assert "\\u5fd8" not in text


def test_the_checker_alone_in_another_python(
    proof: dict[str, Json], home: Path, recorder: AuditRecorder, tmp_path: Path
) -> None:
    assert len(CHECKER.read_text().splitlines()) <= 200
    (tmp_path / "record.json").write_text(json.dumps(proof, ensure_ascii=False), encoding="utf-8")
    public = home / "audit" / "keys" / "public.txt"
    assert public_keys(str(recorder.publisher.keyring.public[0])) == public_keys(public)
    for key in (str(public), str(recorder.publisher.keyring.public[0])):
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(CHECKER), "record.json", key],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout[:6]) == (0, "holds:"), done.stderr
    (tmp_path / "record.json").write_text("{}")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), "record.json", str(public)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "DOES NOT HOLD" in done.stderr
    assert "Traceback" not in done.stderr


# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
     "6bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6"
     "594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_signatures_of_the_standard(
    key: str, message: str, signature: str, checker: ModuleType
) -> None:
    parts = [bytes.fromhex(part) for part in (key, message, signature)]
    assert checker.signed_by(*parts)
    assert not checker.signed_by(parts[0], parts[1] + b"x", parts[2])


ORDER = 2**252 + 27742317777372353535851937790883648493
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",  # order 1
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # order 2
    "0000000000000000000000000000000000000000000000000000000000000000",  # order 4
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  # order 8
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    # The same and others, not reduced modulo the prime, or with a sign where x is 0.
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


def accepted(key: bytes, message: bytes, signature: bytes, checker: ModuleType) -> bool:
    """Whether the program takes the signature of a key that it takes; the checker must agree."""
    try:
        named = PublicKey("log", key)
        Ed25519PublicKey.from_public_bytes(named.key).verify(signature, message)
        told = True
    except (InvalidSignature, ValueError):
        told = False
    assert checker.signed_by(key, message, signature) == told
    return told


@pytest.mark.parametrize("encoded", SMALL)
def test_a_key_that_fits_many_texts_is_nobodys(encoded: str, checker: ModuleType) -> None:
    """Points of small order, and second ways of writing a point: for some, the library that
    verifies would take one signature for many texts."""
    key = bytes.fromhex(encoded)
    with pytest.raises(ValueError, match="nobody's key"):
        PublicKey("log", key)
    for r in (encoded, SMALL[0], SMALL[1]):
        for s in (0, 1, ORDER):
            signature = bytes.fromhex(r) + s.to_bytes(32, "little")
            for message in (b"", b"one", b"two", b"three"):
                assert not accepted(key, message, signature, checker)


def test_signatures_made_to_be_taken_by_some(checker: ModuleType) -> None:
    """S not reduced, R of small order or written another way: both refuse, or both take."""
    private, message = Ed25519PrivateKey.generate(), b"message"
    key, good = private.public_key().public_bytes_raw(), private.sign(message)
    assert accepted(key, message, good, checker)
    s = int.from_bytes(good[32:], "little")
    for larger in (s + ORDER, s + 2 * ORDER, s | 1 << 255):
        assert not accepted(key, message, good[:32] + larger.to_bytes(32, "little"), checker)
    for encoded in SMALL:
        for scalar in (0, s):
            signature = bytes.fromhex(encoded) + scalar.to_bytes(32, "little")
            assert not accepted(key, message, signature, checker)
    for cut in (good[:-1], good + b"\0", b""):
        assert not accepted(key, message, cut, checker)


def test_both_implementations_agree_on_damaged_signatures(checker: ModuleType) -> None:
    chance, private = random.Random(3), Ed25519PrivateKey.generate()
    key, message = private.public_key().public_bytes_raw(), b"message"
    good = private.sign(message)
    for _ in range(60):
        signature, public = bytearray(good), bytearray(key)
        chance.choice((signature, public))[chance.randrange(32)] ^= 1 << chance.randrange(8)
        accepted(bytes(public), message, bytes(signature), checker)
