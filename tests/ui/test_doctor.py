"""``suyuan doctor`` says what works, what does not, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.encoder import DEFAULT_MODEL
from rag.drafting import Drafter
from rag.drafting.prompt import Message
from rag.settings import Secret, Settings
from tests.rag.scripted_server import Handler, Reply, serving
from tests.rag.test_entailment import make_folder
from ui.checkup import Check, State, check_model
from ui.cli import main


def doctor(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, dict]]:
    code = main(["doctor", "--json", *options])
    body = json.loads(capsys.readouterr().out)
    assert body["works"] is (code == 0)
    return code, {check["name"]: check for check in body["checks"]}


def model_check(
    capsys: pytest.CaptureFixture[str], reply: Reply, name: str = "openai:scripted"
) -> tuple[int, dict[str, str]]:
    with serving(reply) as server:
        code, checks = doctor(capsys, "--llm", name, "--base-url", server.url)
    return code, checks["model"]


def test_without_a_model_all_is_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUYUAN_LLM", raising=False)
    code, checks = doctor(capsys)
    assert code == 0
    assert list(checks) == [
        "settings",
        "home",
        "fonts",
        "record",
        "index",
        "second opinion",
        "model",
    ]
    assert checks["model"]["state"] == "off"
    assert "SUYUAN_LLM" in checks["model"]["advice"]
    assert "multilingual-e5-small" in checks["index"]["detail"]


def test_a_second_opinion_is_tried(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = make_folder(tmp_path / "model", ["contradiction", "entailment", "neutral"])
    monkeypatch.setenv("SUYUAN_ENTAILMENT", f"{folder}@0.7")
    code, checks = doctor(capsys)
    assert (code, checks["second opinion"]["state"]) == (0, "works")
    assert "threshold 0.70" in checks["second opinion"]["detail"]
    monkeypatch.setenv("SUYUAN_ENTAILMENT", str(tmp_path / "nowhere"))
    code, checks = doctor(capsys)
    assert (code, checks["second opinion"]["state"]) == (1, "broken")
    assert "nowhere" in checks["second opinion"]["advice"]


def test_a_model_that_answers_works(capsys: pytest.CaptureFixture[str]) -> None:
    code, check = model_check(capsys, lambda handler, _: handler.say("好"))
    assert (code, check["state"]) == (0, "works")
    assert "openai:scripted at http://127.0.0.1:" in check["detail"]


def refuses(status: int) -> Reply:
    return lambda handler, _: handler.status(status)


@pytest.mark.parametrize(
    ("reply", "advice"),
    [
        (refuses(401), "SUYUAN_LLM_API_KEY"),
        (refuses(404), "SUYUAN_LLM_BASE_URL"),
        (refuses(400), "SUYUAN_LLM"),
        (lambda handler, _: handler.say(""), "answered with nothing"),
    ],
)
def test_a_model_that_does_not_comes_with_advice(
    reply: Reply, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, check = model_check(capsys, reply)
    assert (code, check["state"]) == (1, "broken")
    assert advice in check["advice"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("nobody:model", "SUYUAN_LLM"),
        ("local:/nowhere.gguf", "local:PATH"),
        ("openai:away", "check that its server runs"),
    ],
)
def test_a_model_that_is_not_there(
    name: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, checks = doctor(capsys, "--llm", name, "--base-url", "http://127.0.0.1:9/v1")
    assert code == 1
    assert advice in checks["model"]["advice"]


def local_check() -> Check:
    """A key and an address are left over from another model: they say nothing of this one."""
    chosen = Settings.load(
        llm="local:/nowhere.gguf", llm_base_url="http://a.example/v1", llm_api_key="sk-1"
    )
    return check_model(chosen)


def test_a_local_model_runs_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def stream(_messages: Sequence[Message], _structured: bool) -> Iterator[str]:
        yield "好"

    found = local_check()
    assert (found.state, found.detail) == (State.BROKEN, "local:/nowhere.gguf, in this process")
    monkeypatch.setattr("rag.drafting.open_drafter", lambda _: Drafter("x", stream, timeout=5))
    found = local_check()
    assert found.state is State.WORKS
    assert found.detail.startswith("local:/nowhere.gguf, in this process: first words after ")


def test_an_address_is_shown_without_its_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    url = "http://me:pw@127.0.0.1:9/v1?key=sk-1"
    _, checks = doctor(capsys, "--llm", "openai:away", "--base-url", url)
    assert "openai:away at http://127.0.0.1:9/v1, key " in checks["model"]["detail"]
    assert not any(word in str(checks) for word in ("me:", "pw", "sk-1"))


def test_a_broken_index_and_broken_settings_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, checks = doctor(capsys, "--index", str(tmp_path / "none"))
    assert (code, checks["index"]["state"]) == (1, "broken")
    assert "suyuan build" in checks["index"]["advice"]
    monkeypatch.setenv("SUYUAN_LLM_TIMEOUT", "soon")
    code, checks = doctor(capsys)
    assert code == 1
    assert "seconds" in checks["settings"]["advice"]


def test_people_get_lines(capsys: pytest.CaptureFixture[str]) -> None:
    def reply(handler: Handler, _prompt: str) -> None:
        handler.status(401)

    with serving(reply) as server:
        assert main(["doctor", "--llm", "openai:x", "--base-url", server.url]) == 1
    last = capsys.readouterr().out.splitlines()[-2:]
    assert last[0].startswith(f"{'broken':<10}{'model':<16}openai:x at ")
    assert last[1].strip().startswith("-> ")


def test_option_over_environment_over_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('llm = "openai:file"\nllm_base_url = "http://file/v1"\nllm_timeout = 9\n')
    environment = {"SUYUAN_SETTINGS": str(file), "SUYUAN_LLM": "openai:environment"}
    assert Settings.load({"SUYUAN_SETTINGS": str(file)}).llm == "openai:file"
    assert Settings.load(environment).llm == "openai:environment"
    chosen = Settings.load(environment, llm="openai:option", llm_base_url=None)
    assert (chosen.llm, chosen.llm_base_url) == ("openai:option", "http://file/v1")
    assert chosen.llm_timeout == 9
    home = {"SUYUAN_HOME": str(tmp_path)}
    assert Settings.load(home).llm == "openai:file"


def test_a_folder_with_an_embedding_model_is_kept_by_its_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index names its model, and may be opened from another folder."""
    (tmp_path / "model").mkdir()
    (tmp_path / DEFAULT_MODEL).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    def loaded(name: str) -> str:
        return Settings.load({"SUYUAN_HOME": str(tmp_path), "SUYUAN_EMBEDDER": name}).embedder

    for name in ("model", "./model/", str(tmp_path / "model")):
        assert loaded(name) == str(tmp_path / "model")
        assert loaded(f"onnx-int8:{name}") == f"onnx-int8:{tmp_path}/model"
    for name in ("", "BAAI/bge-small-zh", "onnx:BAAI/bge-small-zh", DEFAULT_MODEL):
        assert loaded(name) == name


def test_a_secret_cannot_be_written_by_accident() -> None:
    secret = Secret("sk-planted")
    for text in (str(secret), repr(secret), f"{secret}", f"{Settings(llm_api_key=secret)}"):
        assert "planted" not in text
    with pytest.raises(TypeError):
        json.dumps(secret)
    assert secret.reveal() == "sk-planted"
