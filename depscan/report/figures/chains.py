"""How the packages that matter come in: from the project through what it asks for, down to them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from depscan.graph import DependencyGraph
from depscan.model import Tier
from depscan.report.figures.sheet import Drawing, Sheet, breadth, label
from depscan.report.libraries import hardness, many

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depscan.model import Package, Report

_KEY = "figure-chains"
_TITLE = "How it comes in"
_STEP = 300
_ROW = 21
_TOP = 40
_MOST = 48
_CHOKEPOINTS = (16, 8)
"""How many packages are drawn for what hangs on them: indirect ones, and direct ones."""

_COLUMNS = 5
_CHAINS = 4
_SWEEPS = 6
_LETTERS = 26
_LOOKS = {Tier.LOAD_BEARING: ("accent", "accent", 6.0), Tier.SIGNIFICANT: ("soft", "accent", 5.0)}
_OTHER = ("paper", "muted", 4.0)


def draw(report: Report) -> Drawing | None:
    """
    The direct dependencies that matter, the load-bearing libraries and the packages that most others hang on.

    A column for each step from the project, and the lines of the shortest chains alone: what one looks for is a way,
    not all ways. None where nothing says who requires whom.
    """
    graph = DependencyGraph.of_report(report)
    if not graph.known:
        return None
    packages = {package.name: package for package in report.packages}
    hang = dict(graph.chokepoints())
    chains = _chains(graph, sorted(packages.values(), key=hardness), hang)
    if not any(len(chain) > 1 for chain in chains):
        return None
    columns = _ordered(_columns(chains), chains)
    sheet = Sheet(_STEP * len(columns), _TOP + _ROW * max(map(len, columns)) + 6)
    places = _places(sheet, columns)
    ends = {name: _node(sheet, packages.get(name), name, place, hang.get(name, 0)) for name, place in places.items()}
    for above, below in sorted({pair for chain in chains for pair in pairwise(chain)}):
        (x, y), (end, height) = ends[above], places[below]
        if x < end:
            sheet.curve((x, y), (end - 9, height), "accent" if _bears(packages, below) else "muted")
    bearing = [name for name in places if _bears(packages, name)]
    description = (
        f"{len(places)} of {many(len(graph.closure()), 'package')}: direct dependencies at the left, what they bring "
        "in to the right, by the shortest chains; +n: so many others would leave with it. Full dots, load-bearing: "
        f"{', '.join(label(name, 40) for name in bearing) or 'none'}."
    )
    return Drawing(
        _KEY,
        _TITLE,
        description,
        sheet.svg(_KEY, _TITLE, description),
        ("package", "tier", "others that hang on it alone", "a shortest chain"),
        tuple(_rows(places, packages, hang, chains)),
        wide=True,
    )


def _chains(graph: DependencyGraph, hardest: Sequence[Package], hang: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Shortest chains to what matters, most important first, until enough packages are on them."""
    direct = set(graph.direct())
    bearing = [package.name for package in hardest if package.exposure.tier is Tier.LOAD_BEARING]
    below, beside = _CHOKEPOINTS
    matter = [*bearing, *[name for name in hang if name not in direct][:below]]
    matter += [name for name in hang if name in direct][:beside]
    matter += [package.name for package in hardest if package.name in direct and package.exposure.tier in _LOOKS]
    kept: dict[tuple[str, ...], None] = {}
    drawn: set[str] = set()
    for name in dict.fromkeys(matter):
        for number, chain in enumerate([(name,)] if name in direct else graph.why(name, _CHAINS)):
            new = set(chain) - drawn
            fits = len(chain) <= _COLUMNS and len(drawn) + len(new) <= _MOST
            if fits and (number == 0 or len(new) <= 1):  # another way in is worth one more package, not a crowd
                kept[chain] = None
                drawn |= new
    return tuple(kept)


def _columns(chains: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """Each package at the least distance from the project at which a chain has it."""
    depths: dict[str, int] = {}
    for chain in chains:
        for depth, name in enumerate(chain):
            depths[name] = min(depth, depths.get(name, depth))
    columns: list[list[str]] = [[] for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        columns[depth].append(name)
    return columns


def _ordered(columns: list[list[str]], chains: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """Each column in the order of the middles of its neighbours, forth and back: fewer lines cross (Sugiyama 1981)."""
    links = sorted({pair for chain in chains for pair in pairwise(chain)})
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    for sweep in range(_SWEEPS):
        neighbours, turn = (below, columns[::-1]) if sweep % 2 else (above, columns)
        for column in turn:
            rows = {name: row / len(each) for each in columns for row, name in enumerate(each)}
            middles = {
                name: sum(rows[near] for near in neighbours.get(name, (name,))) / len(neighbours.get(name, (name,)))
                for name in column
            }
            column.sort(key=lambda name: (middles[name], name))
    return columns


def _places(sheet: Sheet, columns: Sequence[Sequence[str]]) -> dict[str, tuple[float, float]]:
    """Columns side by side, each in the middle of the height."""
    places: dict[str, tuple[float, float]] = {}
    for depth, column in enumerate(columns):
        head = "asked for by the project" if depth == 0 else f"{many(depth, 'step')} further"
        sheet.text(10 + depth * _STEP, 16, head, colour="muted", size=11)
        top = _TOP + (sheet.height - _TOP - _ROW * len(column)) / 2
        for row, name in enumerate(column):
            places[name] = (16 + depth * _STEP, top + _ROW * (row + 0.5))
    return places


def _node(
    sheet: Sheet, package: Package | None, name: str, place: tuple[float, float], hanging: int
) -> tuple[float, float]:
    """A dot and a name; the answer is where the name ends."""
    x, y = place
    tier = package.exposure.tier if package else Tier.NONE
    fill, edge, radius = _LOOKS.get(tier, _OTHER)
    sheet.dot(x, y, radius, fill, edge)
    words = label(name, _LETTERS) + (f" +{hanging}" if hanging else "")
    sheet.text(x + 11, y + 4, words, bold=tier is Tier.LOAD_BEARING, colour="ink" if tier in _LOOKS else "muted")
    return x + 15 + breadth(words), y


def _bears(packages: Mapping[str, Package], name: str) -> bool:
    return name in packages and packages[name].exposure.tier is Tier.LOAD_BEARING


def _rows(
    places: Mapping[str, object],
    packages: Mapping[str, Package],
    hang: Mapping[str, int],
    chains: Sequence[tuple[str, ...]],
) -> list[tuple[str, ...]]:
    ways = {chain[-1]: chain for chain in sorted(chains, key=lambda chain: (-len(chain), chain))}
    return [
        (
            name,
            str(packages[name].exposure.tier) if name in packages else "none",
            str(hang.get(name, 0)),
            " → ".join(ways.get(name, (name,))),
        )
        for name in places
    ]
