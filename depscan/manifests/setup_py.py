"""setup.py: read from its syntax tree, never executed."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from depscan.manifests import pipline, project
from depscan.manifests.literals import File, Text, Unknown, Value, dotted, flat
from depscan.manifests.reader import Ask, Fact, Include, Manifest
from depscan.manifests.statements import Run, Setup
from depscan.model import Need, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTS = (
    ("install_requires", Need.RUNTIME, ""),
    ("setup_requires", Need.BUILD, ""),
    ("tests_require", Need.DEVELOPMENT, "tests"),
)


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what the calls of `setup()` say, as far as literals tell; one gap for each keyword that is computed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the scanned code: invalid escapes and the like
            tree = ast.parse(manifest.text)
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno or 0} is not valid Python: {error.msg}; the file was not read") from None
    except (RecursionError, MemoryError):
        raise ValueError("nested too deeply; the file was not read") from None
    run = Run()
    run.over(tree)
    if run.module.steps < 0:
        yield manifest.ask.gap("the code is too long to follow; what setup() is given may be incomplete")
    for setup in run.setups:
        yield _project(manifest, setup)
        if "" in setup.keywords:
            yield manifest.ask.at(setup.line).gap("setup(**...) is given computed keywords; depscan does not run them")
        for keyword, need, group in _LISTS:
            if (value := setup.keywords.get(keyword)) is not None:
                yield from _known(value, manifest.ask.as_(need, group))
                yield from _unknown(keyword, value, manifest.ask, setup)
        if (extras := setup.keywords.get("extras_require")) is not None:
            yield from _extras(extras, manifest.ask, setup)


def _extras(value: Value, ask: Ask, setup: Setup) -> Iterator[Fact]:
    if not isinstance(value, dict):
        value = {"": Unknown(setup.line)} if value else {}
    for key, requirements in value.items():
        group, _, marker = key.partition(":")
        yield from _known(requirements, ask.as_(Need.EXTRA, group.strip()) if group.strip() else ask, marker)
    yield from _unknown("extras_require", value, ask, setup)


def _known(value: Value, ask: Ask, marker: str = "") -> Iterator[Fact]:
    """Read the items that are known: strings of one or more lines, and files."""
    for item in flat([value]):
        if isinstance(item, File):
            yield Include(item.path, ask.at(item.line))
        elif isinstance(item, Text):
            for offset, line in enumerate(item.text.split("\n")):
                if bare := re.sub(r"(?:^|\s)#.*$", "", line).strip():
                    conditional = f"{bare}; {marker}" if marker.strip() and ";" not in bare else bare
                    yield from pipline.read(conditional, ask.at(item.line + offset))


def _unknown(keyword: str, value: Value, ask: Ask, setup: Setup) -> Iterator[Fact]:
    """Say once that some of a keyword is computed."""
    lines = [item.line for item in flat([value]) if isinstance(item, Unknown)]
    if lines:
        place = ask.at(next(filter(None, lines), setup.line))
        yield place.gap(f"{keyword} of setup() is computed here and depscan does not run it; packages may be missing")


def _project(manifest: Manifest, setup: Setup) -> Project:
    scripts = setup.keywords.get("entry_points", {})
    groups = [scripts.get(key, []) for key in ("console_scripts", "gui_scripts")] if isinstance(scripts, dict) else []
    return project.make(
        manifest.ask.at(setup.line),
        name=_text(setup, "name"),
        version=_text(setup, "version"),
        requires_python=_text(setup, "python_requires"),
        licence=_text(setup, "license"),
        entry_points=[item.text for item in flat(groups) if isinstance(item, Text)],
        packages=_packages(setup),
    )


def _text(setup: Setup, keyword: str) -> str:
    value = setup.keywords.get(keyword)
    return value.text.strip() if isinstance(value, Text) else ""


def _packages(setup: Setup) -> Iterator[str]:
    """Yield where the code is: the folders that `find_packages()` searches, the packages listed, those of `package_dir`."""
    table = setup.keywords.get("package_dir")
    folders = (
        {key: value.text for key, value in table.items() if isinstance(value, Text)} if isinstance(table, dict) else {}
    )
    yield from (folder for package, folder in folders.items() if package)
    if node := setup.calls.get("packages"):
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and dotted(call.func) in {"find_packages", "find_namespace_packages"}:
                where = [word.value for word in call.keywords if word.arg == "where"] or call.args[:1]
                literal = [
                    node.value for node in where if isinstance(node, ast.Constant) and isinstance(node.value, str)
                ]
                yield literal[0] if literal else folders.get("", "")
    packages = setup.keywords.get("packages")
    names = [item.text for item in packages if isinstance(item, Text)] if isinstance(packages, list) else []
    yield from project.located(
        [name for name in names if name not in folders and name.replace(".", "").isidentifier()], folders
    )
