"""Install commands in Dockerfiles, shell scripts and the configuration of continuous integration."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from depscan import manifests
from depscan.model import Ecosystem, Need

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

DOCKERFILES = [
    ("RUN pip install torch numpy", ["torch:1", "numpy:1"]),
    ("run pip install torch", ["torch:1"]),
    ("ONBUILD RUN pip install torch", ["torch:1"]),
    ("RUN pip install \\\n    torch \\\n    'numpy>=1.20'", ["torch:2", "numpy:3"]),
    ("RUN pip install a \\\n# why b\n\n    b \\\n    c\nRUN pip install d", ["a:1", "b:4", "c:5", "d:6"]),
    ("RUN --mount=type=cache,target=/cache/pip pip install torch", ["torch:1"]),
    ("RUN --mount=type=cache,target=/cache/pip \\\n  --network=host \\\n pip install torch", ["torch:3"]),
    ("RUN set -ex; \\\n  apt-get update && \\\n  pip install torch", ["torch:3"]),
    ('RUN ["pip", "install", "torch>=2"]', ["torch:1"]),
    ('RUN ["/bin/bash", "-c", "pip install torch"]', ["torch:1"]),
    ("RUN <<EOF\nset -e\npip install torch\nEOF\nRUN pip install b", ["torch:3", "b:5"]),
    ("RUN bash -e <<'EOF'\npip install torch\nEOF", ["torch:2"]),
    ("RUN cat <<EOF > x.sh\npip install torch\nEOF\nRUN pip install b", ["b:4"]),
    ("COPY <<EOF /x.sh\npip install torch\nEOF", []),
    ("RUN python3 <<EOF\npip install torch\nEOF", []),
    ("# RUN pip install torch", []),
    ('CMD ["pip", "install", "torch"]', []),
    ('RUN ["pip", "install"', []),
    ("RUN uv pip install --system -r requirements.txt torch", ["torch:1"]),
    ("RUN conda create -n x python=3.10 pytorch && conda clean -y", ["pytorch:1"]),
    ("RUN micromamba install -y -r /opt -f env.yml -c conda-forge pytorch", ["pytorch:1"]),
    ("RUN pip install --upgrade pip && pip install .", []),
    ("RUN pip install -r /tmp/requirements.txt -r $HOME/x/requirements.txt -c nowhere.txt", []),
    ('ARG V=2\nRUN pip install "torch==$V" numpy==${N}', ["torch:2", "numpy:2"]),
    ("RUN pip install \\", []),
]


@pytest.mark.parametrize(("text", "lines"), DOCKERFILES)
@pytest.mark.parametrize("name", ["Dockerfile", "docker/gpu.Dockerfile", "Containerfile", "Dockerfile.dev"])
def test_dockerfiles(scan: Scan, name: str, text: str, lines: list[str]) -> None:
    found = scan({name: text})
    assert found.gaps == []
    assert found.lines == lines
    assert {(each.scope, each.group) for each in found.declarations} <= {(Need.EXTRA, "docker")}


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("RUN pip install $PACKAGES", "Dockerfile:1: '$PACKAGES' is computed"),
        ("RUN a && \\\n  pip install -r $FILE", "Dockerfile:2: '$FILE' is computed"),
        ("RUN pip install -r https://x.org/r.txt", "is a URL, which is never followed"),
        ("RUN pip install 'a", "do not close"),
        ("RUN pip install " + "a " * 10_000, "was not read"),
    ],
)
def test_what_an_image_hides_is_a_gap(scan: Scan, text: str, gap: str) -> None:
    found = scan({"Dockerfile": text})
    assert found.asked == []
    assert len(found.gaps) == 1
    assert gap in found.gaps[0]


def test_files_beside_a_dockerfile_are_read_under_any_name(scan: Scan) -> None:
    text = "COPY deps.list /tmp/\nRUN pip install -r /tmp/deps.list\nRUN conda env create -f ml.yaml"
    environment = "dependencies: [pytorch, {pip: [einops]}]"
    found = scan({"d/Dockerfile": text, "d/deps.list": "scipy", "d/ml.yaml": environment, "deps.list": "other"})
    assert found.needs == ["scipy extra:docker", "pytorch extra:docker", "einops extra:docker"]


def test_what_an_image_installs_of_the_tree_itself_is_no_requirement(scan: Scan) -> None:
    project = "[project]\nname = 'mine'"
    found = scan({"pyproject.toml": project, "docker/Dockerfile": "RUN pip install mine[x] other"})
    assert found.asked == ["other"]


SCRIPTS = [
    ("#!/bin/bash\npip install torch\n", ["torch:2"]),
    ("  # pip install torch", []),
    ("f() {\n  pip install a &&\n  pip install b; }", ["a:2", "b:3"]),
    ("echo 'pip install a'\nprintf pip install b", []),
    ("cat <<EOF\npip install a\nEOF\npip install b", ["b:4"]),
    ("cat > run.sh <<'EOF'\npip install a\nEOF", []),
    ("sbatch <<-EOF\n\tpip install a\n\tEOF\npip install b", ["a:2", "b:4"]),
    ("x=$((1<<N))\npip install a", ["a:2"]),
    ("cat <<< EOF\npip install a\nEOF", ["a:2"]),
    ("python -c '\nimport x\n'\npip install a", ["a:4"]),
    ("pip install -r nowhere.txt", []),
]


@pytest.mark.parametrize(("text", "lines"), SCRIPTS)
def test_shell_scripts(scan: Scan, text: str, lines: list[str]) -> None:
    found = scan({"tools/install.sh": text})
    assert found.gaps == []
    assert found.lines == lines
    assert {(each.scope, each.group) for each in found.declarations} <= {(Need.EXTRA, "shell")}


def test_the_folder_of_a_script_says_who_needs_it(scan: Scan) -> None:
    assert scan({"tests/install.sh": "pip install a"}).needs == ["a development:shell"]


WORKFLOW = """\
    name: pip install no
    on: push
    jobs:
      test:
        steps:
          - uses: actions/checkout@v4
          - name: Install
            run: |
              pip install a
              pip install "torch==${{ matrix.a && 'b c' || 'd' }}+cpu" b \\
                c
          - run: uv add d
          - run: >-
              pip install
              e
          - working-directory: sub
            run: pip install -r deps.list -r ${{ inputs.x }}/deps.list
          - uses: ./reusable
            with:
              pre_command: pip install f
          - run: echo "then pip install z" ${{ matrix.extra }}
    """


def test_workflow(scan: Scan) -> None:
    found = scan({".github/workflows/test.yml": dedent(WORKFLOW), "sub/deps.list": "g"})
    assert found.gaps == []
    assert found.lines == ["a:9", "torch:10", "b:10", "c:11", "d:12", "e:14", "f:20", "g:1"]
    assert {(each.scope, each.group, each.specifier) for each in found.declarations} == {(Need.DEVELOPMENT, "ci", "")}


@pytest.mark.parametrize(
    ("path", "text", "asked"),
    [
        (
            ".gitlab-ci.yml",
            "x:\n  before_script:\n  - pip install a\n  - [pip install b]\n  script: pip install c",
            "abc",
        ),
        (".gitlab-ci.yml", "a: &a [pip install a]\nx: {script: *a}\ny: {script: *a}", "a"),
        (".travis.yml", "install: pip install a\nbefore_install:\n- pip install b", "ab"),
        (".circleci/config.yml", "steps:\n- run: pip install a\n- run:\n    command: pip install b", "ab"),
        (
            "azure-pipelines.yml",
            "steps:\n- script: pip install a\n- bash: pip install b\n  displayName: pip install c",
            "ab",
        ),
        (".github/actions/x/action.yml", "runs:\n  steps:\n  - run: pip install a", "a"),
        (".github/dependabot.yml", "run: pip install a", ""),
        ("sub/.github/workflows/a.yml", "run: pip install a", ""),
        (".github/workflows/a.yml", "- - - [{run: {a: pip install a}}, 1]", ""),
        (".github/workflows/a.yml", "", ""),
    ],
)
def test_other_services(scan: Scan, path: str, text: str, asked: str) -> None:
    found = scan({path: text})
    assert found.asked == list(asked)
    assert found.gaps == []


def test_a_matrix_hides_packages(scan: Scan) -> None:
    found = scan({".github/workflows/a.yml": "run: pip install ${{ matrix.packages }} a"})
    assert found.asked == ["a"]
    reason = "is computed when the command runs; what it installs is not known"
    assert found.gaps == [f".github/workflows/a.yml:1: '${{{{matrix.packages}}}}' {reason}"]


def test_conda_packages_of_commands_are_conda_packages(scan: Scan) -> None:
    found = scan({"a.sh": "conda install pytorch"})
    assert [each.ecosystem for each in found.declarations] == [Ecosystem.CONDA]


def test_files_that_install_on_the_way_make_no_project() -> None:
    for path in ("Dockerfile", "a.sh", ".github/workflows/a.yml"):
        assert manifests.claims(path)
        assert not manifests.declares(path)
    assert manifests.declares("a/pixi.toml")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "RUN pip install " + "\\\n" * 50_000),
        ("Dockerfile", "RUN " + "--x \\\n" * 50_000),
        ("Dockerfile", "RUN <<A\n" * 50_000),
        ("Dockerfile", "RUN [" * 50_000),
        ("a.sh", "cat <<A\n" * 50_000),
        ("a.sh", "pip " * 100_000),
        ("a.sh", "pip install 'a\n" * 20_000),
        ("a.sh", "bash -c 'bash -c \"bash -c pip install a\"'\n" * 1_000),
        (".github/workflows/a.yml", "run: '" + "${{ " * 50_000 + "'"),
        (".gitlab-ci.yml", "a: &a [x]\n" + "".join(f"k{n}: &a [*a, *a]\n" for n in range(20)) + "script: *a"),
    ],
)
def test_hostile_texts_end(scan: Scan, path: str, text: str) -> None:
    assert len(scan({path: text}).facts) <= 10_001
