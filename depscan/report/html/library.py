"""What the page says of one package."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from depscan.graph import DependencyGraph
from depscan.model import FactKind, Scope, State, StewardKind, Tier
from depscan.report.html.flaws import flaws
from depscan.report.libraries import hardness, percent, version
from depscan.report.sentences import RESTRICTIVE
from depscan.report.vulnerabilities import accepted, by_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depscan.model import Context, Declaration, Fact, ImportSite, Package, Report, Steward
    from depscan.report.html.flaws import Flaw

MEASURES = (
    ("direct share", "direct", "production modules that import it / production modules: how much work to replace it"),
    ("blast radius", "blast", "production modules that cannot be imported when it is absent / production modules"),
    ("entry points", "entry", "programs that cannot start without it / programs; a dash where the project has none"),
    ("call sites", "calls", "references to names that were imported from it, in all files"),
    ("API names", "api", "distinct names among the call sites"),
    ("import sites", "sites", "import statements, in all files"),
    ("hang on it", "hang", "packages that would leave with it; a dash where nothing says who requires whom"),
)
"""Each figure of a package: its name, the field that holds it, and its formula."""

_T = TypeVar("_T")
_HARDEST_FIRST = tuple(Tier)
_SCOPES = tuple(Scope)
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ALIVE = ("active", "maintenance")
_SYMBOLS, _FILES, _CHAINS, _VALUES = 24, 80, 3, 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in words, and the number."""

    text: str
    value: float
    """By which a table sorts; -1 when it is not known."""


@dataclass(frozen=True, slots=True)
class Sites:
    """The import statements of one file that run in the same way."""

    places: tuple[str, ...]
    """`src/net.py:3`, `17`; cells of a notebook are `#cell4:2`."""
    context: str
    scope: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says on one matter."""

    kind: str
    values: tuple[str, ...]
    more: int
    source: str
    retrieved: str


@dataclass(frozen=True, slots=True)
class Library:
    """A package: a row of the tables, and a section of its own."""

    name: str
    anchor: str
    tier: str
    state: str
    relation: str
    scope: str
    version: str
    latest: str
    newer: bool
    """Whether the newest version is known and is not the one that is fixed."""
    direct: Figure
    blast: Figure
    entry: Figure
    calls: Figure
    api: Figure
    sites: Figure
    hang: Figure
    import_names: tuple[str, ...]
    declared: tuple[str, ...]
    next_tier: str
    symbols: tuple[tuple[str, int], ...]
    symbols_more: int
    imports: tuple[Sites, ...]
    imports_more: int
    chains: tuple[tuple[str, ...], ...]
    introducers: int
    licence: str
    family: str
    licence_known: str
    """What the licence was concluded from, by whom it is said, and when it was read."""
    restricts: bool
    steward: str
    behind: str
    """The parent of the steward, else what kind of body it is."""
    steward_known: str
    accounts: Figure
    publishers: tuple[str, ...]
    organisation: str
    alone: bool
    """Whether a single account can publish it, and no organisation stands beside it."""
    status: str
    basis: str
    alive: bool
    facts: tuple[Said, ...]
    flaws: tuple[Flaw, ...]
    """Known vulnerabilities."""

    @property
    def vector(self) -> tuple[tuple[str, str, str], ...]:
        """The figures by name and formula."""
        return tuple((name, getattr(self, key).text, formula) for name, key, formula in MEASURES)


def libraries(report: Report) -> tuple[Library, ...]:
    """Every package, hardest first: by tier, then by direct share."""
    packages = sorted(
        report.packages, key=lambda package: (_HARDEST_FIRST.index(package.exposure.tier), *hardness(package))
    )
    asked = _grouped(report.declarations, lambda each: each.name)
    sites = _grouped(report.imports, lambda each: each.package)
    facts = _grouped(report.facts, lambda each: each.package)
    records, decided = by_id(report), accepted(report)
    graph = DependencyGraph.of_report(report)
    taken: set[str] = set()
    found = []
    for number, package in enumerate(packages):
        anchor = f"lib-{package.name}" if _PLAIN.fullmatch(package.name) else f"lib--{number}"
        anchor = anchor if anchor not in taken else f"lib--{number}"
        taken.add(anchor)
        chains = graph.why(package.name, _CHAINS) if graph.known else ()
        found.append(
            _library(
                package,
                anchor,
                asked.get(package.name, ()),
                sites.get(package.name, ()),
                chains,
                facts.get(package.name, ()),
                flaws(package, records, decided),
            )
        )
    return tuple(found)


def _grouped(values: Iterable[_T], name: Callable[[_T], str]) -> Mapping[str, Sequence[_T]]:
    groups: dict[str, list[_T]] = defaultdict(list)
    for value in values:
        groups[name(value)].append(value)
    return groups


def _library(
    package: Package,
    anchor: str,
    asked: Sequence[Declaration],
    sites: Sequence[ImportSite],
    chains: Sequence[tuple[str, ...]],
    facts: Sequence[Fact],
    known_flaws: tuple[Flaw, ...],
) -> Library:
    exposure = package.exposure
    licence, steward, status = package.licence, package.steward, package.status
    known = licence is not None and bool(licence.expression)
    return Library(
        name=package.name,
        anchor=anchor,
        tier=exposure.tier,
        state=package.state,
        relation=package.relation,
        scope=exposure.scope,
        version=version(package, asked) if asked or package.version or package.state is not State.INDIRECT else "",
        latest=package.latest,
        newer=bool(package.latest and package.version and package.latest != package.version),
        direct=Figure(percent(exposure.direct_share), exposure.direct_share),
        blast=Figure(percent(exposure.blast_radius), exposure.blast_radius),
        entry=_share(exposure.entry_points),
        calls=_count(exposure.call_sites),
        api=_count(exposure.api_surface),
        sites=_count(exposure.import_sites),
        hang=_count(exposure.exclusive),
        import_names=package.import_names,
        declared=tuple(map(str, package.declared)),
        next_tier=exposure.next_tier,
        symbols=tuple((symbol.name, symbol.count) for symbol in exposure.symbols[:_SYMBOLS]),
        symbols_more=max(len(exposure.symbols) - _SYMBOLS, 0),
        imports=(files := _files(sites))[:_FILES],
        imports_more=max(len(files) - _FILES, 0),
        chains=tuple(chain for chain in chains if len(chain) > 1),
        introducers=len(exposure.introducers or ()),
        licence=licence.expression if licence and known else "",
        family=licence.family if licence and known else "",
        licence_known=_known(licence.evidence or "", licence.source, licence.retrieved) if licence else "",
        restricts=licence is not None and licence.family in RESTRICTIVE,
        steward=steward.name if steward else "",
        behind=_behind(steward),
        steward_known=_known(steward.jurisdiction, steward.source, steward.retrieved) if steward else "",
        accounts=_accounts(package),
        publishers=package.publishers or (),
        organisation=package.organisation,
        alone=package.publishers is not None and len(package.publishers) == 1 and not package.organisation,
        status=status.value if status else "",
        basis=_known(status.basis, status.source, status.retrieved) if status else "",
        alive=status is None or status.value in _ALIVE,
        facts=_said(facts),
        flaws=known_flaws,
    )


def _behind(steward: Steward | None) -> str:
    if steward is None:
        return ""
    return steward.parent or ("" if steward.kind is StewardKind.UNKNOWN else steward.kind)


def _share(share: float | None) -> Figure:
    return Figure(percent(share), -1 if share is None else share)


def _count(number: int | None) -> Figure:
    return Figure("-", -1) if number is None else Figure(f"{number:,}", number)


def _accounts(package: Package) -> Figure:
    """Which members of an organisation may publish beside the accounts that are listed, no source shows."""
    if package.publishers is None:
        return Figure("", -1)
    number = len(package.publishers)
    return Figure(f"{number}{'+' if package.organisation else ''}", number)


def _known(how: str, source: str, date: str) -> str:
    return ", ".join(part for part in (how, source, f"read {date}" if date else "") if part)


def _files(sites: Iterable[ImportSite]) -> tuple[Sites, ...]:
    """By scope, then by file; lines of a file that run in the same way stand together."""
    ordered = sorted(sites, key=lambda site: (*_manner(site), site.location.cell, site.location.line))
    found = []
    for (_, path, context), members in groupby(ordered, key=_manner):
        first, *rest = members
        places = dict.fromkeys(str(site.location).removeprefix(path).removeprefix(":") for site in rest)
        own = str(first.location)
        places.pop(own.removeprefix(path).removeprefix(":"), None)
        found.append(Sites((own, *places), context, first.scope))
    return tuple(found)


def _manner(site: ImportSite) -> tuple[int, str, Context]:
    return _SCOPES.index(site.scope), site.location.path, site.context


def _said(facts: Iterable[Fact]) -> tuple[Said, ...]:
    """Facts of one kind, source and date together; the values of one kind are many at times, and are then counted."""
    ordered = sorted(facts, key=lambda fact: (fact.kind, fact.source, fact.retrieved))
    found = []
    for (kind, source, retrieved), members in groupby(
        ordered, key=lambda fact: (fact.kind, fact.source, fact.retrieved)
    ):
        values = tuple(f"{fact.value or 'nothing'}{f' ({fact.detail})' if fact.detail else ''}" for fact in members)
        if kind is FactKind.RELEASE:
            values = values[::-1]
        found.append(Said(kind, values[:_VALUES], max(len(values) - _VALUES, 0), source, retrieved))
    return tuple(found)
