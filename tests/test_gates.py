"""Hooks, the action and the template: what they call exists, and does what they promise."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from depscan import cli
from depscan.cli import gates, running

ROOT = Path(__file__).resolve().parents[1]
HOOKS: dict[str, Any] = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_bytes())}
GIT = shutil.which("git")
PRE_COMMIT = shutil.which("pre-commit") or shutil.which("pre-commit", path=str(Path(sys.executable).parent))
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two undeclared imports in two files."""
    for name in [name for name in os.environ if name.startswith(("DEPSCAN_", "GIT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DEPSCAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("DEPSCAN_DATA_DIR", str(tmp_path / "data"))
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\ndependencies = ["numpy"]\n')
    (root / "src/old.py").write_text("import numpy\nimport cv2\n")
    (root / "src/new.py").write_text("import numpy\nimport einops\n")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run() -> Run:
    def run(*arguments: str, command: Any = gates.staged) -> tuple[int, str]:
        chosen = ["--select", "DS1", *arguments] if command is gates.staged else arguments
        # by way of the group: click keeps what it makes of a command on its own, and the next test would see it
        result = CliRunner().invoke(cli.cli, [command.name, *chosen])
        return result.exit_code, result.stdout

    return run


# -- depscan staged ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "status", "places"),
    [
        (("src/new.py",), 1, ["src/new.py:2"]),
        (("src/old.py", "src/new.py"), 1, ["src/new.py:2", "src/old.py:2"]),
        (("src/../src/new.py",), 1, ["src/new.py:2"]),
        (("../elsewhere.py",), 0, []),
        (("src/gone.py",), 0, []),
        ((), 0, []),
    ],
)
def test_only_what_is_in_the_files(
    run: Run, project: Path, files: tuple[str, ...], status: int, places: list[str]
) -> None:
    assert project.is_dir()
    code, out = run(*files)
    assert code == status
    assert re.findall(r"^(\S+:\d+): DS101 high: ", out, re.MULTILINE) == places


def test_the_root_may_be_elsewhere(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    code, out = run("--root", "shop", "shop/src/new.py")
    assert code == 1
    assert "src/new.py:2: DS101" in out


def test_a_severity_and_a_baseline(run: Run, project: Path, tmp_path: Path) -> None:
    assert run("src/new.py", "--fail-on", "critical")[0] == 0
    assert run("src/new.py", "--fail-on", "none")[0] == 0
    config = running.settings(project, config_file=None, isolated=False, exclude=(), no_uses=False)
    options = {"no_cache": True, "quiet": True, "environment": None, "online": False, "target": "", "index_url": ""}
    report = running.run(project, config, **options)  # type: ignore[arg-type]
    data = running.rendered(report, "json", full=False, verbose=0, color="never", stdout=False)
    assert isinstance(data, bytes)
    (tmp_path / "old.json").write_bytes(data)
    assert run("src/new.py", "--baseline", str(tmp_path / "old.json")) == (0, "")
    (project / "src/new.py").write_text("import einops\nimport tqdm\n")
    code, out = run("src/new.py", "--baseline", str(tmp_path / "old.json"))
    assert code == 1
    assert "tqdm" in out
    assert "einops is" not in out


def test_a_comment_accepts_and_a_stranger_may_not_comment(run: Run, project: Path) -> None:
    comment = "  # depscan: ignore[DS101] comes with the image"
    (project / "src/new.py").write_text(f"import numpy\nimport einops{comment}\n")
    assert run("src/new.py") == (0, "0 findings, 1 more accepted\n")
    assert run("src/new.py", "--isolated")[0] == 1
    (project / "src/new.py").write_text(f"import numpy{comment}\nimport einops\n")
    assert run("src/new.py")[0] == 1


# -- depscan diff, depscan init ----------------------------------------------------------------------------------------


def test_diff_fails_for_what_is_new(run: Run, project: Path, tmp_path: Path) -> None:
    assert project.is_dir()
    for name, ignore in (("old", ("DS101:einops",)), ("new", ())):
        config = running.settings(
            project, config_file=None, isolated=False, exclude=(), no_uses=False, select=("DS101",), ignore=ignore
        )
        options = {"no_cache": True, "quiet": True, "environment": None, "online": False, "target": "", "index_url": ""}
        report = running.run(project, config, **options)  # type: ignore[arg-type]
        data = running.rendered(report, "json", full=False, verbose=0, color="never", stdout=False)
        assert isinstance(data, bytes)
        (tmp_path / f"{name}.json").write_bytes(data)
    old, new = (str(tmp_path / f"{name}.json") for name in ("old", "new"))
    code, out = run(old, new, command=gates.diff_)
    assert code == 1
    assert out.startswith("shop: findings: 1 new")
    assert run(new, old, command=gates.diff_)[0] == 0
    assert run(new, new, command=gates.diff_)[0] == 0
    assert run(old, new, "--fail-on", "critical", command=gates.diff_)[0] == 0
    assert run(old, new, "--fail-on", "none", command=gates.diff_)[0] == 0
    assert json.loads(run(old, new, "-f", "json", command=gates.diff_)[1])["schema"] == "depscan.changes/1"
    assert run(old, new, "-f", "markdown", command=gates.diff_)[1].startswith("### depscan: `shop`: ")


def test_init_adds_to_the_project(run: Run, project: Path) -> None:
    assert run(command=gates.init)[0] == 0
    assert "[tool.depscan]" in (project / "pyproject.toml").read_text()


# -- what hooks, action and template call ------------------------------------------------------------------------------


def options(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith("-") and word != "--"}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=lambda hook: hook["id"])
def test_what_hooks_call_exists(hook: dict[str, Any]) -> None:
    program, command, *rest = hook["entry"].split()
    assert program == "depscan"
    known = {name for each in cli.cli.commands[command].params for name in each.opts}
    assert options(rest) <= known
    assert hook["language"] == "python"
    assert hook["require_serial"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("src/a.py", True),
        ("notes/b.ipynb", True),
        ("pyproject.toml", True),
        ("requirements-dev.txt", True),
        ("requirements/base.txt", True),
        ("environment.yml", True),
        ("Pipfile", True),
        ("docker/Dockerfile.gpu", True),
        ("uv.lock", True),
        ("tox.ini", True),
        ("README.md", False),
        ("data/words.txt", False),
        ("logo.png", False),
    ],
)
def test_the_files_that_a_hook_is_called_for(path: str, wanted: bool) -> None:
    assert bool(re.search(HOOKS["depscan-staged"]["files"], path)) is wanted


def test_what_action_and_template_call_exists() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_bytes())
    job = yaml.safe_load((ROOT / "ci/gitlab.yml").read_bytes())["depscan"]
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step] + job["script"]
    known = {name for each in cli.cli.commands["scan"].params for name in each.opts}
    lines = [line for script in scripts for line in script.splitlines() if "options" in line or "depscan scan" in line]
    assert len(lines) >= 6
    assert options(re.findall(r"(?<![\w$\[])--?[a-z][\w-]*(?=[\s)])", "\n".join(lines))) - {"-n"} <= known
    formats = re.findall(r"--format (\w+)", "\n".join(lines))
    assert set(formats) <= set(running.FORMATS)


def test_no_input_of_the_action_becomes_part_of_a_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_bytes())
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert used == set(action["inputs"])


# -- pre-commit itself -------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    assert GIT
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run([GIT, *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.slow  # builds an environment with all that depscan requires
@pytest.mark.skipif(not GIT or not PRE_COMMIT, reason="needs git and pre-commit")
def test_pre_commit_runs_the_hooks(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PRE_COMMIT
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    source = tmp_path / "source"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "depscan", source / "depscan", ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, source / name)
    git(source, "init", "-q")
    git(source, "add", "-A")
    git(source, "commit", "-qm", "one")
    hooks = [{"id": "depscan-staged"}, {"id": "depscan", "stages": ["pre-push"]}]
    config = {"repos": [{"repo": str(source), "rev": git(source, "rev-parse", "HEAD"), "hooks": hooks}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    new = (project / "src/new.py").read_text()
    (project / "src/new.py").unlink()
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "one")

    def hooked(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([PRE_COMMIT, "run", *arguments], cwd=project, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    (project / "src/new.py").write_text("import numpy\n")
    git(project, "add", "-A")
    status, out = hooked()
    assert status == 0, out
    (project / "src/new.py").write_text(new)
    git(project, "add", "-A")
    status, out = hooked()
    assert status == 1
    assert "src/new.py:2: DS101 high: einops" in out
    assert "cv2" not in out
    status, out = hooked("--hook-stage", "pre-push")
    assert status == 1
    assert "cv2" in out
    assert git(project, "status", "--short") == "A  src/new.py"
