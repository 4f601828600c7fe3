"""How bad an advisory says a flaw is: the score of its CVSS vector, else the word it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from depscan.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = {
    "low": Severity.LOW,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "important": Severity.HIGH,
    "critical": Severity.CRITICAL,
}


class Rating(NamedTuple):
    """A vector, what it comes to, and what that means; empty and `None` where nothing is known."""

    vector: str = ""
    score: float | None = None
    severity: Severity | None = None
    unread: tuple[str, ...] = ()
    """Vectors that are none."""


def rate(vectors: Iterable[str], word: str = "") -> Rating:
    """By the vector of the newest CVSS version among those that can be read; without one, by the word."""
    scored: list[tuple[int, str, float]] = []
    unread: list[str] = []
    for vector in vectors:
        found = _score(vector)
        if found is None:
            unread.append(vector)
        else:
            scored.append((found[0], vector, found[1]))
    said = _WORDS.get(word.strip().casefold())
    if not scored:
        return Rating(severity=said, unread=tuple(unread))
    version, vector, score = max(scored, key=lambda each: (each[0], each[2], each[1]))
    return Rating(vector, score, _band(version, score), tuple(unread))


def _score(vector: str) -> tuple[int, float] | None:
    """CVSS version and score; version 2 has no prefix."""
    from cvss import CVSS2, CVSS3, CVSS4
    from cvss.exceptions import CVSSError

    try:
        if vector.startswith("CVSS:4."):
            return 4, float(CVSS4(vector).base_score)
        if vector.startswith("CVSS:3."):
            return 3, float(CVSS3(vector).base_score)
        return 2, float(CVSS2(vector.strip("()")).base_score)
    except CVSSError:
        return None


def _band(version: int, score: float) -> Severity:
    """The qualitative scale of the specification; for version 2, which has none, that of the NVD."""
    if version > 2 and score >= 9:
        return Severity.CRITICAL
    if score >= 7:
        return Severity.HIGH
    return Severity.MEDIUM if score >= 4 else Severity.LOW
