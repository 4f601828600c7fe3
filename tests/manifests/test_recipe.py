"""Conda recipes."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from depscan.model import Ecosystem

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

META = """\
    {% set name = "Mine" %}
    {% set torch = '2.1' %}
    {# {{ nothing }}
    #}
    package:
      name: {{ name|lower }}
      version: {{ version }}
    source:
      url: https://x.org/{{ name[0] }}/{{ name }}-{{ version }}.tar.gz
    build:
      skip: true  # [win]
      script: {{ PYTHON }} -m pip install .
    requirements:
      build:
        - {{ compiler('c') }}
        - cross-python_{{ target_platform }}
        - cmake
      host:
        - python {{ python_min }}
        - pip
        - numpy {{ numpy }}
      run:
        - python >=3.9
        - {{ pin_compatible('numpy') }}
        - pytorch >={{ torch }},<3
        - scipy >=1,<{{ scipy }}   # [linux]
        - {{ pin_subpackage('mine', exact=True) }}
        - __cuda  # [cuda]
        - Pillow
      run_constrained:
        - tensorflow >=2
    test:
      requires:
        - pytest
      commands:
        - pip check
    outputs:
      - name: mine-extra
        requirements:
          - mine
          - einops
        test:
          requires: [hypothesis]
      - name: mine-gpu
        requirements:
          run:
            - mine-extra
            - cupy
    """


def test_meta_yaml(scan: Scan) -> None:
    found = scan({"recipe/meta.yaml": dedent(META)})
    assert found.gaps == []
    assert found.needs == [
        "cmake build:",
        "numpy build:",
        "numpy runtime:",
        "pytorch runtime:",
        "scipy runtime:",
        "pillow runtime:",
        "tensorflow constraint:",
        "pytest development:test",
        "einops runtime:",
        "hypothesis development:test",
        "cupy runtime:",
    ]
    assert found.lines[2:5] == ["numpy:24", "pytorch:25", "scipy:26"]
    assert found.asked[3:5] == ["pytorch<3,>=2.1", "scipy"]
    assert {each.ecosystem for each in found.declarations} == {Ecosystem.CONDA}


RECIPE = """\
    schema_version: 1
    context:
      name: mine
      version: "1.0"
      torch: "2.1"
    package:
      name: ${{ name|lower }}
      version: ${{ version }}
    requirements:
      build:
        - if: linux
          then:
            - ${{ compiler('c') }}
            - cmake
          else: ninja
      host: [python, "cython ==${{ version }}"]
      run:
        - pytorch >=${{ torch }}
        - ${{ pin_compatible("numpy") }}
        - pin_compatible: {name: scipy}
        - pin_subpackage: {name: mine}
        - if: win
          then: [colorama]
      run_constraints: [jax]
    tests:
      - python: {imports: [mine]}
      - requirements:
          run: [pytest]
          build: [gcc]
        script: pytest
    outputs:
      - package: {name: mine-gpu}
        requirements: {run: ["${{ name }}", cupy]}
    """


def test_recipe_yaml(scan: Scan) -> None:
    found = scan({"recipe.yaml": dedent(RECIPE)})
    assert found.gaps == []
    assert found.needs == [
        "cmake build:",
        "ninja build:",
        "cython build:",
        "pytorch runtime:",
        "numpy runtime:",
        "scipy runtime:",
        "colorama runtime:",
        "jax constraint:",
        "pytest development:test",
        "gcc development:test",
        "cupy runtime:",
    ]
    assert found.asked[2:4] == ["cython==1.0", "pytorch>=2.1"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1",
        "recipe: [a, b]",
        "a: [b",
        "requirements:",
        "requirements: {}",
        "requirements: {run: }",
        "- requirements: {}",
    ],
)
@pytest.mark.parametrize("name", ["meta.yaml", "recipe.yaml"])
def test_what_is_no_recipe_says_nothing(scan: Scan, name: str, text: str) -> None:
    assert scan({name: text}).facts == ()


@pytest.mark.parametrize(
    ("text", "asked", "gap"),
    [
        ("requirements:\n  run:\n  - {{ thing }}\n  - a", ["a"], "meta.yaml:3: 'TEMPLATE__' is computed"),
        ("requirements:\n  run:\n  - lib{{ thing }}\n  - a", ["a"], "meta.yaml:3: 'libTEMPLATE__' is computed"),
        ("requirements:\n  run: ['**']", [], "is not a conda specification"),
        ("requirements: [a", [], "not valid YAML"),
        ("requirements:\n  run: {{ a", [], "not valid YAML"),
        ("requirements:\n- *a", [], "alias *a is not followed"),
    ],
)
def test_what_is_computed_or_wrong_is_a_gap(scan: Scan, text: str, asked: list[str], gap: str) -> None:
    found = scan({"meta.yaml": text})
    assert found.asked == asked
    assert len(found.gaps) == 1
    assert gap in found.gaps[0]


@pytest.mark.parametrize(
    "text",
    [
        "requirements: [a]\n" + "{%" * 100_000,
        "requirements: [a]\n# " + "{{" * 100_000,
        "requirements: [a]\n" + "{% set x = " * 50_000,
        "requirements:\n  run: &a [x]\n" + "".join(f"k{n}: &a [*a, *a]\n" for n in range(20)) + "outputs: *a",
        "outputs: &o\n- requirements: [a]\n  outputs: *o",
    ],
)
def test_hostile_recipes_end(scan: Scan, text: str) -> None:
    assert len(scan({"meta.yaml": text}).facts) <= 2
