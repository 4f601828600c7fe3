"""What is learned of packages from an index, good and bad; the answers are written by hand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.knowledge import endpoints, http, index, index_answers
from depscan.model import Fact, FactKind, Gap

TODAY = "2024-03-02"
LIMITS = http.Limits(connect=5, read=5, answer=10, size=1 << 20, tries=2, pause=0.001, longest_pause=1, failures=50)
META = {"api-version": "1.4"}


def uploaded(filename: str, day: str, reason: str | None = None) -> dict[str, Any]:
    return {
        "filename": filename,
        "upload_time_iso_8601": f"{day}T12:00:00.000000Z",
        "yanked": reason is not None,
        "yanked_reason": reason,
    }


DOCUMENT: dict[str, Any] = {
    "info": {
        "name": "Thing.Kit",
        "version": "2.0",
        "license": "MIT",
        "license_expression": "MIT OR Apache-2.0",
        "classifiers": ["License :: OSI Approved :: MIT License"],
        "project_urls": {
            "Source Code": "https://github.com/maker/thing/tree/main",
            "Homepage": "https://thing.example",
        },
        "requires_dist": ["numpy >=1.20", 'rich ; extra == "pretty"', "not a requirement!"],
    },
    "releases": {
        "1.0": [uploaded("thing_kit-1.0.tar.gz", "2021-05-06"), uploaded("thing_kit-1.0.whl", "2021-05-04")],
        "1.10": [uploaded("thing_kit-1.10.tar.gz", "2022-01-01")],
        "1.9": [uploaded("thing_kit-1.9.tar.gz", "2021-12-01")],
        "2.0": [uploaded("thing_kit-2.0-py3-none-any.whl", "2023-01-01")],
        "2.1": [uploaded("thing_kit-2.1.tar.gz", "2023-02-01", "breaks\nall")],
        "2.2rc1": [uploaded("thing_kit-2.2rc1.tar.gz", "2023-03-01")],
        "3.0": [],
        "old-style-x": [uploaded("thing_kit-old-style-x.tar.gz", "2001-03-01")],
    },
    "ownership": {
        "organization": "makers",
        "roles": [
            {"role": "Maintainer", "user": "ann"},
            {"role": "Owner", "user": "ann"},
            {"role": "Maintainer", "user": "ann"},
            {"role": "Maintainer", "user": "bob"},
        ],
    },
}
PAGE: dict[str, Any] = {
    "meta": META,
    "name": "thing-kit",
    "project-status": {"status": "archived", "reason": "we are done"},
    "files": [
        {
            "filename": "thing_kit-2.0-py3-none-any.whl",
            "upload-time": "2023-01-01T12:00:00Z",
            "yanked": False,
            "provenance": "/integrity/thing-kit/2.0/provenance",
        },
        {"filename": "thing_kit-2.0.tar.gz", "upload-time": "2023-01-01T12:00:00Z", "yanked": False},
        {"filename": "thing_kit-2.1.tar.gz", "upload-time": "2023-02-01T12:00:00Z", "yanked": "breaks"},
        {"filename": "thing_kit-0.9.tar.gz", "upload-time": "2020-02-01T12:00:00Z", "yanked": True},
        {"filename": "thing_kit.exe"},
    ],
}
PROVENANCE = {
    "version": 1,
    "attestation_bundles": [
        {"publisher": {"kind": "GitHub", "repository": "maker/thing", "workflow": "release.yml"}, "attestations": [{}]},
        {"publisher": {"kind": "Google", "email": "bot@maker.example"}},
        {"publisher": {"kind": "GitLab", "repository": "maker/thing", "workflow_filepath": ".gitlab-ci.yml"}},
        {"publisher": {"kind": "Unknown"}},
    ],
}


ORGANISED = "owned by an organisation: which of its members can publish is not shown, beside the accounts that are"


@pytest.fixture
def look(server: Any) -> Callable[..., list[Fact | Gap]]:
    """Look packages up on the programmed index."""

    def run(*names: str, **options: Any) -> list[Fact | Gap]:
        options = {"base_url": server.simple, "today": TODAY, "limits": LIMITS, "workers": 2, **options}
        return list(index.lookup(names, **options))

    return run


def kinds(found: list[Fact | Gap]) -> dict[str, list[tuple[str, str, str]]]:
    told: dict[str, list[tuple[str, str, str]]] = {}
    for fact in found:
        if isinstance(fact, Fact):
            told.setdefault(fact.kind.value, []).append((fact.value, fact.version, fact.detail))
    return told


def reasons(found: list[Fact | Gap]) -> list[str]:
    return [each.reason for each in found if isinstance(each, Gap)]


# -- what is told -----------------------------------------------------------------------------------------------------


def test_all_that_an_index_says(server: Any, look: Any) -> None:
    server.project("thing-kit", DOCUMENT, PAGE)
    server.says("/integrity/thing-kit/2.0/provenance", server.reply(PROVENANCE))
    found = look("Thing.Kit", "thing_kit")
    assert kinds(found) == {
        "latest": [("2.0", "", "2023-01-01")],
        "licence": [("MIT OR Apache-2.0", "2.0", "expression")],
        "organisation": [("makers", "", "")],
        "provenance": [
            ("GitHub: maker/thing, release.yml", "2.0", "1 of 2 files attested"),
            ("GitLab: maker/thing, .gitlab-ci.yml", "2.0", "1 of 2 files attested"),
            ("Google: bot@maker.example", "2.0", "1 of 2 files attested"),
        ],
        "publisher": [("ann", "", "owner"), ("bob", "", "maintainer")],
        "release": [
            ("1.0", "", "2021-05-04"),
            ("1.10", "", "2022-01-01"),
            ("1.9", "", "2021-12-01"),
            ("2.0", "", "2023-01-01"),
            ("2.1", "", "2023-02-01"),
        ],
        "repository": [("https://github.com/maker/thing", "", "Source Code")],
        "requires": [("numpy>=1.20", "2.0", ""), ('rich; extra == "pretty"', "2.0", "")],
        "status": [("archived", "", "project status: we are done")],
        "yanked": [("2.1", "", "breaks all")],
    }
    facts = [fact for fact in found if isinstance(fact, Fact)]
    assert facts == sorted(facts)
    assert {(fact.package, fact.retrieved) for fact in facts} == {("thing-kit", TODAY)}
    assert {fact.source for fact in facts} == {
        f"package index at {server.simple} ({api})" for api in ("JSON", "simple", "provenance")
    }
    assert reasons(found) == [
        "thing-kit: 1 requirements of release 2.0 cannot be understood; they were left out",
        f"thing-kit: {ORGANISED}",
    ]
    assert {each.location.path for each in found if isinstance(each, Gap)} == {f"package index at {server.simple}"}
    assert sorted(server.paths) == [
        "/integrity/thing-kit/2.0/provenance",
        "/pypi/thing-kit/json",
        "/simple/thing-kit/",
    ]
    assert dict(server.asked)["/simple/thing-kit/"]["Accept"] == "application/vnd.pypi.simple.v1+json"


def test_the_index_that_everybody_has_is_not_named(server: Any, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "default_index", lambda: server.simple)
    server.project("thing-kit", DOCUMENT, PAGE)
    found = look("thing-kit", base_url="")
    assert {fact.source for fact in found if isinstance(fact, Fact)} == {
        "package index (JSON)",
        "package index (simple)",
    }
    assert all(each.location.path == "package index" for each in found if isinstance(each, Gap))


def test_credentials_are_used_and_never_told(server: Any, look: Any) -> None:
    server.project("thing-kit", DOCUMENT, PAGE)
    found = look("thing-kit", "other", base_url=server.simple.replace("//", "//me:s3cret@"))
    assert "s3cret" not in repr(found) and "me:" not in repr(found)
    assert all(headers["Authorization"] == "Basic bWU6czNjcmV0" for _, headers in server.asked)


@pytest.mark.parametrize(
    ("pinned", "asked", "told"),
    [
        ("1.0", True, [("Apache-2.0", "1.0", "name"), ("MIT OR Apache-2.0", "2.0", "expression")]),
        ("2.0.0", False, [("MIT OR Apache-2.0", "2.0", "expression")]),
        ("2.0", False, [("MIT OR Apache-2.0", "2.0", "expression")]),
    ],
)
def test_a_pinned_release_is_told_of_too(server: Any, look: Any, pinned: str, asked: bool, told: Any) -> None:
    server.project("thing-kit", DOCUMENT, PAGE)
    server.says(
        "/pypi/thing-kit/1.0/json", server.reply({"info": {"license": "Apache-2.0", "requires_dist": ["six>=1"]}})
    )
    found = look("thing-kit", versions={"Thing_Kit": pinned})
    assert kinds(found)["licence"] == told
    assert (("six>=1", "1.0", "") in kinds(found)["requires"]) is asked
    assert ("/pypi/thing-kit/1.0/json" in server.paths) is asked


@pytest.mark.parametrize(
    ("pinned", "expected"),
    [
        ("9.9", "thing-kit: the index answers 404; licence and requirements of the pinned release are not known"),
        ("../../x", "thing-kit: '../../x' is no version; its licence was not looked up"),
        (
            "legacy",
            "thing-kit: the index answers 404; licence and requirements of the pinned release are not known",
        ),
    ],
)
def test_a_pinned_release_that_is_not_there(server: Any, look: Any, pinned: str, expected: str) -> None:
    server.project("thing-kit", DOCUMENT, PAGE)
    assert expected in reasons(look("thing-kit", versions={"thing-kit": pinned}))


STATED = "project status"


@pytest.mark.parametrize(
    ("page", "classifiers", "told", "gap"),
    [
        ({"project-status": {"status": "archived"}}, [], [("archived", "", STATED)], ""),
        ({"project-status": {"state": "Quarantined"}}, [], [("quarantined", "", STATED)], ""),
        ({"project-status": {"state": "deprecated", "reason": "x"}}, [], [("deprecated", "", f"{STATED}: x")], ""),
        ({"project-status": {"status": "active"}}, [], [("active", "", STATED)], ""),
        (
            {"project-status": {"status": "active"}},
            [index_answers._INACTIVE],
            [("inactive", "", f"classifier {index_answers._INACTIVE}")],
            "",
        ),
        ({"project-status": {"status": "archived"}}, [index_answers._INACTIVE], [("archived", "", STATED)], ""),
        ({}, [], [], ""),
        ({"meta": {"api-version": "2.0"}}, [], [], ""),
        ({"meta": {"api-version": "1.3"}}, [], [], "an old simple API"),
        ({"meta": {}}, [], [], "an old simple API"),
        ({"project-status": {"status": "asleep"}}, [], [], "a status that is not known: asleep"),
        ({"project-status": "archived"}, [], [], "were left out: project-status"),
        ({"project-status": {"status": ["archived"]}}, [], [], "were left out: project-status.status"),
    ],
)
def test_status(server: Any, look: Any, page: Any, classifiers: list[str], told: Any, gap: str) -> None:
    document = {"info": {"classifiers": classifiers}, "ownership": {"roles": [{"user": "ann", "role": "Owner"}]}}
    server.project("a", document, {"meta": META, **page})
    found = look("a")
    assert kinds(found).get("status", []) == told
    assert len(reasons(found)) == bool(gap) and all(gap in reason for reason in reasons(found))


@pytest.mark.parametrize(
    ("info", "address", "label"),
    [
        ({"project_urls": {"Repository": "https://git.example/me/x.git"}}, "https://git.example/me/x", "Repository"),
        ({"project_urls": {"GitHub": "http://www.github.com/Me/X/"}}, "https://github.com/Me/X", "GitHub"),
        (
            {"project_urls": {"Repository": "https://github.com/a/b", "source": "https://github.com/c/d"}},
            "https://github.com/c/d",
            "source",
        ),
        ({"project_urls": {"Home-Page": "https://github.com/a/b#readme"}}, "https://github.com/a/b", "Home-Page"),
        ({"home_page": "https://github.com/a/b"}, "https://github.com/a/b", "home_page"),
        ({"home_page": "git+https://codeberg.org/a/b.git"}, "https://codeberg.org/a/b", "home_page"),
        (
            {"project_urls": {"Issue Tracker": "https://github.com/a/b/issues"}},
            "https://github.com/a/b",
            "Issue Tracker",
        ),
        (
            {"project_urls": {"Bug Tracker": "https://gitlab.com/g/sub/b/-/issues"}},
            "https://gitlab.com/g/sub/b",
            "Bug Tracker",
        ),
        ({"project_urls": {"Source": "https://me:s3cret@git.example:8443/x"}}, "https://git.example:8443/x", "Source"),
        ({"project_urls": {"Source": "http://git.example/x"}}, "http://git.example/x", "Source"),
        ({"project_urls": {"Source": "https://[broken/x", "Homepage": "https://a.example/x/y"}}, "", ""),
        ({"project_urls": {"Source": "javascript:x/y"}}, "", ""),
        ({"project_urls": {"Sponsor": "https://github.com/sponsors/me", "Docs": "https://github.com/a/b"}}, "", ""),
        ({"project_urls": {"Homepage": "https://github.com/sponsors/me"}}, "", ""),
        ({"project_urls": {"Source": "https://github.com/me"}}, "", ""),
        ({"project_urls": {"Source": "https://git.example/"}}, "", ""),
        ({"project_urls": None}, "", ""),
    ],
)
def test_the_repository(info: dict[str, Any], address: str, label: str) -> None:
    odd: set[str] = set()
    speaker = index_answers.Speaker("a", "s", TODAY)
    told = list(index_answers.repository(index_answers.Fields(info, odd), speaker))
    assert [(fact.value, fact.detail) for fact in told] == ([(address, label)] if address else [])
    assert not odd


@pytest.mark.parametrize(
    ("ownership", "told", "gap"),
    [
        ({"organization": None, "roles": [{"role": "Owner", "user": "ann"}]}, ["ann"], ""),
        ({"organization": None, "roles": []}, [], "names no account"),
        ({"organization": "x", "roles": []}, [], "owned by an organisation"),
        (None, [], "names no account"),
        ("absent", [], "does not say which accounts"),
        ({"roles": "all"}, [], "names no account"),
        ({"roles": [{"role": "Owner"}, 7, {"role": 7, "user": "ann"}]}, ["ann"], "ownership.roles"),
    ],
)
def test_accounts(server: Any, look: Any, ownership: Any, told: list[str], gap: str) -> None:
    document = {"info": {}} if ownership == "absent" else {"info": {}, "ownership": ownership}
    server.project("a", document, {"meta": META})
    found = look("a")
    assert [value for value, _, _ in kinds(found).get("publisher", [])] == told
    assert bool(gap) == bool(reasons(found)) and gap in "".join(reasons(found))


@pytest.mark.parametrize(
    ("info", "licence", "gap"),
    [
        ({"license": "MIT"}, "MIT", ""),
        ({}, "", ""),
        (
            {"license": "as you like it\nor not"},
            "",
            "the licence of release 1 is not one that is known: 'as you like it'",
        ),
        (
            {"license_expression": "MIT", "license": "Apache-2.0"},
            "MIT",
            "the licence of release 1 is in doubt: ",
        ),
    ],
)
def test_licences_in_doubt(server: Any, look: Any, info: dict[str, Any], licence: str, gap: str) -> None:
    server.project("a", {"info": {"version": "1", **info}, "ownership": {"roles": [{"user": "x"}]}}, {"meta": META})
    found = look("a")
    assert [value for value, _, _ in kinds(found).get("licence", [])] == ([licence] if licence else [])
    assert bool(gap) == bool(reasons(found)) and gap in "".join(reasons(found))


def test_no_more_releases_and_requirements_than_are_needed(server: Any, look: Any) -> None:
    releases = {f"1.{minor}": [uploaded(f"a-1.{minor}.tar.gz", "2020-01-01")] for minor in range(100)}
    requires = ["six", f"x ; extra == '{'y' * 3000}'", f"z{'(' * 100}", *["seven"] * 2000]
    server.project("a", {"info": {"requires_dist": requires}, "releases": releases}, {"meta": META})
    found = look("a")
    assert len(kinds(found)["release"]) == index_answers._MOST_RELEASES
    assert kinds(found)["latest"] == [("1.99", "", "2020-01-01")]
    assert len(kinds(found)["requires"]) == 2
    assert any("5 requirements" in reason for reason in reasons(found))


# -- other indexes ----------------------------------------------------------------------------------------------------


def test_an_index_without_json_api_is_read_by_its_files(server: Any, look: Any) -> None:
    server.project("thing-kit", None, PAGE)
    found = look("thing-kit")
    assert kinds(found) == {
        "latest": [("2.0", "", "2023-01-01")],
        "release": [("0.9", "", "2020-02-01"), ("2.0", "", "2023-01-01"), ("2.1", "", "2023-02-01")],
        "status": [("archived", "", "project status: we are done")],
        "yanked": [("0.9", "", ""), ("2.1", "", "breaks")],
    }
    assert {fact.source for fact in found if isinstance(fact, Fact)} == {f"package index at {server.simple} (simple)"}
    assert reasons(found) == [
        "thing-kit: the index answers 404; licence, repository, accounts and requirements are not known",
        "thing-kit: the index answers 404; who built the current release is not known",
    ]


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("a_b-1.0-py3-none-any.whl", "1.0"),
        ("a_b-1.0-2-py3-none-any.whl", "1.0"),
        ("a-b-1.0.tar.gz", "1.0"),
        ("a-b-1.0.zip", "1.0"),
        ("a_b-1.0-py3.none-any.whl", ""),
        ("a_b-x-py3-none-any.whl", ""),
        ("a-b-x.tar.gz", ""),
        ("a.exe", ""),
        (f"a-1.0-{'.'.join('abcdefgh' * 80)}-{'.'.join('abcdefgh' * 80)}-{'.'.join('abcdefgh' * 40)}.whl", ""),
        (f"a-1.0-{'.'.join('abcdefgh' * 40)}-{'.'.join('abcdefgh' * 40)}-{'.'.join('abcdefgh' * 40)}.whl", "1.0"),
    ],
)
def test_the_version_in_the_name_of_a_file(filename: str, version: str) -> None:
    page = index_answers.Fields({"files": [{"filename": filename}]}, set())
    assert list(index_answers.page_releases(page).files) == [version] * bool(version)


def test_an_index_whose_address_tells_of_no_json_api(server: Any, look: Any) -> None:
    server.says("/team/thing-kit/", server.reply(PAGE))
    found = look("thing-kit", base_url=f"{server.url}/team/")
    assert kinds(found)["latest"] == [("2.0", "", "2023-01-01")]
    assert any("does not tell by its address where its JSON API is" in reason for reason in reasons(found))


def test_an_index_with_json_api_alone(server: Any, look: Any) -> None:
    server.project("thing-kit", DOCUMENT)
    found = look("thing-kit")
    assert kinds(found)["latest"] == [("2.0", "", "2023-01-01")]
    assert "thing-kit: the index answers 404; project status and provenance are not known" in reasons(found)


@pytest.mark.parametrize(
    "url", ["file:///opt/simple/", "s3cret", "ftp://index.example/simple/", "http://[x/simple/", ""]
)
def test_an_index_that_cannot_be_asked(look: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "default_index", lambda: "")
    assert reasons(look("a", "b", base_url=url)) == [
        "a, b: no package index to ask over HTTP is set up; name one with --index-url"
    ]


@pytest.mark.parametrize("address", ["http://localhost:1/x", "file:///x", "http://[x"])
def test_provenance_at_an_address_that_is_not_safe(server: Any, look: Any, address: str) -> None:
    page = json.loads(json.dumps(PAGE))
    page["files"][0]["provenance"] = address
    server.project("thing-kit", DOCUMENT, page)
    found = look("thing-kit")
    assert "provenance" not in kinds(found)
    assert any("its provenance is at an address that is not safe to follow" in reason for reason in reasons(found))


# -- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_package_that_the_index_does_not_have(server: Any, look: Any) -> None:
    [reason] = reasons(look("b", "a"))
    assert reason.startswith(f"a, b: not on the package index at {server.simple} (404); if it comes from another index")


@pytest.mark.parametrize("name", ["", "a/../b", "-r", "a b", "ä", "a\x00", "x" * 300, "https://a.example/"])
def test_what_is_no_name_is_not_asked_for(server: Any, look: Any, name: str) -> None:
    [reason] = reasons(look(name))
    assert "not a legal package name; it was not looked up" in reason
    assert reason.isprintable()
    assert not server.asked


BAD: list[tuple[dict[str, Any], str]] = [
    ({"status": 500}, "the index answers 500; nothing is known of today's state; try again later"),
    ({"status": 429, "headers": {"Retry-After": "3600"}}, "the index asks for fewer questions (429)"),
    ({"status": 403}, "the index refuses access (403); put credentials in the address, netrc or keyring"),
    ({"body": b"<!DOCTYPE html>", "kind": "text/html"}, "the index answered with a web page (a login or a proxy?)"),
    ({"body": b'{"info": {"version'}, "the index answered with no JSON that can be understood"),
    ({"body": b"[" * 100_000}, "the index answered with no JSON that can be understood"),
    ({"body": b"[]"}, "the index answered with no JSON that can be understood"),
    ({"body": b"\xff\xfe"}, "the index answered with no JSON that can be understood"),
    ({"body": b""}, "the index answered with no JSON that can be understood"),
    ({"body": b"x", "length": 1000}, "the index breaks its answer off"),
    ({"body": b" " * (1 << 21)}, "the index answers with more than 1 MiB"),
    ({"status": 302, "headers": {"Location": "/pypi/a/json"}}, "the index leads from one address to the next"),
    ({"status": 302, "headers": {"Location": "file:///x"}}, "the index leads to an address that is not safe"),
]


@pytest.mark.parametrize(("trouble", "expected"), BAD)
def test_a_bad_answer_is_a_gap(server: Any, look: Any, trouble: dict[str, Any], expected: str) -> None:
    for path in ("/pypi/a/json", "/simple/a/"):
        server.says(path, server.reply(**trouble))
    server.project("b", DOCUMENT, PAGE)
    found = look("a", "b")
    assert {fact.package for fact in found if isinstance(fact, Fact)} == {"b"}
    assert any(reason.startswith(f"a: {expected}") for reason in reasons(found))


def test_values_of_the_wrong_kind_are_left_out_and_said(server: Any, look: Any) -> None:
    document = {
        "info": {"version": 2, "classifiers": "all", "requires_dist": [1, "six"], "project_urls": ["x"]},
        "releases": {"1.0": [{"filename": 1, "yanked": "no", "upload_time_iso_8601": "soon"}], "2.0": {}},
        "ownership": [],
    }
    server.project("a", document, {"meta": "1.4", "files": {"a": 1}})
    found = look("a")
    assert kinds(found) == {"latest": [("1.0", "", "")], "release": [("1.0", "", "")], "requires": [("six", "", "")]}
    assert any(
        reason
        == "a: values not of the expected kind were left out: files, info.classifiers, info.project_urls and 7 more"
        for reason in reasons(found)
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "info",
                    "releases",
                    "ownership",
                    "roles",
                    "files",
                    "meta",
                    "1.0",
                    "yanked",
                    "project_urls",
                    "Source",
                    "user",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(document=JSON, page=JSON, answer=JSON)
def test_whatever_the_answers_are_they_are_read(document: Any, page: Any, answer: Any) -> None:
    odd: set[str] = set()
    speaker = index_answers.Speaker("a", "s", TODAY)
    told, listed = index_answers.Fields(document, odd), index_answers.Fields(page, odd)
    info = told.inner("info")
    everything = [
        *index_answers.terms(info, speaker, "1"),
        *index_answers.ownership(told, speaker),
        *index_answers.repository(info, speaker),
        *index_answers.document_releases(told).facts(speaker),
        *index_answers.page_releases(listed).facts(speaker),
        *index_answers.status(listed, info.texts("classifiers"), speaker, speaker),
        *index_answers.provenance(index_answers.Fields(answer, odd), speaker, "1", ""),
    ]
    assert all(isinstance(each, str) or isinstance(each.kind, FactKind) for each in everything)


# -- many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [0, 1, 3, 8])
def test_the_order_is_that_of_the_names(server: Any, look: Any, workers: int) -> None:
    names = [f"p{number}" for number in range(30)]
    for name in names:
        server.project(name, DOCUMENT if name != "p7" else None, PAGE)
    server.says("/integrity/thing-kit/2.0/provenance", server.reply(PROVENANCE))
    first = look(*reversed(names), workers=workers)
    assert first == look(*names, *names, workers=1)
    order = [fact.package for fact in first if isinstance(fact, Fact)]
    assert order == sorted(order) and len(set(order)) == 30


def test_many_gaps_of_a_kind_are_one(look: Any) -> None:
    [reason] = reasons(look(*[f"p{number:02}" for number in range(20)]))
    assert reason.startswith("p00, p01, ") and "p11 and 8 more: not on the package index" in reason


def test_a_dead_index_is_left_alone(look: Any) -> None:
    names = [f"p{number}" for number in range(40)]
    limits = http.Limits(connect=1, tries=1, failures=3)
    found = look(*names, base_url="http://127.0.0.1:9/simple/", limits=limits, workers=1)
    lost = "nothing is known of today's state; try again later"
    assert [reason.partition(": ")[2] for reason in reasons(found)] == [
        f"the index cannot be reached; {lost}",
        f"the index was not asked any more after 3 failures in a row: it cannot be reached; {lost}",
    ]
    assert " and 25 more: " in reasons(found)[1]


def test_what_does_not_come_in_time_is_a_gap(server: Any, look: Any) -> None:
    server.says("/pypi/b/json", server.reply(stuck=True))
    server.project("a", DOCUMENT, PAGE)
    server.project("c", DOCUMENT, PAGE)
    found = look("a", "b", "c", deadline=1.0, limits=http.Limits(read=20, answer=20))
    assert {fact.package for fact in found if isinstance(fact, Fact)} == {"a", "c"}
    assert "b: no answer within 1 seconds; try again later" in reasons(found)
    server.released.set()


def test_a_lookup_may_be_left(server: Any) -> None:
    names = [f"p{number}" for number in range(50)]
    for name in names:
        server.project(name, DOCUMENT, PAGE)
    lookup = index.lookup(names, base_url=server.simple, today=TODAY, workers=2)
    next(lookup)
    lookup.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread.name == "depscan index":
            thread.join(10)
    assert len(set(server.paths)) < 100


def test_all_threads_keep_what_they_fetch(server: Any, look: Any, tmp_path: Any) -> None:
    names = [f"p{number}" for number in range(16)]
    for name in names:
        server.project(name, DOCUMENT, {"meta": META})
    look(*names, workers=8, folder=tmp_path / "cache")
    server.asked.clear()
    look(*names, workers=8, folder=tmp_path / "cache")
    assert not server.asked


def test_a_second_lookup_asks_for_what_has_changed(server: Any, look: Any, tmp_path: Any) -> None:
    server.project("a", DOCUMENT, PAGE, ETag='"1"')
    server.project("thing-kit", DOCUMENT, PAGE, **{"Cache-Control": "max-age=600"})
    first = look("a", "thing-kit", folder=tmp_path / "cache")
    server.says("/pypi/a/json", server.reply(status=304))
    server.asked.clear()
    assert look("a", "thing-kit", folder=tmp_path / "cache") == first
    assert [path for path in server.paths if "integrity" not in path] == ["/pypi/a/json", "/simple/a/"]


def test_without_network_the_cache_serves_and_says_of_when(server: Any, look: Any, tmp_path: Any) -> None:
    day = "Mon, 01 Jan 2024 10:00:00 GMT"
    for path, body in (("/pypi/a/json", DOCUMENT), ("/simple/a/", {"meta": META})):
        server.says(path, server.reply(body, headers={"ETag": "1"}, date=day), server.reply(status=503))
    look("a", folder=tmp_path / "cache")
    found = look("a", folder=tmp_path / "cache")
    assert {fact.retrieved for fact in found if isinstance(fact, Fact)} == {"2024-01-01"}
    assert "a: facts are of 2024-01-01, from the cache: the index answers 503" in reasons(found)


def test_progress_is_told(server: Any, look: Any) -> None:
    told: list[Any] = []

    class Observer:
        def started(self, total: int) -> None:
            told.append(total)

        def advanced(self, count: int) -> None:
            told.append(count)

        def finished(self) -> None:
            told.append("end")

    server.project("a", DOCUMENT, PAGE)
    look("a", "b", observer=Observer())
    assert told == [2, 1, 1, "end"]


def test_nothing_to_look_up(look: Any) -> None:
    assert look() == []


def test_time_is_bounded_for_an_index_that_drips(server: Any, look: Any) -> None:
    server.says("/pypi/a/json", server.reply(b" " * 500, drip=0.05))
    begun = time.monotonic()
    found = look("a", deadline=0.5)
    assert time.monotonic() - begun < 20  # left alone, it would drip for 25 seconds
    assert len(reasons(found)) == 1
