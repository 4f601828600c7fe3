"""`manifests.read` as a whole: merged projects, order, and that nothing at all makes it raise."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import manifests
from depscan.model import Gap, Location

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

PYPROJECT = """\
[build-system]
requires = ["setuptools>=61"]
[project]
name = "one"
dependencies = ["torch>=2; python_version<'3.12'", "numpy[a,b]"]
[project.optional-dependencies]
gpu = ["cupy @ https://x.org/c.whl"]
[dependency-groups]
dev = [{include-group = "test"}]
test = ["pytest"]
[tool.poetry.dependencies]
scipy = {version = "^1.2", optional = true}
[tool.poetry.extras]
all = ["scipy"]
[tool.setuptools.dynamic]
dependencies = {file = ["more.txt"]}
"""
SETUP_CFG = (
    "[metadata]\nname = two\nversion = 2\n[options]\npackages = find:\ninstall_requires =\n  attrs\n  x; y>'1'\n"
)
SETUP_PY = """\
from setuptools import setup
d = {"a": ["x"]}
for k in ["b", "c"]:
    d[k] = d["a"] + [f"{k}>=1"]
setup(name="three", license="MIT", install_requires=open("more.txt").read().split(), extras_require=d)
"""
REQUIREMENTS = "-r more.txt\n-c c.txt\ntorch==2.0 \\\n  --hash=sha256:a\n    # via\n    #   numpy\n-e git+https://x.org/a#egg=b\nx=1\n"
CONDA = "name: x\nchannels: [a]\ndependencies:\n- numpy=1.2=b\n- &a x::y>=1\n- pip:\n  - torch\n  - -r more.txt\n- *a\n"
PIPFILE = """\
[packages]
torch = {version = ">=2", extras = ["a"], markers = "os_name == 'nt'"}
b = {path = "."}
[docs]
c = {git = "https://x.org/c", ref = "d"}
"""
PIPFILE_LOCK = """\
{
    "default": {
        "a": {"version": "==1", "markers": "os_name == 'nt'"},
        "b": {"git": "https://x.org/b", "ref": "c"}
    },
    "develop": {"c": {"path": "."}}
}
"""
UV_LOCK = """\
version = 1
[[package]]
name = "a"
version = "1"
resolution-markers = ["os_name == 'nt'", "os_name == 'x'"]
dependencies = [{ name = "b", extra = ["c"], marker = "sys_platform == 'd'" }]
[package.optional-dependencies]
e = [{ name = "f" }]
[[package]]
name = "a"
version = "2"
source = { editable = "." }
"""
POETRY_LOCK = """\
[[package]]
name = "a"
version = "1"
[package.dependencies]
b = {version = "1", extras = ["c"], markers = "os_name == 'nt' and extra == 'd'"}
e = [{version = "1"}, {version = "2", optional = true}]
[package.extras]
f = ["e (>=1)"]
[metadata]
lock-version = "2.0"
"""
PDM_LOCK = """\
[[package]]
name = "a"
version = "1"
extras = ["b", "c"]
marker = "os_name == 'nt'"
dependencies = ["d[e]>=1; os_name == 'x'", "a==1"]
"""
PYLOCK = """\
lock-version = "1.0"
[[packages]]
name = "a"
version = "1"
marker = "'b' in extras"
dependencies = [{name = "c"}]
[packages.tool.pdm]
dependencies = ["d; os_name == 'nt'"]
"""
VALID = {
    "pyproject.toml": PYPROJECT,
    "setup.cfg": SETUP_CFG,
    "setup.py": SETUP_PY,
    "requirements.txt": REQUIREMENTS,
    "environment.yml": CONDA,
    "Pipfile": PIPFILE,
    "Pipfile.lock": PIPFILE_LOCK,
    "uv.lock": UV_LOCK,
    "poetry.lock": POETRY_LOCK,
    "pdm.lock": PDM_LOCK,
    "pylock.toml": PYLOCK,
}


def test_one_project_per_folder_pyproject_first(scan: Scan) -> None:
    files = {"a/" + path: text for path, text in VALID.items()}
    (project,) = scan(files).projects
    assert (project.root, project.name, project.version, project.licence) == ("a", "one", "2", "MIT")
    assert project.location == Location("a/pyproject.toml", 4)
    assert project.packages == ("a",)


def test_projects_of_a_monorepo(scan: Scan) -> None:
    files = {
        f"{folder}setup.cfg": f"[metadata]\nname = {name}\n" for folder, name in [("", "r"), ("b/", "x"), ("a/", "y")]
    }
    assert [(each.root, each.name) for each in scan(files).projects] == [("", "r"), ("a", "y"), ("b", "x")]


def test_a_project_does_not_depend_on_itself(scan: Scan) -> None:
    project = "[project]\nname = 'my-lib'\noptional-dependencies.all = ['my_lib[a]', 'torch']\n"
    found = scan({"pyproject.toml": project, "requirements.txt": "my-lib", "examples/requirements.txt": "my-lib"})
    assert [str(each.location) for each in found.declarations if each.name == "my-lib"] == [
        "examples/requirements.txt:1"
    ]


def test_the_order_of_the_paths_does_not_matter() -> None:
    data = {path: text.encode() for path, text in VALID.items()} | {
        "more.txt": b"z",
        "c.txt": b"q<1",
        "b/setup.py": b"setup()",
    }
    paths = list(data)
    first = list(manifests.read(paths, data.__getitem__))
    for seed in range(5):
        random.Random(seed).shuffle(paths)  # noqa: S311 - an order, no secret
        assert list(manifests.read(paths, data.__getitem__)) == first
    assert len(first) == len(set(first)) > 20


def test_what_cannot_be_loaded_is_a_gap() -> None:
    def load(path: str) -> bytes:
        if path == "setup.py":
            return b"setup(install_requires=open('deps.txt').read())"
        raise OSError("a link that leads outside")

    facts = [
        fact for fact in manifests.read(["setup.py", "deps.txt", "requirements.txt"], load) if isinstance(fact, Gap)
    ]
    assert facts == [
        Gap("manifests", Location("deps.txt"), "requirements file: a link that leads outside"),
        Gap("manifests", Location("requirements.txt"), "requirements file: a link that leads outside"),
    ]


@pytest.mark.parametrize("path", VALID)
def test_a_file_beyond_the_limit_is_a_gap(scan: Scan, path: str) -> None:
    limit = next(reader.limit for reader in manifests.READERS if reader.claims(path))
    found = scan({path: b"#" * (limit + 1)})
    assert len(found.facts) == 1
    assert "the file was not read" in found.gaps[0]


def test_too_many_entries_are_cut_and_said(scan: Scan) -> None:
    found = scan({"setup.cfg": "[options]\ninstall_requires =\n" + "".join(f"  p{i}\n" for i in range(12_000))})
    assert len(found.facts) == 10_001
    assert "more than 10000 entries" in found.gaps[0]


def test_messages_are_short_and_printable(scan: Scan) -> None:
    text = "\x1b[31m evil \u202e thing\n" + "x" * 3000 + " y z\n-r \x07\u0085a\n"
    gaps = scan({"requirements.txt": text, "setup.py": text, "pyproject.toml": text, "environment.yml": text}).gaps
    assert len(gaps) >= 5
    assert all(gap.isprintable() and len(gap) < 400 for gap in gaps)


# -- nothing raises ---------------------------------------------------------------------------------------------------


def check(path: str, data: bytes) -> None:
    files = {path: data, "more.txt": b"torch\n-r more.txt", "c.txt": b""}
    facts = list(manifests.read(files, files.__getitem__))
    assert facts == list(manifests.read(list(reversed(files)), files.__getitem__))
    msgspec.json.encode(facts)  # no lone surrogates, nothing but plain values


@pytest.mark.parametrize("path", VALID)
@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=200))
def test_never_raises_on_bytes(path: str, data: bytes) -> None:
    check(path, data)


PIECES = [
    b"",
    b"\n",
    b"\0",
    b"\xff",
    b"[",
    b"]",
    b"{",
    b"'",
    b'"',
    b"=",
    b";",
    b"@",
    b"\\",
    b"#",
    b"-",
    b" " * 9,
    b"\xef\xbb\xbf",
]
PIECES += [
    b"\\ud800",
    b"9" * 5_000,
    b"(" * 300,
    b"- " * 300,
    b"*a",
    b"&a",
    b"<<: *a",
    b"%(x)s",
    b"${X}",
    b"-r ",
    b"file: ",
    b"None",
]
EDITS = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 20), st.sampled_from(PIECES)), min_size=1, max_size=5)


@pytest.mark.parametrize("path", VALID)
@settings(max_examples=120, deadline=None)
@given(edits=EDITS)
def test_never_raises_on_a_valid_file_that_was_tampered_with(path: str, edits: list[tuple[int, int, bytes]]) -> None:
    data = VALID[path].encode()
    for at, cut, piece in edits:
        data = data[:at] + piece + data[at + cut :]
    check(path, data)


@settings(max_examples=80, deadline=None)
@given(text=st.text(alphabet="[]{}()'\"=,: \n*+abf_0.", max_size=120))
def test_no_expression_makes_setup_py_raise(text: str) -> None:
    check("setup.py", f"a = ['x']\n{text}\nsetup(name='x', install_requires=a)".encode())
