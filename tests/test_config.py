"""Settings are read from where they may be, and every error names file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from depscan import config
from depscan.config import Config
from depscan.errors import ConfigError
from depscan.model import Severity
from depscan.tree import Tree


def load(root: Path, files: dict[str, str]) -> Config:
    for name, text in files.items():
        (root / name).write_text(text)
    return config.load(Tree(root).read)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Config()),
        ({"pyproject.toml": "[project]\nname = 'x'"}, Config()),
        ({"pyproject.toml": "[tool.depscan]\nselect = ['DS1']"}, Config(select=("DS1",))),
        ({"depscan.toml": "ignore = ['DS105']\nfail-on = 'high'"}, Config(ignore=("DS105",), fail_on=Severity.HIGH)),
        (
            {"depscan.toml": "uses = false", "pyproject.toml": "[tool.depscan]\nuses = true"},
            Config(uses=False),
        ),
        ({"pyproject.toml": "[tool.depscan.import-names]\nx = ['y']"}, Config(import_names={"x": ("y",)})),
        ({"pyproject.toml": "broken = ["}, Config()),
        ({"pyproject.toml": "tool = 3"}, Config()),
    ],
)
def test_where_settings_come_from(tmp_path: Path, files: dict[str, str], expected: Config) -> None:
    assert load(tmp_path, files) == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"depscan.toml": "failon = 'high'"}, r"depscan.toml: .*unknown field `failon`.*known settings: select"),
        ({"depscan.toml": "select = 'DS1'"}, r"\$\.select"),
        ({"depscan.toml": "fail-on = 'huge'"}, r"\$\.fail-on|\$\.fail_on"),
        ({"depscan.toml": "= ="}, "depscan.toml: not valid TOML"),
        ({"pyproject.toml": "[tool]\ndepscan = 3"}, r"pyproject.toml: tool.depscan must be a table"),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, files)


def test_a_file_that_the_user_names(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("ignore = ['DS103']")
    assert config.read(tmp_path / "mine.toml").ignore == ("DS103",)
    (tmp_path / "pyproject.toml").write_text("[project]\nname='x'")
    assert config.read(tmp_path / "pyproject.toml") == Config()
    with pytest.raises(ConfigError, match="No such file"):
        config.read(tmp_path / "absent.toml")
