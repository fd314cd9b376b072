"""LangChain's own tests of what claims to be LangChain's."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, RetrieversIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from index.store import Index
from rag.answer import Answered, Refused
from rag.langchain import SuyuanEmbeddings, SuyuanRetriever, as_runnable
from rag.pipeline import Pipeline
from rag.settings import Settings


class TestEmbeddingsUnit(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return SuyuanEmbeddings


class TestEmbeddings(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return SuyuanEmbeddings


class TestRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def over_the_sample(self, sample_index: Index) -> None:
        type(self).opened = sample_index  # type: ignore[attr-defined]

    @property
    def retriever_constructor(self) -> type[SuyuanRetriever]:
        return SuyuanRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.opened}  # type: ignore[attr-defined]

    @property
    def retriever_query_example(self) -> str:
        return "谁负责统筹人工智能政务服务?"


def test_the_pipeline_is_a_runnable(sample_index: Index) -> None:
    chain = as_runnable(Pipeline(sample_index, Settings.load()))
    answers = chain.batch(["本办法什么时候施行?", {"question": "", "history": []}])
    assert isinstance(answers[0], Answered | Refused)
    assert isinstance(answers[1], Refused)
