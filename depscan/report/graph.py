"""
The dependency graph of a report for other programs: DOT for Graphviz, GraphML for Gephi, yEd, networkx and igraph.

Nodes are the project, projects of the repository that it asks for, and all packages. Edges are what manifests ask for
and what locks say; an edge to a package that was resolved away has no end to lead to, and is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from depscan.model import Need, Tier
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depscan.model import Declaration, Package, Report

Values = dict[str, str | int | float]
"""Attributes of a node or an edge; what is not known is absent."""

_LONGEST = 1_000
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a reference."""

_FILL: Mapping[str, str] = {
    Tier.LOAD_BEARING: "#f4a582",
    Tier.SIGNIFICANT: "#fddbc7",
    Tier.INCIDENTAL: "#f7f7f7",
    Tier.TOOLING: "#d1e5f0",
    Tier.NONE: "#ffffff",
}
_TYPES = {str: "string", int: "int", float: "double"}


# -- what is drawn -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """A project or a package."""

    name: str
    values: Values


@dataclass(frozen=True, slots=True)
class Arc:
    """An edge between two nodes, which it names by their place in the list."""

    source: int
    target: int
    values: Values


def nodes(report: Report) -> tuple[Node, ...]:
    """The project, then the other projects that it asks for, then the packages, both by name."""
    packages: dict[str, Package] = {}
    for package in sorted(report.packages, key=lambda package: (package.name, package.version)):
        packages.setdefault(package.name, package)
    own = {declaration.name for declaration in _asked(report)} - packages.keys() - {report.project.name}
    return (
        Node(report.project.name, {"kind": "project"}),
        *(Node(name, {"kind": "project"}) for name in sorted(own)),
        *(Node(name, _of_package(package)) for name, package in packages.items()),
    )


def arcs(report: Report, drawn: Iterable[Node]) -> tuple[Arc, ...]:
    """What is declared leads from the project, what locks say from package to package; each way once."""
    places = {node.name: number for number, node in enumerate(drawn) if number}
    found = [
        Arc(0, places[declaration.name], _of_declaration(declaration))
        for declaration in _asked(report)
        if declaration.name in places
    ]
    found += [
        Arc(
            places[edge.source],
            places[edge.target],
            _known(kind="locked", marker=edge.marker, extra=edge.extra, extras=",".join(edge.extras)),
        )
        for edge in sorted(report.edges)
        if edge.source in places and edge.target in places
    ]
    unique: dict[tuple[object, ...], Arc] = {}
    for arc in found:
        known = sorted((key, value) for key, value in arc.values.items() if key != "declared_at")
        unique.setdefault((arc.source, arc.target, *known), arc)
    return tuple(unique.values())


def _asked(report: Report) -> list[Declaration]:
    """All declarations but constraints, which ask for nothing."""
    return sorted(declaration for declaration in report.declarations if declaration.scope is not Need.CONSTRAINT)


def _known(**values: str | float) -> Values:
    return {key: value for key, value in values.items() if value != ""}


def _of_package(package: Package) -> Values:
    exposure = package.exposure
    return _known(
        kind="package",
        version=package.version,
        state=package.state.value,
        relation=package.relation.value,
        tier=exposure.tier.value,
        scope=exposure.scope,
        direct_share=float(round(exposure.direct_share, 4)),
        blast_radius=float(round(exposure.blast_radius, 4)),
        call_sites=exposure.call_sites,
    )


def _of_declaration(declaration: Declaration) -> Values:
    return _known(
        kind="declared",
        specifier=declaration.specifier,
        address=declaration.url,
        need=declaration.scope.value,
        group=declaration.group,
        marker=declaration.marker,
        extras=",".join(declaration.extras),
        declared_at=str(declaration.location),
    )


# -- DOT ---------------------------------------------------------------------------------------------------------------


def dot(report: Report) -> bytes:
    """The graph in the language of Graphviz: `depscan . -f dot | dot -Tsvg -o graph.svg`."""
    drawn = nodes(report)
    names = _names(drawn)
    lines = [
        f"digraph {_quoted(report.project.name)} {{",
        '  graph [rankdir="LR"];',
        '  node [shape="box", style="filled", fillcolor="#ffffff", fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize="9"];',
    ]
    for name, node in zip(names, drawn, strict=True):
        version = node.values.get("version")
        look: Values = {"label": f"{node.name} {version}" if version else node.name}
        look |= {"shape": "oval"} if node.values["kind"] == "project" else {}
        look |= {"fillcolor": _FILL[str(node.values["tier"])]} if "tier" in node.values else {}
        lines.append(f"  {name} {_attributes(look | node.values)};")
    for arc in arcs(report, drawn):
        look = {"style": "dashed"} if arc.values["kind"] == "locked" else {}
        look |= {"label": arc.values["specifier"]} if "specifier" in arc.values else {}
        lines.append(f"  {names[arc.source]} -> {names[arc.target]} {_attributes(look | arc.values)};")
    return "\n".join([*lines, "}", ""]).encode()


def _names(drawn: Iterable[Node]) -> list[str]:
    """A quoted name for each node; names that cannot be told apart once they are safe get a number."""
    names: dict[str, None] = {}
    for number, node in enumerate(drawn):
        name = _quoted(node.name if number else f"project {node.name}")
        while name in names:
            name = f'{name[:-1]} ({number})"'
        names[name] = None
    return list(names)


def _attributes(values: Mapping[str, str | float]) -> str:
    return f"[{', '.join(f'{key}={_quoted(str(value))}' for key, value in values.items())}]"


def _quoted(text: str) -> str:
    """A quoted string: what cannot be seen is an escape, and no backslash of the repository's has a meaning."""
    plain = show(text, _LONGEST).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


# -- GraphML -----------------------------------------------------------------------------------------------------------


def graphml(report: Report) -> bytes:
    """The graph as GraphML, every attribute with its type; plain ASCII, as names may hold what acts on a terminal."""
    drawn = nodes(report)
    ways = arcs(report, drawn)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    labelled: list[Values] = [{"label": node.name, **node.values} for node in drawn]
    lines += _keys("node", labelled)
    lines += _keys("edge", [arc.values for arc in ways])
    lines.append(f'  <graph id="{_xml(report.project.name)}" edgedefault="directed">')
    for number, values in enumerate(labelled):
        lines.append(f'    <node id="n{number}">{_data("node", values)}</node>')
    for arc in ways:
        data = _data("edge", arc.values)
        lines.append(f'    <edge source="n{arc.source}" target="n{arc.target}">{data}</edge>')
    return "\n".join([*lines, "  </graph>", "</graphml>", ""]).encode("ascii", "xmlcharrefreplace")


def _keys(kind: str, rows: Iterable[Values]) -> Iterator[str]:
    """The declaration of every attribute that occurs."""
    types = {key: _TYPES[type(value)] for values in rows for key, value in values.items()}
    for key, of in sorted(types.items()):
        yield f'  <key id="{kind}.{key}" for="{kind}" attr.name="{key}" attr.type="{of}"/>'


def _data(kind: str, values: Values) -> str:
    return "".join(f'<data key="{kind}.{key}">{_xml(str(value))}</data>' for key, value in values.items())


def _xml(text: str) -> str:
    """Text or the value of an attribute; what XML cannot hold is U+FFFD, and line ends survive."""
    return re.sub(r"[\t\n\r]", lambda found: f"&#{ord(found[0])};", escape(_ILLEGAL.sub("\ufffd", text)))
