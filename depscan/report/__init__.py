"""
A report as bytes: one file per format, and one line in `RENDERERS`.

A renderer takes a finished `Report` and changes nothing in it. Every string of a report may come from a hostile
repository: what goes to a terminal passes `show`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from depscan.report import json
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depscan.model import Report

__all__ = ["RENDERERS", "Look", "Renderer", "json", "show"]


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
    baseline: Report | None = None
    """An earlier report: formats for people say what changed since."""


class Renderer(NamedTuple):
    """
    A format: its name, the file suffixes that ask for it, and how it is written.

    A format of several files gives them by name; they are written into a folder.
    """

    name: str
    suffixes: tuple[str, ...]
    render: Callable[[Report, Look], bytes | Mapping[str, bytes]]


def _terminal(report: Report, look: Look) -> bytes:
    from depscan.report import terminal

    text = terminal.render(
        report,
        width=look.width,
        color=look.color,
        unicode=look.unicode,
        verbose=look.verbose,
        titles=look.titles,
        baseline=look.baseline,
    )
    return text.encode()


def _sarif(report: Report, look: Look) -> bytes:
    from depscan.report import sarif

    return sarif.render(report, titles=look.titles, manuals=look.manuals)


def _cyclonedx(version: str) -> Callable[[Report, Look], bytes]:
    def render(report: Report, _: Look) -> bytes:
        from depscan.report import cyclonedx

        return cyclonedx.render(report, version=version)

    return render


def _graph(kind: str) -> Callable[[Report, Look], bytes]:
    def render(report: Report, _: Look) -> bytes:
        from depscan.report import graph

        return graph.dot(report) if kind == "dot" else graph.graphml(report)

    return render


def _by(module: str) -> Callable[[Report, Look], bytes | Mapping[str, bytes]]:
    """The `render` of a file of this package, loaded when it is called: a scan needs one format of many."""

    def render(report: Report, look: Look) -> bytes | Mapping[str, bytes]:
        found: bytes | Mapping[str, bytes] = import_module(f"depscan.report.{module}").render(report, look)
        return found

    return render


RENDERERS = (
    Renderer("terminal", (".txt",), _terminal),
    Renderer("html", (".html", ".htm"), _by("html")),
    Renderer("markdown", (".md", ".markdown"), _by("markdown")),
    Renderer("cyclonedx", (".cdx.json",), _cyclonedx("1.6")),
    Renderer("cyclonedx-1.7", (), _cyclonedx("1.7")),
    Renderer("sarif", (".sarif",), _sarif),
    Renderer("github", (), _by("github")),
    Renderer("gitlab", (), _by("gitlab")),
    Renderer("lines", (), _by("lines")),
    Renderer("csv", ("/",), _by("tables")),
    Renderer("json", (".json",), lambda report, look: json.render(report, full=look.full)),
    Renderer("dot", (".dot", ".gv"), _graph("dot")),
    Renderer("graphml", (".graphml",), _graph("graphml")),
)
