"""
A report as bytes: one file per format, and one line in `RENDERERS`.

A renderer takes a finished `Report` and changes nothing in it. Every string of a report may come from a hostile repository:
what goes to a terminal passes `show`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from depscan.report import json
from depscan.report.show import show
from depscan.report.terminal import terminal
from depscan.report.why import why

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depscan.model import Report

__all__ = ["RENDERERS", "Renderer", "Wish", "json", "show", "terminal", "why"]
