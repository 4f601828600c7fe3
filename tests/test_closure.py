"""What a resolver is asked for, and what of its answer counts beside a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from depscan import closure
from depscan.knowledge import resolution
from depscan.model import Declaration, Ecosystem, Edge, Gap, Location, Need, Pin, Project, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TODAY = "2026-11-24"
ROOT = Project("", "app", Location("pyproject.toml", 1))
PART = Project("part", "app-part", Location("part/pyproject.toml", 1))
LOCK = b"""
version = 1
[[package]]
name = "depscan-resolution"
version = "0"
source = { virtual = "." }
dependencies = [{ name = "torch" }]
[[package]]
name = "torch"
version = "2.9.0"
source = { registry = "https://index.example/simple" }
dependencies = [{ name = "numpy" }]
[[package]]
name = "numpy"
version = "2.4.0"
source = { registry = "https://index.example/simple" }
"""


def ask(name: str, path: str = "pyproject.toml", **more: Any) -> Declaration:
    return Declaration(name, Location(path, 3), **more)


def told(*facts: Any, online: bool = False) -> tuple[list[Any], list[Source]]:
    return closure.complete(facts, today=TODAY, online=online, target="", index_url="")


def test_what_nothing_says_is_one_gap() -> None:
    found, sources = told(ROOT, *(ask(f"p{number}") for number in range(10)), ask("app-part"), PART)
    assert sources == []
    (gap,) = found
    assert gap.reason.startswith("10 of 10 packages declared for run time are in no lock file and no environment")
    assert "p7, ...; give an --environment" in gap.reason


@pytest.mark.parametrize(
    "facts",
    [
        (ask("torch", scope=Need.DEVELOPMENT),),
        (ask("torch", "Dockerfile"), ask("torch", "a.ipynb"), ask("torch", "run.sh")),
        (ask("app-part"), PART),
        (ask("torch"), Pin("torch", "2", Location("uv.lock", 3)), Edge("torch", "numpy", Location("uv.lock", 4))),
        (ask("torch"), Pin("torch", "2", Location("site/torch-2.dist-info/METADATA"))),
        (ask("torch"), Pin("torch", "2", Location("conda-lock.yml", 3), Ecosystem.CONDA)),
    ],
)
def test_nothing_is_missing(facts: Sequence[Any]) -> None:
    assert told(*facts) == ([], [])


def test_the_answer_counts_for_what_no_lock_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, list[str]] = {}

    def resolve(groups: Mapping[str, Sequence[Declaration]], **_: Any) -> Iterator[Any]:
        asked.update({folder: [each.name for each in group] for folder, group in groups.items()})
        yield resolution.Resolved("resolved (uv 1, linux-x86_64-py311, 2026-11-24)/uv.lock", LOCK)
        yield Gap("knowledge", Location("x"), "left out")
        yield Source("package index", "1", TODAY, offline=False)

    monkeypatch.setattr(resolution, "resolve", resolve)
    held = (Pin("numpy", "1.26", Location("uv.lock", 3)), Edge("numpy", "blas", Location("uv.lock", 4)))
    found, sources = told(ROOT, PART, ask("torch"), ask("numpy"), ask("jax", "part/setup.py"), *held, online=True)
    assert asked == {"": ["torch"], "part": ["jax"]}
    assert [(fact.name, fact.version) for fact in found if isinstance(fact, Pin)] == [("torch", "2.9.0")]
    assert [(fact.source, fact.target) for fact in found if isinstance(fact, Edge)] == [("torch", "numpy")]
    assert [fact.reason for fact in found if isinstance(fact, Gap)] == ["left out"]
    assert [source.name for source in sources] == ["package index"]
