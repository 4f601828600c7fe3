"""What a scenario does at each place that has to do with a library: three rules, for they reach differently."""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING

from depscan.model import Context, Need, Scope
from depscan.scenario import versions
from depscan.scenario.outcome import Certainty, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.model import Declaration, ImportSite, Location, Package, Pin, Report

_LOCKED = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "pixi.toml")
"""Manifests that locks beside or above them are made from; so are `*.in` files."""

_GUARDED = (Context.LAZY, Context.OPTIONAL, Context.DYNAMIC)


def of_abandonment(report: Report, name: str) -> Iterator[Effect]:
    """The code that imports it; installing it goes on working for as long as nothing around it moves."""
    sites = [site for site in report.imports if site.package == name]
    production = [site for site in sites if site.scope is Scope.PRODUCTION]
    for certainty, where, found in (
        (Certainty.AFFECTED, "imported by production code", [s for s in production if s.context is Context.RUNTIME]),
        (
            Certainty.POSSIBLE,
            "imported by production code inside a function or behind a guard",
            [site for site in production if site.context in _GUARDED],
        ),
        (Certainty.POSSIBLE, "imported for the type checker", [s for s in production if s.context is Context.TYPING]),
        (Certainty.POSSIBLE, "imported by tests, docs, examples or tooling", [s for s in sites if s not in production]),
    ):
        if found:
            yield Effect(certainty, where, _places(found))
    declared = [each.location for each in _declared(report, name)]
    if declared and not sites:
        known = "imported nowhere" if report.imports else "where it is imported the report was saved without"
        yield Effect(Certainty.POSSIBLE if report.imports else Certainty.UNKNOWN, f"declared, {known}", tuple(declared))
    elif not sites:
        yield Effect(Certainty.POSSIBLE, "here because others require it", _pinned_at(report, name))


def of_next_release(report: Report, name: str, package: Package | None, direct: Sequence[str]) -> Iterator[Effect]:
    """Who takes what is published from now on; versions that are out keep their terms and their content."""
    last = versions.latest(package.latest, package.version) if package else ""
    pins = _pins(report, name)
    for pin in pins:
        yield Effect(Certainty.NOT_AFFECTED, f"fixed to {pin.version} until it is renewed", (pin.location,))
    for declaration in _declared(report, name):
        certainty, reason = _takes(declaration, last)
        if certainty is Certainty.AFFECTED and (locked := _locked(declaration, pins)):
            certainty = Certainty.POSSIBLE
            reason += f", once the lock is renewed that fixes {_versions(locked)}"
        yield Effect(certainty, reason, (declaration.location,))
    yield from _unfixed(report, name, direct)


def of_compromise(report: Report, name: str, bad: tuple[str, ...], direct: Sequence[str]) -> Iterator[Effect]:
    """Every place that an environment is made from; what the code imports does not matter."""
    pins = _pins(report, name)
    for pin in pins:
        yield Effect(*_is_bad(pin.version, bad), (pin.location,))
    for declaration in _declared(report, name):
        yield Effect(*_resolves(declaration, bad, _locked(declaration, pins)), (declaration.location,))
    yield from _unfixed(report, name, direct)


def _unfixed(report: Report, name: str, direct: Sequence[str]) -> Iterator[Effect]:
    """
    Where it comes in without being named: what is declared there brings it in, and nothing there fixes it.

    If nobody asks for it, the code that imports it must find it installed all the same.
    """
    pins = _pins(report, name)
    named = {pin.location.path for pin in pins} | {each.location.path for each in _declared(report, name)}
    bringing = [each for one in direct if one != name for each in _declared(report, one)]
    loose = [each for each in bringing if each.location.path not in named and not _locked(each, pins)]
    if loose:
        reason = "brought in by what is declared here, and fixed to no version"
        yield Effect(Certainty.POSSIBLE, reason, tuple(each.location for each in loose))
    sites = [site for site in report.imports if site.package == name]
    if sites and not named and not direct:
        reason = "imported and declared nowhere: any version may be installed"
        yield Effect(Certainty.POSSIBLE, reason, _places(sites))


# -- single places ----------------------------------------------------------------------------------------------------


def _takes(declaration: Declaration, last: str) -> tuple[Certainty, str]:
    """Whether a requirement admits the next release."""
    asked = declaration.specifier or "any version"
    if declaration.url:
        return Certainty.UNKNOWN, "taken from an address: whether it follows new releases is not known"
    if only := versions.exact(declaration.specifier):
        return Certainty.NOT_AFFECTED, f"asks for {only} only"
    admitted = versions.newer(declaration.specifier, last)
    if admitted is None:
        return Certainty.UNKNOWN, f"asks for {asked}; the newest release is not known"
    if not admitted:
        return Certainty.NOT_AFFECTED, f"asks for {asked}, no release after {last}"
    if not last:
        return Certainty.AFFECTED, f"asks for {asked}, takes every new release"
    return Certainty.AFFECTED, f"asks for {asked}, takes the next {_listed(admitted)} release after {last}"


def _is_bad(version: str, bad: tuple[str, ...]) -> tuple[Certainty, str]:
    if not bad:
        return Certainty.UNKNOWN, f"fixed to {version}; which versions are compromised is not given"
    found = versions.holds(version, bad)
    if found is None:
        return Certainty.UNKNOWN, f"fixed to {version}, which cannot be compared"
    return (Certainty.AFFECTED if found else Certainty.NOT_AFFECTED), f"fixed to {version}"


def _resolves(declaration: Declaration, bad: tuple[str, ...], locked: Sequence[Pin]) -> tuple[Certainty, str]:
    """Whether an installation from this requirement could have taken a compromised version."""
    asked = declaration.specifier or "any version"
    if declaration.url:
        return Certainty.UNKNOWN, "taken from an address: its version is not known"
    if only := versions.exact(declaration.specifier):
        return _is_bad(only, bad)
    admitted = versions.meets(declaration.specifier, bad) if bad else True
    if admitted is None:
        return Certainty.UNKNOWN, f"asks for {asked}, which cannot be compared"
    if not admitted:
        return Certainty.NOT_AFFECTED, f"asks for {asked}, which excludes it"
    if locked and bad and all(versions.holds(pin.version, bad) is False for pin in locked):
        return Certainty.NOT_AFFECTED, f"asks for {asked}, and is installed by a lock that fixes {_versions(locked)}"
    return Certainty.POSSIBLE, f"asks for {asked}: could have resolved to it"


def _locked(declaration: Declaration, pins: Sequence[Pin]) -> list[Pin]:
    """What the locks fix that an installation from this manifest follows: the nearest, beside it or above."""
    path = declaration.location.path
    if basename(path) not in _LOCKED and not path.endswith(".in"):
        return []
    folder = f"{dirname(path)}/".lstrip("/")
    above = [pin for pin in pins if folder.startswith(_folder(pin))]
    nearest = max(map(_folder, above), key=len, default="")
    return [pin for pin in above if _folder(pin) == nearest]


def _folder(pin: Pin) -> str:
    return f"{dirname(pin.location.path)}/".lstrip("/")


def _versions(pins: Sequence[Pin]) -> str:
    return _listed(sorted({pin.version for pin in pins}))


def _pins(report: Report, name: str) -> list[Pin]:
    """What locks and environments fix; a resolution made for the report fixes nothing."""
    return [pin for pin in report.pins if pin.name == name and not pin.location.path.startswith("resolved (")]


def _declared(report: Report, name: str) -> list[Declaration]:
    """Without constraints, which ask for nothing, and without lines of a compiled list, which are pins already."""
    pinned = {pin.location for pin in _pins(report, name) if pin.location.line}
    asked = [each for each in report.declarations if each.name == name and each.scope is not Need.CONSTRAINT]
    return [declaration for declaration in asked if declaration.location not in pinned]


def _pinned_at(report: Report, name: str) -> tuple[Location, ...]:
    return tuple(pin.location for pin in _pins(report, name))


def _places(sites: Sequence[ImportSite]) -> tuple[Location, ...]:
    return tuple(sorted({site.location for site in sites}))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
