"""What reading, opening and searching cost when a corpus is large.

    python -m eval.bench.scale FOLDER

Vectors are a stand-in (random, drawn from each text's checksum, 384 dimensions): what is timed is
everything but the embedding model, whose cost per text does not depend on how many there are.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from time import process_time

import numpy as np
from numpy.typing import NDArray

from eval.bench.speed import QUESTIONS
from index.build import build_index
from index.encoder.identity import EncoderIdentity
from index.reading import read_sources
from index.store import open_index

DIMENSION = 384


class StandIn:
    """An encoder that costs nothing to load and little to run."""

    identity = EncoderIdentity("stand-in", "random", DIMENSION, "0" * 64)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Shape ``(len(texts), DIMENSION)``.

        >>> vectors = StandIn().encode_passages(["甲", "乙", "甲"])
        >>> bool((vectors[0] == vectors[2]).all()), bool((vectors[0] == vectors[1]).all())
        (True, False)
        """
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        for row, text in enumerate(texts):
            seed = zlib.crc32(text.encode("utf-8", "surrogatepass"))
            vectors[row] = np.random.default_rng(seed).standard_normal(DIMENSION)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.scale", description=__doc__)
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file or folder")
    options = parser.parse_args(arguments)
    spent: list[tuple[str, float]] = []
    before = process_time()

    def lap(what: str, times: int = 1) -> None:
        nonlocal before
        spent.append((what, (process_time() - before) / times))
        before = process_time()

    documents = tuple(read_sources(options.sources))
    lap("reading")
    with tempfile.TemporaryDirectory() as folder:
        counts = build_index(documents, folder, StandIn()).counts
        lap("building, without the embedding model")
        del documents
        index = open_index(folder, StandIn())
        lap("opening")
        for question in QUESTIONS:
            index.search(question, 10)
        lap("a search", len(QUESTIONS))
    vectors = counts.chunks + counts.sentences
    print(f"{counts.documents} documents, {counts.paragraphs} paragraphs, {vectors} vectors\n")
    print("| | processor time |\n|---|---|")
    for what, seconds in spent:
        print(f"| {what} | {seconds:.2f} s |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory, building included: {peak:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
