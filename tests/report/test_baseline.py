"""What the formats for people say of an earlier report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from depscan.report import RENDERERS, Look, figures, terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from depscan.model import Report


@pytest.fixture
def earlier(full_report: Report) -> Report:
    """Before torch was rested on so hard, and without the undeclared einops."""
    packages = tuple(
        replace(each, exposure=replace(each.exposure, direct_share=0.2)) if each.name == "torch" else each
        for each in full_report.packages
        if each.name != "einops"
    )
    findings = tuple(each for each in full_report.findings if each.package != "einops")
    return replace(full_report, packages=packages, findings=findings, scanned_at="2026-08-24T10:00:00Z")


def page(name: str, report: Report, baseline: Report | None) -> str:
    renderer = next(renderer for renderer in RENDERERS if renderer.name == name)
    data = renderer.render(report, Look(baseline=baseline))
    assert isinstance(data, bytes)
    return data.decode()


@pytest.mark.parametrize("name", ["terminal", "markdown", "html"])
def test_what_changed_is_said_where_there_is_a_baseline(name: str, full_report: Report, earlier: Report) -> None:
    text = page(name, full_report, earlier)
    assert "2026-08-24" in text
    assert "1 new" in text
    assert "2026-08-24" not in page(name, full_report, None)


def test_the_page_lists_the_changes(full_report: Report, earlier: Report) -> None:
    text = page("html", full_report, earlier)
    assert 'id="changed"' in text
    assert "einops is imported by 2 modules" in text.partition('id="changed"')[2].partition("</section>")[0]
    assert 'id="figure-trend"' in text
    nothing = page("html", full_report, full_report)
    assert "Nothing did." in nothing
    assert 'id="figure-trend"' not in nothing
    assert 'id="changed"' not in page("html", full_report, None)


def test_the_trend_in_words_and_numbers(full_report: Report, earlier: Report) -> None:
    drawing = next(drawing for drawing in figures.draw(full_report, earlier) if drawing.key == "figure-trend")
    assert drawing.rows == (("torch", "20%", "58%"), ("einops", "0%", "2%"))
    assert drawing.description.endswith("the largest change first: torch from 20% to 58%.")
    assert "+38" in drawing.svg


@pytest.mark.parametrize("name", ["terminal", "markdown", "html"])
def test_hostile_baselines_do_nothing(name: str, hostile_report: Callable[[str], Report], full_report: Report) -> None:
    text = page(name, full_report, hostile_report("<script>alert(1)</script>\x1b[31m"))
    assert "\x1b" not in text
    assert "<script>alert" not in text.replace("`<script>alert(1)</script>\\x1b[31m`", "") or name == "terminal"
    terminal.render(full_report, baseline=hostile_report("[/red]"))
