"""Environment markers: joined and split text means the same as the original, by evaluation with `packaging`."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker

from depscan.manifests import markers

ATOMS = (
    'python_version < "3.11"',
    'sys_platform == "win32"',
    "os_name != 'nt'",
    'extra == "gpu"',
    "extra == 'all'",
    'extra != "gpu"',
    "'docs' == extra",
)
EXPRESSIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=6,
)
ENVIRONMENTS = [
    {"python_version": python, "sys_platform": platform, "os_name": name}
    for python, platform, name in product(["3.10", "3.12"], ["win32", "linux"], ["nt", "posix"])
]


def holds(marker: str, environment: dict[str, str], extra: str = "") -> bool:
    return not marker or Marker(marker).evaluate({**environment, "extra": extra})


@given(EXPRESSIONS)
def test_split_by_extra_it_means_the_same(text: str) -> None:
    marker = markers.canonical(text)
    parts = markers.by_extra(marker)
    assert all("extra" not in part for _, part in parts)
    assert all(markers.canonical(part) == part for _, part in parts)
    for environment in ENVIRONMENTS:
        for extra in ("", "gpu", "all", "docs", "other"):
            split = any(holds(part, environment) for name, part in parts if name in {"", extra})
            # An installer asks for the bare requirement, and then once for every extra.
            assert split is (
                holds(marker, environment) or (extra in {"gpu", "all", "docs"} and holds(marker, environment, extra))
            )


@given(st.lists(EXPRESSIONS, max_size=4))
def test_joined_it_means_the_same(texts: list[str]) -> None:
    parts = [markers.canonical(text) for text in texts]
    every, some = markers.both(*parts), markers.either(parts)
    for environment in ENVIRONMENTS:
        for extra in ("", "gpu", "docs"):
            values = [holds(part, environment, extra) for part in parts]
            assert holds(every, environment, extra) is all(values)
            assert holds(some, environment, extra) is (any(values) or not values)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", [("", "")]),
        ("os_name == 'nt'", [("", "os_name == 'nt'")]),
        ('extra == "a"', [("a", "")]),
        ('os_name == "nt" and extra == "a"', [("a", 'os_name == "nt"')]),
        ('extra == "a" or extra == "b"', [("a", ""), ("b", "")]),
        ('os_name == "nt" or extra == "a"', [("", 'os_name == "nt"'), ("a", "")]),
        ('(os_name == "x" or os_name == "y") and extra == "a"', [("a", 'os_name == "x" or os_name == "y"')]),
        ('extra == "a" and extra == "b"', []),
        ('extra != "a"', [("", "")]),
    ],
)
def test_by_extra(text: str, parts: list[tuple[str, str]]) -> None:
    assert list(markers.by_extra(text)) == parts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"socks" in extras', ""),
        ('os_name == "nt" and "dev" in dependency_groups', 'os_name == "nt"'),
        ('extra == "extra-5-probe-cpu"', ""),
        (
            '(os_name == "nt" and extra == "x") or (os_name == "y" and extra != "x")',
            'os_name == "nt" or os_name == "y"',
        ),
        ('os_name == "nt" or "a" not in extras', ""),
        ('os_name == "extras"', 'os_name == "extras"'),
    ],
)
def test_by_any(text: str, wanted: str) -> None:
    assert markers.by_any(markers.canonical(text)) == wanted


@pytest.mark.parametrize(
    "text", ["x", "os_name", "os_name == 'a", "(" * 300 + "os_name=='a'" + ")" * 300, "a" * 20_000]
)
def test_what_is_no_marker(text: str) -> None:
    with pytest.raises(ValueError, match="marker"):
        markers.canonical(text)


def test_either_with_nothing_or_an_empty_one_always_holds() -> None:
    assert markers.either([]) == markers.either(["", 'os_name == "nt"']) == ""
    assert markers.both("", "") == ""
    assert markers.both("", 'os_name == "nt"') == 'os_name == "nt"'
