"""The parts of which every section of a CycloneDX document is made: licences, places, properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from depscan import licences as terms
from depscan.report.show import show

if TYPE_CHECKING:
    from depscan.model import Location

Node = dict[str, Any]

LONGEST = 1_000
MOST_OCCURRENCES = 20


def known(**values: Any) -> Node:
    """Only what holds something: an empty list would say that there is nothing."""
    return {key: value for key, value in values.items() if value}


def properties(*facts: tuple[str, object]) -> list[Node]:
    """Named values, without those that are not known."""
    told = (
        (name, f"{value:.4f}" if isinstance(value, float) else str(value)) for name, value in facts if value is not None
    )
    return [{"name": f"depscan:{name}", "value": show(value, LONGEST)} for name, value in told if value]


def occurrence(location: Location, what: str) -> Node:
    """A place in a file; lines of a notebook count within a cell, so there they are told in words."""
    if location.cell:
        what += f" in cell {location.cell}" + (f", line {location.line}" if location.line else "")
    line = 0 if location.cell else max(location.line, 0)
    return known(location=show(location.path, LONGEST) or ".", line=line, additionalContext=show(what))


def licences(text: str, acknowledgement: str) -> list[Node]:
    """An SPDX identifier where the text is one of SPDX's list, else an expression, else the name as it is written."""
    from depscan.licences.library import symbols

    expression = terms.parse(text)
    said = known(acknowledgement=acknowledgement)
    if expression is None:
        return [{"license": {"name": show(text), **said}}] if text else []
    if symbols().get(expression.lower()) == (expression, False) and not expression.startswith("LicenseRef-"):
        return [{"license": {"id": expression, **said}}]
    return [{"expression": expression, **said}]
