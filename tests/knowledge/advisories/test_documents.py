from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.knowledge.advisories import documents

YAML = b"""
id: DEMO-2024-1
modified: 2024-01-02T03:04:05Z
withdrawn:
severity: ~
versions: [1.10, '2.0', 010, yes, "~", !!str 3]
details: |
  Two
  lines.
affected:
- package: {name: demo, ecosystem: PyPI}
  ranges: []
"""


def test_yaml_keeps_every_scalar_as_it_is_written() -> None:
    assert documents.decode("a.yaml", YAML) == {
        "id": "DEMO-2024-1",
        "modified": "2024-01-02T03:04:05Z",
        "withdrawn": None,
        "severity": None,
        "versions": ["1.10", "2.0", "010", "yes", "~", "3"],
        "details": "Two\nlines.\n",
        "affected": [{"package": {"name": "demo", "ecosystem": "PyPI"}, "ranges": []}],
    }


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json(mark: bytes) -> None:
    assert documents.decode("a.JSON", mark + b'{"id": "A", "n": [1, null]}') == {"id": "A", "n": [1, None]}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.json", b'{"id": "A"', "not valid JSON"),
        ("a.json", b"", "not valid JSON"),
        ("a.json", b'{"id": "\xff\xfe"}', "JSON|UTF-8"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b'{"a":' * 100_000, "nested too deeply"),
        ("a.json", b"0" * (documents.LARGEST + 1), "larger than 4 MiB"),
        ("a.yaml", b"\xff\xfe", "UTF-8"),
        ("a.yaml", b"[" * 100_000, "nested too deeply"),
        ("a.yml", b"- " * 100_000 + b"a", "nested too deeply"),
        ("a.yml", "\n".join(" " * depth + "a:" for depth in range(200)).encode(), "nested too deeply"),
        ("a.yaml", b"a: &x [1]\nb: *x", "aliases"),
        ("a.yaml", b"a: [1, 2", "not valid YAML in line"),
        ("a.yaml", b"a: \x07", "not valid YAML"),
        ("a.yaml", b"- a\n" * 400_001, "too many values"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        documents.decode(name, data)


@pytest.mark.parametrize(("data", "value"), [(b"", None), (b"---\na: 1\n---\nb: 2", {"a": "1"}), (b"? [a]\n: b", {})])
def test_odd_yaml(data: bytes, value: object) -> None:
    assert documents.decode("a.yaml", data) == value


@given(st.sampled_from(["a.json", "a.yaml"]), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_a_value_or_a_reason(name: str, data: bytes) -> None:
    reason = "it "
    try:
        documents.decode(name, data)
    except ValueError as error:
        reason = str(error)
    assert reason.startswith("it ")
