"""tox.ini and noxfile.py."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

TOX = """\
    [tox]
    requires = tox>=4
        tox-uv
    envlist = py{310,311}-{a,b}

    [base]
    deps = shared
    other = no

    [testenv]
    deps =
        pytest>=7  # why
        # not this
        py310: tomli
        py{311,312}-a, b: numpy<2
        !b: scipy; python_version < "3.12"
        -r{toxinidir}/requirements/more.list
        -rlist/b.list
        -e {toxinidir}
        {[base]deps}
        {[testenv:docs]deps}
        git+https://x.org/o/a.git#egg=a
        jax=={env:JAX:0.4}
        {toxinidir}/sub
    commands =
        pip install late
        pytest {posargs}

    [testenv:docs]
    deps = sphinx
    commands = python -m pip install {posargs}
    """


def test_tox(scan: Scan) -> None:
    files = {"tox.ini": dedent(TOX), "requirements/more.list": "more", "list/b.list": "b", "sub/x.py": ""}
    found = scan(files)
    assert found.needs == [
        "b development:tox",
        "more development:tox",
        "tox development:tox",
        "tox-uv development:tox",
        "shared development:tox",
        "pytest development:tox",
        "tomli development:tox",
        "numpy development:tox",
        "scipy development:tox",
        "a development:tox",
        "jax development:tox",
        "late development:tox",
        "sphinx development:docs",
    ]
    assert found.gaps == ["tox.ini:31: '{posargs}' is computed when the command runs; what it installs is not known"]
    assert "numpy<2" in found.asked
    assert 'scipy; python_version < "3.12"' in found.asked
    assert "pytest:12" in found.lines


NOX = """\
    import nox
    TOOLS = ["ruff>=0.4", "mypy"]
    LINTER = "black==24"
    @nox.session(python=["3.11"])
    def tests(session: nox.Session) -> None:
        session.install("-e", ".[test]", "pytest",
                        "hypothesis")
        session.install("-r", "more.list", "-c", "nowhere-constraints.txt")
        session.install(*TOOLS, LINTER)
        session.run("pip", "install", "late")
        session.run_always("uv", "pip", "install", "later")
        session.run("pytest", *session.posargs)
        other.install("no")
        def inner(session):
            session.install("inner")
    @nox.session(name="doc build")
    async def docs(session):
        session.conda_install("sphinx=7", "--channel=x")
        session.install(f"numpy=={version}", *nox.project.dependency_groups(PYPROJECT, "docs"), *session.posargs)
    def nothing():
        session.install("no")
    """


def test_nox(scan: Scan) -> None:
    found = scan({"noxfile.py": dedent(NOX), "more.list": "more", "nowhere-constraints.txt": ""})
    assert found.gaps == []
    assert sorted(found.needs) == sorted([
        "pytest development:tests",
        "hypothesis development:tests",
        "more development:tests",
        "ruff development:tests",
        "mypy development:tests",
        "black development:tests",
        "late development:tests",
        "later development:tests",
        "inner development:tests",
        "sphinx development:doc build",
        "numpy development:doc build",
    ])  # fmt: skip
    assert {"pytest:6", "hypothesis:7", "ruff:2", "late:10"} <= set(found.lines)


@pytest.mark.parametrize(
    ("line", "gap"),
    [
        ("session.install(*names)", "'{names}' is computed"),
        ("session.install(make())", "'{...}' is computed"),
        ("session.install('-r', path)", "'{path}' is computed"),
        ("session.install('a b')", "is not a requirement"),
        ("session.install(", "is not valid Python"),
    ],
)
def test_what_is_computed_or_wrong_is_a_gap(scan: Scan, line: str, gap: str) -> None:
    found = scan({"noxfile.py": f"def x(session):\n    {line}\n"})
    assert found.asked == []
    assert len(found.gaps) == 1
    assert gap in found.gaps[0]


@pytest.mark.parametrize("text", ["(" * 10_000, "x = " + "-" * 50_000 + "1", "\0"])
def test_hostile_noxfiles_are_one_gap(scan: Scan, text: str) -> None:
    assert len(scan({"noxfile.py": text}).facts) == 1


def test_hostile_tox_files_end(scan: Scan) -> None:
    text = "[testenv]\ndeps =\n" + "  a, " * 20_000 + ": b\n  {[" * 10 + "x" * 50_000 + "]}"
    assert len(scan({"tox.ini": text}).facts) <= 20
