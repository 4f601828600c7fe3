"""Every sample project holds what it says it holds: sample_projects/*/expected.toml against a scan of the sample."""

from __future__ import annotations

import dataclasses
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import depscan
from depscan.model import Code, Exposure, Finding, Model, Package, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.model import Report

SAMPLES = Path(__file__).resolve().parent.parent / "sample_projects"
EXPECTATIONS = sorted(SAMPLES.glob("*/expected.toml"))

KEYS = {
    "": {"why", "complete", "find", "absent", "gap", "packages", "models", "code"},
    "find": {"code", "package", "severity", "confidence", "location", "contains"},
    "absent": {"code", "package"},
    "gap": {"stage", "path", "contains"},
    "packages": {field.name for kind in (Package, Exposure) for field in dataclasses.fields(kind)},
    "models": {"where", *(field.name for field in dataclasses.fields(Model))},
    "code": {field.name for field in dataclasses.fields(Code)},
}
"""What an expected.toml may hold. `complete` lists codes of which `find` names every finding."""


def sample(path: Path) -> str:
    return path.parent.name


@cache
def expected(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@cache
def report(path: Path) -> Report:
    return depscan.scan(path.parent)


def each(kind: str) -> list[Any]:
    """One test per entry of this kind in all samples."""
    return [
        pytest.param(path, entry, id=f"{sample(path)}-{'-'.join(str(value) for value in entry.values())}"[:80])
        for path in EXPECTATIONS
        for entry in expected(path).get(kind, [])
    ]


def fits(finding: Finding, wanted: dict[str, str]) -> bool:
    return finding.code == wanted["code"] and finding.package == wanted["package"]


def shown(findings: Iterator[Finding] | tuple[Finding, ...]) -> str:
    return "\n".join(f"{f.code} {f.severity} {f.confidence} {f.message}" for f in findings)


def test_there_are_samples_and_each_folder_is_one() -> None:
    folders = {folder.name for folder in SAMPLES.iterdir() if folder.is_dir()}
    assert folders == {sample(path) for path in EXPECTATIONS}
    assert len(folders) >= 8


@pytest.mark.parametrize("path", EXPECTATIONS, ids=sample)
def test_expectations_are_well_formed(path: Path) -> None:
    wanted = expected(path)
    assert wanted.keys() <= KEYS[""]
    assert wanted["why"].strip()
    assert wanted.get("find") or wanted.get("absent") or wanted.get("gap"), "a sample expects something"
    for kind in ("find", "absent", "gap"):
        assert all(entry.keys() <= KEYS[kind] for entry in wanted.get(kind, []))
    assert all(values.keys() <= KEYS["packages"] for values in wanted.get("packages", {}).values())
    assert all(values.keys() <= KEYS["models"] for values in wanted.get("models", {}).values())
    assert wanted.get("code", {}).keys() <= KEYS["code"]


@pytest.mark.parametrize(("path", "wanted"), each("find"))
def test_found(path: Path, wanted: dict[str, str]) -> None:
    findings = [f for f in report(path).findings if fits(f, wanted)]
    assert len(findings) >= 1, shown(report(path).findings)
    assert any(
        finding.severity == wanted.get("severity", finding.severity)
        and finding.confidence == wanted.get("confidence", finding.confidence)
        and wanted.get("location", str(finding.locations[0])) == str(finding.locations[0])
        and wanted.get("contains", "") in finding.message
        for finding in findings
    ), f"{shown(tuple(findings))}\nat {[str(f.locations[0]) for f in findings]}"


@pytest.mark.parametrize(("path", "unwanted"), each("absent"))
def test_not_found(path: Path, unwanted: dict[str, str]) -> None:
    assert not (hits := tuple(f for f in report(path).findings if fits(f, unwanted))), shown(hits)


@pytest.mark.parametrize("path", EXPECTATIONS, ids=sample)
def test_complete(path: Path) -> None:
    wanted = expected(path)
    extra = tuple(
        finding
        for finding in report(path).findings
        if finding.code in wanted.get("complete", [])
        and not any(fits(finding, entry) for entry in wanted.get("find", []))
    )
    assert not extra, shown(extra)


@pytest.mark.parametrize(("path", "wanted"), each("gap"))
def test_gap(path: Path, wanted: dict[str, str]) -> None:
    gaps = report(path).gaps
    assert any(
        gap.stage == wanted["stage"]
        and gap.location.path == wanted["path"]
        and wanted.get("contains", "").lower() in gap.reason.lower()
        for gap in gaps
    ), "\n".join(map(str, gaps))


@pytest.mark.parametrize("path", EXPECTATIONS, ids=sample)
def test_packages(path: Path) -> None:
    packages = {package.name: package for package in report(path).packages}
    wanted = expected(path).get("packages", {})
    actual = {name: values_of(packages[name], values) for name, values in wanted.items() if name in packages}
    assert actual == wanted


def values_of(package: Package, keys: dict[str, Any]) -> dict[str, Any]:
    values = {key: getattr(package, key) if hasattr(package, key) else getattr(package.exposure, key) for key in keys}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


@pytest.mark.parametrize("path", EXPECTATIONS, ids=sample)
def test_models(path: Path) -> None:
    """All models of a sample that expects any, each at all places that name it."""
    wanted = expected(path).get("models", {})
    found = {model.id: model for model in report(path).models}
    assert not wanted or found.keys() == wanted.keys()
    for name, values in wanted.items():
        told = {key: getattr(found[name], key) for key in values if key != "where"}
        assert told == {key: value for key, value in values.items() if key != "where"}
        assert sorted({str(place.location) for place in found[name].references}) == values["where"]


@pytest.mark.parametrize("path", EXPECTATIONS, ids=sample)
def test_code(path: Path) -> None:
    wanted = expected(path).get("code", {})
    assert {key: getattr(report(path).code, key) for key in wanted} == wanted


@pytest.mark.parametrize("path", EXPECTATIONS, ids=sample)
def test_every_finding_is_presentable(path: Path) -> None:
    findings = report(path).findings
    assert len({finding.fingerprint for finding in findings}) == len(findings)
    for finding in findings:
        assert 1 <= len(finding.locations) <= 20
        assert finding.message
        assert "\n" not in finding.message
        assert finding.severity in Severity
