"""DS106 on hand-made evidence: which manifests belong together, and when they cannot both be satisfied."""

from __future__ import annotations

import pytest

from depscan import rules
from depscan.model import (
    Confidence,
    Declaration,
    Ecosystem,
    Evidence,
    Finding,
    Location,
    Need,
    Pin,
    Project,
    Severity,
)
from depscan.rules import Case

APP = Project("", "app", Location("pyproject.toml", 1), requires_python=">=3.9")
CORE = Project("libs/core", "app-core", Location("libs/core/pyproject.toml", 1))


def asks(
    path: str,
    specifier: str,
    marker: str = "",
    need: Need = Need.RUNTIME,
    *,
    line: int = 3,
    url: str = "",
    ecosystem: Ecosystem = Ecosystem.PYPI,
) -> Declaration:
    return Declaration("torch", Location(path, line), specifier, (), marker, need, "", url, ecosystem)


def found(*declarations: Declaration, pins: tuple[Pin, ...] = ()) -> tuple[Finding, ...]:
    subject = Evidence((APP, CORE), declarations, pins)
    return rules.check(Case(subject), select=["DS106"])


OWN = asks("pyproject.toml", ">=2.2")


def test_contradiction() -> None:
    (finding,) = found(OWN, asks("requirements.txt", "==2.0.1", line=7))
    assert (finding.package, finding.severity, finding.confidence) == ("torch", Severity.MEDIUM, Confidence.HIGH)
    assert finding.message == (
        "torch is >=2.2 in pyproject.toml:3 but ==2.0.1 in requirements.txt:7: no version is both"
    )
    assert finding.locations == (Location("pyproject.toml", 3), Location("requirements.txt", 7))


@pytest.mark.parametrize(
    ("path", "together"),
    [
        ("requirements.txt", True),
        ("requirements/base.txt", True),
        ("setup.py", True),
        ("environment.yml", True),
        ("conda/environment.yml", True),
        ("pyproject.toml", False),  # two lines of one file: pip says so itself
        ("services/api/requirements.txt", False),
        ("docker/requirements.txt", False),
        ("docs/requirements.txt", False),
        ("examples/requirements.txt", False),
        ("tests/requirements.txt", False),
        ("libs/core/pyproject.toml", False),
        ("libs/core/requirements.txt", False),
        ("Dockerfile", False),
        (".github/workflows/ci.yml", False),
        ("try.ipynb", False),
        ("tool.py", False),
    ],
)
def test_manifests_of_one_project(path: str, together: bool) -> None:
    assert bool(found(OWN, asks(path, "==2.0.1", line=9))) is together


def test_another_project_of_a_monorepo_is_judged_by_itself() -> None:
    findings = found(
        OWN,
        asks("requirements.txt", "<2"),
        asks("libs/core/pyproject.toml", ">=1"),
        asks("libs/core/requirements.txt", "==0.4"),
    )
    assert len(findings) == len({finding.fingerprint for finding in findings}) == 2


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (">=2.2", "", False),
        (">=2.2", "==2.4.1", False),
        ("==2.4.1", "==2.4.1+cpu", False),
        (">=2.2,<3", ">=1.0", False),
        ("==2.4.1", "==2.4.0", True),
        ("<2", ">=2", True),
    ],
)
def test_specifiers(one: str, other: str, contradict: bool) -> None:
    assert bool(found(asks("pyproject.toml", one), asks("requirements.txt", other))) is contradict


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("", 'python_version >= "3.9"', True),
        ("", 'python_version < "3.9"', False),  # the project wants 3.9
        ('python_version < "3.11"', 'python_version >= "3.11"', False),
        ('sys_platform == "win32"', 'sys_platform == "linux"', False),
        ('sys_platform == "linux"', 'platform_machine == "x86_64"', True),
        ("", 'extra == "gpu"', False),
    ],
)
def test_markers(one: str, other: str, contradict: bool) -> None:
    findings = found(asks("pyproject.toml", ">=2.2", one), asks("requirements.txt", "==2.0.1", other))
    assert bool(findings) is contradict
    assert all(finding.confidence is Confidence.MEDIUM for finding in findings)


def test_one_line_that_agrees_is_enough() -> None:
    forks = [
        asks("pyproject.toml", "<2", 'python_version < "3.11"'),
        asks("pyproject.toml", ">=2", 'python_version >= "3.11"', line=4),
    ]
    assert not found(*forks, asks("requirements.txt", "==2.4.1"))
    assert not found(*forks, asks("requirements.txt", "==1.13"))
    assert found(*forks, asks("requirements.txt", "==1.13", 'python_version >= "3.11"'), asks("setup.cfg", ">=3"))


@pytest.mark.parametrize(
    ("path", "need", "severity"),
    [
        ("requirements.txt", Need.RUNTIME, Severity.MEDIUM),
        ("requirements-gpu.txt", Need.EXTRA, Severity.LOW),
        ("requirements-dev.txt", Need.DEVELOPMENT, Severity.LOW),
        ("constraints.txt", Need.CONSTRAINT, Severity.LOW),
        ("other.toml", Need.CONSTRAINT, None),  # an override of uv
        ("requirements-build.txt", Need.BUILD, None),
    ],
)
def test_what_the_project_itself_requires_holds_everywhere(path: str, need: Need, severity: Severity | None) -> None:
    findings = found(OWN, asks(path, "==2.0.1", need=need))
    assert [finding.severity for finding in findings] == ([severity] if severity else [])
    also = asks("requirements.txt", ">=2.2")
    alternatives = found(also, asks(path, "==2.0.1", need=need, line=8)) if need is not Need.RUNTIME else ()
    assert not alternatives


@pytest.mark.parametrize(
    ("declaration", "confidence"),
    [
        (asks("setup.py", "==2.0.1"), Confidence.MEDIUM),
        (asks("environment.yml", "==2.0.1", ecosystem=Ecosystem.CONDA), Confidence.MEDIUM),
        (asks("setup.cfg", "==2.0.1"), Confidence.HIGH),
    ],
)
def test_confidence(declaration: Declaration, confidence: Confidence) -> None:
    (finding,) = found(OWN, declaration)
    assert finding.confidence is confidence


def test_a_lock_is_another_matter() -> None:
    compiled = asks("requirements.txt", "==2.0.1")
    assert not found(OWN, compiled, pins=(Pin("torch", "2.0.1", compiled.location),))


def test_an_address_says_nothing_of_the_version() -> None:
    assert not found(OWN, asks("requirements.txt", "", url="git+https://host/o/torch@v1.0"))


def test_several_pairs_are_one_finding_that_counts_them() -> None:
    (finding,) = found(
        OWN, asks("requirements.txt", "==2.0.1"), asks("environment.yml", "==1.9"), asks("setup.cfg", ">=2")
    )
    assert "(4 pairs of files disagree)" in finding.message
    assert len(finding.locations) == 4


def test_too_many_lines_are_alternatives() -> None:
    lines = [asks("pyproject.toml", f"=={number}", line=number) for number in range(3, 12)]
    assert not found(*lines, asks("requirements.txt", "==1"))
