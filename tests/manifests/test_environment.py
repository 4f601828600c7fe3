"""What is installed, by the metadata of a virtual environment."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import manifests
from depscan.model import Edge, Fact, Gap, Location, Pin, Provides

if TYPE_CHECKING:
    from collections.abc import Mapping

METADATA = """\
Metadata-Version: 2.1
Name: Hugging_Face
Version: 1.2+cu118
Summary: x
 continued: line
Requires-Dist: numpy>=1.20
Requires-Dist: Torch (>=2.0) ; extra == 'gpu'
Requires-Dist: six; python_version < "3.8" and extra == "old"
Requires-Dist: a; (os_name == "nt" or os_name == "x") and extra == "b"
Requires-Dist: transformers[Torch,onnx_gpu]; extra == "all" or extra == "nlp"
Requires-Dist: hugging-face[gpu]; extra == "all"

Requires-Dist: not-a-header
"""


def read(files: Mapping[str, str]) -> list[object]:
    def load(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        return files[path].encode()

    return list(manifests.environment(files, load))


def test_metadata() -> None:
    path = "hf-1.2.dist-info/METADATA"
    assert read({path: METADATA, "hf-1.2.dist-info/RECORD": "hf/__init__.py,,\n", "hf-1.2.dist-info/other": ""}) == [
        Pin("hugging-face", "1.2+cu118", Location(path)),
        Edge("hugging-face", "numpy", Location(path, 6)),
        Edge("hugging-face", "torch", Location(path, 7), "", "gpu"),
        Edge("hugging-face", "six", Location(path, 8), 'python_version < "3.8"', "old"),
        Edge("hugging-face", "a", Location(path, 9), 'os_name == "nt" or os_name == "x"', "b"),
        Edge("hugging-face", "transformers", Location(path, 10), "", "all", ("onnx-gpu", "torch")),
        Edge("hugging-face", "transformers", Location(path, 10), "", "nlp", ("onnx-gpu", "torch")),
        Edge("hugging-face", "hugging-face", Location(path, 11), "", "all", ("gpu",)),
        Provides("hf", "hugging-face"),
    ]


@pytest.mark.parametrize(
    ("record", "top_level", "names"),
    [
        ("cv2/__init__.py,sha256=x,1\ncv2/data/__init__.py,,\ncv2/x.so,,\n", "", ["cv2"]),
        ("six.py,,\n__pycache__/six.cpython-311.pyc,,\n", "", ["six"]),
        ("_yaml.cpython-311-x86_64-linux-gnu.so,,\nyaml/__init__.py,,\n", "", ["_yaml", "yaml"]),
        ("google/cloud/storage/__init__.py,,\ngoogle/cloud/storage/a.py,,\n", "", ["google.cloud.storage"]),
        ("ns/mod.py,,\nns/pkg/__init__.py,,\n", "", ["ns.mod", "ns.pkg"]),
        ("../../bin/x,,\nx-1.dist-info/METADATA,,\nx-1.data/a.py,,\n", "top\n", ["top"]),
        ('"a,b.py",,\nc.py,,\n', "", ["c"]),
        ("", "PIL\n_x\n\nbad name\n", ["PIL", "_x"]),
        ("pkg/__init__.py,,\n", "wrong\n", ["pkg"]),
        ("__editable__.x.pth,,\n", "x\n", ["x"]),
    ],
)
def test_import_names(record: str, top_level: str, names: list[str]) -> None:
    folder = "lib/x-1.dist-info/"
    files = {
        f"{folder}METADATA": "Name: x\nVersion: 1\n",
        f"{folder}RECORD": record,
        f"{folder}top_level.txt": top_level,
    }
    assert [fact.import_name for fact in read(files) if isinstance(fact, Provides)] == names


@pytest.mark.parametrize("text", ["", "Name: x\n", "Version: 1\n", "Name: ..\nVersion: 1\n", "\nName: x\nVersion: 1\n"])
def test_metadata_without_name_or_version_is_a_gap(text: str) -> None:
    (gap,) = read({"x-1.dist-info/METADATA": text})
    assert isinstance(gap, Gap)
    assert "does not count as installed" in gap.reason


def test_what_cannot_be_loaded_is_a_gap() -> None:
    def load(path: str) -> bytes:
        if path.endswith("METADATA") and path.startswith("y"):
            return b"Name: y\nVersion: 1\n"
        raise OSError("too large")

    paths = ["x-1.dist-info/METADATA", "y-1.dist-info/METADATA", "y-1.dist-info/RECORD"]
    facts = list(manifests.environment(paths, load))
    assert [type(fact) for fact in facts] == [Gap, Pin, Gap]
    assert "too large" in str(facts[0])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_never_raises(metadata: bytes, record: bytes) -> None:
    files = {
        "x-1.dist-info/METADATA": b"Name: x\nVersion: 1\nRequires-Dist:" + metadata,
        "x-1.dist-info/RECORD": record,
    }
    for fact in manifests.environment(files, files.__getitem__):
        repr(fact).encode()


def test_metadata_of_setuptools_own_kind() -> None:
    folder = "site/old_one-1.0.egg-info/"
    files = {
        f"{folder}PKG-INFO": "Name: old-one\nVersion: 1.0\nLicense: MIT\n",
        f"{folder}requires.txt": "numpy>=1\n\n[gpu]\ntorch\n\n[win:os_name == 'nt']\npywin32\n\n"
        "[:python_version<'3']\nsix\n!\n",
        f"{folder}top_level.txt": "old\n",
    }
    found = read(files)
    place = f"{folder}requires.txt"
    assert [fact for fact in found if isinstance(fact, Edge)] == [
        Edge("old-one", "numpy", Location(place, 1)),
        Edge("old-one", "torch", Location(place, 4), "", "gpu"),
        Edge("old-one", "pywin32", Location(place, 7), 'os_name == "nt"', "win"),
        Edge("old-one", "six", Location(place, 10), 'python_version < "3"'),
    ]
    assert Provides("old", "old-one") in found
    assert [fact.location for fact in found if isinstance(fact, Gap)] == [Location(place, 11)]
    files[f"{folder}PKG-INFO"] += "Requires-Dist: scipy\n"
    assert [fact.target for fact in read(files) if isinstance(fact, Edge)] == ["scipy"]


@pytest.mark.parametrize(
    ("headers", "files", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0", {}, ("MIT OR Apache-2.0", "expression")),
        ("License: BSD-3-Clause\nClassifier: Programming Language :: Python", {}, ("BSD-3-Clause", "name")),
        ("Classifier: License :: OSI Approved :: MIT License", {}, ("MIT", "classifier")),
        ("Classifier: Topic :: Utilities", {}, None),
        ("License-File: LICENSE", {}, None),
        ("License-File: ../../secret", {"../../secret": "GPL"}, None),
    ],
)
def test_the_licence_of_what_is_installed(
    headers: str, files: Mapping[str, str], licence: tuple[str, str] | None
) -> None:
    path = "x-1.dist-info/METADATA"
    found = read({path: f"Name: x\nVersion: 1\n{headers}\n\nLicense: not a header\n", **files})
    facts = [fact for fact in found if isinstance(fact, Fact)]
    assert [(fact.value, str(fact.detail)) for fact in facts] == ([licence] if licence else [])
    assert all(fact.source == f"metadata of x 1 ({path})" and fact.version == "1" for fact in facts)


@pytest.mark.parametrize("place", ["licenses/LICENSE", "LICENSE"])
def test_the_licence_from_the_text_that_the_metadata_name(place: str) -> None:
    text = next(
        file.read_text()
        for file in importlib.metadata.files("pytest") or ()
        if file.name == "LICENSE" and ".dist-info" in str(file)
    )
    assert "Permission is hereby granted" in text
    metadata = "Name: x\nVersion: 1\nLicense-File: AUTHORS\nLicense-File: LICENSE\n"
    found = read({"x-1.dist-info/METADATA": metadata, f"x-1.dist-info/{place}": text})
    assert [(fact.value, str(fact.detail)) for fact in found if isinstance(fact, Fact)] == [("MIT", "text")]
