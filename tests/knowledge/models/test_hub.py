from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from depscan.knowledge import hub
from depscan.knowledge.http import Limits
from depscan.model import Gap, Location
from depscan.model.models import ModelKind

TODAY = "2026-02-03"
QUICK = Limits(connect=2, read=1, answer=2, size=1 << 16, tries=1, pause=0)
SHA = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Answers by path; nothing is 401, as the real one says of what nobody may see."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: dict[str, str] = {}

    def says(self, path: str, document: Any, status: int = 200) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.answers[f"/api/{path}"] = (status, body)

    @property
    def paths(self) -> list[str]:
        return sorted(path for path, _ in self.asked)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", os.devnull)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    found = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.asked.append((self.path, dict(self.headers)))
            status, body = found.answers.get(self.path, (401, b"{}"))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{running.server_address[1]}/")
        yield found
        running.shutdown()


def ask(*models: str, datasets: tuple[str, ...] = (), **options: Any) -> tuple[dict[str, Any], tuple[Gap, ...]]:
    found, gaps = hub.lookup(models, datasets, today=TODAY, limits=QUICK, **options)
    return dict(found), gaps


def test_what_a_card_says(server: Hub) -> None:
    server.says(
        "models/org/name",
        {
            "id": "org/name",
            "sha": SHA,
            "gated": "manual",
            "cardData": {"license": "other", "license_name": "msrla", "base_model": ["a/b", "a/b", "../x"]},
            "siblings": [{"rfilename": "README.md"}, {"rfilename": "model.safetensors", "size": 3}],
            "downloads": 7,
        },
    )
    found, gaps = ask("org/name")
    known = found["org/name"]
    assert gaps == ()
    assert (known.model.licence, known.model.base_models) == ("LicenseRef-MSRLA", ("a/b",))
    assert (known.model.gated, known.weights, known.model.certainty) == (True, True, "exact")
    assert (known.model.source, known.model.retrieved) == (f"model hub, revision {SHA}", TODAY)


@pytest.mark.parametrize(
    ("document", "licence", "bases", "gated", "weights"),
    [
        ({}, "", (), None, None),
        ({"gated": False, "siblings": []}, "", (), False, None),
        ({"gated": "auto", "cardData": {"license": "mit"}}, "MIT", (), True, None),
        (
            {"cardData": {"license": ["mit", "apache-2.0"], "base_model": "a/b"}},
            "MIT AND Apache-2.0",
            ("a/b",),
            None,
            None,
        ),
        ({"cardData": {"license": "other"}}, "", (), None, None),
        ({"cardData": {"license": "llama3.1"}}, "LicenseRef-scancode-llama-3.1-license-2024", (), None, None),
        ({"cardData": None, "siblings": [{"rfilename": "config.json"}]}, "", (), None, None),
        ({"siblings": [{"rfilename": "q4.GGUF"}]}, "", (), None, True),
    ],
)
def test_cards(
    server: Hub, document: object, licence: str, bases: tuple[str, ...], gated: bool | None, weights: bool | None
) -> None:
    server.says("models/org/name", document)
    known = ask("org/name")[0]["org/name"]
    assert (known.model.licence, known.model.base_models) == (licence, bases)
    assert (known.model.gated, known.weights) == (gated, weights)
    assert known.model.source == "model hub"


def test_only_the_ids_leave_the_machine_and_no_token(server: Hub) -> None:
    server.says("models/org/name", {})
    server.says("datasets/org/data", {"cardData": {"license": "cc-by-nc-4.0"}})
    names = ["org/name", "./local/path", "/etc/passwd", "../up", "a/b/c", "", "x?y", "org/na me", "a..b", "org/name#x"]
    found, gaps = ask(*names, datasets=("org/data", "data.csv/../x"))
    assert server.paths == ["/api/datasets/org/data", "/api/models/org/name"]
    assert set(found) == {"org/name", "datasets/org/data"}
    data = found["datasets/org/data"].model
    assert (data.id, data.kind, data.licence) == ("org/data", ModelKind.DATASET, "CC-BY-NC-4.0")
    assert gaps == ()
    for _, headers in server.asked:
        assert "authorization" not in {name.lower() for name in headers}
        assert "hf_secret" not in str(headers)


@pytest.mark.parametrize(
    ("document", "status", "reason"),
    [
        (b"not here", 404, "none of that name that everybody may see"),
        (b"private", 401, "none of that name that everybody may see"),
        (b"gated", 403, "none of that name that everybody may see"),
        (b"busy", 503, "the hub answers 503; try again later"),
        (b"slow down", 429, "asks for fewer questions"),
        (b"<html>", 200, "could not be understood"),
        (b'{"sha": 7}', 200, "could not be understood"),
        (b'{"cardData": {"license": {"a": 1}}}', 200, "could not be understood"),
        (b"[" * 60_000, 200, "could not be understood"),
        (b"\xff\xfe", 200, "could not be understood"),
        (b" " * (1 << 17), 200, "answers with more than"),
    ],
)
def test_what_fails_is_a_gap(server: Hub, document: bytes, status: int, reason: str) -> None:
    server.says("models/org/bad", document, status)
    server.says("models/org/good", {})
    found, (gap,) = ask("org/bad", "org/good")
    assert set(found) == {"org/good"}
    assert gap.stage == "knowledge"
    assert gap.location == Location("model hub")
    assert gap.reason.startswith("org/bad: ")
    assert reason in gap.reason


def test_one_gap_says_it_for_all_and_counts(server: Hub) -> None:
    found, (gap,) = ask(*(f"org/m{at:02}" for at in range(20)))
    assert found == {}
    assert gap.reason.startswith("org/m00, org/m01")
    assert "org/m11 and 8 more: " in gap.reason
    assert len(server.asked) == 20


def test_no_hub_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    found, (gap,) = ask("org/name")
    assert found == {}
    assert gap.reason == "org/name: the hub cannot be reached; try again later"


@pytest.mark.parametrize("address", ["ftp://somewhere", "nowhere", "file:///etc"])
def test_an_address_that_is_none_is_not_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HF_ENDPOINT", address)
    found, (gap,) = ask("org/name")
    assert found == {}
    assert "no model hub to ask is known: install depscan-ml[hub]" in gap.reason


def test_time_is_bounded(server: Hub) -> None:
    server.says("models/org/name", {})
    _, (gap,) = ask("org/name", deadline=0)
    assert "the time for all questions is over" in gap.reason
    assert server.asked == []


def test_answers_are_kept(server: Hub, tmp_path: Path) -> None:
    server.headers = {"Cache-Control": "max-age=600"}
    server.says("models/org/name", {"sha": SHA})
    first = ask("org/name", folder=tmp_path)
    assert ask("org/name", folder=tmp_path) == first
    assert len(server.asked) == 1


def test_an_old_answer_serves_when_the_hub_does_not_and_says_so(server: Hub, tmp_path: Path) -> None:
    server.headers = {"Cache-Control": "max-age=0", "ETag": '"1"'}
    server.says("models/org/name", {"sha": SHA})
    ask("org/name", folder=tmp_path)
    server.says("models/org/name", b"", 500)
    found, (gap,) = ask("org/name", folder=tmp_path)
    assert SHA in found["org/name"].model.source
    assert "what it said on" in gap.reason
    assert found["org/name"].model.retrieved in gap.reason


def test_the_user_may_have_switched_the_hub_off(server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert ask("org/name") == (
        {},
        (Gap("knowledge", Location("model hub"), "HF_HUB_OFFLINE is set; org/name were not looked up"),),
    )
    assert server.asked == []


def test_the_fields_are_those_of_the_library(server: Hub) -> None:
    library = pytest.importorskip("huggingface_hub")
    document = {
        "id": "org/name",
        "sha": SHA,
        "gated": "auto",
        "cardData": {"license": "cc-by-4.0", "base_model": ["a/b"]},
        "siblings": [{"rfilename": "model.safetensors"}],
    }
    server.says("models/org/name", document)
    info = library.ModelInfo(**json.loads(json.dumps(document)))
    model = ask("org/name")[0]["org/name"].model
    assert model.source.endswith(info.sha)
    assert model.gated is bool(info.gated)
    assert model.licence.lower() == info.card_data.license
    assert list(model.base_models) == info.card_data.base_model
    assert info.siblings[0].rfilename == "model.safetensors"


def test_nothing_to_ask_asks_nothing(server: Hub) -> None:
    assert ask() == ({}, ())
    assert ask("./x") == ({}, ())
    assert server.asked == []


def test_the_library_says_where_the_hub_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    constants = ModuleType("huggingface_hub.constants")
    constants.ENDPOINT = "https://hub.example/"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", ModuleType("huggingface_hub"))
    monkeypatch.setitem(sys.modules, "huggingface_hub.constants", constants)
    assert hub.endpoint() == "https://hub.example"
    monkeypatch.setitem(sys.modules, "huggingface_hub.constants", None)
    assert hub.endpoint() == ""


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("org/name", True),
        ("gpt2", True),
        ("a/b/c", False),
        ("", False),
        ("a--b", False),
        ("-a/b", False),
        ("a/..", False),
    ],
)
def test_ids(name: str, legal: bool) -> None:
    assert hub.is_id(name) is legal
