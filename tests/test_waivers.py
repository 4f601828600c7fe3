"""What a comment to depscan says, and which line it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import waivers
from depscan.model import Location, Waiver
from depscan.waivers import Comment


@pytest.mark.parametrize(
    ("text", "codes", "reason"),
    [
        ("# depscan: ignore[DS101] vendored", ("DS101",), "vendored"),
        ("#depscan:ignore[DS101]", ("DS101",), ""),
        ("# depscan: ignore[ds101, DS103] two of them", ("DS101", "DS103"), "two of them"),
        ("# depscan: ignore[DS1 DS4]", ("DS1", "DS4"), ""),
        ("# depscan: ignore", (), ""),
        ("# depscan: ignore comes with the image", (), "comes with the image"),
        ("# depscan: ignore[DS101]: see #12", ("DS101",), "see #12"),
        ("# depscan: ignore[DS101] - ours  # noqa: F401", ("DS101",), "ours"),
        ("# noqa: F401  # depscan: ignore[DS101] ours", ("DS101",), "ours"),
    ],
)
def test_what_is_accepted(text: str, codes: tuple[str, ...], reason: str) -> None:
    found, problems = waivers.read("a.py", [Comment(3, text, alone=False)])
    assert found == (Waiver(Location("a.py", 3), 3, codes, reason),)
    assert not problems


@pytest.mark.parametrize(
    "text",
    [
        "# depscan: ignore[DS101",
        "# depscan: ignore(DS101)",
        "# depscan: ignore DS101",
        "# depscan: ignore[]",
        "# depscan: ignored",
        "# depscan: ignroe[DS101]",
        "# depscan:",
    ],
)
def test_what_is_not_understood_is_said(text: str) -> None:
    found, problems = waivers.read("a.py", [Comment(3, text, alone=False)])
    assert not found
    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize("text", ["# see depscan: it is good", "# nothing", "# depscan ignore[DS101]"])
def test_what_is_not_said_to_depscan(text: str) -> None:
    assert waivers.read("a.py", [Comment(3, text, alone=False)]) == ((), ())


@pytest.mark.parametrize(
    ("comments", "statements", "line"),
    [
        ([Comment(3, "# depscan: ignore", alone=True)], [], 4),
        ([Comment(3, "# depscan: ignore", alone=True), Comment(4, "# and why", alone=True)], [], 5),
        ([Comment(3, "# depscan: ignore", alone=False)], [(1, 5)], 1),
        ([Comment(3, "# depscan: ignore", alone=True)], [(4, 9)], 4),
        ([Comment(3, "# dependencies = ['x']  # depscan: ignore", alone=True)], [], 3),
    ],
)
def test_the_line_it_is_about(comments: list[Comment], statements: list[tuple[int, int]], line: int) -> None:
    (waiver,), _ = waivers.read("a.py", comments, statements)
    assert (waiver.location.line, waiver.line) == (3, line)


@given(st.text(max_size=60))
def test_whatever_follows_the_mark_is_read_or_said(text: str) -> None:
    found, problems = waivers.read("a.py", [Comment(1, f"# {waivers.MARK}{text}", alone=False)])
    assert len(found) + len(problems) == 1
