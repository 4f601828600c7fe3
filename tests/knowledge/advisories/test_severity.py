from __future__ import annotations

import pytest

from depscan.knowledge.advisories.severity import Rating, rate
from depscan.model import Severity

V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V30 = "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"
V2 = "AV:N/AC:L/Au:N/C:C/I:C/A:C"
NONE = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"


@pytest.mark.parametrize(
    ("vectors", "word", "rating"),
    [
        ((V31,), "", Rating(V31, 9.8, Severity.CRITICAL)),
        ((V30,), "", Rating(V30, 3.1, Severity.LOW)),
        ((V4,), "", Rating(V4, 6.9, Severity.MEDIUM)),
        ((V2,), "", Rating(V2, 10.0, Severity.HIGH)),  # version 2 knows no "critical"
        ((f"({V2})",), "", Rating(f"({V2})", 10.0, Severity.HIGH)),
        ((NONE,), "", Rating(NONE, 0.0, Severity.LOW)),
        ((V31, V4), "", Rating(V4, 6.9, Severity.MEDIUM)),
        ((V30, V31), "", Rating(V31, 9.8, Severity.CRITICAL)),
        ((V2, V30), "", Rating(V30, 3.1, Severity.LOW)),
        ((V31,), "LOW", Rating(V31, 9.8, Severity.CRITICAL)),
        ((), "MODERATE", Rating(severity=Severity.MEDIUM)),
        ((), " critical ", Rating(severity=Severity.CRITICAL)),
        ((), "dreadful", Rating()),
        ((), "", Rating()),
        (("CVSS:3.1/AV:N",), "High", Rating(severity=Severity.HIGH, unread=("CVSS:3.1/AV:N",))),
        (("CVSS:9.0/AV:N", V31), "", Rating(V31, 9.8, Severity.CRITICAL, ("CVSS:9.0/AV:N",))),
        (("",), "", Rating(unread=("",))),
        (("/" * 300,), "", Rating(unread=("/" * 300,))),
        (("CVSS:4.0/AV:\u202e\x1b",), "", Rating(unread=("CVSS:4.0/AV:\u202e\x1b",))),
    ],
)
def test_the_newest_vector_else_the_word(vectors: tuple[str, ...], word: str, rating: Rating) -> None:
    assert rate(vectors, word) == rating
