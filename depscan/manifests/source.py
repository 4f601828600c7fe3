"""From the bytes of a file to its text, and what was odd about them."""

from __future__ import annotations

import ast
import codecs
import re
import warnings

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$|^={7}$", re.MULTILINE)


def decode(data: bytes) -> tuple[str, str]:
    """
    Return the text and, when it is not plain UTF-8 or UTF-16/32 with a byte order mark, what was lost.

    A coding cookie is not honoured: it can hide text from every other reader of the file.
    """
    mark, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", "utf-8"))
    data = data[len(mark) :]
    if not mark and len(data) >= 4 and data[1::2].count(0) > len(data) // 3:
        # Windows shells write `pip freeze > requirements.txt` as UTF-16; some editors then drop the mark.
        encoding = "utf-16-le"
    try:
        text, problem = data.decode(encoding), ""
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        problem = f"not valid {encoding.upper()}: undecodable bytes were replaced, names around them may be wrong"
    return text.replace("\r\n", "\n").replace("\r", "\n"), problem


def settle(text: str) -> tuple[str, tuple[int, ...]]:
    """Blank out the markers of an unresolved merge; both sides stay. Return the text and the lines where one starts."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return text, ()
    starts = tuple(
        text.count("\n", 0, found.start()) + 1
        for index, found in enumerate(re.finditer(r"^<{7}(?: .*)?$", text, re.MULTILINE))
        if index < 100
    )
    return (_CONFLICT.sub("", text), starts) if starts else (text, ())


def parse(text: str) -> ast.Module:
    """Return Python code as a tree, never run; ValueError says why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the scanned code: invalid escapes and the like
            return ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno or 0} is not valid Python: {error.msg}; the file was not read") from None
    except (RecursionError, MemoryError):
        raise ValueError("nested too deeply; the file was not read") from None
