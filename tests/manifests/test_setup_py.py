"""setup.py: what literals tell, what files tell, and one gap for what is computed."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.manifests.conftest import Scan

RUNTIME = [
    ('["torch>=2", "numpy"]', ["torch>=2", "numpy"]),
    ('("torch", "numpy")', ["torch", "numpy"]),
    ('["torch"] + ["numpy"] + list(("scipy",))', ["torch", "numpy", "scipy"]),
    ('"torch\\nnumpy>=1\\n"', ["torch", "numpy>=1"]),
    ('"""\ntorch\n# no\nnumpy\n""".splitlines()', ["torch", "numpy"]),
    ('"torch numpy".split()', ["torch", "numpy"]),
    (
        '[f"torch=={VERSION}", "numpy==%s" % VERSION, "scipy=={}".format(VERSION)]',
        ["torch==1.2", "numpy==1.2", "scipy==1.2"],
    ),
    ('["torch" + ">=" + VERSION]', ["torch>=1.2"]),
    ("BASE", ["torch", "numpy"]),
    ("BASE[:1] + BASE", ["torch", "numpy"]),
    ("[*BASE, 'scipy']", ["torch", "numpy", "scipy"]),
    ("sorted(set(BASE))", ["torch", "numpy"]),
    ("[r for r in BASE if r != 'x']", ["torch", "numpy"]),
    ("[r + '>=1' for r in BASE]", ["torch>=1", "numpy>=1"]),
    ("BASE if WINDOWS else BASE + ['uvloop']", ["torch", "numpy", "uvloop"]),
    ("TABLE['a'] + TABLE.get('b', []) + TABLE.get('zz', ['w'])", ["x", "y", "w"]),
    ("sum(TABLE.values(), [])", ["x", "y"]),
    ("list(itertools.chain(*TABLE.values()))", ["x", "y"]),
    ("[v for vs in TABLE.values() for v in vs]", ["x", "y"]),
    ("[k for k, v in TABLE.items()]", ["a", "b"]),
    ("function()", ["from-function"]),
    ("with_argument('torch')", ["torch>=1", "torch-x"]),
    ("generator()", ["g1", "g2"]),
    ("None", []),
    ("[]", []),
    ("dict(a=['x'])['a']", ["x"]),
    ("({'a': ['x']} | {'b': ['y']})['b']", ["y"]),
    ("(lambda: 1) and ['torch']", ["torch"]),
    ("list(TABLE) + list(TABLE.keys()) + TABLE.copy()['a'] + TABLE.pop('b')", ["a", "b", "x", "y"]),
    ("set(BASE).union(['scipy'], TABLE['a'])", ["numpy", "scipy", "torch", "x"]),
    ("BASE.copy() if WINDOWS else None", ["numpy", "torch"]),
    ("OrderedDict(a=['x'])['a']", ["x"]),
    ("[(w := 'torch') + '>=1', w]", ["torch", "torch>=1"]),
    ("['  torch '.strip(), 'numpy '.lower()]", ["torch"]),
    ("tuple(filter(None, BASE))", ["numpy", "torch"]),
    ("nested()", ["inner"]),
    ("starred(*BASE, last='z')", ["numpy", "torch", "z"]),
    ("BASE[0]", ["torch"]),
    ("[pool['listed'], PINS['listed']]", ["listed>=3"]),
]

PRELUDE = """\
import itertools, sys
from setuptools import setup
VERSION: str = "1.2"
PINS = compute(["listed>=3"])
POOL = ["listed>=3", f"{VERSION}"]
BASE = ["torch"]
BASE.append("numpy")
TABLE = {"a": ["x"]}
TABLE["b"] = ["y"]

def function():
    found = ["from-function"]
    return found

def with_argument(name, suffix="x"):
    return [name + ">=1", f"{name}-{suffix}"]

def nested():
    def inner():
        return ["inner"]
    return inner()

def starred(*names, last, **other):
    return [*names, last]

def generator():
    yield "g1"
    for item in ["g2"]:
        yield item

"""


@pytest.mark.parametrize(("expression", "asked"), RUNTIME)
def test_expressions(scan: Scan, expression: str, asked: list[str]) -> None:
    found = scan({"setup.py": f"{PRELUDE}setup(name='project', install_requires={expression})"})
    assert sorted(found.asked) == sorted(asked)
    assert [gap for gap in found.gaps if "lambda" not in expression and "lower" not in expression] == []


STATEMENTS = [
    ("deps += ['b']", ["a", "b"]),
    ("deps.extend(['b', 'c'])", ["a", "b", "c"]),
    ("deps.insert(0, 'b')", ["a", "b"]),
    ("deps = deps + ['b']", ["a", "b"]),
    ("if sys.platform == 'win32':\n    deps.append('b')\nelse:\n    deps.append('c')", ["a", "b", "c"]),
    ("if X:\n    deps = ['b']\nelif Y:\n    deps = ['c']\nelse:\n    deps = ['d']", ["b", "c", "d"]),
    (
        "try:\n    import torch\nexcept ImportError:\n    deps.append('torch')\nfinally:\n    deps.append('z')",
        ["a", "torch", "z"],
    ),
    ("for name in ('b', 'c'):\n    deps.append(name + '>1')", ["a", "b>1", "c>1"]),
    ("for k, v in {'b': '1', 'c': '2'}.items():\n    deps.append(k + '==' + v)", ["a", "b==1", "c==2"]),
    ("while True:\n    deps.append('b')\n    break", ["a", "b"]),
    ("def extra():\n    deps.append('never-called')", ["a"]),
    ("alias = deps\nalias.append('b')", ["a", "b"]),
    ("other, deps = ['x'], ['y']", ["y"]),
    ("deps, other = function()", []),
    ("t = {}\nt.update(a=['b'], **{})\nt.update({'c': ['d']})\ndeps = t['a'] + t['c']", ["b", "d"]),
    ("t = {}\nt.setdefault('a', []).append('b')\ndeps += t['a']", ["a", "b"]),
    ("t = {'a': ['b']}\nt |= {'c': ['d']}\nt['a'] += ['e']\ndeps = t['a'] + t['c']", ["b", "d", "e"]),
    ("if X:\n    t = {'a': ['b']}\nelse:\n    t = {'a': ['c'], 'd': ['e']}\ndeps = t['a'] + t['d']", ["b", "c", "e"]),
    ("deps = {*deps, 'b'}\ndeps.add('c')\ndeps.discard('a')", ["a", "b", "c"]),
    ("v = '1'\nv += '.2'\ndeps.append('b==' + v)", ["a", "b==1.2"]),
    ("v = 1\nv -= 1\ndeps.sort()", ["a"]),
    ("with open('x') as (p, q):\n    deps.append('b')", ["a", "b"]),
]


@pytest.mark.parametrize(("statements", "asked"), STATEMENTS)
def test_statements(scan: Scan, statements: str, asked: list[str]) -> None:
    head = "import sys\nfrom setuptools import setup\ndeps = ['a']"
    found = scan({"setup.py": f"{head}\n{statements}\nsetup(install_requires=deps)"})
    assert sorted(found.asked) == sorted(asked)


FILES = [
    "open('requirements/more.txt').read().splitlines()",
    "[line.strip() for line in open(os.path.join(HERE, 'requirements', 'more.txt')) if line and line[0] != '#']",
    "(Path(__file__).parent / 'requirements' / 'more.txt').read_text().split('\\n')",
    "Path(__file__).parent.joinpath('requirements/more.txt').read_text().splitlines()",
    "list(map(str.strip, io.open(f'{HERE}/requirements/more.txt', encoding='utf-8').readlines()))",
    "[str(r.req) for r in parse_requirements('requirements/more.txt', session=False)]",
    "read('requirements/more.txt')",
    "read(fname='requirements/more.txt')",
    "from_folder('requirements', 'more.txt')",
    "opaque('requirements/more.txt')",
    "fixed()",
    "with_open",
]

FILES_PRELUDE = """\
import io, os
from pathlib import Path
from setuptools import setup
HERE = os.path.abspath(os.path.dirname(__file__))

def read(fname):
    with open(os.path.join(HERE, fname)) as handle:
        return [line for line in handle.read().split("\\n") if line]

def from_folder(folder, name):
    result = []
    for line in open(os.path.join(HERE, folder, name)):
        result.append(line.strip())
    return result

def opaque(path):
    return magic(path)

def fixed():
    return magic(os.sep.join([HERE, "x"]), "requirements/more.txt")

with open(HERE + "/requirements/more.txt") as handle:
    with_open = handle.read().splitlines()
"""


@pytest.mark.parametrize("expression", [each for each in FILES if each != "with_open"])
def test_requirements_that_stand_in_a_file(scan: Scan, expression: str) -> None:
    files = {"a/setup.py": f"{FILES_PRELUDE}\nsetup(install_requires={expression})", "a/deps.md": ""}
    # A name that nothing claims: only the include leads there.
    files = {
        path: text.replace("requirements/more.txt", "deps/more.txt").replace("'requirements'", "'deps'")
        for path, text in files.items()
    }
    found = scan({**files, "a/deps/more.txt": "torch>=2\n"})
    assert found.asked == ["torch>=2"]
    assert found.declarations[0].location.path == "a/deps/more.txt"
    assert found.gaps == []


def test_the_table_of_requirements(scan: Scan) -> None:
    text = """\
        import re
        from setuptools import find_packages, setup
        _deps = [
            "Pillow<10",
            "torch>=1.9,!=1.12",
            "optimum_lib[hf]>=2",
        ]
        deps = {b: a for a, b in (re.findall(r"^(([^!=<>~]+)(?:[!=<>~].*)?$)", x)[0] for x in _deps)}
        def deps_list(*pkgs):
            return [deps[pkg] for pkg in pkgs]
        extras = {}
        extras["torch"] = deps_list("torch", "Pillow")
        extras["opt"] = deps_list("optimum_lib[hf]")
        extras["dev"] = extras["torch"] + ["black"]
        install_requires = [deps["Pillow"]]
        setup(name="x", install_requires=list(install_requires), extras_require=extras)
        """
    found = scan({"setup.py": dedent(text)})
    assert found.gaps == []
    assert sorted(zip(found.asked, found.needs, found.lines, strict=True)) == [
        ("black", "black extra:dev", "black:14"),
        ("optimum-lib[hf]>=2", "optimum-lib extra:opt", "optimum-lib:6"),
        ("pillow<10", "pillow extra:dev", "pillow:4"),
        ("pillow<10", "pillow extra:torch", "pillow:4"),
        ("pillow<10", "pillow runtime:", "pillow:4"),
        ("torch!=1.12,>=1.9", "torch extra:dev", "torch:5"),
        ("torch!=1.12,>=1.9", "torch extra:torch", "torch:5"),
    ]


def test_every_keyword(scan: Scan) -> None:
    text = """\
        from setuptools import setup, find_packages
        kwargs = dict(tests_require=["pytest"], license="MIT")
        setup(
            name="My_Lib", version="1.0", python_requires=">=3.8",
            packages=find_packages(where="src"), package_dir={"": "src"},
            setup_requires=["wheel"], install_requires="torch",
            extras_require={
                "gpu": "cupy", ":sys_platform == 'win32'": ["colorama"], "old:python_version<'3.9'": ["six"],
            },
            entry_points={"console_scripts": ["my = my.cli:main"], "other": ["x = y:z"]},
            **kwargs,
        )
        """
    found = scan({"sub/setup.py": dedent(text)})
    assert found.gaps == []
    assert sorted(zip(found.asked, found.needs, strict=True)) == [
        ('colorama; sys_platform == "win32"', "colorama runtime:"),
        ("cupy", "cupy extra:gpu"),
        ("pytest", "pytest development:tests"),
        ('six; python_version < "3.9"', "six extra:old"),
        ("torch", "torch runtime:"),
        ("wheel", "wheel build:"),
    ]
    (project,) = found.projects
    assert (project.name, project.version, project.requires_python, project.licence) == (
        "my-lib",
        "1.0",
        ">=3.8",
        "MIT",
    )
    assert (project.entry_points, project.packages) == (("my=my.cli:main",), ("sub/src",))


@pytest.mark.parametrize(
    ("arguments", "packages"),
    [
        ("packages=find_packages()", ("",)),
        ("packages=find_packages('lib') + ['a']", ("a", "lib")),
        ("packages=setuptools.find_namespace_packages(where='src', include=['x*'])", ("src",)),
        ("packages=['a', 'a.b']", ("a", "a/b")),
        ("packages=['a', 'b'], package_dir={'a': 'projects/a', '': 'src'}", ("projects/a", "src/b")),
        ("packages=find_packages(exclude=['t']) + list(P), package_dir=P", ("", "projects/p")),
    ],
)
def test_where_the_code_is(scan: Scan, arguments: str, packages: tuple[str, ...]) -> None:
    (project,) = scan({"setup.py": f"P = {{'m.p': 'projects/p'}}\nsetup(name='project', {arguments})"}).projects
    assert project.packages == packages


COMPUTED = [
    ("install_requires=compute()", [], 1),
    ("install_requires=['torch', compute(), 'numpy', other()]", ["torch", "numpy"], 1),
    ("install_requires=[f'torch=={torch.__version__}']", [], 1),
    ("extras_require={'a': compute(), 'b': ['x'], compute(): ['y']}", ["x"], 1),
    ("extras_require=compute()", [], 1),
    ("install_requires=a(), tests_require=b(), extras_require=c()", [], 3),
    ("**compute()", [], 1),
    ("extras_require=table if X else compute()", ["t"], 1),
    ("install_requires=['torch'] * 3", [], 1),
]


@pytest.mark.parametrize(("arguments", "asked", "gaps"), COMPUTED)
def test_what_is_computed_is_one_gap_per_keyword(scan: Scan, arguments: str, asked: list[str], gaps: int) -> None:
    found = scan({"setup.py": f"import torch\ntable = {{'e': ['t']}}\nsetup(name='project', {arguments})"})
    assert (found.asked, len(found.gaps)) == (asked, gaps)
    assert all(gap.startswith("setup.py:3: ") for gap in found.gaps)


@pytest.mark.parametrize(
    "text",
    [
        "def main():\n    deps = ['torch']\n    setup(install_requires=deps)\nif __name__ == '__main__':\n    main()",
        "def main():\n    deps = ['torch']\n    setup(install_requires=deps)",
        "import setuptools\nsetuptools.setup(install_requires=['torch'])",
        "from distutils import core\ncore.setup(install_requires=['torch'])",
        "dist = setup(install_requires=['torch'])",
        "try:\n    setup(install_requires=['torch'])\nexcept SystemExit:\n    pass",
    ],
)
def test_where_setup_is_called(scan: Scan, text: str) -> None:
    found = scan({"setup.py": text})
    assert (found.asked, found.gaps, len(found.projects)) == (["torch"], [], 1)


def test_nothing_is_executed(scan: Scan, tmp_path_factory: pytest.TempPathFactory) -> None:
    canary = tmp_path_factory.mktemp("canary") / "fired"
    text = f"open({str(canary)!r}, 'w').close()\n__import__('os').system('touch {canary}')\nsetup(name='project')\n"
    assert scan({"setup.py": text}).projects[0].name == "project"
    assert not canary.exists()


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("print 'python 2'\nsetup(name='x')", "line 1 is not valid Python"),
        ("(" * 5_000, "too many nested parentheses"),
        ("x = " + "-" * 100_000 + "1", "nested too deeply"),
        ("\0", "null bytes"),
        ("from setuptools import Command\nrun_setup()", "no call of setup() was found"),
    ],
)
def test_what_cannot_be_read_is_a_gap(scan: Scan, text: str, gap: str) -> None:
    gaps = scan({"setup.py": text}).gaps
    assert len(gaps) == 1
    assert gap in gaps[0]


def test_a_module_that_happens_to_be_called_setup(scan: Scan) -> None:
    assert scan({"pkg/setup.py": "def setup():\n    return 1\n"}).facts == ()


@pytest.mark.parametrize("warning", ["x = '\\d'", "x = 1 is 1", "assert (1, 'x')"])
def test_warnings_of_the_scanned_code_are_not_ours(scan: Scan, warning: str) -> None:
    assert scan({"setup.py": f"{warning}\nsetup(install_requires=['torch'])"}).asked == ["torch"]


def test_lone_surrogates_do_not_get_out(scan: Scan) -> None:
    text = (
        r"""setup(name="x", entry_points={"console_scripts": ["a\ud800=b:c"]}, extras_require={"e\ud800": ["torch"]})"""
    )
    found = scan({"setup.py": text, "requirements.txt": r"torch; sys_platform == 'a\ud800'"})
    assert len(found.declarations) == 2
    repr(found.facts).encode()
    assert all("\ud800" not in entry for entry in found.projects[0].entry_points)
    assert all(each.marker.isascii() and each.group.isascii() for each in found.declarations)


BOMBS = [
    "a = ['x']\n" + "a = a + a\n" * 60,
    "a = 'x'\n" + "a = a + a\n" * 60,
    "a = ['x']\n" + "a += a\n" * 60,
    "a = []\na.append(a)\na.append([a, a])",
    "a = {}\na['a'] = a",
    "def a():\n    return a() + a()\na = a()",
    "def f(x):\n    return [x, x]\na = " + "f(" * 60 + "'x'" + ")" * 60,
    "a = [i + j + k + l for i in 'abcdefgh'.split() for j in range(9) for k in [1] * 9 for l in range(10**9)]",
    "a = ['x'] * 10**12",
    "a = '%099999999d' % 1 + '{:>99999999}'.format('x')",
    "a = " + " or ".join(["b"] * 5_000),
    "a = [" + "'x'," * 20_000 + "]\nb = [" + "a," * 5_000 + "]\na = b + [b, b]",
]


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_bombs_fizzle(scan: Scan, bomb: str) -> None:
    found = scan({"setup.py": f"{bomb}\nsetup(name='project', install_requires=a, extras_require={{'e': a}})"})
    assert len(found.facts) < 10_100
