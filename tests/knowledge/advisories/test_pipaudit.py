"""The audit by pip-audit's services: what they answer, how they fail to, and what is never called clean."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from depscan.knowledge import endpoints, http
from depscan.knowledge.advisories import pages, pipaudit
from depscan.knowledge.advisories.audit import Wanted, audit
from depscan.knowledge.advisories.pipaudit import Answer, Summary
from depscan.model import Gap, Severity
from depscan.model.advisories import Affected, Exposed, Fix

TODAY = "2026-03-01"
LIMITS = http.Limits(connect=5, read=5, answer=10, size=1 << 20, tries=3, pause=0.001, longest_pause=1, failures=50)
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@dataclass
class Reply:
    """One answer; `body` may be an object to be written as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    drip: float = 0.0
    date: str = "Thu, 26 Feb 2026 10:00:00 GMT"


class Server:
    """Answers by path the replies in turn, the last one again and again; what is not there is 404."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, str, bytes]] = []
        self.released = threading.Event()
        self.url = ""

    def says(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    @property
    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.asked]

    def answer(self, method: str, path: str, body: bytes) -> Reply:
        self.asked.append((method, path, body))
        replies = self.replies.get(urlsplit(path).path) or [Reply(b"not here", 404, kind="text/plain")]
        return replies.pop(0) if len(replies) > 1 else replies[0]


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = server.answer(self.command, self.path, sent)
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response_only(reply.status)
            for name, value in {"Date": reply.date, "Content-Type": reply.kind, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            if not reply.drip:
                self.wfile.write(body)
                return
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if server.released.wait(reply.drip):
                    return

        do_POST = do_GET  # noqa: N815  (the name is http.server's)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(OSError):  # the client had enough
                super().handle()

        def finish(self) -> None:
            with contextlib.suppress(OSError):
                super().finish()

    return Handler


@contextlib.contextmanager
def running(server: Server, certificate: Path | None = None) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(server)) as listening:
        listening.daemon_threads = True
        listening.handle_error = lambda *_: None  # type: ignore[method-assign]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            listening.socket = context.wrap_socket(listening.socket, server_side=True)
        before = set(threading.enumerate())
        threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
        server.url = f"http{'s' if certificate else ''}://127.0.0.1:{listening.server_address[1]}"
        yield
        server.released.set()
        listening.shutdown()
        for left in set(threading.enumerate()) - before - {threading.current_thread()}:
            left.join(10)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pip, netrc, a proxy nor a keyring of the machine is used."""
    for name in [name for name in os.environ if name.upper().startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", os.devnull)
    monkeypatch.setattr(endpoints, "pip_settings", dict)
    monkeypatch.setattr(endpoints, "keyring_credentials", lambda *_: None)


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    with running(found):
        yield found


# -- what each service answers -----------------------------------------------------------------------------------------


def release(*records: Any, name: str = "torch", version: str = "2.0.0", **changed: Any) -> dict[str, Any]:
    return {"info": {"name": name, "version": version}, "vulnerabilities": list(records), **changed}


def flaw(name: str = "PYSEC-1", **changed: Any) -> dict[str, Any]:
    """A vulnerability in the words of the index."""
    return {
        "id": name,
        "aliases": ["CVE-1"],
        "summary": None,
        "details": "It runs\ncode.",
        "fixed_in": ["2.1.0"],
        "link": f"https://osv.example/{name}",
        "source": "osv",
        "withdrawn": None,
        **changed,
    }


def record(name: str = "PYSEC-1", package: str = "torch", **changed: Any) -> dict[str, Any]:
    """The same in the OSV schema."""
    events = [{"introduced": "0"}, {"fixed": "2.1.0"}]
    affected = {
        "package": {"name": package, "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
        "ecosystem_specific": {"affected_functions": ["torch.load"]},
    }
    return {
        "schema_version": "1.6.0",
        "id": name,
        "aliases": ["CVE-1"],
        "details": "It runs code.",
        "published": "2024-01-02T03:04:05+00:00",
        "modified": "2024-02-02T03:04:05Z",
        "affected": [affected],
        "severity": [{"type": "CVSS_V3", "score": VECTOR}],
        "references": [{"type": "WEB", "url": "https://a.b/"}],
        **changed,
    }


def advisory(*names: str, spans: tuple[str, ...] = ("< 2.1.0",), package: str = "torch", **changed: Any) -> Any:
    """The same in the words of ecosyste.ms."""
    versions = [{"vulnerable_version_range": span, "first_patched_version": "2.1.0"} for span in spans]
    return {
        "url": "https://a.b/",
        "title": "It runs code.",
        "description": "",
        "severity": "CRITICAL",
        "identifiers": list(names) or ["GHSA-1", "CVE-1"],
        "withdrawn_at": None,
        "cvss_vector": VECTOR,
        "published_at": "2024-01-02T03:04:05.000Z",
        "updated_at": "2024-02-02T03:04:05.000Z",
        "references": [],
        "packages": [{"ecosystem": "pypi", "package_name": package, "versions": versions}],
        **changed,
    }


PATHS = {"pypi": "/pypi/torch/2.0.0/json", "osv": "/v1/query", "esms": "/api/advisories"}
ANSWERS = {"pypi": release(flaw()), "osv": {"vulns": [record()]}, "esms": [advisory()]}
NOTHING: dict[str, Any] = {"pypi": release(), "osv": {}, "esms": []}
SERVICES = sorted(PATHS)
each_service = pytest.mark.parametrize("service", SERVICES)


class Told:
    """What an audit yields, by kind."""

    def __init__(self, values: list[Answer | Gap | Summary]) -> None:
        self.values = values
        self.answers = [each for each in values if isinstance(each, Answer)]
        self.gaps = [each for each in values if isinstance(each, Gap)]
        assert isinstance(values[-1], Summary)
        self.summary = values[-1]
        assert values == [*self.answers, *self.gaps, self.summary]
        assert self.summary.answered == len(self.answers) <= self.summary.asked
        assert {gap.stage for gap in self.gaps} <= {"knowledge"}

    @property
    def reason(self) -> str:
        assert len(self.gaps) == 1, self.gaps
        return self.gaps[0].reason

    @property
    def ids(self) -> list[str]:
        assert not self.gaps and len(self.answers) == 1, self.values
        return [each.id for each in self.answers[0].advisories]


def run(server: Server | str, service: str, pins: Any = None, **changed: Any) -> Told:
    base = server if isinstance(server, str) else server.url
    options = {
        "index_url": f"{base}/simple/",
        "osv_url": base + PATHS["osv"],
        "esms_url": base + PATHS["esms"],
        "cache": None,
        "deadline": 30.0,
        "timeout": 5.0,
        "workers": 2,
        "limits": LIMITS,
        **changed,
    }
    return Told(list(pipaudit.audit(pins or {"torch": ["2.0.0"]}, service=service, today=TODAY, **options)))


@each_service
def test_a_flaw_is_told_with_all_that_the_service_says(server: Server, service: str) -> None:
    server.says(PATHS[service], Reply(ANSWERS[service]))
    told = run(server, service)
    (answer,) = told.answers
    (found,) = answer.advisories
    assert (answer.package, answer.version, answer.audited, answer.unread) == ("torch", "2.0.0", "2.0.0", 0)
    assert found.id == ("GHSA-1" if service == "esms" else "PYSEC-1")
    assert (found.package, found.aliases, found.fixed_in) == ("torch", ("CVE-1",), ("2.1.0",))
    assert found.summary == ("It runs" if service == "pypi" else "It runs code.")
    assert (found.retrieved, found.malicious) == ("2026-02-26", False)
    assert "(pip-audit 2.10" in found.source and "127.0.0.1" in found.source
    assert found.published[:10] == ("" if service == "pypi" else "2024-01-02")
    assert found.modified[:10] == ("" if service == "pypi" else "2024-02-02")
    assert (found.vector, found.severity) == (("", None) if service == "pypi" else (VECTOR, Severity.CRITICAL))
    assert found.symbols == (("torch.load",) if service == "osv" else ())
    assert found.references == (("https://osv.example/PYSEC-1",) if service == "pypi" else ("https://a.b/",))
    assert (told.summary.asked, told.summary.answered, told.summary.retrieved) == (1, 1, "2026-02-26")
    assert not told.gaps


@each_service
def test_a_pin_without_flaws_is_an_answer_without_advisories(server: Server, service: str) -> None:
    server.says(PATHS[service], Reply(NOTHING[service]))
    assert run(server, service).ids == []


def test_the_questions_are_pip_audits(server: Server) -> None:
    server.says(PATHS["osv"], Reply({}))
    server.says(PATHS["esms"], Reply([]))
    for service in SERVICES:
        run(server, service)
    asked = dict(zip(SERVICES, server.asked, strict=True))
    assert asked["pypi"][:2] == ("GET", "/pypi/torch/2.0.0/json")
    method, path, body = asked["osv"]
    assert (method, path) == ("POST", "/v1/query")
    assert json.loads(body) == {"package": {"name": "torch", "ecosystem": "PyPI"}, "version": "2.0.0"}
    method, path, _ = asked["esms"]
    assert (method, parse_qs(urlsplit(path).query)) == (
        "GET",
        {"ecosystem": ["pypi"], "package_name": ["torch"], "per_page": ["1000"]},
    )


@each_service
def test_each_release_is_asked_for_once_in_its_public_version(server: Server, service: str) -> None:
    server.says(PATHS[service], Reply(ANSWERS[service]))
    pins = {"Torch": ["2.0.0+cu118", "2.0.0"], "torch": {"2.0.0+cpu", "2.0"}}
    for path in ("/pypi/torch/2.0/json", "/v1/query", PATHS["esms"]):
        server.says(path, Reply(ANSWERS[service]))
    told = run(server, service, pins)
    assert len(server.asked) == 1
    assert [(each.version, each.audited) for each in told.answers] == [
        (version, "2.0") for version in ("2.0", "2.0.0", "2.0.0+cpu", "2.0.0+cu118")
    ]
    assert {each.advisories for each in told.answers} == {told.answers[0].advisories}
    assert told.summary.asked == 4


def test_answers_come_in_order_whatever_the_network_does(server: Server) -> None:
    names = [f"p{number}" for number in range(12)]
    for name in names:
        server.says(f"/pypi/{name}/1.0/json", Reply(release(flaw(), name=name, version="1.0")))
    expected = run(server, "pypi", {name: ["1.0"] for name in names}, workers=1)
    told = run(server, "pypi", {name: ["1.0"] for name in reversed(names)}, workers=6)
    assert told.values == expected.values
    assert [each.package for each in told.answers] == sorted(names)


def test_versions_come_in_their_order(server: Server) -> None:
    server.says(PATHS["osv"], Reply({}))
    told = run(server, "osv", {"a": ["10.0", "9.0", "9.0rc1"]})
    assert [each.version for each in told.answers] == ["9.0rc1", "9.0", "10.0"]


@each_service
def test_withdrawn_records_are_none(server: Server, service: str) -> None:
    withdrawn = {
        "pypi": release(flaw(withdrawn="2024-01-01T00:00:00Z")),
        "osv": {"vulns": [record(withdrawn="2024-01-01T00:00:00Z")]},
        "esms": [advisory(withdrawn_at="2024-01-01T00:00:00Z")],
    }
    server.says(PATHS[service], Reply(withdrawn[service]))
    assert run(server, service).ids == []


@each_service
def test_records_of_one_flaw_are_one_advisory(server: Server, service: str) -> None:
    several = {
        "pypi": release(flaw("GHSA-9", aliases=["CVE-1"]), flaw("PYSEC-1"), flaw("PYSEC-2", aliases=[])),
        "osv": {"vulns": [record("GHSA-9"), record("PYSEC-1"), record("PYSEC-2", aliases=[])]},
        "esms": [advisory("GHSA-9", "CVE-1"), advisory("PYSEC-1", "CVE-1"), advisory("PYSEC-2")],
    }
    server.says(PATHS[service], Reply(several[service]))
    told = run(server, service)
    assert told.ids == ["PYSEC-1", "PYSEC-2"]
    assert told.answers[0].advisories[0].aliases == ("CVE-1", "GHSA-9")


@each_service
def test_hostile_releases_are_marked(server: Server, service: str) -> None:
    hostile = {
        "pypi": release(flaw("MAL-2025-1", aliases=[], fixed_in=[])),
        "osv": {"vulns": [record("MAL-2025-1", aliases=[])]},
        "esms": [advisory("GHSA-1", "MAL-2025-1")],
    }
    server.says(PATHS[service], Reply(hostile[service]))
    assert [each.malicious for each in run(server, service).answers[0].advisories] == [True]


def test_what_pip_audit_would_lose_of_an_osv_record_is_kept(server: Server) -> None:
    def block(name: str, *fixes: str) -> dict[str, Any]:
        ranges = [
            {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fix}]} for fix in (*fixes, "no version")
        ]
        return {"package": {"name": name, "ecosystem": "PyPI"}, "ranges": ranges}

    commits = {"ranges": [{"type": "GIT", "repo": "https://a.b/", "events": [{"introduced": "0"}]}]}
    odd = record("GHSA-2", affected=[commits, block("Torch", "2.1.0", "1.13.1"), block("torch", "2.2.0")])
    server.says(PATHS["osv"], Reply({"vulns": [odd]}))
    assert run(server, "osv").ids == ["GHSA-2"]
    (found,) = run(server, "osv").answers[0].records
    assert {text for events in found.ranges for kind, text in events if kind == "fixed"} == {
        "1.13.1",
        "2.1.0",
        "2.2.0",
        "no version",
    }


def test_a_name_in_another_spelling_is_the_same_package(server: Server) -> None:
    server.says(PATHS["esms"], Reply([advisory(package="Py.YAML", spans=("< 6.0",))]))
    assert run(server, "esms", {"py-yaml": ["5.3"]}).ids == ["GHSA-1"]


@pytest.mark.parametrize(
    ("spans", "affected"),
    [
        (("< 2.1.0",), True),
        (("= 2.0.0",), True),
        ((">= 1.0, = 2.0.0",), True),
        (("= 1.0", ">= 2.0, <= 2.0.0"), True),
        (("< 2.0.0",), False),
        (("= 1.0", "= 3.0"), False),
        ((), False),
    ],
)
def test_ecosystems_ranges_are_judged_by_pip_audit(server: Server, spans: tuple[str, ...], affected: bool) -> None:
    server.says(PATHS["esms"], Reply([advisory(spans=spans)]))
    assert run(server, "esms").ids == (["GHSA-1"] if affected else [])


# -- joined with the audit of a database -------------------------------------------------------------------------------


@each_service
@pytest.mark.parametrize(("specifier", "fix"), [(">=1", Fix.AVAILABLE), ("<2.1", Fix.FORBIDDEN)])
def test_the_records_of_an_answer_can_be_audited_like_a_databases(
    server: Server, service: str, specifier: str, fix: Fix
) -> None:
    server.says(PATHS[service], Reply(ANSWERS[service]))
    (answer,) = run(server, service, {"torch": ["2.0.0+cu118"]}).answers
    told = list(
        audit({"torch": Wanted(("2.0.0+cu118",), (specifier,))}, {"torch": answer.records}, source="", retrieved="")
    )
    (exposed,) = (each for each in told if isinstance(each, Exposed))
    assert (exposed.state, exposed.version, exposed.audited) == (Affected.YES, "2.0.0+cu118", "2.0.0")
    assert (exposed.fix, exposed.fixed_by) == (fix, "2.1.0" if fix is Fix.AVAILABLE else "")
    assert len(told) == 2


@pytest.mark.parametrize("service", ["pypi", "esms"])
def test_a_record_of_one_version_says_nothing_of_another(server: Server, service: str) -> None:
    server.says(PATHS[service], Reply(ANSWERS[service]))
    (answer,) = run(server, service).answers
    told = audit({"torch": Wanted(("1.9.0", "2.0.5"))}, {"torch": answer.records}, source="", retrieved="")
    assert not [each for each in told if isinstance(each, Exposed)]


# -- all pages ---------------------------------------------------------------------------------------------------------


def test_all_pages_of_osv_are_read(server: Server) -> None:
    server.says(
        PATHS["osv"],
        Reply({"vulns": [record("PYSEC-1", aliases=[])], "next_page_token": "t1"}),
        Reply({"next_page_token": "t2"}),
        Reply({"vulns": [record("PYSEC-2", aliases=[])]}),
    )
    assert run(server, "osv").ids == ["PYSEC-1", "PYSEC-2"]
    assert [json.loads(body).get("page_token") for _, _, body in server.asked] == [None, "t1", "t2"]


def test_all_pages_of_ecosystems_are_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_FULL", 2)
    first = [advisory("A-1"), advisory("A-2")]
    server.says(PATHS["esms"], Reply(first), Reply([advisory("A-3")]))
    assert run(server, "esms").ids == ["A-1", "A-2", "A-3"]
    assert [parse_qs(urlsplit(path).query).get("page") for _, path, _ in server.asked] == [None, ["2"]]


@pytest.mark.parametrize(("padding", "said"), [(0, "in more than 20 pages"), (1 << 19, "with more than 1 MiB")])
def test_pages_without_end_are_given_up(server: Server, padding: int, said: str) -> None:
    server.says(PATHS["osv"], Reply({"vulns": [], "next_page_token": "again", "padding": "x" * padding}))
    told = run(server, "osv")
    assert told.reason == f"torch 2.0.0: not audited: OSV answers {said}"
    assert not told.answers and len(server.asked) <= 20


def test_a_lost_page_is_a_lost_answer(server: Server) -> None:
    server.says(PATHS["osv"], Reply({"vulns": [record()], "next_page_token": "t1"}), Reply(status=400))
    assert "OSV answers 400" in run(server, "osv").reason


# -- what is no answer -------------------------------------------------------------------------------------------------


def nothing_said(told: Told, reason: str) -> None:
    """Nothing is taken for clean: no answer, a gap, and a summary that says so."""
    assert told.answers == []
    assert (told.summary.asked, told.summary.answered, told.summary.retrieved) == (1, 0, "")
    assert told.reason.startswith("torch 2.0.0: not audited: ") and reason in told.reason


BAD = [
    ("404", Reply(b"", 404), "404"),
    ("400", Reply(b"", 400), "answers 400"),
    ("403", Reply(b"", 403), "refuses access (403)"),
    ("429", Reply(b"", 429, {"Retry-After": "3600"}), "asks for fewer questions (429); try again later"),
    ("500", Reply(b"", 500), "answers 500; try again later"),
    ("redirected in a circle", Reply(b"", 302, {"Location": "#"}), "leads from one address to the next without end"),
    ("redirected nowhere", Reply(b"", 302), "answers 302"),
    ("empty", Reply(b""), "no JSON that can be understood"),
    ("garbage", Reply(b"\x00\xff{"), "no JSON that can be understood"),
    ("cut off", Reply(b'{"vulns": [{"id"'), "no JSON that can be understood"),
    ("deep", Reply(b"[" * 100_000), "no JSON that can be understood"),
    ("HTML", Reply(b"<html>Sign in</html>", kind="text/html; charset=utf-8"), "a web page (a login or a proxy?)"),
    ("null", Reply(b"null"), "answers with no"),
    ("false", Reply(b"false"), "answers with no"),
    ("zero", Reply(b"0"), "answers with no"),
    ("text", Reply(b'""'), "answers with no"),
    ("huge", Reply(b"[" + b" " * (2 << 20) + b"]"), "answers with more than 1 MiB"),
    ("corrupt", Reply(b"{}", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
]


@each_service
@pytest.mark.parametrize(("reply", "reason"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_what_is_no_answer_is_a_gap(
    server: Server, service: str, reply: Reply, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    server.says(PATHS[service], reply)
    nothing_said(run(server, service), reason)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("service", "body", "reason"),
    [
        ("pypi", [], "no JSON object"),
        ("pypi", {"info": {"name": "torch", "version": "2.0.0"}}, "does not say which vulnerabilities there are"),
        ("pypi", {"message": "Not Found"}, "does not say which vulnerabilities there are"),
        ("pypi", release(vulnerabilities={}), "does not say which vulnerabilities there are"),
        ("pypi", release(version="2.0.1"), "another release: torch 2.0.1"),
        ("pypi", release(name="tor\x1b[31m"), "another release: tor?[31m 2.0.0"),
        ("osv", [], "no list of vulnerabilities"),
        ("osv", {"code": 3, "message": "Invalid query."}, "no list of vulnerabilities"),
        ("osv", {"vulns": None}, "no list of vulnerabilities"),
        ("osv", {"vulns": {}}, "no list of vulnerabilities"),
        ("esms", {}, "no list of advisories"),
        ("esms", {"error": "gone"}, "no list of advisories"),
    ],
)
def test_an_answer_of_another_shape_is_a_gap(server: Server, service: str, body: Any, reason: str) -> None:
    server.says(PATHS[service], Reply(body))
    nothing_said(run(server, service), reason)


@each_service
def test_a_service_that_recovers_is_asked_again(server: Server, service: str) -> None:
    trouble = Reply(b"", 500), Reply(b"", 429, {"Retry-After": "0"})
    server.says(PATHS[service], *trouble, Reply(ANSWERS[service]))
    assert len(run(server, service).ids) == 1
    assert len(server.asked) == 3


@each_service
def test_a_service_that_cannot_be_reached_is_a_gap(service: str, capfd: pytest.CaptureFixture[str]) -> None:
    nothing_said(run("http://127.0.0.1:9", service), "cannot be reached; try again later")
    assert capfd.readouterr() == ("", "")


@each_service
def test_a_service_that_drips_is_given_up(server: Server, service: str) -> None:
    server.says(PATHS[service], Reply(b" " * 1000, drip=0.05))
    nothing_said(run(server, service, deadline=0.4), "no answer within 0.4 seconds")
    server.released.set()


def test_what_is_not_asked_in_time_is_said(server: Server) -> None:
    server.says("/pypi/torch/2.0.0/json", Reply(b" " * 1000, drip=0.05))
    told = run(server, "pypi", {"torch": ["2.0.0"], "zlib": ["1", "2"]}, deadline=0.4, workers=1)
    assert told.reason.startswith("torch 2.0.0, zlib 1, zlib 2: not audited: no answer within 0.4 seconds")
    assert (told.summary.asked, told.summary.answered) == (3, 0)
    server.released.set()


@each_service
def test_a_server_without_tls_behind_https_is_a_gap(server: Server, service: str) -> None:
    nothing_said(run(server.url.replace("http:", "https:"), service), "certificate that cannot be trusted")


@pytest.mark.skipif(not shutil.which("openssl"), reason="a certificate is made with openssl")
@each_service
def test_a_certificate_that_nobody_signed_is_a_gap(tmp_path: Path, service: str) -> None:
    pem = tmp_path / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "-", "-out", "-", "-days", "2"]
    made = subprocess.run([*command, "-subj", "/CN=127.0.0.1"], capture_output=True, check=True)
    pem.write_bytes(made.stdout)
    server = Server()
    server.says(PATHS[service], Reply(NOTHING[service]))
    with running(server, pem):
        nothing_said(run(server, service), "certificate that cannot be trusted")
    assert server.asked == []


def test_one_gap_says_it_for_all_pins(server: Server) -> None:
    told = run(server, "pypi", {f"p{number:02}": ["1.0"] for number in range(15)})
    names = ", ".join(f"p{number:02} 1.0" for number in range(12))
    assert told.reason == (
        f"{names} and 3 more: not audited: the package index has no such release, or no JSON document of it (404)"
    )
    assert (told.summary.asked, told.summary.answered) == (15, 0)


def test_a_host_that_fails_again_and_again_is_let_alone(server: Server) -> None:
    server.says(PATHS["osv"], Reply(status=503))
    limits = http.Limits(tries=1, pause=0.001, failures=2)
    told = run(server, "osv", {f"p{number}": ["1.0"] for number in range(9)}, limits=limits, workers=1)
    assert len(server.asked) == 2
    assert [gap.reason.split(":")[0].count(",") for gap in told.gaps] == [1, 6]


# -- records that are bad ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "bad", "reason"),
    [
        ("pypi", 7, "one is no JSON object"),
        ("pypi", {}, "None: it has no usable id"),
        ("pypi", flaw(id="\x1b[31m"), "?[31m: it has no usable id"),
        ("osv", [], "one is no JSON object"),
        ("osv", record("X-1", schema_version="2.0"), "X-1: it is written in version '2.0'"),
        ("osv", record("X-1", affected=None), "X-1: it names no affected packages"),
        ("osv", record("X-1", affected=[{"package": 1}]), "X-1: a block of it names no package"),
        ("osv", record("X-1", package="other"), "X-1: it is not about torch"),
        ("esms", advisory("X-1", packages=None), ""),
        ("esms", advisory("X-1", packages=[1]), "X-1: pip-audit cannot read it (TypeError)"),
        ("esms", advisory("X-1", packages=[{"package_name": "torch"}]), "X-1: pip-audit cannot read it (KeyError)"),
        ("esms", advisory("X-1", spans=("before 2",)), "X-1: pip-audit cannot read it (InvalidSpecifier)"),
        ("esms", advisory(identifiers=[]), "None: it has no usable id"),
        ("esms", advisory(identifiers="X-1"), "None: it has no usable id"),
    ],
)
def test_a_bad_record_costs_itself_alone(
    server: Server, service: str, bad: Any, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    good = {"pypi": flaw(), "osv": record(), "esms": advisory()}[service]
    bodies = {"pypi": release(bad, good), "osv": {"vulns": [bad, good]}, "esms": [bad, good]}
    server.says(PATHS[service], Reply(bodies[service]))
    told = run(server, service)
    (answer,) = told.answers
    assert len(answer.advisories) == 1
    assert answer.unread == bool(reason)
    if reason:
        assert told.reason.startswith(f"torch 2.0.0: 1 of 2 records were left out: {reason}")
    else:
        assert not told.gaps
    assert capfd.readouterr() == ("", "")


def test_odd_fields_do_not_cost_a_record(server: Server) -> None:
    odd = flaw(fixed_in=["2.1.0", "soon", 7], aliases=None, summary=7, details=None, link=None, published="once")
    server.says(PATHS["pypi"], Reply(release(odd)))
    assert run(server, "pypi").ids == ["PYSEC-1"]
    assert run(server, "pypi").answers[0].advisories[0].fixed_in == ("2.1.0",)


def test_too_many_records_are_counted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipaudit, "_MOST_RECORDS", 2)
    server.says(PATHS["osv"], Reply({"vulns": [record(f"P-{number}", aliases=[]) for number in range(5)]}))
    told = run(server, "osv")
    assert told.reason == "torch 2.0.0: 3 of 5 records were left out: there are too many"
    assert (told.answers[0].unread, len(told.answers[0].advisories)) == (3, 2)


# -- pins --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("torch", ""),
        ("torch", "2004d"),
        ("torch", "1.*"),
        ("torch", "1/../../x"),
        ("torch", "9" * 5_000),
        ("torch", "1." * 60 + "1"),
        ("../../x", "1.0"),
        ("a?b", "1.0"),
        ("", "1.0"),
        ("x" * 300, "1.0"),
        ("tor\u202ech\x1b[31m", "1.0"),
    ],
)
@each_service
def test_what_is_no_pin_is_a_gap_and_never_asked_for(server: Server, service: str, name: str, version: str) -> None:
    told = run(server, service, {name: [version]})
    assert server.asked == [] and told.answers == []
    assert "not audited: not a" in told.reason and told.reason.isprintable() and len(told.reason) < 300
    assert (told.summary.asked, told.summary.answered) == (1, 0)


def test_a_pin_with_control_characters_does_not_bring_them_into_a_gap(server: Server) -> None:
    told = run(server, "pypi", {"torch": ["2.0.0\n"]})
    assert told.reason.startswith("torch 2.0.0?: not audited: ") and told.reason.isprintable()


@pytest.mark.parametrize("pins", [{}, {"torch": []}])
def test_nothing_to_ask_is_an_audit_of_nothing(server: Server, pins: Any) -> None:
    told = list(pipaudit.audit(pins, service="pypi", index_url=server.url, today=TODAY))
    assert told == [Summary("package index", 0, 0, "")]
    assert server.asked == []


# -- the index ---------------------------------------------------------------------------------------------------------


def test_the_index_is_that_of_pip(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.says("/team/pypi/torch/2.0.0/json", Reply(release()))
    monkeypatch.setattr(endpoints, "pip_settings", lambda: {"index-url": f"{server.url}/team/simple/"})
    assert run(server, "pypi", index_url="").ids == []
    assert server.paths == ["GET /team/pypi/torch/2.0.0/json"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"index_url": "https://index.example/api"}, "no package index is set up whose address tells"),
        ({"index_url": "file:///srv/simple/"}, "the service has no address over HTTP"),
        ({"service": "osv", "osv_url": "gopher://osv.example/"}, "the service has no address over HTTP"),
    ],
)
def test_an_address_that_cannot_be_asked_is_a_gap(changed: dict[str, Any], reason: str) -> None:
    nothing_said(run("http://127.0.0.1:9", changed.pop("service", "pypi"), **changed), reason)


def test_no_index_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "pip_settings", lambda: {"no-index": "true"})
    nothing_said(run("http://127.0.0.1:9", "pypi", index_url=""), "no package index is set up")


@each_service
def test_credentials_go_to_their_host_and_into_no_value(server: Server, service: str) -> None:
    server.says(PATHS[service], Reply(ANSWERS[service]))
    there = server.url.replace("//", "//me:s3cret@")
    for told in (run(there, service), run(there.replace(server.url[7:], "127.0.0.1:9"), service)):
        assert "s3cret" not in repr(told.values)


def test_answers_are_kept_and_an_old_one_says_so(server: Server, tmp_path: Path) -> None:
    kept = Reply(ANSWERS["pypi"], headers={"ETag": '"1"', "Cache-Control": "max-age=1"})
    server.says(PATHS["pypi"], kept, Reply(status=503))
    run(server, "pypi", cache=tmp_path)
    told = run(server, "pypi", cache=tmp_path)
    assert told.reason.startswith("torch 2.0.0: answer of 2026-02-26, from the cache: package index answers 503")
    assert len(told.answers) == 1 and told.summary.retrieved == "2026-02-26"


def test_answers_of_osv_are_never_taken_for_one_another(server: Server, tmp_path: Path) -> None:
    fresh: Any = {"headers": {"Cache-Control": "max-age=3600"}, "date": formatdate(usegmt=True)}
    server.says(PATHS["osv"], Reply({"vulns": [record()]}, **fresh), Reply({}, **fresh))
    assert run(server, "osv", cache=tmp_path).ids == ["PYSEC-1"]
    assert run(server, "osv", {"numpy": ["1.0"]}, cache=tmp_path).ids == []
    assert len(server.asked) == 2


def test_dates_are_never_later_than_today(server: Server) -> None:
    server.says(PATHS["osv"], Reply({}, date="Thu, 26 Feb 2099 10:00:00 GMT"))
    assert run(server, "osv").summary.retrieved == TODAY


# -- pip-audit itself --------------------------------------------------------------------------------------------------


def real(name: str) -> Any:
    return importlib.import_module(name)


def without(*names: str) -> Any:
    """pip-audit's services, of which some names are gone."""
    module = real("pip_audit._service")
    return SimpleNamespace(**{name: getattr(module, name) for name in module.__all__ if name not in names})


def changed_pip_audit(monkeypatch: pytest.MonkeyPatch, version: str, services: Any) -> None:
    modules = {"pip_audit": SimpleNamespace(__version__=version), "pip_audit._service": services}

    def imported(name: str) -> Any:
        if modules[name] is None:
            raise ImportError(name)
        return modules[name]

    monkeypatch.setattr(pipaudit, "importlib", SimpleNamespace(import_module=imported))


class NoSession:
    """A service that speaks to the network in another way."""

    DEFAULT_OSV_URL = "https://osv.example/"

    def __init__(self, **_: Any) -> None:
        pass


class NoFolder(NoSession):
    def __init__(self, timeout: int) -> None:
        super().__init__(timeout=timeout)


@pytest.mark.parametrize(
    "services",
    [
        None,
        without("OsvService"),
        without("ResolvedDependency"),
        without("ServiceError"),
        SimpleNamespace(**{**vars(without()), "OsvService": NoSession}),
        SimpleNamespace(**{**vars(without()), "OsvService": NoFolder}),
    ],
)
def test_a_pip_audit_that_is_not_as_it_was_is_a_gap(
    server: Server, monkeypatch: pytest.MonkeyPatch, services: Any
) -> None:
    changed_pip_audit(monkeypatch, "2.12.0", services)
    nothing_said(
        run(server, "osv"), "pip-audit 2.12.0 is not one of the tested versions (2.10); install pip-audit 2.10"
    )
    assert server.asked == []


@pytest.mark.parametrize("version", ["2.9.0", "2.100.0", "3.0"])
def test_another_pip_audit_that_works_is_used_and_said(
    server: Server, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    server.says(PATHS["osv"], Reply(ANSWERS["osv"]))
    changed_pip_audit(monkeypatch, version, without())
    told = run(server, "osv")
    assert told.reason.startswith(f"pip-audit {version} is not one of the tested versions (2.10); what it said")
    assert len(told.answers) == 1


class Odd:
    """A service of a pip-audit to come."""

    def __init__(self, outcome: Any, **_: Any) -> None:
        self.outcome = outcome
        self.session = SimpleNamespace(mount=lambda *_: None)

    def query(self, dependency: Any) -> Any:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome or dependency, []


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (SimpleNamespace(skip_reason="it did not feel like it"), "it did not feel like it"),
        (None, "pip-audit asked nothing"),
        (AttributeError("batch"), "pip-audit cannot ask (AttributeError)"),
    ],
)
def test_what_pip_audit_skips_is_a_gap(
    server: Server, monkeypatch: pytest.MonkeyPatch, outcome: Any, reason: str
) -> None:
    odd = type("OddOsv", (Odd,), {"__init__": lambda self, **_: Odd.__init__(self, outcome)})
    changed_pip_audit(monkeypatch, "2.10.9", SimpleNamespace(**{**vars(without()), "OsvService": odd}))
    nothing_said(run(server, "osv"), reason)


@each_service
def test_what_pip_audit_skips_in_spite_of_an_answer_is_a_gap(
    server: Server, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    server.says(PATHS[service], Reply(NOTHING[service]))
    services = real("pip_audit._service")
    name = {"pypi": "PyPIService", "osv": "OsvService", "esms": "EcosystemsService"}[service]
    query = getattr(services, name).query

    def skipping(self: Any, spec: Any) -> Any:
        assert query(self, spec) == (spec, [])
        return services.SkippedDependency(name=spec.name, skip_reason="it did not feel like it"), []

    monkeypatch.setattr(getattr(services, name), "query", skipping)
    nothing_said(run(server, service), "it did not feel like it")


def test_what_pip_audit_leaves_out_is_counted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.says(PATHS["osv"], Reply(ANSWERS["osv"]))
    monkeypatch.setattr(
        real("pip_audit._service").OsvService,
        "query",
        lambda self, spec: (self.session.post(url=self.osv_url, data="{}") and spec, []),
    )
    told = run(server, "osv")
    assert told.reason.endswith("1 of 1 records were left out: PYSEC-1: pip-audit leaves it out")
    assert told.answers[0].unread == 1


def test_nothing_of_a_scanned_project_runs(tmp_path: Path) -> None:
    """When it is imported, pip-audit runs `python -m pip`, with the working folder on its path."""
    (tmp_path / "pip.py").write_text(
        "import pathlib; pathlib.Path('ran').touch()\nprint('pip 25.0 from x (python 3)')\n"
    )
    program = (
        "from depscan.knowledge import endpoints; endpoints.pip_settings = dict\n"
        "from depscan.knowledge.advisories.pipaudit import audit\n"
        "print(len(list(audit({'a': ['1']}, service='osv', osv_url='http://127.0.0.1:9', today='2026-01-01'))))"
    )
    root = str(Path(pipaudit.__file__).parents[3])
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {root!r})\n{program}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True)
    assert (done.stdout, done.stderr) == ("2\n", "")
    assert [each.name for each in tmp_path.iterdir()] == ["pip.py"]


def test_the_environment_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in ("", None):
        if before is None:
            monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
        else:
            monkeypatch.setenv("PYTHONSAFEPATH", before)
        run("http://127.0.0.1:9", "osv")
        assert os.environ.get("PYTHONSAFEPATH") == before


def test_no_folder_of_pip_audit_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / ".pip-audit-cache").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    for service in SERVICES:
        run("http://127.0.0.1:9", service)
    assert [each.name for each in home.iterdir()] == [".pip-audit-cache"]


def test_nothing_heavy_is_imported_with_the_module() -> None:
    program = (
        "import sys, depscan.knowledge.advisories.pipaudit; "
        "print(sorted({'requests', 'urllib3', 'pip_audit', 'packaging', 'cvss'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"
