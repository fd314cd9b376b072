"""A language model behind one narrow door: messages in, pieces of text out, within a deadline.

Any chat model that LangChain knows is opened by name (``openai:deepseek-chat``,
``ollama:qwen3``), an in-process one by ``local:FOLDER`` or ``local:FILE.gguf``. The model runs
in a thread of its own: whatever it does (hangs, dribbles for ever, raises), the caller gets
text, or a :class:`ModelError` when the deadline comes.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from index.errors import ModelError, SettingsError
from rag.drafting.faults import Breaker, Fault, classify, first_line, retry_wait
from rag.drafting.prompt import RESPONSE_SCHEMA, Message
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.verify import Entailment

PIECES_LIMIT = 20_000
"""Pieces read from one stream: an endless output ends here, whatever its pieces' size."""

ATTEMPTS = 3

NOTHING_SAID = Fault(
    "it answered with nothing; check its name, that it is a chat model and, if it thinks "
    "first, that SUYUAN_LLM_MAX_TOKENS leaves room for an answer",
    passing=False,
)

StreamText = Callable[[Sequence[Message], bool], Iterator[str]]


@dataclass(frozen=True, slots=True)
class _Done:
    fault: Fault | None


class Drafter:
    """A model that drafts. ``stream`` may be called from many threads at once; a slow call
    holds up none but its own. ``entailment``, if any, is asked for a second opinion on what
    the model says."""

    def __init__(
        self,
        name: str,
        stream_text: StreamText,
        *,
        timeout: float,
        structured: bool = False,
        entailment: Entailment | None = None,
    ) -> None:
        self.name = name
        self.entailment = entailment
        self.timeout = timeout
        self.structured = structured
        self._stream_text = stream_text
        self._breaker = Breaker()

    @property
    def available(self) -> bool:
        """Whether the circuit breaker lets calls through."""
        return self._breaker.closed

    def stream(self, messages: Sequence[Message], *, structured: bool = False) -> Iterator[str]:
        """Pieces of the model's answer. Tried again, a few times, while nothing has come yet
        and the fault may pass; :class:`ModelError` when it does not."""
        deadline = monotonic() + self.timeout
        if not self._breaker.closed:
            raise ModelError(
                f"the model {self.name} failed several times in a row; it is tried again in "
                f"{self._breaker.seconds_left:.0f} s."
            )
        for attempt in range(1, ATTEMPTS + 1):
            fault: Fault | None = None
            started = False
            for item in self._attempt(messages, structured, deadline):
                if isinstance(item, _Done):
                    fault = item.fault
                elif item:
                    started = True
                    yield item
            if fault is None and not started:
                fault = NOTHING_SAID
            if fault is None:
                self._breaker.succeeded()
                return
            if structured and fault.refused:
                structured = self.structured = False  # asked in words only, now and from now on
                continue
            wait = retry_wait(fault, attempt)
            if (
                started
                or not fault.passing
                or attempt == ATTEMPTS
                or (monotonic() + wait >= deadline)
            ):
                self._breaker.failed()
                raise ModelError(f"the model {self.name} gave no answer: {fault.message}")
            threading.Event().wait(wait)

    def _attempt(
        self, messages: Sequence[Message], structured: bool, deadline: float
    ) -> Iterator[str | _Done]:
        """One call in its own thread; what it says, then how it ended."""
        pieces: queue.Queue[str | _Done] = queue.Queue(maxsize=256)
        stop = threading.Event()

        def put(item: str | _Done) -> None:
            while not stop.is_set():
                try:
                    pieces.put(item, timeout=0.2)
                    return
                except queue.Full:
                    continue

        def work() -> None:
            try:
                for piece in self._stream_text(messages, structured):
                    if stop.is_set():
                        return
                    put(piece)
                put(_Done(None))
            except Exception as error:  # a model may raise anything; all of it is a fault
                put(_Done(classify(error)))

        threading.Thread(target=work, name=f"drafting {self.name}", daemon=True).start()
        try:
            for _ in range(PIECES_LIMIT):
                try:
                    item = pieces.get(timeout=max(0.0, deadline - monotonic()))
                except queue.Empty:
                    yield _Done(Fault(f"nothing more within {self.timeout:.0f} s", passing=False))
                    return
                yield item
                if isinstance(item, _Done):
                    return
            yield _Done(None)
        finally:
            stop.set()


def open_drafter(settings: Settings) -> Drafter | None:
    """The configured model; ``None`` if none is. Nothing is called yet.

    Raises :class:`SettingsError` for a name that LangChain does not know or whose integration
    is not installed.
    """
    if not settings.llm:
        return None
    provider, _, name = settings.llm.partition(":")
    if provider == "local" and name:
        from rag.drafting.local import open_local

        model: BaseChatModel = open_local(name, settings.llm_max_tokens)
    else:
        model = _init_chat_model(settings)
    return Drafter(
        settings.llm,
        _streamer(model, settings),
        timeout=settings.llm_timeout,
        structured=settings.llm_structured and provider in ("openai", "azure_openai"),
        entailment=_entailment(settings),
    )


def _entailment(settings: Settings) -> Entailment | None:
    if not settings.entailment:
        return None
    from rag.verify.entailment import load_entailment

    return load_entailment(settings.entailment, settings.home)


def _init_chat_model(settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        return init_chat_model(settings.llm, **_options(settings))  # type: ignore[call-overload,no-any-return]
    except ImportError as error:
        raise SettingsError(
            f"the model {settings.llm} needs a package that is not installed: {error}"
        ) from error
    except Exception as error:  # each integration checks its options in its own way
        message = first_line(error).replace(settings.llm_api_key.reveal() or "\0", "***")
        raise SettingsError(
            f"the model {settings.llm} cannot be used: {message}. "
            "Check SUYUAN_LLM, SUYUAN_LLM_BASE_URL and SUYUAN_LLM_API_KEY."
        ) from error


def _options(settings: Settings) -> dict[str, object]:
    """What the model's client is told, in the words of its own integration."""
    options: dict[str, object] = {"temperature": 0.0}
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if settings.llm.startswith("ollama:"):
        # Knows no "timeout" and no "max_tokens", and passes over both without a word: a server
        # that hangs would keep its thread, an endless answer the machine, for ever.
        options["client_kwargs"] = {"timeout": settings.llm_timeout}
        options["num_predict"] = settings.llm_max_tokens
        return options
    options["timeout"] = settings.llm_timeout
    if settings.llm_api_key.reveal():
        options["api_key"] = settings.llm_api_key.reveal()
    elif settings.llm_base_url:
        options["api_key"] = "none"  # local servers ask for none, their clients insist on one
    if settings.llm.startswith(("openai:", "azure_openai:", "deepseek:")):
        options["max_retries"] = 0  # retrying is ours, bounded by one deadline
        options["max_tokens"] = settings.llm_max_tokens
    return options


def masked(pieces: Iterable[str], key: str) -> Iterator[str]:
    """The pieces with ``key`` starred out: a server may send back the header that it got.

    >>> "".join(masked(["Bearer sk", "-1", "23!", " s"], "sk-123"))
    'Bearer ***! s'
    """
    held = ""
    for piece in pieces:
        text = (held + piece).replace(key, "***") if key else piece
        keep = next((n for n in range(len(key) - 1, 0, -1) if text.endswith(key[:n])), 0)
        held = text[len(text) - keep :]
        if len(text) > keep:
            yield text[: len(text) - keep]
    if held:
        yield held


def _streamer(model: BaseChatModel, settings: Settings) -> StreamText:
    def stream(messages: Sequence[Message], structured: bool) -> Iterator[str]:
        return masked(said(messages, structured), settings.llm_api_key.reveal())

    def said(messages: Sequence[Message], structured: bool) -> Iterator[str]:
        chat = [(message.role, message.text) for message in messages]
        extra: dict[str, object] = {}
        if structured:
            schema = {"name": "Draft", "schema": RESPONSE_SCHEMA, "strict": True}
            # Past the client: given to it, it would parse the answer and raise on prose.
            extra["extra_body"] = {
                "response_format": {"type": "json_schema", "json_schema": schema}
            }
        try:
            for chunk in model.stream(chat, **extra):  # type: ignore[arg-type]
                yield str(chunk.text)
        except ValueError as error:  # LangChain's word for a stream that holds nothing
            if "No generation" not in str(error):
                raise

    return stream
