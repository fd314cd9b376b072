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
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from index.errors import AuditError
from rag.audit.entries import Json
from rag.audit.note import PublicKey
from rag.audit.proof import check_proof, make_proof
from rag.audit.recorder import AuditRecorder
from rag.audit.witness import public_keys
from tests.rag.audit.scripted import record_one, settings_for
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
        checker.check(text, told)
        theirs = True
    except (checker.Broken, ValueError, KeyError, TypeError, AttributeError, IndexError):
        theirs = False
    assert ours == theirs
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


def remove_sentence(proof: Any) -> None:
    del proof["entries"][1]


def remove_seal(proof: Any) -> None:
    del proof["entries"][-1]


def remove_opening(proof: Any) -> None:
    proof["entries"][-1]["openings"] = {}


def reorder(proof: Any) -> None:
    proof["entries"][1:3] = proof["entries"][2:0:-1]


def say_more(proof: Any) -> None:
    proof["answer"]["claims"][0]["text"] += "。"


@pytest.mark.parametrize(
    "change", [remove_sentence, remove_seal, remove_opening, reorder, say_more]
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


def test_an_erased_answer_still_holds_and_says_nothing(
    recorder: AuditRecorder, checker: ModuleType
) -> None:
    answer = record_one(recorder, "请忘掉这个问题")
    recorder.log.erase(answer.trace.id, "asked for")
    text = json.dumps(make_proof(recorder.log, recorder.publisher.keyring, answer.trace.id))
    assert holds_for_both(text, recorder.publisher.keyring.public, checker)
    assert check_proof(text, recorder.publisher.keyring.public).answer is None
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


def test_both_implementations_agree_on_damaged_signatures(checker: ModuleType) -> None:
    chance, private = random.Random(3), Ed25519PrivateKey.generate()
    key, message = private.public_key().public_bytes_raw(), b"message"
    good = private.sign(message)
    for _ in range(60):
        signature, public = bytearray(good), bytearray(key)
        chance.choice((signature, public))[chance.randrange(32)] ^= 1 << chance.randrange(8)
        try:
            Ed25519PublicKey.from_public_bytes(bytes(public)).verify(bytes(signature), message)
            told = True
        except (InvalidSignature, ValueError):
            told = False
        assert checker.signed_by(bytes(public), message, bytes(signature)) == told
