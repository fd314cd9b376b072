"""The verifier's hand-written sets: they are what they say they are."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter

import pytest

from eval.questions import Split
from eval.verifier_sets import (
    ARTICLE,
    CORPORA,
    SAMPLE,
    Falsified,
    Label,
    Paraphrase,
    bigram_overlap,
    document_of,
    evidence_of,
    load_falsified,
    load_model_sentences,
    load_paraphrases,
)

PARAPHRASES = load_paraphrases()
FALSIFIED = load_falsified()
SENTENCES = load_model_sentences()

KINDS = {
    "number", "unit", "comparator", "date", "negation_in", "negation_out", "modality_up",
    "condition_dropped", "scope_widened", "subject_swapped", "object_swapped", "spliced",
    "invented_tail", "entity", "antonym",
}  # fmt: skip
TYPES = {
    "voice", "nominalisation", "merging", "splitting", "synonym", "reorder", "numerals",
    "width", "negation_equivalent", "condition_kept",
}  # fmt: skip
CODES = {
    "uncited", "not_found", "number", "date", "negation", "modality", "condition", "entity",
    "scope", "uncovered", "contradicted",
}  # fmt: skip
ENDS = re.compile(r"[。！？!?][”’」』）)]*$")


def here(name: str) -> bool:
    return (SAMPLE / name).is_file() or (CORPORA / name).is_file()


def part(paraphrase: Paraphrase) -> str:
    if paraphrase.document == ARTICLE:
        return "article"
    return "laws" if paraphrase.document.startswith("laws/") else "sample"


PARTS = ("article", "laws", "sample")


def of_part(name: str) -> list[Paraphrase]:
    found = [p for p in PARAPHRASES if part(p) == name]
    missing = sorted({p.document for p in found if not here(p.document)})
    if missing:
        pytest.skip(f"the {name} part points into corpora that are not beside this checkout")
    return found


def source_of(paraphrase: Paraphrase) -> str:
    document = document_of(paraphrase.document)
    return "\n".join(
        document.paragraph(span.paragraph).text[span.start : span.end] for span in paraphrase.spans
    )


def squeezed(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def test_there_are_enough_of_each_part() -> None:
    counts = Counter(part(p) for p in PARAPHRASES)
    assert len(PARAPHRASES) >= 180
    assert counts["article"] >= 60
    assert counts["laws"] >= 90
    assert counts["sample"] >= 30
    laws = {p.document for p in PARAPHRASES if part(p) == "laws"}
    assert len(laws) >= 20
    assert len({law.split("/")[1] for law in laws}) >= 8


def test_there_are_enough_falsified_of_every_kind() -> None:
    assert len(FALSIFIED) >= 220
    assert len({f.of for f in FALSIFIED}) >= 130
    counts = Counter(f.kind for f in FALSIFIED)
    assert set(counts) == KINDS
    assert min(counts.values()) >= 12, counts


def test_there_are_enough_model_sentences_of_both_labels_and_origins() -> None:
    assert len(SENTENCES) >= 200
    origins = Counter(s.origin for s in SENTENCES)
    assert set(origins) == {"gemma-3-270m", "written"}
    assert origins["gemma-3-270m"] >= 80
    faithful = sum(s.label is Label.FAITHFUL for s in SENTENCES) / len(SENTENCES)
    assert 0.4 <= faithful <= 0.6
    assert all(s.why and s.question and s.evidence for s in SENTENCES)


def test_ids_are_unique_and_numbered() -> None:
    for prefix, ids in (
        ("para", [p.id for p in PARAPHRASES]),
        ("fals", [f.id for f in FALSIFIED]),
        ("ms", [s.id for s in SENTENCES]),
    ):
        assert ids == [f"{prefix}-{n:03d}" for n in range(1, len(ids) + 1)]


def test_no_claim_stands_twice() -> None:
    claims = [p.claim for p in PARAPHRASES] + [f.claim for f in FALSIFIED]
    assert [c for c, n in Counter(claims).items() if n > 1] == []


def test_codes_and_types_are_known() -> None:
    assert all(f.expect and set(f.expect) <= CODES for f in FALSIFIED)
    assert all(p.types and set(p.types) <= TYPES for p in PARAPHRASES)
    used = Counter(t for p in PARAPHRASES for t in p.types)
    assert set(used) == TYPES
    assert min(used.values()) >= 8, used


def test_a_falsified_claim_is_made_from_a_paraphrase_and_differs_from_it() -> None:
    by_id = {p.id: p for p in PARAPHRASES}
    for f in FALSIFIED:
        # width alone falsifies nothing; a sign such as ‰ for % does
        folded = [unicodedata.normalize("NFKC", c) for c in (f.claim, by_id[f.of].claim)]
        assert folded[0] != folded[1], f.id


@pytest.mark.parametrize("split", list(Split))
def test_both_halves_hold_every_kind(split: Split) -> None:
    assert {f.kind for f in FALSIFIED if f.split is split} == KINDS
    assert {part(p) for p in PARAPHRASES if p.split is split} == set(PARTS)
    assert {s.label for s in SENTENCES if s.split is split} == set(Label)
    assert 0.4 <= sum(p.split is split for p in PARAPHRASES) / len(PARAPHRASES) <= 0.6


def test_a_falsified_claim_stays_in_the_half_of_its_paraphrase() -> None:
    by_id = {p.id: p for p in PARAPHRASES}
    assert all(f.split is by_id[f.of].split for f in FALSIFIED)


@pytest.mark.parametrize("name", PARTS)
def test_spans_are_whole_sentences_of_their_paragraphs(name: str) -> None:
    for p in of_part(name):
        document = document_of(p.document)
        assert p.spans, p.id
        for span in p.spans:
            text = document.paragraph(span.paragraph).text
            assert 0 <= span.start < span.end <= len(text), p.id
            before, inside = text[: span.start].rstrip(), text[span.start : span.end]
            assert inside == inside.strip(), p.id
            assert before == "" or ENDS.search(before), p.id
            assert span.end == len(text) or ENDS.search(inside), p.id


@pytest.mark.parametrize("name", PARTS)
def test_paraphrases_do_not_lean_on_the_sources_words(name: str) -> None:
    overlaps = [bigram_overlap(p.claim, source_of(p)) for p in of_part(name)]
    assert statistics.median(overlaps) <= 0.6
    assert max(overlaps) < 0.9


@pytest.mark.parametrize("name", PARTS)
def test_no_claim_is_a_piece_of_its_evidence(name: str) -> None:
    by_id: dict[str, list[Falsified]] = {}
    for f in FALSIFIED:
        by_id.setdefault(f.of, []).append(f)
    for p in of_part(name):
        evidence = [squeezed(text) for text in evidence_of(p)]
        for claim in (p.claim, *(f.claim for f in by_id.get(p.id, []))):
            assert not any(squeezed(claim) in text for text in evidence), claim


def test_model_sentences_point_into_the_article() -> None:
    if not here(ARTICLE):
        pytest.skip("the article is not beside this checkout")
    last = len(document_of(ARTICLE).paragraphs)
    for s in SENTENCES:
        assert all(1 <= number <= last for number in s.evidence), s.id
        assert len(s.evidence) <= 4, s.id


def test_model_sentences_copy_no_long_stretch_of_the_article() -> None:
    if not here(ARTICLE):
        pytest.skip("the article is not beside this checkout")
    for s in SENTENCES:
        copied = any(squeezed(s.sentence) in squeezed(text) for text in evidence_of(s))
        assert not copied or len(s.sentence) < 60, s.id


def test_overlap_worked_by_hand() -> None:
    # 休假/假九/九十/十天 against 休假/假为/为九/九十/十天: three of four
    assert bigram_overlap("休假，九十天。", "休假为九十天") == 0.75
    assert bigram_overlap("ＡＢ", "ab") == 0.0
    assert bigram_overlap("", "任何") == 1.0
