"""What is looked up of a project's packages, and that nothing is called sound which was not looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from depscan import auditing
from depscan.errors import ConfigError
from depscan.knowledge import advisories
from depscan.knowledge.advisories import Wanted, osv, pipaudit
from depscan.model import (
    Advisory,
    Affected,
    Declaration,
    Evidence,
    Fact,
    FactKind,
    Fix,
    Gap,
    Import,
    Link,
    Location,
    Need,
    Origin,
    Pin,
    Project,
    Resolver,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = "2026-11-24"
RECORD = {
    "schema_version": "1.6.0",
    "id": "PYSEC-1-1",
    "modified": "2026-11-01T00:00:00Z",
    "aliases": ["CVE-1-1"],
    "summary": "it leaks",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "torch"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]}],
            "versions": ["1.9", "2.0"],
        }
    ],
}


def ask(name: str, specifier: str = "", path: str = "pyproject.toml", **more: Any) -> Declaration:
    return Declaration(name, Location(path, 3), specifier, **more)


def pin(name: str, version: str) -> Pin:
    return Pin(name, version, Location("uv.lock", 4))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    records = tmp_path / "records"
    records.mkdir()
    (records / "one.json").write_text(json.dumps(RECORD))
    advisories.import_records(records, tmp_path / "data", today=TODAY)
    return tmp_path / "data"


def found(evidence: Evidence, **options: Any) -> auditing.Found:
    return auditing.audit(evidence, **({"service": "", "data": None, "today": TODAY} | options))


def test_what_is_wanted() -> None:
    link = Link("a.py", Import("yaml"), Origin.THIRD_PARTY, Resolver.TABLE, ("pyyaml",))
    evidence = Evidence(
        projects=(Project("", "app", Location("pyproject.toml")),),
        declarations=(
            ask("torch", ">=1"),
            ask("torch", "<3"),
            ask("torch", "==2.*", "sub/requirements.txt"),
            ask("app"),
            ask("numpy", "<2", scope=Need.CONSTRAINT),
            ask("clip", url="https://example.org/clip.zip"),
        ),
        pins=(pin("numpy", "1.26"), pin("numpy", "2.0")),
        links=(link,),
        facts=(
            Fact("torch", FactKind.RELEASE, "2.1", "index", TODAY),
            Fact("torch", FactKind.LATEST, "2.2", "index", TODAY),
            Fact("torch", FactKind.STATUS, "active", "index", TODAY),
        ),
    )
    assert auditing.wanted(evidence) == {
        "numpy": Wanted(pins=("1.26", "2.0")),
        "pyyaml": Wanted(),
        "torch": Wanted(specifiers=("<3,>=1", "==2.*"), released=("2.1", "2.2")),
    }


def test_without_a_database_nothing_was_looked_up(tmp_path: Path) -> None:
    evidence = Evidence(pins=(pin("torch", "2.0"),))
    assert found(evidence) == auditing.Found()
    assert found(evidence, data=tmp_path) == auditing.Found()
    with pytest.raises(ConfigError, match="import-advisories"):
        found(evidence, data=tmp_path, service="offline")
    with pytest.raises(ConfigError, match="no source of advisories"):
        found(evidence, service="nvd")


@pytest.mark.parametrize("service", ["", "offline"])
def test_an_imported_database(service: str, data: Path) -> None:
    evidence = Evidence(pins=(pin("torch", "2.0"), pin("numpy", "1.0")))
    result = found(evidence, data=data, service=service)
    assert result.audit is not None
    assert (result.audit.asked, result.audit.answered, result.audit.retrieved) == (2, 2, "2026-11-01")
    (advisory,) = result.advisories
    (exposed,) = result.exposed
    assert (advisory.id, advisory.aliases) == ("PYSEC-1-1", ("CVE-1-1",))
    assert (exposed.state, exposed.version, exposed.fix) == (Affected.YES, "2.0", Fix.AVAILABLE)
    assert result.gaps == ()
    sound = found(Evidence(pins=(pin("torch", "2.1"),)), data=data)
    assert sound.audit is not None
    assert sound.exposed == ()
    possibly = found(Evidence(declarations=(ask("torch", ">=1.9"),)), data=data)
    assert possibly.exposed[0].state is Affected.POSSIBLY


def test_an_old_database_is_a_gap(data: Path) -> None:
    evidence = Evidence(pins=(pin("torch", "2.0"),))
    (gap,) = found(evidence, data=data, max_age=10).gaps
    assert "23 days old (more than 10)" in gap.reason


def test_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    records = osv.read(RECORD)[0]
    advisory = Advisory("PYSEC-1-1", "torch", "OSV", TODAY)

    def audit(pins: dict[str, Any], *, service: str, today: str, **_: Any) -> Iterator[Any]:
        assert pins == {"torch": ("2.0+cu118",), "numpy": ("1.0",)}
        yield pipaudit.Answer("torch", "2.0+cu118", "2.0", (advisory,), records)
        yield Gap("knowledge", Location(""), "numpy was not looked up")
        yield pipaudit.Summary(service, 2, 1, today)

    monkeypatch.setattr(pipaudit, "audit", audit)
    evidence = Evidence(
        pins=(pin("torch", "2.0+cu118"), pin("numpy", "1.0")), declarations=(ask("loose", ">=1"), ask("torch", ">=2"))
    )
    result = found(evidence, service="osv")
    assert result.audit is not None
    assert (result.audit.source, result.audit.asked, result.audit.answered) == ("osv", 3, 1)
    (exposed,) = result.exposed
    assert (exposed.package, exposed.version, exposed.audited, exposed.fix) == (
        "torch",
        "2.0+cu118",
        "2.0",
        Fix.AVAILABLE,
    )
    assert [gap.reason for gap in result.gaps] == [
        "numpy was not looked up",
        "1 package has no fixed version and was not looked up: loose",
    ]
