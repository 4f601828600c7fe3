"""The table of rules, their manual pages, selection and identity."""

from __future__ import annotations

import csv
import re
import runpy
from importlib.resources import files
from pathlib import Path

import pytest

from depscan import rules
from depscan.errors import ConfigError
from depscan.model import (
    Confidence,
    Declaration,
    Evidence,
    Finding,
    Import,
    Link,
    Location,
    Module,
    Origin,
    Resolver,
    Severity,
)
from depscan.rules import Case

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ("What it means", "Why it matters", "Example", "How to fix", "How to ignore", "When it is wrong")


def finding(code: str, package: str) -> Finding:
    return Finding(code, Severity.LOW, Confidence.LOW, "", package, (), rules.fingerprint(code, package))


def torch_at(line: int) -> Evidence:
    link = Link("a.py", Import("torch", line=line), Origin.THIRD_PARTY, Resolver.TABLE, ("torch",), import_name="torch")
    return Evidence(
        declarations=(Declaration("numpy", Location("requirements.txt", line)),),
        modules=(Module("a.py"),),
        links=(link,),
    )


def test_codes_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in rules.RULES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"DS\d{3}", code) for code in codes)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.code)
def test_every_manual_page_is_complete(rule: rules.Rule) -> None:
    page = rules.manual(rule.code.lower())
    assert page.startswith(f"# {rule.code}: {rule.title}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == list(SECTIONS)
    assert f"{rule.code}" in page.split("## How to ignore")[1]


@pytest.mark.parametrize(
    ("code", "near"), [("DS110", "did you mean DS108 or"), ("D101", "DS101"), ("XYZ", "the rules are DS101")]
)
def test_an_unknown_code_names_near_ones(code: str, near: str) -> None:
    with pytest.raises(ConfigError, match=near):
        rules.manual(code)


def test_the_document_is_up_to_date() -> None:
    assert (ROOT / "docs/rules.md").read_text("utf-8") == rules.document()  # python -m depscan.rules > docs/rules.md


def test_the_command_writes_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_module("depscan.rules", run_name="__main__")
    assert capsys.readouterr().out == rules.document()


def test_links_in_the_table_lead_to_headings() -> None:
    page = rules.document()
    found = re.findall(r"^## (.+)$", page, re.MULTILINE)
    headings = {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in found}
    targets = re.findall(r"\]\(#([^)]+)\)", page)
    assert targets
    assert set(targets) <= headings


@pytest.mark.parametrize(
    ("select", "ignore", "kept"),
    [
        ([], [], ["DS101 a", "DS101 b", "DS103 a"]),
        (["DS1"], [], ["DS101 a", "DS101 b", "DS103 a"]),
        (["ds103"], [], ["DS103 a"]),
        (["DS101:a"], [], ["DS101 a"]),
        ([], ["DS101"], ["DS103 a"]),
        ([], ["DS101:a"], ["DS101 b", "DS103 a"]),
        ([], ["DS1:A"], ["DS101 b"]),
        (["DS101"], ["DS101:b"], ["DS101 a"]),
        (["DS"], ["DS1"], []),
    ],
)
def test_selection(select: list[str], ignore: list[str], kept: list[str]) -> None:
    findings = [finding("DS101", "a"), finding("DS101", "b"), finding("DS103", "a")]
    shown = rules.selected(findings, select=select, ignore=ignore)
    assert [f"{f.code} {f.package}" for f in shown] == kept


@pytest.mark.parametrize("entry", ["DS9", "", "DS1011", "E501", ":torch"])
def test_a_selection_that_fits_no_rule_is_an_error(entry: str) -> None:
    with pytest.raises(ConfigError, match="no rule has the code or prefix"):
        rules.selected([], ignore=[entry])


def test_findings_come_worst_first() -> None:
    found = rules.check(Case(torch_at(1)))
    order = list(Severity)
    assert [order.index(f.severity) for f in found] == sorted((order.index(f.severity) for f in found), reverse=True)
    assert {f.code for f in found} == {"DS101", "DS103", "DS105"}


def test_fingerprints_survive_moves_and_tell_projects_apart() -> None:
    def prints(line: int) -> list[str]:
        return [f.fingerprint for f in rules.check(Case(torch_at(line)))]

    assert prints(1) == prints(99)
    assert len(set(prints(1))) == 3
    assert rules.fingerprint("DS101", "torch", "libs/a") != rules.fingerprint("DS101", "torch", "libs/b")


def test_nothing_gives_nothing() -> None:
    assert rules.check(Case(Evidence())) == ()


@pytest.mark.parametrize("name", ["loaded_without_import.csv", "provided_by_host.csv"])
def test_published_lists_are_well_formed(name: str) -> None:
    rows = list(csv.DictReader(files("depscan.rules").joinpath("data", name).read_text("utf-8").splitlines()))
    keys = [next(iter(row.values())) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(None not in row and None not in row.values() for row in rows)


def test_loaders_are_normalised_names() -> None:
    text = files("depscan.rules").joinpath("data/loaded_without_import.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert row["kind"] in {
            "backend",
            "build",
            "companion",
            "driver",
            "plugin",
            "runtime",
            "server",
            "stubs",
            "tool",
        }
        assert row["reason"]
        for name in [row["name"], *row["loaded_by"].split()]:
            assert re.fullmatch(r"[a-z0-9*]+(-[a-z0-9*]+)*", name) or name == "*-stubs", name
