"""The embedded facts: whole, sorted, sourced; and a user's own table laid over them."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from depscan import licences
from depscan.knowledge import snapshot
from depscan.model import Fact, FactKind, Gap, LicenceEvidence, Location, Steward

if TYPE_CHECKING:
    from collections.abc import Iterable

DATA = Path(snapshot.__file__).with_name("data")
HEADER = ",".join(snapshot.COLUMNS)
SINGLE = (FactKind.CATEGORY, FactKind.STEWARD, FactKind.REPOSITORY, FactKind.STATUS, FactKind.LICENCE)
STATES = {"active", "maintenance", "deprecated", "archived", "quarantined", "inactive"}
GOOD = "torch,category,framework,,,somebody,2026-01-02"


def embedded() -> tuple[Fact, ...]:
    return snapshot.facts(snapshot.all_names())


def of_kind(kind: FactKind) -> list[Fact]:
    return [fact for fact in embedded() if fact.kind is kind]


def rows(table: str) -> list[list[str]]:
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def fact(
    package: str = "torch", kind: FactKind = FactKind.CATEGORY, value: str = "framework", day: str = "2026-01-02"
) -> Fact:
    return Fact(package, kind, value, "somebody", day)


def table(folder: Path, *lines: str) -> Path:
    path = folder / "facts.csv"
    path.write_text("\n".join([HEADER, *lines, ""]), "utf-8")
    return path


# -- the embedded tables ----------------------------------------------------------------------------------------------


def test_every_row_is_a_fact() -> None:
    found, gaps = snapshot.read_table(DATA / "facts.csv")
    assert gaps == ()
    assert len(found) == len(rows("facts.csv")) - 1
    assert found == tuple(sorted(embedded()))


def test_facts_are_sorted_and_said_once() -> None:
    table = [snapshot._fact(row) for row in rows("facts.csv")[1:]]
    assert table == sorted(set(table))


def test_writing_the_table_again_changes_no_byte(tmp_path: Path) -> None:
    snapshot.write_table(tmp_path / "facts.csv", embedded())
    assert (tmp_path / "facts.csv").read_bytes() == (DATA / "facts.csv").read_bytes()


@pytest.mark.parametrize("kind", SINGLE)
def test_a_package_has_one_of(kind: FactKind) -> None:
    assert [name for name, number in Counter(fact.package for fact in of_kind(kind)).items() if number > 1] == []


def test_requirements_speak_of_one_release_which_the_row_names() -> None:
    releases: dict[str, set[str]] = {}
    for fact in of_kind(FactKind.REQUIRES):
        assert str(Version(fact.version)), fact
        assert not fact.value or str(Requirement(fact.value)) == fact.value
        releases.setdefault(fact.package, set()).add(fact.version)
    assert {name for name, versions in releases.items() if len(versions) > 1} == set()


def test_nothing_is_said_beside_requires_nothing() -> None:
    said: dict[str, list[str]] = {}
    for fact in of_kind(FactKind.REQUIRES):
        said.setdefault(fact.package, []).append(fact.value)
    assert [name for name, values in said.items() if "" in values and len(values) > 1] == []


def test_requirements_of_extras_are_those_that_the_table_asks_for() -> None:
    asked = {
        (canonicalize_name(wanted.name), canonicalize_name(extra))
        for fact in of_kind(FactKind.REQUIRES)
        if fact.value
        for wanted in [Requirement(fact.value)]
        for extra in wanted.extras
    }
    for fact in of_kind(FactKind.REQUIRES):
        extras = re.findall(r'extra == "([^"]+)"', fact.value)
        assert not extras or any((fact.package, canonicalize_name(extra)) in asked for extra in extras), fact


def test_licences_are_canonical_expressions_with_evidence() -> None:
    for fact in of_kind(FactKind.LICENCE):
        assert licences.parse(fact.value) == fact.value
        assert LicenceEvidence(fact.detail)


def test_stewards_of_facts_are_in_the_table_of_stewards() -> None:
    known = snapshot.stewards()
    assert {fact.value for fact in of_kind(FactKind.STEWARD)} - known.keys() == set()
    parents = {steward.parent for steward in known.values() if steward.parent}
    assert parents - known.keys() == set()
    needed = {fact.value for fact in of_kind(FactKind.STEWARD)} | parents
    assert known.keys() - needed == set(), "nobody needs them"


def test_stewards_are_sorted_and_sourced() -> None:
    names = [row[0] for row in rows("stewards.csv")[1:]]
    assert names == sorted(set(names))
    newest = snapshot.age("2030-01-01").newest
    for steward in snapshot.stewards().values():
        assert steward.source
        assert date.fromisoformat(steward.retrieved).isoformat() <= newest
        assert re.fullmatch("[A-Z]{2}|", steward.jurisdiction)
        assert ("jurisdiction:" in steward.source or "Delaware" in steward.source) or not steward.jurisdiction


def test_nobody_stands_behind_themselves() -> None:
    known = snapshot.stewards()
    for name in known:
        seen = [name]
        while parent := known[seen[-1]].parent:
            assert parent not in seen
            seen.append(parent)


def test_states_and_addresses_are_of_known_form() -> None:
    assert {fact.value for fact in of_kind(FactKind.STATUS)} <= STATES
    assert all(fact.detail for fact in of_kind(FactKind.STATUS))
    assert [
        f for f in of_kind(FactKind.REPOSITORY) if not re.fullmatch(r"https://[a-z.]+/[^/\s]+/[^/\s]+", f.value)
    ] == []


def test_no_row_names_a_place_on_a_machine() -> None:
    text = (DATA / "facts.csv").read_text("utf-8") + (DATA / "stewards.csv").read_text("utf-8")
    assert not re.search(r"file:|[\s,\"]/(?:\w+/)+|[A-Z]:\\\\", text)


def test_torch_brings_proprietary_libraries_on_linux() -> None:
    torch = {Requirement(f.value).name: f for f in snapshot.facts(["torch"]) if f.kind is FactKind.REQUIRES}
    assert 'platform_system == "Linux"' in torch["nvidia-cudnn-cu13"].value
    (licence,) = (f for f in snapshot.facts(["nvidia-cudnn-cu13"]) if f.kind is FactKind.LICENCE)
    assert licence.value == "LicenseRef-NVIDIA-Proprietary"


@pytest.mark.parametrize(
    ("package", "steward", "parent"),
    [
        ("torch", "PyTorch Foundation", "Linux Foundation"),
        ("numpy", "NumPy community", "NumFOCUS"),
        ("scikit-image", "scikit-image community", ""),
        ("matplotlib", "NumFOCUS", ""),
        ("transformers", "Hugging Face", ""),
        ("uv", "Astral", "OpenAI"),
    ],
)
def test_who_stands_behind(package: str, steward: str, parent: str) -> None:
    (said,) = (f for f in snapshot.facts([package]) if f.kind is FactKind.STEWARD)
    assert (said.value, snapshot.stewards()[said.value].parent) == (steward, parent)


# -- looking up -------------------------------------------------------------------------------------------------------


def test_only_what_was_asked_for_is_given() -> None:
    assert {fact.package for fact in snapshot.facts({"torch", "no-such-package"})} == {"torch"}
    assert snapshot.facts(()) == ()
    assert snapshot.facts(["torch", "torch"]) == snapshot.facts({"torch"})


def test_age_counts_from_the_day_given() -> None:
    age = snapshot.age("2027-01-01")
    assert age.oldest <= age.newest
    assert age.newest_days == (date(2027, 1, 1) - date.fromisoformat(age.newest)).days
    assert snapshot.age("2000-01-01").oldest_days == 0


def test_nothing_is_read_before_it_is_asked_for() -> None:
    code = (
        "import sys, io, builtins, pathlib\n"
        f"sys.path.insert(0, {str(DATA.parents[2])!r})\n"
        "opened = []\n"
        "old = io.open\n"
        "def spy(file, *a, **k):\n    opened.append(str(file)); return old(file, *a, **k)\n"
        "io.open = builtins.open = spy\n"
        "from depscan.knowledge import snapshot\n"
        "assert not [name for name in opened if name.endswith('.csv')], opened\n"
        "snapshot.facts(['torch'])\n"
        "heavy = {'packaging', 'license_expression', 'rich', 'requests', 'networkx'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# -- one table of several ---------------------------------------------------------------------------------------------

OLD, NEW = "2026-01-02", "2026-02-03"


@pytest.mark.parametrize(
    ("tables", "kept"),
    [
        ([[fact(day=OLD)], [fact(value="new", day=NEW)]], {"new"}),
        ([[fact(value="new", day=NEW)], [fact(day=OLD)]], {"new"}),
        ([[fact(day=OLD)], [fact(value="later table", day=OLD)]], {"later table"}),
        ([[fact(day=NEW), fact(value="b", day=OLD)], [fact(value="c", day=OLD)]], {"framework", "b"}),
        ([[fact()], [fact("numpy", value="arrays")]], {"framework", "arrays"}),
        ([[fact()], [fact(kind=FactKind.STATUS, value="active")]], {"framework", "active"}),
        ([[], []], set()),
    ],
)
def test_the_newest_reading_of_a_kind_is_kept_whole(tables: list[list[Fact]], kept: set[str]) -> None:
    found = snapshot.newest(*tables)
    assert {fact.value for fact in found} == kept
    assert list(found) == sorted(found)


def test_a_user_s_table_wins_where_it_is_newer(tmp_path: Path) -> None:
    day = "2999-01-01"
    table(tmp_path, f"torch,status,archived,,,the index,{day}", f"other,status,active,,,the index,{day}")
    found, gaps = snapshot.overlay(tmp_path, {"torch"})
    assert gaps == ()
    assert [f.value for f in found if f.kind is FactKind.STATUS] == ["archived"]
    same = [f for f in found if f.kind is not FactKind.STATUS]
    assert same == [f for f in snapshot.facts({"torch"}) if f.kind is not FactKind.STATUS]


def test_a_user_s_older_table_changes_nothing(tmp_path: Path) -> None:
    table(tmp_path, "torch,status,archived,,,the index,2001-01-01")
    assert snapshot.overlay(tmp_path, {"torch"}) == (snapshot.facts({"torch"}), ())


def test_no_table_is_no_gap(tmp_path: Path) -> None:
    assert snapshot.overlay(tmp_path / "absent", {"torch"}) == (snapshot.facts({"torch"}), ())
    (tmp_path / "file").touch()
    assert snapshot.overlay(tmp_path / "file", {"torch"}) == (snapshot.facts({"torch"}), ())


def test_a_table_that_loops_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").symlink_to("facts.csv")
    found, (gap,) = snapshot.overlay(tmp_path, {"torch"})
    assert found == snapshot.facts({"torch"})
    assert "cannot be read" in gap.reason


# -- tables that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("torch,category,framework,,,somebody", "has 6 columns instead of 7"),
        ("", "has 0 columns"),
        ("Torch,category,framework,,,somebody,2026-01-02", "PEP 503"),
        ("torch/..,category,framework,,,somebody,2026-01-02", "PEP 503"),
        ("torch,mood,good,,,somebody,2026-01-02", "of no kind"),
        ("torch,category,,,,somebody,2026-01-02", "has no value"),
        ("torch,category,framework,,,,2026-01-02", "names no source"),
        ("torch,category,framework,,,somebody,yesterday", "has no date"),
        ("torch,category,framework,,,somebody,20260102", "has no date"),
        ("torch,category,framework,,,somebody,2026-02-30", "has no date"),
    ],
)
def test_a_malformed_row_is_a_gap_and_the_others_stand(tmp_path: Path, row: str, reason: str) -> None:
    found, gaps = snapshot.read_table(table(tmp_path, row, GOOD))
    assert found == (fact(),)
    assert gaps == (Gap("knowledge", Location("facts.csv", 2), gaps[0].reason),)
    assert reason in gaps[0].reason


def test_many_malformed_rows_are_counted(tmp_path: Path) -> None:
    found, gaps = snapshot.read_table(table(tmp_path, *["x"] * 50, GOOD))
    assert found == (fact(),)
    assert len(gaps) == 21
    assert "30 more rows" in gaps[-1].reason


@pytest.mark.parametrize(
    ("content", "reason", "left"),
    [
        (b"", "another header", 0),
        (b"a,b\n1,2\n", "another header", 0),
        (b"\xff\xfe\x00", "not UTF-8", 0),
        (f"{HEADER}\n{GOOD}\n".encode() + b"torch,category,\xff,,,s,2026-01-02\n", "not UTF-8", 0),
        (f'{HEADER}\n{GOOD}\n"torch"x,category\n'.encode(), "no table from some row on", 1),
        (f'{HEADER}\n{GOOD}\n"'.encode() + b"x" * 200_000 + b'"\n', "no table from some row on", 1),
    ],
)
def test_what_is_no_table_is_a_gap(tmp_path: Path, content: bytes, reason: str, left: int) -> None:
    (tmp_path / "facts.csv").write_bytes(content)
    found, (gap,) = snapshot.read_table(tmp_path / "facts.csv")
    assert len(found) == left
    assert reason in gap.reason
    assert gap.location.path == "facts.csv"


def test_absent_and_unreadable_tables_are_gaps(tmp_path: Path) -> None:
    assert "cannot be read" in snapshot.read_table(tmp_path / "absent")[1][0].reason
    (tmp_path / "folder").mkdir()
    assert "cannot be read" in snapshot.read_table(tmp_path / "folder")[1][0].reason


def test_a_huge_table_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.touch()
    os.truncate(path, 65 * 1024 * 1024)
    found, (gap,) = snapshot.read_table(path)
    assert found == ()
    assert "larger than 64 MiB" in gap.reason


# -- writing ----------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
FACTS = st.builds(
    Fact,
    package=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)?", fullmatch=True),
    kind=st.sampled_from(FactKind),
    value=TEXT.filter(bool),
    source=TEXT.filter(bool),
    retrieved=st.dates().map(date.isoformat),
    version=TEXT,
    detail=TEXT,
)


@given(table=st.lists(FACTS, max_size=5))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, table: Iterable[Fact]) -> None:
    path = tmp_path_factory.mktemp("tables") / "facts.csv"
    snapshot.write_table(path, table)
    assert snapshot.read_table(path) == (tuple(sorted(set(table))), ())


def test_what_no_table_can_hold_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "facts.csv"
    snapshot.write_table(path, [fact(value="a\0b\ud800c")])
    assert snapshot.read_table(path) == ((fact(value="a\ufffdb\ufffdc"),), ())


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path, GOOD)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        snapshot.write_table(path, [])
    assert snapshot.read_table(path)[0] == (fact(),)
    assert [file.name for file in tmp_path.iterdir()] == ["facts.csv"]


def test_a_steward_row_becomes_a_steward() -> None:
    asf = snapshot.stewards()["Apache Software Foundation"]
    assert isinstance(asf, Steward)
    assert (asf.kind, asf.jurisdiction) == ("foundation", "US")
