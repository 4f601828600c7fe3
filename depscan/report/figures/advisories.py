"""How many known vulnerabilities there are, by what they weigh here and by whether they are certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Affected, Severity
from depscan.report import vulnerabilities
from depscan.report.figures.sheet import Drawing, Sheet, breadth

if TYPE_CHECKING:
    from depscan.model import Report

_KEY = "figure-advisories"
_TITLE = "Known vulnerabilities"
_WIDTH = 560
_NAME, _END = 118, 510
_ROW = 34
_HEAD = 48
_LEAST = 3
_LOOKS = {
    Affected.YES: ("warn", "none"),
    Affected.POSSIBLY: ("accent", "none"),
    Affected.UNKNOWN: ("none", "muted"),
}


def draw(report: Report) -> Drawing | None:
    """A bar for each severity, divided by state; nothing where no record concerns a package, or nobody looked."""
    counts = _counts(report)
    rows = {
        severity: numbers
        for severity in (*reversed(Severity), None)
        if sum(numbers := [counts.get((severity, state), 0) for state in Affected])
    }
    if not rows:
        return None
    most = max(map(sum, rows.values()))
    sheet = Sheet(_WIDTH, _HEAD + _ROW * len(rows))
    _legend(sheet)
    for number, (severity, numbers) in enumerate(rows.items()):
        _bar(sheet, _HEAD + _ROW * number, str(severity or vulnerabilities.UNRATED), numbers, most)
    description = f"Records by what they weigh here. {vulnerabilities.counted(report) or 'Not looked up'}."
    return Drawing(
        _KEY,
        _TITLE,
        description,
        sheet.svg(_KEY, _TITLE, description),
        ("severity, weighed by use", *map(str, Affected)),
        tuple(
            (str(severity or vulnerabilities.UNRATED), *(f"{number:,}" for number in numbers))
            for severity, numbers in rows.items()
        ),
    )


def _counts(report: Report) -> dict[tuple[Severity | None, Affected], int]:
    found: dict[tuple[Severity | None, Affected], int] = {}
    for state in Affected:
        for each in vulnerabilities.in_state(report, state):
            found[each.weighed, state] = found.get((each.weighed, state), 0) + 1
    return found


def _legend(sheet: Sheet) -> None:
    x = float(_NAME)
    for state, (fill, edge) in _LOOKS.items():
        sheet.bar(x, 8, 12, 12, fill, edge)
        sheet.text(x + 18, 18, state, colour="muted", size=11)
        x += 18 + breadth(state, 11) + 18


def _bar(sheet: Sheet, y: float, name: str, numbers: list[int], most: int) -> None:
    sheet.text(_NAME - 12, y + 15, name, align="right")
    x = float(_NAME)
    for state, number in zip(Affected, numbers, strict=True):
        if not number:
            continue
        length = max((_END - _NAME) * number / most, _LEAST)
        sheet.bar(x, y, max(length - 2, _LEAST - 1), 20, *_LOOKS[state])
        words = f"{number:,}"
        if number < sum(numbers) and length > breadth(words, 11) + 8:  # else the sum says it
            sheet.text(x + 6, y + 14, words, size=11, colour="ink" if state is Affected.UNKNOWN else "paper")
        x += length
    sheet.text(x + 8, y + 14, f"{sum(numbers):,}", colour="muted", size=11)
