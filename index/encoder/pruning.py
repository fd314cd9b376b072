"""A vocabulary cut down to the scripts in use.

Half of a cold start was loading 250 000 pieces of a hundred languages. A Unigram tokeniser
picks the best segmentation of a text into pieces, and a piece can only be part of it if all of
its characters are in the text: so, for a text made of the characters kept, leaving out every
piece with another character changes nothing. Text in other scripts becomes unknown pieces.

Pieces without Latin letters come first: a text that has none (nearly every Chinese question)
is tokenised with those alone, a sixth of the rest.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from index.encoder.wheel import Vocabulary

_KEPT = re.compile(
    "[\u0000-\u007f\u00a0-\u00b7\u00d7\u00f7\u2010-\u205e\u20ac\u2103\u2116\u2150-\u218f"
    "\u2190-\u21ff\u2200-\u22ff\u2460-\u24ff\u2500-\u25ff\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff\u2581]+"
)
_LATIN = re.compile("[A-Za-z]")
_SPECIAL = 4


@dataclass(frozen=True, slots=True)
class PrunedVocabulary:
    """``rows[i]`` is the full vocabulary's id of piece ``i``; the first ``small`` pieces have
    no Latin letter."""

    pieces: tuple[tuple[str, float], ...]
    rows: tuple[int, ...]
    small: int


def prune(vocabulary: Vocabulary) -> PrunedVocabulary:
    """The pieces of Chinese, English, numbers and symbols. The four special pieces keep the
    ids 0 to 3 (``<s> <pad> </s> <unk>``)."""
    full = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    kept = [at for at in range(_SPECIAL, len(full)) if _KEPT.fullmatch(full[at][0])]
    without = [at for at in kept if not _LATIN.search(full[at][0])]
    latin = [at for at in kept if _LATIN.search(full[at][0])]
    rows = (*range(_SPECIAL), *without, *latin)
    return PrunedVocabulary(tuple(full[at] for at in rows), rows, _SPECIAL + len(without))


def tokenizer_json(pieces: tuple[tuple[str, float], ...]) -> str:
    """A `tokenizers` Unigram tokeniser over ``pieces``, as XLM-RoBERTa has it: NFKC, spaces
    as ``▁``, ``<s> … </s>``."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, processors
    from tokenizers import pre_tokenizers as pre

    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return str(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False))
