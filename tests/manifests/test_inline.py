"""Inline script metadata."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import manifests
from depscan.model import Declaration, Gap, Need

REFERENCE = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
"""The regular expression that PEP 723 gives."""


def script(text: str) -> tuple[list[str], list[str]]:
    facts = list(manifests.script("tools/a.py", text.encode()))
    found = [fact for fact in facts if isinstance(fact, Declaration)]
    assert {(each.location.path, each.scope, each.group) for each in found} <= {("tools/a.py", Need.RUNTIME, "script")}
    gaps = [f"{fact.location.line}: {fact.reason}" for fact in facts if isinstance(fact, Gap)]
    return [f"{each.name}{each.specifier}:{each.location.line}" for each in found], gaps


def block(toml: str) -> str:
    return "# /// script\n" + "".join(f"# {line}".rstrip() + "\n" for line in toml.split("\n")) + "# ///\n"


def test_a_script() -> None:
    text = block('requires-python = ">=3.11"\ndependencies = [\n  "torch>=2",\n\n  "numpy",  # why\n]')
    assert script(f"#!/usr/bin/env python\n\n{text}\nimport torch\n") == (["torch>=2:6", "numpy:8"], [])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("import torch\n", []),
        ("x = '# /// script'\n", []),
        ("# /// scripts\n# dependencies = ['a']\n# ///\n", []),
        ("# /// pyproject\n# dependencies = ['a']\n# ///\n", []),
        (block(""), []),
        (block("dependencies = []"), []),
        (block("dependencies = ['a']").replace("\n", "\r\n"), ["a:2"]),
        (block("[tool.x]\ndependencies = ['a']"), []),
    ],
)
def test_blocks(text: str, asked: list[str]) -> None:
    assert script(text) == (asked, [])


@pytest.mark.parametrize(
    ("text", "asked", "gap"),
    [
        ("# /// script\n# dependencies = ['a']\n", [], "1: the `# /// script` block has no end"),
        ("# /// script\n# dependencies = ['a']\nimport a\n# ///\n", [], "1: the `# /// script` block has no end"),
        ("# /// script\n# dependencies = ['a']\n# ///\n# ///\n", [], "inline script metadata: "),
        (block("dependencies = ['a'") + "x", [], "inline script metadata: "),
        (block("dependencies = 'a'"), [], "`dependencies` is a string"),
        (block("dependencies = [1, 'a']"), ["a:2"], "`dependencies` holds"),
        (block("dependencies = ['./a', 'b']"), ["b:2"], "is a path"),
        (block("dependencies = ['a b', 'c']"), ["c:2"], "is not a requirement"),
        (block("dependencies = ['a']") + "\n" + block("dependencies = ['b']"), ["a:2"], "1: a second"),
    ],
)
def test_what_is_wrong_is_one_gap(text: str, asked: list[str], gap: str) -> None:
    found, gaps = script(text)
    assert found == asked
    assert len(gaps) == 1
    assert gap in gaps[0]


def test_hostile_blocks_end() -> None:
    assert len(script("# /// script\n" * 50_000)[1]) == 1
    assert len(script("# /// script\n" + "# a\n" * 50_000)[1]) == 1
    assert len(script(block("x = " + "[" * 5_000))[1]) == 1


LINES = st.sampled_from(["# /// script", "# ///", "#", "# dependencies = ['a']", "# x = 1", "", "y", "# /// other"])


@given(st.lists(LINES, max_size=8))
def test_agrees_with_the_reference_on_single_blocks(lines: list[str]) -> None:
    text = "\n".join([*lines, ""])
    blocks = [found for found in REFERENCE.finditer(text) if found["type"] == "script"]
    if text.count("# /// script") != 1 or not blocks:
        return
    content = "".join(line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["content"].splitlines(True))
    try:
        wanted = tomllib.loads(content).get("dependencies", [])
    except tomllib.TOMLDecodeError:
        wanted = []
    assert [name.partition(":")[0] for name in script(text)[0]] == wanted


def test_an_indented_block_is_none() -> None:
    assert script("    # /// script\n    # dependencies = ['a']\n    # ///\n") == ([], [])
