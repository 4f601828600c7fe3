"""Why a package is here: who declares it, who brings it in, where it is imported, what is used of it."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from depscan.model import Context, Need, Resolver, Scope, normalised
from depscan.report.libraries import count, many, percent
from depscan.report.page import Page
from depscan.report.terminal import files_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.model import Declaration, Edge, ImportSite, Package, Report
    from depscan.report.page import Part

FILES = 10
"""Files that are listed for each context without -v."""
CHAINS = 10
SYMBOLS = 10
_MARKER = 40
"""Characters of a marker that a chain shows without -v."""
_WHOLE = 300
_HANG = 6
_NEEDS = tuple(Need)
_PLACES = 6
_MODULES = 4


def find(report: Report, name: str) -> Package | None:
    """The package with this name, in any spelling, else the first one that is imported by it."""
    wanted = normalised(name)
    for package in report.packages:
        if normalised(package.name) == wanted:
            return package
    return next((package for package in report.packages if name in package.import_names), None)


def render(
    report: Report,
    name: str,
    chains: Sequence[Sequence[str]] = (),
    *,
    width: int = 80,
    color: bool = False,
    unicode: bool = True,
    verbose: int = 0,
) -> str:
    """
    Why `name` (a distribution, or an import name) is in the project, as text for a terminal.

    `chains` are the ways that lead to it, each from what the project asks for to the package itself.
    """
    page = Page(width=width, color=color, unicode=unicode)
    found = find(report, name)
    if found is None:
        _absent(page, report, name)
        return page.finish()
    _verdict(page, report, found)
    _declared(page, [declaration for declaration in report.declarations if declaration.name == found.name])
    _chains(page, report, found, chains, None if verbose else CHAINS)
    _imported(page, report, found, None if verbose else FILES)
    _symbols(page, found, None if verbose else SYMBOLS)
    return page.finish()


def _absent(page: Page, report: Report, name: str) -> None:
    page.text((name, "bold"), f" is not declared, not imported and not required here; {files_read(report)}.")
    names = {normalised(package.name): package.name for package in report.packages}
    close = [names[key] for key in get_close_matches(normalised(name), names, n=3)]
    if close:
        page.text("Did you mean ", ", ".join(close), "?")


def _verdict(page: Page, report: Report, package: Package) -> None:
    exposure = package.exposure
    facts: list[Part] = [(package.name, "bold")]
    if package.version:
        facts += [" ", package.version]
    facts += [f": {exposure.tier}" if exposure.import_sites else ": not imported", f", {package.state}"]
    page.text(*facts, f" ({package.relation} dependency)." if package.relation != "none" else ".")
    if exposure.import_sites:
        modules = report.code.modules
        page.text(
            f"{percent(exposure.direct_share)} of {modules:,} production modules import it, ",
            f"{percent(exposure.blast_radius)} cannot be imported without it",
            f", {percent(exposure.entry_points)} of the entry points cannot start without it."
            if exposure.entry_points is not None
            else ".",
        )
        page.text("Strongest use: ", exposure.scope, ".")
    if exposure.import_sites and exposure.next_tier:
        page.text("Next tier: ", exposure.next_tier, ".")
    if exposure.exclusive:
        page.text(f"{many(exposure.exclusive, 'other package')} would leave the environment with it.")


def _declared(page: Page, declarations: Sequence[Declaration]) -> None:
    page.blank()
    page.text(("Declared", "bold"), f" ({len(declarations)})" if declarations else ": nowhere")
    for declaration in sorted(declarations, key=lambda declaration: declaration.location):
        asked = declaration.specifier or declaration.url or "any version"
        extras = f"[{','.join(declaration.extras)}] " if declaration.extras else ""
        marker = f"; {declaration.marker}" if declaration.marker else ""
        group = f" {declaration.group}" if declaration.group else ""
        place = (f"{declaration.location}  ", "dim")
        page.text(place, extras, asked, marker, f"  ({declaration.scope}", f"{group})", indent=2, hang=4)


def _chains(page: Page, report: Report, package: Package, chains: Sequence[Sequence[str]], limit: int | None) -> None:
    page.blank()
    if not chains:
        known = package.exposure.introducers is not None
        page.text(
            ("Brought in by", "bold"),
            ": no other package" if known else ": not known, no lock file says who requires whom",
        )
        return
    page.text(("Brought in by", "bold"), f" ({len(chains)})")
    steps = _Steps(report, whole=limit is None)
    for chain in list(chains)[:limit]:
        ways = [
            steps.next(source, name, "bold" if name == package.name else "") for source, name in pairwise(("", *chain))
        ]
        _chain(page, [steps.first(chain[0]), *ways])
    _more(page, len(chains), limit, "way")


def _chain(page: Page, steps: Sequence[Sequence[Part]]) -> None:
    """The steps with arrows between them; a line ends before an arrow, so that name and version stay together."""
    arrow = "→ " if page.unicode else "-> "
    line = [*steps[0]]
    indent = 2
    for step in steps[1:]:
        if _HANG + _length(line) + 1 + len(arrow) + _length(step) > page.width:
            page.text(*line, indent=indent, hang=_HANG)
            line, indent = [arrow, *step], 4
        else:
            line += [f" {arrow}", *step]
    page.text(*line, indent=indent, hang=_HANG)


def _length(parts: Sequence[Part]) -> int:
    return sum(len(part if isinstance(part, str) else part[0]) for part in parts)


class _Steps:
    """What is known of each step of a chain: who asks for what, under which condition, and what it is fixed to."""

    def __init__(self, report: Report, *, whole: bool) -> None:
        self._marker = _WHOLE if whole else _MARKER
        self._versions = {package.name: package.version for package in report.packages}
        self._asked: dict[str, Declaration] = {}
        for declaration in sorted(report.declarations, key=lambda d: (_NEEDS.index(d.scope), d.location, d)):
            if declaration.scope is not Need.CONSTRAINT:
                self._asked.setdefault(declaration.name, declaration)
        self._edges: dict[tuple[str, str], Edge] = {}
        for edge in sorted(report.edges, key=lambda e: (bool(e.extra) + bool(e.marker), e)):
            self._edges.setdefault((edge.source, edge.target), edge)

    def first(self, name: str) -> list[Part]:
        """The project, and how it asks for the package: for run time if it does, else in the first place that does."""
        asked = self._asked.get(name)
        if asked is None:
            return ["the project"]
        wanted = asked.specifier or ("URL" if asked.url else "")
        need = "" if asked.scope is Need.RUNTIME else f"{asked.scope} {asked.group}".strip()
        facts = (str(asked.location), need, self._condition(asked.marker))
        return ["the project", f" {wanted}" if wanted else "", (f" ({', '.join(filter(None, facts))})", "dim")]

    def next(self, source: str, name: str, style: str) -> list[Part]:
        """A package with its version and, where a lock states it, the condition; of several ways the plainest."""
        edge = self._edges.get((source, name))
        asked = self._asked.get(name)
        extras = edge.extras if edge else asked.extras if asked and not source else ()
        version = self._versions.get(name)
        parts: list[Part] = [
            (name + (f"[{','.join(extras)}]" if extras else ""), style),
            f" {version}" if version else "",
        ]
        if edge and (edge.extra or edge.marker):
            facts = (f"extra {edge.extra} of {source}" if edge.extra else "", self._condition(edge.marker))
            parts.append((f" ({', '.join(filter(None, facts))})", "dim"))
        return parts

    def _condition(self, marker: str) -> str:
        if not marker:
            return ""
        return f"if {marker}" if len(marker) <= self._marker else f"if {marker[: self._marker]}..."


def _imported(page: Page, report: Report, package: Package, limit: int | None) -> None:
    exposure = package.exposure
    page.blank()
    if not exposure.import_sites:
        page.text(("Imported", "bold"), f": nowhere; {files_read(report)}")
        return
    page.text(
        ("Imported", "bold"), f" by {many(exposure.modules, 'file')}, {many(exposure.import_sites, 'import statement')}"
    )
    if package.import_names:
        page.text(
            "as ",
            ", ".join(package.import_names),
            f" (known from: {package.resolver})" if package.resolver is not Resolver.NONE else "",
            indent=2,
        )
    sites = [site for site in report.imports if site.package == package.name]
    if not sites:
        page.text("The report was saved without its import sites: scan again, or save it in full.", indent=2)
    for context in Context:
        _group(page, context, [s for s in sites if s.scope is Scope.PRODUCTION and s.context is context], limit)
    for scope in Scope:
        if scope is not Scope.PRODUCTION:
            _group(page, scope, [site for site in sites if site.scope is scope], limit)


def _group(page: Page, title: str, sites: Sequence[ImportSite], limit: int | None) -> None:
    """Sites in production by context, all others by the purpose of their files."""
    if not sites:
        return
    files = [(path, list(members)) for path, members in groupby(sorted(sites), key=lambda site: site.location.path)]
    page.text((title, "bold"), (f" ({many(len(files), 'file')})", "dim"), indent=2)
    for path, members in files[:limit]:
        modules = sorted({site.module for site in members})
        page.text((path, "dim"), (_lines(members), "dim"), "  ", _first(modules, _MODULES), indent=4, hang=6)
    _more(page, len(files), limit, "file", indent=4)


def _lines(sites: Sequence[ImportSite]) -> str:
    """The lines of one file: `:3,17`, in a notebook `#cell2:1,#cell4:1`; nothing when they are not known."""
    places = sorted({(site.location.cell, site.location.line) for site in sites if site.location.line})
    if any(cell for cell, _ in places):
        return _first([f"#cell{cell}:{line}" for cell, line in places], _PLACES, ",")
    return f":{_first([str(line) for _, line in places], _PLACES, ',')}" if places else ""


def _first(words: Sequence[str], most: int, comma: str = ", ") -> str:
    return comma.join([*words[:most], *["..."] * (len(words) > most)])


def _symbols(page: Page, package: Package, limit: int | None) -> None:
    exposure = package.exposure
    if not exposure.symbols:
        return
    page.blank()
    page.text(
        ("Used most", "bold"), f" ({many(exposure.call_sites, 'reference')} to {many(exposure.api_surface, 'name')})"
    )
    for symbol in exposure.symbols[:limit]:
        page.text(f"{count(symbol.count):>6}  ", symbol.name, indent=2, hang=10)
    _more(page, len(exposure.symbols), limit, "name")


def _more(page: Page, number: int, limit: int | None, what: str, *, indent: int = 2) -> None:
    if limit is not None and number > limit:
        page.text((f"... and {many(number - limit, f'more {what}')} (-v shows all)", "dim"), indent=indent)
