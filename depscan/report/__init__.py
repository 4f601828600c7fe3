"""
A report as bytes: one file per format, and one line in `RENDERERS`.

A renderer takes a finished `Report` and changes nothing in it. Every string of a report may come from a hostile
repository: what goes to a terminal passes `show`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from depscan.report import graph, json, terminal, why
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depscan.model import Report

__all__ = ["RENDERERS", "Look", "Renderer", "graph", "json", "show", "terminal", "why"]


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader asked for; each format takes from it what it knows."""

    width: int = 80
    color: bool = False
    unicode: bool = True
    verbose: int = 0
    full: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of the rules, by code."""
    manuals: Mapping[str, str] = field(default_factory=dict)
    """Manual pages of the rules in Markdown, by code."""


class Renderer(NamedTuple):
    """
    A format: its name, the file suffixes that ask for it, and how it is written.

    A format of several files gives them by name; they are written into a folder.
    """

    name: str
    suffixes: tuple[str, ...]
    render: Callable[[Report, Look], bytes | Mapping[str, bytes]]


def _terminal(report: Report, look: Look) -> bytes:
    text = terminal.render(
        report, width=look.width, color=look.color, unicode=look.unicode, verbose=look.verbose, titles=look.titles
    )
    return text.encode()


RENDERERS = (
    Renderer("terminal", (".txt",), _terminal),
    Renderer("json", (".json",), lambda report, look: json.render(report, full=look.full)),
    Renderer("dot", (".dot", ".gv"), lambda report, _: graph.dot(report)),
    Renderer("graphml", (".graphml",), lambda report, _: graph.graphml(report)),
)
