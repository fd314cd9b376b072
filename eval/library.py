"""The documents that a set asks about, opened as a pipeline that keeps no record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from eval.questions import SETS, EvalQuestion, Split, known_sets, load_questions
from index.build import silent
from index.errors import SourceMissing, UsageError
from rag.pipeline import Pipeline
from rag.recording import Unrecorded
from rag.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"
SAMPLE = ROOT / "index" / "sample"
FITTING = tuple(f"fit{number}" for number in range(1, 14))
"""Sets that models are fitted on, whole; nothing is ever reported on them."""

PROSE = "prose/"
"""The folder in :data:`SETS` with articles that were written for fitting and tuning, all
fictional."""

TUNING = tuple(f"tune{number}" for number in range(1, 33))
"""Sets that the embedding model was tuned for questions on; never fitted or reported on, since
the model knows their answers."""

SPARE = tuple(f"tune{number}" for number in range(33, 45))
"""Sets like those that nothing committed was tuned or fitted on (decision 0015)."""


def open_to_fitting(name: str) -> list[EvalQuestion]:
    """The questions of a set that may be looked at: all of a fitting set, else one half."""
    questions = load_questions(name)
    return [q for q in questions if name in FITTING or q.split is Split.DEVELOPMENT]


def sources_of(name: str) -> list[Path]:
    """The files that the set ``name`` asks about. Raises :class:`UsageError` for another name
    and :class:`SourceMissing` where they are not beside this checkout."""
    if name == "article":
        files = [CORPORA / "article.txt"]
    elif name == "sample":
        files = sorted(SAMPLE.glob("*.md"))
    elif (SETS / f"{name}.files.txt").is_file():
        files = listed_files(name)
    else:
        known = ", ".join((*known_sets(), *FITTING, *TUNING, *SPARE))
        raise UsageError(f"no documents belong to a set {name!r}; there are {known}.")
    if not files or not all(path.exists() for path in files):
        raise SourceMissing(
            f"the documents of the set {name!r} are not beside this checkout. `suyuan eval sample` "
            "needs none."
        )
    return files


def listed_files(name: str) -> list[Path]:
    """The documents that ``NAME.files.txt`` lists, a line each."""
    lines = (SETS / f"{name}.files.txt").read_text(encoding="utf-8").splitlines()
    return [(SETS if line.startswith(PROSE) else CORPORA) / line for line in lines if line]


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
    also: Sequence[tuple[str, Path]] = (),
) -> Pipeline:
    """The pipeline over the documents of one set, or of several together, and ``also`` files
    under names of their own."""
    from rag.corpus import open_sources

    chosen = [names] if isinstance(names, str) else list(names)
    files = [path for name in chosen for path in sources_of(name)]
    called = [
        path.relative_to(CORPORA).as_posix() if CORPORA in path.parents else path.name
        for path in files
    ]
    files += [path for _, path in also]
    called += [name for name, _ in also]
    settings = settings if settings is not None else Settings.load()
    index = open_sources(files, settings, progress, names=called)
    drafter = None
    if settings.llm:
        from rag.drafting import open_drafter

        drafter = open_drafter(settings)
    return Pipeline(index, replace(settings, audit=False), drafter, Unrecorded())
