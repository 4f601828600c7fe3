"""Pipfile and Pipfile.lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depscan.model import Pin

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

PIPFILE = """\
[[source]]
name = "index"
url = "https://index.example/simple"

[packages]
Requests = {version = ">=2.28", extras = ["Socks", "security"]}
flask = "*"
"mkdocs-material[imaging]" = "==9.5"
pywin32 = {version = "*", sys_platform = "== 'win32'", markers = "python_version < '3.12'"}
forked = {git = "https://user:secret@git.example/forked.git", ref = "abc", markers = "os_name == 'nt'"}
wheel = {file = "https://index.example/wheel-1-py3-none-any.whl"}
numpy = ">=1.20,<2"

[dev-packages]
pytest = "~=8.0"
e1839a8 = {path = ".", editable = true}
core = {path = "libs/core", editable = true}

[docs]
sphinx = "*"

[requires]
python_version = "3.11"

[scripts]
serve = "python -m app"
"""

LOCK = """\
{
    "_meta": {
        "hash": {
            "sha256": "00"
        },
        "requires": {}
    },
    "default": {
        "Requests": {
            "hashes": [
                "sha256:00"
            ],
            "markers": "python_version >= '3.8'",
            "version": "==2.32.5"
        },
        "forked": {
            "git": "https://git.example/forked.git",
            "ref": "abc"
        },
        "here": {
            "editable": true,
            "path": "."
        }
    },
    "develop": {
        "hash": {
            "version": "===1.0.dev"
        },
        "requests": {
            "version": "==2.32.5"
        }
    },
    "docs": {
        "sphinx": {
            "version": "==8.2.3"
        }
    }
}
"""


def test_pipfile(scan: Scan) -> None:
    found = scan({"Pipfile": PIPFILE, "setup.py": "", "libs/core/setup.py": ""})
    assert not found.gaps
    assert found.asked == [
        "requests[security,socks]>=2.28",
        "flask",
        "mkdocs-material[imaging]==9.5",
        'pywin32; sys_platform == "win32" and python_version < "3.12"',
        'forked @ git+https://git.example/forked.git@abc; os_name == "nt"',
        "wheel @ https://index.example/wheel-1-py3-none-any.whl",
        "numpy<2,>=1.20",
        "pytest~=8.0",
        "sphinx",
    ]
    assert found.lines[:3] == ["requests:6", "flask:7", "mkdocs-material:8"]
    assert found.needs[0] == "requests runtime:"
    assert found.needs[-2:] == ["pytest development:dev", "sphinx development:docs"]


def test_below_examples_it_is_for_development(scan: Scan) -> None:
    assert scan({"examples/Pipfile": '[packages]\nx = "*"\n'}).needs == ["x development:examples"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[packages]\na = 1\n", "`packages.a` is a value of type int, not a version or a table"),
        ("[packages]\na = {version = 1}\n", "`version` of a is a value of type int"),
        ("packages = 1\n", "`packages` is a value of type int"),
        ("[packages]\na = '1.0'\n", "a counts, in any version"),
        ("[packages]\na = {path = '../elsewhere'}\n", "lies outside the scanned tree"),
        ("[packages]\na = '*'\na = '*'\n", "Pipfile: Cannot overwrite a value"),
    ],
)
def test_what_is_wrong_in_a_pipfile(scan: Scan, text: str, says: str) -> None:
    assert says in "\n".join(scan({"Pipfile": text}).gaps)


def test_lock(scan: Scan) -> None:
    found = scan({"Pipfile.lock": LOCK})
    assert [f"{p.name} {p.version} :{p.location.line}" for p in found.facts if isinstance(p, Pin)] == [
        "requests 2.32.5 :9",
        "hash 1.0.dev :26",
        "requests 2.32.5 :29",
        "sphinx 8.2.3 :34",
    ]
    (gap,) = found.gaps
    assert gap.startswith("Pipfile.lock:16: forked is fixed to a commit")
    assert not found.edges


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Pipfile.lock:1: no pin of this lock is known"),
        ("{}", "the lock is empty"),
        ("[]", "the lock is empty"),
        ("[1]", "the lock is a list"),
        ('{\n"default": {\n', "Pipfile.lock:3: no pin of this lock is known, it cannot be parsed"),
        ("[" * 100_000, "nested too deeply"),
        ('{"default": ' + "9" * 5_000 + "}", "absurd number"),
        ('{"default": 1}', "`default` is a value of type int, not a table"),
        ('{"default": {"a": 1, "?": {}}}', "'?' is a table, or no legal name"),
        ('{"default": {"a": {}}}', "a has no version"),
        ('{"default": {"a": {"version": "=="}}}', "it has no pin"),
    ],
)
def test_what_is_wrong_in_a_lock(scan: Scan, text: str, says: str) -> None:
    found = scan({"Pipfile.lock": text})
    assert not found.pins
    assert says in "\n".join(found.gaps)


def test_a_key_that_is_stated_twice(scan: Scan) -> None:
    found = scan({"Pipfile.lock": '{"default": {\n"a": {"version": "==1"},\n"a": {"version": "==2"}}}'})
    assert found.pins == ["a 2"]
    assert found.gaps == ["Pipfile.lock: 'a' is stated twice in one table; the last one counts"]


def test_the_layout_does_not_matter(scan: Scan) -> None:
    assert scan({"Pipfile.lock": '\ufeff{"default":{"a":{"version":"==1"}}}'.encode()}).pins == ["a 1"]
    assert scan({"Pipfile.lock": LOCK.replace("\n", "\r\n")}) == scan({"Pipfile.lock": LOCK})
