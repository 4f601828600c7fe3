"""Who could change or withdraw what the code rests on, and under which terms it comes: the director's screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Tier
from depscan.report import sentences
from depscan.report.libraries import ROOMY
from depscan.report.page import Column, Row, Section
from depscan.report.sentences import RESTRICTIVE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depscan.model import Package, Report
    from depscan.report.page import Page, Part

FEW = 5
"""Packages below load-bearing that are shown without -v, and hands that are named."""

_SHORT, _LONG = 13, 26
"""Characters of a licence that are shown; of a longer one, its family."""


def write(
    page: Page, report: Report, tiers: Mapping[Tier, Sequence[Package]], *, verbose: int, limit: int | None
) -> None:
    """A table of the libraries with those behind them, then what that adds up to; nothing where no fact is known."""
    if not report.facts:
        return
    page.text(("Who could change or withdraw it", "bold"))
    page.table(_COLUMNS, _sections(page, tiers, verbose=verbose, limit=limit))
    page.blank()
    for sentence in sentences.adding_up(report):
        said = (sentence.said, "yellow") if sentence.warns else sentence.said
        page.text((f"{sentence.topic}: ", "bold"), said, sentence.rest, hang=2)
    read = sentences.read_between(report)
    page.text((f"Facts were read from their sources on {read}: depscan knowledge show PACKAGE lists them.", "dim"))
    page.blank()


_COLUMNS = (
    Column(("library",), spare=16),
    Column(("steward",), spare=18),
    Column(("licence",), spare=13),
    Column(("can publish",), spare=11),
    Column(("status",), spare=11),
)


def _sections(page: Page, tiers: Mapping[Tier, Sequence[Package]], *, verbose: int, limit: int | None) -> list[Section]:
    shown = [(Tier.LOAD_BEARING, None), (Tier.SIGNIFICANT, None if verbose else min(FEW, limit or FEW))]
    if verbose:
        shown.append((Tier.INCIDENTAL, None))
    sections = []
    for tier, most in shown:
        if packages := tiers[tier]:
            rows = tuple(Row(_cells(page, package)) for package in packages[:most])
            hidden = len(packages) - len(rows)
            footer = ((f"... and {hidden} more (-v shows all)", "dim"),) if hidden else ()
            sections.append(Section(((tier.capitalize(), "bold"), (f" ({len(packages)})", "dim")), rows, footer))
    return sections


def _cells(page: Page, package: Package) -> tuple[Part, ...]:
    roomy = page.width >= ROOMY
    restricts = package.licence is not None and package.licence.family in RESTRICTIVE
    alone = package.publishers is not None and len(package.publishers) == 1 and not package.organisation
    alive = package.status is not None and package.status.value in {"active", "maintenance"}
    return (
        (package.name, "bold" if package.exposure.tier is Tier.LOAD_BEARING else ""),
        _styled(sentences.steward(package, roomy=roomy)),
        _styled(sentences.licence(package, _LONG if roomy else _SHORT), warns=restricts),
        _styled(sentences.publishers(package, roomy=roomy), warns=alone),
        _styled(sentences.status(package), warns=not alive),
    )


def _styled(text: str, *, warns: bool = False) -> Part:
    return (text, "dim" if text == UNKNOWN else "yellow" if warns else "")
