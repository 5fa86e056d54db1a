"""Settings: flag over environment over file, unknown keys refused, secrets masked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.settings import Settings, config_file, data_directory, load, shown
from index.errors import SettingsError


@pytest.fixture(autouse=True)
def _empty_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HOIDAP_{name.upper()}", raising=False)


def test_every_setting_has_a_default_and_a_help() -> None:
    assert load().port == 7860
    assert all(field.description for field in Settings.model_fields.values())


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("hoidap.toml").write_text("port = 1\nresults = 3\nchunk_size = 500\n")
    monkeypatch.setenv("HOIDAP_PORT", "2")
    monkeypatch.setenv("HOIDAP_RESULTS", "4")
    settings = load({"port": 3, "results": None})
    assert (settings.port, settings.results, settings.chunk_size) == (3, 4, 500)


def test_the_file_can_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.toml"
    other.write_text('index = "~/kho"\n')
    monkeypatch.setenv("HOIDAP_CONFIG", str(other))
    assert config_file() == other
    assert load().index == Path.home() / "kho"


def test_the_index_stands_in_the_users_data_folder_unless_told(tmp_path: Path) -> None:
    assert load().index == data_directory() / "index"
    assert load({"index": tmp_path}).index == tmp_path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("prot = 1", "Unknown setting 'prot'. Did you mean port?"),
        ('port = "many"', "Setting 'port' cannot be 'many'"),
        ("port = ", "is not valid TOML"),
    ],
)
def test_a_bad_file_is_one_line_with_the_name(content: str, words: str) -> None:
    Path("hoidap.toml").write_text(content)
    with pytest.raises(SettingsError) as caught:
        load()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_CONFIG", "/nowhere/hoidap.toml")
    with pytest.raises(SettingsError, match=r"/nowhere/hoidap\.toml"):
        load()


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_INDX", "here")
    with pytest.raises(SettingsError, match=r"HOIDAP_INDX\. Did you mean HOIDAP_INDEX"):
        load()


def test_every_setting_is_shown_and_a_secret_is_not() -> None:
    assert list(shown(load())) == list(Settings.model_fields)
    secret = load({"llm_api_key": "sk-very-secret"})
    assert shown(secret)["llm_api_key"] == "********"
    assert "sk-very-secret" not in repr(secret)
    assert shown(load())["llm_api_key"] == ""


def test_a_secret_that_cannot_be_used_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("hoidap.toml").write_text('llm_api_key = ["sk-very-secret"]\n')
    with pytest.raises(SettingsError) as caught:
        load()
    assert "llm_api_key" in str(caught.value)
    assert "sk-very-secret" not in str(caught.value)


def test_no_setting_is_idle() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[1] / "app").rglob("*.py")
        if path.name != "settings.py"
    ]
    read = re.compile(r"(?:settings|load\(.*\))\.(\w+)")
    used = {name for text in sources for name in read.findall(text)}
    assert set(Settings.model_fields) - used == set()
