"""An embedding model run by onnxruntime: texts in, unit vectors out."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.cache import told
from index.encoder.identity import QUESTIONS, EncoderIdentity
from index.errors import EncoderError
from index.folding import clean

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]
Count = Callable[[int, int], None]

CHARACTERS_PER_TOKEN = 8
"""A text is cut to so many characters per token before it is tokenised: no text, however
long, takes longer than one that fills the model."""

BATCH_TOKENS = 4096
SETTINGS = "encoder.json"
_LATIN = re.compile("[A-Za-z]")
_EXPANDING = re.compile("[\ufdfa\ufdfb]")


@dataclass(frozen=True, slots=True)
class _Prefix:
    """What the model wants before a text: ``query: ``; and its tokens, where known."""

    text: str
    ids: tuple[int, ...]

    @classmethod
    def read(cls, body: dict[str, Any]) -> _Prefix:
        return cls(str(body["text"]), tuple(int(token) for token in body["ids"]))


class OnnxEncoder:
    """An exported model in a folder. Thread-safe: sessions and tokenisers are only read."""

    def __init__(self, folder: Path, identity: EncoderIdentity) -> None:
        self.identity = identity
        self._folder = folder
        with _reading(folder / SETTINGS) as path:
            settings = json.loads(path.read_text(encoding="utf-8"))
            self._query = _Prefix.read(settings["query"])
            self._passage = _Prefix.read(settings["passage"])
            self._max_tokens = int(settings["max_tokens"])
            self._pad_id = int(settings["pad_id"])

    @property
    def folder(self) -> Path:
        return self._folder

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of questions, shape ``(len(texts), dimension)``."""
        return self._encode(texts, self._query, None, self._for_questions)

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> Floats:
        """Unit vectors of passages; ``progress(done, total)`` is called as they are made."""
        return self._encode(texts, self._passage, progress, self._for_passages)

    @cached_property
    def _for_passages(self) -> Any:
        """Opened when it is first needed: who only asks never needs it."""
        return _session(self._folder / "model.onnx")

    @cached_property
    def _for_questions(self) -> Any:
        path = self._folder / QUESTIONS
        return _session(path) if path.is_file() else self._for_passages

    def _encode(
        self, texts: Sequence[str], prefix: _Prefix, progress: Count | None, session: Any
    ) -> Floats:
        ids = [self._ids(prefix, text) for text in texts]
        # Texts of a length together: padding is work.
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        vectors = np.zeros((len(ids), self.identity.dimension), np.float32)
        done = 0
        while done < len(order):
            batch = self._next_batch(order, ids, done)
            vectors[batch] = self._run(session, [ids[at] for at in batch])
            done += len(batch)
            if progress is not None:
                progress(done, len(order))
        return vectors

    def _next_batch(self, order: list[int], ids: list[list[int]], begin: int) -> list[int]:
        end = begin + 1
        while end < len(order) and (end + 1 - begin) * len(ids[order[end]]) <= BATCH_TOKENS:
            end += 1
        return order[begin:end]

    def _run(self, session: Any, batch: list[list[int]]) -> Any:
        longest = max(map(len, batch))
        ids = np.full((len(batch), longest), self._pad_id, np.int64)
        mask = np.zeros((len(batch), longest), np.int64)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]

    def _ids(self, prefix: _Prefix, text: str) -> list[int]:
        limit = self._max_tokens
        bounded = clean(text[: limit * CHARACTERS_PER_TOKEN])
        tokens = self._ids_small(prefix, bounded)
        if tokens is None:
            tokens = self._full.encode(prefix.text + bounded).ids
        return tokens if len(tokens) <= limit else [*tokens[: limit - 1], tokens[-1]]

    def _ids_small(self, prefix: _Prefix, text: str) -> list[int] | None:
        """Tokens of a text without Latin letters, by the tokeniser that has no Latin pieces.
        Both tokenisers apply NFKC, which may bring letters forth: it is looked at after that."""
        if not prefix.ids or self._small is None:
            return None
        narrow = unicodedata.normalize("NFKC", _EXPANDING.sub(" ", text))
        if _LATIN.search(narrow):
            return None
        # Words are tokenised one by one, so the prefix's tokens do not depend on the text.
        return [*prefix.ids, *self._small.encode(narrow).ids[1:]]

    @cached_property
    def _full(self) -> Tokenizer:
        return _tokenizer(self._folder / "tokenizer.json")

    @cached_property
    def _small(self) -> Any:
        """The tokeniser without Latin pieces, if the model came with one."""
        path = self._folder / "tokenizer-small.json"
        return _tokenizer(path) if path.is_file() else None


def dimension_of(folder: Path) -> int:
    """How long the vectors of the model in ``folder`` are."""
    with _reading(folder / SETTINGS) as path:
        return int(json.loads(path.read_text(encoding="utf-8"))["dimension"])


@contextmanager
def _reading(path: Path) -> Iterator[Path]:
    """Whatever goes wrong with a file of the model, as an :class:`EncoderError`: the libraries
    that read it have exceptions of their own, most of them plain ones."""
    try:
        yield path
    except Exception as error:
        raise EncoderError(
            f"the embedding model's file {path} cannot be used ({told(error)}). Delete "
            f"{path.parent} and try again: the model is then made anew."
        ) from error


def _tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    with _reading(path):
        return Tokenizer.from_file(str(path))


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, _processors())
    # A thread that spins while it waits takes its core from whoever serves the answer: bounded
    # to 4 ms it made retrieval an eighth faster and answers to several people a fifth slower.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # keeps the process small; costs no time here
    options.log_severity_level = 3
    level = onnxruntime.GraphOptimizationLevel  # the graph was optimised when it was exported
    options.graph_optimization_level = level.ORT_DISABLE_ALL
    with _reading(path):
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _processors() -> int:
    """Those that this process may use, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
