"""How hard the code rests on libraries now, and did when the baseline was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.report.figures.sheet import Drawing, Sheet, label
from depscan.report.libraries import many, percent

if TYPE_CHECKING:
    from depscan.model import Report

_KEY = "figure-trend"
_TITLE = "Direct share, then and now"
_WIDTH, _ROW, _TOP, _LEFT, _RIGHT = 560, 24, 46, 170, 500
_MOST = 15
_LETTERS = 22


def draw(report: Report, baseline: Report) -> Drawing | None:
    """Two dots for each library that moved most, or that is hardest rested on: an open one then, a full one now."""
    now = {package.name: package.exposure.direct_share for package in report.packages}
    then = {package.name: package.exposure.direct_share for package in baseline.packages}
    moved = {name: now.get(name, 0.0) - then.get(name, 0.0) for name in now.keys() | then.keys()}
    shown = sorted((name for name, step in moved.items() if step), key=lambda name: (-abs(moved[name]), name))[:_MOST]
    if not shown:
        return None
    end = max(max(now.get(name, 0.0), then.get(name, 0.0)) for name in shown)
    sheet = Sheet(_WIDTH, _TOP + _ROW * len(shown) + 12)
    sheet.dot(_LEFT, 12, 4, "none", "muted")
    sheet.text(_LEFT + 9, 16, label(f"at the baseline ({baseline.scanned_at[:10]})", 60), colour="muted", size=11)
    sheet.dot(_LEFT + 190, 12, 4, "accent", "accent")
    sheet.text(_LEFT + 199, 16, "now", colour="muted", size=11)
    for number, name in enumerate(shown):
        y = _TOP + _ROW * number
        before, after = (_LEFT + (_RIGHT - _LEFT) * shares.get(name, 0.0) / end for shares in (then, now))
        sheet.text(_LEFT - 14, y + 4, label(name, _LETTERS), align="right")
        sheet.line([(before, y), (after, y)], "muted")
        sheet.dot(before, y, 4, "paper", "muted")
        sheet.dot(after, y, 4, "accent", "accent")
        sheet.text(_RIGHT + 12, y + 4, _step(moved[name]), colour="muted", size=11)
    first = shown[0]
    description = (
        f"{many(len(shown), 'library')} whose direct share changed, the largest change first: {label(first, 60)} from "
        f"{percent(then.get(first, 0.0))} to {percent(now.get(first, 0.0))}."
    )
    return Drawing(
        _KEY,
        _TITLE,
        description,
        sheet.svg(_KEY, _TITLE, description),
        ("library", "then", "now"),
        tuple((name, percent(then.get(name, 0.0)), percent(now.get(name, 0.0))) for name in shown),
    )


def _step(change: float) -> str:
    points = round(change * 100)
    return f"{points:+d}" if points else "<1"
