"""pyproject.toml: every table that asks for something, and what is said about the project."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan, Scanned


def toml(scan: Scan, text: str, **files: str) -> Scanned:
    return scan({"pyproject.toml": dedent(text), **files})


def test_the_standard_tables(scan: Scan) -> None:
    found = toml(
        scan,
        """\
        [build-system]
        requires = ["hatchling>=1.20"]

        [project]
        name = "My.Lib"
        dependencies = [
          "torch>=2.0,<3",      # torch
          "numpy; python_version<'3.13'",
        ]
        [project.optional-dependencies]
        gpu = ["cupy", 'torch']
        all = ["my-lib[gpu]", "my_lib"]
        """,
    )
    assert found.gaps == []
    assert [*zip(found.asked, found.needs, found.lines, strict=True)] == [
        ("hatchling>=1.20", "hatchling build:", "hatchling:2"),
        ("torch<3,>=2.0", "torch runtime:", "torch:7"),
        ('numpy; python_version < "3.13"', "numpy runtime:", "numpy:8"),
        ("cupy", "cupy extra:gpu", "cupy:11"),
        ("torch", "torch extra:gpu", "torch:11"),
    ]


def test_what_a_project_is(scan: Scan) -> None:
    text = """\
        [project]
        name = "My_Lib"
        version = "1.2"
        requires-python = ">= 3.9, <4"
        license = {text = "MIT"}
        scripts = {my = "my.cli:main", "my-x" = "my.x:run [extra]"}
        gui-scripts.win = "my.gui:main"
        [tool.setuptools]
        package-dir = {"" = "src"}
        packages.find = {}
        """
    (project,) = scan({"libs/a/pyproject.toml": dedent(text)}).projects
    assert (project.root, project.name, project.version) == ("libs/a", "my-lib", "1.2")
    assert (project.requires_python, project.licence) == ("<4,>=3.9", "MIT")
    assert project.entry_points == ("my-x=my.x:run", "my=my.cli:main", "win=my.gui:main")
    assert project.packages == ("libs/a/src",)
    assert (project.location.path, project.location.line) == ("libs/a/pyproject.toml", 2)


@pytest.mark.parametrize(
    ("table", "packages"),
    [
        ('[tool.setuptools]\npackages = ["a", "a.b"]', ("a", "a/b")),
        ('[tool.setuptools]\npackages = ["a.b"]\npackage-dir = {a = "lib/a", "" = "src"}', ("lib/a/b",)),
        ('[tool.setuptools.packages.find]\nwhere = ["src", "lib"]', ("lib", "src")),
        ('[tool.setuptools.packages.find]\nexclude = ["x"]', ("",)),
        ('[tool.hatch.build.targets.wheel]\npackages = ["src/a"]', ("src/a",)),
        ('[tool.hatch.build.targets.wheel]\npackages = ["../../a", "/b"]', ()),
        ('[tool.poetry]\npackages = [{include = "a", from = "src"}, {include = "b/**/*.py"}]', ("b", "src/a")),
        ('[tool.pdm.build]\npackage-dir = "src"', ("src",)),
        ('[tool.flit.module]\nname = "a.b"', ("a/b",)),
        ('[tool.ruff]\nsrc = ["x"]', ()),
    ],
)
def test_where_the_code_is(scan: Scan, table: str, packages: tuple[str, ...]) -> None:
    (project,) = scan({"pyproject.toml": f"[project]\nname = 'x'\n{table}\n"}).projects
    assert project.packages == packages


def test_groups_include_groups(scan: Scan) -> None:
    found = toml(
        scan,
        """\
        [dependency-groups]
        dev = [{include-group = "Test_Group"}, "ruff"]
        test-group = ["pytest>8", {include-group = "cov"}]
        cov = ["coverage"]
        loop = ["a", {include-group = "loop2"}]
        loop2 = ["b", {include-group = "loop"}]
        """,
    )
    assert found.gaps == []
    assert sorted(found.needs) == sorted(
        f"{name} development:{group}"
        for name, group in [
            *[(name, "dev") for name in ("pytest", "coverage", "ruff")],
            *[(name, "test-group") for name in ("pytest", "coverage")],
            ("coverage", "cov"),
            *[(name, group) for group in ("loop", "loop2") for name in ("a", "b")],
        ]
    )
    assert set(found.lines) == {"pytest:3", "coverage:4", "ruff:2", "a:5", "b:6"}


def test_bad_members_of_a_group_cost_themselves_only(scan: Scan) -> None:
    found = toml(scan, '[dependency-groups]\ndev = ["ruff", 3, {include-group = "gone"}, {x = 1}, "torch = 2"]\n')
    assert found.asked == ["ruff", "torch"]
    assert len(found.gaps) == 4


def members(later: str) -> st.SearchStrategy[list[str | dict[str, str]]]:
    """Members of a group that includes groups with a later letter only: packaging refuses cycles."""
    includes = [{"include-group": name} for name in later]
    return st.lists(st.sampled_from(["x", "y>=1", "z[q]", *includes]), max_size=4)


GROUPS = st.fixed_dictionaries({name: members("abcdef"[index + 1 :]) for index, name in enumerate("abcdef")})


@settings(max_examples=60, deadline=None)
@given(GROUPS)
def test_groups_agree_with_packaging(scan: Scan, groups: dict[str, list[str | dict[str, str]]]) -> None:
    import tomli_w
    from packaging.dependency_groups import DependencyGroupResolver

    expected = {(group, str(each)) for group in groups for each in DependencyGroupResolver(groups).resolve(group)}
    found = scan({"pyproject.toml": tomli_w.dumps({"dependency-groups": groups})})
    assert {(each.group, asked) for each, asked in zip(found.declarations, found.asked, strict=True)} == expected


def test_the_tables_of_the_tools(scan: Scan) -> None:
    found = toml(
        scan,
        """\
        [tool.uv]
        dev-dependencies = ["ruff"]
        constraint-dependencies = ["numpy<2"]
        override-dependencies = ["httpx>=0.27"]
        [tool.uv.sources]
        Core_Lib = {git = "https://u:p@x.org/core", tag = "v1"}
        local = {path = "../local", editable = true}
        here = {workspace = true}
        [project]
        name = "x"
        dependencies = ["core-lib", "local", "here"]
        [tool.pdm.dev-dependencies]
        test = ["pytest", "-e file:///${PROJECT_ROOT}/sub#egg=sub"]
        [tool.hatch.envs.docs]
        dependencies = ["mkdocs"]
        extra-dependencies = ["mike"]
        [tool.flit.metadata]
        requires = ["flit-a"]
        dev-requires = ["flit-dev"]
        requires-extra.test = ["flit-test"]
        """,
    )
    assert found.gaps == []
    assert sorted(zip(found.asked, found.needs, strict=True)) == [
        ("core-lib @ git+https://x.org/core@v1", "core-lib runtime:"),
        ("flit-a", "flit-a runtime:"),
        ("flit-dev", "flit-dev development:dev"),
        ("flit-test", "flit-test extra:test"),
        ("here", "here runtime:"),
        ("httpx>=0.27", "httpx constraint:"),
        ("local @ ../local", "local runtime:"),
        ("mike", "mike development:docs"),
        ("mkdocs", "mkdocs development:docs"),
        ("numpy<2", "numpy constraint:"),
        ("pytest", "pytest development:test"),
        ("ruff", "ruff development:dev"),
        ("sub @ file:///${PROJECT_ROOT}/sub#egg=sub", "sub development:test"),
    ]


def test_hatch_takes_requirements_from_files(scan: Scan) -> None:
    text = """\
        [tool.hatch.metadata.hooks.requirements_txt]
        files = ["deps.txt"]
        [tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]
        gpu = ["gpu.txt"]
        """
    found = toml(scan, text, **{"deps.txt": "torch", "gpu.txt": "cupy"})
    assert sorted(found.needs) == ["cupy extra:gpu", "torch runtime:"]


def test_setuptools_takes_requirements_from_files(scan: Scan) -> None:
    text = """\
        [project]
        name = "x"
        dynamic = ["dependencies", "optional-dependencies"]
        [tool.setuptools.dynamic]
        dependencies = {file = ["deps.txt", "../out.txt"]}
        optional-dependencies.gpu = {file = "gpu.txt"}
        version = {attr = "x.__version__"}
        """
    files = {"a/pyproject.toml": dedent(text), "a/deps.txt": "torch", "a/gpu.txt": "cupy", "out.txt": "scipy"}
    found = scan(files)
    assert sorted(found.needs) == ["cupy extra:gpu", "scipy runtime:", "torch runtime:"]
    assert found.gaps == []


@pytest.mark.parametrize(
    ("backend", "more", "gaps"),
    [
        ("my_backend", "", 1),
        ("setuptools.build_meta", "", 0),
        ("hatchling.build", "[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ['requirements.txt']", 0),
        ("poetry.core.masonry.api", "[tool.poetry.dependencies]\ntorch = '*'", 0),
    ],
)
def test_computed_dependencies_are_a_gap(scan: Scan, backend: str, more: str, gaps: int) -> None:
    text = f'[project]\nname = "x"\ndynamic = ["dependencies"]\n[build-system]\nbuild-backend = "{backend}"\n{more}\n'
    found = scan({"pyproject.toml": text, "requirements.txt": ""})
    assert len(found.gaps) == gaps


WRONG = [
    ("project = []", "`project` is a list, not a table"),
    ("tool = 3", "`tool` is a value of type int, not a table"),
    ("[project]\nname = ['a']", "`project.name` is a list, not a string"),
    ("[project]\ndependencies = 'torch'", "`project.dependencies` is a string, not a list"),
    ("[project]\ndependencies = [1]", "`project.dependencies` holds a value of type int where a string belongs"),
    ("[project]\noptional-dependencies = ['a']", "`project.optional-dependencies` is a list, not a table"),
    ("[project]\nscripts.a = 1", "`project.scripts.a` is a value of type int, not a string"),
    ("build-system.requires = 'x'", "`build-system.requires` is a string, not a list"),
    ("dependency-groups.a = 'x'", "`dependency-groups.a` is a string, not a list"),
    (
        "tool.setuptools.dynamic.dependencies.file = 1",
        "`tool.setuptools.dynamic.dependencies.file` is a value of type int",
    ),
    ("[tool.poetry.dependencies]\na = 1", "`tool.poetry.dependencies.a` is a value of type int"),
    ("[tool.poetry.dependencies]\na = {version = 1}", "`version` of a is a value of type int"),
    ("tool.poetry.packages = [1]", "`tool.poetry.packages` holds a value of type int"),
    ("a = ", "pyproject.toml: Invalid value"),
    ("a = 1\na = 2", "Cannot overwrite a value"),
    ("a = " + "[" * 5_000, "nested too deeply"),
    ("a = " + "9" * 5_000, "Exceeds the limit"),
]


@pytest.mark.parametrize(("text", "gap"), WRONG)
def test_wrong_shapes_are_gaps_that_name_the_key(scan: Scan, text: str, gap: str) -> None:
    gaps = scan({"pyproject.toml": text}).gaps
    assert len(gaps) == 1
    assert gap in gaps[0]


def test_lines_in_unusual_layouts(scan: Scan) -> None:
    found = toml(
        scan,
        """\
        [tool.other]
        list = ["torch", "numpy"]
        [ project . "optional-dependencies" ]
        'a' = ["torchvision",
          "torch"]
        "b" = ["\\u0074orch"]
        [project]
        name = "x"
        dependencies = ["torch",
          "torch>=2", 'numpy']
        """,
    )
    assert found.lines == ["torchvision:4", "torch:5", "torch:6", "torch:9", "torch:10", "numpy:10"]


# -- poetry -----------------------------------------------------------------------------------------------------------


def test_poetry(scan: Scan) -> None:
    found = toml(
        scan,
        """\
        [tool.poetry]
        name = "my_app"
        version = "0.1"
        license = "MIT"
        [tool.poetry.dependencies]
        python = "^3.9"
        torch = "^2.1"
        Hugging_Face = {version = "~1.2", extras = ["b", "A"], markers = "sys_platform == 'linux'"}
        cupy = {version = "*", optional = true}
        faiss = {version = "1.7", optional = true}
        core = {path = "../core", develop = true}
        clip = {git = "https://x.org/clip.git", rev = "abc"}
        numpy = [
          {version = "<2", python = "<3.12"},
          {version = ">=2", python = ">=3.12"},
        ]
        [tool.poetry.extras]
        gpu = ["cupy"]
        all = ["cupy"]
        [tool.poetry.group.test.dependencies]
        pytest = "*"
        [tool.poetry.group.main.dependencies]
        scipy = "1.*"
        [tool.poetry.dev-dependencies]
        black = "23.1"
        [tool.poetry.scripts]
        app = "app.cli:main"
        tool = {reference = "app.tool:run", type = "console"}
        """,
    )
    assert found.gaps == []
    assert [*zip(found.asked, found.needs, found.lines, strict=True)] == [
        ("torch<3,>=2.1", "torch runtime:", "torch:7"),
        (
            'hugging-face[a,b]<1.3,>=1.2; sys_platform == "linux"',
            "hugging-face runtime:",
            "hugging-face:8",
        ),
        ("cupy", "cupy extra:gpu", "cupy:9"),
        ("cupy", "cupy extra:all", "cupy:9"),
        ("faiss==1.7", "faiss extra:", "faiss:10"),
        ("core @ ../core", "core runtime:", "core:11"),
        ("clip @ git+https://x.org/clip.git@abc", "clip runtime:", "clip:12"),
        ('numpy<2; python_version < "3.12"', "numpy runtime:", "numpy:13"),
        ('numpy>=2; python_version >= "3.12"', "numpy runtime:", "numpy:13"),
        ("pytest", "pytest development:test", "pytest:21"),
        ("scipy==1.*", "scipy runtime:", "scipy:23"),
        ("black==23.1", "black development:dev", "black:25"),
    ]
    (project,) = found.projects
    assert (project.name, project.version, project.licence) == ("my-app", "0.1", "MIT")
    assert project.requires_python == "<4,>=3.9"
    assert project.entry_points == ("app=app.cli:main", "tool=app.tool:run")


def test_poetry_entries_that_are_odd(scan: Scan) -> None:
    found = toml(
        scan,
        """\
        [tool.poetry.dependencies]
        python = "<3.8 || >3.9"
        a = {version = "1", python = "<3 || >4", platform = "linux"}
        b = {version = "1", python = "~3.8.1", markers = "os_name == 'nt'"}
        c = {url = "https://u:p@x.org/c.whl"}
        d = [1, "2"]
        "e e" = "1"
        """,
    )
    assert found.asked == [
        'a==1; sys_platform == "linux"',
        'b==1; os_name == "nt" and (python_version < "3.9" and python_full_version >= "3.8.1")',
        "c @ https://x.org/c.whl",
        "d==2",
    ]
    assert len(found.gaps) == 2
    assert found.projects[0].requires_python == ""


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("^1.2.3", "<2,>=1.2.3"),
        ("^0.2.3", "<0.3,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0.0", "<0.1,>=0.0"),
        ("^0", "<1,>=0"),
        ("^1.0b2", "<2,>=1.0b2"),
        ("~1.2.3", "<1.3,>=1.2.3"),
        ("~1.2", "<1.3,>=1.2"),
        ("~1", "<2,>=1"),
        ("~=1.2", "~=1.2"),
        ("1.2", "==1.2"),
        ("=1.2", "==1.2"),
        ("== 1.2", "==1.2"),
        ("1.2.*", "==1.2.*"),
        ("*", ""),
        (">=1.0,<2.0", "<2.0,>=1.0"),
        (">=1.0 <2.0", "<2.0,>=1.0"),
        (">= 1.0, != 1.5", "!=1.5,>=1.0"),
        ("<2 || >3", None),
        ("^x", None),
        ("latest", None),
        (">=1.*.2", None),
    ],
)
def test_the_versions_of_poetry(scan: Scan, constraint: str, specifier: str | None) -> None:
    found = scan({"pyproject.toml": f'[tool.poetry.dependencies]\ntorch = "{constraint}"'})
    assert found.asked == [f"torch{specifier or ''}"]
    assert bool(found.gaps) is (specifier is None)
