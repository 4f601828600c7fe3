"""
report.json, version 1: the report for programs, and the only format that is read back.

Keys are those of `depscan.model.Report` and its parts, in that order, `schema` first. Every key is always there, with
one exception: `imports` is written only in full. A line or cell of 0 and a share of null say "not known". Shares have
four digits. The bytes are plain ASCII: whatever else a name holds is escaped, so the file is safe to print.
"""

from __future__ import annotations

import ast
import inspect
import math
import re
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec

from depscan import model
from depscan.errors import DepscanError
from depscan.model import SCHEMA, Report
from depscan.report.show import show

LARGEST = 256 << 20
"""Bytes of a file that `load` reads: the full report of a monorepo with 10,000 packages has a fifth."""

_DIGITS = 4
_FAMILY = SCHEMA.rpartition("/")[0]
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_PLAIN = re.compile(r"[^\n -~]")


class _Head(msgspec.Struct):
    """All that is asked of a file before it is taken for a report."""

    schema: str = ""
    tool: Any = None


def render(report: Report, *, full: bool = False) -> bytes:
    """The report as JSON; with `full`, every import site as well. Equal reports give equal bytes."""
    document = _plain(msgspec.to_builtins(report))
    document = {"schema": document.pop("schema"), **document}
    if not full:
        del document["imports"]
    return _ascii(document)


def dump(value: Any) -> bytes:
    """Any other value of depscan with a `schema` as such JSON, that key first."""
    document = _plain(msgspec.to_builtins(value))
    return _ascii({"schema": document.pop("schema"), **document})


def load(data: bytes) -> Report:
    """
    The report that `render` wrote; DepscanError says why when `data` is not one, or not of this version.

    Keys that the depscan of an older report of this version did not write have their defaults; unknown ones are left.
    """
    if len(data) > LARGEST:
        size, most = (f"{count / 2**20:.0f} MiB" for count in (len(data), LARGEST))
        raise DepscanError(f"the report is larger than {most} ({size}): it was not read; write it without --full")
    head = _Head()
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.schema == SCHEMA:
            return msgspec.json.decode(data, type=Report)
    except msgspec.ValidationError as error:
        by = f", which {_by(head)} wrote" if head.schema == SCHEMA else ""
        raise DepscanError(f"not a valid {SCHEMA} file{by}: {show(str(error))}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DepscanError(f"not a depscan report: {show(str(error))}") from error
    except RecursionError as error:
        raise DepscanError("not a depscan report: the JSON is nested too deeply") from error
    if head.schema.startswith(f"{_FAMILY}/"):
        raise DepscanError(
            f"{_by(head)} wrote the report in schema {show(head.schema, 60)}, and this one reads {SCHEMA}: scan again "
            "with this depscan, or read the report with the one that wrote it"
        )
    raise DepscanError(f"not a depscan report: the key `schema` is not {SCHEMA}")


def _by(head: _Head) -> str:
    """Which depscan wrote a report, as far as it says."""
    version = head.tool.get("version") if isinstance(head.tool, dict) else None
    return f"depscan {show(version, 40)}" if isinstance(version, str) and version else "another depscan"


def schema() -> bytes:
    """The JSON Schema (2020-12) of what `render` writes."""
    (reference,), parts = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    described = _described()
    for name, part in parts.items():
        for key, value in part.get("properties", {}).items():
            value.pop("default", None)
            if (name, key) in described:
                value["description"] = described[name, key]
        if "properties" in part:
            part["required"] = [key for key in part["properties"] if (name, key) != ("Report", "imports")]
    for key in ("direct_share", "blast_radius"):
        parts["Exposure"]["properties"][key] |= {"minimum": 0, "maximum": 1}
    parts["Report"]["properties"]["schema"] = {"const": SCHEMA}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "depscan report, version 1",
    }
    return _ascii({**head, **reference, "$defs": parts})


def _plain(value: Any) -> Any:
    """The same tree with rounded shares, and without the lone surrogates that no JSON reader need accept."""
    if isinstance(value, str):
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise DepscanError(f"a share in the report is {value}: JSON has no such number, nothing was written")
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _ascii(document: dict[str, Any]) -> bytes:
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return (_NOT_PLAIN.sub(_escape, text) + "\n").encode("ascii")


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


@cache
def _described() -> dict[tuple[str, str], str]:
    """The sentence below each field of the model, by class and field: Python keeps it in the source only."""
    found: dict[tuple[str, str], str] = {}
    for node in (
        node
        for part in (model.facts, model.knowledge, model.advisories, model.levels, model.models, model.report)
        for node in ast.parse(inspect.getsource(part)).body
    ):
        body = node.body if isinstance(node, ast.ClassDef) else []
        for field, after in pairwise(body):
            match field, after:
                case ast.AnnAssign(target=ast.Name(id=key)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[node.name, key] = inspect.cleandoc(text)  # type: ignore[attr-defined]
    return found
