"""LlamaIndex: its vector index as it comes, and CitationQueryEngine over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.peers.passage import Absent, Passage, Source, locate

PREFIX = "Source "
"""What CitationQueryEngine puts before the passages that it numbers."""


class LlamaIndexVectors:
    """SentenceSplitter with its defaults (1024 tokens) and VectorStoreIndex."""

    name = "LlamaIndex, vector index"
    package = "llama-index-core"

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
        self._index: Any = VectorStoreIndex.from_documents(
            documents, embed_model=Ours(), transformations=[SentenceSplitter()]
        )

    def retrieve(self, question: str, k: int) -> list[Passage]:
        found = self._index.as_retriever(similarity_top_k=k).retrieve(question)
        return [self._passage(scored.node) for scored in found]

    def _passage(self, node: Any) -> Passage:
        text = str(node.text)
        if text.startswith(PREFIX):
            text = text.partition(":\n")[2]
        return locate(text, self._sources[node.metadata["document"]])


class LlamaIndexCitations(LlamaIndexVectors):
    """The passages that CitationQueryEngine itself numbers for the model to cite: it cuts each
    node it retrieves into chunks of 512 tokens. Its model is LlamaIndex's own mock."""

    name = "LlamaIndex, CitationQueryEngine"

    def retrieve(self, question: str, k: int) -> list[Passage]:
        from llama_index.core.llms import MockLLM
        from llama_index.core.query_engine import CitationQueryEngine

        engine = CitationQueryEngine.from_args(
            self._index, llm=MockLLM(max_tokens=1), similarity_top_k=k
        )
        return [self._passage(scored.node) for scored in engine.query(question).source_nodes][:k]
