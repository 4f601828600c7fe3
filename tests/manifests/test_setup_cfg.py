"""setup.cfg, and the INI parser below it against `configparser`."""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan.manifests import ini

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

TEXT = """\
[metadata]
name = My_Lib
version = attr: my_lib.__version__
license = MIT

[options]
python_requires = >=3.8
package_dir =
    = src
packages = find:
install_requires =
    torch>=2.0,<3
    # a comment
    numpy ; python_version < "3.13"
    scipy  # why
setup-requires = setuptools_scm; wheel
tests_require = file: test.txt, more.txt

[options.packages.find]
where = src

[options.extras_require]
GPU =
    cupy
docs = sphinx; furo
one = x; python_version < "3.9"
files = file: gpu.txt

[options.entry_points]
console_scripts =
    my = my_lib.cli:main
gui_scripts =
    win = my_lib.gui:main

[flake8]
max-line-length = 100
"""


def test_every_list(scan: Scan) -> None:
    found = scan({"setup.cfg": TEXT, "test.txt": "pytest", "more.txt": "coverage", "gpu.txt": "jax"})
    assert found.gaps == []
    assert {(*pair,) for pair in zip(found.asked, found.needs, strict=True)} == {
        ("torch<3,>=2.0", "torch runtime:"),
        ('numpy; python_version < "3.13"', "numpy runtime:"),
        ("scipy", "scipy runtime:"),
        ("setuptools-scm", "setuptools-scm build:"),
        ("wheel", "wheel build:"),
        ("pytest", "pytest development:tests"),
        ("coverage", "coverage development:tests"),
        ("cupy", "cupy extra:GPU"),
        ("sphinx", "sphinx extra:docs"),
        ("furo", "furo extra:docs"),
        ('x; python_version < "3.9"', "x extra:one"),
        ("jax", "jax extra:files"),
    }
    assert found.lines[2:7] == ["torch:12", "numpy:14", "scipy:15", "setuptools-scm:16", "wheel:16"]


def test_the_project(scan: Scan) -> None:
    (project,) = scan({"sub/setup.cfg": TEXT}).projects
    assert (project.root, project.name, project.version, project.licence) == ("sub", "my-lib", "", "MIT")
    assert (project.requires_python, project.packages) == (">=3.8", ("sub/src",))
    assert project.entry_points == ("my=my_lib.cli:main", "win=my_lib.gui:main")


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("packages = a, a.b", ("a", "a/b")),
        ("packages =\n  a\n  a.b\npackage_dir =\n  a = lib/a", ("lib/a", "lib/a/b")),
        ("packages = find_namespace:", ("",)),
        ("packages = find:\npackage_dir =\n  =src", ("src",)),
    ],
)
def test_where_the_code_is(scan: Scan, text: str, packages: tuple[str, ...]) -> None:
    (project,) = scan({"setup.cfg": f"[options]\n{text}\n"}).projects
    assert project.packages == packages


def test_a_file_for_other_tools_is_no_project(scan: Scan) -> None:
    assert scan({"setup.cfg": "[flake8]\nignore = E501\n[isort]\nprofile=black\n"}).facts == ()


def test_a_bad_line_costs_that_line(scan: Scan) -> None:
    found = scan({"setup.cfg": "stray\n[options]\nnonsense\ninstall_requires = torch\n"})
    assert found.asked == ["torch"]
    assert [gap.split(": ")[0] for gap in found.gaps] == ["setup.cfg:1", "setup.cfg:3"]


def test_interpolation_is_not_performed(scan: Scan) -> None:
    bomb = "".join(f"a{i} = {f'%(a{i - 1})s' * 10}\n" for i in range(1, 12))
    found = scan({"setup.cfg": f"[options]\na0 = x\n{bomb}install_requires = %(a11)s\n"})
    assert found.asked == []
    assert "is not a requirement" in found.gaps[0]


# -- oracle -----------------------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        "[a]",
        "[b c]",
        "[a",
        "[]",
        "x=1",
        "y : 2",
        "z",
        "=w",
        "  more",
        "\tless",
        "    ",
        "",
        "# note",
        "  ; note",
        "x =",
        "u=v:w",
        "u:v=w",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=12).map("\n".join))
def test_agrees_with_configparser(text: str) -> None:
    parser = configparser.RawConfigParser(strict=False, default_section="\0")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    ours = ini.parse(text)
    try:
        parser.read_string(text)
    except configparser.Error:
        assert ours.bad
        return
    assert not ours.bad
    expected = {name: dict(parser.items(name)) for name in parser.sections()}
    assert {
        name: {key: option.text for key, option in values.items()} for name, values in ours.sections.items()
    } == expected
