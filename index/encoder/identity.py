"""Which model made a vector. Vectors of two identities do not compare."""

from __future__ import annotations

from dataclasses import dataclass

QUESTIONS = "questions.onnx"
"""The file of a model whose weights for questions are others than those for passages."""


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """``sha256`` is that of the weights as they are run."""

    model: str
    precision: str
    dimension: int
    sha256: str
