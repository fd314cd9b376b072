"""The index on disk: what was built is what opens; what was damaged does not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import store
from index.build import build_index
from index.document import Document
from index.encoder import Encoder, EncoderIdentity
from index.errors import IndexDamaged, IndexFault, IndexForeign, IndexMissing, WriteError
from index.reading import read_document
from index.store import check_index, open_index


class HashingEncoder:
    """A tiny stand-in: vectors from characters, so that tests of the disk need no model."""

    def __init__(self, name: str = "hashing") -> None:
        self.identity = EncoderIdentity(name, "test", 16, "0" * 64)

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: list[str], progress: object = None) -> np.ndarray:
        vectors = np.full((len(texts), 16), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for char in text:
                vectors[row, ord(char) % 16] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def document(folder: Path, name: str = "a.txt", words: str = "甲负责。\n\n乙协助。") -> Document:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return read_document(path)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    build_index([document(tmp_path)], tmp_path / "idx", HashingEncoder())
    return tmp_path / "idx"


def test_what_was_built_is_what_opens(tmp_path: Path, built: Path) -> None:
    opened = open_index(built, HashingEncoder())
    assert opened.documents == (document(tmp_path),)
    assert [hit.paragraph.number for hit in opened.search("乙协助", 1)] == [2]


def test_two_builds_of_the_same_are_the_same(tmp_path: Path, built: Path) -> None:
    first = open_index(built, HashingEncoder()).sha256
    build_index([document(tmp_path)], tmp_path / "other", HashingEncoder())
    assert open_index(tmp_path / "other", HashingEncoder()).sha256 == first


def test_nothing_on_disk_is_a_pickle(built: Path) -> None:
    for path in built.rglob("*.npy"):
        np.load(path, allow_pickle=False)
    assert {p.suffix for p in built.rglob("*") if p.is_file()} <= {
        ".json", ".jsonl", ".npy", ".faiss", "",
    }  # fmt: skip


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != ".lock")


def test_any_changed_byte_is_noticed(built: Path, tmp_path: Path) -> None:
    for number, path in enumerate(files(built)):
        if path.name == "manifest.json":
            continue
        copy = tmp_path / f"copy{number}"
        shutil.copytree(built, copy)
        target = copy / path.relative_to(built)
        raw = bytearray(target.read_bytes())
        raw[len(raw) // 2] ^= 1
        target.write_bytes(raw)
        with pytest.raises(IndexDamaged, match="Build it again"):
            open_index(copy, HashingEncoder())
        with pytest.raises(IndexDamaged):
            check_index(copy)


def test_a_truncated_or_missing_file_is_noticed(built: Path) -> None:
    path = next(built.rglob("chunks.faiss"))
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(IndexDamaged, match="bytes"):
        open_index(built, HashingEncoder())
    path.unlink()
    with pytest.raises(IndexDamaged, match=r"chunks\.faiss"):
        open_index(built, HashingEncoder())


@pytest.mark.parametrize(
    ("manifest", "fault"),
    [
        (b"", IndexDamaged),
        (b"{", IndexDamaged),
        (b"[]", IndexForeign),
        (b'{"format": "other"}', IndexForeign),
        (b'{"format": "suyuan-index", "version": 99}', IndexForeign),
        (b'{"format": "suyuan-index", "version": 1}', IndexDamaged),
    ],
)
def test_a_strange_manifest_is_refused(built: Path, manifest: bytes, fault: type) -> None:
    (built / "manifest.json").write_bytes(manifest)
    with pytest.raises(fault):
        open_index(built, HashingEncoder())


@pytest.mark.parametrize("value", [None, "", -1, 1e30, [], {}, "../x", True, "gone"])
def test_no_value_of_a_manifest_is_taken_on_trust(built: Path, value: object) -> None:
    """A field that is wrong is refused, or makes no difference to what is found."""
    original = json.loads((built / "manifest.json").read_text())
    places = [(key,) for key in original]
    places += [(key, inner) for key in ("encoder", "counts", "files") for inner in original[key]]
    for place in places:
        body = json.loads(json.dumps(original))
        holder = body if len(place) == 1 else body[place[0]]
        if value == "gone":
            del holder[place[-1]]
        else:
            holder[place[-1]] = value
        (built / "manifest.json").write_text(json.dumps(body))
        with suppress(IndexFault):
            assert open_index(built, HashingEncoder()).search("乙协助", 1)[0].paragraph.number == 2


def test_forged_files_are_refused_too(built: Path) -> None:
    """With a hash that fits: what is read must still fit together."""
    body = json.loads((built / "manifest.json").read_text())
    rng = np.random.default_rng(3)
    for name in body["files"]:
        path = built / body["generation"] / name
        raw = path.read_bytes()
        for turn in range(12):
            forged = bytearray(raw[: rng.integers(len(raw))] if turn % 3 == 0 else raw)
            for at in rng.integers(len(forged) or 1, size=4 * bool(forged)):
                forged[at] = rng.integers(256)
            path.write_bytes(forged)
            entry = {"bytes": len(forged), "sha256": hashlib.sha256(forged).hexdigest()}
            changed = {**body, "files": {**body["files"], name: entry}}
            (built / "manifest.json").write_text(json.dumps(changed))
            with suppress(IndexFault), np.errstate(all="ignore"):  # forged scores may be huge
                open_index(built, HashingEncoder()).search("乙协助", 1)
        path.write_bytes(raw)


def test_a_manifest_cannot_lead_out_of_the_index(built: Path) -> None:
    body = json.loads((built / "manifest.json").read_text())
    body["generation"] = "../../etc"
    (built / "manifest.json").write_text(json.dumps(body))
    with pytest.raises(IndexFault):
        open_index(built, HashingEncoder())


def test_another_model_is_refused(built: Path) -> None:
    with pytest.raises(IndexForeign, match="built with hashing"):
        open_index(built, HashingEncoder("other"))


def test_other_weights_of_the_same_model_are_refused_by_that_name(built: Path) -> None:
    encoder = HashingEncoder()
    encoder.identity = replace(encoder.identity, sha256="1" * 64)
    with pytest.raises(IndexForeign, match=r"other weights of hashing.*suyuan build"):
        open_index(built, encoder)


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="suyuan build"):
        open_index(tmp_path / "none", HashingEncoder())


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "thesis.txt").write_text("我的论文")
    with pytest.raises(IndexForeign, match="not empty"):
        build_index([document(tmp_path)], target, HashingEncoder())
    assert [p.name for p in target.iterdir()] == ["thesis.txt"]


def test_a_build_that_fails_leaves_the_old_index(built: Path, tmp_path: Path) -> None:
    class FullDisk(HashingEncoder):
        def encode_passages(self, texts: list[str], progress: object = None) -> np.ndarray:
            raise OSError(28, "No space left on device")

    before = open_index(built, HashingEncoder()).sha256
    with pytest.raises(WriteError, match="No space left"):
        build_index([document(tmp_path, words="丙。\n\n丁。")], built, FullDisk())
    assert open_index(built, HashingEncoder()).sha256 == before
    assert not list(built.glob("g-new*"))


def test_what_a_killed_build_of_the_same_number_left_is_removed(
    built: Path, tmp_path: Path
) -> None:
    for left in (f"g-new-{os.getpid()}", "g-new-1"):
        (built / left).mkdir()
        (built / left / "chunks.npy").write_bytes(b"half")
    manifest = build_index([document(tmp_path, words="丙。\n\n丁。")], built, HashingEncoder())
    assert [p.name for p in built.glob("g-*")] == [manifest.generation]
    check_index(built)


@pytest.mark.parametrize(
    "open_", [lambda folder: open_index(folder, HashingEncoder()), check_index]
)
def test_a_build_that_ends_while_an_index_is_opened_is_no_damage(
    open_: Callable[[Path], object],
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The manifest has been read; before the files are, another process replaces them."""
    fresh, real, calls = document(tmp_path, words="丙。\n\n丁。"), store.check_files, []

    def check_files(*given: object, **how: object) -> None:
        if not calls:
            build_index([fresh], built, HashingEncoder())
        calls.append(given)
        real(*given, **how)

    monkeypatch.setattr(store, "check_files", check_files)
    open_(built)
    assert len(calls) == 2
    shutil.rmtree(next(built.glob("g-*")))
    with pytest.raises(IndexDamaged):
        open_(built)
    assert len(calls) == 3, "real damage is not tried twice"


def test_a_file_size_limit_while_building_loses_nothing(built: Path, tmp_path: Path) -> None:
    """A real refusal by the kernel, at every size of file that a build writes."""
    resource = pytest.importorskip("resource")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = open_index(built, HashingEncoder()).sha256
    fresh = document(tmp_path, words="丙。\n\n丁。")
    for limit in (0, 100, 300, 900):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, old[1]))
        try:
            with pytest.raises(WriteError):
                build_index([fresh], built, HashingEncoder())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)
        assert open_index(built, HashingEncoder()).sha256 == before
        assert len(list(built.glob("g-*"))) == 1
        assert not (built / "manifest.json.new").exists()


KILLED = """
import sys
sys.path.insert(0, {root!r})
sys.path.insert(0, {here!r})
from test_store import HashingEncoder
from index.build import build_index
from index.reading import read_document
print("ready", flush=True)
for turn in range(1000):
    build_index([read_document(sys.argv[1 + turn % 2])], sys.argv[3], HashingEncoder())
"""


def test_killed_at_any_moment_an_index_still_opens(built: Path, tmp_path: Path) -> None:
    root, here = str(Path(__file__).parents[2]), str(Path(__file__).parent)
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("甲负责。\n\n乙协助。")
    two.write_text("丙负责。\n\n丁协助。" * 40)
    rng = np.random.default_rng(7)
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED.format(root=root, here=here), one, two, built],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(float(rng.uniform(0.0, 0.15)))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        open_index(built, HashingEncoder())
    build_index([read_document(one)], built, HashingEncoder())
    left = [p.name for p in built.iterdir() if p.name.startswith("g-")]
    assert len(left) == 1, "leftovers of killed builds are cleared by the next one"


def test_the_real_encoder_matches_its_index(sample_index: object, encoder: Encoder) -> None:
    assert encoder.identity.dimension == 384
