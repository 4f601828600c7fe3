"""docs/reading.md shows what depscan prints, and leaves no word of it unexplained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depscan.model import Confidence, Context, Scope, Severity, Tier
from depscan.report import terminal

if TYPE_CHECKING:
    from depscan.model import Report

PAGE = (Path(__file__).parents[2] / "docs" / "reading.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [1, 3])
def test_the_examples_are_real(number: int, full_report: Report) -> None:
    example = PAGE.split("```")[number].strip("\n")
    assert len(example.splitlines()) > 2
    assert example in terminal.render(full_report, titles={"DS101": "Imported, but not declared"})


@pytest.mark.parametrize(
    "word",
    [
        *(tier for tier in Tier if tier is not Tier.NONE),
        *Severity,
        *Confidence,
        *(f"`{context}`" for context in Context),
        *(f"`{scope}`" for scope in Scope if scope is not Scope.PRODUCTION),
        *("library", "version", "scope", "direct share", "blast radius", "entry points", "call sites", "API names"),
        *("`any`", "`undeclared`", "`transitive`", "`unknown`", "`URL`", "`<1%`", "`>99%`"),
    ],
)
def test_every_word_is_explained(word: str) -> None:
    assert word in PAGE
