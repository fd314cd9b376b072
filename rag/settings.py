"""Every setting, read once into one frozen object.

Sources, later ones win: defaults, the settings file (``$SUYUAN_SETTINGS``, else
``settings.toml`` in ``$SUYUAN_HOME``), the environment, what the command line says.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from index.errors import SettingsError
from index.home import data_home


class Secret:
    """Words that print as stars: keys never reach logs, records, errors or pages. Neither a
    string, so that JSON refuses it and nothing can be joined to it unseen, nor a dataclass,
    which ``asdict`` would take apart.

    >>> f"{Secret('sk-1')!r} {Secret('sk-1')}", bool(Secret(""))
    ('*** ***', False)
    """

    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def __repr__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._words)

    def reveal(self) -> str:
        return self._words


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be configured. Environment names are ``SUYUAN_`` + the field in capitals."""

    llm: str = ""
    llm_base_url: str = ""
    llm_api_key: Secret = field(default_factory=lambda: Secret(""))
    llm_timeout: float = 60.0
    llm_structured: bool = True
    llm_max_tokens: int = 600
    entailment: str = ""
    home: Path = field(default_factory=lambda: Path())
    corpus: str = ""
    embedder: str = ""
    operator: str = ""
    contact: str = ""
    office: str = ""
    token: Secret = field(default_factory=lambda: Secret(""))
    audit: bool = True
    audit_url: str = ""
    checkpoints: str = ""
    retention_days: int = 0

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
        """Settings from file and environment, overridden by ``given`` values that are not
        ``None``. Raises :class:`SettingsError` naming the setting that cannot be used.

        >>> Settings.load({"SUYUAN_HOME": "/tmp/x", "SUYUAN_LLM": "openai:a"}).llm
        'openai:a'
        """
        env = os.environ if environment is None else environment
        home = data_home(env)
        values: dict[str, object] = dict(_from_file(env))
        for entry in fields(cls):
            raw = env.get(f"SUYUAN_{entry.name.upper()}")
            if raw is not None:
                values[entry.name] = raw
        values.update({name: value for name, value in given.items() if value is not None})
        values["home"] = home
        known = {entry.name for entry in fields(cls)}
        return cls(**{n: _typed(n, v) for n, v in values.items() if n in known})  # type: ignore[arg-type]


def shown_url(url: str) -> str:
    """``url`` without what may be secret in it: for people, records and files. Taken apart by
    hand, so that an address which is none shows no more than one which is.

    >>> shown_url("https://me:pw@a.example:8000/v1?key=sk-1"), shown_url("")
    ('https://a.example:8000/v1', "the provider's own address")
    >>> shown_url("me:pw@a.example/v1"), shown_url("http://me:p/w@[::1/v1#sk-1")
    ('a.example/v1', 'http://[::1/v1')
    """
    if not url:
        return "the provider's own address"
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    return re.sub(r"^(\w[\w+.-]*://)?(?:.*@)?", r"\1", place, flags=re.DOTALL)


def settings_file(environment: Mapping[str, str] | None = None) -> Path:
    """Where the settings file is looked for; only one that ``$SUYUAN_SETTINGS`` names has to
    be there."""
    env = os.environ if environment is None else environment
    named = env.get("SUYUAN_SETTINGS")
    return Path(named).expanduser() if named else data_home(env) / "settings.toml"


def _from_file(env: Mapping[str, str]) -> Mapping[str, object]:
    path = settings_file(env)
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError as error:
        if env.get("SUYUAN_SETTINGS"):
            raise SettingsError(f"no settings file at {path} ($SUYUAN_SETTINGS).") from error
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"the settings file {path} cannot be read: {error}.") from error
    unknown = sorted(set(values) - {entry.name for entry in fields(Settings)})
    if unknown:
        raise SettingsError(f"{path} has unknown settings: {', '.join(unknown)}.")
    return values


def _typed(name: str, value: object) -> object:
    match name:
        case "llm_api_key" | "token":
            return value if isinstance(value, Secret) else Secret(str(value).strip())
        case "home":
            return Path(str(value))
        case "llm_timeout":
            try:
                seconds = float(str(value))
            except ValueError:
                seconds = 0.0
            if not 0 < seconds <= 3600:
                raise SettingsError(f"llm_timeout is {value!r}; give seconds between 0 and 3600.")
            return seconds
        case "llm_max_tokens":
            if not str(value).isdecimal() or int(str(value)) == 0:
                raise SettingsError(f"llm_max_tokens is {value!r}; give a whole number above 0.")
            return int(str(value))
        case "retention_days":
            if not str(value).isdecimal():
                raise SettingsError(
                    f"retention_days is {value!r}; give whole days, 0 to keep until asked to erase."
                )
            return int(str(value))
        case "audit" | "llm_structured":
            return str(value).lower() not in ("0", "false", "off", "no")
        case "embedder":
            return _embedder(str(value))
        case _:
            return str(value)


def _embedder(name: str) -> str:
    """A folder by its absolute path: an index names its model, and is opened from other folders
    than it was built in. Names of a hub stay, and so does how the model is run.

    >>> _embedder("onnx:/"), _embedder("onnx:.") == f"onnx:{os.getcwd()}", _embedder("a/none")
    ('onnx:/', True, 'a/none')
    """
    run_by = next((p for p in ("onnx-int8:", "onnx:") if name.startswith(p)), "")
    folder = os.path.expanduser(name.removeprefix(run_by))
    if not os.path.isdir(folder):
        return name
    from index.encoder import DEFAULT_MODEL  # seldom needed, and it brings numpy

    return name if name == DEFAULT_MODEL else run_by + os.path.abspath(folder)
