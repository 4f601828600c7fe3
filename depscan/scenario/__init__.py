"""
What if a library is abandoned, relicensed or compromised, or whoever stands behind it acts: answered from a report.

Each scenario reaches differently. An abandoned library concerns the code that imports it, a relicensed one those who
take its next releases, a compromised one every environment that it can get into, imported or not; a steward or an
account concerns the next releases of all that is in its hands. docs/scenarios.md gives the rules.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from math import fsum
from typing import TYPE_CHECKING

from depscan.errors import DepscanError
from depscan.graph import DependencyGraph
from depscan.model import Context, Scope, Tier, normalised
from depscan.requires import Requirements
from depscan.scenario import effects, versions
from depscan.scenario.outcome import Certainty, Change, Effect, Effort, Kind, Library, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depscan.model import Location, Package, Report

__all__ = ["Certainty", "Change", "Effect", "Effort", "Kind", "Library", "NotInReport", "Outcome", "run", "run_many"]

_FORM = "abandoned:PACKAGE, relicensed:PACKAGE, compromised:PACKAGE[@VERSIONS], steward:NAME or account:NAME"
_CHAINS = 10
_SYMBOLS = 10
_SEAM_NAMES = 10
_SUREST_FIRST = tuple(Certainty)
_HARDEST_FIRST = tuple(Tier)

_HORIZONS = {
    Kind.ABANDONED: "quarters",
    Kind.RELICENSED: "the next upgrade",
    Kind.COMPROMISED: "hours",
    Kind.STEWARD: "the next releases",
    Kind.ACCOUNT: "the next releases",
}
_UNKNOWN = {
    Kind.ABANDONED: (
        "the last Python that it supports, and whether a fork or a successor offers the same interface",
        "whether classes derive from its own, or files hold its formats, which makes it harder to replace",
    ),
    Kind.RELICENSED: (
        "which packages contain a copy of it and would pass its new terms on",
        "the new terms, and whether the way in which the project is delivered makes them matter",
    ),
    Kind.COMPROMISED: (
        "which secrets could be read where it was installed",
        "when each environment was made, and whether what is fixed was installed with hashes checked",
    ),
    Kind.STEWARD: ("which of its packages it would change",),
    Kind.ACCOUNT: ("who else must agree before a release, and what the account's other packages are",),
}
_NOT_CLAIMED = {
    Kind.ABANDONED: ("a date: what is installed goes on working until something around it moves",),
    Kind.RELICENSED: ("that releases which are out change their terms: they do not",),
    Kind.COMPROMISED: ("that code which does not import it is safe: an installed package can run without",),
    Kind.STEWARD: ("that it means to act, or that it could withdraw releases which are out",),
    Kind.ACCOUNT: ("that the account is, or is likely to be, in wrong hands",),
}


class NotInReport(DepscanError):
    """The scenario is about a name that the report does not hold; the message gives near ones."""


def run(spec: str, report: Report) -> Outcome:
    """
    What the scenario does to the project of the report, which may be a saved one: nothing is scanned.

    Names match in any case, packages in any spelling and by import name. Raises DepscanError for what is no scenario,
    and NotInReport for a name that the report does not hold.
    """
    kind, name, bad = _parsed(spec)
    graph, supposed = _graph(report)
    if kind in {Kind.STEWARD, Kind.ACCOUNT}:
        subject, names = _held(report, kind, name)
        concentration = tuple(_without(report, kind, subject))
    else:
        subject = _package(report, graph, name)
        names, concentration = [subject], ()
    libraries = sorted((_library(report, graph, kind, each, bad) for each in names), key=_rank)
    certainties = [effect.certainty for library in libraries for effect in library.effects]
    return Outcome(
        scenario=f"{kind}:{subject}{'@' if bad else ''}{'|'.join(bad)}",
        kind=kind,
        subject=subject,
        project=report.project.name,
        certainty=min(certainties, key=_SUREST_FIRST.index, default=Certainty.UNKNOWN),
        libraries=tuple(libraries),
        concentration=concentration,
        horizon=_HORIZONS[kind],
        unknown=(*_UNKNOWN[kind], *_unseen(report, graph, supposed, libraries)),
        not_claimed=_NOT_CLAIMED[kind],
    )


def run_many(spec: str, reports: Iterable[Report]) -> tuple[Outcome, ...]:
    """One outcome for each report that holds the name; raises NotInReport when none does."""
    found: list[Outcome] = []
    missing: NotInReport | None = None
    for report in reports:
        try:
            found.append(run(spec, report))
        except NotInReport as error:
            missing = missing or error
    if missing and not found:
        raise missing
    return tuple(found)


def _parsed(spec: str) -> tuple[Kind, str, tuple[str, ...]]:
    word, colon, rest = spec.strip().partition(":")
    word = word.strip().lower()
    name, at, wanted = rest.partition("@") if word == Kind.COMPROMISED else (rest, "", "")
    if not colon or word not in set(Kind) or not name.strip() or (at and not wanted.strip()):
        raise DepscanError(f"{spec!r} is no scenario; give {_FORM}")
    return Kind(word), name.strip(), versions.alternatives(wanted)


# -- what it is about -------------------------------------------------------------------------------------------------


def _package(report: Report, graph: DependencyGraph, name: str) -> str:
    """The package of that name, else the one imported by it."""
    names = {normalised(each): each for each in (*graph.closure(), *(package.name for package in report.packages))}
    if normalised(name) in names:
        return names[normalised(name)]
    for package in report.packages:
        if name.lower() in (each.lower() for each in package.import_names):
            return package.name
    raise NotInReport(
        f"{name} is not declared, not imported and not known to be required in {report.project.name}"
        + _near(normalised(name), names)
    )


def _held(report: Report, kind: Kind, name: str) -> tuple[str, list[str]]:
    """The steward, a body above it, or the account of that name, and the packages in its hands."""
    hands: dict[str, list[str]] = {}
    parents = {package.steward.name: package.steward.parent for package in report.packages if package.steward}
    for package in report.packages:
        if kind is Kind.ACCOUNT:
            holders = [*(package.publishers or ())]
        else:
            holders = [package.steward.name] if package.steward else []
            while holders and (above := parents.get(holders[-1], "")) and above not in holders:
                holders.append(above)
        for holder in holders:
            hands.setdefault(holder, []).append(package.name)
    for hand in sorted(hands):
        if hand.casefold() == name.casefold():
            return hand, hands[hand]
    if not hands:
        raise NotInReport(f"the report of {report.project.name} knows no {kind} of any package")
    near = _near(name, {hand.casefold(): hand for hand in hands})
    raise NotInReport(f"no package of {report.project.name} is known to have the {kind} {name}{near}")


def _near(name: str, names: dict[str, str]) -> str:
    close = [names[key] for key in get_close_matches(name.casefold(), names, n=3)]
    return f"; did you mean {', '.join(close)}?" if close else ""


def _without(report: Report, kind: Kind, hand: str) -> Iterator[Change]:
    """The effective numbers of hands as the report has them, and without this one."""
    for dimension in ("account",) if kind is Kind.ACCOUNT else ("parent", "steward"):
        found = [each for each in report.concentration if each.dimension == dimension]
        found = [each for each in found if any(share.name == hand for share in each.shares)]
        for figure in found:
            others = [share.share for share in figure.shares if share.name != hand]
            left = fsum(others) ** 2 / fsum(share * share for share in others) if others else None
            yield Change(dimension, figure.weight, figure.effective_number, left)
        if found:
            return


# -- what it does -----------------------------------------------------------------------------------------------------


def _graph(report: Report) -> tuple[DependencyGraph, frozenset[str]]:
    """Who requires whom, by locks and environments, or else by facts; and the packages of which facts had to say it."""
    stated = {edge.location.path for edge in report.edges}
    covered = {edge.source for edge in report.edges}
    covered |= {pin.name for pin in report.pins if pin.location.path in stated}
    facts = Requirements(report.facts)
    pinned = {package.name: package.version for package in report.packages}
    names = [name for name in facts.names if name not in covered]
    # no lock resolved these markers, so that none may count as resolved away
    edges = [replace(edge, marker="") for name in names for edge in facts.of(name, pinned.get(name, ""))]
    graph = DependencyGraph.of_report(replace(report, edges=(*report.edges, *edges)))
    return graph, frozenset(edge.source for edge in edges)


def _library(report: Report, graph: DependencyGraph, kind: Kind, name: str, bad: tuple[str, ...]) -> Library:
    package = next((package for package in report.packages if package.name == name), None)
    direct = graph.introducers(name)
    match kind:
        case Kind.ABANDONED:
            found = effects.of_abandonment(report, name)
        case Kind.COMPROMISED:
            found = effects.of_compromise(report, name, bad, direct)
        case _:
            found = effects.of_next_release(report, name, package, direct)
    library = Library(
        name=name,
        effects=tuple(_merged(found)),
        chains=graph.why(name, _CHAINS),
        dependents=graph.dependents(name),
    )
    return _exposed(report, library, package) if package else library


def _merged(found: Iterable[Effect]) -> Iterator[Effect]:
    """One effect for all places of which the same is to be said, surest first."""
    places: dict[tuple[Certainty, str], set[Location]] = {}
    for effect in found:
        places.setdefault((effect.certainty, effect.reason), set()).update(effect.locations)
    for certainty, reason in sorted(places, key=lambda key: _SUREST_FIRST.index(key[0])):
        yield Effect(certainty, reason, tuple(sorted(places[certainty, reason])))


def _exposed(report: Report, library: Library, package: Package) -> Library:
    exposure = package.exposure
    return replace(
        library,
        version=package.version,
        tier=exposure.tier,
        state=package.state,
        direct_share=exposure.direct_share,
        blast_radius=exposure.blast_radius,
        call_sites=exposure.call_sites,
        symbols=exposure.symbols[:_SYMBOLS],
        effort=_effort(report, package),
        licence=package.licence,
    )


def _effort(report: Report, package: Package) -> Effort | None:
    files = {
        site.location.path
        for site in report.imports
        if site.package == package.name and site.scope is Scope.PRODUCTION and site.context is not Context.TYPING
    }
    if not files:
        return None
    return Effort.SEAM if len(files) == 1 and package.exposure.api_surface < _SEAM_NAMES else Effort.REFACTOR


def _unseen(
    report: Report, graph: DependencyGraph, supposed: frozenset[str], libraries: Iterable[Library]
) -> Iterator[str]:
    if not graph.known:
        yield "who else brings it in: no lock, no environment and no fact says who requires whom"
    if told := supposed.intersection(name for library in libraries for name in library.dependents):
        yield f"whether the versions used here require it: facts about some release say so of {_some(told)}"
    if report.packages and not report.imports:
        yield "where packages are imported: the report was saved without it"


def _some(names: Iterable[str]) -> str:
    ordered = sorted(names)
    return ", ".join(ordered[:3]) + f" and {len(ordered) - 3} more" * (len(ordered) > 3)


def _rank(library: Library) -> tuple[int, float, float, str]:
    tier = _HARDEST_FIRST.index(library.tier) if library.tier else len(_HARDEST_FIRST)
    return tier, -library.direct_share, -library.blast_radius, library.name
