from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.code import Statements, extract
from depscan.code.notebooks import read


def code(*sources: Any) -> list[dict[str, Any]]:
    return [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]


def notebook(*sources: Any, **metadata: Any) -> bytes:
    return json.dumps({"cells": code(*sources), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def texts(data: bytes) -> list[str]:
    return [cell.text.decode() for cell in read(data).cells]


def commands(source: str) -> list[tuple[str, int]]:
    return [(command.text, command.line) for command in read(notebook(source)).commands]


def test_every_legal_source_is_text() -> None:
    assert texts(notebook("import a", ["import b\n", "import c"], [], "")) == ["import a\n", "import b\nimport c\n"]


def test_cells_are_numbered_over_all_kinds() -> None:
    cells = [{"cell_type": "markdown", "source": "import x"}, *code("a = 1"), {"cell_type": "raw"}, *code("b = 2")]
    found = read(json.dumps({"cells": cells}).encode())
    assert [(cell.number, cell.text) for cell in found.cells] == [(2, b"a = 1\n"), (4, b"b = 2\n")]
    assert found.problems == []


def test_nbformat_3() -> None:
    old = {"cell_type": "code", "input": ["import a\n", "a.b"], "language": "python", "outputs": []}
    sheets = [{"cells": [{"cell_type": "heading", "source": "x"}, old]}, {"cells": [old]}]
    found = read(json.dumps({"worksheets": sheets, "nbformat": 3}).encode())
    assert [(cell.number, cell.text) for cell in found.cells] == [(2, b"import a\na.b\n"), (3, b"import a\na.b\n")]


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "python3", "language": "python"}},
        {"kernelspec": {"name": "conda-env-x-py"}},
        {"kernelspec": {"name": "ir"}, "language_info": {"name": "ipython"}},
        {"language_info": {"name": "Python"}, "kernelspec": 1},
        {"kernelspec": {"language": "pyspark"}},
    ],
)
def test_python_kernels(metadata: dict[str, Any]) -> None:
    assert texts(notebook("import a", **metadata)) == ["import a\n"]


@pytest.mark.parametrize(
    "metadata",
    [{"language_info": {"name": "R"}}, {"kernelspec": {"language": "julia"}}, {"kernelspec": {"name": "julia-1.9"}}],
)
def test_other_kernels_are_a_problem_not_a_guess(metadata: dict[str, Any]) -> None:
    found = read(notebook("library(x)", **metadata))
    assert found.cells == []
    assert "not in Python" in found.problems[0][1]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%matplotlib inline\nimport a", "pass\nimport a\n"),
        ("%%time\nimport a", "\nimport a\n"),
        ("\n%%capture out\n%%timeit\nimport a", "\n\n\nimport a\n"),
        ("if x:\n    !ls 'it\nimport a", "if x:\n    pass\nimport a\n"),
        ('files = !ls -l | grep "\nx, y = %magic 1\nimport a', "pass\npass\nimport a\n"),
        ("!pip install a \\\n  b\nimport a", "pass\n\nimport a\n"),
        ("df?\ndf.head??\n?print\n??x\n%timeit?\nimport a", "pass\npass\npass\npass\npass\nimport a\n"),
        ("pip install a\nimport a", "pass\nimport a\n"),
        ("%time x = a.b()\n%timeit -n 3 a()", "x = a.b()\npass\n"),
        ("x = (1\n% 2)\nimport a", "x = (1\n% 2)\nimport a\n"),
        ("'''\n!ls\n%cd\nwhat?\n'''\nimport a", "'''\n!ls\n%cd\nwhat?\n'''\nimport a\n"),
        ("'%d = %s' % (x, y)", "'%d = %s' % (x, y)\n"),
        ("x = 5 % 3\nx %= 2\ny = x != 3", "x = 5 % 3\nx %= 2\ny = x != 3\n"),
        ("  import a\n  if x:\n    b", "import a\nif x:\n  b\n"),
    ],
)
def test_what_ipython_adds_is_taken_out_line_for_line(source: str, text: str) -> None:
    assert texts(notebook(source)) == [text]


@pytest.mark.parametrize("magic", ["bash", "html", "writefile a.py", "sql", "R -i x", "javascript", "script perl", "!"])
def test_cells_in_other_languages_are_left_out(magic: str) -> None:
    assert texts(notebook(f"\n%%{magic}\nimport a", "import b")) == ["import b\n"]


def test_a_cell_that_the_editor_marks_as_shell() -> None:
    cell = {**code("pip install a\nls")[0], "metadata": {"vscode": {"languageId": "shellscript"}}}
    found = read(json.dumps({"cells": [cell]}).encode())
    assert [command.text for command in found.commands] == ["pip install a"]
    assert found.cells == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%pip install a", "pip install a"),
        ("!pip install -q a[b]>=1", "pip install -q a[b]>=1"),
        ("!pip3 install a", "pip3 install a"),
        ("!!pip install a", "pip install a"),
        ("! python -m pip --quiet install a", "python -m pip --quiet install a"),
        ("!{sys.executable} -m pip install a", "{sys.executable} -m pip install a"),
        ("!uv pip install a", "uv pip install a"),
        ("%conda install -c x a", "conda install -c x a"),
        ("!mamba install a", "mamba install a"),
        ("out = !pip install a", "pip install a"),
        ("!cd x && pip install -e .", "cd x && pip install -e ."),
        ("!pip install a \\\n    b", "pip install a b"),
        ("pip install a", "pip install a"),
        ("%%bash\npip install a", "pip install a"),
        ("%%sh\n# pip install b\nls\nconda install a \\\n b", "conda install a b"),
    ],
)
def test_install_commands(source: str, text: str) -> None:
    found = commands(f"x = 1\n{source}" if "%%" not in source else source)
    assert [each for each, _ in found] == [text]


def test_commands_know_their_line_and_cell() -> None:
    found = read(
        notebook(
            "x = 1", "a = 1\n!pip install \\\n a\n!pip install b", "%%bash\nls\npip install c \\\n d\npip install e"
        )
    )
    assert [(c.text, c.line, c.cell) for c in found.commands] == [
        ("pip install a", 2, 2),
        ("pip install b", 4, 2),
        ("pip install c d", 3, 3),
        ("pip install e", 5, 3),
    ]


@pytest.mark.parametrize(
    "source", ["!ls", "# !pip install a", "x = 'pip install a'", "!pip list", "install(pip)", "%pip"]
)
def test_what_installs_nothing(source: str) -> None:
    assert commands(source) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe\xff", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"cells": null, "metadata": [], "worksheets": 1}', "no list of cells"),
        (b'{"cells": [1]}', "cell has no text"),
        (b'{"cells": [{"cell_type": "code", "source": 1}]}', "cell has no text"),
        (b'{"cells": [{"cell_type": "code", "source": ["a", null]}]}', "cell has no text"),
        (b'{"cells": [{"cell_type": [], "source": "a"}]}', "cell has no text"),
    ],
)
def test_broken_notebooks_are_a_problem(data: bytes, reason: str) -> None:
    found = read(data)
    assert found.cells == []
    assert reason in found.problems[0][1]


def test_odd_but_legal_json() -> None:
    huge = b'{"cells": [{"cell_type": "code", "execution_count": ' + b"9" * 5000 + b', "source": "import a\\ud800"}]}'
    assert len(read(huge).cells) == 1
    assert texts(b"\xef\xbb\xbf" + notebook("import a")) == ["import a\n"]
    assert texts(notebook("import a").decode().encode("utf-16")) == ["import a\n"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["code", "!pip install a", "%%bash\n"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cells", "cell_type", "source", "metadata", "input", "worksheets"]), inner)
    ),
    max_leaves=20,
)


@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40))
def test_never_raises(data: bytes) -> None:
    extract("a.ipynb", data, Statements())
