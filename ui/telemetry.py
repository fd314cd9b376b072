"""What the libraries would tell others, and the one list of variables that forbids it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

QUIET: Mapping[str, str] = MappingProxyType(
    {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_SHARE": "False",
        "GRADIO_RUN_HISTORY": "False",
        # Any one of these four, set to true, sends questions and answers to LangSmith.
        "LANGSMITH_TRACING": "false",
        "LANGSMITH_TRACING_V2": "false",
        "LANGCHAIN_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
    }
)
"""Variables of the environment, and the value of each that keeps a library silent."""


def quiet_libraries() -> None:
    """Nothing that this program uses may report home, whatever the environment asks for:
    questions are personal. Must run before the libraries are imported: some look only once."""
    os.environ.update(QUIET)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
