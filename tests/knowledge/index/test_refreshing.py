"""The user's own table of facts, from an index that answers and from repositories that can be cloned."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from depscan.knowledge import refreshing, snapshot
from depscan.knowledge.gather import gather
from depscan.knowledge.history import clones
from depscan.model import FactKind

if TYPE_CHECKING:
    from pathlib import Path

TODAY = "2026-11-24"


def document(version: str, **info: Any) -> dict[str, Any]:
    file = {"upload_time_iso_8601": "2026-11-01T00:00:00Z", "yanked": False, "packagetype": "bdist_wheel"}
    return {
        "info": {"name": "torch", "version": version, "license_expression": "MIT", "requires_dist": [], **info},
        "releases": {version: [file]},
        "ownership": {"roles": [{"role": "Owner", "user": "somebody"}], "organization": None},
    }


def refresh(server: Any, tmp_path: Path, *names: str, **options: Any) -> refreshing.Refreshed:
    return refreshing.refresh(
        names, data=tmp_path / "data", cache=tmp_path / "cache", today=TODAY, index_url=server.simple, **options
    )


def test_answers_are_kept_and_laid_over_the_snapshot(server: Any, tmp_path: Path) -> None:
    server.project("torch", document("99.0"))
    server.project("made-up", document("1.0"))
    done = refresh(server, tmp_path, "Torch", "made_up", "absent")
    assert done.packages == 2
    assert any("absent" in gap.reason for gap in done.gaps)
    found = gather({"torch", "made-up"}, versions={}, data=tmp_path / "data", today=TODAY)
    values = {(fact.package, fact.kind): fact.value for fact in found.facts}
    assert values["torch", FactKind.LATEST] == "99.0"
    assert values["torch", FactKind.PUBLISHER] == "somebody"
    assert values["torch", FactKind.STEWARD] == "PyTorch Foundation"
    assert values["made-up", FactKind.LICENCE] == "MIT"
    assert {steward.name for steward in found.stewards} >= {"PyTorch Foundation", "Linux Foundation"}
    assert (found.sources[0].name, found.sources[0].offline) == ("depscan snapshot", True)


def test_a_later_refresh_replaces_its_own_and_leaves_the_rest(server: Any, tmp_path: Path) -> None:
    server.project("torch", document("99.0"))
    server.project("made-up", document("1.0"))
    refresh(server, tmp_path, "torch", "made-up")
    server.project("torch", document("99.1"))
    refresh(server, tmp_path, "torch")
    facts, gaps = snapshot.read_table(tmp_path / "data/facts.csv")
    assert gaps == ()
    assert {fact.value for fact in facts if fact.kind is FactKind.LATEST} == {"99.1", "1.0"}


def test_nothing_learnt_leaves_the_table_alone(server: Any, tmp_path: Path) -> None:
    done = refresh(server, tmp_path, "absent")
    assert (done.facts, done.packages) == (0, 0)
    assert done.gaps
    assert not (tmp_path / "data/facts.csv").exists()
    (tmp_path / "data").mkdir()
    (tmp_path / "data/facts.csv").write_text("no table")
    assert any("header" in gap.reason for gap in refresh(server, tmp_path, "absent").gaps)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_history_of_source_repositories(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    lines: list[str] = []
    for number in range(40):
        who = "Ann Archer <ann@acme.test> 1704110400 +0000"
        lines += [f"commit refs/heads/main\nmark :{number + 1}\nauthor {who}\ncommitter {who}\ndata 4\nwork\n"]
        lines += [f"from :{number}\n"] if number else []
        lines += [f"M 100644 inline a{number}.py\ndata 2\nx\n\n"]
    git = ["git", "-c", "init.defaultBranch=main", "-c", "safe.directory=*"]
    subprocess.run([*git, "init", "-q", "--bare", str(source)], check=True)
    stream = "".join(lines).encode()
    subprocess.run([*git, "-C", str(source), "fast-import", "--quiet"], input=stream, check=True, capture_output=True)
    real = clones.fetch

    def fetch(url: str, folder: Path) -> Path:
        return real(source.as_uri() if url.endswith("/torch") else url, folder, schemes=("file", "https"))

    monkeypatch.setattr(clones, "fetch", fetch)
    server.project("torch", document("99.0", project_urls={"Source": "https://host.invalid/some/torch"}))
    server.project("made-up", document("1.0", project_urls={"Source": "https://127.0.0.1:9/x"}))
    done = refresh(server, tmp_path, "torch", "made-up", history=True)
    facts, _ = snapshot.read_table(tmp_path / "data/facts.csv")
    found = {fact.value: fact for fact in facts if fact.kind is FactKind.HISTORY}
    said = "1 of 1 people wrote most of it, last commit of theirs 2024-01-01"
    assert found["truck-factor"].detail == f"1: {said}"
    assert found["truck-factor-gone"].detail == said
    assert found["truck-factor-gone"].source.startswith("history of https://host.invalid/some/torch at ")
    assert any("the history of made-up was not read" in gap.reason for gap in done.gaps)
