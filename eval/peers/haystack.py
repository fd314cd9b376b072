"""Haystack: its splitter by words of the default size, in-memory embedding retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.peers.passage import Absent, Passage, Source, locate


class HaystackRetrieval:
    """DocumentSplitter by passage: blank lines, as its default ``word`` needs spaces between
    words, which Chinese does not write."""

    name = "Haystack, embedding retriever"
    package = "haystack-ai"

    def __init__(self, sources: Sequence[Source]) -> None:
        try:
            from haystack import Document
            from haystack.components.preprocessors import DocumentSplitter
            from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
            from haystack.document_stores.in_memory import InMemoryDocumentStore
        except ImportError as error:
            raise Absent(f"{error.name}: pip install haystack-ai") from error
        from index.encoder import open_encoder

        self._encoder = open_encoder()
        splitter = DocumentSplitter(split_by="passage", split_length=2, split_overlap=0)
        splitter.warm_up()
        documents = [Document(content=s.text, meta={"document": s.name}) for s in sources]
        by_name = {source.name: source for source in sources}
        chunks = [c for c in splitter.run(documents)["documents"] if c.content.strip()]
        vectors = self._encoder.encode_passages([chunk.content for chunk in chunks])
        placed = []
        for chunk, vector in zip(chunks, vectors, strict=True):
            passage = locate(chunk.content, by_name[chunk.meta["document"]])
            meta = {"document": passage.document, "start": passage.start, "end": passage.end}
            placed.append(Document(content=chunk.content, meta=meta, embedding=vector.tolist()))
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(placed)
        self._retriever: Any = InMemoryEmbeddingRetriever(store)

    def retrieve(self, question: str, k: int) -> list[Passage]:
        vector = self._encoder.encode_queries([question])[0].tolist()
        found = self._retriever.run(query_embedding=vector, top_k=k)["documents"]
        return [Passage(d.meta["document"], d.meta["start"], d.meta["end"]) for d in found]
