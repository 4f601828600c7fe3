from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import licences
from depscan.knowledge import model_terms
from depscan.knowledge.model_terms import DATA, licence, together
from depscan.model import LicenceFamily as F

FLAGS = re.compile(
    r"""mau_threshold|revenue_threshold|attribution_display|name_prefix|acceptable_use_policy|flow_down
    |remote_restriction|no_train_others|output_claims|territory_exclusion|auto_update|guardrail_termination
    |litigation_termination|governing_law|military_ban|non_commercial|no_derivatives|network_copyleft|licence_unseen""",
    re.VERBOSE,
)


@pytest.mark.parametrize(
    ("written", "expression", "family", "is_open"),
    [
        ("mit", "MIT", F.PERMISSIVE, True),
        ("MIT License", "MIT", F.PERMISSIVE, True),
        ("Apache-2.0", "Apache-2.0", F.PERMISSIVE, True),
        ("openmdw-1.0", "LicenseRef-OpenMDW-1.0", F.PERMISSIVE, True),
        ("wtfpl", "WTFPL", F.PERMISSIVE, True),
        ("cc-by-sa-4.0", "CC-BY-SA-4.0", F.WEAK_COPYLEFT, True),
        ("agpl-3.0", "AGPL-3.0-only", F.NETWORK_COPYLEFT, True),
        ("0BSD", "0BSD", F.PERMISSIVE, True),
        ("SSPL-1.0", "SSPL-1.0", None, None),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0", F.SOURCE_AVAILABLE, False),
        ("CC-BY-NC-SA-2.5", "CC-BY-NC-SA-2.5", F.SOURCE_AVAILABLE, False),
        ("cc-by-nd-4.0", "CC-BY-ND-4.0", F.SOURCE_AVAILABLE, False),
        ("creativeml-openrail-m", "LicenseRef-scancode-stable-diffusion-2022-08-22", F.SOURCE_AVAILABLE, False),
        ("llama3.1", "LicenseRef-scancode-llama-3.1-license-2024", F.SOURCE_AVAILABLE, False),
        ("gemma", "LicenseRef-gemma-terms", F.SOURCE_AVAILABLE, False),
        ("cc", "LicenseRef-CC", F.UNKNOWN, None),
        ("other", "", F.UNKNOWN, None),
        ("unknown", "", F.UNKNOWN, None),
        ("", "", F.UNKNOWN, None),
        ("LicenseRef-never-heard-of", "LicenseRef-never-heard-of", F.NON_SPDX, None),
        ("my own terms", "my own terms", F.UNKNOWN, None),
        ("MIT AND CC-BY-NC-4.0", "MIT AND CC-BY-NC-4.0", F.SOURCE_AVAILABLE, False),
        ("CC-BY-NC-4.0 OR MIT", "MIT", F.PERMISSIVE, True),
        ("MIT AND LicenseRef-never-heard-of", "MIT AND LicenseRef-never-heard-of", F.NON_SPDX, None),
    ],
)
def test_a_licence_as_written(written: str, expression: str, family: F | None, is_open: bool | None) -> None:
    terms = licence(written)
    if family is None:
        assert terms.open is not True
        return
    assert (terms.expression, terms.family, terms.open) == (expression, family, is_open)


@pytest.mark.parametrize(
    "written",
    [
        "Modified MIT License",
        "modified-mit",
        "modified_mit",
        "MIT with an added clause",
        "MIT License (modified)",
        "MIT (non-commercial)",
        "Apache License 2.0, research only",
        "Apache-2.0 with additional terms",
        "LicenseRef-scancode-moonshot-ai-modified-mit-2025",
        "LicenseRef-minimax-modified-mit",
    ],
)
def test_a_licence_with_an_added_clause_is_not_open(written: str) -> None:
    assert licence(written).open is not True


def test_what_a_card_calls_other_is_known_by_its_name_or_link() -> None:
    assert licence("other", "msrla").obligations == ("non_commercial",)
    assert licence("other", "", "some/where/gemma/").expression == "LicenseRef-gemma-terms"
    assert licence("other", "never-heard-of").open is None
    assert licence("other", "never-heard-of").expression == "never-heard-of"
    assert licence("mit", "gemma").expression == "MIT"


def test_obligations_are_flags() -> None:
    assert licence("llama2").obligations == (
        "acceptable_use_policy",
        "litigation_termination",
        "mau_threshold",
        "no_train_others",
    )
    assert "territory_exclusion" in licence("llama4").obligations
    assert "no_train_others" not in licence("llama3.1").obligations
    assert licence("AGPL-3.0-or-later").obligations == ("network_copyleft",)
    assert licence("GPL-3.0-or-later WITH GCC-exception-3.1").open is True


def test_the_table() -> None:
    with (DATA / "model_licences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert row["family"] in {family.value for family in F}
        assert row["open_by"] in {"OSI", "FSF", "open data", "OpenMDW", "reading", "no", "?"}, row["id"]
        assert all(map(FLAGS.fullmatch, row["obligations"].split())), row["id"]
        assert not row["expression"] or licences.parse(row["expression"]) == row["expression"], row["id"]
        if row["expression"]:
            again = licence(row["expression"])
            assert (again.expression, again.open) == (row["expression"], licence(row["id"]).open), row["id"]
        if row["open_by"] == "no":
            assert F(row["family"]) in {F.SOURCE_AVAILABLE, F.PROPRIETARY}


def test_open_by_says_which_list() -> None:
    found = {name: licence(name).open_by for name in ("mit", "bsd", "cc0-1.0", "openmdw-1.1", "llama2", "cc")}
    assert found == {
        "mit": "OSI",
        "bsd": "FSF",
        "cc0-1.0": "open data",
        "openmdw-1.1": "OpenMDW",
        "llama2": "",
        "cc": "",
    }


def test_together_the_most_restrictive_decides() -> None:
    mit, llama, unknown = licence("mit"), licence("llama2"), licence("other")
    assert together([mit]) == mit
    assert together([mit, llama]).open is False
    assert together([unknown, llama]).open is False
    assert together([unknown, mit]).open is None
    assert together([]).open is None
    assert together([licence("MIT"), licence("apache-2.0")]).expression == "MIT AND Apache-2.0"


@given(st.text(max_size=80))
def test_any_text_is_judged_and_only_known_terms_are_open(written: str) -> None:
    terms = licence(written)
    assert terms.open is not True or terms.open_by


@pytest.mark.parametrize("written", ["(" * 5000, "MIT AND " * 500, "x" * 10**6])
def test_long_texts_end(written: str) -> None:
    assert licence(written).open is None
    assert model_terms._key("A B") == "a-b"
