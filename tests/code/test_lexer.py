"""Where statements begin, whatever strings, comments and brackets hold; more in test_agreement.py."""

from __future__ import annotations

import pytest

from depscan.code.lexer import Lexer


def words(text: str) -> list[str]:
    return [event.word.decode() for event in Lexer(text.encode()).events()]


def imports(text: str) -> list[str]:
    source = text.encode()
    return [source[e.at : e.end].decode().strip() for e in Lexer(source).events() if e.word == b"import"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import a\n", ["import a"]),
        ("\f import a\n", ["import a"]),
        ("\\\n  import a\n", ["import a"]),
        ("import a; import b # c\n", ["import a", "import b"]),
        ("if x: import a; y = 1; from . import b\n", ["import a", "from . import b"]),
        ("lazy import a\nlazy from a import b\nlazy = 1\n", ["lazy import a", "lazy from a import b"]),
        ("from a import (b, # c)\n  d)\n", ["from a import (b, # c)\n  d)"]),
        ("from.import a\nfrom . . a import(b)\n", ["from.import a", "from . . a import(b)"]),
        ("important = 1\nimporter(x)\nimport_ = 2\nimportação = 3\n", []),
        ("x = 'import a'\n'''\nimport b\n'''\n# import c\n", []),
        ("x = '''\\'''\nimport a\n'''\nimport b\n", ["import b"]),
        ("x = ''''\nimport a\n'''\nimport b\n", ["import b"]),
        ("x = r'\\'\nimport a\n", ["import a"]),
        ("x = [1,\n  (2, '''\n]''', {3: [4, (5, [6, {7}])]}),\n]\nimport a\n", ["import a"]),
        ("foo(\npassé=1, classes=2)\nimport a\n", ["import a"]),
        ("yield \\\nfrom x\nimport a\n", ["import a"]),
        ("raise X \\\n  from y\n(yield\nfrom x)\nimport a\n", ["import a"]),
    ],
)
def test_imports(text: str, found: list[str]) -> None:
    assert imports(text) == found


@pytest.mark.parametrize(
    "string",
    [
        'f"{x["import a"]}"',
        "f'{x!r:>{w}}'",
        'f"{x:\'>10}"',
        "f'{x:{y[\"}\"]}}'",
        'f"{f"{f"{1}"}"}"',
        "f'''{\nx  # ' }\n}'''",
        'f"{x:\\"}"',
        'f"\\N{LEFT CURLY BRACKET} {{ \\{x}"',
        "rf'\\{x['a']}'",
        "Rb\"{\" + bR'{'",
        "t'{x!s} {y[':']}' f\"{z}\"",
        'f"{ {1: 2}[1] }" "{"',
        'f"""{x:{"}"}} "{y}" """',
        'f"{lambda_(lambda x: 1)}"',
        'f"{x:=5}{y::}"',
        '"{" if"{"else"{"',
    ],
)
def test_strings_of_every_kind_end_where_they_end(string: str) -> None:
    lexer = Lexer(f"x = {string}; import a\nimport b\n".encode())
    assert [event.word for event in lexer.events()] == [b"import", b"import"]
    assert lexer.complete


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("foo(\nimport a\n", ["import a"]),
        ("foo(\nfrom a.b import c\n", ["from a.b import c"]),
        ("x = [1, (2,\ndef f():\n    import a\n", ["import a"]),
        ("x = [[[[[\nimport a\n", ["import a"]),
        ("x = 'abc\nimport a\n", ["import a"]),
        ("x = f'{abc\nimport a\n", ["import a"]),
        ("x = f'{abc:'\nimport a\n", ["import a"]),
        ("x = '''abc\nimport a\n", []),
        ("x = f'''abc\nimport a\n", []),
    ],
)
def test_what_is_never_closed_is_noted_and_survived(text: str, found: list[str]) -> None:
    lexer = Lexer(text.encode())
    source = text.encode()
    assert [source[e.at : e.end].decode() for e in lexer.events() if e.word == b"import"] == found
    assert not lexer.complete


def test_blocks_and_exits_are_told_with_their_indentation() -> None:
    text = b"async def f():\n\tif x: raise y\n        sys.exit()\n  \\\n      exits()\nmatch (x):\n  case 1: exit (2)\n"
    events = [(event.word, event.indent) for event in Lexer(text).events()]
    assert events == [(b"def", 0), (b"if", 8), (b"raise", 8), (b"raise", 8), (b"match", 0), (b"case", 2), (b"raise", 2)]


def test_marks_count_only_in_code() -> None:
    text = b"a = X + 'X' # X\n'''\nX\n''' + (X,\n  f'{X}',\n X)\nif X: X\nimport X\n"
    marks = [at for at in range(len(text)) if text[at : at + 1] == b"X"]
    found = [event.at for event in Lexer(text).events(marks) if event.word == b"mark"]
    assert [marks.index(at) for at in found] == [0, 4, 6, 7, 8, 9]


def test_a_line_ends_behind_its_brackets_and_strings() -> None:
    text = b"x = (1,\n 2); import a\ny: import b\n"
    lexer = Lexer(text)
    first = lexer.line_end(0)
    assert text[first:].startswith(b"y:")
    assert lexer.line_end(first) == len(text)
