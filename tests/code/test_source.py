from __future__ import annotations

import ast
import codecs

import pytest

from depscan.code.source import normalise, read


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", b""),
        (b"a", b"a\n"),
        (b"a\r\nb\rc\n", b"a\nb\nc\n"),
        (codecs.BOM_UTF8 + b"a\n", b"a\n"),
        (b"# coding: latin-1\n# \xe9\n", "# coding: latin-1\n# é\n".encode()),
        (b"#!x\n# -*- coding: cp1252 -*-\n'\x80'\n", "#!x\n# -*- coding: cp1252 -*-\n'€'\n".encode()),
        (b"\n# coding=latin-1-unix\n# \xe9\n", "\n# coding=latin-1-unix\n# é\n".encode()),
        (b"x\n# coding: latin-1\n# \xe9\n", b"x\n# coding: latin-1\n# \xe9\n"),
        (b"# coding: utf-8-unix\n# \xc3\xa9\n", b"# coding: utf-8-unix\n# \xc3\xa9\n"),
        (b"# coding: utf8\n# \xc3\xa9\n", b"# coding: utf8\n# \xc3\xa9\n"),
        (b"# coding: utf-7\nimport +AGE-\n", b"# coding: utf-7\nimport a\n"),
        (b"# coding: unicode_escape\nx = 1\\nimport a\n", b"# coding: unicode_escape\nx = 1\nimport a\n"),
    ],
)
def test_text_as_cpython_decodes_it(data: bytes, text: bytes) -> None:
    assert normalise(data) == (text, "")


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: rot13\nimport a\n",
        b"# coding: no-such-codec\nimport a\n",
        b"# coding: ascii\nimport a  # \xe9\n",
        codecs.BOM_UTF8 + b"# coding: latin-1\nimport a\n",
        b"import a\0\n",
    ],
)
def test_what_python_does_not_read_has_a_reason_and_keeps_its_imports(data: bytes) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        ast.parse(data)
    text, problem = normalise(data)
    assert problem
    assert b"import a" in text
    assert read(data).problems == [(0, f"file {problem}; names used in it were not counted")]


def test_a_quadratic_codec_is_not_used() -> None:
    assert "punycode" in normalise(b"# coding: punycode\n" + b"a" * 1000)[1]


def test_utf_16_is_read_for_its_imports() -> None:
    assert normalise("import a\r\n".encode("utf-16")) == (b"import a\n", "is UTF-16, which Python does not read")
