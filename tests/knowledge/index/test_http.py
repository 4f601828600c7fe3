"""Bounded fetching: caching, retries, redirects, credentials, and each way in which a server can be bad."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from depscan.knowledge import endpoints, http

LIMITS = http.Limits(
    connect=5, read=5, answer=10, size=1 << 20, tries=3, pause=0.001, longest_pause=1, redirects=3, failures=50
)


@pytest.fixture
def ask(server: Any, tmp_path: Path) -> Callable[..., http.Answer | http.Failure]:
    """Fetch a path with a client of its own."""

    def run(path: str, **changed: Any) -> http.Answer | http.Failure:
        limits = changed.pop("limits", LIMITS)
        folder = changed.pop("folder", tmp_path / "cache")
        host = changed.pop("host", None) or http.Host(
            changed.pop("url", server.simple), changed.pop("settings", {}), time.monotonic() + 60, limits
        )
        with http.Client(host, folder) as client:
            return client.get(path if "://" in path or not path.startswith("/") else server.url + path, "x/y")

    return run


def body(answer: http.Answer | http.Failure) -> bytes:
    assert isinstance(answer, http.Answer), answer
    return answer.body


def reason(answer: http.Answer | http.Failure) -> str:
    assert isinstance(answer, http.Failure), answer
    return answer.reason


# -- caching ----------------------------------------------------------------------------------------------------------


def test_what_was_fetched_is_not_fetched_again_while_it_holds(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(body=b"one", headers={"Cache-Control": "max-age=3600", "ETag": '"1"'}))
    first = ask("/a")
    assert (first.kind, first.stale, body(first)) == ("application/json", "", b"one")
    assert first.day == time.strftime("%Y-%m-%d", time.gmtime())
    assert ask("/a") == first
    assert server.paths == ["/a"]
    assert server.asked[0][1]["Accept"] == "x/y"


def test_it_is_fetched_again_without_a_cache(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(headers={"Cache-Control": "max-age=3600"}))
    ask("/a", folder=None)
    ask("/a", folder=None)
    assert server.paths == ["/a", "/a"]


@pytest.mark.parametrize(
    ("kind", "count"), [("application/json", 1), ("application/vnd.pypi.simple.v1+json", 1), ("text/html", 2)]
)
def test_what_says_nothing_of_its_age_holds_a_while(server: Any, ask: Any, kind: str, count: int) -> None:
    server.says("/a", server.reply(kind=kind))
    ask("/a")
    ask("/a")
    assert server.paths == ["/a"] * count


def test_what_must_not_be_stored_is_not(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(headers={"Cache-Control": "no-store", "ETag": '"1"'}))
    ask("/a")
    ask("/a")
    assert server.paths == ["/a", "/a"]


def test_a_kept_answer_is_validated_and_then_as_of_that_day(server: Any, ask: Any) -> None:
    old = "Wed, 03 Jan 2024 10:00:00 GMT"
    headers = {"ETag": '"1"', "Last-Modified": old, "Content-Encoding": "gzip"}
    server.says(
        "/a",
        server.reply(body=gzip.compress(b"one"), headers=headers, date=old),
        server.reply(status=304, headers={"ETag": '"1"'}, date="Thu, 04 Jan 2024 10:00:00 GMT"),
        server.reply(status=304, headers={"ETag": '"1"'}, date="Fri, 05 Jan 2024 10:00:00 GMT"),
        server.reply(body=b"two", date="Sat, 06 Jan 2024 10:00:00 GMT"),
    )
    answers = [ask("/a") for _ in range(4)]
    assert [body(answer) for answer in answers] == [b"one", b"one", b"one", b"two"]
    assert [answer.day for answer in answers] == ["2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06"]
    assert [sent.get("If-None-Match") for _, sent in server.asked] == [None, '"1"', '"1"', '"1"']
    assert server.asked[1][1]["If-Modified-Since"] == old


@pytest.mark.parametrize("headers", [{"ETag": '"1"'}, {"Cache-Control": "max-age=1"}])
@pytest.mark.parametrize(
    "trouble", [{"status": 503}, {"length": 100}, {"status": 429, "headers": {"Retry-After": "99"}}]
)
def test_an_answer_too_old_serves_when_the_network_fails(
    server: Any, ask: Any, headers: dict[str, str], trouble: dict[str, Any]
) -> None:
    server.says(
        "/a",
        server.reply(body=b"one", headers=headers, date="Wed, 03 Jan 2024 10:00:00 GMT"),
        server.reply(**trouble),
    )
    ask("/a")
    answer = ask("/a")
    assert (body(answer), answer.day) == (b"one", "2024-01-03")
    assert answer.stale


def test_an_answer_too_old_does_not_serve_when_the_server_has_none_any_more(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(headers={"ETag": '"1"'}), server.reply(status=404))
    ask("/a")
    assert ask("/a").status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Expires": "never", "Last-Modified": "Thu, 99 Foo 99999 25:61:61 GMT"},
        {"Cache-Control": "max-age=soon"},
        {"Cache-Control": "max-age"},
        {"Vary": "*"},
        {"Vary": "Accept, X-Other"},
    ],
)
@pytest.mark.parametrize("date", ["yesterday", "Mon, 32 Jan 99999 00:00:00 GMT"])
def test_headers_that_cannot_be_read_do_no_harm(server: Any, ask: Any, headers: dict[str, str], date: str) -> None:
    server.says("/a", server.reply(body=b"one", headers={"ETag": '"1"', **headers}, date=date))
    for _ in range(2):
        answer = ask("/a")
        assert (body(answer), answer.day) == (b"one", time.strftime("%Y-%m-%d", time.gmtime()))


def test_nothing_is_said_about_a_kept_answer_that_cannot_be_read(
    server: Any, ask: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from depscan.cache import Cache, key

    with Cache(tmp_path / "cache") as cache:
        cache.put({key("http", f"{server.url}/a"): b"cc=4,no message", key("http", f"{server.url}/b"): b"older"})
    server.says("/a", server.reply(body=b"one"))
    server.says("/b", server.reply(body=b"two"))
    assert (body(ask("/a")), body(ask("/b"))) == (b"one", b"two")
    assert capfd.readouterr() == ("", "")


def test_no_cache_folder_is_no_obstacle(server: Any, ask: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    server.says("/a", server.reply(body=b"one"))
    assert body(ask("/a", folder=tmp_path / "file")) == b"one"


def test_a_304_to_no_question_is_no_answer(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(status=304))
    assert reason(ask("/a")) == "says that nothing has changed, but nothing was kept"


# -- again and again --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_that_passes_is_waited_for(server: Any, ask: Any, status: int) -> None:
    bad = server.reply(status=status, headers={"Retry-After": "0"})
    server.says("/a", bad, bad, server.reply(body=b"one"))
    assert body(ask("/a")) == b"one"


@pytest.mark.parametrize(
    ("trouble", "count", "expected"),
    [
        ({"status": 500}, 3, "answers 500"),
        ({"status": 404}, 1, "answers 404"),
        ({"status": 403}, 1, "refuses access (403)"),
        ({"status": 429, "headers": {"Retry-After": "3600"}}, 1, "asks for fewer questions (429)"),
        ({"status": 429, "headers": {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}}, 1, "asks for fewer"),
        ({"status": 429, "headers": {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}}, 3, "asks for fewer"),
        ({"status": 429, "headers": {"Retry-After": "soon"}}, 3, "asks for fewer"),
        ({"status": 200, "length": 100}, 3, "breaks its answer off"),
        ({"status": 204}, 1, "answers 204"),
    ],
)
def test_trouble_that_stays(server: Any, ask: Any, trouble: dict[str, Any], count: int, expected: str) -> None:
    server.says("/a", server.reply(**trouble))
    assert reason(ask("/a")).startswith(expected)
    assert len(server.asked) == count


def test_a_host_that_does_not_answer_is_left_alone(server: Any) -> None:
    host = http.Host("http://127.0.0.1:9/", {}, time.monotonic() + 60, http.Limits(tries=2, pause=0.001, failures=3))
    with http.Client(host, None) as client:
        for path in ("a", "b", "c"):
            assert "cannot be reached" in reason(client.get(f"http://127.0.0.1:9/{path}"))
        assert reason(client.get(f"{server.url}/d")) == (
            "was not asked any more after 3 failures in a row: it cannot be reached"
        )
    assert not server.asked


def test_one_answer_makes_up_for_failures(server: Any, ask: Any) -> None:
    host = http.Host(server.simple, {}, time.monotonic() + 60, http.Limits(tries=1, failures=2))
    server.says("/bad", server.reply(status=500))
    for path in ("/bad", "/good", "/bad", "/good", "/bad", "/bad"):
        ask(path, host=host)
    assert "2 failures in a row: it answers 500" in host.shut


def test_when_the_time_is_over_nothing_is_asked(server: Any, ask: Any) -> None:
    host = http.Host(server.simple, {}, time.monotonic() - 1, LIMITS)
    assert "the time for all questions is over" in reason(ask("/a", host=host))
    assert not server.asked


# -- too much, too slow -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        (b"x" * ((1 << 20) + 1), {}),
        (gzip.compress(b"x" * (50 << 20)), {"Content-Encoding": "gzip"}),
    ],
)
def test_an_answer_too_large_is_not_read_to_its_end(
    server: Any, ask: Any, sent: bytes, headers: dict[str, str]
) -> None:
    server.says("/a", server.reply(body=sent, headers=headers))
    assert reason(ask("/a")) == "answers with more than 1 MiB"


def test_an_answer_as_large_as_may_be(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(body=b"x" * (1 << 20)))
    assert len(body(ask("/a"))) == 1 << 20


def test_an_answer_that_cannot_be_unpacked(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}))
    assert reason(ask("/a")) == "answers with what cannot be unpacked"


@pytest.mark.parametrize(
    "changed",
    [
        {"limits": {"answer": 0.1}, "reply": {"body": b"x" * 200, "drip": 0.02}},
        {"limits": {"read": 0.1}, "reply": {"stuck": True}},
        {"limits": {"read": 0.1}, "reply": {"body": b"x" * 20, "drip": 5}},
    ],
)
def test_an_answer_too_slow_is_not_waited_for(server: Any, ask: Any, changed: dict[str, Any]) -> None:
    server.says("/a", server.reply(**changed["reply"]))
    limits = http.Limits(tries=1, size=1 << 20, **changed["limits"])
    assert reason(ask("/a", limits=limits)) == "does not answer in time"


# -- elsewhere --------------------------------------------------------------------------------------------------------


def test_an_address_may_lead_to_another_on_the_same_host(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(status=301, headers={"Location": "b"}))
    server.says("/b", server.reply(status=302, headers={"Location": f"{server.url}/c"}))
    server.says("/c", server.reply(body=b"three", headers={"Cache-Control": "max-age=600"}))
    assert body(ask("/a")) == body(ask("/a")) == b"three"
    assert server.paths == ["/a", "/b", "/c"]


def test_an_endless_way(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(status=307, headers={"Location": "/a"}))
    assert reason(ask("/a")) == "leads from one address to the next without end"
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "http://localhost:1/", "ftp://127.0.0.1/", "//other.example/", "https:///x", "javascript:1"],
)
def test_a_way_that_is_not_safe(server: Any, ask: Any, target: str) -> None:
    server.says("/a", server.reply(status=302, headers={"Location": target}))
    assert reason(ask("/a")) == "leads to an address that is not safe to follow"


@pytest.mark.parametrize(
    ("url", "target", "leads"),
    [
        ("https://index.example/", "https://other.example/x", "https://other.example/x"),
        ("https://index.example/a/b", "../x", "https://index.example/x"),
        ("https://index.example/", "http://index.example/x", ""),
        ("http://index.example/", "https://index.example/x", "https://index.example/x"),
        ("http://index.example:1/", "http://index.example:2/x", "http://index.example:2/x"),
        ("http://index.example/", "http://other.example/x", ""),
        ("http://index.example/", "https://[x", ""),
    ],
)
def test_where_an_address_may_lead(url: str, target: str, leads: str) -> None:
    assert http.followed(url, target) == leads


def test_a_redirect_without_address(server: Any, ask: Any) -> None:
    server.says("/a", server.reply(status=302))
    assert reason(ask("/a")) == "answers 302"


# -- who asks ---------------------------------------------------------------------------------------------------------


def authorised(server: Any) -> list[str | None]:
    return [headers.get("Authorization") for _, headers in server.asked]


ME, YOU = "Basic bWU6czNjcmV0", "Basic eW91OmxldG1laW4="


def test_credentials_of_the_address_go_to_its_host_alone(server: Any, ask: Any) -> None:
    url = server.simple.replace("//", "//me:s3cret@")
    server.says("/a", server.reply(status=302, headers={"Location": server.url.replace("127.0.0.1", "localhost")}))
    server.says("/b", server.reply(status=302, headers={"Location": "/c"}))
    ask("/a", url=url)
    ask("/b", url=url)
    ask("/c", url="http://me:s3cret@127.0.0.1:9/")
    assert authorised(server) == [ME, ME, ME, None]


def test_netrc_counts_unless_the_address_has_credentials(
    server: Any, ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login you password letmein\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    ask("/a")
    ask("/a", url=server.simple.replace("//", "//me:s3cret@"))
    assert authorised(server) == [YOU, ME]


def test_the_keyring_is_asked_once_and_only_when_refused(
    server: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def keyring(url: str, user: str) -> tuple[str, str]:
        asked.append((url, user))
        return "you", "letmein"

    monkeypatch.setattr(endpoints, "keyring_credentials", keyring)
    host = http.Host(server.simple.replace("//", "//you@"), {}, time.monotonic() + 60, LIMITS)
    server.says("/a", server.reply(body=b"free"))
    server.says("/b", server.reply(status=401), server.reply(body=b"yours"))
    server.says("/c", server.reply(status=401))
    assert body(ask("/a", host=host)) == b"free"
    assert not asked
    assert body(ask("/b", host=host)) == b"yours"
    assert reason(ask("/c", host=host)).startswith("refuses access (401); put credentials in")
    assert asked == [(server.simple, "you")]
    assert authorised(server)[1:] == ["Basic eW91Og==", YOU, YOU]


def test_pips_proxy_and_certificates_are_used(server: Any, ask: Any, tmp_path: Path) -> None:
    server.says("http://far.example/x", server.reply(body=b"by proxy"))
    assert body(ask("http://far.example/x", settings={"proxy": server.url})) == b"by proxy"
    refused = ask("https://127.0.0.1:9/x", settings={"cert": str(tmp_path / "none.pem")})
    assert "a file of certificates that pip or the environment names is not there" in reason(refused)


@pytest.mark.parametrize(
    ("address", "settings", "expected"),
    [
        ("https{}/x", {}, "has a certificate that cannot be trusted"),
        ("http://127.0.0.1:9/x", {"proxy": "http://127.0.0.1:9"}, "is behind a proxy that does not let through"),
        ("http://s3cret:s3cret@[::1/x", {}, "has an address that cannot be understood"),
        ("http://index.example:99999/x", {}, "has an address that cannot be understood"),
        ("gopher://s3cret@index.example/x", {}, "cannot be asked (InvalidSchema)"),
        ("no address", {}, "has an address that cannot be understood"),
    ],
)
def test_no_message_holds_an_address(
    server: Any, ask: Any, address: str, settings: dict[str, str], expected: str, capfd: pytest.CaptureFixture[str]
) -> None:
    said = reason(ask(address.format(server.url.removeprefix("http")), settings=settings))
    assert said.startswith(expected)
    assert "s3cret" not in said and "example" not in said and "127" not in said
    assert capfd.readouterr() == ("", "")


def test_nothing_heavy_is_imported_with_the_module() -> None:
    import subprocess
    import sys

    program = (
        "import sys, depscan.knowledge.index; print(sorted({'requests', 'urllib3', 'cachecontrol'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"
