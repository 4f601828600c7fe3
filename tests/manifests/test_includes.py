"""`-r`, `-c` and `file:`: followed inside the scanned tree only, once, and not without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import manifests

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan


@pytest.mark.parametrize("form", ["-r more.txt", "-rmore.txt", "--requirement more.txt", "--requirement=more.txt"])
def test_every_form_of_include(scan: Scan, form: str) -> None:
    found = scan({"a/requirements.txt": f"torch\n{form}\n", "a/more.txt": "scipy", "more.txt": "wrong"})
    assert found.needs == ["scipy runtime:", "torch runtime:"]
    assert found.gaps == []


def test_paths_are_relative_to_the_file_that_names_them(scan: Scan) -> None:
    files = {"a/requirements.txt": "-r ../b/x.txt", "b/x.txt": "-r y.txt", "b/y.txt": "torch", "a/y.txt": "wrong"}
    assert scan(files).asked == ["torch"]


def test_a_file_only_reached_by_include_inherits_need_and_group(scan: Scan) -> None:
    files = {
        "requirements-gpu.txt": "-r x.txt\n-c y.txt",
        "x.txt": "-r z.txt\ntorch",
        "z.txt": "scipy",
        "y.txt": "numpy<2",
    }
    found = scan(files)
    assert found.needs == ["torch extra:gpu", "numpy constraint:gpu", "scipy extra:gpu"]


def test_a_file_that_is_claimed_is_read_as_itself_and_once(scan: Scan) -> None:
    files = {
        "requirements-dev.txt": "-r requirements.txt\n-c constraints.txt\npytest",
        "requirements.txt": "torch",
        "constraints.txt": "torch<3",
    }
    assert scan(files).needs == ["torch constraint:", "pytest development:dev", "torch runtime:"]


def test_what_looks_like_an_extra_is_run_time_once_a_run_time_file_includes_it(scan: Scan) -> None:
    files = {
        "requirements.txt": "-r requirements/imaging.txt\ntorch",
        "requirements/imaging.txt": "-r deep.txt\npillow\nnot ok",
        "requirements/deep.txt": "numpy",
        "requirements/video.txt": "av",
        "requirements/tests.txt": "-r video.txt\npytest",
    }
    found = scan(files)
    assert found.needs == [
        "torch runtime:",
        "numpy runtime:",
        "pillow runtime:",
        "pytest development:tests",
        "av extra:video",
    ]
    assert len(found.gaps) == 1


OUTSIDE = [
    "../../etc/passwd",
    "../secret.txt",
    "/etc/passwd",
    "~/.netrc",
    "C:\\secret.txt",
    "\\\\host\\share.txt",
    "..\\secret.txt",
    "file:///etc/passwd",
    "https://x.org/requirements.txt",
    "a/../../secret.txt",
    "${HOME}/x.txt",
    "a\0b.txt",
]


@pytest.mark.parametrize("target", OUTSIDE)
@pytest.mark.parametrize("option", ["-r", "-c"])
def test_nothing_outside_the_tree_is_loaded(target: str, option: str) -> None:
    loaded = []

    def load(path: str) -> bytes:
        loaded.append(path)
        return f"{option} {target}\ntorch".encode()

    facts = list(manifests.read(["requirements.txt"], load))
    assert loaded == ["requirements.txt"]
    assert len(facts) == 2


@settings(deadline=None)
@given(st.text(alphabet="./\\~:abc${}%", max_size=30))
def test_no_target_leads_out(target: str) -> None:
    files = {"s/requirements.txt": f"-r {target}\n-e {target}", "a": "a", "s/b": "b"}

    def load(path: str) -> bytes:
        return files[path].encode()

    list(manifests.read(files, load))


def test_a_missing_file_is_a_gap(scan: Scan) -> None:
    found = scan({"requirements.txt": "torch\n-r gone.txt"})
    assert found.gaps == [
        "requirements.txt:2: 'gone.txt' is not among the files scanned; what it asks for is not known",
    ]


def test_cycles_end(scan: Scan) -> None:
    found = scan({"requirements.txt": "-r a.txt", "a.txt": "-r b.txt\nx", "b.txt": "-r a.txt\n-r b.txt\ny"})
    assert sorted(found.asked) == ["x", "y"]


def test_depth_is_bounded(scan: Scan) -> None:
    files = {f"f{index}.txt": f"-r f{index + 1}.txt\nx{index}" for index in range(30)}
    found = scan({"requirements.txt": "-r f0.txt", **files})
    assert len(found.asked) == 10
    assert "more than 10 files deep" in found.gaps[0]


def test_local_projects_of_the_tree_are_no_gap(scan: Scan) -> None:
    files = {"requirements.txt": "-e ./core[all]\ncore/sub\n-e .\n./gone", "core/sub/setup.py": ""}
    assert [gap.partition(":")[0] + gap.partition("'")[2].partition("'")[0] for gap in scan(files).gaps] == [
        "requirements.txt./gone"
    ]
