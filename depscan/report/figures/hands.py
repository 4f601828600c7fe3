"""Whose decisions reach how much of what the code rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.report.figures.sheet import Drawing, Sheet, label
from depscan.report.libraries import many, percent

if TYPE_CHECKING:
    from depscan.model import Report

_KEY = "figure-hands"
_TITLE = "Who decides"
_WIDTH = 560
_NAME, _END = 178, 500
_ROW = 30
_SHOWN = 8
_LETTERS = 26


def draw(report: Report) -> Drawing | None:
    """A bar for each body at the top, as a share of the whole direct share, the unknown among them."""
    held = next(
        (each for each in report.concentration if (each.dimension, each.weight) == ("parent", "exposure")), None
    )
    if held is None or not held.shares:
        return None
    known = 1 - held.unknown_share
    bars = [(share.name, share.share * known, share.packages) for share in held.shares]
    first, rest = bars[:_SHOWN], bars[_SHOWN:]
    rows = [(label(name, _LETTERS), share, "accent", "none") for name, share, _ in first]
    if rest:
        rows.append((f"{many(len(rest), 'other')}", sum(share for _, share, _ in rest), "muted", "none"))
    if held.unknown:
        rows.append(("not known", held.unknown_share, "none", "muted"))
    most = max(share for _, share, _, _ in rows)
    sheet = Sheet(_WIDTH, _ROW * len(rows) + 12)
    for number, (name, share, fill, edge) in enumerate(rows):
        y = _ROW * number + 8
        length = max((_END - _NAME) * share / most, 2)
        sheet.text(_NAME - 12, y + 14, name, align="right", colour="muted" if fill != "accent" else "ink")
        sheet.bar(_NAME, y, length, 18, fill, edge)
        sheet.text(_NAME + length + 8, y + 14, percent(share), colour="muted")
    description = f"Whose decisions reach how much of the direct share: {rows[0][0]} {percent(rows[0][1])}"
    description += f", {percent(held.unknown_share)} not known."
    table = [(name, percent(share), ", ".join(packages)) for name, share, packages in bars]
    if held.unknown:
        table.append(("not known", percent(held.unknown_share), ", ".join(held.unknown)))
    return Drawing(
        _KEY,
        _TITLE,
        description,
        sheet.svg(_KEY, _TITLE, description),
        ("body at the top", "of the direct share", "libraries"),
        tuple(table),
    )
