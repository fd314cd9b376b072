"""LlamaIndex as CitationQueryEngine retrieves: sentence splitter, then chunks of 512 tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.peers.passage import Absent, Passage, Source, locate

CITATION_CHUNK = 512
"""CitationQueryEngine's default ``citation_chunk_size``."""


class LlamaIndexCitations:
    """Its retrieval alone: the passages that it would number for the model to cite."""

    name = "LlamaIndex, CitationQueryEngine's retrieval"

    def __init__(self, sources: Sequence[Source]) -> None:
        try:
            from llama_index.core import Document, VectorStoreIndex
            from llama_index.core.embeddings import BaseEmbedding
            from llama_index.core.node_parser import SentenceSplitter
        except ImportError as error:
            raise Absent(f"{error.name}: pip install llama-index-core") from error
        from index.encoder import open_encoder

        encoder = open_encoder()

        class Ours(BaseEmbedding):  # type: ignore[misc]
            def _get_query_embedding(self, query: str) -> list[float]:
                return list(map(float, encoder.encode_queries([query])[0]))

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return self._get_query_embedding(query)

            def _get_text_embedding(self, text: str) -> list[float]:
                return list(map(float, encoder.encode_passages([text])[0]))

        self._sources = {source.name: source for source in sources}
        documents = [Document(text=s.text, metadata={"document": s.name}) for s in sources]
        self._citation_splitter: Any = SentenceSplitter(chunk_size=CITATION_CHUNK, chunk_overlap=20)
        self._index: Any = VectorStoreIndex.from_documents(
            documents, embed_model=Ours(), transformations=[SentenceSplitter()]
        )

    def retrieve(self, question: str, k: int) -> list[Passage]:
        passages: list[Passage] = []
        for scored in self._index.as_retriever(similarity_top_k=k).retrieve(question):
            source = self._sources[scored.node.metadata["document"]]
            for text in self._citation_splitter.split_text(scored.node.get_content()):
                passages.append(locate(text, source))
        return passages[:k]
