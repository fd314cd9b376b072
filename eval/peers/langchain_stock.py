"""LangChain as its tutorials build it: RecursiveCharacterTextSplitter 500/50, FAISS."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers.passage import Absent, Passage, Source, locate


class StockLangChain:
    """With our embedding model, so that only chunking and search differ."""

    name = "LangChain, stock"
    package = "langchain-community"

    def __init__(self, sources: Sequence[Source]) -> None:
        try:
            from langchain_community.vectorstores import FAISS
            from langchain_core.documents import Document
            from langchain_text_splitters import RecursiveCharacterTextSplitter
        except ImportError as error:
            raise Absent(f"{error.name}: pip install 'suyuan[bench]'") from error
        from rag.langchain import SuyuanEmbeddings

        splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
        chunks = []
        for source in sources:
            at = 0
            for text in splitter.split_text(source.text):
                passage = locate(text, source, max(0, at - 60))
                at = passage.end
                place = {"document": source.name, "start": passage.start, "end": passage.end}
                chunks.append(Document(page_content=text, metadata=place))
        self._store = FAISS.from_documents(chunks, SuyuanEmbeddings())

    def retrieve(self, question: str, k: int) -> list[Passage]:
        found = self._store.similarity_search(question, k=k)
        return [
            Passage(d.metadata["document"], d.metadata["start"], d.metadata["end"]) for d in found
        ]
