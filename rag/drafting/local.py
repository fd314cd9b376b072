"""A language model in this process, through transformers: a folder or a GGUF file.

No server, no network. Slow on a CPU, and small models invent a good deal: the gate is there
for that.
"""

from __future__ import annotations

import atexit
import struct
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from index.errors import SettingsError
from rag.drafting.faults import first_line
from rag.drafting.prompt import BASE_EXAMPLES

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

PROMPT_TOKENS = 4096
BASE_ENDS = ("\n\n", "<evidence", "<question", "</", "<sentence")
"""Where the answer of a base model ends and its next invented example begins."""


class LocalChatModel(BaseChatModel):
    """A transformers causal model as LangChain's chat model; greedy, so that the same
    question gives the same draft."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name_: str
    max_tokens: int = 300
    _model: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _lock: Any = PrivateAttr(default_factory=threading.Lock)
    _leaving: Any = PrivateAttr(default_factory=threading.Event)

    def bind_model(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
    ) -> LocalChatModel:
        self._model, self._tokenizer = model, tokenizer
        atexit.register(self._leave)
        return self

    def _leave(self) -> None:
        """Ends what is being generated: a process that exits meanwhile would abort."""
        self._leaving.set()
        self._lock.acquire(timeout=30)

    @property
    def _llm_type(self) -> str:
        return "suyuan-local"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.text) for chunk in self._stream(messages, stop, run_manager))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteria, TextIteratorStreamer

        left, leaving = threading.Event(), self._leaving

        class Left(StoppingCriteria):  # type: ignore[misc]  # transformers has no types
            """Ends generation once nobody reads it any more."""

            def __call__(self, input_ids: Any, scores: Any, **_: Any) -> bool:
                return left.is_set() or bool(leaving.is_set())

        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=600
        )
        inputs = self._tokenizer(
            self._prompt(messages), return_tensors="pt", truncation=True, max_length=PROMPT_TOKENS
        )
        faults: list[Exception] = []

        def generate() -> None:
            try:
                self._model.generate(
                    **inputs,
                    streamer=streamer,
                    max_new_tokens=self.max_tokens,
                    do_sample=False,
                    stopping_criteria=[Left()],
                    pad_token_id=self._tokenizer.eos_token_id,
                )
            except Exception as fault:  # whatever torch raises; told to the reader below
                faults.append(fault)
                streamer.end()

        with self._lock:  # one generation at a time: two would share the same cores
            worker = threading.Thread(target=generate, daemon=True)
            worker.start()
            try:
                for piece in self._ended(streamer):
                    if piece:
                        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
            finally:
                left.set()
                worker.join()
        if faults:
            raise faults[0]

    @property
    def _is_base(self) -> bool:
        """Whether the model was never taught to chat."""
        return not getattr(self._tokenizer, "chat_template", None)

    def _ended(self, pieces: Iterable[str]) -> Iterator[str]:
        """The pieces up to where a base model goes on to its next example."""
        said = ""
        for piece in pieces:
            before, said = len(said), (said + piece).lstrip()
            end = min((at for e in BASE_ENDS if (at := said.find(e)) >= 0), default=-1)
            if self._is_base and end >= 0:
                yield said[before:end]
                return
            yield said[before:]

    def _prompt(self, messages: list[BaseMessage]) -> str:
        """The model's own chat template; worked examples for a base model, which has none."""
        if self._is_base:
            return f"{BASE_EXAMPLES}{messages[-1].text}\n回答:"
        from jinja2.exceptions import TemplateError

        roles = {"human": "user", "ai": "assistant", "system": "system"}
        chat = [{"role": roles.get(m.type, "user"), "content": str(m.text)} for m in messages]
        try:
            return self._templated(chat)
        except TemplateError:  # some models know no system role
            whole = "\n\n".join(turn["content"] for turn in chat)
            return self._templated([{"role": "user", "content": whole}])

    def _templated(self, chat: list[dict[str, str]]) -> str:
        return str(
            self._tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        )


def open_local(path: str, max_tokens: int = 300) -> LocalChatModel:
    """The model in a folder or a GGUF file; :class:`SettingsError` if it cannot be loaded."""
    place = Path(path).expanduser()
    if not place.exists():
        raise SettingsError(f"no local model at {place}. Check SUYUAN_LLM=local:PATH.")
    try:
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        where: dict[str, Any] = {}
        folder = place
        if place.is_file():
            where, folder = {"gguf_file": place.name}, place.parent
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, **where)
        model = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True, **where)
    except (
        OSError, ValueError, ImportError, LookupError, RuntimeError, TypeError, struct.error
    ) as error:  # fmt: skip
        raise SettingsError(
            f"the local model {place} cannot be loaded: {first_line(error)}. Give a "
            "transformers folder or a GGUF file (which needs the packages gguf and accelerate)."
        ) from error
    return LocalChatModel(name_=place.name, max_tokens=max_tokens).bind_model(
        model.eval(), tokenizer
    )
