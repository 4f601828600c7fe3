"""Whole histories, from commits to figures."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depscan.errors import DepscanError
from depscan.knowledge import history
from depscan.model.history import History

if TYPE_CHECKING:
    from tests.knowledge.history.conftest import Builder

LINES = "".join(f"line {at} of a file that is long enough to be known again\n" for at in range(40))


def sources(prefix: str, number: int) -> dict[str, str | None]:
    return {f"{prefix}{at}.py": f"{prefix} {at}\n" for at in range(number)}


def reasons(found: History) -> str:
    return " | ".join(gap.reason for gap in found.gaps)


def three(repository: Builder) -> None:
    """Ann wrote 5 files in 2020, Bob 4 and Cid 3 in 2022; of these only Bob committed in the year to June 2024."""
    repository.commit("ann", sources("a", 5), day="2020-05-05")
    repository.commit("bob", sources("b", 4), day="2022-03-01")
    repository.commit("cid", sources("c", 3))
    repository.filler("bob", 20)
    repository.day = "2024-02-02"
    repository.filler("bob", 8)
    repository.filler("dot", 4)


def test_figures(repository: Builder) -> None:
    three(repository)
    found = history.measure(repository.write(), today="2024-06-10")
    # 12 files: without Ann 7 of 12 are covered, without Bob as well 3 of 12
    factor = found.truck_factor
    assert factor is not None
    assert (factor.value, factor.range) == (2, (2, 2))
    assert factor.coverage == (1.0, 7 / 12, 3 / 12)
    assert [(d.name, d.share, d.last_commit, d.active) for d in factor.developers] == [
        ("Ann Archer", 5 / 12, "2020-05-05", False),
        ("Bob Baker", 4 / 12, "2024-02-02", True),
    ]
    # Bob alone covers 4 of 12: 8 of 12 have no active author, and less than half is covered to begin with
    assert (found.live_truck_factor, found.orphan_share, found.detached) == (0, 8 / 12, False)
    # in the year before 2024-06-01: Bob 8, Dot 4 of 12 commits
    assert (found.contributor_absence_factor, found.contributors) == (1, 2)
    assert (found.as_of, found.as_of_source) == ("2024-06-01", "last fetch, by FETCH_HEAD")
    assert (found.commits, found.files, found.people) == (35, 12, 4)
    assert (found.committed, found.renames, found.bot_share) == ("2024-02-02", "similar", 0)
    assert found.revision == repository.git("rev-parse", "main")
    # acme.test is the organisation of Ann and Bob only: 8 of 12 commits
    assert (found.elephant_factor, found.attributable_share, found.gaps) == (1, 8 / 12, ())


@pytest.mark.parametrize("bare", [True, False])
def test_an_earlier_day(repository: Builder, bare: bool) -> None:
    three(repository)
    found = history.measure(repository.write(bare=bare), as_of="2023-01-01")
    assert (found.commits, found.as_of, found.as_of_source, found.committed) == (
        23,
        "2023-01-01",
        "given",
        "2022-03-01",
    )
    assert "23 commits are too few" in reasons(found)
    assert (found.truck_factor, found.contributor_absence_factor, found.orphan_share) == (None, None, None)


def test_a_living_project(repository: Builder) -> None:
    repository.commit("ann", sources("a", 6), day="2024-01-01")
    repository.commit("bob", sources("b", 4))
    repository.filler("ann")
    found = history.measure(repository.write(), as_of="2024-03-01")
    assert found.truck_factor is not None
    assert (found.truck_factor.value, found.live_truck_factor, found.orphan_share) == (1, 1, 0)


def test_all_developers_of_the_truck_factor_are_silent(repository: Builder) -> None:
    repository.commit("ann", sources("a", 9), day="2020-01-01")
    repository.filler("ann")
    repository.commit("bob", sources("b", 1), day="2024-01-01")
    found = history.measure(repository.write())
    assert (found.detached, found.orphan_share, found.live_truck_factor) == (True, 0.9, 0)


def test_a_merge_counts_as_activity_only(repository: Builder) -> None:
    first = repository.commit("ann", sources("a", 9), day="2020-01-01")
    repository.filler("ann")
    top = repository.commit("ann", {"x.py": "1"})
    side = repository.commit("bob", {"y.py": "1"}, parent=first)
    repository.commit("ann", {}, day="2024-01-01", parent=top, merge=side)
    found = history.measure(repository.write())
    assert (found.commits, found.detached, found.contributors) == (33, False, 0)
    assert "nobody committed in the 365 days before" in reasons(found)


def test_a_renamed_file_keeps_its_author(repository: Builder) -> None:
    repository.commit("ann", {"old.py": LINES, **sources("a", 4)}, day="2024-01-01")
    repository.commit("bob", {"new.py": LINES + "one more\n", "old.py": None})
    repository.commit("bob", {}, renames={"new.py": "newest.py"})
    repository.commit("cid", sources("c", 4))
    repository.filler("cid")
    found = history.measure(repository.write())
    # newest.py: Ann 4.391 - 0.321 ln 3 = 4.038, Bob 3.293 + 0.328 = 3.621 (0.90 of it): both are its authors
    assert found.truck_factor is not None
    assert [(d.name, d.share) for d in found.truck_factor.developers] == [
        ("Ann Archer", 5 / 9),
        ("Cid Cooper", 4 / 9),
    ]
    assert (found.files, found.truck_factor.coverage) == (9, (1.0, 5 / 9, 1 / 9))


def test_deleted_files_and_links_do_not_count(repository: Builder) -> None:
    repository.commit("ann", sources("a", 9) | {"docs/a.py": "1", "README.md": "1"}, day="2024-01-01")
    repository.commit("ann", {"a0.py": None, "a1.py": None})
    repository.filler("ann")
    assert history.measure(repository.write(), exclude=("a2.py", "other.py")).files == 6


def test_names_that_git_quotes(repository: Builder) -> None:
    repository.commit("ann", {f'"o\\"d\\td{at}.py"': "1" for at in range(5)}, day="2024-01-01")
    repository.filler("ann")
    found = history.measure(repository.write())
    assert (found.files, found.orphan_share) == (5, 0)


@pytest.mark.parametrize("source", ["mailmap", "names", "file", "nothing"])
def test_aliases(repository: Builder, tmp_path: Path, source: str) -> None:
    mailmap = "Ann Archer <ann@acme.test> <queen@hearts.org>\n"
    files = sources("q", 5) | ({".mailmap": mailmap} if source == "mailmap" else {})
    repository.commit("ann", sources("a", 5), day="2024-01-01")
    repository.commit("Q. <queen@hearts.org>", files)
    repository.filler("ann")
    (tmp_path / "my aliases").write_text(mailmap)
    choices: dict[str, dict[str, str] | Path] = {"names": {"Q.": "Ann Archer"}, "file": tmp_path / "my aliases"}
    found = history.measure(repository.write(), aliases=choices.get(source))
    assert found.truck_factor is not None
    assert (found.people, found.truck_factor.coverage[1]) == ((2, 0.5) if source == "nothing" else (1, 0))


def test_bots_are_left_out(repository: Builder) -> None:
    repository.commit("ann", sources("a", 8), day="2024-01-01")
    repository.filler("ann", 32)
    repository.filler("robot[bot] <r@x.org>", 7)
    repository.commit("robot[bot] <r@x.org>", sources("r", 2))
    found = history.measure(repository.write())
    assert found.truck_factor is not None
    assert found.truck_factor.coverage == (0.8, 0)
    assert (found.people, found.contributors, found.bot_share) == (1, 1, 8 / 41)
    assert found.orphan_share == 0.2


def test_too_many_bots(repository: Builder) -> None:
    repository.commit("ann", sources("a", 8), day="2024-01-01")
    repository.filler("ann", 30)
    repository.filler("robot[bot] <r@x.org>", 9)
    found = history.measure(repository.write())
    assert "22% of the commits are by bots" in reasons(found)
    assert (found.truck_factor, found.live_truck_factor, found.contributor_absence_factor) == (None, None, None)


def test_files_nobody_wrote(repository: Builder) -> None:
    repository.commit("robot[bot] <r@x.org>", sources("r", 6), day="2024-01-01")
    repository.commit("ann", sources("a", 4))
    repository.filler("ann")
    found = history.measure(repository.write())
    assert "only 40% of the source files have an author" in reasons(found)
    assert (found.truck_factor, found.contributor_absence_factor) == (None, 1)


def test_too_few_files(repository: Builder) -> None:
    repository.commit("ann", sources("a", 4), day="2024-01-01")
    repository.filler("ann")
    found = history.measure(repository.write())
    assert "4 source files are too few" in reasons(found)
    assert (found.truck_factor, found.orphan_share, found.contributor_absence_factor) == (None, None, 1)


def test_bulk_imports_and_copied_commits_are_named(repository: Builder) -> None:
    repository.commit("ann", sources("a", 100), day="2024-01-01", message="import\n\nfbshipit-source-id: 12ab\n")
    repository.filler("ann")
    for at in range(9):
        repository.commit("bob", {"n.txt": str(at)}, message="x\n\nPiperOrigin-RevId: 12\n")
    found = reasons(history.measure(repository.write()))
    assert "one commit of 2024-01-01 added 100 source files" in found
    assert "25% of the commits were copied" in found


# -- the day that the live figures refer to ---------------------------------------------------------------------------


def lively(repository: Builder) -> None:
    repository.commit("ann", sources("a", 5), day="2024-01-01")
    repository.filler("ann")


def test_no_live_figures_when_the_day_of_the_fetch_is_not_known(repository: Builder) -> None:
    lively(repository)
    found = history.measure(repository.write(bare=False, fetched=""))
    assert found.truck_factor is not None
    assert found.truck_factor.developers[0].active is None
    assert found.live_truck_factor is found.orphan_share is found.detached is found.contributor_absence_factor is None
    assert (found.as_of, found.as_of_source) == ("", "")
    assert "does not show when it was last fetched" in reasons(found)
    assert history.measure(repository.folder, as_of="2024-05-01").live_truck_factor == 1


def test_a_stale_clone_says_nothing_of_today(repository: Builder) -> None:
    lively(repository)
    found = history.measure(repository.write(fetched="2024-02-01"), as_of="2025-06-01")
    assert found.truck_factor is not None
    assert found.live_truck_factor is found.orphan_share is None
    assert "last fetched on 2024-02-01" in reasons(found)


@pytest.mark.parametrize(
    ("days", "as_of", "said"),
    [(0, "2024-06-01", False), (31, "2024-06-01", True), (-1, "2024-06-01", False), (-2, "", True)],
)
def test_today(repository: Builder, days: int, as_of: str, said: bool) -> None:
    lively(repository)
    today = date(2024, 6, 1) + timedelta(days=days)
    found = history.measure(repository.write(), today=str(today))
    assert (found.as_of, "last fetched" in reasons(found)) == (as_of, said)


def test_a_day_before_the_first_commit(repository: Builder) -> None:
    lively(repository)
    found = history.measure(repository.write(), as_of="2001-01-01")
    assert (found.revision, reasons(found)) == ("", "the history was not read: no commit on or before 2001-01-01")


DATES = [("yesterday", "not a date"), ("0001-01-01", "no commit is that old"), ("2024-01-03", "yet to come")]


@pytest.mark.parametrize(("as_of", "reason"), DATES)
def test_what_is_no_day_to_ask_for(tmp_path: Path, as_of: str, reason: str) -> None:
    with pytest.raises(DepscanError, match=reason):
        history.measure(tmp_path, as_of=as_of, today="2024-01-01")


def test_a_day_far_ahead(repository: Builder) -> None:
    lively(repository)
    found = history.measure(repository.write(bare=False, fetched=""), as_of="9999-12-31")
    assert (found.commits, found.orphan_share) == (31, 1)


def test_no_such_aliases(tmp_path: Path) -> None:
    with pytest.raises(DepscanError, match="no such file of aliases"):
        history.measure(tmp_path, aliases=tmp_path / "aliases")


# -- clones that are not whole ----------------------------------------------------------------------------------------


def test_a_shallow_clone(repository: Builder) -> None:
    lively(repository)
    folder = repository.write()
    (folder / "shallow").write_text(repository.git("rev-parse", "main~3") + "\n")
    found = history.measure(folder)
    assert "the clone is shallow" in reasons(found)
    assert (found.truck_factor, found.commits, found.committed) == (None, None, "2024-01-01")


def loose(repository: Builder, what: str) -> Path:
    name = repository.git("rev-parse", what)
    return repository.folder / "objects" / name[:2] / name[2:]


def test_missing_contents_cost_the_comparison_only(repository: Builder) -> None:
    repository.commit("ann", {"old.py": LINES, **sources("a", 4)}, day="2024-01-01")
    repository.commit("bob", {"new.py": LINES + "one more\n", "old.py": None})
    repository.filler("bob")
    folder = repository.write()
    loose(repository, "main:new.py").unlink()
    found = history.measure(folder)
    assert found.truck_factor is not None
    assert (found.renames, found.truck_factor.coverage) == ("exact", (1.0, 0.2))
    assert "renamed files were followed only where their content did not change" in reasons(found)


@pytest.mark.parametrize("what", ["main", "main~5", "main^{tree}", "main~5^{tree}"])
@pytest.mark.parametrize("content", [None, b"garbage"])
def test_damaged_objects(repository: Builder, what: str, content: bytes | None) -> None:
    lively(repository)
    folder = repository.write()
    path = loose(repository, what)
    path.unlink()
    if content:
        path.write_bytes(content)
    found = history.measure(folder)
    assert "missing or damaged" in reasons(found)
    assert found.truck_factor is None


def test_an_empty_repository(repository: Builder) -> None:
    assert "no commit yet" in reasons(history.measure(repository.write()))


def test_a_folder_without_repository(tmp_path: Path) -> None:
    found = history.measure(tmp_path)
    assert [(gap.stage, gap.location.path) for gap in found.gaps] == [("history", ".")]
    assert "no git repository" in reasons(found)


def test_sha256(repository: Builder) -> None:
    lively(repository)
    found = history.measure(repository.write(options=("--object-format=sha256",)))
    assert (len(found.revision), found.live_truck_factor) == (64, 1)


def test_a_tree_with_too_many_files(repository: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    lively(repository)
    monkeypatch.setattr(history, "_FILES", 3)
    assert "more than 3 files" in reasons(history.measure(repository.write()))


def test_equal_runs_are_equal(repository: Builder) -> None:
    three(repository)
    told: list[int] = []
    folder = repository.write()
    assert history.measure(folder) == history.measure(folder, progress=told.append)
    assert told[-1] == 35
