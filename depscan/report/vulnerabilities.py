"""Known vulnerabilities: how far they were looked up, and which packages they concern; never that there are none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from depscan.model import Affected, Fix, Severity
from depscan.report.libraries import many
from depscan.report.page import Column, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from depscan.model import Advisory, Exposed, Finding, Report
    from depscan.report.page import Page, Part

FEW = 3
"""Packages of which it is not known whether they are affected that are shown without -v."""

NOT_LOOKED_UP = (
    "not looked up: import a database (depscan knowledge import-advisories PATH), or ask a service (--advisories osv)"
)
STATES = tuple(Affected)
"""What is certain first."""

MEANING = {
    Affected.YES: "a pinned version is among those a record names",
    Affected.POSSIBLY: "no version is pinned, and affected ones are admitted",
    Affected.UNKNOWN: "whether an affected version comes in is not known",
}

UNRATED = "not stated"
"""What is written where a record states none."""

_NAMED = 5
_WORST_FIRST: tuple[Severity | None, ...] = (*reversed(Severity), None)
_STYLE = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}


@dataclass(frozen=True, slots=True)
class Group:
    """The records on one package that concern it in the same way."""

    package: str
    state: Affected
    records: tuple[Exposed, ...]
    """Worst first: hostile releases, then by what they weigh here."""
    malicious: bool
    """Whether the worst one reports a hostile release."""

    @property
    def worst(self) -> Exposed:
        """The record that weighs most."""
        return self.records[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """The records, each once."""
        return tuple(dict.fromkeys(each.id for each in self.records))

    @property
    def version(self) -> str:
        """The versions that are fixed, else how many are admitted that are affected."""
        if pinned := sorted({each.version for each in self.records if each.version}):
            return ", ".join(pinned)
        admitted = {version for each in self.records for version in each.versions}
        return many(len(admitted), "version") if admitted else ""


def looked_up(report: Report) -> str:
    """How far known vulnerabilities were looked up, in a sentence without its full stop."""
    audit = report.audit
    if audit is None:
        return NOT_LOOKED_UP
    rest = audit.asked - audit.answered
    unknown = f"; of {rest:,} nothing is known" if rest > 0 else ""
    what = "package or version" if audit.asked == 1 else "packages and versions"
    as_of = f", as of {audit.retrieved}" if audit.retrieved and audit.retrieved not in audit.source else ""
    return f"{audit.answered:,} of {audit.asked:,} {what} looked up in {audit.source or '?'}{as_of}{unknown}"


def counted(report: Report) -> str:
    """How many records concern the project, by state and by what they weigh; without its full stop."""
    if report.audit is None:
        return ""
    found = {state: records for state in STATES if (records := in_state(report, state))}
    if not found:
        return "No record concerns what was looked up" if report.audit.answered else ""
    named = {(each.package, each.id) for records in found.values() for each in records}
    parts = [f"{len(records):,} {state} ({by_severity(records)})" for state, records in found.items()]
    decided = len(named & accepted(report).keys())
    return f"{many(len(named), 'record')}: {', '.join(parts)}{f'; {decided:,} accepted' if decided else ''}"


def by_severity(records: Iterable[Exposed]) -> str:
    """`1 critical, 2 not stated`: by what they weigh here."""
    weighed = [each.weighed for each in records]
    if not any(weighed):
        return f"severity {UNRATED}"
    return ", ".join(f"{number:,} {each or UNRATED}" for each in _WORST_FIRST if (number := weighed.count(each)))


def in_state(report: Report, state: Affected) -> tuple[Exposed, ...]:
    """The records that concern a package in this way, each once for a package, however many versions are pinned."""
    alike = (each for package in report.packages for each in package.advisories if each.state is state)
    return tuple({(each.package, each.id): each for each in alike}.values())


def groups(report: Report) -> Mapping[Affected, Sequence[Group]]:
    """By state, then by package, the worst first."""
    known = by_id(report)
    found: dict[Affected, list[Group]] = {state: [] for state in STATES}
    for package in report.packages:
        for state, members in groupby(in_order(package.advisories, known), key=lambda each: each.state):
            alike = tuple(members)
            found[state].append(Group(package.name, state, alike, _is_malicious(alike[0], known)))
    for alike_ in found.values():
        alike_.sort(key=lambda group: (*_badness(group.worst)[:1], -len(group.records), group.package))
    return {state: tuple(found[state]) for state in STATES if found[state]}


def by_id(report: Report) -> Mapping[tuple[str, str], Advisory]:
    """The records by package and name."""
    return {(advisory.package, advisory.id): advisory for advisory in report.advisories}


def accepted(report: Report) -> Mapping[tuple[str, str], Finding]:
    """
    For each package and record that the policy accepts, the finding with the reason.

    The first rule that found something decides: that there is a fix which is forbidden is another matter.
    """
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(report.findings, key=lambda finding: finding.code):
        alike = found.setdefault((finding.package, finding.advisory), [])
        if finding.advisory and (not alike or alike[0].code == finding.code):
            alike.append(finding)
    return {key: alike[0] for key, alike in found.items() if alike and all(each.suppressed for each in alike)}


def weight(exposed: Exposed, arrow: str = "->") -> str:
    """The record's severity, and what it weighs here where that is another."""
    own = exposed.severity or UNRATED
    return str(own) if exposed.weighed == exposed.severity else f"{own} {arrow} {exposed.weighed or UNRATED}"


def remedy(group: Group) -> str:
    """
    The version that is without these flaws and that the declarations admit, as far as the records tell.

    It is the highest of those that each record names; where only some do, that is said. `forbidden`: there is one, but
    no declaration admits it.
    """
    fixed = {each.fixed_by for each in group.records if each.fixed_by}
    forbidden = any(each.fix is Fix.FORBIDDEN for each in group.records)
    number = len(group.records)
    if not fixed:
        return "forbidden" if forbidden else "none"
    told = sum(bool(each.fixed_by) for each in group.records)
    return highest(fixed) if told == number else f"{highest(fixed)} ({told} of {number})"


def highest(versions: Iterable[str]) -> str:
    """The highest version; what cannot be compared counts as lowest."""
    from packaging.version import InvalidVersion, Version

    def key(version: str) -> tuple[bool, Version, str]:
        try:
            return True, Version(version), version
        except InvalidVersion:
            return False, Version("0"), version

    return max(versions, key=key)


def in_order(records: Iterable[Exposed], known: Mapping[tuple[str, str], Advisory]) -> Sequence[Exposed]:
    """The most certain first, of those hostile releases, then the worst, then the newest number."""
    newest_first = sorted(records, key=lambda each: (each.id, each.version), reverse=True)
    return sorted(
        newest_first, key=lambda each: (STATES.index(each.state), not _is_malicious(each, known), *_badness(each))
    )


def _badness(exposed: Exposed) -> tuple[int, int]:
    return _WORST_FIRST.index(exposed.weighed), _WORST_FIRST.index(exposed.severity)


def _is_malicious(exposed: Exposed, known: Mapping[tuple[str, str], Advisory]) -> bool:
    advisory = known.get((exposed.package, exposed.id))
    return advisory is not None and advisory.malicious


# -- on a terminal -----------------------------------------------------------------------------------------------------


def write(page: Page, report: Report, *, verbose: int, limit: int | None) -> None:
    """How far was looked, how many records there are, and a table of the packages that they concern."""
    page.text(("Known vulnerabilities", "bold"))
    said = looked_up(report)
    page.text(f"{said[:1].upper()}{said[1:]}.", hang=2)
    if numbers := counted(report):
        page.text(f"{numbers}.", hang=2)
    if found := groups(report):
        sections = [_section(state, alike, verbose=verbose, limit=limit) for state, alike in found.items()]
        page.table(_COLUMNS, sections)


def headline(report: Report) -> str:
    """A sentence when a pinned version is affected, else nothing."""
    affected = groups(report).get(Affected.YES, ())
    if not affected:
        return ""
    number = sum(len(group.ids) for group in affected)
    names = ", ".join(group.package for group in affected[:_NAMED])
    more = f" and {len(affected) - _NAMED} more" if len(affected) > _NAMED else ""
    known = "1 known vulnerability affects" if number == 1 else f"{number:,} known vulnerabilities affect"
    return f"{known} pinned versions: {names}{more}."


_COLUMNS = (
    Column(("package",), spare=14),
    Column(("version",), spare=11),
    Column(("worst record",), spare=19),
    Column(("severity",), spare=14),
    Column(("records",), right=True),
    Column(("fixed by",), spare=10),
)


def _section(state: Affected, found: Sequence[Group], *, verbose: int, limit: int | None) -> Section:
    most = min(limit, FEW) if limit is not None and state is Affected.UNKNOWN else limit
    rows = tuple(
        Row(_cells(group), ((", ".join(group.ids), "dim"),) if verbose and len(group.ids) > 1 else ())
        for group in found[:most]
    )
    hidden = len(found) - len(rows)
    footer = ((f"... and {hidden} more (-v shows all)", "dim"),) if hidden else ()
    said = f" ({len(found)}): {MEANING[state]}"
    return Section(((state.capitalize(), "bold"), (said, "dim")), rows, footer)


def _cells(group: Group) -> tuple[Part, ...]:
    worst = group.worst
    severity = worst.weighed
    said = f"malicious, {weight(worst)}" if group.malicious else weight(worst)
    return (
        (group.package, "bold" if group.state is Affected.YES else ""),
        group.version or ("-", "dim"),
        worst.id,
        (said, _STYLE[severity] if severity else "dim"),
        str(len(group.ids)),
        remedy(group),
    )
