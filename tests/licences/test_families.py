"""Families: the table, the rules for AND, OR and WITH, and what is not known."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.licences import family, parse, stricter
from depscan.licences.tables import rows
from depscan.model import LicenceFamily as F

CASES = [
    ("MIT", F.PERMISSIVE),
    ("mit", F.PERMISSIVE),
    ("Apache-2.0", F.PERMISSIVE),
    ("Apache-2.0+", F.PERMISSIVE),
    ("PSF-2.0", F.PERMISSIVE),
    ("CC-BY-4.0", F.PERMISSIVE),
    ("LicenseRef-BSD", F.PERMISSIVE),
    ("Adobe-Utopia", F.PERMISSIVE),  # by ScanCode's category
    ("Unlicense", F.PUBLIC_DOMAIN),
    ("CC0-1.0", F.PUBLIC_DOMAIN),
    ("LicenseRef-Public-Domain", F.PUBLIC_DOMAIN),
    ("LicenseRef-scancode-public-domain", F.PUBLIC_DOMAIN),  # by ScanCode's category
    ("LGPL-2.1", F.WEAK_COPYLEFT),
    ("LGPL-3.0-or-later", F.WEAK_COPYLEFT),
    ("MPL-2.0", F.WEAK_COPYLEFT),
    ("EPL-2.0", F.WEAK_COPYLEFT),
    ("EUPL-1.2", F.WEAK_COPYLEFT),
    ("OFL-1.1", F.WEAK_COPYLEFT),
    ("GPL-2.0+", F.STRONG_COPYLEFT),
    ("GPL-3.0-only", F.STRONG_COPYLEFT),
    ("CECILL-2.1", F.STRONG_COPYLEFT),
    ("LicenseRef-GPL", F.STRONG_COPYLEFT),
    ("AGPL-3.0", F.NETWORK_COPYLEFT),
    ("OSL-3.0", F.NETWORK_COPYLEFT),
    ("BUSL-1.1", F.SOURCE_AVAILABLE),
    ("SSPL-1.0", F.SOURCE_AVAILABLE),
    ("Elastic-2.0", F.SOURCE_AVAILABLE),
    ("CC-BY-NC-4.0", F.SOURCE_AVAILABLE),
    ("CC-BY-ND-4.0", F.SOURCE_AVAILABLE),
    ("PolyForm-Noncommercial-1.0.0", F.SOURCE_AVAILABLE),
    ("LicenseRef-Commons-Clause AND Apache-2.0", F.SOURCE_AVAILABLE),
    ("LicenseRef-NVIDIA-Proprietary", F.PROPRIETARY),
    ("licenseref-nvidia-proprietary", F.PROPRIETARY),
    ("LicenseRef-Intel-Simplified", F.PROPRIETARY),
    ("LicenseRef-Acme-EULA", F.PROPRIETARY),
    ("DocumentRef-x:LicenseRef-Acme-Commercial", F.PROPRIETARY),
    ("LicenseRef-scancode-nvidia-sdk-12.8", F.PROPRIETARY),  # by ScanCode's category
    ("LicenseRef-Foo", F.NON_SPDX),
    ("LicenseRef-scancode-no-such", F.NON_SPDX),
    ("", F.UNKNOWN),
    ("UNKNOWN", F.UNKNOWN),
    ("MIT License", F.UNKNOWN),
    # AND takes the strictest, OR the kindest
    ("MIT AND GPL-3.0-only", F.STRONG_COPYLEFT),
    ("MIT OR GPL-3.0-only", F.PERMISSIVE),
    ("MIT AND LGPL-2.1-only AND CC0-1.0", F.WEAK_COPYLEFT),
    ("(MIT OR GPL-3.0-only) AND MPL-2.0", F.WEAK_COPYLEFT),
    ("AGPL-3.0-only OR LicenseRef-Acme-Commercial", F.NETWORK_COPYLEFT),
    ("LicenseRef-Acme-Commercial AND AGPL-3.0-only", F.PROPRIETARY),
    # what is not known
    ("MIT AND LicenseRef-Foo", F.NON_SPDX),
    ("MPL-2.0 AND LicenseRef-Foo", F.NON_SPDX),
    ("GPL-3.0-only AND LicenseRef-Foo", F.STRONG_COPYLEFT),
    ("LicenseRef-Foo AND LicenseRef-Acme-EULA", F.PROPRIETARY),
    ("MIT OR LicenseRef-Foo", F.PERMISSIVE),
    ("GPL-3.0-only OR LicenseRef-Foo", F.STRONG_COPYLEFT),
    # WITH
    ("GPL-3.0-or-later WITH GCC-exception-3.1", F.WEAK_COPYLEFT),
    ("GPL-2.0-only WITH Classpath-exception-2.0", F.WEAK_COPYLEFT),
    ("GPL-2.0-only WITH Linux-syscall-note", F.WEAK_COPYLEFT),
    ("GPL-2.0-or-later WITH Bootloader-exception", F.WEAK_COPYLEFT),
    ("GPL-3.0-or-later WITH Autoconf-exception-3.0", F.PERMISSIVE),
    ("LGPL-2.0-or-later WITH WxWindows-exception-3.1", F.WEAK_COPYLEFT),
    ("Apache-2.0 WITH LLVM-exception", F.PERMISSIVE),
    ("BUSL-1.1 WITH Classpath-exception-2.0", F.SOURCE_AVAILABLE),
    ("GPL-2.0-only WITH Universal-FOSS-exception-1.0", F.STRONG_COPYLEFT),
    ("GPL-2.0-only WITH AdditionRef-of-mine", F.STRONG_COPYLEFT),
    ("Apache-2.0 WITH AdditionRef-Commons-Clause", F.SOURCE_AVAILABLE),
    ("LicenseRef-Acme-EULA WITH AdditionRef-Commons-Clause", F.PROPRIETARY),
]

KNOWN = st.sampled_from(
    ["CC0-1.0", "MIT", "MPL-2.0", "GPL-3.0-only", "AGPL-3.0-only", "BUSL-1.1", "LicenseRef-Proprietary"]
)
ANY = st.one_of(KNOWN, st.just("LicenseRef-Foo"))


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_family(expression: str, expected: F) -> None:
    assert family(expression) is expected


@given(st.lists(ANY, min_size=1, max_size=5))
def test_and_is_never_kinder_than_a_part(parts: list[str]) -> None:
    together = family(" AND ".join(parts))
    assert not any(stricter(family(part), together) for part in parts)
    assert together in {family(part) for part in parts}


@given(st.lists(KNOWN, min_size=1, max_size=5))
def test_or_is_never_stricter_than_a_part(parts: list[str]) -> None:
    choice = family(" OR ".join(parts))
    assert not any(stricter(choice, family(part)) for part in parts)


@given(KNOWN)
def test_an_unknown_side_takes_nothing_from_a_choice(known: str) -> None:
    assert family(f"{known} OR LicenseRef-Foo") is family(f"LicenseRef-Foo OR {known}") is family(known)


def test_strictness_is_the_order_of_declaration_where_terms_are_known() -> None:
    known = list(F)[: list(F).index(F.NON_SPDX)]
    assert all(stricter(later, earlier) for earlier, later in pairwise(known))
    assert stricter(F.STRONG_COPYLEFT, F.UNKNOWN)
    assert stricter(F.UNKNOWN, F.NON_SPDX)
    assert stricter(F.NON_SPDX, F.WEAK_COPYLEFT)


@pytest.mark.parametrize("row", rows("families"), ids=lambda row: row["id"])
def test_every_row_of_the_table_is_spelt_as_it_is_read(row: dict[str, str]) -> None:
    assert parse(row["id"].lower()) == row["id"]
    assert family(row["id"]) is F(row["family"])
    assert row["source"]


@pytest.mark.parametrize("row", rows("exceptions"), ids=lambda row: row["id"])
def test_every_exception_softens_or_hardens_as_the_table_says(row: dict[str, str]) -> None:
    assert row["effect"] in {"at most", "at least", "none"}
    assert family(f"GPL-3.0-only WITH {row['id']}") is F(row["family"] or "strong copyleft")
    assert row["source"]


@pytest.mark.parametrize("row", rows("deprecated"), ids=lambda row: row["id"])
def test_every_deprecated_identifier_is_replaced_by_a_current_one(row: dict[str, str]) -> None:
    assert parse(row["id"]) == parse(row["expression"]) == row["expression"]
    assert family(row["id"]) is not F.NON_SPDX


def test_what_the_list_of_open_source_licences_approves_is_not_restricted() -> None:
    approved = [row for row in rows("families") if "OSI-approved" in row["source"]]
    assert len(approved) > 130
    assert {row["family"] for row in approved}.isdisjoint({"source-available", "proprietary", "non-SPDX", "unknown"})
