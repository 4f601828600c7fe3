"""How few publishing accounts reach how much of what the code rests on."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from depscan.report.figures.sheet import Drawing, Sheet, breadth, label
from depscan.report.libraries import many, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.model import Report

_KEY = "figure-reach"
_TITLE = "Who can publish"
_WIDTH, _HEIGHT = 560, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 540, 34, 288
_MOST = 30
_NAMED = 6
_LETTERS = 24

_Step = tuple[str, float, tuple[str, ...]]


def draw(report: Report) -> Drawing | None:
    """A stair: at each account, what it and those before it can release, as a share of the direct share known."""
    steps = _steps(report)
    if not steps:
        return None
    sheet = Sheet(_WIDTH, _HEIGHT)
    shown = steps[:_MOST]
    _frame(sheet, shown, len(steps))
    _stair(sheet, shown)
    half = next((number for number, (_, share, _) in enumerate(steps, 1) if share >= 0.5), len(steps))
    description = (
        f"Accounts in order of what each adds to the direct share that those before it reach: "
        f"{many(half, 'account')} to pass half, {len(steps)} for all of it."
    )
    rows = ((name, percent(share), ", ".join(adds)) for name, share, adds in steps)
    return Drawing(
        _KEY,
        _TITLE,
        description,
        sheet.svg(_KEY, _TITLE, description),
        ("account", "reached with those above", "libraries that it adds"),
        tuple(rows),
    )


def _steps(report: Report) -> tuple[_Step, ...]:
    """Always the account that adds most next, first by name among equals, until none adds anything."""
    weights = {
        package.name: package.exposure.direct_share
        for package in report.packages
        if package.publishers and package.exposure.direct_share > 0
    }
    whole = fsum(weights.values())
    pushes = {each.account: weights.keys() & set(each.packages) for each in report.reach}
    left = {account: names for account, names in pushes.items() if names}
    steps: list[_Step] = []
    reached = 0.0
    while left:
        gains = {account: fsum(weights[name] for name in sorted(names)) for account, names in left.items()}
        best = min(gains, key=lambda account: (-round(gains[account], 12), account))
        added = left.pop(best)
        reached += gains[best]
        steps.append((best, min(reached / whole, 1.0), tuple(sorted(added))))
        left = {account: more for account, names in left.items() if (more := names - added)}
    return tuple(steps)


def _frame(sheet: Sheet, shown: Sequence[_Step], number: int) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _height(share)
        sheet.line([(_LEFT, y), (_RIGHT, y)], dashed=share == 0.5)
        sheet.text(_LEFT - 8, y + 4, percent(share), colour="muted", align="right", size=11)
    every = max(1, round(len(shown) / 10))
    for count in range(1, len(shown) + 1):
        if count % every == 0 or count == 1:
            sheet.text(_across(count, len(shown)), _BOTTOM + 18, str(count), colour="muted", align="center", size=11)
    more = f" (the first {len(shown)} of {number})" if number > len(shown) else ""
    sheet.text(0, 14, "↑ reached, of the direct share whose accounts are known")
    sheet.text(_RIGHT, _BOTTOM + 40, f"accounts, each adding most{more} →", align="right")


def _stair(sheet: Sheet, shown: Sequence[_Step]) -> None:
    corners: list[tuple[float, float]] = [(_across(1, len(shown)), _BOTTOM)]
    for count, (_, share, _) in enumerate(shown, 1):
        x = _across(count, len(shown))
        corners += [(x, corners[-1][1]), (x, _height(share))]
    corners.append((_RIGHT, corners[-1][1]))
    sheet.line(corners, "accent", width=2)
    below = _BOTTOM
    for count, (name, share, _) in enumerate(shown[:_NAMED], 1):
        x, y = _across(count, len(shown)), _height(share)
        sheet.dot(x, y, 4, "accent")
        words = label(name, _LETTERS)
        if below - y >= 16 and x + 10 + breadth(words) < _WIDTH:
            sheet.text(x + 9, y + 15, words)
            below = round(y)


def _across(count: int, number: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * count / (number + 1)


def _height(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share
