"""Policies: allowed and denied lists over AND, OR, WITH, families and what is not known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.licences import Outcome, evaluate, recognises

YES, NO, OPEN = Outcome.ALLOWED, Outcome.DENIED, Outcome.NOT_LISTED
CLASSPATH = "GPL-2.0-only WITH Classpath-exception-2.0"

CASES = [
    # expression, allowed, denied, outcome, deciding
    ("MIT", ["MIT"], [], YES, ("MIT",)),
    ("MIT", ["mit"], [], YES, ("MIT",)),
    ("MIT", ["permissive"], [], YES, ("MIT",)),
    ("MIT", [], ["permissive"], NO, ("MIT",)),
    ("MIT", [], [], OPEN, ("MIT",)),
    ("MIT", ["MIT"], ["MIT"], NO, ("MIT",)),
    ("MIT", ["permissive"], ["MIT"], NO, ("MIT",)),
    ("MIT", ["MIT"], ["permissive"], YES, ("MIT",)),
    ("LGPL-3.0-only", ["LGPL-3.0-only"], ["weak copyleft"], YES, ("LGPL-3.0-only",)),
    ("AGPL-3.0-only", [], ["network-copyleft"], NO, ("AGPL-3.0-only",)),
    ("AGPL-3.0-only", [], ["Network Copyleft"], NO, ("AGPL-3.0-only",)),
    ("LicenseRef-Foo", [], ["non-SPDX"], NO, ("LicenseRef-Foo",)),
    # or: one allowed branch is enough
    ("MIT OR GPL-3.0-only", ["MIT"], ["GPL-3.0"], YES, ("MIT",)),
    ("GPL-3.0-only OR MIT", ["permissive"], ["strong copyleft"], YES, ("MIT",)),
    (
        "GPL-3.0-only OR AGPL-3.0-only",
        [],
        ["strong copyleft", "network copyleft"],
        NO,
        ("GPL-3.0-only", "AGPL-3.0-only"),
    ),
    ("GPL-3.0-only OR ISC", ["MIT"], ["GPL-3.0"], OPEN, ("ISC",)),
    # and: every part must be allowed, none denied
    ("MIT AND ISC", ["MIT", "ISC"], [], YES, ("MIT", "ISC")),
    ("MIT AND ISC", ["MIT"], [], OPEN, ("ISC",)),
    ("MIT AND GPL-3.0-only", ["MIT"], ["strong copyleft"], NO, ("GPL-3.0-only",)),
    (
        "(MIT OR GPL-3.0-only) AND MPL-2.0",
        ["permissive", "weak copyleft"],
        ["strong copyleft"],
        YES,
        ("MIT", "MPL-2.0"),
    ),
    # exceptions
    (CLASSPATH, ["GPL-2.0-only"], [], YES, (CLASSPATH,)),
    (CLASSPATH, [], ["GPL-2.0-only"], NO, (CLASSPATH,)),
    (CLASSPATH, [CLASSPATH], ["GPL-2.0-only"], YES, (CLASSPATH,)),
    ("GPL-2.0-only", [CLASSPATH], [], OPEN, ("GPL-2.0-only",)),
    (CLASSPATH, ["weak copyleft"], ["strong copyleft"], YES, (CLASSPATH,)),
    (
        "Apache-2.0 WITH AdditionRef-Commons-Clause",
        ["Apache-2.0"],
        [],
        OPEN,
        ("Apache-2.0 WITH AdditionRef-Commons-Clause",),
    ),
    ("Apache-2.0+", ["Apache-2.0"], [], YES, ("Apache-2.0+",)),
    # the GNU licences without a range
    ("GPL-3.0-or-later", [], ["GPL-3.0"], NO, ("GPL-3.0-or-later",)),
    ("GPL-3.0-or-later", [], ["GPL-3.0-only"], OPEN, ("GPL-3.0-or-later",)),
    ("LGPL-2.1-only", ["lgpl-2.1"], [], YES, ("LGPL-2.1-only",)),
    # a whole expression as an entry
    ("MIT AND GPL-3.0-only", ["GPL-3.0-only AND MIT"], ["GPL-3.0"], YES, ("MIT", "GPL-3.0-only")),
    ("MIT OR ISC", ["MIT", "ISC"], ["ISC OR MIT"], NO, ("MIT", "ISC")),
    ("MIT", ["MIT AND ISC"], [], OPEN, ("MIT",)),
    # what is not known
    ("", ["MIT"], [], OPEN, ()),
    ("", [], ["unknown"], NO, ()),
    ("Some Licence", ["permissive"], [], OPEN, ("Some Licence",)),
    ("Some Licence", ["unknown"], [], YES, ("Some Licence",)),
    ("MIT", ["MITT", "Some Licence"], [], OPEN, ("MIT",)),
]


@pytest.mark.parametrize(("expression", "allowed", "denied", "outcome", "deciding"), CASES)
def test_evaluate(
    expression: str, allowed: list[str], denied: list[str], outcome: Outcome, deciding: tuple[str, ...]
) -> None:
    verdict = evaluate(expression, allowed=allowed, denied=denied)
    assert (verdict.outcome, verdict.licences) == (outcome, deciding)


LICENCES = ["MIT", "ISC", "MPL-2.0", "GPL-3.0-only", "AGPL-3.0-only", CLASSPATH, "LicenseRef-Foo"]
ENTRIES = st.sampled_from(
    [*LICENCES, "GPL-2.0-only", "GPL-3.0", "permissive", "weak copyleft", "unknown", "MIT AND ISC"]
)
EXPRESSIONS = st.recursive(
    st.sampled_from(LICENCES),
    lambda inner: st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map(
        lambda it: f"({it[0]}){it[1]}({it[2]})"
    ),
    max_leaves=5,
)
RANK = [NO, OPEN, YES]


@given(EXPRESSIONS, st.lists(ENTRIES, max_size=4), st.lists(ENTRIES, max_size=4), ENTRIES)
def test_allowing_more_never_hurts_and_denying_more_never_helps(
    expression: str, allowed: list[str], denied: list[str], entry: str
) -> None:
    before = RANK.index(evaluate(expression, allowed=allowed, denied=denied).outcome)
    assert RANK.index(evaluate(expression, allowed=[*allowed, entry], denied=denied).outcome) >= before
    assert RANK.index(evaluate(expression, allowed=allowed, denied=[*denied, entry]).outcome) <= before


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        ("MIT", True),
        ("strong copyleft", True),
        ("Public-Domain", True),
        ("MIT OR ISC", True),
        ("GPL-3.0", True),
        ("MITT", False),
        ("copyleft", False),
        ("", False),
    ],
)
def test_entries_that_mean_something(entry: str, known: bool) -> None:
    assert recognises(entry) is known
