from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from depscan import resolve
from depscan.model import Context, Import, Location, Module, Origin, Project, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from depscan.resolve import Resolution


def test_what_nothing_explains_is_a_gap_once_per_name(resolved: Callable[..., Resolution]) -> None:
    found = resolved({"a.py": ["from utils import x", "from utils.y import z"], "b.py": ["import utils", "import _C"]})
    assert not found.links
    assert [(str(gap.location), gap.reason.split()[-1]) for gap in found.gaps] == [("a.py:1", "2)"), ("b.py:1", "1)")]
    assert "utils" in found.gaps[0].reason
    assert "_C" in found.gaps[1].reason


def test_a_shared_name_alone_is_a_gap(resolved: Callable[..., Resolution]) -> None:
    found = resolved({"a.py": ["import google"]})
    assert [gap.reason.partition(",")[0] for gap in found.gaps] == ["many distributions share the name google"]


def test_standard_library_leaves_no_trace(resolved: Callable[..., Resolution]) -> None:
    found = resolved({"a.py": ["import os.path", "import json, logging", "from __future__ import annotations"]})
    assert (found.links, found.gaps) == ((), ())


def test_relative_imports_beyond_the_root_are_one_gap_per_file(resolved: Callable[..., Resolution]) -> None:
    found = resolved({"pkg/a.py": ["from ... import x", "from ....y import z", "from . import b"], "pkg/b.py": []})
    assert [link.modules for link in found.links] == [(), (), ("pkg/b.py",)]
    assert {link.origin for link in found.links} == {Origin.FIRST_PARTY}
    assert [(str(gap.location), gap.reason[:20]) for gap in found.gaps] == [("pkg/a.py:1", "2 relative imports l")]


def test_computed_nonsense_is_a_gap() -> None:
    module = Module("a.py", imports=(Import("..", context=Context.DYNAMIC, line=3), Import("", line=4)))
    found = resolve.match([module], [], [], names={}, stdlib=frozenset())
    assert not found.links
    assert [gap.location.line for gap in found.gaps] == [3]


def test_links_follow_paths_then_lines(resolved: Callable[..., Resolution]) -> None:
    files = {"b.py": ["import torch", "import cv2", "import torch"], "a.py": ["import wandb", "from torch import nn"]}
    assert [(link.path, link.packages[0]) for link in resolved(files).links] == [
        ("a.py", "wandb"),
        ("a.py", "torch"),
        ("b.py", "torch"),
        ("b.py", "opencv-python"),
        ("b.py", "torch"),
    ]


def test_order_of_modules_and_projects_does_not_matter(resolved: Callable[..., Resolution]) -> None:
    files = {"x/a/__init__.py": ["import b"], "y/src/b/__init__.py": [], "z/src/b/__init__.py": ["from utils import q"]}
    projects = [("x", "a"), ("y", "one"), ("z", "two")]
    backwards = dict(reversed(files.items()))
    assert resolved(files, projects) == resolved(backwards, projects[::-1])


PARTS = st.sampled_from(["a", "b", "torch", "src", "tests", "__init__"])
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
DOTTED = st.lists(st.sampled_from(["a", "b", "torch", "src", "os", "nn"]), min_size=1, max_size=3).map(".".join)
IMPORTS = st.builds(Import, DOTTED, st.sampled_from(["", "*", "a", "b", "Thing"]), level=st.integers(0, 3))


@given(
    st.dictionaries(PATHS, st.lists(IMPORTS, max_size=3), min_size=1, max_size=6),
    st.lists(st.sampled_from(["", "a", "src"]), unique=True),
)
def test_every_link_leads_to_files_that_exist_or_to_named_packages(
    files: dict[str, list[Import]], roots: list[str]
) -> None:
    modules = [Module(f"{path}.py", imports=tuple(statements)) for path, statements in files.items()]
    projects = [Project(root, root, Location(root)) for root in roots]
    found = resolve.match(modules, projects, [], names={"torch": ("torch",)}, stdlib=frozenset({"os"}))
    paths = {module.path for module in modules}
    for link in found.links:
        assert set(link.modules) <= paths - {link.path}
        assert len(set(link.modules)) == len(link.modules)
        assert bool(link.packages) == (link.origin is Origin.THIRD_PARTY)
    again = resolve.match(modules[::-1], projects[::-1], [], names={"torch": ("torch",)}, stdlib=frozenset({"os"}))
    assert again == found


def test_entry_points() -> None:
    here = Location("pyproject.toml", 4)
    projects = (
        Project("", "pkg", here, entry_points=("pkg=pkg.cli:main", "old=pkg.gone:main", "box=pkg.box:run")),
        Project("libs/x", "x", here, entry_points=("x=x.app:main",), packages=("libs/x/lib/x",)),
    )
    modules = [
        Module("src/pkg/__init__.py"),
        Module("src/pkg/__main__.py"),
        Module("src/pkg/cli.py"),
        Module("src/pkg/box/__init__.py"),
        Module("src/pkg/train.py", main=True),
        Module("src/pkg/explore.ipynb", main=True),
        Module("tests/__main__.py", Scope.TEST),
        Module("tests/test_a.py", Scope.TEST, main=True),
        Module("libs/x/lib/x/__init__.py"),
        Module("libs/x/lib/x/app.py"),
    ]
    found = resolve.match(modules, projects, [], names={}, stdlib=frozenset())
    assert found.entry_points == (
        "libs/x/lib/x/app.py",
        "src/pkg/__main__.py",
        "src/pkg/box/__init__.py",
        "src/pkg/cli.py",
        "src/pkg/train.py",
    )
    assert [(str(gap.location), "old" in gap.reason, "pkg.gone" in gap.reason) for gap in found.gaps] == [
        ("pyproject.toml:4", True, True)
    ]


def test_plain_scripts_are_entry_points(resolved: Callable[..., Resolution]) -> None:
    files = {
        "train.py": ["import torch", "from model import GPT"],
        "model.py": ["import torch"],  # imported by train.py
        "settings.py": [],  # imports nothing: read by exec, if at all
        "later.py": ["import os"],  # the standard library alone: as settings.py
        "tools/convert.py": ["import torch"],
        "pkg/__init__.py": [],
        "pkg/plugin.py": ["import torch"],  # part of a package
        "ldm/util.py": ["import torch"],
        "ldm/data/lazy.py": ["import torch"],  # part of a package without __init__.py, by the next line
        "sample.py": ["from ldm.util import x"],
    }
    assert resolved(files).entry_points == ("sample.py", "tools/convert.py", "train.py")


def test_a_project_that_declares_its_scripts_has_no_others() -> None:
    torch = (Import("torch", line=1),)
    modules = [Module(path, imports=torch) for path in ("cli.py", "workshop.py", "app/run.py")]
    projects = [
        Project("", "pkg", Location("pyproject.toml"), entry_points=("pkg=cli:main",)),
        Project("app", "app", Location("app/pyproject.toml")),
    ]
    found = resolve.match(modules, projects, [], names={"torch": ("torch",)}, stdlib=frozenset())
    assert found.entry_points == ("app/run.py", "cli.py")
