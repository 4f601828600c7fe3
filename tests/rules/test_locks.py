"""DS107 on hand-made evidence: which lock belongs to what, and what it must hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depscan import rules
from depscan.model import (
    Confidence,
    Declaration,
    Ecosystem,
    Evidence,
    Exposure,
    Finding,
    Gap,
    Location,
    Need,
    Package,
    Pin,
    Project,
    Severity,
)
from depscan.rules import Case

APP = Project("", "app", Location("pyproject.toml", 1))
MEMBER = Project("packages/core", "app-core", Location("packages/core/pyproject.toml", 1))
COVERED = replace(MEMBER, locks=("uv.lock",))


def asks(name: str, specifier: str = "", path: str = "pyproject.toml", need: Need = Need.RUNTIME) -> Declaration:
    return Declaration(name, Location(path, 3), specifier, scope=need)


def pins(path: str = "uv.lock", **versions: str) -> tuple[Pin, ...]:
    return tuple(Pin(name, version, Location(path, 7)) for name, version in versions.items())


def found(
    declarations: tuple[Declaration, ...],
    held: tuple[Pin, ...],
    gaps: tuple[Gap, ...] = (),
    needed: tuple[str, ...] = (),
    member: Project = MEMBER,
) -> tuple[Finding, ...]:
    subject = Evidence((APP, member), declarations, held, gaps=gaps)
    packages = tuple(Package(name, exposure=Exposure(blast_radius=0.5)) for name in needed)
    return rules.check(Case(subject, tuple(packages)), select=["DS107"])


def test_outside() -> None:
    (finding,) = found((asks("torch", ">=2.2"), asks("numpy", "<3")), pins(torch="2.0.1", numpy="2.1"))
    assert (finding.package, finding.severity, finding.confidence) == ("torch", Severity.MEDIUM, Confidence.HIGH)
    assert f"{finding.message}; {finding.advice}" == (
        "uv.lock fixes torch 2.0.1, which pyproject.toml rules out (>=2.2); make the lock again (uv lock) and commit it"
    )
    assert finding.locations == (Location("pyproject.toml", 3), Location("uv.lock", 7))


def test_missing() -> None:
    declared = (asks("torch"), asks("einops"), asks("numpy"))
    (finding,) = found(declared, pins(torch="2.4", numpy="2.1"))
    assert (finding.package, finding.severity, finding.confidence) == ("einops", Severity.MEDIUM, Confidence.HIGH)
    assert finding.message == "einops is declared in pyproject.toml but uv.lock holds no version of it"
    (finding,) = found(declared, pins(torch="2.4", numpy="2.1"), needed=("einops",))
    assert finding.severity is Severity.HIGH


def test_a_lock_that_lacks_more_than_it_holds_seems_to_belong_elsewhere() -> None:
    declared = (asks("torch"), asks("einops"), asks("numpy"))
    assert [f.confidence for f in found(declared, pins(torch="2.4"))] == [Confidence.LOW] * 2
    assert not found(declared, pins(flask="3.0"))


@pytest.mark.parametrize(
    ("lock", "manifest", "fed"),
    [
        ("uv.lock", "pyproject.toml", True),
        ("uv.lock", "setup.cfg", True),
        ("uv.lock", "requirements.txt", False),
        ("uv.lock", "environment.yml", False),
        ("poetry.lock", "pyproject.toml", True),
        ("pdm.lock", "pyproject.toml", True),
        ("Pipfile.lock", "Pipfile", True),
        ("Pipfile.lock", "pyproject.toml", False),
        ("pylock.toml", "pyproject.toml", True),
        ("pylock.gpu.toml", "pyproject.toml", True),
        ("pixi.lock", "pixi.toml", True),
        ("conda-lock.yml", "environment.yml", True),
        ("gpu.conda-lock.yml", "conda/environment-gpu.yaml", True),
        ("conda-lock.yml", "pyproject.toml", False),
        ("requirements.txt", "requirements.in", True),
        ("requirements.txt", "pyproject.toml", True),
        ("requirements/base.txt", "requirements/base.in", True),
        ("requirements/base.txt", "requirements/test.in", False),
        ("requirements/base.txt", "setup.cfg", True),
        ("environment.yml", "pyproject.toml", False),
        ("conda-linux-64.lock", "pyproject.toml", False),
        (".venv/lib/python3.12/site-packages/torch-2.0.1.dist-info/METADATA", "pyproject.toml", False),
        ("packages/core/uv.lock", "pyproject.toml", False),
        ("uv.lock", "packages/core/pyproject.toml", False),
        ("docs/Pipfile.lock", "Pipfile", False),
    ],
)
def test_what_a_lock_is_made_from(lock: str, manifest: str, fed: bool) -> None:
    assert bool(found((asks("torch", ">=2.2", manifest),), pins(lock, torch="2.0.1"))) is fed


@pytest.mark.parametrize(("locks", "fed"), [(("uv.lock",), True), (("other/uv.lock",), False), ((), False)])
def test_the_lock_of_a_workspace_names_its_members(locks: tuple[str, ...], fed: bool) -> None:
    declared = (asks("torch", ">=2.2", "packages/core/pyproject.toml"),)
    subject = Evidence((APP, replace(MEMBER, locks=locks)), declared, pins(torch="2.0.1"))
    assert bool(rules.check(Case(subject), select=["DS107"])) is fed


@pytest.mark.parametrize(
    "path", ["resolved (uv 0.13.9, linux-x86_64-py311, 2026-11-24)/uv.lock", "environment: x/pylock.toml"]
)
def test_what_is_no_lock_of_the_repository(path: str) -> None:
    assert found((asks("torch", ">=2.2"),), pins(path, torch="2.0.1")) == ()


def test_a_compiled_file_with_a_source_of_its_own_is_compared_with_that_alone() -> None:
    declared = (asks("torch", ">=2.2"), asks("torch", "", "requirements.in"), asks("numpy", "", "requirements.in"))
    assert not found(declared, pins("requirements.txt", torch="2.0.1", numpy="2.0"))
    (finding,) = found(declared, pins("requirements.txt", torch="2.0.1"))
    assert (finding.package, finding.confidence) == ("numpy", Confidence.MEDIUM)


def test_a_compiled_file_for_development_says_nothing_of_run_time() -> None:
    own = asks("torch", "==2.0.1", "requirements-dev.txt", Need.DEVELOPMENT)
    held = pins("requirements-dev.txt", torch="2.0.1")
    assert not found((asks("torch", ">=2.2"), own), held)
    (finding,) = found((asks("torch", ">=2.2", "requirements-dev.in", Need.DEVELOPMENT), own), held)
    assert finding.severity is Severity.LOW


def test_the_lines_of_a_compiled_file_are_no_manifest() -> None:
    line = asks("torch", "==2.0.1", "requirements.txt")
    assert not found((asks("torch", ">=2"), line), pins("requirements.txt", torch="2.0.1"))


@pytest.mark.parametrize(
    ("specifier", "versions", "agrees"),
    [
        ("", ["1.0"], True),
        (">=2.2", ["2.3.0rc1"], True),
        ("==2.2", ["2.2+cpu"], True),
        (">=2.2", ["1.13", "2.4"], True),
        (">=2.2", ["1.13", "2.0"], False),
        (">=2.2", ["main"], True),
    ],
)
def test_versions(specifier: str, versions: list[str], agrees: bool) -> None:
    held = tuple(Pin("torch", version, Location("uv.lock", 7)) for version in versions)
    assert bool(found((asks("torch", specifier),), held)) is not agrees


@pytest.mark.parametrize(
    "declaration",
    [
        Declaration("torch", Location("pyproject.toml", 3), ">=2.2", marker='sys_platform == "win32"'),
        Declaration("torch", Location("pyproject.toml", 3), ">=2.2", url="git+https://host/o/torch"),
        Declaration("app-core", Location("pyproject.toml", 3), ">=2.2"),
        Declaration("torch", Location("pyproject.toml", 3), ">=2.2", scope=Need.CONSTRAINT),
        Declaration("torch", Location("pyproject.toml", 3), ">=2.2", scope=Need.BUILD),
        Declaration("pip", Location("pyproject.toml", 3)),
        Declaration("setuptools", Location("pyproject.toml", 3)),
        Declaration("pytest", Location("pyproject.toml", 3), scope=Need.DEVELOPMENT),
    ],
)
def test_what_is_not_judged(declaration: Declaration) -> None:
    held = pins(torch="2.0.1", numpy="1.0") if declaration.name == "torch" else pins(numpy="1.0")
    assert not found((declaration, asks("numpy")), held)


@pytest.mark.parametrize(
    ("need", "lock", "severity"),
    [
        (Need.RUNTIME, "uv.lock", Severity.MEDIUM),
        (Need.EXTRA, "uv.lock", Severity.LOW),
        (Need.DEVELOPMENT, "poetry.lock", Severity.LOW),
        (Need.EXTRA, "requirements.txt", None),
        (Need.DEVELOPMENT, "pylock.toml", None),
    ],
)
def test_extras_and_groups(need: Need, lock: str, severity: Severity | None) -> None:
    findings = found((asks("torch", ">=2.2", need=need),), pins(lock, torch="2.0.1"))
    assert [finding.severity for finding in findings] == ([severity] if severity else [])


def test_alternatives_of_one_list_agree_as_soon_as_one_does() -> None:
    held = pins(torch="2.0.1")
    branches = (asks("torch", "==2.0.1", "setup.py"), Declaration("torch", Location("setup.py", 9), "==1.13"))
    assert not found(branches, held)
    assert found((branches[1], asks("torch", "==2.0.1", "setup.py", Need.EXTRA)), held)


@pytest.mark.parametrize(("limit", "explained"), [("==2.0.1", True), ("<3", True), ("==1.13", False)])
def test_an_override_explains_the_version(limit: str, explained: bool) -> None:
    declared = (asks("torch", ">=2.2"), asks("torch", limit, need=Need.CONSTRAINT))
    assert bool(found(declared, pins(torch="2.0.1"))) is not explained


def test_a_lock_that_was_not_read_in_full_lacks_nothing() -> None:
    gaps = (Gap("manifests", Location("uv.lock", 9), "an entry has no name"),)
    declared = (asks("torch", ">=2.2"), asks("einops"))
    assert [f.package for f in found(declared, pins(torch="2.0.1"), gaps=gaps)] == ["torch"]


@pytest.mark.parametrize("lock", ["pixi.lock", "conda-lock.yml"])
def test_names_and_versions_of_conda_are_doubtful(lock: str) -> None:
    manifest = "pixi.toml" if lock == "pixi.lock" else "environment.yml"
    declared = (asks("torch", ">=2.2", manifest), asks("einops", "", manifest))
    (finding,) = found(declared, pins(lock, torch="2.0.1"))
    assert (finding.package, finding.confidence) == ("torch", Confidence.MEDIUM)


def test_confidence_is_medium_where_something_is_not_certain() -> None:
    conda = (Pin("torch", "2.0.1", Location("uv.lock", 7), Ecosystem.CONDA),)
    assert found((asks("torch", ">=2.2"),), conda)[0].confidence is Confidence.MEDIUM
    assert found((asks("torch", ">=2.2", "setup.py"),), pins(torch="2.0.1"))[0].confidence is Confidence.MEDIUM


def test_two_locks_and_two_projects_are_told_apart() -> None:
    declared = (asks("torch", ">=2.2"), asks("torch", ">=2.3", "packages/core/pyproject.toml"))
    held = (*pins(torch="2.0.1"), *pins("requirements.txt", torch="2.0.1"))
    findings = found(declared, held, member=COVERED)
    assert len({finding.fingerprint for finding in findings}) == len(findings) == 2
    workspace = next(finding for finding in findings if "uv.lock" in finding.message)
    assert [str(place) for place in workspace.locations] == [
        "packages/core/pyproject.toml:3",
        "pyproject.toml:3",
        "uv.lock:7",
    ]
