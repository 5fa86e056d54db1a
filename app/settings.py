"""Every setting, once: its name, type, default and help.

A value is taken from the command line, else from the environment (``HOIDAP_INDEX``), else from
``hoidap.toml`` (of the working directory, or the file that ``HOIDAP_CONFIG`` names), else from
here. A key that is not listed here is refused wherever it stands.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from app.access import with_access
from index.errors import SettingsError
from index.milvus.address import SCHEME, Address, Consistency, parse

PREFIX = "HOIDAP_"
CONFIG_VARIABLE = PREFIX + "CONFIG"
CONFIG_NAME = "hoidap.toml"


def data_directory() -> Path:
    """Where what the user made is kept: indexes, feedback, evaluations."""
    return platformdirs.user_data_path("hoidap", appauthor=False)


def cache_directory() -> Path:
    """Where what can be made again is kept: prepared models, the sample's index."""
    return platformdirs.user_cache_path("hoidap", appauthor=False)


class Settings(BaseSettings):
    """What the whole program can be told; built by `load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=False
    )

    index: Annotated[Path | Address, NoDecode] = Field(
        default_factory=lambda: data_directory() / "index",
        description="Folder of the index, or milvus://host:port/collection.",
    )
    milvus_timeout: float = Field(
        default=10.0, gt=0, le=600, description="Seconds for each call to Milvus."
    )
    milvus_consistency: Consistency = Field(
        default="Bounded",
        description="How fresh a search in Milvus is: Strong, Session, Bounded or Eventually.",
    )
    milvus_token: SecretStr = Field(
        default=SecretStr(""), description="user:password or key for Milvus."
    )
    model: str | None = Field(
        default=None,
        description="Name or path of a sentence-transformers model; the embedded model if not set.",
    )
    reranker: str | None = Field(
        None,
        description="Name or path of a cross-encoder that reads the first 20 passages again; slow.",
    )
    fusion_weight: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of meaning against words in a plain weighted sum of the two; "
        "the fitted ranking if not set.",
    )
    cache: Path = Field(default_factory=cache_directory, description="Folder for prepared models.")
    chunk_size: int = Field(
        default=1000, ge=100, le=20_000, description="Characters of a passage, at most."
    )
    chunk_overlap: int = Field(
        default=200, ge=0, le=10_000, description="Characters that neighbouring passages share."
    )
    results: int = Field(default=10, ge=1, le=100, description="Hits that a search returns.")

    llm_base_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Address of an OpenAI-compatible server (…/v1); no language model if not set.",
    )
    llm_model: str = Field(default="default", description="Name of the model at that server.")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="Key for that server.")
    llm_timeout: float = Field(
        default=60.0, gt=0, le=600, description="Seconds for the model's whole answer."
    )
    strict: bool = Field(
        default=False, description="Leave out what the model said and the articles do not support."
    )

    host: str = Field(default="127.0.0.1", description="Address that the server listens on.")
    port: int = Field(default=7860, ge=0, le=65_535, description="Port; 0 picks a free one.")
    auth: Path | None = Field(
        default=None, description="File of users and salted password hashes (`hoidap user add`)."
    )
    auth_header: str | None = Field(
        default=None, description="Header in which a trusted proxy names the user."
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=("127.0.0.1", "::1"), description="Addresses whose proxy headers are believed."
    )
    insecure: bool = Field(
        default=False, description="Serve other machines without a login. Anyone can then ask."
    )
    rate_limit: int = Field(
        default=60, ge=0, description="Questions a minute per address and per user; 0 is no limit."
    )
    body_limit: int = Field(
        default=1_000_000, ge=10_000, description="Bytes of a request's body, at most."
    )
    concurrency: int = Field(
        default=2, ge=1, le=64, description="Questions that are worked on at the same time."
    )
    waiting: int = Field(
        default=32, ge=0, description="Questions that may wait; one more is told to come back."
    )
    question_limit: int = Field(
        default=4000, ge=100, le=4000, description="Characters of a question, at most."
    )
    grace: float = Field(
        default=8.0, ge=0, le=300, description="Seconds for open answers when the server stops."
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="Form of the server's log lines: json or text."
    )
    log_questions: bool = Field(
        default=False, description="Write the questions into the log. They can be confidential."
    )
    feedback: Path = Field(
        default_factory=lambda: data_directory() / "feedback.jsonl",
        description="File to which readers' judgments are appended.",
    )
    runs: Path = Field(
        default_factory=lambda: data_directory() / "runs",
        description="Folder in which evaluations are kept that --save does not put elsewhere.",
    )

    @field_validator("index", mode="before")
    @classmethod
    def _address_is_read(cls, value: object) -> object:
        return parse(value) if isinstance(value, str) and value.startswith(SCHEME) else value

    @field_validator("index", "cache", "auth", "feedback", "runs")
    @classmethod
    def _home_is_expanded(cls, value: Path | Address | None) -> Path | Address | None:
        return value.expanduser() if isinstance(value, Path) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=config_file())
        return init_settings, env_settings, toml


def config_file() -> Path | None:
    """The TOML file in force: the one named by HOIDAP_CONFIG, else ./hoidap.toml if it exists."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    here = Path(CONFIG_NAME)
    return here if here.is_file() else None


def load(flags: Mapping[str, Any] | None = None) -> Settings:
    """The settings in force; a flag that is None was not given.

    Raises SettingsError for an unknown key, a value of the wrong type or an unreadable TOML file.
    """
    _refuse_unknown_variables()
    _refuse_unreadable_file(config_file())
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        return with_access(Settings(**given))
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def shown(settings: Settings) -> dict[str, str]:
    """Every setting as text, secrets masked, in the order of their definition."""
    return {name: _masked(getattr(settings, name)) for name in Settings.model_fields}


def help_of(name: str) -> str:
    """The help text of a setting, for the flag that sets it."""
    return Settings.model_fields[name].description or ""


def _masked(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(_unknown(f"environment variable {name}", name.upper(), known))


def _refuse_unreadable_file(path: Path | None) -> None:
    if path is None:
        return
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"Cannot read the settings in {path}: {error.strerror}.") from None
    except ValueError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from None


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown(f"setting {name!r}", name, set(Settings.model_fields))
    secret = "key" in name or isinstance(first.get("input"), dict)
    value = "" if secret else f" {first.get('input')!r}"
    return f"Setting {name!r} cannot be{value}: {first['msg']}. See `hoidap config show`."


def _unknown(what: str, name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"Unknown {what}.{hint} `hoidap config show` lists every setting."
