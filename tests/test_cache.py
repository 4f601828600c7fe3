"""The cache remembers, and any damage to it is the same as no cache."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from depscan import cache as store
from depscan.cache import Cache


def test_keys_mark_off_their_parts() -> None:
    assert store.key("ab", "c") != store.key("a", "bc")
    assert store.key("a", b"\xff") == store.key("a", b"\xff")
    assert len(store.key("\udcff")) == 16


def test_what_was_put_is_got_in_this_and_the_next_run(tmp_path: Path) -> None:
    items = {store.key(str(n)): b"v%d" % n for n in range(1200)}
    with Cache(tmp_path) as cache:
        cache.put(items)
        assert cache.get([*items, store.key("absent")]) == items
        assert cache.count() == 1200
        assert cache.size() > 0
    with Cache(tmp_path) as cache:
        assert cache.get(items) == items
        assert not cache.trouble
    assert store.clear(tmp_path) > 0
    assert list(tmp_path.iterdir()) == []


def test_no_place_means_no_memory() -> None:
    with Cache(None) as cache:
        cache.put({b"k": b"v"})
        assert cache.get([b"k"]) == {}
        assert (cache.size(), cache.count(), cache.trouble) == (0, 0, "")


def test_a_flipped_bit_is_a_miss(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put({b"a": b"right", b"b": b"right"})
    with sqlite3.connect(store.file(tmp_path)) as database:
        database.execute("UPDATE entries SET value = x'00' WHERE key = x'61'")
    database.close()
    with Cache(tmp_path) as cache:
        assert cache.get([b"a", b"b"]) == {b"b": b"right"}


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    store.file(tmp_path).write_bytes(b"not a database at all" * 1000)
    with Cache(tmp_path) as cache:
        cache.put({b"a": b"b"})
        assert cache.get([b"a"]) == {b"a": b"b"}
        assert not cache.trouble


def test_damage_found_while_in_use_ends_the_cache_not_the_run(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        assert cache._database is not None
        cache._database.execute("DROP TABLE entries")
        assert cache.get([b"a"]) == {}
        assert "cache not used" in cache.trouble
        cache.put({b"a": b"b"})


def test_writing_into_a_damaged_cache_ends_the_cache_not_the_run(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        assert cache._database is not None
        cache._database.execute("DROP TABLE entries")
        cache.put({b"a": b"b"})
        assert "cache not used" in cache.trouble


def test_a_place_that_cannot_be_made_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Cache(tmp_path / "file" / "below") as cache:
        assert cache.trouble.startswith("no cache")
        assert cache.get([b"a"]) == {}


def test_a_place_of_another_user_is_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 4242424)
    with Cache(tmp_path) as cache:
        assert "belongs to another user" in cache.trouble


def test_a_folder_in_place_of_the_file_is_no_cache(tmp_path: Path) -> None:
    store.file(tmp_path).mkdir()
    with Cache(tmp_path) as cache:
        assert cache.trouble.startswith("no cache")


def test_it_does_not_outgrow_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_BYTES", 200_000)
    with Cache(tmp_path) as cache:
        for start in range(0, 400, 20):
            cache.put({store.key(str(n)): bytes(1000) for n in range(start, start + 20)})
        assert cache.size() <= 230_000
        assert cache.get([store.key("399")])
        assert not cache.get([store.key("0")])


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [store.key(str(n)) for n in range(60)]
    day = 1
    monkeypatch.setattr(store, "_today", lambda: day)
    with Cache(tmp_path) as cache:
        cache.put({name: bytes(1000) for name in names})
        day = 2
        assert len(cache.get(names[:20])) == 20
    with Cache(tmp_path) as cache:
        day = 3
        monkeypatch.setattr(store, "MAX_BYTES", cache.size())
        cache.put({store.key(f"new {n}"): bytes(1000) for n in range(20)})
        kept = cache.get(names)
        assert set(names[:20]) <= set(kept) and len(kept) < 40


def test_what_an_earlier_layout_left_is_removed(tmp_path: Path) -> None:
    for name in ("cache-1.sqlite", "cache-1.sqlite-wal"):
        (tmp_path / name).write_bytes(b"old")
    (tmp_path / "cache-999.sqlite").write_bytes(b"of a later version")
    with Cache(tmp_path) as cache:
        cache.put({b"a": b"b"})
    assert sorted(path.name for path in tmp_path.glob("cache-*.sqlite")) == ["cache-2.sqlite", "cache-999.sqlite"]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"DEPSCAN_CACHE_DIR": "/somewhere"}, "/somewhere"),
        ({"XDG_CACHE_HOME": "/xdg", "HOME": "/h"}, "/xdg/depscan"),
        ({"HOME": "/h"}, "/h/.cache/depscan"),
    ],
)
def test_where_it_lives(environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEPSCAN_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert store.folder() == Path(expected)


@pytest.mark.parametrize(("platform", "part"), [("win32", "Cache"), ("darwin", "Library")])
def test_where_it_lives_elsewhere(platform: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEPSCAN_CACHE_DIR", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    assert part in store.folder().parts
