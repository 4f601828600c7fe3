"""Comments to depscan in Python: only where they are comments, and for the whole import statement."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import code
from depscan.code import lexer
from depscan.model import Location, Waiver


def waivers(text: str, path: str = "a.py") -> list[tuple[int, int]]:
    module, _ = code.extract(path, text.encode(), code.Statements(), uses=False)
    return [(waiver.location.line, waiver.line) for waiver in module.waivers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import x  # depscan: ignore[DS101]\n", [(1, 1)]),
        ("import x  # noqa  # depscan: ignore[DS101]", [(1, 1)]),
        ("# depscan: ignore[DS101]\nimport x\n", [(1, 2)]),
        ("# depscan: ignore[DS101]\n# and more\nimport x\n", [(1, 3)]),
        ("from x import (\n    a,\n    b,  # depscan: ignore[DS101]\n)\n", [(3, 1)]),
        ("from x import (\n    a,\n)  # depscan: ignore[DS101]\n", [(3, 1)]),
        ("from x import (\n    # depscan: ignore[DS101]\n    a,\n)\n", [(2, 1)]),
        ("from x import a, \\\n    b  # depscan: ignore[DS101]\n", [(2, 1)]),
        ("try:\n    import x  # depscan: ignore[DS101]\nexcept ImportError:\n    pass\n", [(2, 2)]),
        ("setup(\n    install_requires=[\n        'x',  # depscan: ignore[DS103]\n    ],\n)\n", [(3, 3)]),
        ("a = '# depscan: ignore[DS101]'\n", []),
        ("a = '''\n# depscan: ignore[DS101]\n'''\n", []),
        ("a = f'{b}'  # depscan: ignore[DS101]\n", [(1, 1)]),
        ("a = f'{b[\"#\"]!r:>{width}} # depscan: ignore[DS101]'\n", []),
        ("a = 'open\nimport x  # depscan: ignore[DS101]\n", [(2, 2)]),
        ("import x\r\nimport y  # depscan: ignore[DS101]\r\n", [(2, 2)]),
        ("# depscan: ignore[DS101]", [(1, 2)]),
    ],
)
def test_where_comments_are_found(text: str, expected: list[tuple[int, int]]) -> None:
    assert waivers(text) == expected


def test_cells_of_notebooks() -> None:
    cells = [
        {"cell_type": "code", "source": "import a\n"},
        {"cell_type": "code", "source": "!ls\n# depscan: ignore[DS108] ours\n!pip install git+https://example.org/x\n"},
        {"cell_type": "code", "source": "import x  # depscan: ignore[DS101]\n"},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})
    module, _ = code.extract("n.ipynb", text.encode(), code.Statements())
    assert module.waivers == (
        Waiver(Location("n.ipynb", 2, 2), 3, ("DS108",), "ours"),
        Waiver(Location("n.ipynb", 1, 3), 1, ("DS101",)),
    )


def test_what_is_not_understood_is_a_gap() -> None:
    text = b"import x  # depscan: ignore(DS101)\nimport y\n"
    module, gaps = code.extract("a.py", text, code.Statements(), uses=False)
    (gap,) = gaps
    assert not module.waivers
    assert gap.location == Location("a.py", 1)
    assert "not understood" in gap.reason


@given(st.text(alphabet="#'\"\\\n {}f:()a", max_size=40))
def test_comments_end_and_do_not_overlap(text: str) -> None:
    data = text.encode() + b"\n"
    ends = [0]
    for start, end in lexer.comments(data):
        assert data[start : start + 1] == b"#"
        assert ends[-1] <= start < end <= len(data)
        ends.append(end)
