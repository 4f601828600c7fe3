from __future__ import annotations

import pytest

from depscan.code.reader import read
from depscan.code.statements import Statements

STATEMENTS = Statements()


@pytest.mark.parametrize(
    ("call", "module"),
    [
        ("importlib.import_module('a.b')", "a.b"),
        ('import_module("a", package=None)', "a"),
        ("import_module (\n  # c\n  '''a'''  # d\n)", "a"),
        ("__import__('a', fromlist=['b'])", "a"),
        ("builtins.__import__(name='a')", "a"),
        ("pytest.importorskip('a', reason='b')", "a"),
        ("importorskip(modname=r'a')", "a"),
    ],
)
def test_a_literal_name_is_an_import(call: str, module: str) -> None:
    reading = read(f"x = 1\ny = [{call}]\n".encode(), STATEMENTS)
    assert [(i.module, str(i.context), i.line) for i in reading.imports] == [(module, "dynamic", 2)]
    assert reading.dynamic == []


@pytest.mark.parametrize(
    ("call", "wording"),
    [
        ("import_module(name)", "import_module(name)"),
        ("importlib.import_module(\n    f'a.{b}',\n)", "importlib.import_module( f'a.{b}', )"),
        ("import_module('.a', 'b')", "import_module('.a', 'b')"),
        ("import_module('a' + b)", "import_module('a' + b)"),
        ("__import__('a b')", "__import__('a b')"),
        ("__import__('')", "__import__('')"),
        ("__import__(f(x)[1])", "__import__(f(x)[1])"),
        ("import_module(" + "x" * 200 + ")", "import_module(" + "x" * 106),
        ("import_module('" + "x" * 2000 + "')", "import_module('" + "x" * 105),
    ],
)
def test_a_computed_name_is_kept_as_it_reads(call: str, wording: str) -> None:
    reading = read(f"y = {call}\n".encode(), STATEMENTS)
    assert [(d.call, d.line) for d in reading.dynamic] == [(wording, 1)]
    assert reading.imports == []


@pytest.mark.parametrize(
    "text",
    [
        "def import_module(name): pass",
        "self.import_module('a')",
        "my_import_module('a')",
        "x.importlib.import_module('a')",
        "_import__('a')",
        "'import_module(\"a\")'",
        "x = 1  # import_module('a')",
        "'''\n__import__('a')\n'''",
        "f\"{import_module('a')}\"",
        "import_module = 1",
    ],
)
def test_what_is_no_call(text: str) -> None:
    reading = read(f"{text}\n".encode(), STATEMENTS)
    assert reading.imports == []
    assert reading.dynamic == []


def test_a_guarded_call_is_optional() -> None:
    source = b"try:\n    import_module('a')\nexcept ImportError:\n    pass\ndef f():\n    import_module('b')\n"
    assert [(i.module, str(i.context)) for i in read(source, STATEMENTS).imports] == [
        ("a", "optional"),
        ("b", "dynamic"),
    ]
