"""What is configured, and whether it works: one :class:`Check` for each thing, with what to do
about it when it does not. No key is ever part of a check."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from time import perf_counter

from index.errors import SuyuanError
from rag.settings import Settings, settings_file, shown_url

MODEL_SECONDS = 60.0
"""The longest that a model is waited for, whatever the settings allow."""


class State(StrEnum):
    WORKS = "works"
    OFF = "off"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``advice`` says what to do; empty where nothing needs doing."""

    name: str
    state: State
    detail: str
    advice: str = ""

    def to_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "state": self.state.value,
            "detail": self.detail,
            "advice": self.advice,
        }


def checkup(settings: Settings, index: Path | None = None) -> Iterator[Check]:
    """Every check, as it is done; the slow ones last."""
    yield check_settings_file()
    yield check_home(settings)
    yield check_fonts()
    yield guarded("record", lambda: check_record(settings))
    yield guarded("index", lambda: check_index(settings, index))
    yield guarded("second opinion", lambda: check_entailment(settings))
    yield guarded("model", lambda: check_model(settings))


def guarded(name: str, check: Callable[[], Check]) -> Check:
    """The check; a foreseeable fault becomes its outcome, and says itself what to do."""
    try:
        return check()
    except SuyuanError as error:
        return Check(name, State.BROKEN, type(error).__name__, str(error))


def check_settings_file() -> Check:
    path = settings_file()
    if path.is_file():
        return Check("settings", State.WORKS, f"{path}, overridden by the environment and options")
    return Check(
        "settings", State.OFF, f"no file at {path}; environment and options only",
        "to keep settings, write lines such as llm = \"openai:deepseek-chat\" there",
    )  # fmt: skip


def check_home(settings: Settings) -> Check:
    """Whether data can be written where it is to live."""
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home):
            free = shutil.disk_usage(home).free / 1e9
    except OSError as error:
        return Check(
            "home", State.BROKEN, f"{home} cannot be written: {error.strerror or error}",
            "set SUYUAN_HOME to a folder that can be written",
        )  # fmt: skip
    if free < 0.5:
        advice = "free some space, or set SUYUAN_HOME to a folder on another disk"
        return Check("home", State.BROKEN, f"{home}, only {free:.1f} GB free", advice)
    return Check("home", State.WORKS, f"{home}, {free:.0f} GB free")


def check_fonts() -> Check:
    """Whether there is a font for Chinese, which PDF files of answers need."""
    advice = "for PDF files install one: apt-get install fonts-noto-cjk fontconfig"
    listing = shutil.which("fc-list")
    if listing is None:
        return Check("fonts", State.OFF, "fc-list is not installed; fonts are not known", advice)
    done = subprocess.run(
        [listing, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False
    )
    families = sorted({line.split(",")[0] for line in done.stdout.splitlines() if line.strip()})
    if not families:
        return Check("fonts", State.OFF, "no font for Chinese", advice)
    return Check("fonts", State.WORKS, f"{len(families)} for Chinese, such as {families[0]}")


def check_record(settings: Settings) -> Check:
    """Whether answers can be recorded, and how many entries the log has."""
    if not settings.audit:
        advice = "unset SUYUAN_AUDIT for answers that people rely on"
        return Check("record", State.OFF, "answers are not recorded", advice)
    from rag.audit import AuditRecorder

    recorder = AuditRecorder(settings)
    try:
        size, _ = recorder.log.state()
    finally:
        recorder.close()
    place = "the database of SUYUAN_AUDIT_URL" if settings.audit_url else str(recorder.home)
    return Check("record", State.WORKS, f"{size} entries in {place}")


def check_index(settings: Settings, folder: Path | None) -> Check:
    """Whether the embedding model is whole and runs, and the index it belongs to."""
    from index.encoder import check_weights, open_encoder
    from index.store import open_index
    from rag.corpus import default_sources, index_folder

    encoder = open_encoder(settings.embedder or None, home=settings.home)
    check_weights(encoder)
    encoder.encode_queries(["数据由谁负责?"])  # opens the model
    started = perf_counter()
    encoder.encode_queries(["数据由谁负责?"])
    model = f"{encoder.identity.model}, {(perf_counter() - started) * 1000:.0f} ms a question"
    if folder is None:
        from index.reading import read_sources

        sources = default_sources(settings)
        documents = tuple(read_sources(sources))
        folder = index_folder(documents, encoder, settings)
        if not folder.exists():
            named = ", ".join(str(source) for source in sources[:2])
            return Check(
                "index", State.OFF, f"not built yet, for {named}; embedded by {model}",
                "nothing: the first question builds it",
            )  # fmt: skip
    opened = open_index(folder, encoder)
    paragraphs = sum(len(document.paragraphs) for document in opened.documents)
    detail = f"{folder}: {len(opened.documents)} documents, {paragraphs} paragraphs"
    return Check("index", State.WORKS, f"{detail}; embedded by {model}")


def check_entailment(settings: Settings) -> Check:
    """Whether the learned second opinion on drafted sentences, if one is configured, runs."""
    if not settings.entailment:
        return Check(
            "second opinion", State.OFF, "none; sentences are verified by rules",
            "to add a learned one, set SUYUAN_ENTAILMENT (docs/verifier.md)",
        )  # fmt: skip
    from rag.verify.entailment import load_entailment

    opinion = load_entailment(settings.entailment, settings.home)
    started = perf_counter()
    chance = opinion.chance("数据由市数据局负责。", "数据由市数据局负责。")
    spent = (perf_counter() - started) * 1000
    return Check(
        "second opinion", State.WORKS,
        f"{settings.entailment}: {spent:.0f} ms a sentence; a sentence follows from itself at "
        f"{chance:.2f}, threshold {opinion.threshold:.2f}",
    )  # fmt: skip


def check_model(settings: Settings) -> Check:
    """Whether the language model, if one is configured, says something."""
    if not settings.llm:
        return Check(
            "model", State.OFF, "none; answers are made of the source's own sentences",
            "to have a model draft, set SUYUAN_LLM or give --llm (docs/models.md)",
        )  # fmt: skip
    from rag.drafting import open_drafter
    from rag.drafting.prompt import Message

    told = model_and_place(settings)
    bounded = replace(settings, llm_timeout=min(settings.llm_timeout, MODEL_SECONDS))
    try:
        drafter = open_drafter(bounded)
        assert drafter is not None
        started = perf_counter()
        said = ""
        for piece in drafter.stream([Message("user", "只回答一个字: 好")]):
            said += piece
            if said.strip():
                break
    except SuyuanError as error:
        return Check("model", State.BROKEN, told, str(error))
    waited = (perf_counter() - started) * 1000
    return Check("model", State.WORKS, f"{told}: first words after {waited:.0f} ms")


def model_and_place(settings: Settings) -> str:
    """Which model is asked, and where it runs. One in this process has neither address nor
    key: to speak of them would send people looking for what is not missing.

    >>> model_and_place(Settings(llm="local:/models/qwen.gguf"))
    'local:/models/qwen.gguf, in this process'
    """
    if settings.llm.startswith("local:"):
        return f"{settings.llm}, in this process"
    key = "set" if settings.llm_api_key else "not set"
    return f"{settings.llm} at {shown_url(settings.llm_base_url)}, key {key}"
