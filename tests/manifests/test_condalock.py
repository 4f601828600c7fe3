"""conda-lock.yml and pixi.lock."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from depscan.model import Ecosystem, Edge, Pin

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

CONDA_LOCK = """\
    version: 1
    metadata:
      platforms: [linux-64, osx-64]
    package:
    - name: Pytorch
      version: 2.1.0
      manager: conda
      platform: linux-64
      dependencies:
        numpy: '>=1.20'
      url: https://x.org/linux-64/pytorch-2.1.0-h1_0.conda
    - category: main
      dependencies: {}
      manager: conda
      name: pytorch
      platform: osx-64
      version: 2.1.0
    - name: pytorch
      version: 2.0.1
      manager: conda
      platform: win-64
    - name: flash_attn
      version: '2.3'
      manager: pip
      platform: linux-64
      dependencies:
        Torch: '*'
        einops: '>=0.6,<1'
      url: https://x.org/flash_attn-2.3.tar.gz
    """

PIXI_6 = """\
    version: 6
    environments:
      default:
        packages:
          linux-64:
          - conda: https://x.org/linux-64/pytorch-2.1.0-h1_0.conda
          - pypi: https://x.org/einops-0.8.0-py3-none-any.whl
          - pypi: ./
    packages:
    - conda: https://x.org/linux-64/pytorch-2.1.0-h1_0.conda
      depends:
      - numpy >=1.20
    - conda: https://x.org/noarch/typing-extensions-4.9.0-pyha770c72_0.conda
      sha256: ab
    - pypi: https://x.org/transformers-4.40-py3-none-any.whl
      name: transformers
      version: '4.40'
      requires_dist:
      - numpy>=1.17
      - torch[opt]>1 ; extra == 'torch'
      - importlib-metadata ; python_full_version < '3.8'
    - pypi: ./
      name: mine
      version: 0.1.0
      requires_dist: [rich]
      editable: true
    - pypi: ./dist/wheel-1-py3-none-any.whl
      name: wheel
      version: '1'
    - conda: ./recipe
      name: own
    """

PIXI_5 = """\
    version: 5
    packages:
    - kind: conda
      name: pytorch
      version: 2.1.0
      build: h1_0
      url: https://x.org/linux-64/pytorch-2.1.0-h1_0.conda
      depends: [numpy]
    - kind: pypi
      name: Einops
      version: 0.8.0
      url: https://x.org/einops-0.8.0-py3-none-any.whl
    - kind: pypi
      name: mine
      version: 0.1.0
      path: .
    """


def test_conda_lock(scan: Scan) -> None:
    found = scan({"conda-lock.yml": dedent(CONDA_LOCK)})
    pins = [
        (fact.name, fact.version, fact.ecosystem, fact.location.line) for fact in found.facts if isinstance(fact, Pin)
    ]
    assert pins == [
        ("pytorch", "2.1.0", Ecosystem.CONDA, 5),
        ("pytorch", "2.0.1", Ecosystem.CONDA, 18),
        ("flash-attn", "2.3", Ecosystem.PYPI, 22),
    ]
    assert found.edges == ["pytorch > numpy", "flash-attn > torch", "flash-attn > einops"]
    assert [fact.ecosystem for fact in found.facts if isinstance(fact, Edge)] == [
        Ecosystem.CONDA,
        Ecosystem.PYPI,
        Ecosystem.PYPI,
    ]
    assert found.gaps == []
    assert found.declarations == []


def test_pixi_lock(scan: Scan) -> None:
    found = scan({"pixi.lock": dedent(PIXI_6)})
    assert found.pins == ["pytorch 2.1.0", "typing-extensions 4.9.0", "transformers 4.40", "wheel 1"]
    edges = [(e.target, e.marker, e.extra, e.extras, e.location.line) for e in found.facts if isinstance(e, Edge)]
    assert edges == [
        ("numpy", "", "", (), 10),
        ("numpy", "", "", (), 16),
        ("torch", "", "torch", ("opt",), 16),
        ("importlib-metadata", 'python_full_version < "3.8"', "", (), 16),
    ]
    assert found.gaps == []


def test_older_pixi_lock(scan: Scan) -> None:
    found = scan({"pixi.lock": dedent(PIXI_5)})
    assert found.pins == ["pytorch 2.1.0", "einops 0.8.0"]
    assert found.gaps == []


@pytest.mark.parametrize("name", ["conda-lock.yml", "gpu.conda-lock.yml", "conda-lock-dev.yaml", "a/pixi.lock"])
def test_names_of_locks(scan: Scan, name: str) -> None:
    assert scan({name: "package: [{name: a, version: 1, manager: conda}]"}).pins == ["a 1"]


@pytest.mark.parametrize(
    ("text", "pins", "gap"),
    [
        ("", [], "no list of packages"),
        ("- a", [], "no list of packages"),
        ("packages: a", [], "no list of packages"),
        ("packages: [a, {name: b, version: 1}]", ["b 1"], "holds a scalar, not a table"),
        ("packages: [{kind: npm, name: a, version: 1}, {name: b, version: 1}]", ["b 1"], "kind 'npm'"),
        ("packages: [{pypi: 'https://x.org/a'}]", [], "has no version"),
        ("packages: [{name: 'a b', version: 1}]", [], "is no name of a package"),
        (
            "packages: [{pypi: 'https://x.org/a', name: a, version: 1, requires_dist: [b c]}]",
            ["a 1"],
            "not a requirement",
        ),
        ("packages: [", [], "not valid YAML"),
        ("- " * 1_000, [], "nested too deeply"),
    ],
)
def test_what_is_wrong_is_one_gap(scan: Scan, text: str, pins: list[str], gap: str) -> None:
    found = scan({"pixi.lock": text})
    assert found.pins == pins
    assert len(found.gaps) == 1
    assert gap in found.gaps[0]


def test_long_locks_are_read_whole(scan: Scan) -> None:
    rows = "".join(f"- conda: https://x.org/noarch/p{n}-1.0-h_0.conda\n  depends: [a, b, c]\n" for n in range(9_000))
    found = scan({"pixi.lock": f"version: 6\npackages:\n{rows}"})
    assert found.gaps == []
    assert found.pins[-1] == "p8999 1.0"
