"""
The pictures of a report as SVG that takes its colours and its type from the page around it, each with its table.

One file a picture: a function that takes a `Report` and gives a `Drawing`, or None where there is nothing to draw, and
one line in `DRAWINGS`. Nothing a picture shows is shown by colour alone, or by the picture alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.report.figures import advisories, chains, exposure, hands, reach, terms, trend
from depscan.report.figures.sheet import Drawing, plain

if TYPE_CHECKING:
    from depscan.model import Report

__all__ = ["DRAWINGS", "Drawing", "draw"]

DRAWINGS = (exposure.draw, hands.draw, terms.draw, reach.draw, advisories.draw, chains.draw)


def draw(report: Report, baseline: Report | None = None) -> tuple[Drawing, ...]:
    """All pictures that the report, and the one it is compared with, have data for; equal reports give equal ones."""
    with plain():
        drawn = [picture(report) for picture in DRAWINGS]
        if baseline is not None:
            drawn.append(trend.draw(report, baseline))
    return tuple(drawing for drawing in drawn if drawing)
