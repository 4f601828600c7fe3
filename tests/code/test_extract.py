"""The whole stage, file in, facts and gaps out."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from depscan.code import Statements, claims, extract
from depscan.model import Context, DynamicImport, Gap, Import, Scope, Use

SOURCE = b"""\
import numpy as np
from torch import nn
try:
    import cupy
except ImportError:
    cupy = None
name = f"x"
plugin = __import__(name)

if __name__ == "__main__":
    np.zeros(nn.x)
"""


def reasons(gaps: tuple[Gap, ...]) -> str:
    return "\n".join(f"{gap.location} {gap.reason}" for gap in gaps)


def test_a_script() -> None:
    module, gaps = extract("tests/a.py", SOURCE, Statements())
    assert gaps == ()
    assert module.path == "tests/a.py"
    assert module.scope is Scope.TEST
    assert module.lines == 11
    assert module.main
    assert module.imports == (
        Import("numpy", alias="np", line=1),
        Import("torch", "nn", line=2),
        Import("cupy", context=Context.OPTIONAL, line=4),
    )
    assert module.dynamic == (DynamicImport("__import__(name)", 8),)
    assert {(use.name, use.line) for use in module.uses} == {("numpy.zeros", 11), ("torch.nn.x", 11)}


def test_uses_are_left_out_on_request() -> None:
    module, gaps = extract("a.py", SOURCE, Statements(), uses=False)
    assert module.uses == ()
    assert len(module.imports) == 3
    assert gaps == ()


@pytest.mark.parametrize("path", ["a.py", "a.pyw", "b/a.ipynb"])
def test_claims(path: str) -> None:
    assert claims(path)
    assert not claims(path + "x")
    assert not claims(path.upper())


def test_what_does_not_parse_keeps_its_imports_and_says_what_was_lost() -> None:
    module, gaps = extract("a.py", b"import torch\nprint 'x'\nimport numpy\n", Statements())
    assert [found.module for found in module.imports] == ["torch", "numpy"]
    assert module.uses == ()
    assert [str(gap.location) for gap in gaps] == ["a.py"]
    assert "names used in it were not counted" in gaps[0].reason
    assert "line 2" in gaps[0].reason


@pytest.mark.parametrize(
    "data",
    [
        b"import torch\nx = " + b"-" * 20_000 + b"1\n",
        b"import torch\nx = " + b"a." * 20_000 + b"b\n",
        b"import torch\nx = " + b"(" * 20_000 + b")" * 20_000 + b"\n",
        b"import torch\nx = " + b"f'{" * 2_000 + b"1" + b"}'" * 2_000 + b"\n",
        b"import torch\nx = " + b"9" * 5_000 + b"\n",
        b"import torch\nx = f'" + b"{a}" * 40_000 + b"'\n",
        b"import torch\nx = f'" + b"{a['b']}" * 20_000 + b"{f'{1}'}'\n",
        b"import torch\n\0\n",
    ],
)
def test_hostile_sources_are_gaps(data: bytes) -> None:
    module, gaps = extract("a.py", data, Statements())
    assert [found.module for found in module.imports] == ["torch"]
    assert len(gaps) == 1 or sys.version_info >= (3, 12)


def test_a_file_without_outside_imports_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ast.parse", None)
    module, gaps = extract("a.py", b"import os\nfrom . import a\nprint 'x'\n", Statements())
    assert len(module.imports) == 2
    assert gaps == ()


@pytest.mark.parametrize(
    "data",
    [b"x = '''\nimport torch\n", b"x = (\nimport os\n", b"\x89PNG\r\n\x1a\n\xff", b"# coding: rot13\n", b"import\n"],
)
def test_doubtful_files_are_gaps_even_without_imports(data: bytes) -> None:
    for uses in (True, False):
        assert extract("a.py", data, Statements(), uses=uses)[1]


def test_latin_1_in_a_comment_costs_nothing() -> None:
    module, gaps = extract("a.py", b"import torch  # \xe9\ntorch.x\n", Statements())
    assert [use.name for use in module.uses] == ["torch.x"]
    assert gaps == ()


def test_what_only_looks_like_an_import_is_a_gap_with_its_line() -> None:
    module, gaps = extract("a.py", b"x = 1\nimport {{ cookiecutter.name }}\nimport a.\n", Statements(), uses=False)
    assert module.imports == ()
    assert reasons(gaps).splitlines() == [
        "a.py:2 not understood as an import: import {{ cookiecutter.name }}",
        "a.py:3 not understood as an import: import a.",
    ]


def test_a_thousand_gaps_are_summed_up() -> None:
    _, gaps = extract("a.py", b"import {{ x }}\n" * 1000, Statements())
    assert len(gaps) == 21
    assert gaps[-1].reason == "980 more places in this file were not read"


def test_statements_beyond_all_measure_are_gaps() -> None:
    source = b"".join(b"from package import name_%d\n" % number for number in range(7000))
    module, gaps = extract("a.py", source, Statements(), uses=False)
    assert 5000 < len(module.imports) < 7000
    assert gaps


def notebook(*sources: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()


def test_names_bound_in_one_cell_count_in_the_next() -> None:
    data = notebook("%pip install numpy\nimport numpy as np", "def (", "x = 1\nnp.zeros(np.pi)")
    module, gaps = extract("a.ipynb", data, Statements())
    assert module.imports == (Import("numpy", alias="np", line=2, cell=1),)
    assert set(module.uses) == {Use("numpy.zeros", 1, 2, 3), Use("numpy.pi", 1, 2, 3)}
    assert [(command.text, command.line, command.cell) for command in module.commands] == [("pip install numpy", 1, 1)]
    assert module.lines == 5
    assert [str(gap.location) for gap in gaps] == ["a.ipynb#cell2"]


def test_a_broken_notebook_is_one_gap() -> None:
    module, gaps = extract("a.ipynb", b"{", Statements())
    assert module.imports == ()
    assert [gap.stage for gap in gaps] == ["code"]


def test_equal_input_gives_equal_output_whatever_was_read_before() -> None:
    used = Statements()
    extract("b.py", b"from torch import nn\nimport cupy\n", used)
    assert extract("a.py", SOURCE, used) == extract("a.py", SOURCE, Statements())


def test_libcst_is_not_imported_for_common_statements() -> None:
    script = (
        "import sys; from depscan.code import Statements, extract;"
        f"extract('a.py', {SOURCE!r}, Statements()); print('libcst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
