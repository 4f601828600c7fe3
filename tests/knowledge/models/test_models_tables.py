from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from depscan.knowledge import models
from depscan.knowledge.model_terms import DATA

TABLES = ("models", "model_components", "model_licences", "retirements")
STATES = {"", "y", "n", "partly"}


def rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_sorted_without_duplicates_and_every_row_names_its_source(table: str) -> None:
    found = rows(table)
    key = {"models": 1, "model_components": 2, "model_licences": 1, "retirements": 3}[table]
    keys = [tuple(row.values())[:key] for row in found]
    assert keys == sorted(set(keys))
    assert all(row["source"] for row in found)
    dates = [row.get("retrieved") or row["date"] for row in found]
    assert all(date.fromisoformat(day).isoformat() == day for day in dates)


@pytest.mark.parametrize("table", TABLES)
def test_no_row_names_a_place_on_a_machine(table: str) -> None:
    assert not re.search(r"file:|[\s,\"]/(?:work|tmp|root|home)/", (DATA / f"{table}.csv").read_text("utf-8"))


def test_a_row_says_of_a_component_yes_no_partly_or_nothing() -> None:
    for row in rows("models"):
        assert {row[name] for name in (*models.COMPONENTS, "weights", "gated")} <= STATES, row["family"]
        assert row["weights"] in {"y", "n"}, row["family"]
        assert re.fullmatch(r"|[A-Z]{2}", row["jurisdiction"])
        assert row["developer"]


def test_every_row_can_be_reached_and_no_pattern_is_prose() -> None:
    for row in rows("models"):
        patterns = [text for name in ("hub_ids", "other_ids", "other_uploads") for text in models._split(row[name])]
        assert patterns, row["family"]
        assert not [text for text in patterns if not re.fullmatch(r"[\w./:*\[\]-]+", text)], row["family"]
        name = re.sub(r"\[(.)[^]]*\]", r"\1", patterns[0]).replace("*", "x")
        assert models.lookup([name])[name].model.family == row["family"], name


def test_no_pattern_is_of_two_rows() -> None:
    seen: dict[str, str] = {}
    for row in rows("models"):
        for name in ("hub_ids", "other_ids"):
            for text in models._split(row[name]):
                assert seen.setdefault(text.lower(), row["family"]) == row["family"], text


def test_every_licence_of_a_row_is_decided_or_not_named() -> None:
    for row in rows("models"):
        for name in ("licence", "code_licence"):
            if row[name]:
                assert models.licence(row[name]).open is not None, row["family"]


def test_the_documentation_counts_the_rows() -> None:
    text = (Path(__file__).parents[3] / "docs" / "models.md").read_text("utf-8")
    components = rows("model_components")
    families = {row["family"] for row in components}
    assert f"{len(rows('models'))} releases" in text
    assert f"{len(components)} components of {len(families)} releases" in text
    assert f"{len(rows('model_licences'))} identifiers" in text
    assert f"{len(rows('retirements')):,} announced shutdowns" in text


def test_components_are_of_families_of_the_table() -> None:
    families = {row["family"] for row in rows("models")}
    assert {row["family"] for row in rows("model_components")} <= families


def test_every_base_model_is_in_the_table() -> None:
    for row in rows("models"):
        for base in models._split(row["base_models"]):
            assert base in models.lookup([base]), row["family"]


def test_every_identifier_of_the_hub_s_list_is_in_the_table() -> None:
    assert len([row for row in rows("model_licences") if row["source"].startswith(("HUB", "LM", "SC"))]) >= 87
