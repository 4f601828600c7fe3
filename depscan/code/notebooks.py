"""
Notebooks -> cells of Python, and the shell lines that install packages.

What IPython adds to Python is taken out, line for line: magics, shell lines and help become `pass`, so that lexer and
`ast` read the rest. The notebook itself is plain JSON and may hold anything: every type is checked.
"""

from __future__ import annotations

import json
import re
from typing import Any

from depscan import regex
from depscan.code.lexer import Lexer
from depscan.code.source import Cell, Source, lines
from depscan.model import Command

_PYTHON = ("python", "pyspark", "sage")
_FOREIGN_KERNEL = regex.compile(
    r"ir|julia-.*|bash|sas|scala|rust|gophernotes|javascript|deno|xcpp.*|octave|stata|sparkrkernel"
)
"""Names of kernels, for notebooks that do not tell their language."""
_SHELL = frozenset({"!", "bash", "cmd", "fish", "ksh", "script", "sh", "shell", "shellscript", "sx", "system", "zsh"})
_FOREIGN = """
bigquery cpp cu cuda cypher dot elixir file graphql html javascript js json julia kql latex markdown mermaid octave perl
php plaintext powershell pwsh r raw ruby rust scala spark_sql sparksql sql stan svg verilog writefile yaml
"""
_NOT_PYTHON = _SHELL.union(_FOREIGN.split())
"""Cell magics and languages of cells, in lower case, that are not Python."""
_CELL_MAGICS = regex.compile(rb"(?:[ \t]*+\n)*+(?:[ \t]*+%%[^\n]*+\n)*+")
_CELL_MAGIC = regex.compile(rb"%%(\S++)[^\n]*+\n")
_MARGIN = regex.compile(rb"(?:[ \t]*+\n)*+([ \t]++)")
"""IPython removes the indentation of the first line from all lines."""
_SHELL_LINE = regex.compile(rb"(?:[^\\\n]++|\\.)*+(?:\n|\Z)", re.DOTALL)
_LINE_MAGIC = regex.compile(
    rb"(?P<margin>[ \t]*+)(?:"
    rb"%time(?:it)?[ \t]++(?P<python>[\w(\[][^\n]*+)"
    rb"|(?:(?:[\w.,* \t\[\]]++=[ \t]*+)?[!%]++|(?=(?:pip|conda|mamba)[ \t]++(?:un)?install\b))"
    rb"(?P<line>(?:[^\\\n]++|\\.)*+)"
    rb"|\?[^\n]*+"
    rb"|[%\w.*\[\]()'\"-]++\?\??[ \t;]*+(?:#[^\n]*+)?(?=\n)"
    rb")(?:\n|\Z)",
    re.DOTALL,
)
"""A line that IPython rewrites; `line` is what it hands to a magic or a shell, with continued lines.
IPython also takes `pip install x` for a magic."""
_SPECIAL = regex.compile(rb"[%!?]|\binstall\b")
_INSTALLS = regex.compile(rb"(?<![\w-])(?:pip[\d.]*|conda|mamba|micromamba)(?:[ \t]+-\S+)*[ \t]+install\b")


def read(data: bytes) -> Source:
    """Take a notebook of nbformat 3 or 4 apart."""
    notebook = Source()
    try:
        # Whole numbers as floats: int() refuses more than 4300 digits, and no number matters here.
        document = json.loads(data, parse_int=float)
    except (ValueError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else f"is not JSON ({str(error)[:80]})"
        notebook.problems.append(
            (0, f"notebook {reason}; nothing of it was read" if data.strip() else "notebook is empty")
        )
        return notebook
    language = _language(document)
    if language:
        notebook.problems.append((0, f"notebook is written in {language[:40]}, not in Python; it was not read"))
        return notebook
    cells = _cells(document)
    if cells is None:
        notebook.problems.append((0, "notebook has no list of cells; nothing of it was read"))
    for number, cell in enumerate(cells or (), start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        source = _source(cell) if kind == "code" else ""
        if not isinstance(kind, str) or source is None:
            notebook.problems.append((number, "cell has no text where nbformat wants it; it was not read"))
        elif source:
            language = _text(cell, "metadata", "vscode", "languageId")
            _add(notebook, number, lines(source.encode("utf-8", "surrogatepass")), language)
    return notebook


# -- JSON -------------------------------------------------------------------------------------------------------------


def _cells(document: Any) -> list[Any] | None:
    """All cells, in order; nbformat 3 keeps them in worksheets."""
    if not isinstance(document, dict):
        return None
    sheets = document.get("worksheets")
    if "cells" not in document and isinstance(sheets, list):
        lists = [sheet.get("cells") if isinstance(sheet, dict) else None for sheet in sheets]
        return [cell for cells in lists if isinstance(cells, list) for cell in cells]
    cells = document.get("cells")
    return cells if isinstance(cells, list) else None


def _source(cell: dict[str, Any]) -> str | None:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _language(document: Any) -> str:
    """The language of the notebook, if it is not Python; what does not tell is Python."""
    info = _text(document, "metadata", "language_info", "name") or _text(document, "metadata", "kernelspec", "language")
    if info:
        return "" if any(word in info.lower() for word in _PYTHON) else info
    kernel = _text(document, "metadata", "kernelspec", "name")
    return kernel if _FOREIGN_KERNEL.fullmatch(kernel.lower()) else ""


def _text(value: Any, *keys: str) -> str:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


# -- IPython ----------------------------------------------------------------------------------------------------------


def _add(notebook: Source, number: int, text: bytes, language: str) -> None:
    """Keep the cell if it is Python, and its install commands in any case; `language` is what an editor noted."""
    head = _CELL_MAGICS.match(text)
    start = head.end() if head else 0
    magics = {language.lower()} | {
        word.decode("utf-8", "replace").lower() for word in _CELL_MAGIC.findall(text, 0, start)
    }
    before = text.count(b"\n", 0, start)
    if magics & _SHELL:
        for line in _SHELL_LINE.finditer(text, start):
            if not line[0].lstrip().startswith(b"#"):
                _command(notebook, line[0], before + 1, number)
            before += line[0].count(b"\n")
    elif not magics & _NOT_PYTHON:
        margin = _MARGIN.match(text, start)
        body = text[start:].replace(b"\n" + margin[1], b"\n").removeprefix(margin[1]) if margin else text[start:]
        notebook.cells.append(Cell(number, _python(notebook, b"\n" * before + body, number)))


def _python(notebook: Source, text: bytes, number: int) -> bytes:
    """The cell with `pass` for every line that only IPython understands, and as many lines as before."""
    if not _SPECIAL.search(text):
        return text
    lexer = Lexer(text)
    parts = []
    at, line = 0, 1
    while at < len(text):
        magic = _LINE_MAGIC.match(text, at)
        end = magic.end() if magic else lexer.line_end(at)
        height = text.count(b"\n", at, end)
        if magic:
            _command(notebook, magic["line"] or b"", line, number)
            parts += [magic["margin"], magic["python"] or b"pass", b"\n" * height]
        else:
            parts.append(text[at:end])
        at = end
        line += height
    return b"".join(parts)


def _command(notebook: Source, line: bytes, number: int, cell: int) -> None:
    if _INSTALLS.search(line):
        words = line.replace(b"\\\n", b" ").decode("utf-8", "replace").split()
        notebook.commands.append(Command(" ".join(words), number, cell))
