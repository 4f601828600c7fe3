"""
Bounded fetching: no answer takes longer, is larger, or is asked for more often than its limits say.

What is fetched is kept in depscan's cache by the rules of HTTP (freshness, validators, Vary). When the network fails, a
kept answer that is too old still serves, and says so. No message holds an address or a credential.
"""

from __future__ import annotations

import io
import logging
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urljoin, urlsplit

from depscan import cache
from depscan.knowledge import endpoints

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from cachecontrol.cache import BaseCache
    from requests import PreparedRequest
    from urllib3 import BaseHTTPResponse, HTTPResponse

logging.getLogger("cachecontrol").addHandler(logging.NullHandler())  # it would warn on stderr otherwise

_CHUNK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""What a server says that may do better a moment later."""
_UNSAID = "max-age=600"
"""How long JSON is taken to hold when its server says nothing about that; a web page may be a proxy's."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of an index, and how long it is waited for; seconds and bytes."""

    connect: float = 5.0
    read: float = 10.0
    """Without a byte."""
    answer: float = 30.0
    """For one answer, from first to last byte."""
    size: int = 24 << 20
    """Of one answer, unpacked."""
    tries: int = 3
    pause: float = 0.5
    """Before the second try; doubled before each next one."""
    longest_pause: float = 10.0
    """That a server may ask for."""
    redirects: int = 5
    failures: int = 5
    """In a row, after which nothing more is asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    body: bytes
    kind: str
    """Media type, without parameters."""
    day: str
    """ISO date on which the server said so, or said that it still holds."""
    stale: str = ""
    """What kept the server from saying whether it still holds, as a predicate; empty when it still holds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    reason: str
    """What the server does, as a predicate: `cannot be reached`."""
    status: int = 0
    """What the server answered; 0 when it did not."""
    again: bool = False
    """Whether another try may do better."""
    pause: float = 0.0
    """Seconds that the server asks to wait before it."""


@dataclass(slots=True)
class Host:
    """What all clients of one index share: where it is, how to speak to it, and whether it still answers."""

    url: str
    """The base address; credentials in it are used for this host alone."""
    settings: Mapping[str, str]
    """Those of pip."""
    end: float
    """When, on the monotonic clock, nothing more is asked."""
    limits: Limits = field(default_factory=Limits)
    credentials: tuple[str, str] | None = None
    shut: str = ""
    """Why nothing more is asked; empty while the host answers."""
    _failures: int = 0
    _asked_keyring: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.url, self.credentials = endpoints.split(self.url)

    def answered(self) -> None:
        """Note that the host answers."""
        with self._lock:
            self._failures = 0

    def failed(self, reason: str) -> None:
        """Note that the host did not answer; when it has not too often in a row, nothing more is asked."""
        with self._lock:
            self._failures += 1
            if self._failures >= self.limits.failures and not self.shut:
                self.shut = f"was not asked any more after {self._failures} failures in a row: it {reason}"

    def refused(self, credentials: tuple[str, str] | None) -> bool:
        """Note that these credentials do not do; whether there are others, if need be in the user's keyring."""
        with self._lock:
            if not self._asked_keyring:
                self._asked_keyring = True
                user = self.credentials[0] if self.credentials else ""
                self.credentials = endpoints.keyring_credentials(self.url, user) or self.credentials
            return self.credentials != credentials

    def left(self) -> float:
        """Seconds until nothing more is asked."""
        return self.end - time.monotonic()


class Client:
    """Asks one host; for one thread."""

    def __init__(self, host: Host, folder: Path | None) -> None:
        """Keep answers in the cache in `folder`; `None` keeps none."""
        from cachecontrol.controller import CacheController
        from requests import Session

        self._host = host
        self._cache = cache.Cache(folder)
        self._session = Session()
        self._session.headers["User-Agent"] = "depscan"
        self._controller = CacheController(cast("BaseCache", _Kept(self._cache)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._cache.close()

    def get(self, url: str, accept: str = "application/json") -> Answer | Failure:
        """Fetch: from the cache while that holds, else from the network, else from the cache in spite of its age."""
        try:
            request = self._prepared(url, {"Accept": accept})
        except (OSError, ValueError):  # requests' errors are OSErrors
            return Failure("has an address that cannot be understood")
        if kept := self._controller.cached_request(request):
            return self._opened(kept)
        old = self._too_old(request)
        failure = self._fetched(request)
        if isinstance(failure, Answer):
            return failure
        if old is None or (failure.status and not failure.again):
            return failure
        answer = self._opened(old, stale=failure.reason)
        return failure if isinstance(answer, Failure) else answer

    def _prepared(self, url: str, headers: Mapping[str, str]) -> PreparedRequest:
        from requests import Request

        host = self._host
        ours = host.credentials if self._is_ours(url) else None
        return self._session.prepare_request(Request("GET", url, headers=dict(headers), auth=ours))

    def _is_ours(self, url: str) -> bool:
        """Whether credentials of the host may go to an address."""
        return not cast("Any", self._session).should_strip_auth(self._host.url, url)

    def _too_old(self, request: PreparedRequest) -> HTTPResponse | None:
        data = self._controller.cache.get(self._controller.cache_url(request.url or ""))
        return self._controller.serializer.loads(request, data) if data else None

    # -- over the network ----------------------------------------------------------------------------------------------

    def _fetched(self, request: PreparedRequest) -> Answer | Failure:
        """Ask until there is an answer, or no hope of one."""
        host, limits = self._host, self._host.limits
        failure = Failure("")
        for count in range(limits.tries):
            if host.shut:
                return Failure(host.shut)
            if host.left() <= 0:
                return Failure("was not asked any more, the time for all questions is over")
            answer = self._tried(request)
            if isinstance(answer, Answer) or not (answer.again or not answer.status):
                host.answered()
                return answer
            failure = answer
            if not failure.status:
                host.failed(failure.reason)
            pause = max(failure.pause, limits.pause * 2**count)
            if not failure.again or pause > min(limits.longest_pause, host.left()):
                break
            if count + 1 < limits.tries:
                time.sleep(pause)
        if failure.status:
            host.failed(failure.reason)
        return failure

    def _tried(self, request: PreparedRequest) -> Answer | Failure:
        """Ask once, wherever that leads."""
        from urllib3.exceptions import HTTPError

        end = time.monotonic() + min(self._host.limits.answer, self._host.left())
        headers = {"Accept": request.headers["Accept"], **self._controller.conditional_headers(request)}
        url, status = request.url or "", 0
        try:
            for _ in range(self._host.limits.redirects + 1):
                response = self._sent(url, headers)
                try:
                    status = response.status
                    target = response.headers.get("Location", "") if status in _REDIRECTS else ""
                    if not target:
                        return self._received(request, response, end)
                finally:
                    response.close()
                url = followed(url, target)
                if not url:
                    return Failure("leads to an address that is not safe to follow", status)
        except (OSError, HTTPError, ValueError) as error:
            return _failure(error)
        return Failure("leads from one address to the next without end", status)

    def _sent(self, url: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        """Send one request, with the user's proxies and certificates; a refusal is met with what the keyring has."""
        limits, settings = self._host.limits, self._host.settings
        proxies = {"http": proxy, "https": proxy} if (proxy := settings.get("proxy", "")) else {}
        around: dict[str, Any] = dict(
            self._session.merge_environment_settings(url, proxies, True, None, settings.get("client-cert"))
        )
        around["verify"] = settings.get("cert") or around["verify"]
        timeout = (min(limits.connect, max(self._host.left(), 0.1)), limits.read)

        def send() -> Any:
            return self._session.get_adapter(url).send(self._prepared(url, headers), timeout=timeout, **around).raw

        used = self._host.credentials
        response = send()
        if response.status == 401 and self._is_ours(url) and self._host.refused(used):
            response.close()
            response = send()
        return cast("BaseHTTPResponse", response)

    def _received(self, request: PreparedRequest, response: BaseHTTPResponse, end: float) -> Answer | Failure:
        """Read an answer to its end, and keep it."""
        status = response.status
        if status not in {200, 304}:
            return Failure(_words(status), status, status in _AGAIN, _pause(response.headers.get("Retry-After", "")))
        body = b"" if status == 304 else _read(response, self._host.limits.size, end)
        if body is None:
            return Failure(f"answers with more than {self._host.limits.size >> 20} MiB", status)
        message = _message(status, _dated(response.headers), body)
        if status == 304:
            updated = self._controller.update_cached_response(request, message)
            return (
                Failure("says that nothing has changed, but nothing was kept", status)
                if updated.status == 304
                else self._opened(updated)
            )
        self._controller.cache_response(request, message, body)
        return self._opened(message)

    def _opened(self, message: HTTPResponse, stale: str = "") -> Answer | Failure:
        """Unpack an answer."""
        from urllib3.exceptions import HTTPError

        most, body = self._host.limits.size, bytearray()
        try:
            while chunk := message.read(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > most:
                    return Failure(f"answers with more than {most >> 20} MiB", 200)
        except HTTPError:
            return Failure("answers with what cannot be unpacked", 200)
        kind = message.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        day = parsedate_to_datetime(message.headers["Date"]).date().isoformat()
        return Answer(bytes(body), kind, day, stale)


class _Kept:
    """depscan's cache, as CacheControl wants one; nothing is deleted, since what is too old may still have to serve."""

    def __init__(self, store: cache.Cache) -> None:
        self._store = store

    def get(self, url: str) -> bytes | None:
        key = cache.key("http", url)
        return self._store.get([key]).get(key)

    def set(self, url: str, value: bytes, expires: object = None) -> None:
        del expires
        self._store.put({cache.key("http", url): value})

    def delete(self, url: str) -> None:
        pass


def followed(url: str, target: str) -> str:
    """
    Return where an address leads; empty when that is not safe.

    With transport security it may lead anywhere, without it to the same host alone.
    """
    try:
        there = urljoin(url, target)
        before, after = urlsplit(url), urlsplit(there)
        host = after.hostname
    except ValueError:
        return ""
    plain = after.scheme == before.scheme == "http" and host == before.hostname
    return there if host and (after.scheme == "https" or plain) else ""


def _read(response: BaseHTTPResponse, most: int, end: float) -> bytes | None:
    """Read what arrives, in the pieces in which it arrives; `None` when it is too much."""
    body = bytearray()
    while chunk := response.read1(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > most:
            return None
        if time.monotonic() > end:
            raise TimeoutError
    return bytes(body)


def _dated(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with dates that can be read: ours where the server's cannot; and a word on freshness."""
    found = {name.lower(): value for name, value in headers.items()}
    for name in ("date", "expires", "last-modified"):
        try:
            parsedate_to_datetime(found[name]).timestamp()
        except (KeyError, ValueError, OverflowError, TypeError, IndexError, OSError):
            found.pop(name, None)
    found.setdefault("date", formatdate(usegmt=True))
    if not {"cache-control", "expires", "etag"} & found.keys() and "json" in found.get("content-type", ""):
        found["cache-control"] = _UNSAID
    return found


def _message(status: int, headers: Mapping[str, str], body: bytes) -> HTTPResponse:
    from urllib3 import HTTPResponse

    return HTTPResponse(io.BytesIO(body), headers, status, version=11, reason="", preload_content=False)


def _pause(text: str) -> float:
    """Read for how many seconds a server asks to be left alone."""
    if text.strip().isdigit():
        return float(text.strip()[:9])
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return 0.0


def _words(status: int) -> str:
    if status in {401, 403}:
        return f"refuses access ({status}); put credentials in the address, netrc or keyring, as for pip"
    if status == 429:
        return "asks for fewer questions (429)"
    return f"answers {status}"


def _failure(error: Exception) -> Failure:
    """Say in words of ours what went wrong: those of the error may hold an address."""
    import requests
    import urllib3

    match error:
        case requests.exceptions.SSLError():
            reason = "has a certificate that cannot be trusted; name its authority with PIP_CERT or REQUESTS_CA_BUNDLE"
            return Failure(reason)
        case requests.exceptions.ProxyError():
            return Failure("is behind a proxy that does not let through", again=True)
        case requests.exceptions.Timeout() | urllib3.exceptions.TimeoutError() | TimeoutError():
            return Failure("does not answer in time", again=not isinstance(error, TimeoutError))
        case requests.exceptions.ConnectionError():
            return Failure("cannot be reached", again=True)
        case urllib3.exceptions.ProtocolError():
            return Failure("breaks its answer off", again=True)
        case OSError() if type(error) is OSError:  # so says requests of a file of certificates
            return Failure("cannot be asked: a file of certificates that pip or the environment names is not there")
        case _:
            return Failure(f"cannot be asked ({type(error).__name__})")
