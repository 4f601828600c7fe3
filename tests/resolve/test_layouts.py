"""First-party imports: one small repository per case, and the one import that is interesting in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SRC = "src/pkg/__init__.py src/pkg/a.py src/pkg/sub/__init__.py src/pkg/sub/b.py tests/test_a.py"
FLAT = "pkg/__init__.py pkg/a.py tests/__init__.py tests/helpers.py tests/unit/test_a.py run.py"
MONO = """
libs/core/src/acme_core/__init__.py
libs/core/src/acme_core/api.py
libs/ext/src/acme_ext/__init__.py
libs/ext/tests/utils.py
libs/ext/tests/test_x.py
libs/core/tests/utils.py
libs/core/tests/test_y.py
templates/app/src/agents/__init__.py
"""
MONO_PROJECTS = (("libs/core", "acme-core"), ("libs/ext", "acme-ext"), ("templates/app", "demo"))


def case(
    about: str,
    files: str,
    path: str,
    statement: str,
    reaches: str,
    projects: Iterable[tuple[str, ...]] = (),
    declares: str = "",
) -> Any:
    return pytest.param(files, path, statement, reaches, projects, declares, id=about)


CASES = [
    # -- one package ---------------------------------------------------------------------------------------------------
    case("src layout, from tests", SRC, "tests/test_a.py", "import pkg.a", "layout: src/pkg/__init__.py src/pkg/a.py"),
    case(
        "src layout, a name that is a module",
        SRC,
        "tests/test_a.py",
        "from pkg.sub import b",
        "layout: src/pkg/__init__.py src/pkg/sub/__init__.py src/pkg/sub/b.py",
    ),
    case(
        "src layout, a name that is no module",
        SRC,
        "tests/test_a.py",
        "from pkg.sub import nothing",
        "layout: src/pkg/__init__.py src/pkg/sub/__init__.py",
    ),
    case(
        "a generated tail stays first-party",
        SRC,
        "tests/test_a.py",
        "import pkg._version.generated",
        "layout: src/pkg/__init__.py",
    ),
    case(
        "a module of a module is not there",
        SRC,
        "tests/test_a.py",
        "import pkg.a.z",
        "layout: src/pkg/__init__.py src/pkg/a.py",
    ),
    case("a star names nothing", SRC, "tests/test_a.py", "from pkg import *", "layout: src/pkg/__init__.py"),
    case(
        "itself, from within",
        SRC,
        "src/pkg/a.py",
        "import pkg.sub",
        "layout: src/pkg/__init__.py src/pkg/sub/__init__.py",
    ),
    case(
        "the importing file is not its own target",
        SRC,
        "src/pkg/__init__.py",
        "from pkg import a",
        "layout: src/pkg/a.py",
    ),
    case("flat layout, from a script", FLAT, "run.py", "from pkg import a", "layout: pkg/__init__.py pkg/a.py"),
    case(
        "helpers of the tests, by full name",
        FLAT,
        "tests/unit/test_a.py",
        "from tests.helpers import x",
        "layout: tests/__init__.py tests/helpers.py",
    ),
    case(
        "the folder of a conftest.py is on the search path of all tests below",
        "tests/conftest.py tests/helpers.py tests/unit/test_a.py",
        "tests/unit/test_a.py",
        "import helpers",
        "layout: tests/helpers.py",
    ),
    case(
        "the project's own name, when its code is not Python",
        "tests/test_a.py py_src/other/__init__.py",
        "tests/test_a.py",
        "import tokenizers.models",
        "layout:",
        projects=(("", "tokenizers"),),
    ),
    case(
        "a build names the folder of the packages",
        "python/pkg/__init__.py tests/test_a.py",
        "tests/test_a.py",
        "import pkg",
        "layout: python/pkg/__init__.py",
        projects=(("", "other", "python"),),
    ),
    case(
        "a build names the package",
        "code/datasets/__init__.py tests/test_a.py",
        "tests/test_a.py",
        "from datasets import x",
        "layout: code/datasets/__init__.py",
        projects=(("", "other", "code/datasets"),),
    ),
    case(
        "a package without __init__.py",
        "src/pkg/a.py tests/test_a.py",
        "tests/test_a.py",
        "from pkg import a",
        "layout: src/pkg/a.py",
    ),
    case(
        "a build that ships what the root holds",
        "datasets/__init__.py tools/show.py",
        "tools/show.py",
        "from datasets import x",
        "layout: datasets/__init__.py",
        projects=(("", "other", ""),),
        declares="datasets",
    ),
    case(
        "more in one project, less in the one at hand",
        "a/src/shared/__init__.py b/shared/__init__.py b/shared/x.py a/t.py",
        "a/t.py",
        "import shared.x",
        "layout: b/shared/__init__.py b/shared/x.py",
        projects=(("a", "one"), ("b", "two")),
    ),
    case(
        "a package below a folder that lacks its __init__.py has no name of its own",
        "src/ext/__init__.py src/ext/agents/torch/__init__.py src/ext/agents/torch/a.py",
        "src/ext/agents/torch/a.py",
        "import torch.nn",
        "declaration: torch",
        projects=(("", "ext"),),
        declares="torch",
    ),
    # -- relative ------------------------------------------------------------------------------------------------------
    case(
        "one dot, with the packages around",
        SRC,
        "src/pkg/sub/b.py",
        "from . import b2",
        "relative: src/pkg/__init__.py src/pkg/sub/__init__.py",
    ),
    case("two dots", SRC, "src/pkg/sub/b.py", "from ..a import x", "relative: src/pkg/__init__.py src/pkg/a.py"),
    case(
        "in an __init__.py the dot is its own folder",
        SRC,
        "src/pkg/sub/__init__.py",
        "from .b import x",
        "relative: src/pkg/__init__.py src/pkg/sub/b.py",
    ),
    case(
        "past a folder without __init__.py",
        "src/pkg/__init__.py src/pkg/mid/deep/__init__.py src/pkg/mid/deep/x.py",
        "src/pkg/mid/deep/x.py",
        "from ... import y",
        "relative: src/pkg/__init__.py",
    ),
    case("in a folder without __init__.py", "a/x.py a/y.py", "a/x.py", "from . import y", "relative: a/y.py"),
    # -- monorepos -----------------------------------------------------------------------------------------------------
    case(
        "another project of the repository",
        MONO,
        "libs/ext/src/acme_ext/__init__.py",
        "from acme_core.api import x",
        "layout: libs/core/src/acme_core/__init__.py libs/core/src/acme_core/api.py",
        projects=MONO_PROJECTS,
        declares="acme-core",
    ),
    case(
        "helpers of one's own tests, not of the neighbour's",
        MONO,
        "libs/ext/tests/test_x.py",
        "import utils",
        "sibling: libs/ext/tests/utils.py",
        projects=MONO_PROJECTS,
    ),
    case(
        "a template's package does not stand in for a distribution elsewhere",
        MONO,
        "libs/ext/src/acme_ext/__init__.py",
        "from agents import Agent",
        "declaration: agents",
        projects=MONO_PROJECTS,
        declares="agents",
    ),
    # -- scripts -------------------------------------------------------------------------------------------------------
    case("script beside script", "ch1/gpt.py ch1/train.py", "ch1/train.py", "from gpt import x", "sibling: ch1/gpt.py"),
    case("module beside notebook", "ch1/gpt.py ch1/a.ipynb", "ch1/a.ipynb", "from gpt import x", "sibling: ch1/gpt.py"),
    case("a notebook is no module", "ch1/gpt.ipynb ch1/a.py", "ch1/a.py", "import gpt", "identity: gpt"),
    case("at the root, a source root", "model.py train.py", "train.py", "import model", "layout: model.py"),
    case(
        "a sibling wins over a declared distribution: its folder comes first",
        "ex/datasets.py ex/run.py",
        "ex/run.py",
        "import datasets",
        "sibling: ex/datasets.py",
        declares="datasets",
    ),
    case("a file does not import itself", "ex/datasets.py", "ex/datasets.py", "import datasets", "table: datasets"),
    case(
        "the standard library, shadowed by a sibling",
        "ex/random.py ex/run.py",
        "ex/run.py",
        "import random",
        "sibling: ex/random.py",
    ),
    case("what is loaded already cannot be shadowed", "ex/os.py ex/run.py", "ex/run.py", "import os", ""),
    case("the standard library, shadowed from further away", "random.py ex/run.py", "ex/run.py", "import random", ""),
    case("the standard library, in a package", "pkg/__init__.py pkg/queue.py pkg/a.py", "pkg/a.py", "import queue", ""),
    case(
        "more of a standard name than the standard library has",
        "code/__init__.py code/utils.py ex/run.py",
        "ex/run.py",
        "from code.utils import x",
        "layout: code/__init__.py code/utils.py",
    ),
    case("nothing comes from the future", "a.py", "a.py", "from __future__ import annotations", ""),
]


@pytest.mark.parametrize(("files", "path", "statement", "reaches", "projects", "declares"), CASES)
def test_case(
    reached: Callable[..., str],
    files: str,
    path: str,
    statement: str,
    reaches: str,
    projects: Iterable[tuple[str, ...]],
    declares: str,
) -> None:
    assert reached(files, path, statement, projects, declares) == reaches
