"""BM25 read from plain arrays: against the library that computed them, and by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex, terms, write_lexical
from index.reading import read_sources
from tests.conftest import ROOT, SAMPLE

TEXTS = [p.text for document in read_sources([SAMPLE]) for p in document]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lexical")
    write_lexical(TEXTS, place)
    return place


@pytest.mark.parametrize(
    "question", ["申诉多久要书面答复?", "數據由誰負責", "AI 15 15 天", "xyz", ""]
)
def test_scores_are_those_of_bm25s(folder: Path, question: str) -> None:
    import bm25s

    oracle = bm25s.BM25.load(folder, load_corpus=False, allow_pickle=False)
    known = [t for t in terms(question) if t in oracle.vocab_dict]
    expected = oracle.get_scores(known) if known else np.zeros(len(TEXTS))
    ours = LexicalIndex.load(folder).scores(question)
    assert ours == pytest.approx(expected, abs=1e-4)


def test_a_score_worked_by_hand(tmp_path: Path) -> None:
    """Lucene's BM25 (Kamphuis et al., ECIR 2020, table 1): two texts of one term each, and the
    term 甲 in one of them: log(1 + (2 - 1 + 0.5) / (1 + 0.5)) * 1 / (1 + 1.5)."""
    write_lexical(["甲", "乙"], tmp_path)
    index = LexicalIndex.load(tmp_path)
    assert index.scores("甲") == pytest.approx([log(2) / 2.5, 0])
    assert (index.size, index.document_frequency("甲"), index.document_frequency("丙")) == (2, 1, 0)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("甲乙丙ab1 。", max_size=8), min_size=1, max_size=6), st.text("甲乙丙ab1"))
def test_any_texts_can_be_searched(texts: list[str], question: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        write_lexical(texts, Path(name))
        scores = LexicalIndex.load(Path(name)).scores(question)
    found = [bool(set(terms(text)) & set(terms(question))) for text in texts]
    assert [bool(score > 0) for score in scores] == found


def test_the_same_texts_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    """Python hashes strings anew in each process; nothing on disk may depend on it."""
    program = (
        "import sys; from pathlib import Path; from index.lexical import write_lexical; "
        "write_lexical(['甲局负责公共数据。', '乙局办结。', ''], Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", program, tmp_path / seed],
            check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
    one, two = (
        {p.name: p.read_bytes() for p in (tmp_path / seed).iterdir()} for seed in ("1", "2")
    )
    assert one == two


def test_arrays_that_do_not_fit_are_refused(folder: Path, tmp_path: Path) -> None:
    for name in ("data", "indices", "indptr"):
        for source in folder.iterdir():
            (tmp_path / source.name).write_bytes(source.read_bytes())
        array = np.load(tmp_path / f"{name}.csc.index.npy")
        np.save(tmp_path / f"{name}.csc.index.npy", array[:-1])
        with pytest.raises(ValueError, match="fit together"):
            LexicalIndex.load(tmp_path)
