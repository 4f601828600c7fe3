from __future__ import annotations

import pytest

from depscan.knowledge.history import log
from depscan.knowledge.history.log import Ledger
from depscan.knowledge.history.store import Unread

HOUR = 3600


def commit(
    *, time: object = 10, parents: str = "p", sync: str = "", email: str = "a@X.org", name: str = "Ann"
) -> bytes:
    return b"\0" + b"\0".join(str(field).encode() for field in (time, parents, sync, email, name))


def read(*lines: bytes, window: tuple[int, int] | None = None) -> Ledger:
    ledger = Ledger(window)
    ledger.read(lines, lambda _: None)
    return ledger


def test_what_is_kept_of_a_history() -> None:
    ledger = read(
        commit(time=30),
        b"",
        b"M\ta.py",
        b"R087\tb.py\ta.py",
        b"D\tz.py",
        b"T\tlink",
        commit(time=20, parents="p q"),
        commit(time=15, email="b@x.org", name="Bob", sync="1234"),
        b"",
        b"M\ta.py",
        commit(time=10),
        b"",
        b"A\tb.py",
        b"A\ta.py",
        window=(12, 30),
    )
    assert ledger.identities == [("Ann", "a@x.org"), ("Bob", "b@x.org")]
    assert (ledger.commits, ledger.recent, ledger.last) == ([2, 1], [1, 1], [30, 15])
    assert ledger.touched == {"a.py": {0: 5, 1: 2}, "b.py": {0: 1}}
    assert ledger.renamed == {"a.py": {"b.py"}}
    assert (ledger.synced, ledger.largest) == (1, (2, 10))


def test_a_merge_shows_that_somebody_is_at_work_but_is_no_commit() -> None:
    ledger = read(commit(time=20, parents="p q"))
    assert (ledger.commits, ledger.last, ledger.touched) == ([0], [20], {})


@pytest.mark.parametrize("time", ["", "-5", "x"])
def test_odd_times(time: str) -> None:
    assert read(commit(time=time)).last == [0]


def test_a_time_beyond_the_calendar() -> None:
    assert read(commit(time=10**18)).last == [253_402_300_799]


def test_what_is_not_utf8() -> None:
    ledger = read(commit(name="A") + b"\xff", b"A\tx\xff.py")
    assert ledger.identities[0].name == "A\ufffd"
    assert list(ledger.touched) == ["x\udcff.py"]


def test_lines_that_make_no_sense_are_not_counted() -> None:
    assert not read(b"M\ta.py", commit(), b"M", b"R100\ta.py", b"?", b"A\ta\tb").touched


def test_a_malformed_commit_ends_the_reading() -> None:
    with pytest.raises(Unread, match="malformed"):
        read(b"\x0012\0p")


def test_too_many_pairs_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PAIRS", 2)
    assert read(commit(), b"A\ta.py", b"M\ta.py", b"A\tb.py").commits == [1]
    with pytest.raises(Unread, match="too large"):
        read(commit(), b"A\ta.py", b"A\tb.py", b"A\tc.py")


def test_progress_is_told() -> None:
    told: list[int] = []
    Ledger(None).read([commit()] * 1001, told.append)
    assert told == [1, 501, 1001, 1001]
