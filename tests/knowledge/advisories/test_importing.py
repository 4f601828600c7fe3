"""From published files to the user's database, and back."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from depscan.errors import DepscanError
from depscan.knowledge.advisories import FILE, Database, Imported, documents, import_records, sources
from depscan.model import Gap

TODAY = "2026-11-24"


def record(
    name: str, package: str = "demo", modified: str = "2024-01-02T00:00:00Z", **fields: object
) -> dict[str, Any]:
    affected = [{"package": {"ecosystem": "PyPI", "name": package}, "versions": ["1.0"]}]
    return {"id": name, "modified": modified, "affected": affected, **fields}


def pack(path: Path, members: dict[str, bytes | dict[str, Any]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return path


def imported(source: Path, tmp_path: Path) -> Imported:
    return import_records(source, tmp_path / "data", today=TODAY)


def held(tmp_path: Path, *names: str) -> dict[str, list[str]]:
    with Database(tmp_path / "data" / FILE) as database:
        return {name: [each.id for each in records] for name, records in database.lookup(names).items()}


def reasons(gaps: tuple[Gap, ...]) -> list[tuple[str, str]]:
    assert {gap.stage for gap in gaps} <= {"knowledge"}
    return [(gap.location.path, gap.reason) for gap in gaps]


@pytest.mark.parametrize("given", ["", "osv-scanner", "osv-scanner/PyPI", "osv-scanner/PyPI/all.zip"])
def test_the_layout_of_osv_scanner(tmp_path: Path, given: str) -> None:
    pack(tmp_path / "db/osv-scanner/PyPI/all.zip", {"B-1.json": record("B-1"), "A-1.json": record("A-1", "other")})
    result = imported(tmp_path / "db" / given, tmp_path)
    assert result.path == tmp_path / "data" / FILE
    assert result.gaps == ()
    assert (result.about.records, result.about.packages, result.about.source) == (2, 2, "all.zip")
    assert (result.about.newest, result.about.imported) == ("2024-01-02", TODAY)
    assert held(tmp_path, "demo", "other", "absent") == {"demo": ["B-1"], "other": ["A-1"]}


def test_a_folder_of_json_and_yaml(tmp_path: Path) -> None:
    source = tmp_path / "vulns"
    for name in ("demo/A-1.json", ".git/C-1.json", "README.md"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(json.dumps(record(Path(name).stem)))
    (source / "demo/B-1.yaml").write_text(
        "id: B-1\naffected:\n- package: {ecosystem: PyPI, name: Demo}\n  versions: [1.10]\n", encoding="utf-8"
    )
    (source / "demo/D-1.json").symlink_to(source / ".git/C-1.json")
    result = imported(source, tmp_path)
    assert (result.about.source, result.gaps) == ("vulns", ())
    assert held(tmp_path, "demo") == {"demo": ["A-1", "B-1"]}
    with Database(result.path) as database:
        assert database.lookup(["demo"])["demo"][1].versions == ("1.10",)


def test_records_of_other_ecosystems_are_counted_and_not_kept(tmp_path: Path) -> None:
    other = {"id": "N-1", "affected": [{"package": {"ecosystem": "npm", "name": "demo"}}]}
    result = imported(pack(tmp_path / "all.zip", {"N-1.json": other, "A-1.json": record("A-1")}), tmp_path)
    assert (result.others, result.about.records, result.gaps) == (1, 1, ())


def test_what_is_broken_is_a_gap_and_the_rest_loads(tmp_path: Path) -> None:
    broken: dict[str, bytes | dict[str, Any]] = {
        "a-truncated.json": b'{"id": "X-1", "affec',
        "b-bytes.json": b"\xff\xfe\x00",
        "c-deep.json": b"[" * 100_000,
        "d-huge.json": b" " * (documents.LARGEST + 1),
        "e-no-id.json": {"affected": []},
        "f-type.json": {"id": "X-2", "affected": "demo"},
        "g-list.json": b"[1, 2]",
        "h-versions.json": record("X-3", affected=[{"package": {"ecosystem": "PyPI", "name": "odd"}, "versions": 7}]),
    }
    result = imported(pack(tmp_path / "all.zip", {**broken, "z.json": record("A-1")}), tmp_path)
    found = reasons(result.gaps)
    assert [place for place, _ in found] == [f"all.zip/{name}" for name in broken]
    assert all(reason.startswith("the advisory was left out: ") for _, reason in found[:-1])
    assert "stay unknown" in found[-1][1]
    assert held(tmp_path, "demo", "odd") == {"demo": ["A-1"], "odd": ["X-3"]}


def test_of_two_records_with_one_id_the_newer_is_kept(tmp_path: Path) -> None:
    members: dict[str, bytes | dict[str, Any]] = {
        "1.json": record("A-1", "older", "2024-01-01T00:00:00Z"),
        "2.json": record("A-1", "newer", "2024-03-01T00:00:00Z"),
        "3.json": record("A-1", "older", "2024-02-01T00:00:00Z"),
    }
    result = imported(pack(tmp_path / "all.zip", members), tmp_path)
    assert [place for place, _ in reasons(result.gaps)] == ["all.zip/2.json", "all.zip/3.json"]
    assert result.about.records == 1
    assert held(tmp_path, "older", "newer") == {"newer": ["A-1"]}


def test_gaps_are_bounded(tmp_path: Path) -> None:
    members: dict[str, bytes | dict[str, Any]] = {f"{number:03}.json": b"{" for number in range(50)}
    result = imported(pack(tmp_path / "all.zip", {**members, "z.json": record("A-1")}), tmp_path)
    assert len(result.gaps) == 21
    assert reasons(result.gaps)[-1] == ("all.zip", "30 more advisories could not be read, or not wholly")


def test_a_zip_bomb_is_read_no_further_than_its_record_may_be_long(tmp_path: Path) -> None:
    path = pack(tmp_path / "all.zip", {"bomb.json": b" " * (64 << 20), "z.json": record("A-1")})
    assert path.stat().st_size < 1 << 20
    assert reasons(imported(path, tmp_path).gaps) == [
        ("all.zip/bomb.json", "the advisory was left out: it is larger than 4 MiB")
    ]


@pytest.mark.parametrize(("limit", "value"), [("MOST_RECORDS", 2), ("MOST_BYTES", 20)])
@pytest.mark.parametrize("form", ["zip", "folder"])
def test_too_much_is_not_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, form: str
) -> None:
    monkeypatch.setattr(sources, limit, value)
    source = tmp_path / "all.zip"
    if form == "zip":
        pack(source, {f"{number}.json": record(f"A-{number}") for number in range(9)})
    else:
        source.mkdir()
        for number in range(9):
            (source / f"{number}.json").write_text(json.dumps(record(f"A-{number}")))
    (gap,) = imported(source, tmp_path).gaps
    assert gap.location.path == "all.zip"
    assert "the rest was not read" in gap.reason


def damaged(path: Path, at: bytes, by: bytes) -> Path:
    data = path.read_bytes()
    place = data.index(at)
    path.write_bytes(data[:place] + by + data[place + len(by) :])
    return path


def test_a_damaged_an_encrypted_and_an_oddly_compressed_entry_are_gaps(tmp_path: Path) -> None:
    path = pack(tmp_path / "all.zip", {"a.json": record("X-1"), "z.json": record("A-1")}, zipfile.ZIP_STORED)
    damaged(path, b"X-1", b"Y-1")
    ((place, reason),) = reasons(imported(path, tmp_path).gaps)
    assert place == "all.zip/a.json"
    assert "CRC" in reason
    data = path.read_bytes()
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(header) + flags
        data = data[:at] + struct.pack("<H", 1) + data[at + 2 :]
    path.write_bytes(data)
    assert "encrypted" in reasons(imported(path, tmp_path).gaps)[0][1]
    pack(path, {"a.json": record("X-1")}, zipfile.ZIP_BZIP2)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("z.json", json.dumps(record("A-1")))
    assert "compressed in a way" in reasons(imported(path, tmp_path).gaps)[0][1]


def test_an_unreadable_file_of_a_folder_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "vulns"
    source.mkdir()
    for name in ("a.json", "b.json"):
        (source / name).write_text(json.dumps(record(name)))
    real = Path.open

    def refuse(self: Path, *args: Any, **options: Any) -> Any:
        if self.name == "a.json":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert reasons(imported(source, tmp_path).gaps) == [("a.json", "the advisory was left out: Permission denied")]


def test_a_folder_that_cannot_be_listed_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "vulns"
    (source / "locked").mkdir(parents=True)
    (source / "a.json").write_text(json.dumps(record("A-1")))
    real = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert reasons(imported(source, tmp_path).gaps) == [("locked", "the advisory was left out: Permission denied")]


def test_no_source_ends_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DepscanError, match="no such file or folder"):
        imported(tmp_path / "absent", tmp_path)
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    with pytest.raises(DepscanError, match=r"no zip of advisories .* give the zip that OSV publishes"):
        imported(tmp_path / "no.zip", tmp_path)
    monkeypatch.setattr(sources, "LARGEST_ZIP", 3)
    with pytest.raises(DepscanError, match="larger than"):
        imported(tmp_path / "no.zip", tmp_path)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, r"holds no advisory about a Python package; the database was left as it is"),
        ({"a.json": b"{"}, r"the first of 1 problems: .*not valid JSON"),
        ({"a.json": {"id": "A", "affected": []}}, r"only 1 of other ecosystems"),
    ],
)
def test_an_import_of_nothing_leaves_the_old_database(
    tmp_path: Path, members: dict[str, bytes | dict[str, Any]], reason: str
) -> None:
    imported(pack(tmp_path / "good.zip", {"a.json": record("A-1")}), tmp_path)
    with pytest.raises(DepscanError, match=reason):
        imported(pack(tmp_path / "all.zip", members), tmp_path)
    assert held(tmp_path, "demo") == {"demo": ["A-1"]}
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE]


def test_a_place_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = pack(tmp_path / "all.zip", {"a.json": record("A-1")})
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DepscanError, match="cannot be written"):
        imported(source, tmp_path)
    (tmp_path / "data").unlink()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DepscanError, match=r"cannot be written .*No space left"):
        imported(source, tmp_path)
    assert list((tmp_path / "data").iterdir()) == []


def test_a_reader_goes_on_with_what_it_opened_and_the_next_sees_the_new(tmp_path: Path) -> None:
    imported(pack(tmp_path / "one.zip", {"a.json": record("A-1")}), tmp_path)
    with Database(tmp_path / "data" / FILE) as old:
        imported(pack(tmp_path / "two.zip", {"a.json": record("A-2")}), tmp_path)
        assert [each.id for each in old.lookup(["demo"])["demo"]] == ["A-1"]
    assert held(tmp_path, "demo") == {"demo": ["A-2"]}


def test_readers_always_see_a_whole_database(tmp_path: Path) -> None:
    packs = [
        pack(tmp_path / f"{which}.zip", {f"{number}.json": record(f"{which}-{number}") for number in range(20)})
        for which in "AB"
    ]
    imported(packs[0], tmp_path)
    seen: list[list[str]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.append(held(tmp_path, "demo")["demo"])

    readers = [threading.Thread(target=watch) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(6):
        imported(packs[number % 2], tmp_path)
    done.set()
    for reader in readers:
        reader.join()
    assert seen
    assert all(len(names) == 20 and len({name[0] for name in names}) == 1 for names in seen)


def test_equal_records_make_an_equal_name_and_other_records_another(tmp_path: Path) -> None:
    one = imported(pack(tmp_path / "all.zip", {"a.json": record("A-1"), "b.json": record("B-1")}), tmp_path).about
    two = imported(pack(tmp_path / "all.zip", {"b.json": record("B-1"), "a.json": record("A-1")}), tmp_path).about
    other = imported(pack(tmp_path / "all.zip", {"a.json": record("A-1"), "b.json": record("B-2")}), tmp_path).about
    assert one == two
    assert one.name == f"all.zip (2 records, newest 2024-01-02, {one.digest[:12]})"
    assert other.digest != one.digest


@pytest.mark.parametrize(
    ("modified", "newest", "days"),
    [
        ("2024-11-24T09:00:00Z", "2024-11-24", 730),
        ("2999-01-01T00:00:00Z", "", 0),  # a record from the future makes nothing young
        ("2024-13-45T00:00:00Z", "", 0),
        ("", "", 0),
    ],
)
def test_age_is_that_of_the_newest_record(tmp_path: Path, modified: str, newest: str, days: int) -> None:
    result = imported(pack(tmp_path / "all.zip", {"a.json": record("A-1", modified=modified)}), tmp_path)
    assert result.about.newest == newest
    assert result.about.days(TODAY) == days
    assert result.about.days("2020-01-01") == 0


def test_a_folder_given_as_a_dot_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "vulns"
    source.mkdir()
    (source / "a.json").write_text(json.dumps(record("A-1")))
    monkeypatch.chdir(source)
    assert imported(Path(), tmp_path).about.source == "vulns"


@pytest.mark.parametrize("text", [r"\ud800", r"\u0000", r"\u202e", r"\ud83d\ude00"])
def test_odd_characters_in_a_record(tmp_path: Path, text: str) -> None:
    hostile = json.dumps(record("A-1", summary="SLOT", aliases=["SLOT"], references=[{"url": "https://SLOT"}]))
    members: dict[str, bytes | dict[str, Any]] = {"a.json": hostile.replace("SLOT", text).encode()}
    result = imported(pack(tmp_path / "all.zip", {**members, "b.json": record("B-1")}), tmp_path)
    assert held(tmp_path, "demo")["demo"][-1] == "B-1"
    assert result.about.records + len(result.gaps) == 2


def test_many_names_are_looked_up_in_one_answer(tmp_path: Path) -> None:
    names = [f"demo-{number}" for number in range(1_200)]
    members: dict[str, bytes | dict[str, Any]] = {f"{name}.json": record(name.upper(), name) for name in names}
    imported(pack(tmp_path / "all.zip", members), tmp_path)
    found = held(tmp_path, *names)
    assert list(found) == sorted(names)
    assert found["demo-7"] == ["DEMO-7"]
    assert held(tmp_path) == {}


def test_a_missing_database_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(DepscanError, match=r"there is no advisory database; import .* import-advisories PATH"):
        Database(tmp_path / FILE)


def change(path: Path, *statements: str) -> None:
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("PRAGMA application_id = 7", "damaged .*not one of depscan's"),
        ("PRAGMA user_version = 99", "another version of depscan"),
        ("DROP TABLE about", "damaged"),
        ("DELETE FROM about WHERE name = 'newest'", "damaged"),
        ("UPDATE about SET value = 'today' WHERE name = 'imported'", "damaged"),
        ("UPDATE about SET value = 'many' WHERE name = 'records'", "damaged"),
    ],
)
def test_a_database_that_is_none_is_refused(tmp_path: Path, statement: str, reason: str) -> None:
    path = imported(pack(tmp_path / "all.zip", {"a.json": record("A-1")}), tmp_path).path
    change(path, statement)
    with pytest.raises(DepscanError, match=reason):
        Database(path)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE records SET record = x'00'", "UPDATE records SET record = 'text'", "UPDATE records SET record = 5"],
)
def test_a_damaged_row_is_an_error_and_not_an_empty_answer(tmp_path: Path, statement: str) -> None:
    path = imported(pack(tmp_path / "all.zip", {"a.json": record("A-1")}), tmp_path).path
    change(path, statement)
    with Database(path) as database, pytest.raises(DepscanError, match="damaged"):
        database.lookup(["demo"])


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 200])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(DepscanError, match="damaged"):
        Database(tmp_path / FILE)


def test_odd_characters_in_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%e"
    path = import_records(pack(tmp_path / "all.zip", {"a.json": record("A-1")}), folder, today=TODAY).path
    with Database(path) as database:
        assert list(database.lookup(["demo"])) == ["demo"]
