"""Is a claim supported by the words it cites? A pure function, and the reasons if not.

The rules are loaded when the first claim is verified: a quoted answer needs none of them, and
compiling their patterns would be a tenth of a cold question's time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rag.verify.verdict import Finding, Reason, Verdict
    from rag.verify.verifier import Entailment, Rule, verify
    from rag.verify.version import rules_version

__all__ = ["Entailment", "Finding", "Reason", "Rule", "Verdict", "rules_version", "verify"]

_HOMES: Final = {
    "Finding": "verdict", "Reason": "verdict", "Verdict": "verdict", "Entailment": "verifier",
    "Rule": "verifier", "verify": "verifier", "rules_version": "version",
}  # fmt: skip


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
