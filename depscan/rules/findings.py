"""How a finding is put together: its identity, its places and the words that count them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from depscan.model import Confidence, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depscan.model import Location

MOST = 20
"""Locations in one finding; the message says how many modules there are in all."""

_SEVERITIES = tuple(Severity)
_CONFIDENCES = tuple(Confidence)


def fingerprint(code: str, package: str, root: str = "") -> str:
    """An identity that survives edits: a digest of code, package and project folder, never of lines or messages."""
    return hashlib.sha256(f"{code}\0{package}\0{root}".encode()).hexdigest()[:16]


def finding(
    code: str,
    severity: Severity,
    confidence: Confidence,
    message: str,
    *,
    advice: str,
    package: str,
    locations: Iterable[Location],
    root: str = "",
    advisory: str = "",
) -> Finding:
    """A finding about `package` in the project at `root`, or about one of several things that concern the package."""
    places = tuple(dict.fromkeys(locations))[:MOST]
    identity = fingerprint(code, package, root)
    return Finding(code, severity, confidence, message, package, places, identity, advice, advisory=advisory)


def rank(severity: Severity) -> int:
    """The place of a severity, low first."""
    return _SEVERITIES.index(severity)


def at_most(limit: Severity, severity: Severity) -> Severity:
    """The lower of two severities."""
    return _SEVERITIES[min(_SEVERITIES.index(limit), _SEVERITIES.index(severity))]


def worst(severities: Iterable[Severity]) -> Severity:
    """The highest of some severities."""
    return max(severities, key=_SEVERITIES.index)


def surest(limit: Confidence, confidence: Confidence) -> Confidence:
    """The lower of two confidences: no finding is surer than its weakest ground."""
    return _CONFIDENCES[min(_CONFIDENCES.index(limit), _CONFIDENCES.index(confidence))]


def lowered(confidence: Confidence) -> Confidence:
    """One step less sure."""
    return _CONFIDENCES[max(0, _CONFIDENCES.index(confidence) - 1)]


def count(number: int, noun: str) -> str:
    """`1 module`, `3 modules`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def names(items: Sequence[str], limit: int = 3) -> str:
    """The first few of a list in words, and how many more there are."""
    shown = ", ".join(items[:limit])
    return f"{shown} and {len(items) - limit} more" if len(items) > limit else shown
