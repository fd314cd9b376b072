"""txtai: paragraphs in its embeddings database, with its hybrid of BM25 and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.peers.passage import Absent, Passage, Source


class TxtaiHybrid:
    """One entry a line of text, ``hybrid=True``, our vectors through its external transform."""

    name = "txtai, hybrid"
    package = "txtai"

    def __init__(self, sources: Sequence[Source]) -> None:
        try:
            from txtai import Embeddings
        except ImportError as error:
            raise Absent(f"{error.name}: pip install txtai") from error
        from index.encoder import open_encoder

        encoder = open_encoder()
        self._passages: list[Passage] = []
        texts = []
        for source in sources:
            at = 0
            for block in source.text.split("\n"):
                if block.strip():
                    self._passages.append(Passage(source.name, at, at + len(block)))
                    texts.append(block.strip())
                at += len(block) + 1
        known = set(texts)

        def transform(given: Sequence[str]) -> Any:
            passages = all(text in known for text in given)
            return encoder.encode_passages(given) if passages else encoder.encode_queries(given)

        self._embeddings: Any = Embeddings(method="external", transform=transform, hybrid=True)
        self._embeddings.index(list(enumerate(texts)))

    def retrieve(self, question: str, k: int) -> list[Passage]:
        return [self._passages[at] for at, _ in self._embeddings.search(question, k)]
