"""Who needs what a file lists, by its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import manifests

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

NEEDS = [
    ("requirements.txt", "runtime:"),
    ("requirements.in", "runtime:"),
    ("src/service/requirements.txt", "runtime:"),
    ("requirements/base.txt", "runtime:"),
    ("requirements/pytorch/base.in", "runtime:"),
    ("reqs/main.txt", "runtime:"),
    ("requirements-lock.txt", "runtime:"),
    ("requirements-dev.txt", "development:dev"),
    ("dev-requirements.txt", "development:dev"),
    ("requirements_lint.txt", "development:lint"),
    ("requirements/test.txt", "development:test"),
    ("requirements/ci.txt", "development:ci"),
    ("docs/requirements.txt", "development:docs"),
    ("tests/requirements-extra.txt", "development:extra"),
    ("examples/a/requirements_flax.txt", "development:flax"),
    ("benchmarks/requirements.txt", "development:benchmarks"),
    ("ml-examples/requirements.txt", "development:ml-examples"),
    ("requirements-build.txt", "build:build"),
    ("requirements-gpu.txt", "extra:gpu"),
    ("requirements/vision.txt", "extra:vision"),
    ("REQUIREMENTS.TXT", "runtime:"),
    ("constraints.txt", "constraint:"),
    ("constraints-py311.txt", "constraint:py311"),
    ("environment.yml", "runtime:"),
    ("environment-dev.yaml", "development:dev"),
    ("conda/environment_gpu.yml", "extra:gpu"),
    ("docs/environment.yaml", "development:docs"),
    ("conda.yaml", "runtime:"),
]


@pytest.mark.parametrize(("path", "need"), NEEDS)
def test_need_by_path(scan: Scan, path: str, need: str) -> None:
    text = "dependencies:\n- torch\n" if path.endswith(("yml", "yaml")) else "torch"
    found = scan({path: text})
    assert found.needs == [f"torch {need}"]


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("pyproject.toml", True),
        ("a/b/setup.py", True),
        ("setup.cfg", True),
        ("requirements/notes.md", False),
        ("docs/requirements.md", False),
        ("requirements.py", False),
        ("my_setup.py", False),
        ("config.yaml", False),
        ("conda-lock.yml", True),
        ("a.txt", False),
    ],
)
def test_claims(path: str, claimed: bool) -> None:
    assert manifests.claims(path) is claimed


PARTS = st.sampled_from([
    *(pattern.replace("*", "x") for reader in manifests.READERS for pattern in reader.patterns),
    *("requirements", "a.txt", "A.TXT", "reqs", ".github", "workflows", "a.yml", "Dockerfile", "sub", "a.py"),
])  # fmt: skip


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_claims_are_those_of_the_readers(parts: list[str]) -> None:
    path = "/".join(parts)
    assert manifests.claims(path) is any(reader.claims(path) for reader in manifests.READERS)


def test_a_manifest_below_examples_is_for_development(scan: Scan) -> None:
    text = """
        build-system.requires = ["hatchling"]
        [project]
        name = "demo"
        dependencies = ["torch"]
        optional-dependencies.gpu = ["cupy"]
        """
    assert sorted(scan({"examples/demo/pyproject.toml": text}).needs) == [
        "cupy development:gpu",
        "hatchling build:examples",
        "torch development:examples",
    ]
