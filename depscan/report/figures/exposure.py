"""How hard the code rests on each library: work to replace it, against what stops without it."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from depscan.model import Tier
from depscan.report.figures.sheet import Align, Drawing, Sheet, breadth, label
from depscan.report.libraries import by_tier, many, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.model import Package, Report

_KEY = "figure-exposure"
_TITLE = "Exposure"
_WIDTH, _HEIGHT = 560, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 540, 42, 348
_TICKS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
_NAMED = 14
_LETTERS = 22
_SIZE = 12
_TIERS = {
    Tier.INCIDENTAL: ("none", "muted", 3.0),
    Tier.SIGNIFICANT: ("soft", "accent", 4.5),
    Tier.LOAD_BEARING: ("accent", "accent", 6.0),
}
"""How a tier's dots are filled and edged, and how large they are; the hardest is drawn last, on top."""

_BEFORE: dict[Align, float] = {"left": 0.0, "center": 0.5, "right": 1.0}
"""How much of a text stands before its place."""

_Box = tuple[float, float, float, float]


def draw(report: Report) -> Drawing | None:
    """A dot for each library that production code imports, named where there is room, hardest first."""
    tiers = by_tier(report.packages)
    shown = [package for tier in reversed(_TIERS) for package in tiers[tier]]
    if not shown:
        return None
    most = max(package.exposure.direct_share for package in shown)
    sheet = Sheet(_WIDTH, _HEIGHT)
    end = next(tick for tick in _TICKS if tick >= min(most, 1.0))
    _frame(sheet, end, {tier: len(tiers[tier]) for tier in reversed(_TIERS)})
    places = {package.name: _place(package, end) for package in shown}
    for package in reversed(shown):
        fill, edge, radius = _TIERS[package.exposure.tier]
        sheet.dot(*places[package.name], radius, fill, edge)
    _name(sheet, shown, places)
    hardest = shown[0]
    description = (
        f"{many(len(shown), 'library')} by direct share, from left to right, and blast radius, upwards. Hardest: "
        f"{label(hardest.name, 60)}, direct share {percent(hardest.exposure.direct_share)}, blast radius "
        f"{percent(hardest.exposure.blast_radius)}."
    )
    return Drawing(
        _KEY,
        _TITLE,
        description,
        sheet.svg(_KEY, _TITLE, description),
        ("library", "tier", "direct share", "blast radius"),
        tuple(_row(package) for package in shown),
    )


def _row(package: Package) -> tuple[str, ...]:
    exposure = package.exposure
    return package.name, str(exposure.tier), percent(exposure.direct_share), percent(exposure.blast_radius)


def _place(package: Package, end: float) -> tuple[float, float]:
    exposure = package.exposure
    across = sqrt(min(max(exposure.direct_share, 0.0), 1.0) / end)
    return _LEFT + (_RIGHT - _LEFT) * across, _BOTTOM - (_BOTTOM - _TOP) * min(max(exposure.blast_radius, 0.0), 1.0)


def _frame(sheet: Sheet, end: float, numbers: dict[Tier, int]) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _BOTTOM - (_BOTTOM - _TOP) * share
        sheet.line([(_LEFT, y), (_RIGHT, y)])
        sheet.text(_LEFT - 8, y + 4, percent(share), colour="muted", align="right", size=11)
    for tick in (0.0, *(tick for tick in _TICKS if tick <= end)):
        x = _LEFT + (_RIGHT - _LEFT) * sqrt(tick / end)
        sheet.line([(x, _BOTTOM), (x, _BOTTOM + 5)], "muted")
        sheet.text(x, _BOTTOM + 19, percent(tick), colour="muted", align="center", size=11)
    sheet.text(_RIGHT, _BOTTOM + 40, "direct share (square-root scale) →", align="right")
    sheet.text(0, 14, "↑ blast radius")
    x = float(_RIGHT)
    for tier, number in reversed(numbers.items()):
        words = f"{tier} {number}"
        x -= breadth(words, 11) + 4
        sheet.text(x, 14, words, colour="muted", size=11)
        fill, edge, radius = _TIERS[tier]
        sheet.dot(x - 10, 10, radius, fill, edge)
        x -= 26


def _name(sheet: Sheet, shown: Sequence[Package], places: dict[str, tuple[float, float]]) -> None:
    """Each name at the first side of its dot where it covers no other name and no large dot; else it has none."""
    taken: list[_Box] = []
    for package in shown:
        x, y = places[package.name]
        _, _, radius = _TIERS[package.exposure.tier]
        taken.append((x - radius, y - radius, x + radius, y + radius))
    named = 0
    for package in shown:
        if named == _NAMED or package.exposure.tier is Tier.INCIDENTAL:
            break
        words = label(package.name, _LETTERS)
        width = breadth(words, _SIZE)
        for x, y, align in _sides(*places[package.name]):
            left = x - width * _BEFORE[align]
            box = (left, y - _SIZE + 2, left + width, y + 3)
            if _inside(box) and not any(_meet(box, other) for other in taken):
                bold = package.exposure.tier is Tier.LOAD_BEARING
                sheet.text(x, y, words, align=align, size=_SIZE, bold=bold)
                taken.append(box)
                named += 1
                break


def _sides(x: float, y: float) -> tuple[tuple[float, float, Align], ...]:
    return (
        (x + 10, y + 4, "left"),
        (x - 10, y + 4, "right"),
        (x, y - 10, "center"),
        (x, y + 19, "center"),
        (x + 8, y - 8, "left"),
        (x + 8, y + 17, "left"),
    )


def _inside(box: _Box) -> bool:
    return box[0] > _LEFT and box[2] < _RIGHT + 16 and box[1] > _TOP - 20 and box[3] < _BOTTOM


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
