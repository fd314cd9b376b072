"""A language model in this process, through transformers: a folder or a GGUF file.

No server, no network. Slow on a CPU, and small models invent a good deal: the gate is there
for that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from index.errors import SettingsError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

NEW_TOKENS = 300
PROMPT_TOKENS = 4096


class LocalChatModel(BaseChatModel):
    """A transformers causal model as LangChain's chat model; greedy, so that the same
    question gives the same draft."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name_: str
    _model: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def bind_model(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
    ) -> LocalChatModel:
        self._model, self._tokenizer = model, tokenizer
        return self

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

        left = threading.Event()

        class Left(StoppingCriteria):  # type: ignore[misc]  # transformers has no types
            """Ends generation once nobody reads it any more."""

            def __call__(self, input_ids: Any, scores: Any, **_: Any) -> bool:
                return left.is_set()

        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=600
        )
        inputs = self._tokenizer(
            self._prompt(messages), return_tensors="pt", truncation=True, max_length=PROMPT_TOKENS
        )
        with self._lock:  # one generation at a time: two would share the same cores
            worker = threading.Thread(
                target=self._model.generate,
                kwargs={
                    **inputs,
                    "streamer": streamer,
                    "max_new_tokens": NEW_TOKENS,
                    "do_sample": False,
                    "stopping_criteria": [Left()],
                    "pad_token_id": self._tokenizer.eos_token_id,
                },
                daemon=True,
            )
            worker.start()
            try:
                for piece in streamer:
                    if piece:
                        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
            finally:
                left.set()
                worker.join()

    def _prompt(self, messages: list[BaseMessage]) -> str:
        """The model's own chat template; plain text for a base model, which has none."""
        roles = {"human": "user", "ai": "assistant", "system": "system"}
        chat = [{"role": roles.get(m.type, "user"), "content": str(m.text)} for m in messages]
        if getattr(self._tokenizer, "chat_template", None):
            return str(
                self._tokenizer.apply_chat_template(
                    chat, tokenize=False, add_generation_prompt=True
                )
            )
        return "\n\n".join(turn["content"] for turn in chat) + "\n\n回答:"


def open_local(path: str) -> LocalChatModel:
    """The model in a folder or a GGUF file; :class:`SettingsError` if it cannot be loaded."""
    place = Path(path).expanduser()
    if not place.exists():
        raise SettingsError(f"no local model at {place}. Check SUYUAN_LLM=local:PATH.")
    try:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        where: dict[str, Any] = {}
        folder = place
        if place.is_file():
            where, folder = {"gguf_file": place.name}, place.parent
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, **where)
        model = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True, **where)
    except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
        raise SettingsError(
            f"the local model {place} cannot be loaded: {str(error).splitlines()[0]}. Give a "
            "transformers folder or a GGUF file (which needs the packages gguf and accelerate)."
        ) from error
    return LocalChatModel(name_=place.name).bind_model(model.eval(), tokenizer)
