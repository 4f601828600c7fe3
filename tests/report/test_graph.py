"""The graph as DOT and GraphML: what is in it, and that it can be read back whatever the names are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan.cli.running import FORMATS
from depscan.model import Code, Declaration, Edge, Location, Need, Package, Report, Subject, Tool
from depscan.report import RENDERERS, Look, graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"


class Statement(NamedTuple):
    """A node, or an edge with its target, of a DOT file."""

    source: str
    target: str
    values: dict[str, str]


TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(->|[{}\[\];,=])|([A-Za-z_][A-Za-z0-9_]*))', re.DOTALL)


def tokens(text: str) -> Iterator[str]:
    """The tokens of a DOT file; ValueError at what is none."""
    at = 0
    while at < len(text.rstrip()):
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(text[at : at + 40])
        yield found[0].strip()
        at = found.end()


def unquoted(token: str) -> str:
    """Graphviz knows one escape in a name, the quote; in a label, a doubled backslash is one."""
    assert token[0] == token[-1] == '"', token
    return token[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def parsed_dot(data: bytes) -> tuple[str, list[Statement]]:
    """Name and statements of a DOT file, by the part of the grammar that is used."""
    words = list(tokens(data.decode()))
    assert words[0] == "digraph"
    assert words[2] == "{"
    assert words[-1] == "}"
    at, statements = 3, []
    while at < len(words) - 1:
        source, target, at = words[at], "", at + 1
        if words[at] == "->":
            target, at = words[at + 1], at + 2
        assert words[at] == "["
        values, at = {}, at + 1
        while words[at] != "]":
            key, equals, value = words[at : at + 3]
            assert equals == "="
            assert re.fullmatch(r"[a-z_]+", key)
            values[key], at = unquoted(value), at + 3
            assert words[at] in {",", "]"}
            at += words[at] == ","
        assert words[at + 1] == ";"
        statements.append(Statement(source, target, values))
        at += 2
    return unquoted(words[1]), statements


def parsed_xml(data: bytes) -> tuple[list[dict[str, str]], list[tuple[str, str, dict[str, str]]]]:
    """Nodes and edges of a GraphML file, with their attributes."""
    root = ET.fromstring(data)  # noqa: S314 - our own
    keys = {key.attrib["id"]: key.attrib["attr.name"] for key in root.iter(f"{NAMESPACE}key")}

    def values(element: ET.Element) -> dict[str, str]:
        return {keys[data.attrib["key"]]: data.text or "" for data in element.iter(f"{NAMESPACE}data")}

    nodes = [values(node) for node in root.iter(f"{NAMESPACE}node")]
    names = [node.attrib["id"] for node in root.iter(f"{NAMESPACE}node")]
    labels = dict(zip(names, (node["label"] for node in nodes), strict=True))
    edges = [
        (labels[edge.attrib["source"]], labels[edge.attrib["target"]], values(edge))
        for edge in root.iter(f"{NAMESPACE}edge")
    ]
    return nodes, edges


def test_nodes(full_report: Report) -> None:
    nodes, _ = parsed_xml(graph.graphml(full_report))
    assert [node["label"] for node in nodes] == [
        "deepthought", "einops", "idna", "numpy", "pytest", "pyyaml", "tensorboard", "torch",
    ]  # fmt: skip
    assert nodes[0] == {"label": "deepthought", "kind": "project"}
    assert nodes[-1] == {
        "label": "torch",
        "kind": "package",
        "version": "2.4.1",
        "state": "used",
        "relation": "direct",
        "tier": "load-bearing",
        "scope": "runtime",
        "direct_share": "0.5765",
        "blast_radius": "0.998",
        "call_sites": "476",
    }


def test_edges(full_report: Report) -> None:
    _, edges = parsed_xml(graph.graphml(full_report))
    assert [(source, target) for source, target, _ in edges] == [
        ("deepthought", "numpy"),  # the constraint asks for nothing
        ("deepthought", "pytest"),
        ("deepthought", "pyyaml"),
        ("deepthought", "tensorboard"),
        ("deepthought", "torch"),
        ("torch", "numpy"),
    ]
    assert edges[1][2] == {"kind": "declared", "need": "extra", "group": "test", "declared_at": "pyproject.toml:20"}
    assert edges[4][2] == {
        "kind": "declared",
        "specifier": ">=2.0",
        "need": "runtime",
        "marker": "platform_system != 'Windows'",
        "extras": "opt-einsum",
        "declared_at": "pyproject.toml:11",
    }
    assert edges[5][2] == {"kind": "locked", "extra": "opt"}


def test_both_formats_say_the_same(full_report: Report) -> None:
    name, statements = parsed_dot(graph.dot(full_report))
    nodes, edges = parsed_xml(graph.graphml(full_report))
    assert name == "deepthought"
    drawn = statements[3:]  # after the defaults
    assert [s.source for s in statements[:3]] == ["graph", "node", "edge"]
    assert [unquoted(s.source).removeprefix("project ") for s in drawn if not s.target] == [n["label"] for n in nodes]
    assert [s.values for s in drawn if s.target] == [
        edge | ({"label": edge["specifier"]} if "specifier" in edge else {})
        | ({"style": "dashed"} if edge["kind"] == "locked" else {})
        for _, _, edge in edges
    ]  # fmt: skip
    torch = next(s for s in drawn if s.source == '"torch"')
    assert torch.values["label"] == "torch 2.4.1"
    assert torch.values["fillcolor"] != next(s for s in drawn if s.source == '"einops"').values["fillcolor"]


def test_networkx_reads_it(full_report: Report, tmp_path: Path) -> None:
    """The oracle: another implementation of GraphML."""
    (tmp_path / "graph.graphml").write_bytes(graph.graphml(full_report))
    read = nx.read_graphml(tmp_path / "graph.graphml")
    torch = next(values for _, values in read.nodes(data=True) if values["label"] == "torch")
    assert torch["blast_radius"] == pytest.approx(0.998)
    assert (torch["call_sites"], torch["tier"]) == (476, "load-bearing")
    assert (read.number_of_nodes(), read.number_of_edges()) == (8, 6)


def small(declarations: tuple[Declaration, ...] = (), edges: tuple[Edge, ...] = (), *packages: str) -> Report:
    return Report(
        Tool("depscan", "0"),
        Subject("app", "app"),
        "",
        Code(),
        declarations=declarations,
        edges=edges,
        packages=tuple(map(Package, packages)),
    )


def test_another_project_of_the_repository_is_a_node() -> None:
    asked = Declaration("app-core", Location("pyproject.toml", 3))
    nodes, edges = parsed_xml(graph.graphml(small((asked,), (), "torch")))
    assert [(node["label"], node["kind"]) for node in nodes] == [
        ("app", "project"), ("app-core", "project"), ("torch", "package"),
    ]  # fmt: skip
    assert [edge[:2] for edge in edges] == [("app", "app-core")]


def test_what_is_said_twice_is_one_edge_and_what_was_resolved_away_is_none() -> None:
    twice = tuple(Declaration("torch", Location(path, 3), ">=2") for path in ("a.txt", "b.txt"))
    build = replace(twice[0], scope=Need.BUILD)
    edges = (
        Edge("torch", "sympy", Location("uv.lock", 3)),
        Edge("torch", "sympy", Location("uv.lock", 9)),
        Edge("torch", "sympy", Location("uv.lock", 9), 'sys_platform == "win32"'),
        Edge("torch", "triton", Location("uv.lock", 4), 'sys_platform == "win32"'),
        Edge("app", "torch", Location("uv.lock", 4)),
    )
    _, drawn = parsed_xml(graph.graphml(small((*twice, build), edges, "torch", "sympy")))
    assert [(source, target, values.get("need", "")) for source, target, values in drawn] == [
        ("app", "torch", "build"),
        ("app", "torch", "runtime"),
        ("torch", "sympy", ""),
        ("torch", "sympy", ""),
    ]
    assert drawn[1][2]["declared_at"] == "a.txt:3"


def test_nothing_is_a_graph_too(empty_report: Report) -> None:
    assert parsed_xml(graph.graphml(empty_report)) == ([{"label": "blank", "kind": "project"}], [])
    assert len(parsed_dot(graph.dot(empty_report))[1]) == 4


HOSTILE = [
    '"];}',
    "a\\",
    '\\"',
    "\\N",
    "<b>",
    "a&amp;b",
    "]]>",
    "\x1b[2J",
    "\u202e",
    "\ufffe",
    "\ud800",
    "\x00",
    "\r\n\t",
]


@pytest.mark.parametrize("text", [*HOSTILE, "::set-output", "##[group]"])
def test_hostile_names(text: str, hostile_report: Callable[[str], Report]) -> None:
    check(hostile_report(text), text)


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(codec=None, exclude_categories=())) | st.text('"\\;[]<>&:#a\n'))
def test_any_name_can_be_read_back(text: str, hostile_report: Callable[[str], Report]) -> None:
    check(hostile_report(text), text)


def check(report: Report, text: str) -> None:
    """Both formats parse, hold as many nodes as the report has packages, and do nothing to a terminal or a runner."""
    xml, dot = graph.graphml(report), graph.dot(report)
    nodes, _ = parsed_xml(xml)
    assert xml.isascii()
    assert re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text) == nodes[0]["label"]
    shown = dot.decode()
    assert "::" not in shown
    assert "##" not in shown
    assert all(character.isprintable() or character == "\n" for character in shown)
    statements = parsed_dot(dot)[1]
    assert sum(not s.target for s in statements) == 3 + len(nodes)
    assert len({s.source for s in statements if not s.target}) == 3 + len(nodes)


def test_names_that_look_alike_stay_apart() -> None:
    names = ("a\x1b", "a\\x1b", "a\\x1b (2)")
    statements = parsed_dot(graph.dot(small((), (), *names)))[1]
    assert len({s.source for s in statements}) == 3 + 1 + len(names)


def test_order_of_facts_does_not_matter(crowd_report: Report, full_report: Report) -> None:
    for report in (crowd_report, full_report):
        mixed = replace(
            report,
            packages=report.packages[::-1],
            declarations=report.declarations[::-1],
            edges=report.edges[::-1],
        )
        assert graph.dot(mixed) == graph.dot(report)
        assert graph.graphml(mixed) == graph.graphml(report)


def test_the_command_line_knows_all_formats(full_report: Report) -> None:
    assert tuple(renderer.name for renderer in RENDERERS) == FORMATS
    suffixes = [suffix for renderer in RENDERERS for suffix in renderer.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    for name, render in (("dot", graph.dot), ("graphml", graph.graphml)):
        renderer = next(renderer for renderer in RENDERERS if renderer.name == name)
        assert renderer.render(full_report, Look()) == render(full_report)
