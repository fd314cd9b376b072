"""The documents that a set asks about, opened as a pipeline that keeps no record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from eval.questions import SETS, known_sets
from index.build import silent
from index.errors import SourceMissing, UsageError
from rag.pipeline import Pipeline
from rag.recording import Unrecorded
from rag.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"
SAMPLE = ROOT / "index" / "sample"


def sources_of(name: str) -> list[Path]:
    """The files that the set ``name`` asks about. Raises :class:`UsageError` for another name
    and :class:`SourceMissing` where they are not beside this checkout."""
    files = {
        "article": [CORPORA / "article.txt"],
        "sample": sorted(SAMPLE.glob("*.md")),
        "laws": law_files(),
    }
    if name not in files:
        raise UsageError(f"no documents belong to a set {name!r}; there are {', '.join(files)}.")
    if not files[name] or not all(path.exists() for path in files[name]):
        raise SourceMissing(
            f"the documents of the set {name!r} are not beside this checkout. `suyuan eval sample` "
            "needs none."
        )
    return files[name]


def law_files() -> list[Path]:
    listing = SETS / "laws.files.txt"
    lines = listing.read_text(encoding="utf-8").splitlines()
    return [CORPORA / line for line in lines if line]


def available_sets() -> list[str]:
    """The sets whose documents are here."""
    found = []
    for name in known_sets():
        try:
            sources_of(name)
        except SourceMissing:
            continue
        found.append(name)
    return found


def open_set(
    names: str | Sequence[str],
    settings: Settings | None = None,
    progress: Callable[[str], None] = silent,
) -> Pipeline:
    """The pipeline over the documents of one set, or of several together."""
    from rag.corpus import open_sources

    chosen = [names] if isinstance(names, str) else list(names)
    files = [path for name in chosen for path in sources_of(name)]
    called = [
        path.relative_to(CORPORA).as_posix() if CORPORA in path.parents else path.name
        for path in files
    ]
    settings = settings if settings is not None else Settings.load()
    index = open_sources(files, settings, progress, names=called)
    drafter = None
    if settings.llm:
        from rag.drafting import open_drafter

        drafter = open_drafter(settings)
    return Pipeline(index, replace(settings, audit=False), drafter, Unrecorded())
