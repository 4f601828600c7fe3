"""The same hostile names through every format: in none of them may a name become anything but a name."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import types
import typing
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from html.parser import HTMLParser
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from depscan.model import Confidence, Finding, Report, Severity, Tier
from depscan.report import RENDERERS, Look, github, gitlab, markdown, tables
from depscan.report import json as report_json

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "' onmouseover='alert(1)",
    "](javascript:alert(1))",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "javascript:alert(1)",
    "http://evil.example/?a=b&c",
    "www.evil.example",
    "someone@evil.example",
    "@octocat",
    "#1",
    "octo/cat#1",
    "GH-1",
    "!1",
    "0123456789abcdef0123456789abcdef01234567",
    ":tada:",
    "$x$ $`y`$",
    "***x*** ~~y~~ _z_",
    "1. x",
    "- x",
    "> x",
    "# x",
    "    x",
    "```",
    "a`b``c",
    "a\\`b\\",
    "|",
    "a\\|b",
    "</details>",
    "<!-- -->",
    "]]>",
    "&lt;b&gt;",
    "&#60;b&#62;",
    '=HYPERLINK("http://x")',
    "+1+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(1)",
    "\uff1d1+1",
    "\t=1",
    "\r=1",
    " =1",
    "'=1",
    "a;=1+1",
    'a";"=1',
    "a,b",
    "\x1b[31m",
    "\x9b2J",
    "\x00\x07\x7f",
    "\u202egnp.exe",
    "\u200b\ufeff\u3164",
    "\udc80",
    "\uffff",
    "::error::",
    "::error file=a,line=1::x",
    "##[group]x",
    "a\nb",
    "a\r\n::error::b",
    "%0A%0D%25",
    "{{7*7}}",
    "{% include x %}",
    "{# x #}",
    "${7*7}",
    "%{strong_start}",
    "\\N \\G \\L",
    "../../etc/passwd",
    "x" * 10_000,
    "",
)
DATES = {"scanned_at": "2026-11-24T10:00:00Z", "retrieved": "2026-11-24"}


def filled(kind: Any, name: Callable[[], str], field: str = "", *, dates: bool = False) -> Any:
    """A value of the type with every string chosen by `name`, whatever fields the model has or will have."""
    if kind is str:
        return DATES[field] if field in DATES and not dates else name()
    if kind in {bool, int, float}:
        return {bool: True, int: 3, float: 0.5}[kind]
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(  # type: ignore[operator]
            **{key: filled(of, name, key, dates=dates) for key, of in hints.items() if key != "schema"}
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    parts = typing.get_args(kind)
    if typing.get_origin(kind) in {types.UnionType, typing.Union}:
        return filled(next(part for part in parts if part is not type(None)), name, field, dates=dates)
    if parts[-1] is Ellipsis:
        return tuple(filled(parts[0], name, field, dates=dates) for _ in range(2))
    return tuple(filled(part, name, field, dates=dates) for part in parts)


def report_of(name: Callable[[], str], *, dates: bool = False) -> Report:
    """A report with findings of every kind and packages of every tier, and with no string but those."""
    report: Report = filled(Report, name, dates=dates)
    packages = [
        dataclasses.replace(package, exposure=dataclasses.replace(package.exposure, tier=tier))
        for tier in Tier
        for package in report.packages
    ]
    findings: list[Finding] = [
        dataclasses.replace(report.findings[0], severity=severity, confidence=confidence, suppressed=suppressed)
        for severity, confidence, suppressed in product(Severity, Confidence, ("", name()))
    ]
    return dataclasses.replace(report, packages=tuple(packages), findings=tuple(findings))


# -- what must hold of each format ------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Tags, attributes and comments of a page, and the text outside of code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.comments: list[str] = []
        self.outside: list[str] = []
        self._in_code = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(key for key, _ in attrs)))
        self._in_code += tag in {"code", "pre"}

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag in {"code", "pre"}

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.outside.append(data)


MARKDOWN_TAGS = frozenset(
    "h3 h4 p strong b code ul li table thead tbody tr th td details summary".split()  # noqa: SIM905
)
ACTS_IN_TEXT = re.compile(r"@|#\d|://|www\.|:\w+:|\$|\b(?=\w*\d)[0-9a-f]{7,}\b|\bGH-\d|\{\{|\{%|[\[\]<>`*_~|\\]")
"""What GitHub makes something of in text, after it was rendered."""


def check_markdown(data: bytes, _: str) -> None:
    page = Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(data.decode()))
    assert {tag for tag, _ in page.tags} <= MARKDOWN_TAGS
    assert {keys for _, keys in page.tags} <= {(), ("style",)}
    assert page.comments == [" depscan: report "]
    assert not ACTS_IN_TEXT.findall("".join(page.outside).replace("<1%", "").replace(">99%", ""))
    cells = [row.count(" | ") for row in data.decode().splitlines() if row.startswith("| ")]
    assert set(cells) <= {3, 5, 6}  # models, vulnerabilities, libraries
    assert len(data) <= markdown.LONGEST


def check_csv(files: Mapping[str, bytes], _: str) -> None:
    for content in files.values():
        assert content.startswith(b"\xef\xbb\xbf")
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1
        assert text.count("\r\n") == text.count("\n") == text.count("\r") == len(rows)
        for cell in (cell for row in rows for cell in row):
            assert not re.match(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]", cell)
            assert not re.search(r";[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell)
            assert len(cell) <= 32_767


COMMAND = re.compile(
    r"::(error|warning|notice) (file=[^,:\r\n]*,)?(line=\d+,)?title=[^,:\r\n]+::(?!.*::)(?!.*##)[^\r\n]+"
)


def check_github(data: bytes, _: str) -> None:
    lines = data.decode().split("\n")
    assert lines.pop() == ""
    assert lines
    assert all(COMMAND.fullmatch(line) for line in lines)
    assert all(sum(line.startswith(f"::{level} ") for line in lines) <= 10 for level in ("error", "warning", "notice"))


def check_gitlab(data: bytes, _: str) -> None:
    entries = json.loads(data)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) in {12, 24}
    assert not any(re.search(r"<[A-Za-z/!?]|%\{", entry["description"]) for entry in entries)


def check_json(data: bytes, _: str) -> None:
    report_json.load(data)


def check_dot(data: bytes, _: str) -> None:
    assert re.fullmatch(r"[\w\s={}\[\];,>-]*", re.sub(r'"(?:[^"\\]|\\.)*"', "", data.decode()))


def check_graphml(data: bytes, _: str) -> None:
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(data).iter()}  # noqa: S314
    assert tags == {"graphml", "key", "graph", "node", "edge", "data"}


def check_html(data: bytes, plain: str) -> None:
    """The page has the tags and attributes that it has for plain names, and no others."""
    assert set(Page(data.decode()).tags) <= set(Page(plain).tags)


def check_sarif(data: bytes, _: str) -> None:
    messages = list(_messages(json.loads(data)))
    assert messages
    assert not any(re.search(r"(?<!\\)\[[^\]]*\]\(", text) for text in messages)


def _messages(value: Any) -> Iterator[str]:
    """Every text of a message: there, and only there, `[x](y)` is a link."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "message":
                yield from part.values()
            else:
                yield from _messages(part)
    elif isinstance(value, list):
        for part in value:
            yield from _messages(part)


CHECKS: Mapping[str, Callable[[Any, str], None]] = {
    "markdown": check_markdown,
    "csv": check_csv,
    "github": check_github,
    "gitlab": check_gitlab,
    "json": check_json,
    "dot": check_dot,
    "graphml": check_graphml,
    "html": check_html,
    "sarif": check_sarif,
    "cyclonedx": lambda data, _: json.loads(data),
}
FORMATS: Mapping[str, Callable[[Report, Look], bytes | Mapping[str, bytes]]] = {
    "markdown": markdown.render,
    "csv": tables.render,
    "github": github.render,
    "gitlab": gitlab.render,
    **{renderer.name: renderer.render for renderer in RENDERERS},
}
SLOW = {"html"}
"""Formats with figures: tried with all names at once only."""

AS_THEY_ARE = {"json", "graphml"}
"""Formats that are read back or on, and hold every printable name to the letter."""


def holds(kind: str, report: Report) -> None:
    """What must hold of every format, then what must hold of this one."""
    answer = FORMATS[kind](report, Look())
    files = {"": answer} if isinstance(answer, bytes) else answer
    for content in files.values():
        text = content.decode().removeprefix("\ufeff")
        acting = {each for each in text if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}}
        assert acting <= {"\n", "\r", *("\x7f" for _ in (kind,) if kind == "graphml")}
        assert kind == "github" or not re.search(r"^\s*::", text, re.MULTILINE)
        assert kind in AS_THEY_ARE or "##[" not in text
    if kind in CHECKS:
        plain = FORMATS[kind](report_of(lambda: "plain"), Look()) if kind == "html" else b""
        CHECKS[kind](answer, plain.decode() if isinstance(plain, bytes) else "")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
@pytest.mark.parametrize("kind", sorted(set(FORMATS) - SLOW))
def test_a_name_stays_a_name(kind: str, text: str) -> None:
    holds(kind, report_of(lambda: text))


@pytest.mark.parametrize("kind", sorted(FORMATS))
@pytest.mark.parametrize("start", [0, 17, 34, 51])
def test_all_of_them_in_one_report(kind: str, start: int) -> None:
    from itertools import cycle, islice

    names = islice(cycle(HOSTILE[:-1]), start, None)
    holds(kind, report_of(lambda: next(names)))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
@pytest.mark.parametrize("kind", ["markdown", "csv", "github", "gitlab", "terminal"])
def test_a_saved_report_may_lie_about_dates(kind: str, text: str) -> None:
    holds(kind, report_of(lambda: text, dates=True))
