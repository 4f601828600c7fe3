"""The closure from a real resolver against an index on loopback, and from stand-ins for one that misbehaves."""

from __future__ import annotations

import os
import stat
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from depscan import manifests
from depscan.errors import ConfigError
from depscan.knowledge import endpoints, resolution, targets
from depscan.model import Declaration, Ecosystem, Edge, Gap, Location, Pin, Source

UV = resolution.find()
needs_uv = pytest.mark.skipif(UV is None, reason="uv is not installed")
TODAY = "2026-11-24"


def ask(name: str, specifier: str = "", *, path: str = "pyproject.toml", line: int = 1, **more: object) -> Declaration:
    return Declaration(name, Location(path, line), specifier, **more)  # type: ignore[arg-type]


@pytest.fixture
def publish(tmp_path: Path) -> Callable[..., None]:
    """Put a wheel, or with `source` only a source archive, into the index."""

    def put(name: str, version: str, *requires: str, extras: tuple[str, ...] = (), source: bool = False) -> None:
        folder = tmp_path / "index/simple" / name
        folder.mkdir(parents=True, exist_ok=True)
        if source:
            (folder / f"{name}-{version}.tar.gz").write_bytes(b"would be built")
        else:
            stem = f"{name.replace('-', '_')}-{version}"
            info = f"{stem}.dist-info"
            with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
                lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
                lines += [f"Provides-Extra: {extra}" for extra in extras]
                wheel.writestr(f"{info}/METADATA", "\n".join([*lines, *(f"Requires-Dist: {r}" for r in requires), ""]))
                wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                wheel.writestr(f"{info}/RECORD", "")
        files = sorted(file.name for file in folder.iterdir() if file.suffix != ".html")
        (folder / "index.html").write_text("".join(f"<a href='{file}'>{file}</a>\n" for file in files))

    return put


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "index/simple").mkdir(parents=True, exist_ok=True)
    for variable in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path / "index")))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/simple/"
    server.shutdown()
    server.server_close()
    thread.join()


Answer = tuple[dict[str, str], set[tuple[str, str, str]], dict[str, str]]


def resolved(groups: Mapping[str, list[Declaration]], **options: object) -> Answer:
    """Versions by package, edges with their markers, and the reasons of gaps by place."""
    pins, edges, gaps = dict[str, str](), set[tuple[str, str, str]](), dict[str, str]()
    for answer in resolution.resolve(groups, today=TODAY, **options):  # type: ignore[arg-type]
        facts = [answer]
        if isinstance(answer, resolution.Resolved):
            assert answer.path.startswith(f"resolved (uv {version()}, ")
            facts = [*manifests.read((answer.path,), {answer.path: answer.data}.__getitem__)]  # type: ignore[list-item]
        for fact in facts:
            if isinstance(fact, Pin):
                pins[fact.name] = fact.version
                assert fact.location.is_outside
            elif isinstance(fact, Edge) and fact.source != resolution.NAME:
                edges.add((fact.source, fact.target, fact.marker))
            elif isinstance(fact, Gap):
                gaps[str(fact.location)] = fact.reason
            elif isinstance(fact, Source):
                assert (fact.retrieved, fact.offline) == (TODAY, False)
    return pins, edges, gaps


def version() -> str:
    import subprocess

    assert UV
    return subprocess.run([UV, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


@needs_uv
def test_a_closure_with_its_edges(index: str, publish: Callable[..., None]) -> None:
    publish("torchy", "1.0", "numpyish>=1")
    publish(
        "torchy",
        "2.0",
        "numpyish>=1",
        "driver; sys_platform == 'linux'",
        "extra-thing; extra == 'more'",
        extras=("more",),
    )
    publish("torchy", "3.0rc1")
    publish("numpyish", "1.5")
    publish("driver", "12")
    publish("extra-thing", "0.1")
    pins, edges, gaps = resolved({"": [ask("torchy", "<4")]}, index_url=index, target="linux-x86_64-py311")
    assert pins == {"torchy": "2.0", "numpyish": "1.5", "driver": "12"}
    assert {(source, target) for source, target, _ in edges} == {("torchy", "numpyish"), ("torchy", "driver")}
    assert gaps == {}
    pins, _, _ = resolved({"": [ask("torchy", extras=("more",))]}, index_url=index, target="macos-arm64-py313")
    assert pins == {"torchy": "2.0", "numpyish": "1.5", "extra-thing": "0.1"}


@needs_uv
def test_what_the_index_does_not_have_is_left_out_and_named(index: str, publish: Callable[..., None]) -> None:
    publish("model", "1.0", "parser", "tensor")
    publish("parser", "4.9", source=True)
    publish("tensor", "2.0")
    publish("old", "1.0")
    asked = [ask("model", line=1), ask("nowhere", line=2), ask("old", ">=2", line=3), ask("source-only", line=4)]
    publish("source-only", "1", source=True)
    pins, edges, gaps = resolved({"app": asked}, index_url=index)
    assert pins == {"model": "1.0", "tensor": "2.0"}
    assert {edge[:2] for edge in edges} == {("model", "tensor")}
    where = next(place for place in gaps if place.endswith("/app/uv.lock"))
    assert gaps.pop(where).startswith("parser: the index has no wheel for ")
    assert {place: reason.partition(" for ")[0] for place, reason in gaps.items()} == {
        "pyproject.toml:2": "nowhere: the index has no such package",
        "pyproject.toml:3": "old: the index has no such version",
        "pyproject.toml:4": "source-only: the index has no wheel",
    }


@needs_uv
def test_manifests_that_exclude_one_another_are_resolved_each_alone(index: str, publish: Callable[..., None]) -> None:
    publish("a", "1")
    publish("a", "2")
    publish("b", "1")
    asked = [ask("a", "<2", path="x.txt"), ask("a", ">=2", path="y.txt"), ask("b", path="y.txt")]
    found = list(resolution.resolve({"": asked}, index_url=index, today=TODAY))
    locks = [each.path for each in found if isinstance(each, resolution.Resolved)]
    assert [path.partition("/")[2] for path in locks] == ["x.txt/uv.lock", "y.txt/uv.lock"]
    pins, _, gaps = resolved({"": asked}, index_url=index)
    assert pins == {"a": "2", "b": "1"}  # the later of the two places
    assert gaps["x.txt"].startswith("its manifests cannot be resolved together, each was alone: ")
    asked = [ask("a", "<2", line=1), ask("a", ">=2", line=2)]
    pins, _, gaps = resolved({"": asked}, index_url=index)
    assert pins == {}
    assert gaps["pyproject.toml"].startswith("cannot be resolved: ")


@needs_uv
def test_nothing_is_built_and_nothing_listens(index: str, publish: Callable[..., None]) -> None:
    publish("needs-url", "1", f"evil @ {index}evil.tar.gz")
    pins, _, gaps = resolved({"": [ask("needs-url")]}, index_url=index)
    assert pins == {}
    assert gaps
    dead = "http://someone:secret@127.0.0.1:9/simple/"
    pins, _, gaps = resolved({"": [ask("a")]}, index_url=dead, timeout=60)
    assert pins == {}
    assert "secret" not in str(gaps)
    assert "cannot be resolved" in gaps["pyproject.toml"]


def test_what_is_not_asked_for() -> None:
    asked = [
        ask("numpy", ecosystem=Ecosystem.CONDA, path="environment.yml"),
        ask("mkl", ecosystem=Ecosystem.CONDA, path="environment.yml"),
        ask("clip", url="https://example.org/clip.zip", line=3),
        ask("odd", marker="no marker at all", line=4),
        ask("odder", ">=1\n[tool.uv]", line=5),
    ]
    pins, edges, gaps = resolved({"": asked}, uv=sys.executable)
    assert (pins, edges) == ({}, set())
    assert gaps == {
        "environment.yml": "packages of conda were not resolved: mkl, numpy",
        "pyproject.toml:3": "clip comes from an address and was not resolved: what it requires is not known",
        "pyproject.toml:4": "odd was not resolved: not written plainly",
        "pyproject.toml:5": "odder was not resolved: not written plainly",
    }


def stand_in(tmp_path: Path, body: str) -> str:
    """A program that is called uv."""
    path = tmp_path / "uv"
    path.write_text(
        f"#!{sys.executable}\nimport sys, time, pathlib, os\nif '--version' in sys.argv: sys.exit()\n{body}\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="a script with a shebang line")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("time.sleep(60)", "cannot be resolved: uv was not done in time"),
        ("sys.exit(3)", "cannot be resolved: uv ended with status 3"),
        ("sys.exit('error: \\x1b[31mstrange\\x07 trouble')", "cannot be resolved: [31mstrange trouble"),
        ("sys.exit('error: Wheels are required for `a`' if 'exclude' else '')", None),
        (
            "p = pathlib.Path('uv.lock'); p.write_bytes(b''); os.truncate(p, 200_000_000)",
            "the lock that uv wrote is too",
        ),
    ],
)
def test_a_resolver_that_misbehaves(tmp_path: Path, body: str, reason: str | None) -> None:
    found = [*resolution.resolve({"": [ask("a")]}, uv=stand_in(tmp_path, body), timeout=1, today=TODAY)]
    gaps = [each.reason for each in found if isinstance(each, Gap)]
    assert len(gaps) == 1
    assert (reason or "a: the index has no wheel for ") in gaps[0]


def test_without_a_resolver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "find", lambda: None)
    (gap,) = resolution.resolve({"": [ask("a")]}, today=TODAY)
    assert isinstance(gap, Gap)
    assert "pip install 'depscan-ml[online]'" in gap.reason
    (gap,) = resolution.resolve({"": [ask("a")]}, uv=str(tmp_path), today=TODAY)
    assert isinstance(gap, Gap)
    assert gap.reason.startswith("uv could not be run")


def test_settings_of_uv_that_would_ask_for_something_else_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_PROJECT", "UV_NO_BUILD", "UV_INDEX_URL", "UV_KEYRING_PROVIDER", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "x")
    kept = resolution._environment("")
    assert {"UV_INDEX_URL", "UV_KEYRING_PROVIDER", "HTTPS_PROXY"} <= kept.keys()
    assert not kept.keys() & {"UV_PROJECT", "UV_NO_BUILD", "UV_DEFAULT_INDEX"}
    assert resolution._environment("https://index.example/simple")["UV_DEFAULT_INDEX"] == "https://index.example/simple"
    for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX"):
        monkeypatch.delenv(name, raising=False)
    settings = {"index-url": "https://index.example/a", "extra-index-url": "https://b.example\nhttps://c.example"}
    monkeypatch.setattr(endpoints, "pip_settings", lambda: settings)
    kept = resolution._environment("")
    assert kept["UV_DEFAULT_INDEX"] == "https://index.example/a"
    assert kept["UV_INDEX"] == "https://b.example https://c.example"


def test_targets() -> None:
    target = targets.parse("linux-aarch64-py312")
    assert str(target) == "linux-aarch64-py312"
    assert target.marker == "sys_platform == 'linux' and platform_machine == 'aarch64' and python_version == '3.12'"
    assert targets.parse("windows-x86_64-py310").machine == "AMD64"
    assert str(targets.parse("windows-x86_64-py310")) == "windows-x86_64-py310"
    assert targets.parse("") == targets.running()
    for wrong in ("amiga", "linux-arm64-py311", "linux-x86_64-py27", "linux-x86_64-py3.11", "macos-aarch64-py311"):
        with pytest.raises(ConfigError, match="is no target"):
            targets.parse(wrong)
