"""Known vulnerabilities of what a project asks for: what is looked up, where, and how far that came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.errors import ConfigError
from depscan.model import Advisory, Audit, Exposed, FactKind, Gap, Location, Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from depscan.knowledge.advisories import Wanted
    from depscan.model import Evidence

SERVICES = ("offline", "pypi", "osv", "esms")
"""Where advisories come from: the user's imported database, or a service that pip-audit speaks to."""

MOST_DAYS = 90
"""How old the newest record of a database may be before that is a gap."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was learnt; that nothing is said of a package means something only as far as `audit` goes."""

    audit: Audit | None = None
    advisories: tuple[Advisory, ...] = ()
    exposed: tuple[Exposed, ...] = ()
    gaps: tuple[Gap, ...] = ()


def audit(
    evidence: Evidence,
    *,
    service: str,
    data: Path | None,
    today: str,
    max_age: int = MOST_DAYS,
    osv_url: str = "",
    index_url: str = "",
    cache: Path | None = None,
) -> Found:
    """
    Look up every package that anything names.

    Without a `service` the database in the folder `data` is used where there is one, else nothing is looked up. Raises
    ConfigError when the database is asked for and there is none.
    """
    from depscan.knowledge.advisories import FILE

    if service not in {"", *SERVICES}:
        raise ConfigError(f"{service!r} is no source of advisories; known are {', '.join(SERVICES)}")
    asked = wanted(evidence)
    if service in {"", "offline"}:
        path = None if data is None else data / FILE
        if path is None or not path.is_file():
            if service:
                raise ConfigError(
                    "there is no advisory database: import one with `depscan knowledge import-advisories PATH` "
                    "(an all.zip of OSV's PyPI records, osv-scanner's folder, or a folder of records)"
                )
            return Found()
        return _offline(asked, path, today, max_age)
    return _online(asked, service, today, osv_url=osv_url, index_url=index_url, cache=cache)


def wanted(evidence: Evidence) -> dict[str, Wanted]:
    """
    For each package of others the versions that are fixed, what is asked for, and which releases are known.

    What the declarations of one folder ask for must hold together; those of several are alternatives.
    """
    from depscan.knowledge.advisories import Wanted

    own = {project.name for project in evidence.projects}
    pins: dict[str, set[str]] = {}
    for pin in evidence.pins:
        pins.setdefault(pin.name, set()).add(pin.version)
    asked: dict[str, dict[str, set[str]]] = {}
    for each in evidence.declarations:
        if not each.url and each.scope is not Need.CONSTRAINT:
            folder = each.location.path.rpartition("/")[0]
            asked.setdefault(each.name, {}).setdefault(folder, set()).add(each.specifier)
    released: dict[str, set[str]] = {}
    for fact in evidence.facts:
        if fact.kind in {FactKind.RELEASE, FactKind.LATEST}:
            released.setdefault(fact.package, set()).add(fact.value)
    imported = {name for link in evidence.links for name in link.packages}
    return {
        name: Wanted(
            pins=tuple(sorted(pins.get(name, ()))),
            specifiers=tuple(sorted({",".join(sorted(s - {""})) for s in asked.get(name, {}).values()})),
            released=tuple(sorted(released.get(name, ()))),
        )
        for name in sorted((pins.keys() | asked.keys() | imported) - own)
    }


def _offline(asked: Mapping[str, Wanted], path: Path, today: str, max_age: int) -> Found:
    from depscan.knowledge.advisories import Database
    from depscan.knowledge.advisories import audit as judge

    with Database(path) as database:
        about = database.about
        records = database.lookup(asked)
    newest = about.newest or about.imported
    found = _sorted(judge(asked, records, source=about.name, retrieved=newest))
    gaps = found.gaps
    if (days := about.days(today)) > max_age:
        reason = (
            f"the newest record of the advisory database is {days} days old (more than {max_age}): what became known "
            "since is not in it; import a newer copy"
        )
        gaps = (*gaps, Gap("advisories", Location(""), reason))
    return Found(Audit(about.name, newest, len(asked), len(asked)), found.advisories, found.exposed, gaps)


def _online(
    asked: Mapping[str, Wanted], service: str, today: str, *, osv_url: str, index_url: str, cache: Path | None
) -> Found:
    from depscan.knowledge.advisories import Wanted, pipaudit
    from depscan.knowledge.advisories import audit as judge

    pins = {name: each.pins for name, each in asked.items() if each.pins}
    answers: list[pipaudit.Answer] = []
    gaps: list[Gap] = []
    summary = pipaudit.Summary(service, 0, 0, "")
    for told in pipaudit.audit(pins, service=service, osv_url=osv_url, index_url=index_url, cache=cache, today=today):
        if isinstance(told, pipaudit.Answer):
            answers.append(told)
        elif isinstance(told, Gap):
            gaps.append(told)
        else:
            summary = told
    loose = sorted(asked.keys() - pins.keys())
    if loose:
        many = (
            "1 package has no fixed version and was"
            if len(loose) == 1
            else f"{len(loose)} packages have no fixed version and were"
        )
        reason = f"{many} not looked up: {', '.join(loose[:8])}"
        gaps.append(Gap("advisories", Location(""), reason + (", ..." if len(loose) > 8 else "")))
    versions: dict[str, set[str]] = {}
    for answer in answers:
        versions.setdefault(answer.package, set()).add(answer.version)
    whole = service == "osv"
    judged = {
        name: Wanted(tuple(sorted(found)), asked[name].specifiers, asked[name].released if whole else ())
        for name, found in versions.items()
    }
    records = {name: tuple(r for a in answers if a.package == name for r in a.records) for name in judged}
    found = _sorted(judge(judged, records, source=summary.service, retrieved=summary.retrieved or today))
    return Found(
        Audit(summary.service, summary.retrieved, summary.asked + len(loose), summary.answered),
        found.advisories,
        found.exposed,
        (*found.gaps, *gaps),
    )


def _sorted(told: Iterable[Advisory | Exposed | Gap]) -> Found:
    advisories: set[Advisory] = set()
    exposed: set[Exposed] = set()
    gaps: list[Gap] = []
    for each in told:
        if isinstance(each, Advisory):
            advisories.add(each)
        elif isinstance(each, Exposed):
            exposed.add(each)
        else:
            gaps.append(each)
    return Found(
        None,
        tuple(sorted(advisories, key=lambda a: (a.package, a.id))),
        tuple(sorted(exposed, key=lambda e: (e.package, e.id, e.version))),
        tuple(gaps),
    )
