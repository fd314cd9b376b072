"""What int8 takes from vectors and gives in time: the default model in several forms, one run.

    python -m eval.bench.precision [SET…]

Each form encodes the same chunks, sentences and questions of the sets that may be looked at.
Cosine: of a question's vector with that of the model in floating point, the mean. hit@k: by
vectors alone, of chunks and of sentences. Milliseconds: the median, a question at a time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.library import open_set, open_to_fitting
from eval.tune import examples, published_model
from eval.tune_pairs import texts_of
from index.encoder.convert import EXACT, quiet_torch
from index.encoder.export import Int8, export_onnx
from index.encoder.identity import EncoderIdentity
from index.encoder.runtime import OnnxEncoder
from index.encoder.tuning import tuned_for_passages, tuned_for_questions

FORMS = {
    "floating point": None,
    "int8, weights in 8 bits": Int8(bits=8),
    "int8, weights in 7 bits": Int8(),
    "the same, three modules exact (as shipped)": Int8(exact=EXACT),
}
DEFAULT_SETS = ("fit1", "fit5", "fit9", "fit11")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors of a set, shape ``(texts, 384)`` each, and what each question took, in seconds."""

    questions: NDArray[np.float32]
    chunks: NDArray[np.float32]
    sentences: NDArray[np.float32]
    seconds: list[float]


def make_forms(folder: Path) -> dict[str, OnnxEncoder]:
    """The default model exported in each of :data:`FORMS`, floating point first."""
    with quiet_torch():
        published = published_model(folder)
        passages, questions = tuned_for_passages(published), tuned_for_questions(published)
    made = {}
    for number, (name, int8) in enumerate(FORMS.items()):
        place = folder / str(number)
        export_onnx(passages, place, int8=int8, questions=questions)
        made[name] = OnnxEncoder(place, EncoderIdentity(name, "bench", 384, "0" * 64))
    return made


def encoded(encoder: OnnxEncoder, questions: Sequence[str], texts: Sequence[list[str]]) -> Encoded:
    vectors, seconds = [], []
    encoder.encode_queries(questions[:3])
    for question in questions:
        begin = time.perf_counter()
        vectors.append(encoder.encode_queries([question])[0])
        seconds.append(time.perf_counter() - begin)
    chunks, sentences = (encoder.encode_passages(some) for some in texts)
    return Encoded(np.array(vectors), chunks, sentences, seconds)


def hits(cosines: NDArray[np.float32], gold: Sequence[NDArray[np.bool_]], k: int) -> list[bool]:
    """Whether a gold column is among the ``k`` largest of each row.

    >>> hits(np.array([[0.9, 0.5, 0.1]]), [np.array([False, True, False])], 2)
    [True]
    """
    nearest = np.argsort(-cosines, axis=1)[:, :k]
    return [bool(own[row].any()) for own, row in zip(gold, nearest, strict=True)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.precision", description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(DEFAULT_SETS))
    options = parser.parse_args(arguments)
    found: dict[str, list[list[bool]]] = {}
    cosines: dict[str, list[float]] = {}
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        forms = make_forms(Path(folder))
        for name in options.sets:
            index = open_set(name).index
            given = [e for e in examples(index, open_to_fitting(name)) if len(e.targets) == 2]
            gold = [[e.targets[at][1].numpy() for e in given] for at in (0, 1)]
            texts = texts_of(index)
            exact = None
            for form, encoder in forms.items():
                now = encoded(encoder, [e.text for e in given], texts)
                exact = now if exact is None else exact
                same = (now.questions * exact.questions).sum(axis=1)
                cosines.setdefault(form, []).extend(same.tolist())
                seconds.setdefault(form, []).extend(now.seconds)
                by_kind = zip((now.chunks, now.sentences), gold, strict=True)
                lists = [
                    hits(now.questions @ rows.T, own, k) for rows, own in by_kind for k in (1, 5)
                ]
                kept = found.setdefault(form, [[], [], [], []])
                for old, new in zip(kept, lists, strict=True):
                    old.extend(new)
    print("| form | cosine | chunk@1 | chunk@5 | sentence@1 | sentence@5 | ms a question |")
    print("|---|---|---|---|---|---|---|")
    for form, lists in found.items():
        cells = " | ".join(f"{statistics.mean(some):.3f}" for some in lists)
        print(
            f"| {form} | {statistics.mean(cosines[form]):.4f} | {cells} | "
            f"{1000 * statistics.median(seconds[form]):.1f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
