"""What `depscan init` writes: every setting is there, none is set, each is right, and nothing else is touched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from depscan import config, starter
from depscan.config import Config, Exemption, Policy
from depscan.errors import ConfigError
from depscan.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path


def uncommented(text: str) -> str:
    """The text with every setting in force: lines that are TOML behind their mark."""
    return re.sub(r"^# (?=\[|[\w\".-]+ = )", "", text, flags=re.MULTILINE)


def load(folder: Path) -> Config:
    return config.load(Tree(folder).read)


@pytest.mark.parametrize("table", ["", "tool.depscan"])
def test_every_setting_is_shown(table: str) -> None:
    lines = uncommented(starter.text(table)).splitlines()
    shown = {found[1] for line in lines if (found := re.match(r"([a-z-]+) = ", line))}
    shown |= {found[1] for line in lines if (found := re.match(r"\[+.*?([a-z-]+)\]+$", line))}
    settings = [field for kind in (Config, Policy, Exemption) for field in msgspec.structs.fields(kind)]
    assert {field.encode_name for field in settings} <= shown


def test_nothing_is_set(tmp_path: Path) -> None:
    assert starter.write(tmp_path) == tmp_path / "depscan.toml"
    assert load(tmp_path) == Config()


def test_every_setting_is_right(tmp_path: Path) -> None:
    (tmp_path / "depscan.toml").write_text(uncommented(starter.text("")), encoding="utf-8")
    alone = load(tmp_path)
    (tmp_path / "depscan.toml").unlink()
    (tmp_path / "pyproject.toml").write_text(uncommented(starter.text()), encoding="utf-8")
    assert load(tmp_path) == alone
    default = Config()
    for field in msgspec.structs.fields(Config):
        if field.name != "uses":
            assert getattr(alone, field.name) != getattr(default, field.name), field.name
    for field in msgspec.structs.fields(Policy):
        assert getattr(alone.policy, field.name) != getattr(default.policy, field.name), field.name


@pytest.mark.parametrize(
    "before",
    [
        b"[project]\nname = 'x'\n",
        b"[project]\r\nname = 'x'\r\n",
        b"[project]\nname = 'x'  # no line end",
        b"[tool.ruff]\nline-length = 100\n\n\n",
        b"tool.ruff.line-length = 100\n",
        b"",
    ],
)
def test_what_was_there_stays(tmp_path: Path, before: bytes) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_bytes(before)
    project.chmod(0o600)
    assert starter.write(tmp_path) == project
    after = project.read_bytes()
    assert after.startswith(before)
    assert (b"\n" in after.replace(b"\r\n", b"")) is (b"\r\n" not in before)
    assert project.stat().st_mode & 0o777 == 0o600
    assert load(tmp_path) == Config()
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (b"[tool.depscan]\nuses = true\n", "already"),
        (b"tool.depscan.uses = true\n", "already"),
        (b"broken = [\n", "not valid TOML"),
        (b"\xff\n", "not valid TOML"),
        (b"tool = {ruff = {}}\n", "no table tool.depscan can be added"),
        (b"tool = 3\n", "no table tool.depscan can be added"),
    ],
)
def test_what_is_refused_is_left_alone(tmp_path: Path, before: bytes, says: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(before)
    with pytest.raises(ConfigError, match=says):
        starter.write(tmp_path)
    assert (tmp_path / "pyproject.toml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


def test_a_file_of_its_own_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "depscan.toml").write_text("uses = false")
    with pytest.raises(ConfigError, match="already"):
        starter.write(tmp_path)
    assert (tmp_path / "depscan.toml").read_text() == "uses = false"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (tmp_path / "elsewhere.toml").write_text("")
    (folder / "pyproject.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(ConfigError, match="not a regular file"):
        starter.write(folder)
    assert not (tmp_path / "elsewhere.toml").read_text()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        starter.write(tmp_path / "none")


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "replace", refuse)
    with pytest.raises(ConfigError, match="cannot be written: Permission denied"):
        starter.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]
    monkeypatch.setattr(type(tmp_path), "read_bytes", refuse)
    with pytest.raises(ConfigError, match="Permission denied"):
        starter.write(tmp_path)
