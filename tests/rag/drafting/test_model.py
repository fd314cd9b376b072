"""What a model's client is told, in the words that its own integration knows."""

from __future__ import annotations

import pytest

from rag.drafting import open_drafter
from rag.settings import Settings

URL = "http://127.0.0.1:9"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the client was opened with, once it was."""
    options: dict[str, object] = {}

    def init_chat_model(name: str, **given: object) -> object:
        options.update(given, name=name)
        return object()

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init_chat_model)
    return options


def opened(name: str, key: str = "") -> None:
    assert open_drafter(
        Settings.load(llm=name, llm_base_url=URL, llm_api_key=key, llm_timeout=7, llm_max_tokens=50)
    )


def test_ollama_is_bounded_in_its_own_words(told: dict[str, object]) -> None:
    opened("ollama:qwen3", key="sk-1")
    assert told == {
        "name": "ollama:qwen3", "base_url": URL, "temperature": 0.0, "num_predict": 50,
        "client_kwargs": {"timeout": 7.0},
    }  # fmt: skip


@pytest.mark.parametrize(("key", "sent"), [("sk-1", "sk-1"), ("", "none")])
def test_an_openai_compatible_endpoint_is_bounded_too(
    told: dict[str, object], key: str, sent: str
) -> None:
    opened("openai:x", key)
    assert told == {
        "name": "openai:x", "base_url": URL, "temperature": 0.0, "timeout": 7.0, "max_tokens": 50,
        "max_retries": 0, "api_key": sent,
    }  # fmt: skip


def test_the_integration_takes_what_it_is_told() -> None:
    """Where it is installed: a setting by a wrong name would be passed over without a word."""
    ollama = pytest.importorskip("langchain_ollama", reason="needs the extra ollama")
    assert {"client_kwargs", "num_predict", "base_url", "temperature"} <= set(
        ollama.ChatOllama.model_fields
    )
    opened("ollama:qwen3")
