"""Expressions: canonical form, what is refused, and the choices they leave."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.licences import choices, parse

CANONICAL = [
    ("MIT", "MIT"),
    ("mit", "MIT"),
    ("  MIT \n", "MIT"),
    ("(MIT)", "MIT"),
    ("apache-2.0", "Apache-2.0"),
    ("bsd-3-clause", "BSD-3-Clause"),
    ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
    ("mit or apache-2.0", "MIT OR Apache-2.0"),
    ("MIT\nAND\nISC", "MIT AND ISC"),
    ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0"),
    ("MIT AND MIT", "MIT"),
    ("MIT OR mit OR ISC", "MIT OR ISC"),
    ("MIT OR (ISC OR Zlib)", "MIT OR ISC OR Zlib"),
    ("MIT OR ISC AND Zlib", "MIT OR (ISC AND Zlib)"),
    ("(MIT OR ISC) AND Zlib", "(MIT OR ISC) AND Zlib"),
    ("((MIT) OR ((ISC)))", "MIT OR ISC"),
    ("GPL-3.0", "GPL-3.0-only"),
    ("gpl-3.0", "GPL-3.0-only"),
    ("GPL-3.0+", "GPL-3.0-or-later"),
    ("LGPL-2.1", "LGPL-2.1-only"),
    ("LGPL-2.1+", "LGPL-2.1-or-later"),
    ("AGPL-3.0", "AGPL-3.0-only"),
    ("AGPL-3.0+", "AGPL-3.0-or-later"),
    ("GFDL-1.3", "GFDL-1.3-only"),
    ("GPL-2.0-or-later", "GPL-2.0-or-later"),
    ("GPL-3.0-only OR GPL-3.0", "GPL-3.0-only"),
    ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("GPL-3.0-with-GCC-exception OR MIT", "GPL-3.0-only WITH GCC-exception-3.1 OR MIT"),
    ("eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"),
    ("wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause"),
    ("GPL-2.0 WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("gpl-2.0+ with classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
    ("Apache-2.0 WITH LLVM-exception OR MIT", "Apache-2.0 WITH LLVM-exception OR MIT"),
    ("Apache-2.0 WITH AdditionRef-Commons-Clause", "Apache-2.0 WITH AdditionRef-Commons-Clause"),
    ("MIT WITH AdditionRef-of-mine", "MIT WITH AdditionRef-of-mine"),
    ("Apache-2.0+", "Apache-2.0+"),
    ("mpl-1.1+ AND MIT", "MPL-1.1+ AND MIT"),
    ("LicenseRef-Foo", "LicenseRef-Foo"),
    ("licenseref-bsd", "LicenseRef-BSD"),
    ("DocumentRef-doc:LicenseRef-x", "DocumentRef-doc:LicenseRef-x"),
    ("LicenseRef-Foo.1 AND MIT", "LicenseRef-Foo.1 AND MIT"),
    ("Adobe-Utopia", "Adobe-Utopia"),
    ("adobe-utopia", "Adobe-Utopia"),
    ("LicenseRef-scancode-nvidia-sdk-12.8", "LicenseRef-scancode-nvidia-sdk-12.8"),
]

NOT_EXPRESSIONS = [
    "",
    "   ",
    "MIT License",
    "Apache License 2.0",
    "BSD",
    "MIT/X11",
    "MIT, ISC",
    "MIT ISC",
    "MIT AND",
    "OR MIT",
    "AND",
    "MIT AND OR ISC",
    "(MIT",
    "MIT)",
    "MIT) AND (ISC",
    "()",
    "( OR MIT)",
    "MIT AND ()",
    "MIT WITH",
    "MIT WITH Apache-2.0",
    f"MIT WITH {'A' * 201}",
    "MIT WITH no-such-exception",
    "Classpath-exception-2.0",
    "GPL-2.0-with-classpath-exception WITH Classpath-exception-2.0",
    "MIT++",
    "GPL-3.0-only+",
    "LicenseRef-x+",
    "NoSuchLicence-1.0",
    "MIT AND NoSuchLicence-1.0",
    "LicenseRef-",
    "LicenseRef-a_b",
    "MIT\0",
    "MIT AND \u202eISC",
    "\u041cIT",
    "See LICENSE",
]

HOSTILE = {
    "long": "MIT AND " * 12_500 + "MIT",
    "deep": "(" * 5_000 + "MIT" + ")" * 5_000,
    "unclosed": "(" * 9_000,
    "words": "a " * 4_900,
    "exceptions": "MIT WITH " * 1_000,
    "operators": "AND OR " * 1_000,
    "plus": "MIT" + "+" * 9_000,
    "blanks": "MIT" + " " * 9_000 + "AND",
    "one word": "A" * 9_999,
    "many choices": " AND ".join(f"(MIT OR LicenseRef-{at})" for at in range(300)),
}

WORDS = st.sampled_from(
    ["MIT", "ISC", "gpl-2.0+", "LicenseRef-x", "(", ")", "AND", "or", "WITH", "Classpath-exception-2.0", "+", ":", "x"]
)
LEAVES = st.sampled_from(["MIT", "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-a", "ISC", "MPL-2.0+"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map(
        lambda it: f"({it[0]}){it[1]}({it[2]})"
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("text", "expected"), CANONICAL)
def test_canonical_form(text: str, expected: str) -> None:
    assert parse(text) == expected
    assert parse(expected) == expected


@pytest.mark.parametrize("text", NOT_EXPRESSIONS)
def test_what_is_no_expression(text: str) -> None:
    assert parse(text) is None
    assert choices(text) == ()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_no_expression(text: str) -> None:
    assert parse(text) is None


def test_nesting_within_reason_is_read() -> None:
    assert parse("(" * 19 + "MIT" + ")" * 19) == "MIT"


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=9).map(" ".join)))
def test_parse_never_raises_and_is_idempotent(text: str) -> None:
    found = parse(text)
    assert found is None or parse(found) == found


@given(EXPRESSIONS)
def test_what_is_built_by_the_grammar_is_read(text: str) -> None:
    found = parse(text)
    assert found is not None
    assert parse(found) == found
    assert {frozenset(choice) for choice in choices(text)} == {frozenset(choice) for choice in choices(found)}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", (("MIT",),)),
        ("MIT OR ISC", (("MIT",), ("ISC",))),
        ("MIT AND ISC", (("MIT", "ISC"),)),
        ("(MIT OR ISC) AND Zlib", (("MIT", "Zlib"), ("ISC", "Zlib"))),
        ("MIT AND (ISC OR MIT)", (("MIT", "ISC"), ("MIT",))),
        ("GPL-2.0 WITH Classpath-exception-2.0 OR MIT", (("GPL-2.0-only WITH Classpath-exception-2.0",), ("MIT",))),
    ],
)
def test_choices(expression: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert choices(expression) == expected


@pytest.mark.parametrize("pairs", [7, 20])
def test_too_many_choices_are_taken_as_all_together(pairs: int) -> None:
    expression = " AND ".join(f"(LicenseRef-a{at} OR LicenseRef-b{at})" for at in range(pairs))
    (only,) = choices(expression)
    assert len(only) == 2 * pairs


def test_too_many_choices_in_one_part_are_taken_as_all_together() -> None:
    many = " AND ".join(f"(LicenseRef-a{at} OR LicenseRef-b{at})" for at in range(7))
    assert choices(f"MIT OR ({many})") == (("MIT", *(f"LicenseRef-{side}{at}" for at in range(7) for side in "ab")),)


def test_too_many_alternatives_are_taken_as_all_together() -> None:
    (only,) = choices(" OR ".join(f"LicenseRef-{at}" for at in range(65)))
    assert len(only) == 65


def test_plain_expressions_do_without_the_library() -> None:
    code = (
        "import sys; from depscan.licences import conclude, evaluate, family, parse;"
        "parse('BSD-3-Clause AND 0BSD AND MIT'); family('LGPL-2.1+'); parse('GPL-3.0 OR LicenseRef-x');"
        "conclude(name='MIT License', classifiers=['License :: OSI Approved :: MIT License']);"
        "evaluate('MIT OR ISC', allowed=['permissive'], denied=['AGPL-3.0']);"
        "sys.exit('license_expression' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
