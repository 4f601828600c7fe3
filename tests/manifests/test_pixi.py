"""The tables of pixi."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from depscan.model import Ecosystem

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

PIXI = """\
    [workspace]
    name = "mine"
    channels = ["conda-forge"]
    [dependencies]
    python = ">=3.11"
    pytorch = { version = ">=2.1, <3", channel = "pytorch", build = "*cuda*" }
    "ruamel.yaml" = "*"
    numpy = "1.26.*"
    local = { path = "../local" }
    [pypi-dependencies]
    einops = "==0.8"
    flash = { version = ">=2", extras = ["B", "a"], env-markers = "sys_platform == 'linux'" }
    hub = { git = "https://u:p@x.org/o/hub.git", rev = "abc", extras = ["x"] }
    wheel = { path = "dist/wheel-1-py3-none-any.whl" }
    mine = { path = ".", editable = true }
    [host-dependencies]
    cmake = "*"
    [target.linux-64.dependencies]
    cupy = "*"
    [feature.test.dependencies]
    pytest = "*"
    [feature.gpu.pypi-dependencies]
    xformers = "*"
    [feature.gpu.target.win-64.dependencies]
    pywin32 = "*"
    [package.run-dependencies]
    rich = ">=13"
    [environments]
    test = ["test"]
    """

NEEDS = [
    "pytorch runtime:",
    "ruamel.yaml runtime:",
    "numpy runtime:",
    "einops runtime:",
    "flash runtime:",
    "hub runtime:",
    "wheel runtime:",
    "cmake build:",
    "cupy runtime:",
    "pytest development:test",
    "xformers extra:gpu",
    "pywin32 extra:gpu",
    "rich runtime:",
]


def test_pixi_toml(scan: Scan) -> None:
    found = scan({"pixi.toml": dedent(PIXI)})
    assert found.gaps == []
    assert found.needs == NEEDS
    assert found.asked[:7] == [
        "pytorch<3,>=2.1",
        "ruamel.yaml",
        "numpy==1.26.*",
        "einops==0.8",
        'flash[a,b]>=2; sys_platform == "linux"',
        "hub[x] @ git+https://x.org/o/hub.git@abc",
        "wheel @ dist/wheel-1-py3-none-any.whl",
    ]
    assert found.lines[:4] == ["pytorch:6", "ruamel.yaml:7", "numpy:8", "einops:11"]
    pypi = {each.name for each in found.declarations if each.ecosystem is Ecosystem.PYPI}
    assert pypi == {"einops", "flash", "hub", "wheel", "xformers"}


def test_tables_in_pyproject(scan: Scan) -> None:
    text = dedent(PIXI).replace("[", "[tool.pixi.", 1)
    lines = [f"[tool.pixi.{line[1:]}" if line.startswith("[") else line for line in dedent(PIXI).split("\n")]
    assert lines[0] == text.split("\n", maxsplit=1)[0]
    found = scan({"pyproject.toml": "\n".join(lines)})
    assert found.gaps == []
    assert found.needs == NEEDS


@pytest.mark.parametrize(
    ("text", "asked", "gap"),
    [
        ("dependencies = 1", [], "`dependencies` is a value of type int, not a table"),
        ("dependencies = {a = 1, b = '*'}", ["b"], "`dependencies.a` is a value of type int"),
        ("dependencies = {a = {version = 1}}", ["a"], "the version of a is a value of type int"),
        ("dependencies = {a = '1|2'}", ["a"], "alternatives"),
        ("dependencies = {'@' = '*'}", [], "is not a conda specification"),
        ("pypi-dependencies = {a = {version = 1}}", ["a"], "`version` of a is a value of type int"),
        ("pypi-dependencies = {a = {path = '../../x'}}", [], "outside the scanned tree"),
        ("pypi-dependencies = {a = '>=x'}", ["a"], "not a legal requirement"),
        ("feature = []", [], "`feature` is a list"),
        ("feature.x = 1", [], "`feature.x` is a value of type int"),
        ("feature = {x = {target = 1}}", [], "`feature.x.target`"),
        ("dependencies = [", [], "pixi.toml: "),
    ],
)
def test_what_is_wrong_is_a_gap(scan: Scan, text: str, asked: list[str], gap: str) -> None:
    found = scan({"pixi.toml": text})
    assert found.asked == asked
    assert found.gaps
    assert all(gap in each for each in found.gaps[:1])


def test_lines_within_long_files(scan: Scan) -> None:
    rows = indent("\n".join(f'p{n} = "*"' for n in range(2_000)), "")
    assert scan({"pixi.toml": f"[dependencies]\n{rows}"}).lines[-1] == "p1999:2001"
