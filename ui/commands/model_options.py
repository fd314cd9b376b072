"""The options that say which language model drafts: the same for every command that answers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.settings import Settings


def add_model_options(command: argparse.ArgumentParser) -> None:
    """``--llm`` and ``--base-url``. There is none for the key: what is on a command line can
    be read by every user of the machine."""
    command.add_argument(
        "--llm",
        metavar="NAME",
        help="the language model that drafts, such as openai:deepseek-chat, ollama:qwen3 or "
        "local:model.gguf; default: $SUYUAN_LLM, else none",
    )
    command.add_argument(
        "--base-url", metavar="URL", help="where its API is; default: $SUYUAN_LLM_BASE_URL"
    )


def chosen_settings(options: argparse.Namespace) -> Settings:
    """The settings, with what the options say on top."""
    from rag.settings import Settings

    return Settings.load(llm=options.llm, llm_base_url=options.base_url)
