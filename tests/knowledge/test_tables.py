from __future__ import annotations

import csv
import datetime as dt
import keyword
import re
import sys
from pathlib import Path

import pytest

from depscan import knowledge

DATA = Path(knowledge.__file__).with_name("data")


def rows(table: str) -> list[list[str]]:
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def normal(name: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name))


@pytest.mark.parametrize("table", ["import_names.csv", "conda_names.csv", "stdlib.csv"])
def test_tables_are_sorted_and_have_no_duplicates(table: str) -> None:
    keys = [row[0] for row in rows(table)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("table", ["import_names.csv", "conda_names.csv", "stdlib.csv"])
def test_every_row_names_its_source(table: str) -> None:
    column = {"import_names.csv": 2, "conda_names.csv": 2, "stdlib.csv": 3}[table]
    assert all(row[column] for row in rows(table))


def test_prefixes_are_dotted_names() -> None:
    for prefix in knowledge.import_names():
        assert all(part.isidentifier() and not keyword.iskeyword(part) for part in prefix.split(".")), prefix


def test_distributions_are_normalised_and_listed_once() -> None:
    for prefix, names in knowledge.import_names().items():
        assert all(map(normal, names)), prefix
        assert len(set(names)) == len(names), prefix


def test_a_namespace_has_members_or_a_rule_of_naming() -> None:
    shared = [prefix for prefix, names in knowledge.import_names().items() if not names]
    assert {"google", "google.cloud", "azure"} <= set(shared)
    for prefix in shared:
        notes = next(row[3] for row in rows("import_names.csv") if row[0] == prefix)
        assert "namespace" in notes


def test_no_row_takes_a_name_from_the_standard_library_of_today() -> None:
    tops = {prefix for prefix in knowledge.import_names() if "." not in prefix}
    assert not tops & knowledge.stdlib("3.14")


@pytest.mark.parametrize(
    ("prefix", "best"),
    [
        ("cv2", "opencv-python"),
        ("PIL", "pillow"),
        ("sklearn", "scikit-learn"),
        ("skimage", "scikit-image"),
        ("yaml", "pyyaml"),
        ("bs4", "beautifulsoup4"),
        ("google.protobuf", "protobuf"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("google.generativeai", "google-generativeai"),
        ("faiss", "faiss-cpu"),
        ("attr", "attrs"),
        ("dateutil", "python-dateutil"),
        ("Crypto", "pycryptodome"),
        ("tensorflow", "tensorflow"),
        ("pkg_resources", "setuptools"),
        ("mpl_toolkits", "matplotlib"),
        ("git", "gitpython"),
        ("umap", "umap-learn"),
    ],
)
def test_best_known(prefix: str, best: str) -> None:
    assert knowledge.import_names()[prefix][0] == best


def test_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        knowledge.import_names()["x"] = ()  # type: ignore[index]


def test_conda_names() -> None:
    names = knowledge.conda_names()
    assert names["pytorch"] == "torch"
    assert names["opencv"] == "opencv-python"
    assert names["pytables"] == "tables"
    assert names["numpy"] == "numpy"
    assert names["cudatoolkit"] == names["pytorch-cuda"] == names["python"] == names["graphviz"] == ""
    assert "no-such-package" not in names
    assert all(re.fullmatch(r"-?[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    assert all(normal(name) for name in names.values() if name)


def test_no_conda_row_repeats_its_name() -> None:
    assert [row for row in rows("conda_names.csv") if row[0] == row[1]] == []


def test_stdlib_is_that_of_the_running_interpreter() -> None:
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert {name for name in knowledge.stdlib(version) if not name.startswith("_")} == public
    assert {"__future__", "_thread"} <= knowledge.stdlib(version)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("tomllib", "3.11", "3.14"),
        ("distutils", "3.8", "3.11"),
        ("cgi", "3.8", "3.12"),
        ("annotationlib", "3.14", "3.14"),
    ],
)
def test_stdlib_by_version(name: str, first: str, last: str) -> None:
    versions = [f"3.{minor}" for minor in range(8, 15)]
    having = [version for version in versions if name in knowledge.stdlib(version)]
    assert having == versions[versions.index(first) : versions.index(last) + 1]


def test_python_2_has_names_that_python_3_lacks() -> None:
    assert {"urllib2", "cPickle"} <= knowledge.stdlib("2.7")
    assert "urllib2" not in knowledge.stdlib("3.8")


def test_snapshot_is_dated() -> None:
    assert dt.date.fromisoformat(knowledge.SNAPSHOT.retrieved)
    assert knowledge.SNAPSHOT.offline
