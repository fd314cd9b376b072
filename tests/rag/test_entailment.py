"""A cross-encoder as second opinion: exported, run, asked only what the rules let through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import EncoderError, SettingsError
from index.store import Index
from rag.answer import Rejection
from rag.drafting import DraftSentence, number_evidence, open_drafter
from rag.gate import Passed, gated
from rag.settings import Settings
from rag.verify import verify
from rag.verify.entailment import OnnxCrossEncoder, load_entailment

SOURCE = "申请应当在十五个工作日内办结,但需要听证的除外。"
CLAIM = "除需要听证的以外,申请应当在15个工作日内办结。"
HOSTILE = ["", "\x00", "\ud800", "\ufdfa" * 5000, "政" * 100_000, "<b>" * 500]


def make_folder(folder: Path, labels: list[str]) -> Path:
    """A cross-encoder of random weights, as sentence-transformers saves it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    characters = sorted(set(SOURCE + CLAIM))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, id2label=dict(enumerate(labels)), initializer_range=1.0,
        label2id={name: at for at, name in enumerate(labels)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(
        vocab={token: at for at, token in enumerate(vocabulary)}, model_max_length=512
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    labels = ["contradiction", "entailment", "neutral"]
    return make_folder(tmp_path_factory.mktemp("models") / "three", labels)


@pytest.mark.parametrize(
    "labels", [["score"], ["contradiction", "entailment", "neutral"]], ids=["one", "three"]
)
def test_the_export_says_what_torch_says(tmp_path: Path, labels: list[str]) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    folder = make_folder(tmp_path / "model", labels)
    logits = CrossEncoder(str(folder), device="cpu").predict(
        [(SOURCE, CLAIM)], activation_fn=torch.nn.Identity(), convert_to_tensor=True
    )[0]
    wanted = logits.softmax(-1)[1] if len(labels) > 1 else logits.sigmoid()
    judge = load_entailment(str(folder), tmp_path / "home")
    assert judge.chance(CLAIM, SOURCE) == pytest.approx(float(wanted), abs=1e-4)


def test_the_second_opinion_only_objects(three: Path, tmp_path: Path) -> None:
    judge = load_entailment(f"{three}@0.999999", tmp_path)
    assert verify(CLAIM, [SOURCE]).supported
    assert not verify(CLAIM, [SOURCE], entailment=judge).supported
    wrong = CLAIM.replace("15", "5")
    lenient = load_entailment(f"{three}@0.000001", tmp_path)
    assert verify(CLAIM, [SOURCE], entailment=lenient).supported
    assert not verify(wrong, [SOURCE], entailment=lenient).supported


def test_it_is_exported_once(three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_entailment(str(three), tmp_path)
    monkeypatch.setattr("rag.verify.entailment._export", lambda *_: pytest.fail("exported again"))
    again = load_entailment(str(three), tmp_path)
    assert isinstance(first, OnnxCrossEncoder)
    assert isinstance(again, OnnxCrossEncoder)
    assert again.sha256 == first.sha256


def test_the_gate_asks_for_the_second_opinion(
    three: Path, tmp_path: Path, sample_index: Index
) -> None:
    """With a judge that objects to all, nothing that the model says is shown."""
    paragraph = sample_index.documents[0].paragraphs[-1]
    draft = DraftSentence(paragraph.text.split("。")[0] + "。", ("P1",))
    evidence = number_evidence([paragraph])
    assert isinstance(next(gated(iter([draft]), evidence)), Passed)
    settings = Settings(llm="openai:x", llm_base_url="http://127.0.0.1:9", home=tmp_path)
    strict = open_drafter(replace(settings, entailment=f"{three}@0.999999"))
    assert strict is not None
    assert strict.entailment is not None
    outcome = next(gated(iter([draft]), evidence, entailment=strict.entailment))
    # word for word from the source: no second opinion is needed
    assert isinstance(outcome, Passed)
    free = DraftSentence(draft.text.replace("。", "，") + draft.text, ("P1",))
    assert isinstance(next(gated(iter([free]), evidence)), Passed)
    assert isinstance(next(gated(iter([free]), evidence, entailment=strict.entailment)), Rejection)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_has_a_chance(three: Path, tmp_path: Path, text: str) -> None:
    judge = load_entailment(str(three), tmp_path)
    assert 0 <= judge.chance(text, SOURCE) <= 1
    assert 0 <= judge.chance(CLAIM, text) <= 1


def test_what_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    unnamed = make_folder(tmp_path / "unnamed", ["LABEL_0", "LABEL_1"])
    with pytest.raises(EncoderError, match="Choose a cross-encoder"):
        load_entailment(str(unnamed), tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SettingsError, match="Check SUYUAN_ENTAILMENT"):
        load_entailment(str(empty), tmp_path)
    for name in ("model@2", "model@x", "@0.5"):
        with pytest.raises(SettingsError, match="MODEL@T"):
            load_entailment(name, tmp_path)
