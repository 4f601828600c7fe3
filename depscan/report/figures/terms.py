"""Under which kinds of licence the code's libraries, and an installation on each platform, come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import LicenceFamily
from depscan.report.figures.sheet import Drawing, Sheet, breadth, label
from depscan.report.libraries import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depscan.model import Report

_KEY = "figure-terms"
_TITLE = "Under which terms"
_WIDTH = 560
_NAME, _END = 128, 544
_ROW = 38
_HEAD = 54
_GROUPS = {
    "asks little": (LicenceFamily.PUBLIC_DOMAIN, LicenceFamily.PERMISSIVE),
    "weak copyleft": (LicenceFamily.WEAK_COPYLEFT,),
    "restricts": (
        LicenceFamily.STRONG_COPYLEFT,
        LicenceFamily.NETWORK_COPYLEFT,
        LicenceFamily.SOURCE_AVAILABLE,
        LicenceFamily.PROPRIETARY,
    ),
    "not known": (LicenceFamily.NON_SPDX, LicenceFamily.UNKNOWN),
}
_DARK = ("weak copyleft", "restricts")
_LOOKS = {
    "asks little": ("soft", "none"),
    "weak copyleft": ("accent", "none"),
    "restricts": ("warn", "none"),
    "not known": ("none", "muted"),
}


def draw(report: Report) -> Drawing | None:
    """A bar divided by kind of licence: one of the direct share, and one of the packages on each platform."""
    bars = dict(_bars(report))
    if not bars:
        return None
    sheet = Sheet(_WIDTH, _HEAD + _ROW * len(bars))
    _legend(sheet)
    for number, (name, families) in enumerate(bars.items()):
        _bar(sheet, _HEAD + _ROW * number, name, families)
    restricted = {name: sum(_grouped(families)["restricts"]) for name, families in bars.items()}
    description = "Licences by kind. Terms that restrict: " + ", ".join(
        f"{name} {percent(share)}" for name, share in restricted.items()
    )
    rows = [
        (name, str(family), percent(families[family]))
        for name, families in bars.items()
        for family in LicenceFamily
        if families.get(family)
    ]
    return Drawing(
        _KEY,
        _TITLE,
        f"{description}.",
        sheet.svg(_KEY, _TITLE, f"{description}."),
        ("of what", "licence family", "share"),
        tuple(rows),
    )


def _bars(report: Report) -> Iterable[tuple[str, Mapping[str, float]]]:
    for held in report.concentration:
        if (held.dimension, held.weight) == ("licence", "exposure"):
            families = {share.name: share.share * (1 - held.unknown_share) for share in held.shares}
            yield "direct share", {**families, LicenceFamily.UNKNOWN: held.unknown_share}
    for terms in report.terms:
        yield label(terms.platform, 18), {share.name: share.share for share in terms.families}


def _grouped(families: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    return {group: tuple(families.get(family, 0.0) for family in members) for group, members in _GROUPS.items()}


def _legend(sheet: Sheet) -> None:
    x = float(_NAME)
    for group, (fill, edge) in _LOOKS.items():
        sheet.bar(x, 8, 12, 12, fill, edge)
        sheet.text(x + 18, 18, group, colour="muted", size=11)
        x += 18 + breadth(group, 11) + 18


def _bar(sheet: Sheet, y: float, name: str, families: Mapping[str, float]) -> None:
    sheet.text(_NAME - 12, y + 15, name, align="right")
    x = float(_NAME)
    for group, parts in _grouped(families).items():
        share = min(sum(parts), 1.0)
        length = (_END - _NAME) * share
        if not share:
            continue
        sheet.bar(x, y, max(length - 2, 3), 20, *_LOOKS[group])
        words = percent(share)
        if length > breadth(words, 11) + 8:
            sheet.text(x + 6, y + 14, words, size=11, colour="paper" if group in _DARK else "ink")
        x += length
