"""The command: exit statuses, outputs, errors in one line, nothing heavy before it is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from depscan import cli

HEAVY = ("libcst", "networkx", "matplotlib", "rich", "yaml", "requests", "jinja2", "pip_audit", "packaging", "sqlite3")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one undeclared import of certain name and one unused requirement."""
    for name in [*filter(lambda name: name.startswith("DEPSCAN_"), os.environ), "NO_COLOR"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEPSCAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("DEPSCAN_DATA_DIR", str(tmp_path / "data"))
    root = tmp_path / "shop"
    root.mkdir()
    (root / "requirements.txt").write_text("numpy==2.1.0\n")
    (root / "main.py").write_text("import numpy as np\nimport cv2\n\nprint(np.linalg.norm(cv2.imread('x')))\n")
    return root


class Result:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["depscan", *map(str, arguments)])
        status = 0
        try:
            cli.main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        out, err = capfd.readouterr()
        return Result(status, out, err)

    return run


def test_findings_fail_from_the_chosen_severity_on(run: Run, project: Path) -> None:
    assert run(project).status == 1
    assert run("scan", project, "--fail-on", "critical").status == 0
    assert run(project, "--fail-on", "none").status == 0
    assert run(project, "--ignore", "DS101").status == 0
    (project / "depscan.toml").write_text("fail-on = 'critical'\n")
    assert run(project).status == 0
    assert run(project, "--isolated").status == 1
    assert run(project, "--fail-on", "low").status == 1


def test_the_environment_gives_options_and_the_command_line_beats_it(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPSCAN_SCAN_FAIL_ON", "critical")
    assert run(project).status == 0
    assert run(project, "--fail-on", "high").status == 1


def test_the_current_folder_is_the_default(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    result = run()
    assert result.status == 1
    assert "numpy" in result.out


def test_strict_fails_on_gaps(run: Run, project: Path, tmp_path: Path) -> None:
    result = run(project, "--strict", "--fail-on", "none")
    assert result.status == 4
    assert "--environment" in result.out
    info = tmp_path / "site/numpy-2.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: numpy\nVersion: 2.1.0\n")
    assert run(project, "--strict", "--fail-on", "none", "--environment", tmp_path / "site").status == 0
    assert "2.1.0" in run("why", "numpy", project, "--environment", tmp_path / "site").out
    (project / "pyproject.toml").write_text("broken = [\n")
    result = run(project, "--strict", "--fail-on", "none")
    assert result.status == 4
    assert "pyproject.toml" in result.out


def test_errors_are_one_line_and_say_what_to_do(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments, status, message in (
        ((tmp_path / "nowhere",), 2, "does not exist"),
        ((project / "main.py",), 2, "is a file, not a folder"),
        ((tmp_path / "empty",), 3, "holds no Python file"),
        ((project, "-o", tmp_path / "x.doc"), 2, "no format for the suffix"),
        ((project, "-o", tmp_path / "no/such/x.json"), 2, "cannot be written"),
        (("explain", "DS999"), 2, "DS999"),
        (("why", "numpi", project), 2, "Did you mean numpy?"),
        (("report", project / "main.py"), 2, "main.py"),
        ((project, "--config", tmp_path / "absent.toml"), 2, "absent.toml"),
        ((project, "--environment", tmp_path / "nowhere"), 2, "nowhere does not exist"),
        ((project, "--online", "--target", "amiga"), 2, "'amiga' is no target"),
    ):
        result = run(*arguments)
        assert (result.status, result.out) == (status, ""), arguments
        assert message in result.err
        assert "Traceback" not in result.err
    result = run(project, "--fail-on", "huge")
    assert result.status == 2
    assert "'huge' is not one of" in result.err


def test_online_says_that_the_network_is_used(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "requirements.txt").write_text("# nothing to ask for\n")
    assert run(project).err == ""
    assert run(project, "--online").err.startswith("depscan: online: ")
    assert run(project, "--online", "-q").err == ""
    assert run(project, "--online", "--offline").err == ""
    monkeypatch.setenv("DEPSCAN_SCAN_ONLINE", "1")
    assert run(project).err.startswith("depscan: online: ")


def test_a_wrong_setting_is_named(run: Run, project: Path) -> None:
    (project / "depscan.toml").write_text("failon = 'low'\n")
    result = run(project)
    assert result.status == 2
    assert "failon" in result.err


def test_outputs_go_to_stdout_and_files(run: Run, project: Path, tmp_path: Path) -> None:
    result = run(project, "-f", "json", "-o", tmp_path / "r.json", "-o", tmp_path / "r.txt")
    assert json.loads(result.out)["schema"] == "depscan.report/1"
    assert json.loads((tmp_path / "r.json").read_text())["packages"]
    assert "numpy" in (tmp_path / "r.txt").read_text()
    quiet = run(project, "-q", "-o", tmp_path / "q.json")
    assert (quiet.out, quiet.err) == ("", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "q.json", "r.json", "r.txt", "shop"]


def test_a_saved_report_renders_like_the_scan(run: Run, project: Path, tmp_path: Path) -> None:
    text = run(project, "-o", tmp_path / "r.json", "--full").out
    assert run("report", tmp_path / "r.json").out == text
    again = run("report", tmp_path / "r.json", "-f", "json", "--full").out
    assert again == (tmp_path / "r.json").read_text()
    assert run("report", tmp_path / "r.json", "-o", tmp_path / "r.txt").out == ""
    (tmp_path / "old.json").write_text('{"schema": "depscan.report/0"}')
    assert run("report", tmp_path / "old.json").status == 2


def test_why_names_declaration_and_places(run: Run, project: Path) -> None:
    for name in ("numpy", "NumPy"):
        out = run("why", name, project).out
        assert "requirements.txt:1" in out
        assert "main.py:1" in out
        assert "numpy.linalg.norm" in out
    assert "main.py:2" in run("why", "cv2", project).out


def test_explain_rules_and_schema(run: Run) -> None:
    assert "DS101" in run("explain", "DS101").out
    assert run("rules").out.splitlines()[0].startswith("DS101  ")
    assert json.loads(run("schema").out)["$schema"].startswith("https://json-schema.org/draft/2020-12")


def test_the_cache_is_used_shown_and_cleared(run: Run, project: Path) -> None:
    assert "empty" in run("cache", "info").out
    first = run(project, "-f", "json").out
    second = run(project, "-f", "json").out
    drop = '"scanned_at"'
    assert [line for line in first.split(",") if drop not in line] == [
        line for line in second.split(",") if drop not in line
    ]
    assert " entries, " in run("cache", "info").out
    assert "removed" in run("cache", "clear").out
    assert run(project, "--no-cache").status == 1
    assert "empty" in run("cache", "info").out


def test_trouble_with_the_cache_is_said_and_does_no_harm(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    result = run(project)
    assert result.status == 1
    assert "no cache" in result.err


def test_a_bug_is_one_line_and_status_two(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("\x1b[31mbroken")

    monkeypatch.setattr("depscan.pipeline.scan", broken)
    result = run(project)
    assert result.status == 2
    assert "internal error: RuntimeError" in result.err
    assert "\x1b" not in result.err
    monkeypatch.setenv("DEPSCAN_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        run(project)


def test_interrupted(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("depscan.pipeline.scan", interrupted)
    assert run(project).status == 130


def test_progress_is_drawn_on_a_terminal_only(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "reading" not in run(project).err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    result = run(project, "--no-cache")
    assert result.status == 1
    assert "numpy" in result.out


def test_colour_only_when_wanted(run: Run, project: Path) -> None:
    assert "\x1b" not in run(project).out
    assert "\x1b" in run(project, "--color", "always").out


def test_version_and_help_load_nothing_heavy() -> None:
    code = f"import sys, depscan, depscan.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_runs_as_a_module_and_survives_a_closed_pipe(project: Path) -> None:
    """A module of the scanned folder must not be imported, even when that folder is the current one."""
    (project / "json.py").write_text("raise SystemExit('the scanned repository was run')\n")
    command = [sys.executable, "-P", "-m", "depscan", ".", "-f", "json"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        assert process.wait() == 141


def test_the_report_says_who_could_change_or_withdraw_it(run: Run, project: Path) -> None:
    text = run(project, "--fail-on", "none").out
    assert "Who could change or withdraw it" in text
    assert "NumPy community" in text
    assert "depscan snapshot" in text
    saved = project.parent / "report.json"
    run(project, "--fail-on", "none", "-o", saved, "-q")
    report = json.loads(saved.read_text())
    numpy = next(package for package in report["packages"] if package["name"] == "numpy")
    assert numpy["steward"]["name"] == "NumPy community"
    assert numpy["licence"]["family"] == "permissive"
    assert {fact["source"] for fact in report["facts"] if fact["package"] == "numpy"}
    assert all(fact["retrieved"] for fact in report["facts"])


def test_the_users_own_facts_count(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/facts.csv").write_text(
        "package,kind,value,version,detail,source,retrieved\nnumpy,status,archived,,said,somebody,2099-01-01\nbroken\n"
    )
    result = run(project, "--fail-on", "none", "--select", "DS301")
    assert "archived" in result.out
    assert "row 3 has 1 columns" in result.out
    assert "archived" in run("knowledge", "show", "NumPy").out


def test_exceptions_of_the_policy_stay_visible_and_do_not_fail(run: Run, project: Path) -> None:
    assert run(project).status == 1
    (project / "depscan.toml").write_text(
        "[[policy.exceptions]]\ncode = 'DS101'\nreason = 'comes with the image'\nuntil = 2099-01-01\n"
    )
    result = run(project)
    assert result.status == 0
    assert "comes with the image" in result.out
    assert run(project, "--isolated").status == 1


def test_what_if(run: Run, project: Path, tmp_path: Path) -> None:
    result = run("what-if", "abandoned:numpy", project)
    assert result.status == 0
    assert "What if numpy is abandoned?" in result.out
    assert "main.py:1" in result.out
    run(project, "-q", "-o", tmp_path / "report.json")
    saved = run("what-if", "compromised:numpy@2.1.0", tmp_path / "report.json", "-f", "json")
    assert json.loads(saved.out)["certainty"] == "affected"
    wrong = run("what-if", "abandoned:numpi", tmp_path / "report.json")
    assert (wrong.status, wrong.out) == (2, "")
    assert "numpy" in wrong.err
    assert run("what-if", "stolen:numpy", project).status == 2


def test_knowledge(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project.exists()
    result = run("knowledge", "show", "torch")
    assert "PyTorch Foundation" in result.out
    assert "metadata of torch" in result.out
    assert "torch" in run("knowledge", "show").out
    wrong = run("knowledge", "show", "torhc")
    assert (wrong.status, wrong.out) == (2, "")
    assert "torch" in wrong.err
    nothing = run("knowledge", "refresh")
    assert nothing.status == 2
    assert "name packages" in nothing.err
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    dead = run("knowledge", "refresh", "torch", "-q", "--index-url", "http://127.0.0.1:9/simple/")
    assert dead.status == 2
    assert dead.out.startswith("0 facts on 0 packages")
    assert "torch" in dead.err


def test_maintainers(run: Run, project: Path, tmp_path: Path) -> None:
    result = run("maintainers", project)
    assert result.status == 3
    assert "not read" in result.out
    document = json.loads(run("maintainers", project, "-f", "json").out)
    assert document["truck_factor"] is None
    assert document["gaps"]
    assert run("maintainers", project, "-o", tmp_path / "people.json").status == 3
    assert json.loads((tmp_path / "people.json").read_text()) == document
    assert run("maintainers", project, "--as-of", "soon").status == 2


def test_a_baseline_is_read(run: Run, project: Path, tmp_path: Path) -> None:
    run(project, "-q", "-o", tmp_path / "old.json")
    assert run(project, "--baseline", tmp_path / "old.json").status in {0, 1}
    (tmp_path / "old.json").write_text("{}")
    result = run(project, "--baseline", tmp_path / "old.json")
    assert result.status == 2
    assert "old.json" in result.err
