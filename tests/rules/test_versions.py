"""Specifiers that exclude one another, versions that a specifier refuses, markers that hold together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from depscan.rules.versions import Markers, exclude, refuses


@pytest.mark.parametrize(
    ("one", "other", "no_version_is_both"),
    [
        (">=2.2", "==2.0.1", True),
        (">=2.2", "<2.2", True),
        (">=2.2", "<=2.2", False),
        (">2.2", "<=2.2", True),
        ("~=1.4", ">=2", True),
        ("~=1.4", "==1.9.*", False),
        ("==1.26.4", "==1.26.*", False),
        ("==1.26.4", "==1.26.4.0", False),
        ("==1.26", "==1.26.4", True),
        ("!=1.26.4", "==1.26.4", True),
        ("!=1.26.*", ">=1.26,<1.27", True),
        ("", "==1.0", False),
        ("", "", False),
        ("==2.1.0+cu118", ">=2.1", False),
        ("==2.1.0+cu118", "==2.1.0+cpu", False),
        ("==2.1.0+cu118", "==2.2.0+cpu", True),
        ("==2.2rc1", ">=2.2", True),
        (">=2.2rc1", "==2.2rc2", False),
        ("===2.0", "==2.1", True),
        ("===2.0-custom", ">=1", True),
        ("==1!2.0", "<3", True),
        ("|2.0", "==1.0", False),
        ("==1.0," * 100 + "==1.0", "==2.0", False),
    ],
)
def test_specifiers_that_exclude_one_another(one: str, other: str, no_version_is_both: bool) -> None:
    assert exclude(one, other) is no_version_is_both
    assert exclude(other, one) is no_version_is_both


NUMBERS = st.sampled_from(["0", "1", "1.0", "1.1", "1.1.1", "1.2", "2", "2.0.post1", "2.0rc1", "3"])
CLAUSES = st.one_of(
    st.builds("{}{}".format, st.sampled_from([">=", "<=", ">", "<", "==", "!="]), NUMBERS),
    st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), st.sampled_from(["1", "1.1", "2"])),
    st.builds("~={}".format, st.sampled_from(["1.0", "1.1.1", "2.0"])),
)
SPECIFIERS = st.lists(CLAUSES, max_size=3).map(",".join)
VERSIONS = tuple(
    Version(f"{release}{suffix}")
    for release in ("0", "0.9", "1", "1.0.1", "1.1", "1.1.1", "1.1.2", "1.2", "1.3", "2", "2.1", "3", "4")
    for suffix in (".dev0", "rc1", "rc2", "", ".post1", ".post2")
)


@settings(max_examples=300, deadline=None)
@given(SPECIFIERS, SPECIFIERS)
def test_what_excludes_one_another_has_no_version_in_common(one: str, other: str) -> None:
    """The oracle: every version beside which a specifier of this test can change its mind."""
    left, right = SpecifierSet(one), SpecifierSet(other)
    common = [v for v in VERSIONS if left.contains(v, prereleases=True) and right.contains(v, prereleases=True)]
    assert not (exclude(one, other) and common)
    assert exclude(one, other) or common, "satisfiable, but by no version near a boundary"


@pytest.mark.parametrize(
    ("specifier", "version", "refused"),
    [
        (">=2.2", "2.0.1", True),
        (">=2.2", "2.2", False),
        (">=2.2", "2.3rc1", False),
        ("==2.0.1", "2.0.1+cu118", False),
        ("==2.0.1+cu118", "2.0.1", False),
        ("<2.0.1", "2.0.1+cpu", True),
        ("", "1.0", False),
        (">=1", "", False),
        (">=1", "9e", False),
        (">=1", "1.1.1w", False),
        ("no version", "1", False),
        (">=1", "0." * 400 + "0", False),
    ],
)
def test_versions_that_a_specifier_refuses(specifier: str, version: str, refused: bool) -> None:
    assert refuses(specifier, version) is refused


@pytest.mark.parametrize(
    ("one", "other", "python", "together"),
    [
        ("", "", "", True),
        ('python_version < "3.9"', 'python_version >= "3.9"', "", False),
        ('python_version <= "3.9"', 'python_version >= "3.9"', "", True),
        ('python_version < "3.9"', "", "", True),
        ('python_version < "3.9"', "", ">=3.10", False),
        ('python_version < "3.9"', "", ">=3.8,<3.12", True),
        ('python_full_version < "3.9.2"', "", ">=3.9", True),
        ('sys_platform == "win32"', 'sys_platform == "linux"', "", False),
        ('sys_platform == "win32"', 'platform_system == "Linux"', "", False),
        ('sys_platform == "linux"', 'platform_system == "Linux"', "", True),
        ('os_name == "posix"', 'platform_machine == "arm64"', "", True),
        ('os_name == "nt"', 'platform_machine == "arm64"', "", False),
        ('implementation_name == "pypy"', 'platform_python_implementation == "CPython"', "", False),
        ('extra == "gpu"', "", "", False),
        ("this is no marker", "", "", False),
        ("", "", "not a specifier", True),
        ('python_version < "3.9" and (' + "(" * 200, "", "", False),
    ],
)
def test_markers_that_hold_together(one: str, other: str, python: str, together: bool) -> None:
    markers = Markers()
    assert markers.meet(one, other, python) is together
    assert markers.meet(other, one, python) is together


def test_only_so_many_markers_are_evaluated() -> None:
    markers = Markers()
    answers = [markers.meet(f'platform_machine != "m{number}"', "") for number in range(1_100)]
    assert answers[0]
    assert not answers[-1]
