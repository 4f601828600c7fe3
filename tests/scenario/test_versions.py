from __future__ import annotations

import pytest

from depscan.errors import DepscanError
from depscan.scenario import versions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("1.2.3", ("==1.2.3",)),
        ("==1.2.3", ("==1.2.3",)),
        ("1.2.3,1.2.4", ("==1.2.3", "==1.2.4")),
        ("==1.2.3, ==1.2.4", ("==1.2.3", "==1.2.4")),
        (">=1.2,<1.4", (">=1.2,<1.4",)),
        (">=1.2,<1.4 | 2.0", (">=1.2,<1.4", "==2.0")),
        ("1.2.*", ("==1.2.*",)),
    ],
)
def test_alternatives(text: str, expected: tuple[str, ...]) -> None:
    assert versions.alternatives(text) == expected


@pytest.mark.parametrize("text", ["banana", ">=1,banana", "=1", "1.0|>", "1" * 400])
def test_what_names_no_versions(text: str) -> None:
    with pytest.raises(DepscanError, match="names no versions"):
        versions.alternatives(text)


@pytest.mark.parametrize(
    ("version", "wanted", "expected"),
    [
        ("1.2.3", "1.2.3", True),
        ("1.2.4", "1.2.3", False),
        ("1.2.4", "1.2.3,1.2.4", True),
        ("2.1.0+cu118", "2.1.0", True),
        ("1.3rc1", ">=1.2,<1.4", True),
        ("banana", "1.0", None),
        ("1" * 400, "1.0", None),
    ],
)
def test_holds(version: str, wanted: str, *, expected: bool | None) -> None:
    assert versions.holds(version, versions.alternatives(wanted)) is expected


@pytest.mark.parametrize(
    ("specifier", "wanted", "expected"),
    [
        ("", "1.2.3", True),
        (">=1", "1.2.3", True),
        (">=2", "1.2.3", False),
        (">=2", "1.2.3|2.1", True),
        ("<2", ">=1.5,<3", True),
        ("<1.5", ">=1.5,<3", False),
        (">=1", "2.0rc1", True),
        ("banana", "1.0", None),
    ],
)
def test_meets(specifier: str, wanted: str, *, expected: bool | None) -> None:
    assert versions.meets(specifier, versions.alternatives(wanted)) is expected


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [("==1.2", "1.2"), ("===1.2", "1.2"), (">=1,==1.2", "1.2"), ("==1.*", ""), (">=1", ""), ("", "")],
)
def test_exact(specifier: str, expected: str) -> None:
    assert versions.exact(specifier) == expected


ALL = ("patch", "minor", "major")


@pytest.mark.parametrize(
    ("specifier", "last", "expected"),
    [
        ("", "1.2.3", ALL),
        (">=1", "1.2.3", ALL),
        ("~=1.2", "1.2.3", ("patch", "minor")),
        ("~=1.2.0", "1.2.3", ("patch",)),
        ("<2", "1.2.3", ("patch", "minor")),
        ("<=1.2.3", "1.2.3", ()),
        ("==1.*", "1.2", ("patch", "minor")),
        (">=1", "1!2.0", ALL),
        ("", "", ALL),
        (">=1,!=1.5", "", ALL),
        ("<2", "", None),
        ("~=1.2", "", None),
        ("==1.*", "no version", None),
        ("banana", "1.0", None),
    ],
)
def test_newer(specifier: str, last: str, expected: tuple[str, ...] | None) -> None:
    assert versions.newer(specifier, last) == expected


@pytest.mark.parametrize(
    ("candidates", "expected"), [(("1.9", "1.10"), "1.10"), (("", "x", "1.0"), "1.0"), (("", "x"), ""), ((), "")]
)
def test_latest(candidates: tuple[str, ...], expected: str) -> None:
    assert versions.latest(*candidates) == expected
