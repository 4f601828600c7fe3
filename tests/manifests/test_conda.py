"""Conda environment files, and YAML that means harm."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from depscan.model import Ecosystem

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

SPECS = [
    ("numpy", "numpy"),
    ("NumPy", "numpy"),
    ("ruamel.yaml", "ruamel.yaml"),
    ("pytorch=1.11", "pytorch==1.11.*"),
    ("pytorch=1.11.*", "pytorch==1.11.*"),
    ("pytorch==1.11.0", "pytorch==1.11.0"),
    ("pytorch = 1.11", "pytorch==1.11.*"),
    ("pytorch=1.11.0=py3.8_cuda11.3_0", "pytorch==1.11.0"),
    ("pytorch==1.11.0=py3.8_cuda11.3_0", "pytorch==1.11.0"),
    ("pytorch 1.11.0 py3.8_cuda11.3_0", "pytorch==1.11.0"),
    ("pytorch 1.11.*", "pytorch==1.11.*"),
    ("pytorch=*=*cuda*", "pytorch"),
    ("numpy>=1.20", "numpy>=1.20"),
    ("numpy >=1.20,<2", "numpy<2,>=1.20"),
    ("numpy>=1.20.*", "numpy>=1.20"),
    ("numpy!=1.21.*", "numpy!=1.21.*"),
    ("numpy~=1.20", "numpy~=1.20"),
    ("conda-forge::numpy=1.20", "numpy==1.20.*"),
    ("conda-forge/linux-64::numpy", "numpy"),
    ("numpy[version='>=1.20']", "numpy>=1.20"),
    ('numpy[version=">=1.20,<2",build=py38*]', "numpy<2,>=1.20"),
    ("numpy[channel=defaults]", "numpy"),
    ("numpy=*", "numpy"),
    ("openssl=1.1.1w=h7f8727e_0", "openssl===1.1.1w"),
    ("_libgcc_mutex=0.1", "-libgcc-mutex==0.1.*"),
]


@pytest.mark.parametrize(("spec", "asked"), SPECS)
def test_match_specifications(scan: Scan, spec: str, asked: str) -> None:
    found = scan({"environment.yml": f"dependencies:\n  - {spec}\n"})
    assert found.gaps == []
    assert found.asked == [asked.replace("-libgcc-mutex", "_libgcc_mutex")]
    assert found.declarations[0].ecosystem is Ecosystem.CONDA


@pytest.mark.parametrize(
    ("spec", "asked", "gap"),
    [
        ("numpy 1.20|1.21", ["numpy"], "alternatives"),
        ("jpeg=9e", ["jpeg"], "no PEP 440 form"),
        ("numpy >=", ["numpy"], "not understood"),
        ("'**'", [], "not a conda specification"),
        ("[a, b]", [], "holds a list"),
        ("{npm: [x]}", [], "holds a table 'npm'"),
    ],
)
def test_what_is_not_understood_is_a_gap(scan: Scan, spec: str, asked: list[str], gap: str) -> None:
    found = scan({"environment.yml": f"dependencies:\n  - first\n  - {spec}\n"})
    assert found.asked == ["first", *asked]
    assert len(found.gaps) == 1
    assert gap in found.gaps[0]
    assert found.gaps[0].startswith("environment.yml:3: ")


def test_an_environment(scan: Scan) -> None:
    text = """\
        name: ldm
        channels: [pytorch, defaults]
        dependencies:
          - python=3.8
          - pip=20.3
          - cudatoolkit=11.3=h_1  # [linux]
          - pip:
            - torch>=2
            - -e git+https://u:p@x.org/CLIP.git@main#egg=clip
            - -r more.txt
            - pip
            - -e .
        """
    found = scan({"envs/environment-dev.yaml": dedent(text), "envs/more.txt": "scipy"})
    assert found.gaps == []
    assert [
        (each.name, each.ecosystem.value, each.url, f"{each.scope}:{each.group}") for each in found.declarations
    ] == [
        ("cudatoolkit", "conda", "", "development:dev"),
        ("torch", "pypi", "", "development:dev"),
        ("clip", "pypi", "git+https://x.org/CLIP.git@main#egg=clip", "development:dev"),
        ("scipy", "pypi", "", "development:dev"),
    ]
    assert found.lines == ["cudatoolkit:6", "torch:8", "clip:9", "scipy:1"]
    assert found.pins == ["cudatoolkit 11.3"]


@pytest.mark.parametrize(
    "text", ["", "a: 1", "- a\n- b", "scalar", "dependencies:", "dependencies: ~", "null", "dependencies:\n- pip:\n"]
)
def test_what_holds_no_dependencies_says_nothing(scan: Scan, text: str) -> None:
    assert scan({"environment.yml": text}).facts == ()


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("dependencies: torch", "`dependencies` is a scalar"),
        ("dependencies: {torch: 1}", "`dependencies` is a mapping"),
        ("dependencies: [{pip: torch}]", "`pip` is a scalar"),
        ("dependencies: [{pip: [[torch]]}]", "`pip` holds a sequence"),
        ("dependencies: [a", "not valid YAML"),
        ("a: b: c", "not valid YAML"),
        ("\0", "not valid YAML"),
        ("- " * 100_000, "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
        ("{a: " * 200, "nested too deeply"),
        ("&a [*a]", "alias *a is not followed"),
        ("a: *gone", "alias *gone is not followed"),
        ("a: &a [x]\nb: [" + "*a, " * 100 + "]", "alias *a is not followed"),
        ("a: {<<: [*b, *b]}", "alias *b is not followed"),
        ("x: [" + "a, " * 300_000 + "]", "too many values"),
    ],
)
def test_yaml_that_is_wrong_or_hostile_is_one_gap(scan: Scan, text: str, gap: str) -> None:
    found = scan({"environment.yml": text})
    assert len(found.facts) == 1
    assert gap in found.gaps[0]


def test_aliases_and_tags_within_reason(scan: Scan) -> None:
    text = "x: &base torch\ny: &list [scipy]\ndependencies: [*base, !!python/object/apply:os.system [id], {pip: *list}]"
    found = scan({"environment.yml": text})
    assert found.asked == ["torch", "scipy"]
    assert len(found.gaps) == 1


def test_only_the_first_document_counts(scan: Scan) -> None:
    assert scan({"environment.yml": "dependencies: [a]\n---\ndependencies: [b]\n"}).asked == ["a"]
