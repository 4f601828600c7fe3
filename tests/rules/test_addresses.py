"""DS108 on hand-made evidence: which addresses are fixed, and that none of them gives a credential away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import rules
from depscan.model import Confidence, Declaration, Evidence, Finding, Location, Need, Pin, Project, Severity
from depscan.rules import Case, addresses

APP = Project("", "app", Location("pyproject.toml", 1))
SHA = "3ba01b24166946f1d1ab8b1c3a4b55b4ed0a4f5e"
NO_COMMIT = "without a commit"
NO_VERSION = "without a version or a hash"


def branch(name: str) -> str:
    return f"at {name}, a branch or tag"


@pytest.mark.parametrize(
    ("url", "drift"),
    [
        ("", ""),
        ("git+https://host/o/r", NO_COMMIT),
        ("git+https://host/o/r.git@main", branch("main")),
        ("git+https://host/o/r.git@v1.2.0#egg=r", branch("v1.2.0")),
        ("git+https://host/o/r.git@feature/x", branch("feature/x")),
        (f"git+https://host/o/r.git@{SHA}", ""),
        (f"git+https://host/o/r.git@{SHA[:7]}#egg=r&subdirectory=python", ""),
        (f"git+https://host/o/r.git@{SHA[:6]}", branch(SHA[:6])),
        ("git+https://host/o/r.git@20240131", branch("20240131")),
        ("git+https://user@host/o/r.git", NO_COMMIT),
        (f"git+https://user:secret@host/o/r.git@{SHA}", ""),
        ("git+https://user:sec/ret@host/o/r.git", NO_COMMIT),
        ("git+ssh://git@host/o/r.git", NO_COMMIT),
        (f"git+ssh://git@host/o/r.git@{SHA}", ""),
        ("git+git@host:o/r.git", NO_COMMIT),
        (f"git+git@host:o/r.git@{SHA}", ""),
        ("git://host/o/r", NO_COMMIT),
        (f"hg+https://host/o/r@{SHA[:12]}", ""),
        ("hg+https://host/o/r@default", branch("default")),
        ("svn+https://host/o/r/trunk", NO_COMMIT),
        ("svn+https://host/o/r/trunk@1234", ""),
        ("bzr+https://host/o/r@r12", ""),
        ("https://host/torch-2.1-cp311-none-any.whl", ""),
        ("https://host/o/r/archive/main.zip", NO_VERSION),
        ("https://host/o/r/archive/refs/heads/release-1.2.zip", NO_VERSION),
        ("https://host/o/r/archive/refs/tags/v1.2.tar.gz", ""),
        (f"https://host/o/r/archive/{SHA}.zip", ""),
        (f"https://host/o/r/zip/{SHA}", ""),
        ("https://host/o/r/zip/main", NO_VERSION),
        ("https://host/o/r/releases/download/v1.2/r.tar.gz", ""),
        ("https://host/r-1.2.0.tar.gz", ""),
        ("https://host/r.tar.gz", NO_VERSION),
        (f"https://host/r.tar.gz#sha256={SHA}", ""),
        ("https://host/r.tar.gz#egg=r-1.2", NO_VERSION),
        ("https://host", NO_VERSION),
        ("./vendor/r", ""),
        ("../r", ""),
        ("C:\\r", ""),
        ("file:///srv/r", ""),
        ("git+file:///srv/r", ""),
        ("git+./r", ""),
    ],
)
def test_addresses(url: str, drift: str) -> None:
    assert addresses.drift(url) == drift


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("git+https://user:secret@host/o/r.git@main#egg=r", "https://host/o/r.git"),
        ("git+https://secret@host:8443/o/r", "https://host:8443/o/r"),
        ("git+https://user:sec/ret@host/o/r@main", "https://host/o/r"),
        ("git+ssh://git@host/o/r.git", "ssh://host/o/r.git"),
        ("git+user@host:o/r.git@main", "host:o/r.git"),
        ("https://host/r.tar.gz?token=secret#sha256=1", "https://host/r.tar.gz"),
        ("https://host/" + "r" * 200, "https://host/" + "r" * 107 + "…"),
        ("./vendor", ""),
    ],
)
def test_what_is_shown_of_an_address(url: str, shown: str) -> None:
    assert addresses.shown(url) == shown


@given(st.text(st.sampled_from("@:/#?+.git abc0"), max_size=40))
def test_any_text_is_judged(url: str) -> None:
    assert len(addresses.shown(url)) <= 121
    assert bool(addresses.shown(url)) or not addresses.drift(url)


def asks(
    path: str = "pyproject.toml", url: str = "git+https://u:secret@host/o/clip@main", need: Need = Need.RUNTIME
) -> Declaration:
    return Declaration("clip", Location(path, 3), scope=need, url=url)


def found(*declarations: Declaration, pins: tuple[Pin, ...] = ()) -> tuple[Finding, ...]:
    return rules.check(Case(Evidence((APP,), declarations, pins)), select=["DS108"])


def test_the_finding() -> None:
    (finding,) = found(asks())
    assert (finding.package, finding.severity, finding.confidence) == ("clip", Severity.MEDIUM, Confidence.HIGH)
    assert finding.message == (
        "clip is taken from https://host/o/clip at main, a branch or tag: what is installed can change from one day to "
        "the next"
    )
    assert finding.locations == (Location("pyproject.toml", 3),)


@pytest.mark.parametrize(
    ("path", "need", "severity"),
    [
        ("pyproject.toml", Need.RUNTIME, Severity.MEDIUM),
        ("environment.yml", Need.RUNTIME, Severity.MEDIUM),
        ("pyproject.toml", Need.EXTRA, Severity.LOW),
        ("requirements-dev.txt", Need.DEVELOPMENT, Severity.LOW),
        ("pyproject.toml", Need.BUILD, Severity.LOW),
        ("docs/requirements.txt", Need.RUNTIME, Severity.LOW),
        ("try.ipynb", Need.RUNTIME, Severity.LOW),
    ],
)
def test_severity(path: str, need: Need, severity: Severity) -> None:
    assert [finding.severity for finding in found(asks(path, need=need))] == [severity]


def test_one_finding_per_package_the_worst_place_first() -> None:
    (finding,) = found(asks("docs/requirements.txt"), asks("setup.cfg", "git+https://host/o/other"))
    assert finding.severity is Severity.MEDIUM
    assert [place.path for place in finding.locations] == ["setup.cfg", "docs/requirements.txt"]
    assert "https://host/o/other without a commit" in finding.message


def test_the_project_itself_is_not_reported() -> None:
    assert not found(Declaration("app", Location("try.ipynb", 1), url="git+https://host/o/app"))


def test_what_a_lock_holds_is_fixed() -> None:
    assert not found(asks(), pins=(Pin("clip", "1.0", Location("uv.lock", 3)),))
    assert found(asks(), pins=(Pin("clip", "1.0", Location("docs/uv.lock", 3)),))
