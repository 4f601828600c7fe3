"""What a source file is for, judged by its path alone, as the layouts of real repositories have it."""

from __future__ import annotations

import re

from depscan.model import Scope

_TEST_FOLDER = re.compile(r"tests?|testing|.*[-_]tests?|tests?[-_].*|testing[-_].*")
_TEST_FILE = re.compile(r"test_(?!time_).*|.*_tests?|tests|conftest|testing_utils")
"""Test-time augmentation and training are methods of machine learning."""
_TOOL_FILE = re.compile(r"setup|noxfile|fabfile|dodo|versioneer|hatch_build")
_TOOL_FOLDER = re.compile(r"\..+|ci|dev|devtools?|build_?tools|maint")
"""At the root of a repository; further down `ci` and `dev` may be packages."""
_FOLDERS = (
    (re.compile(r"(.*[-_])?bench(mark)?s?|asv_bench"), Scope.BENCHMARK),
    (re.compile(r"docs?|documentation"), Scope.DOCS),
    (
        re.compile(r"(.*[-_])?(examples|samples|tutorials|demos|cookbooks)|example|sample|tutorial|demo|cookbook"),
        Scope.EXAMPLE,
    ),
)
_RECIPES = re.compile(r"(.*[-_])?recipes?|(.*[-_])?examples?[-_]training")
_FILES = ((re.compile(r"bench(mark)?s?_.*|.*_bench(mark)?s?"), Scope.BENCHMARK),)
_SCRIPTS = (
    (re.compile(r"bench(mark)?s?"), Scope.BENCHMARK),
    (re.compile(r"(examples?|demo)(_.*)?|.*_(examples?|demo)"), Scope.EXAMPLE),
)
"""Files at the root of a repository; further down `example` and `benchmark` are modules of a package."""


def scope_of(path: str) -> Scope:
    """Judge a POSIX path: tests anywhere first, then tools, then the outermost telling folder, then the file's name."""
    *folders, name = path.lower().split("/")
    stem = name.rpartition(".")[0]
    if _TEST_FILE.fullmatch(stem) or any(_TEST_FOLDER.fullmatch(folder) for folder in folders):
        return Scope.TEST
    if _TOOL_FILE.fullmatch(stem) or (folders and _TOOL_FOLDER.fullmatch(folders[0])):
        return Scope.TOOLING
    scopes = [scope for folder in folders for pattern, scope in _FOLDERS if pattern.fullmatch(folder)]
    if stem == "conf" and Scope.DOCS in scopes:
        return Scope.TOOLING
    files = _FILES if folders else _FILES + _SCRIPTS
    scopes += [scope for pattern, scope in files if pattern.fullmatch(stem)]
    if not scopes and not name.endswith((".py", ".ipynb")) and any(_RECIPES.fullmatch(folder) for folder in folders):
        return Scope.RECIPE
    return scopes[0] if scopes else Scope.PRODUCTION
