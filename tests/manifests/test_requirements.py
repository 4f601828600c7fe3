"""Requirements files line by line: legal, nearly legal, and as ML projects write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    from tests.manifests.conftest import Scan

LEGAL = [
    ("torch", ["torch"]),
    ("Torch_Audio.X >= 2.0, <3", ["torch-audio-x<3,>=2.0"]),
    ("torch==2.1.0+cu118", ["torch==2.1.0+cu118"]),
    ("ray [tune, default] ~=2.9 # why", ["ray[default,tune]~=2.9"]),
    ("scipy>=2.10", ["scipy>=2.10"]),
    ("a===1.0-weird", ["a===1.0-weird"]),
    ("dataclasses; python_version<'3.7'", ['dataclasses; python_version < "3.7"']),
    ("panopticapi @ https://x.org/archive/master.zip", ["panopticapi @ https://x.org/archive/master.zip"]),
    ("densepose@git+https://x.org/d.git", ["densepose @ git+https://x.org/d.git"]),
    ("numpy==1.26 --hash=sha256:aa --hash=sha256:bb", ["numpy==1.26"]),
    ("numpy==1.26 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nscipy", ["numpy==1.26", "scipy"]),
    ("num\\\npy\\\n>=1", ["numpy>=1"]),
    ("flash-attn>=2 --no-build-isolation", ["flash-attn>=2"]),
    ("mmcv-full==1.7.0 -f https://x.org/mmcv.html", ["mmcv-full==1.7.0"]),
    ("-i https://x.org/simple\ntorch", ["torch"]),
    ("--extra-index-url=https://x.org/whl/cu118\n--pre\n--no-binary :all:\ntorch", ["torch"]),
    ("# only a comment\n\n   \n", []),
    ("git+https://x.org/CLIP.git@main#egg=clip", ["clip @ git+https://x.org/CLIP.git@main#egg=clip"]),
    ("-e git+https://x.org/t.git#egg=Taming[all]&x=1", ["taming[all] @ git+https://x.org/t.git#egg=Taming[all]&x=1"]),
    (
        "https://x.org/whl/torch-1.8.1%2Bcpu-cp37-cp37m-linux_x86_64.whl",
        ["torch @ https://x.org/whl/torch-1.8.1%2Bcpu-cp37-cp37m-linux_x86_64.whl"],
    ),
    ("./wheels/my_lib-1.0-py3-none-any.whl", ["my-lib @ ./wheels/my_lib-1.0-py3-none-any.whl"]),
    ("git+https://x.org/a#egg=a ; sys_platform == 'linux'", ['a @ git+https://x.org/a#egg=a; sys_platform == "linux"']),
    ("-e .[dev]\n-e .\n.", []),
    ("torch\r\nscipy\r\n", ["torch", "scipy"]),
    ("torch\rscipy", ["torch", "scipy"]),
]


@pytest.mark.parametrize(("text", "asked"), LEGAL)
def test_what_pip_takes_is_read_without_a_gap(scan: Scan, text: str, asked: list[str]) -> None:
    found = scan({"requirements.txt": text})
    assert (found.asked, found.gaps) == (asked, [])


ILLEGAL = [
    ("tensorflow-gpu = 2.4", ["tensorflow-gpu"], "tensorflow-gpu counts, in any version"),
    ("Pillow>=8.2.*", ["pillow"], "pillow counts, in any version"),
    ("torch>=2.1.0+cu118", ["torch"], "torch counts"),
    ("torch 2.0", ["torch"], "torch counts"),
    ("numpy^1.2", ["numpy"], "numpy counts"),
    ("x[a b]>=1", ["x"], "x counts"),
    ("lib @ git+https://x.org/a b; nonsense", ["lib @ git+https://x.org/a"], "only the name and the address"),
    ("please install torch first", [], "nothing was read from it"),
    ("@@@", [], "nothing was read from it"),
    ("git+https://x.org/fvcore.git", ["fvcore @ git+https://x.org/fvcore.git"], "the name fvcore was guessed"),
    ("git+https://x.org/o/peft@v1.2", ["peft @ git+https://x.org/o/peft@v1.2"], "the name peft was guessed"),
    (
        "https://x.org/owner/lib/archive/main.zip",
        ["lib @ https://x.org/owner/lib/archive/main.zip"],
        "the name lib was guessed",
    ),
    ("https://x.org/f/my_lib-1.2.tar.gz", ["my-lib @ https://x.org/f/my_lib-1.2.tar.gz"], "my-lib was guessed"),
    ("git+ssh://", [], "no package name can be read"),
    ("git+https://x.org/a#egg=a ; nonsense", ["a @ git+https://x.org/a#egg=a"], "counts without it"),
    ("-e ../elsewhere", [], "outside the scanned tree"),
    ("./missing", [], "no folder of the scanned tree"),
    ("--extra-index-url https://x.org/simple torch==2.0", ["torch==2.0"], "pip ignores 'torch==2.0'"),
    ("-r", [], "names nothing"),
    ("a" * 70_000, [], "was not read"),
    ("a; " + "(" * 100 + "x", [], "too deep"),
]


@pytest.mark.parametrize(("text", "asked", "gap"), ILLEGAL)
def test_what_is_not_legal_is_a_gap_that_names_the_package(scan: Scan, text: str, asked: list[str], gap: str) -> None:
    found = scan({"requirements.txt": f"first\n{text}\nlast"})
    assert found.asked == ["first", *asked, "last"]
    assert len(found.gaps) == 1
    assert gap in found.gaps[0]
    assert found.gaps[0].startswith("requirements.txt:2: ")


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("git+https://user:pass@x.org/a.git#egg=a", "git+https://x.org/a.git#egg=a"),
        ("git+https://ghp_secret@x.org/a.git#egg=a", "git+https://x.org/a.git#egg=a"),
        ("git+https://${TOKEN}@x.org/a.git@main#egg=a", "git+https://x.org/a.git@main#egg=a"),
        ("git+ssh://git@x.org/a.git#egg=a", "git+ssh://git@x.org/a.git#egg=a"),
        ("https://x.org/a-1-py3-none-any.whl?token=secret#sha256=1", "https://x.org/a-1-py3-none-any.whl#sha256=1"),
        ("https://u:p@ss@x.org/a-1-py3-none-any.whl", "https://x.org/a-1-py3-none-any.whl"),
    ],
)
def test_credentials_are_removed(scan: Scan, url: str, clean: str) -> None:
    found = scan({"requirements.txt": f"{url}\nb @ {url}\n!{url}\n-r {url}\n{url} --x {url}"})
    assert {declaration.url for declaration in found.declarations} == {clean}
    assert not any(word in repr(found) for word in ("pass@", "secret", "TOKEN", "p@ss"))


def test_lines_are_those_of_the_file(scan: Scan) -> None:
    text = "# head\ntorch\n\nnumpy \\\n  >=1 \\\n  # note\nscipy\n"
    assert scan({"requirements.txt": text}).lines == ["torch:2", "numpy:4", "scipy:7"]


def test_both_sides_of_a_merge_conflict_count(scan: Scan) -> None:
    text = "a\n<<<<<<< HEAD\nb==1\n||||||| base\nb==0\n=======\nb==2\n>>>>>>> other\nc\n"
    found = scan({"requirements.txt": text})
    assert found.asked == ["a", "b==1", "b==0", "b==2", "c"]
    assert found.lines == ["a:1", "b:3", "b:5", "b:7", "c:9"]
    assert found.gaps == ["requirements.txt:2: an unresolved merge conflict; both sides count"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_encodings(scan: Scan, encoding: str) -> None:
    found = scan({"requirements.txt": "torch>=2\nscipy  # Lösung\n".encode(encoding)})
    assert found.asked == ["torch>=2", "scipy"]
    assert bool(found.gaps) == (encoding == "cp1252")


def test_a_coding_cookie_hides_nothing(scan: Scan) -> None:
    found = scan({"requirements.txt": "# coding: utf-7\n+AHQ-orch\ntorch"})
    assert found.asked == ["torch"]
    assert len(found.gaps) == 1


# -- compiled files ---------------------------------------------------------------------------------------------------

PIP_COMPILE = """\
#
# This file is autogenerated by pip-compile with Python 3.11
#
--index-url https://x.org/simple

filelock==3.13.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via
    #   -r requirements.in
    #   huggingface-hub
    #   torch
huggingface-hub==0.20.0
    # via -r requirements.in
mpmath==1.3.0
    # via sympy
sympy==1.12
    # via torch[opt]
torch==2.1.2 ; python_version >= "3.9"
    # via
    #   -c constraints.txt
    #   my-project (pyproject.toml)
typing-extensions==4.9.0  # via huggingface-hub, torch
"""


def test_a_compiled_file_gives_pins_and_edges(scan: Scan) -> None:
    found = scan({"requirements.txt": PIP_COMPILE})
    assert found.gaps == []
    assert found.asked == ["filelock==3.13.1", "huggingface-hub==0.20.0", 'torch==2.1.2; python_version >= "3.9"']
    assert found.lines == ["filelock:6", "huggingface-hub:13", "torch:19"]
    assert found.pins == [
        "filelock 3.13.1",
        "huggingface-hub 0.20.0",
        "mpmath 1.3.0",
        "sympy 1.12",
        "torch 2.1.2",
        "typing-extensions 4.9.0",
    ]
    assert found.edges == [
        "huggingface-hub > filelock",
        "torch > filelock",
        "sympy > mpmath",
        "torch > sympy",
        "huggingface-hub > typing-extensions",
        "torch > typing-extensions",
    ]


def test_hashes_alone_make_pins_and_keep_the_declarations(scan: Scan) -> None:
    found = scan({"requirements.txt": "a==1 --hash=sha256:aa\nb>=2 --hash=sha256:bb\nc==1.* --hash=sha256:cc"})
    assert (found.asked, found.pins, found.edges) == (["a==1", "b>=2", "c==1.*"], ["a 1"], [])


def test_what_people_write_themselves_is_no_pin(scan: Scan) -> None:
    found = scan({"requirements.txt": "a==1\nb==2"})
    assert (found.asked, found.pins) == (["a==1", "b==2"], [])


def test_an_explicit_conda_list_gives_pins(scan: Scan) -> None:
    text = (
        "# platform: linux-64\n@EXPLICIT\nhttps://c.org/conda-forge/linux-64/_libgcc_mutex-0.1-main.tar.bz2\n"
        "https://c.org/conda-forge/noarch/scikit-learn-1.4.0-py311h_0.conda#0123abcd\nnonsense\n"
    )
    found = scan({"requirements-conda.txt": text})
    assert found.pins == ["_libgcc_mutex 0.1", "scikit-learn 1.4.0"]
    assert found.asked == []
    assert found.gaps == ["requirements-conda.txt:5: a line of an explicit conda list names no package file"]


def test_an_exported_conda_list_tells_conda_from_pip(scan: Scan) -> None:
    found = scan({"requirements.txt": "# $ conda create --file\nPyTorch=1.11.0=py3.8_cuda\nhugging_face=1.0=pypi_0\n"})
    assert [(d.name, d.ecosystem.value, d.specifier) for d in found.declarations] == [
        ("pytorch", "conda", "==1.11.0"),
        ("hugging-face", "pypi", "==1.0"),
    ]
    assert found.pins == ["pytorch 1.11.0", "hugging-face 1.0"]


# -- oracle -----------------------------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,8}[A-Za-z0-9]", fullmatch=True)
SPECIFIERS = st.lists(st.sampled_from(["==1.2", ">=1.2", "< 2", "!= 1.2.*", "~=1.2"]), max_size=3, unique=True)
LINES = st.builds(
    lambda name, extras, specifiers, marker, comment, tail: (
        name + (f"[{','.join(extras)}]" if extras else "") + ",".join(specifiers) + marker + tail + comment
    ),
    NAMES,
    st.lists(NAMES, max_size=2),
    SPECIFIERS,
    st.sampled_from(["", "; python_version < '3.9'", " ; sys_platform == 'linux' and extra == 'x'"]),
    st.sampled_from(["", "  # note", " #"]),
    st.sampled_from(["", " \\\n", "\\\n", " \\\n   --hash=sha256:aa"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=6))
def test_agrees_with_pip_requirements_parser(scan: Scan, scratch: Path, lines: list[str]) -> None:
    from packaging.utils import canonicalize_name
    from pip_requirements_parser import RequirementsFile

    scratch.write_text("\n\n".join(lines))
    expected = [
        (
            canonicalize_name(each.name),
            ",".join(sorted(str(part) for part in each.specifier or ())),
            tuple(sorted(canonicalize_name(extra) for extra in each.extras)),
            each.requirement_line.line_number,
        )
        for each in RequirementsFile.from_file(str(scratch), include_nested=False).requirements
    ]
    found = scan({"requirements.txt": scratch.read_bytes()})
    assert found.gaps == []
    assert [(each.name, each.specifier, each.extras, each.location.line) for each in found.declarations] == expected


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracle") / "requirements.txt"
