from __future__ import annotations

import pytest

from depscan.knowledge.history.sources import is_source

YES = [
    "a.py",
    "src/x/b.CU",
    "Makefile",
    "x/CMakeLists.txt",
    "w/index.html",
    "tests/test_a.py",
    '"sr\\tc/a.py"',
    "docs.py",
]
NO = [
    "README.md", "a.ipynb", "a", ".gitignore", "docs/conf.py", "x/examples/a.py", "Vendor/a.js", "a.min.js",
    "x/jquery-1.js", "x_pb2.py", "third_party/a.c", "thirdparty/a.c", "data.json", "x.lock", "py", '"docs/a.py"',
]  # fmt: skip


@pytest.mark.parametrize(("path", "expected"), [(path, True) for path in YES] + [(path, False) for path in NO])
def test_is_source(path: str, expected: bool) -> None:
    assert is_source(path) is expected
