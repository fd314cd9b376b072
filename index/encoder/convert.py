"""Making models for sentence-transformers: the default one from its packed weights, any other
by name. :mod:`index.encoder.export` makes ONNX of them.

Everything heavy (torch, transformers, sentence-transformers, onnx) is imported here and only
here; a cold question never comes this way.
"""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder.pruning import PrunedVocabulary, prune, tokenizer_json
from index.encoder.wheel import PackedModel, read_packed
from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Progress = Callable[[str], None]

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

EXACT = tuple(f"encoder.layer.{number}.output.dense" for number in (0, 4, 5))
"""Modules of the default model that stay in floating point when it is run in int8. Of what they
are given, single values are many times as large as all others, which a scale of 256 steps then
makes zero: of what int8 takes from the similarity with the model's own vectors, these three
cause half."""


@contextmanager
def quiet_torch() -> Iterator[None]:
    """The libraries report on their own insides, in bars, logs and warnings; none of it is
    the user's business."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
            transformers_logging.enable_progress_bar()


@contextmanager
def offline() -> Iterator[None]:
    """Within, nothing is asked of huggingface.co. Set where the library looks: the variable
    ``HF_HUB_OFFLINE`` is read once, on import, and would outlast this."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def default_sentence_transformer(data_file: Path, folder: Path) -> SentenceTransformer:
    """multilingual-e5-small from the wheel's weights, as a sentence-transformers model saved
    in ``folder``, its vocabulary pruned to the scripts in use. No host is contacted."""
    packed = read_packed(data_file)
    pruned = prune(packed.vocabulary)
    with offline(), quiet_torch():
        _save_transformer(packed, pruned, folder / "hf")
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import (
            Normalize,
            Pooling,
            Transformer,
        )

        model = SentenceTransformer(
            modules=[
                Transformer(str(folder / "hf")),
                Pooling(packed.hidden, pooling_mode="mean"),
                Normalize(),
            ],
            prompts={"query": "query: ", "document": "passage: "},
            device="cpu",
        )
        # A model card would name the base model, which the hub would be asked about.
        model.save(str(folder / "st"), create_model_card=False)
    _cut_and_pad(model, packed.positions)
    (folder / "tokenizer-small.json").write_text(
        tokenizer_json(pruned.pieces[: pruned.small]), encoding="utf-8"
    )
    return model


def _cut_and_pad(model: SentenceTransformer, positions: int) -> None:
    """The tokeniser as sentence-transformers leaves it once it has read a text. It is exported so,
    and its bytes are part of the model's identity: otherwise no index built before would open."""
    backend = model.tokenizer.backend_tokenizer
    backend.enable_truncation(max_length=positions)
    backend.enable_padding(pad_id=1, pad_token="<pad>")


def _save_transformer(packed: PackedModel, pruned: PrunedVocabulary, folder: Path) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    config = BertConfig(
        vocab_size=len(pruned.rows),
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.feed_forward,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.token_types,
        layer_norm_eps=1e-12,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(a) for name, a in _state(packed, pruned).items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or any("position_ids" not in name for name in missing):
        raise EncoderError(f"the packed model lacks {missing} or has {unexpected}. Report this.")
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(tokenizer_json(pruned.pieces)),
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=packed.positions,
    ).save_pretrained(folder)


def _state(packed: PackedModel, pruned: PrunedVocabulary) -> dict[str, Any]:
    """The packed tensors under the names that ``BertModel`` gives them."""
    tensors, hidden = packed.tensors, packed.hidden
    words = tensors["emb.word"].reshape(-1, hidden)[list(pruned.rows)]
    types = np.zeros((packed.token_types, hidden), np.float32)
    given = tensors["emb.type"].reshape(-1, hidden)
    types[: len(given)] = given
    state = {
        "embeddings.word_embeddings.weight": np.ascontiguousarray(words),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": types,
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(packed.layers):
        for short, long in _LAYER.items():
            weight = tensors[f"l{layer}.{short}.w"]
            bias = tensors[f"l{layer}.{short}.b"]
            shaped = weight if short.endswith("ln") else weight.reshape(len(bias), -1)
            state[f"encoder.layer.{layer}.{long}.weight"] = shaped
            state[f"encoder.layer.{layer}.{long}.bias"] = bias
    return state


def load_sentence_transformer(name: str) -> SentenceTransformer:
    """Any sentence-transformers model by hub name or folder, on the CPU."""
    with quiet_torch():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(os.path.expanduser(name), device="cpu")
        except (OSError, ValueError, ImportError) as error:
            raise EncoderError(
                f"the embedding model {name!r} cannot be loaded: {str(error).splitlines()[0]}. "
                "Give a sentence-transformers folder or a model name that the hub knows."
            ) from error


def keep_runtime_files(folder: Path) -> None:
    """Moves the small tokeniser to the exported model and drops what only the export needed;
    ``st/``, the sentence-transformers model, stays for whoever wants it on torch."""
    (folder / "tokenizer-small.json").replace(folder / "onnx" / "tokenizer-small.json")
    shutil.rmtree(folder / "hf")
