"""How the services that pip-audit speaks to are asked: within bounds, and for all pages of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from depscan.knowledge import endpoints, http

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from requests import PreparedRequest

_MOST = 20
_FULL = 1_000
"""What ecosyste.ms gives at once when asked; pip-audit does not ask, and gets the newest hundred records only."""


class Client(http.Client):
    """Asks one service what pip-audit asks it; for one thread."""

    def __init__(self, service: str, host: http.Host, folder: Path | None) -> None:
        """Answers to POST are not kept: what is kept is found by its address alone."""
        super().__init__(host, None if service == "osv" else folder)
        self._service = service
        self._body: bytes | None = None

    def pages(self, request: PreparedRequest) -> list[http.Answer] | http.Failure:
        """All pages of an answer; pip-audit itself reads the first of any number."""
        answers: list[http.Answer] = []
        token = ""
        while len(answers) < _MOST:
            answer = self._page(request, token)
            if isinstance(answer, http.Failure):
                return answer
            answers.append(answer)
            if sum(len(each.body) for each in answers) > self._host.limits.size:
                return http.Failure(f"answers with more than {self._host.limits.size >> 20} MiB", 200)
            token = self._next(answer.body, len(answers))
            if not token:
                return answers
        return http.Failure(f"answers in more than {_MOST} pages", 200)

    def _page(self, request: PreparedRequest, token: str) -> http.Answer | http.Failure:
        import msgspec

        parts = urlsplit(request.url or "")
        match self._service:
            case "pypi":
                return self.get(endpoints.json_url(self._host.url) + parts.path.partition("/pypi/")[2])
            case "osv":
                question = msgspec.json.decode(request.body or b"{}")
                self._body = msgspec.json.encode(question | ({"page_token": token} if token else {}))
                return self.get(request.url or "")
            case _:
                query = f"{parts.query}&per_page={_FULL}{token and f'&page={token}'}"
                where = urlsplit(self._host.url) if self._host.url else parts
                return self.get(urlunsplit((where.scheme, where.netloc, where.path, query, "")))

    def _next(self, body: bytes, count: int) -> str:
        """What to ask the next page by; empty when there is none, or when the answer is none."""
        import msgspec

        try:
            if self._service == "osv":
                token = msgspec.json.decode(body, type=dict[str, msgspec.Raw]).get("next_page_token", b"null")
                return msgspec.json.decode(token, type=str | None) or ""
            if self._service == "esms":
                full = len(msgspec.json.decode(body, type=list[msgspec.Raw])) >= _FULL
                return str(count + 1) if full else ""
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            pass  # it is said when the records are read
        return ""

    def _prepared(self, url: str, headers: Mapping[str, str]) -> PreparedRequest:
        request = super()._prepared(url, headers)
        if self._body is not None:
            request.method = "POST"
            request.headers["Content-Type"] = "application/json"
            request.prepare_body(self._body, None)
        return request
