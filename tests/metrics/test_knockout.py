"""The blast radius against what happens: installed packages are imported while one of their requirements is refused."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each module is imported in a fork")

LOWER_BOUNDS = {
    ("cyclonedx", "typing-extensions"): "imported below Python 3.13 only: a version check counts as a guard",
}
"""Where more modules may stop than are named, and why; elsewhere both sides must agree."""


@pytest.fixture(scope="module")
def knockout() -> Any:
    script = Path(__file__).parents[2] / "benchmarks" / "knockout.py"
    spec = importlib.util.spec_from_file_location("knockout", script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[spec.name]


def home(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec
    assert spec.origin
    return Path(spec.origin).parents[1]


@pytest.mark.parametrize(
    ("package", "modules", "stopping"),
    [("pip_audit", 20, 8), ("cyclonedx", 50, 4), ("requests", 12, 3), ("jsonschema", 10, 3)],
)
def test_names_exactly_the_modules_that_stop(knockout: Any, package: str, modules: int, stopping: int) -> None:
    outcomes = list(knockout.outcomes(home(package), package))

    for outcome in outcomes:
        if (package, outcome.distribution) in LOWER_BOUNDS:
            assert outcome.predicted <= outcome.observed
        else:
            assert outcome.predicted == outcome.observed, outcome.distribution
    assert len(outcomes[0].importable) >= modules
    assert sum(bool(outcome.observed) for outcome in outcomes) >= stopping


def test_is_a_lower_bound_when_the_library_is_gone_for_other_libraries_too(knockout: Any) -> None:
    [outcome] = knockout.outcomes(home("cyclonedx"), "cyclonedx", ["defusedxml"], mode="absent")

    assert outcome.predicted < outcome.observed  # py-serializable needs it, and half of cyclonedx needs that
    assert outcome.precision == 1.0
