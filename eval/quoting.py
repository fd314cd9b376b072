"""How well the quoting answerer finds, quotes and refuses: one table per set.

    python -m eval.quoting [SET…] [--split development|sealed|both] [--show]

Definitions. hit@k: a gold paragraph is among the first k hits. Citation precision: share of
citations that overlap a gold span. Gold cited: share of answerable questions with at least one
citation that overlaps a gold span. Nugget recall: share of nuggets found in the answers of
answerable questions. Refusals: share of questions of a kind that were refused or referred.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from eval.library import open_set
from eval.questions import EvalQuestion, Expect, Split, load_questions
from index.folding import fold
from rag.answer import Answer, Answered, Citation, Referred
from rag.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Scored:
    """A question, its answer, and what of it was right."""

    question: EvalQuestion
    answer: Answer

    @property
    def citations(self) -> list[Citation]:
        claims = self.answer.claims if isinstance(self.answer, Answered) else ()
        return [citation for claim in claims for citation in claim.citations]

    def is_gold(self, citation: Citation) -> bool:
        paragraph = citation.paragraph
        return any(
            gold.paragraph == paragraph.number
            and gold.document in ("", paragraph.document)
            and gold.start < citation.end
            and citation.start < gold.end
            for gold in self.question.gold
        )

    def hit_at(self, k: int) -> bool:
        wanted = {(gold.document, gold.paragraph) for gold in self.question.gold}
        return any(
            (name, hit.paragraph.number) in wanted
            for hit in self.answer.trace.hits[:k]
            for name in ("", hit.paragraph.document)
        )

    def nuggets_found(self) -> int:
        said = fold("".join(citation.quote for citation in self.citations))
        return sum(any(fold(a) in said for a in alts) for alts in self.question.nuggets)


def run_set(pipeline: Pipeline, questions: Sequence[EvalQuestion]) -> list[Scored]:
    return [Scored(q, pipeline.answer(q.question, q.history)) for q in questions]


def ratio(part: float, whole: float) -> str:
    return f"{part / whole:.2f} ({part:.0f}/{whole:.0f})" if whole else "-"


def table(scored: Sequence[Scored]) -> str:
    answerable = [s for s in scored if s.question.gold]
    citations = [(s, c) for s in scored for c in s.citations if s.question.gold]
    nuggets = sum(len(s.question.nuggets) for s in answerable)
    rows = [
        ("hit@1", ratio(sum(s.hit_at(1) for s in answerable), len(answerable))),
        ("hit@5", ratio(sum(s.hit_at(5) for s in answerable), len(answerable))),
        ("citation precision", ratio(sum(s.is_gold(c) for s, c in citations), len(citations))),
        (
            "gold cited",
            ratio(sum(any(map(s.is_gold, s.citations)) for s in answerable), len(answerable)),
        ),
        ("nugget recall", ratio(sum(s.nuggets_found() for s in answerable), nuggets)),
        (
            "false refusals",
            ratio(sum(not isinstance(s.answer, Answered) for s in answerable), len(answerable)),
        ),
    ]
    for kind in sorted({s.question.kind for s in scored if not s.question.gold}):
        of_kind = [s for s in scored if s.question.kind == kind and not s.question.gold]
        if of_kind[0].question.expect is Expect.REFERRED:
            right = sum(isinstance(s.answer, Referred) for s in of_kind)
            rows.append((f"{kind}: referred", ratio(right, len(of_kind))))
        else:
            right = sum(not isinstance(s.answer, Answered) for s in of_kind)
            rows.append((f"{kind}: refused", ratio(right, len(of_kind))))
    return "\n".join(f"| {name} | {value} |" for name, value in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.quoting", description=__doc__)
    parser.add_argument("sets", nargs="*", default=["article"])
    parser.add_argument("--split", choices=["development", "sealed", "both"], default="development")
    parser.add_argument("--show", action="store_true", help="print the wrong ones (development)")
    options = parser.parse_args(arguments)
    for name in options.sets:
        pipeline = open_set(name)
        questions = [q for q in load_questions(name) if options.split in ("both", q.split.value)]
        scored = run_set(pipeline, questions)
        print(
            f"\n{name}, {options.split}: {len(scored)} questions\n\n| measure | value |\n|---|---|"
        )
        print(table(scored))
        if options.show:
            for entry in scored:
                if entry.question.split is Split.DEVELOPMENT:
                    _show(entry)
    return 0


def _show(entry: Scored) -> None:
    question, answer = entry.question, entry.answer
    status = str(answer.to_json()["status"])
    golds = [entry.is_gold(c) for c in entry.citations]
    missing = len(question.nuggets) - entry.nuggets_found()
    if status == question.expect and all(golds) and not (question.gold and missing):
        return
    print(f"\n{question.id} {question.kind} expect={question.expect.value} got={status}")
    print(f"  Q {question.question}")
    for citation in entry.citations:
        mark = "+" if entry.is_gold(citation) else "-"
        print(f"  {mark} {citation.paragraph.number}: {citation.quote[:70]}")
    if question.gold:
        wanted = sorted({gold.paragraph for gold in question.gold})
        found = [hit.paragraph.number for hit in answer.trace.hits[:6]]
        print(f"  gold {wanted} hits {found} nuggets missing {missing}")


if __name__ == "__main__":
    sys.exit(main())
