"""One source for each way in which blocks decide; the whole of it is held against `ast` in test_agreement.py."""

from __future__ import annotations

import pytest

from depscan.code.reader import read
from depscan.code.statements import Statements

STATEMENTS = Statements()


def contexts(source: str) -> list[str]:
    return [str(found.context) for found in read(source.encode(), STATEMENTS).imports]


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("import a\n", "runtime"),
        ("class A:\n    import a\n", "runtime"),
        ("with open(x):\n    import a\n", "runtime"),
        ("def f():\n    import a\n", "lazy"),
        ("async def f(): import a\n", "lazy"),
        ("lazy import a\n", "lazy"),
        ("if __name__ == '__main__':\n    import a\n", "lazy"),
        ("if is_torch_available():\n    import a\n", "optional"),
        ("if sys.version_info >= (3, 11):\n    pass\nelse:\n    import a\n", "optional"),
        ("while x: import a\n", "optional"),
        ("for x in y:\n    pass\nelse:\n    import a\n", "optional"),
        ("match x:\n    case 1:\n        import a\n", "optional"),
        ("if TYPE_CHECKING:\n    import a\n", "typing"),
        ("if t.TYPE_CHECKING:\n    def f():\n        if x: import a\n", "typing"),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import a\n", "runtime"),
        ("if not TYPE_CHECKING:\n    import a\n", "runtime"),
        ("if not TYPE_CHECKING:\n    pass\nelse:\n    import a\n", "typing"),
        ("if TYPE_CHECKING or SLOW:\n    import a\n", "optional"),
        ("def f():\n    if x:\n        import a\n", "optional"),
        ("def f():\n  '''\nif TYPE_CHECKING:\n  '''\n  import a\n", "lazy"),
        ("if x:\n    pass\nimport a\n", "runtime"),
        ("if x:\n    pass\nx = 1; import a\n", "runtime"),
        ("match = 1; import a\n", "runtime"),
    ],
)
def test_blocks(source: str, context: str) -> None:
    assert contexts(source) == [context]


@pytest.mark.parametrize(
    ("handlers", "context"),
    [
        ("except ImportError:\n    a = None", "optional"),
        ("except (KeyError, ModuleNotFoundError) as e: pass", "optional"),
        ("except builtins.Exception:\n    pass", "optional"),
        ("except *ImportError:\n    pass", "optional"),
        ("except:\n    pass", "optional"),
        ("except KeyError:\n    raise\nexcept BaseException:\n    pass", "optional"),
        ("except KeyError:\n    pass", "runtime"),
        ("except MyImportError:  # not ImportError\n    pass", "runtime"),
        ("finally:\n    pass", "runtime"),
        ("except ImportError:\n    raise", "runtime"),
        ("except ImportError as e:\n    print(e)\n    raise X('''\n''') from e", "runtime"),
        ("except ImportError: print(1); sys.exit(2)", "runtime"),
        ("except ImportError:\n    exit()", "runtime"),
        ("except ImportError:\n    if x:\n        raise", "optional"),
        ("except ImportError:\n    def f():\n        raise", "optional"),
        ("except ImportError:\n    raise\nexcept Exception:\n    pass", "runtime"),
    ],
)
def test_a_try_guards_if_its_handler_goes_on(handlers: str, context: str) -> None:
    assert contexts(f"try:\n    import a\n{handlers}\n") == [context]
    assert contexts(f"try: import a\n{handlers}\n") == [context]


def test_other_clauses_of_a_try() -> None:
    guarded = "try:\n    x\nexcept ImportError:\n    import a\nelse:\n    import b\nfinally:\n    import c\n"
    assert contexts(guarded) == ["optional", "optional", "runtime"]
    unguarded = "try:\n    x\nexcept KeyError:\n    import a\nelse:\n    import b\n"
    assert contexts(unguarded) == ["optional", "runtime"]


@pytest.mark.parametrize(
    ("header", "context"),
    [
        ("with suppress(ImportError):", "optional"),
        ("with open(x), contextlib.suppress(KeyError, ModuleNotFoundError) as y:", "optional"),
        ("with suppress(KeyError):", "runtime"),
        ("with suppress(KeyError), foo(ImportError):", "runtime"),
    ],
)
def test_suppress(header: str, context: str) -> None:
    assert contexts(f"{header}\n    import a\n") == [context]


def test_a_call_in_a_header_runs_outside_its_block() -> None:
    source = "if import_module('a'): import_module('b')\n"
    assert contexts(source) == ["dynamic", "optional"]


@pytest.mark.parametrize(
    ("source", "main"),
    [
        ("if __name__ == '__main__':\n    f()\n", True),
        ('if ("__main__" == __name__): f()\n', True),
        ("def f():\n    if __name__ == '__main__':\n        pass\n", False),
        ("'''\nif __name__ == '__main__':\n'''\n", False),
        ("if __name__ == '__main__' and x:\n    f()\n", False),
        ("x = '__main__'\n", False),
    ],
)
def test_main(source: str, main: bool) -> None:
    assert read(source.encode(), STATEMENTS).main is main


def test_blocks_deeper_than_python_allows_are_ignored() -> None:
    lines = [" " * depth + "if TYPE_CHECKING:" if depth == 150 else " " * depth + "if x:" for depth in range(200)]
    assert contexts("\n".join([*lines, " " * 200 + "import a", ""])) == ["optional"]
