"""The table "What the code rests on", and how its figures are written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from depscan.model import Need, State, Tier
from depscan.report.page import Column, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from depscan.model import Declaration, Package, Report
    from depscan.report.page import Page, Part

ROOMY = 100
"""From this width on there is room for bars."""
WIDE = 130
"""From this width on the most used names have a column of their own."""
NARROW = 72
"""Below this width the counts of uses are left out."""

_NAMES = 5
_ASKED = (State.UNUSED, State.USED)
_BAR = 6
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def by_tier(packages: Iterable[Package]) -> dict[Tier, list[Package]]:
    """The packages of each tier, hardest first."""
    tiers: dict[Tier, list[Package]] = {tier: [] for tier in Tier}
    for package in sorted(packages, key=hardness):
        tiers[package.exposure.tier].append(package)
    return tiers


def hardness(package: Package) -> tuple[float, float, int, str]:
    """Sorting key: what more modules import comes first."""
    exposure = package.exposure
    return (-exposure.direct_share, -exposure.blast_radius, -exposure.call_sites, package.name)


def percent(share: float | None) -> str:
    """A share in whole percent; what is not quite nothing, or not quite all, never looks so."""
    if share is None:
        return "-"
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{min(max(share, 0), 1):.0%}"


def count(number: int) -> str:
    """A number in at most six characters."""
    if number < 100_000:
        return str(number)
    return f"{number // 1000}k" if number < 10_000_000 else f"{min(number // 1_000_000, 99_999)}M"


def many(number: int, noun: str) -> str:
    """A number and its noun: `1 library`, `2,000 libraries`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"


def bar(share: float, *, unicode: bool) -> str:
    """A share as a short bar; any share above 0 can be seen."""
    share = min(max(share, 0), 1)
    if not unicode:
        return "=" * max(round(share * _BAR), share > 0)  # not the hash: two of them may begin a workflow command
    eighths = max(round(share * _BAR * 8), share > 0)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8]


def version(package: Package, declarations: Sequence[Declaration]) -> str:
    """The resolved version, else what the manifests admit, else how the package got here."""
    if package.version:
        return package.version
    asked = [declaration for declaration in declarations if declaration.scope is not Need.CONSTRAINT]
    asked = [declaration for declaration in asked if declaration.scope is Need.RUNTIME] or asked
    admitted = sorted({"URL" if declaration.url else declaration.specifier for declaration in asked})
    if not admitted:
        return {State.UNDECLARED: "undeclared", State.TRANSITIVE_ONLY: "transitive"}.get(package.state, "unknown")
    return (admitted[0] or "any") if len(admitted) == 1 else f"{len(admitted)} ranges"


def used_most(package: Package, width: int) -> str:
    """The names that the code refers to most: as many as fit, one at least."""
    names = [symbol.name for symbol in package.exposure.symbols]
    for most in range(min(len(names), _NAMES), 1, -1):
        text = ", ".join([*names[:most], *["..."] * (len(names) > most)])
        if len(text) <= width:
            return text
    return ", ".join([*names[:1], *["..."] * (len(names) > 1)])


def write(
    page: Page, report: Report, tiers: Mapping[Tier, Sequence[Package]], *, verbose: int, limit: int | None
) -> None:
    """The table with one section for each tier, and one sentence on all that is not in it."""
    asked: dict[str, list[Declaration]] = defaultdict(list)
    for declaration in report.declarations:
        asked[declaration.name].append(declaration)
    shown = [Tier.LOAD_BEARING, Tier.SIGNIFICANT, Tier.INCIDENTAL] + [Tier.TOOLING] * (verbose > 0)
    sections = [
        _section(page, tier, tiers[tier], asked, verbose=verbose, limit=None if tier is Tier.LOAD_BEARING else limit)
        for tier in shown
        if tiers[tier]
    ]
    page.text(("What the code rests on", "bold"))
    if sections:
        page.table(_columns(page), sections)
        page.blank()
    else:
        page.text("No production module imports a package of others.")
    if rest := _rest(tiers, verbose):
        page.text(*rest)
    if sections:
        page.text(*_legend(page))


def _columns(page: Page) -> list[Column]:
    roomy = page.width >= ROOMY
    columns = [
        Column(("", "library"), spare=20),
        Column(("", "version"), spare=10),
        Column(("", "scope"), spare=9),
        Column(("direct", "share"), right=not roomy),
        Column(("blast", "radius"), right=not roomy),
        Column(("entry", "points"), right=True),
    ]
    if page.width >= NARROW:
        columns += [Column(("call", "sites"), right=True), Column(("API", "names"), right=True)]
    if page.width >= WIDE:
        columns.append(Column(("", "most used names"), spare=15))
    return columns


def _section(
    page: Page,
    tier: Tier,
    packages: Sequence[Package],
    asked: Mapping[str, Sequence[Declaration]],
    *,
    verbose: int,
    limit: int | None,
) -> Section:
    rows = tuple(
        Row(_cells(page, package, asked.get(package.name, ())), _note(page, package, verbose))
        for package in packages[:limit]
    )
    hidden = len(packages) - len(rows)
    footer = ((f"... and {hidden} more (-v shows all)", "dim"),) if hidden else ()
    return Section(((tier.capitalize(), "bold"), (f" ({len(packages)})", "dim")), rows, footer)


def _cells(page: Page, package: Package, asked: Sequence[Declaration]) -> tuple[Part, ...]:
    exposure = package.exposure
    bold = "bold" if exposure.tier is Tier.LOAD_BEARING else ""
    missing = package.state in {State.UNDECLARED, State.TRANSITIVE_ONLY}
    cells: list[Part] = [
        (package.name, bold),
        (version(package, asked), "yellow" if missing else ""),
        exposure.scope,
        _share(page, exposure.direct_share),
        _share(page, exposure.blast_radius),
        percent(exposure.entry_points),
    ]
    if page.width >= NARROW:
        cells += [count(exposure.call_sites), count(exposure.api_surface)]
    if page.width >= WIDE:
        cells.append((used_most(package, page.width - 96), "dim"))
    return tuple(cells)


def _share(page: Page, share: float) -> str:
    if page.width < ROOMY:
        return percent(share)
    return f"{percent(share):>4} {bar(share, unicode=page.unicode):<{_BAR}}"


def _note(page: Page, package: Package, verbose: int) -> tuple[Part, ...]:
    exposure = package.exposure
    note: list[Part] = []
    if exposure.symbols and page.width < WIDE and (verbose or exposure.tier is Tier.LOAD_BEARING):
        note.append((f"most used: {used_most(package, page.width - len('    most used: '))}", "dim"))
    if verbose and exposure.next_tier:
        note.append((f"{'; ' if note else ''}{exposure.next_tier}", "dim"))
    return tuple(note)


def _rest(tiers: Mapping[Tier, Sequence[Package]], verbose: int) -> list[Part]:
    """What is not in the table: counted, or named with -v."""
    others = tiers[Tier.NONE]
    groups = [
        ("used only in tests, docs or tooling", [] if verbose else tiers[Tier.TOOLING]),
        ("declared but imported nowhere", [package for package in others if package.state is State.UNUSED]),
        ("needed only to build", [package for package in others if package.state is State.USED]),
        ("present only because others require them", [package for package in others if package.state not in _ASKED]),
    ]
    parts: list[Part] = []
    for what, packages in groups:
        if packages:
            parts.append(f"{'; ' if parts else 'Also: '}{len(packages)} {what}")
            parts += _some(packages, None if verbose else 3)
    return [*parts, "." if verbose else ". -v names them."] if parts else []


def _some(packages: Sequence[Package], most: int | None) -> list[Part]:
    names: list[Part] = []
    for package in packages[:most]:
        names += [", " if names else " (", package.name]
    return [*names, ", ...)" if most is not None and len(packages) > most else ")"]


def _legend(page: Page) -> list[Part]:
    legend = [
        "direct share: production modules that import it",
        "; blast radius: production modules that cannot be imported without it",
        "; entry points: programs that cannot start without it",
    ]
    if page.width >= NARROW:
        legend.append("; call sites: references to it; API names: distinct names among them")
    return [(sentence, "dim") for sentence in [*legend, "."]]
