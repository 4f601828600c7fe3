"""MLproject, and the environment files of MLflow."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from depscan.model import Ecosystem

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

PYTHON_ENV = """\
    python: "3.10"
    build_dependencies:
      - pip
      - setuptools==68
    dependencies:
      - torch==2.1
      - -r more.list
    """


def test_python_env(scan: Scan) -> None:
    found = scan({"ml/python_env.yaml": dedent(PYTHON_ENV), "ml/more.list": "scipy"})
    assert found.gaps == []
    assert sorted(found.needs) == ["scipy runtime:", "setuptools build:", "torch runtime:"]
    assert {each.ecosystem for each in found.declarations} == {Ecosystem.PYPI}


@pytest.mark.parametrize(
    ("key", "text", "ecosystem"),
    [
        ("conda_env", "dependencies: [torch]", Ecosystem.CONDA),
        ("python_env", "python: '3.10'\ndependencies: [torch]", Ecosystem.PYPI),
    ],
)
def test_environment_files_under_any_name(scan: Scan, key: str, text: str, ecosystem: Ecosystem) -> None:
    found = scan({"ml/MLproject": f"name: x\n{key}: files/my.yaml\n", "ml/files/my.yaml": text})
    assert found.gaps == []
    assert [(each.name, each.ecosystem) for each in found.declarations] == [("torch", ecosystem)]


@pytest.mark.parametrize(
    ("files", "gap"),
    [
        ({"MLproject": "conda_env: gone.yaml"}, "MLproject:1: 'gone.yaml' is not among the files"),
        ({"MLproject": "name: [a"}, "not valid YAML"),
        ({"python_env.yaml": "python: '3'\ndependencies: torch"}, "`dependencies` is a scalar"),
        ({"python_env.yaml": "python: '3'\ndependencies: [[torch]]"}, "a sequence stands where"),
    ],
)
def test_what_is_wrong_is_one_gap(scan: Scan, files: dict[str, str], gap: str) -> None:
    found = scan(files)
    assert len(found.facts) == 1
    assert gap in found.gaps[0]


@pytest.mark.parametrize("text", ["", "- a", "name: x\nconda_env:\ndocker_env: {image: x}", "conda_env: [a]"])
def test_a_project_without_environment_says_nothing(scan: Scan, text: str) -> None:
    assert scan({"MLproject": text}).facts == ()
