from __future__ import annotations

import pytest

from depscan.knowledge.advisories.symbols import named


@pytest.mark.parametrize(
    ("detail", "symbols"),
    [
        ({"affected_functions": ["a.b.c", "a.b.d()", "a.b.c"]}, ("a.b.c", "a.b.d")),
        ({"functions": "a.f"}, ("a.f",)),
        ({"affects": {"functions": ["a.f"]}}, ("a.f",)),
        ({"imports": [{"attribute": "load", "modules": ["a", "a.io"]}]}, ("a.io.load", "a.load")),
        ({"imports": [{"path": "a.io", "symbols": ["load", "Reader.read"]}]}, ("a.io.Reader.read", "a.io.load")),
        ({"imports": [{"module": "a.io"}, "a.net"]}, ("a.io", "a.net")),
        ({"imports": [{"symbols": ["load"]}]}, ("load",)),
        ({"affected_functions": ["a b", "", 7, None, "x" * 201, "a..b", "<script>", "1a"]}, ()),
        ({"affected_functions": {"a": 1}, "imports": {"a": 1}, "affects": ["a"]}, ()),
        ({"details": "the function a.b.c is at fault"}, ()),
        ("a.b", ()),
        (None, ()),
    ],
)
def test_names_in_fields_made_for_them(detail: object, symbols: tuple[str, ...]) -> None:
    assert named([detail]) == symbols


def test_places_are_joined_and_bounded() -> None:
    assert named([{"symbols": ["b"]}, None, {"symbols": ["a"]}]) == ("a", "b")
    assert len(named([{"symbols": [f"f{number}" for number in range(5_000)]}])) == 200
