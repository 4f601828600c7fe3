"""uv.lock, poetry.lock, pdm.lock and pylock.toml: pins, edges with markers, extras and lines, and what is wrong."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depscan.model import Edge, Gap, Location, Pin

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan, Scanned

UV = """\
version = 1
requires-python = ">=3.10"

[[package]]
name = "app"
source = { editable = "." }
dependencies = [
    { name = "httpx", extra = ["http2"] },
]
[package.dev-dependencies]
dev = [{ name = "pytest" }]

[[package]]
name = "httpx"
version = "0.28.1"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "anyio", marker = "sys_platform != 'emscripten'" },
    { name = "httpx", extra = ["brotli"] },
]
sdist = { url = "https://index.example/httpx.tar.gz", hash = "sha256:00" }

[package.optional-dependencies]
brotli = [
    { name = "brotli", marker = "platform_python_implementation == 'CPython'" },
]
http2 = [{ name = "h2" }, { name = "hyper.frame", extra = ["C_Ext"] }]

[package.metadata]
requires-dist = [{ name = "anyio" }]

[[package]]
name = "numpy"
version = "1.26.4"
resolution-markers = ["python_full_version < '3.11'", "python_full_version == '3.11.*'"]
dependencies = [{ name = "old-helper" }]

[[package]]
name = "numpy"
version = "2.3.2"
source = { git = "https://git.example/numpy?rev=abc#def" }
resolution-markers = ["python_full_version >= '3.12'"]
dependencies = [
    { name = "anyio", marker = "os_name == 'nt' and extra == 'extra-3-app-cpu'" },
]
"""

POETRY = """\
[[package]]
name = "Requests"
version = "2.32.5"
optional = false
category = "main"

[package.dependencies]
certifi = ">=2017"
"backports.tarfile" = {version = "*", markers = "python_version < \\"3.12\\""}
PySocks = {version = ">=1.5", optional = true, markers = "os_name == \\"nt\\" and extra == \\"socks\\""}
chardet = {version = ">=3", optional = true}
unlisted = {version = ">=3", optional = true}
urllib3 = [
    {version = ">=1", extras = ["Brotli_x"], markers = "python_version < \\"3.10\\""},
    {version = ">=2", markers = "python_version >= \\"3.10\\""},
]

[package.extras]
use-chardet-on-py3 = ["chardet (>=3.0.2,<6)"]
all = ["chardet", "other"]

[[package]]
name = "urllib3"
version = "1.26.0"
groups = ["main"]
markers = "python_version < \\"3.10\\" and extra == \\"web\\""
[package.dependencies]
six = "*"

[[package]]
name = "urllib3"
version = "2.5.0"
[package.markers]
main = "python_version >= \\"3.10\\""
dev = "python_version >= \\"3.12\\""
[package.dependencies]
six = "*"

[[package]]
name = "own"
version = "0.1"
[package.dependencies]
six = "*"
[package.source]
type = "directory"
url = "../own"

[metadata]
lock-version = "2.1"
"""

PDM = """\
[metadata]
groups = ["default"]
lock_version = "4.5.0"

[[package]]
name = "coverage"
version = "7.1"
groups = ["test"]
files = [
    {file = "coverage-7.1.tar.gz", hash = "sha256:00"},
]

[[package]]
name = "coverage"
version = "7.1"
extras = ["toml"]
dependencies = [
    "coverage==7.1",
    "tomli; python_full_version <= \\"3.11\\"",
]

[[package]]
name = "uvicorn"
version = "0.30"
extras = ["standard", "toml", "http2"]
dependencies = ["uvicorn==0.30", "uvloop>=0.14; os_name != \\"nt\\""]

[[package]]
name = "uvicorn"
version = "0.30"
extras = ["toml"]
dependencies = [
    "coverage[Toml]>=7",
    "other @ git+https://git.example/other.git@abc",
]

[[package]]
name = "own"
version = "0"
path = "./libs/own"

[[package]]
name = "wheel-file"
version = "1"
path = "./wheels/wheel_file-1-py3-none-any.whl"
"""

PYLOCK = """\
lock-version = '1.0'
created-by = 'hand'

[[packages]]
name = 'attrs'
version = '25.1.0'
wheels = [{name = 'attrs-25.1.0-py3-none-any.whl', url = 'https://index.example/a.whl'}]

[[packages]]
name = 'cattrs'
version = '24.1.2'
marker = "'fast' in extras"
dependencies = [
    {name = 'attrs'},
]

[[packages]]
name = 'here'
directory = {path = '.'}

[[packages]]
name = 'torch'
version = '2.8.0'
marker = "sys_platform == 'darwin' and 'ml' in dependency_groups"
dependencies = [{name = 'attrs'}]

[[packages]]
name = 'torch'
version = '2.8.0+cpu'
marker = "sys_platform != 'darwin'"
[packages.tool.pdm]
dependencies = [
    "attrs>=1; os_name == 'posix'",
]
"""


def edges(found: Scanned) -> list[str]:
    """`source[extra] > target[extras]; marker :line`."""
    return [
        f"{e.source}{f'[{e.extra}]' if e.extra else ''} > {e.target}{list(e.extras) if e.extras else ''}"
        f"{'; ' + e.marker if e.marker else ''} :{e.location.line}"
        for e in found.facts
        if isinstance(e, Edge)
    ]


def pins(found: Scanned) -> list[str]:
    return [f"{p.name} {p.version} :{p.location.line}" for p in found.facts if isinstance(p, Pin)]


def test_uv(scan: Scan) -> None:
    found = scan({"uv.lock": UV})
    assert not found.gaps
    assert pins(found) == ["httpx 0.28.1 :14", "numpy 1.26.4 :33", "numpy 2.3.2 :39"]
    assert edges(found) == [
        "app > httpx['http2'] :8",
        'httpx > anyio; sys_platform != "emscripten" :18',
        "httpx > httpx['brotli'] :19",
        'httpx[brotli] > brotli; platform_python_implementation == "CPython" :25',
        "httpx[http2] > h2 :27",
        "httpx[http2] > hyper-frame['c-ext'] :27",
        'numpy > old-helper; python_full_version < "3.11" or python_full_version == "3.11.*" :36',
        'numpy > anyio; os_name == "nt" and python_full_version >= "3.12" :44',
    ]


def test_poetry(scan: Scan) -> None:
    found = scan({"libs/poetry.lock": POETRY})
    assert not found.gaps
    assert pins(found) == ["requests 2.32.5 :2", "urllib3 1.26.0 :23", "urllib3 2.5.0 :31"]
    assert edges(found) == [
        "requests > certifi :8",
        'requests > backports-tarfile; python_version < "3.12" :9',
        'requests[socks] > pysocks; os_name == "nt" :10',
        "requests[all] > chardet :11",
        "requests[use-chardet-on-py3] > chardet :11",
        "requests > urllib3['brotli-x']; python_version < \"3.10\" :13",
        'requests > urllib3; python_version >= "3.10" :13',
        'urllib3 > six; python_version < "3.10" :28',
        'urllib3 > six; python_version >= "3.10" or python_version >= "3.12" :37',
        "own > six :43",
    ]


def test_pdm(scan: Scan) -> None:
    found = scan({"pdm.lock": PDM})
    assert not found.gaps
    assert pins(found) == ["coverage 7.1 :6", "uvicorn 0.30 :23", "wheel-file 1 :43"]
    assert edges(found) == [
        'coverage[toml] > tomli; python_full_version <= "3.11" :19',
        'uvicorn[http2] > uvloop; os_name != "nt" :26',
        'uvicorn[standard] > uvloop; os_name != "nt" :26',
        "uvicorn[toml] > coverage['toml'] :33",
        "uvicorn[toml] > other :34",
    ]


@pytest.mark.parametrize("path", ["pylock.toml", "pylock.prod.toml"])
def test_pylock(scan: Scan, path: str) -> None:
    found = scan({path: PYLOCK})
    assert not found.gaps
    assert pins(found) == ["attrs 25.1.0 :5", "cattrs 24.1.2 :10", "torch 2.8.0 :22", "torch 2.8.0+cpu :28"]
    assert edges(found) == [
        "cattrs > attrs :14",
        'torch > attrs; sys_platform == "darwin" :25',
        'torch > attrs; os_name == "posix" and sys_platform != "darwin" :33',
    ]


def test_a_lock_does_not_say_what_own_projects_require(scan: Scan) -> None:
    own = "[project]\nname = 'app'\ndependencies = ['httpx[http2]']\n"
    found = scan({"uv.lock": UV, "pyproject.toml": own})
    assert {edge.partition(" ")[0] for edge in found.edges} == {"httpx", "numpy"}
    assert found.asked == ["httpx[http2]"]


def test_a_package_named_like_an_own_project_keeps_its_edges(scan: Scan) -> None:
    found = scan({"uv.lock": UV, "tests/data/pyproject.toml": "[project]\nname = 'httpx'\n"})
    assert "httpx > anyio" in found.edges


# -- what is wrong -----------------------------------------------------------------------------------------------------

LOCKS = {"uv.lock": UV, "poetry.lock": POETRY, "pdm.lock": PDM, "pylock.toml": PYLOCK}


@pytest.mark.parametrize("path", LOCKS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_and_other_line_ends_change_nothing(scan: Scan, path: str, encoding: str) -> None:
    plain = scan({path: LOCKS[path]})
    assert plain.pins
    found = scan({path: LOCKS[path].replace("\n", "\r\n").encode(encoding)})
    assert (found.pins, found.edges) == (plain.pins, plain.edges)
    said = [gap for gap in found.gaps if "UTF-16" in str(gap)]
    assert len(said) == (encoding == "utf-16")


@pytest.mark.parametrize("path", LOCKS)
@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 0, "it is empty"),
        ("a = 1\n[[package]\n", 2, "(at line 2"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite a value"),
        ("a = " + "[" * 5_000, 0, "nested too deeply"),
        ("a = " + "9" * 5_000, 0, "nothing was read"),
        ('[[package]]\nname = "a"\nversion = "1', 3, "(at end of document)"),
    ],
)
def test_what_cannot_be_parsed_is_one_gap(scan: Scan, path: str, text: str, line: int, says: str) -> None:
    (gap,) = scan({path: text}).facts
    assert isinstance(gap, Gap)
    assert gap.location == Location(path, line)
    assert "no pin and no edge of this lock is known" in gap.reason
    assert says in gap.reason


def test_an_unresolved_merge_is_said(scan: Scan) -> None:
    ours, theirs = '[[package]]\nname = "a"\nversion = "1"\n', '[[package]]\nname = "b"\nversion = "2"\n'
    both = f"version = 1\n<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> main\n"
    found = scan({"uv.lock": both})
    assert found.pins == ["a 1", "b 2"]
    assert found.gaps == ["uv.lock:2: an unresolved merge conflict; both sides count"]
    inside = 'version = 1\n[[package]]\nname = "a"\n<<<<<<< HEAD\nversion = "1"\n=======\nversion = "2"\n>>>>>>> main\n'
    found = scan({"uv.lock": inside})
    assert not found.pins
    assert len(found.gaps) == 2


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("uv.lock", "version = 1\npackage = 3", "`package` is a value of type int, not a list of tables"),
        ("uv.lock", "version = 1\npackage = [3]", "no legal name"),
        ("uv.lock", 'version = 1\n[[package]]\nname = "../x"', "no legal name"),
        ("uv.lock", 'version = 9\n[[package]]\nname = "a"\nversion = "1"', "format '9' of this lock is not known"),
        ("uv.lock", 'version = 1\n[[package]]\nname = "a"', "a: no version is stated"),
        (
            "uv.lock",
            'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = "x"',
            "`source` is a string, not a t",
        ),
        ("uv.lock", 'version = 1\n[[package]]\nname = "a"\nversion = "1"\ndependencies = ["x"]', "has no legal name"),
        (
            "uv.lock",
            'version = 1\n[[package]]\nname = "a"\nversion = "1"\n[package.optional-dependencies]\nx = 1',
            "the extra 'x'",
        ),
        (
            "uv.lock",
            'version = 1\n[[package]]\nname = "a"\nversion = "1"\ndependencies = [{name = "b", marker = "x"}]',
            "'x' is no legal marker",
        ),
        (
            "uv.lock",
            'version = 1\n[[package]]\nname = "a"\nversion = "1"\ndependencies = [{name = "b", marker = 1, extra = 2}]',
            "the extras of b are a value of type int",
        ),
        ("poetry.lock", '[[package]]\nname = "a"\nversion = "1"\n[package.dependencies]\nb = 1', "the dependency 'b'"),
        ("poetry.lock", '[metadata]\nlock-version = "3.0"', "format '3.0'"),
        ("pdm.lock", '[[package]]\nname = "a"\nversion = "1"\ndependencies = [1]', "a requirement is a value of type"),
        ("pdm.lock", '[[package]]\nname = "a"\nversion = "1"\ndependencies = ["?"]', "is not a requirement"),
        ("pylock.toml", 'lock-version = "2.0"', "format '2.0'"),
        ("pylock.toml", 'lock-version = "1.0"\n[[packages]]\nname = "a"\ndependencies = [{}]', "has no legal name"),
    ],
)
def test_a_wrong_value_is_a_gap(scan: Scan, path: str, text: str, says: str) -> None:
    assert says in "\n".join(scan({path: text}).gaps)


@pytest.mark.parametrize("path", LOCKS)
def test_a_wrong_value_does_not_cost_the_rest(scan: Scan, path: str) -> None:
    key = "packages" if path == "pylock.toml" else "package"
    wrong = f'\n[[{key}]]\nname = "broken"\nversion = 1\ndependencies = 2\nmarker = 3\nsource = 4\nextras = 5\n'
    plain, found = scan({path: LOCKS[path]}), scan({path: LOCKS[path] + wrong})
    assert (found.pins, found.edges) == (plain.pins, plain.edges)
    assert found.gaps
    assert all(gap.startswith(f"{path}:") for gap in found.gaps)


def test_lines_that_cannot_be_told_are_not_guessed(scan: Scan) -> None:
    text = 'version = 1\npackage = [{name = "a", version = "1"}, {name = "b", version = "2"}]\n'
    found = scan({"uv.lock": text, "x/uv.lock": 'version = 1\nnote = """\n[[package]]\n"""\n' + text[12:]})
    assert pins(found) == ["a 1 :0", "b 2 :0"] * 2


def test_ten_thousand_entries_and_more_count(scan: Scan) -> None:
    text = "version = 1\n" + "".join(f'[[package]]\nname = "p{i}"\nversion = "1"\n' for i in range(12_000))
    found = scan({"uv.lock": text})
    assert not found.gaps
    assert len(found.pins) == 12_000
    assert pins(found)[-1] == "p11999 1 :36000"


# -- against the tools themselves --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_closure_is_what_the_tool_exports() -> None:
    """Locks small projects with uv, which asks the package index."""
    script = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "locks.py"))
    if not script["found"]("uv") and not shutil.which("uv"):
        pytest.skip("uv is not installed")
    assert script["main"](["--tool", "uv"]) == 0
