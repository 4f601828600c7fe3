"""A package index on the loopback interface whose every answer is programmed, good or bad."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from depscan.knowledge import endpoints


@dataclass
class Reply:
    """One answer; `body` may be an object to be written as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    drip: float = 0.0
    """Seconds after each byte."""
    length: int | None = None
    """Content-Length, when it lies."""
    stuck: bool = False
    date: str = ""

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class IndexServer:
    """Answers by path: the replies in turn, the last one again and again; nothing is 404."""

    reply = Reply

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.released = threading.Event()
        self.url = ""

    @property
    def simple(self) -> str:
        return f"{self.url}/simple/"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def says(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def project(self, name: str, document: Any = None, page: Any = None, **headers: str) -> None:
        """Have a project with a JSON document and a page of the simple index."""
        if document is not None:
            self.says(f"/pypi/{name}/json", Reply(document, headers=headers))
        if page is not None:
            self.says(f"/simple/{name}/", Reply(page, headers=headers))

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((path, headers))
        replies = self.replies.get(path)
        if not replies:
            return Reply(b"not here", 404, kind="text/plain")
        return replies.pop(0) if len(replies) > 1 else replies[0]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[IndexServer]:
    """An empty index that runs; neither pip, netrc, a proxy nor a keyring of the machine is used."""
    for name in [name for name in os.environ if name.upper().startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", os.devnull)
    monkeypatch.setattr(endpoints, "pip_settings", dict)
    monkeypatch.setattr(endpoints, "keyring_credentials", lambda *_: None)
    index = IndexServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = index.answer(self.path, dict(self.headers))
            if reply.stuck:
                index.released.wait(30)
            self.send_response_only(reply.status)
            self.send_header("Date", reply.date or self.date_time_string())
            self.send_header("Content-Type", reply.kind)
            body = b"" if reply.status == 304 else reply.bytes
            self.send_header("Content-Length", str(len(body) if reply.length is None else reply.length))
            self.send_header("Connection", "close")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.close_connection = True
            if not reply.drip:
                self.wfile.write(body)
                return
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if index.released.wait(reply.drip):
                    return

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # the client had enough
                super().handle()

        def finish(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().finish()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        before = set(threading.enumerate())
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        index.url = f"http://127.0.0.1:{running.server_address[1]}"
        yield index
        index.released.set()
        running.shutdown()
        for left in set(threading.enumerate()) - before - {threading.current_thread()}:
            left.join(10)
