"""docs/metrics.md defines every figure and names every threshold that the code has."""

from __future__ import annotations

import re
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from depscan.metrics.tiers import PUBLISHED
from depscan.model import Exposure, Relation, State, Tier

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [field.name for field in fields(Exposure)])
def test_every_figure_is_defined(name: str) -> None:
    assert re.search(rf"^\| .*`{name}`.* \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("field", fields(PUBLISHED), ids=lambda field: field.name)
def test_every_threshold_is_published(field: Field[Any]) -> None:
    name = field.name
    value = getattr(PUBLISHED, name)
    shown = f"{value:.0%}".replace("%", " %") if isinstance(value, float) else str(value)

    assert re.search(rf"^\| `{name}` \| {shown} \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("word", [*Tier, *State, *Relation])
def test_every_word_is_explained(word: str) -> None:
    assert f"**{word}**" in PAGE or f"`{word}`" in PAGE
