"""Suyuan's parts in LangChain's terms: embeddings, a retriever, a runnable.

Import this module only where LangChain is used: it costs a quarter of a second that a cold
question should not pay.

>>> from index.document import Paragraph
>>> from index.search import Hit
>>> hit = Hit(Paragraph("a.txt", 3, "一/1", "一、总则", "甲负责。", 40), 1.25)
>>> to_langchain(hit).metadata["label"]
'一/1'
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from pydantic import ConfigDict, Field

from index.encoder import Encoder, open_encoder
from index.search import Hit
from index.store import Index, open_index
from rag.answer import Answer
from rag.pipeline import Pipeline, Turn

__all__ = ["SuyuanEmbeddings", "SuyuanRetriever", "as_runnable", "to_langchain"]


class SuyuanEmbeddings(Embeddings):
    """The embedding model as LangChain's ``Embeddings``: unit vectors as lists of floats."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder if encoder is not None else open_encoder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per text, ``dimension`` floats each."""
        vectors: list[list[float]] = self._encoder.encode_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question. For e5 it differs from that of the same passage."""
        vector: list[float] = self._encoder.encode_queries([text])[0].tolist()
        return vector


class SuyuanRetriever(BaseRetriever):
    """Search over an index as LangChain's retriever; ``k`` paragraphs, best first."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Any  # an Index; pydantic would take its dataclass apart
    k: int = Field(default=10, ge=1)

    @classmethod
    def open(cls, folder: str | Path, k: int = 10) -> SuyuanRetriever:
        """A retriever over the index in ``folder``."""
        return cls.over(open_index(folder), k)

    @classmethod
    def over(cls, index: Index, k: int = 10) -> SuyuanRetriever:
        """A retriever over an opened index."""
        return cls(index=index, k=k)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
    ) -> list[LangChainDocument]:
        hits = self.index.search(query, self.k if k is None else k)
        return [to_langchain(hit) for hit in hits]


def to_langchain(hit: Hit) -> LangChainDocument:
    """The paragraph's text with where it stands and its score as metadata."""
    paragraph = hit.paragraph
    return LangChainDocument(
        page_content=paragraph.text,
        metadata={
            "document": paragraph.document,
            "paragraph": paragraph.number,
            "label": paragraph.label,
            "section": paragraph.section,
            "start": paragraph.start,
            "score": hit.score,
        },
    )


def as_runnable(pipeline: Pipeline) -> RunnableLambda[Any, Answer]:
    """The whole pipeline as a ``Runnable``: a question, or ``{"question", "history"}`` with
    history as a list of ``{"question", "answer"}``, to an :data:`rag.Answer`."""

    def run(given: Any) -> Answer:
        if isinstance(given, str):
            return pipeline.answer(given)
        history: Sequence[Any] = given.get("history") or ()
        turns = tuple(Turn(str(turn["question"]), str(turn["answer"])) for turn in history)
        return pipeline.answer(str(given["question"]), turns)

    return RunnableLambda(run, name="suyuan")
