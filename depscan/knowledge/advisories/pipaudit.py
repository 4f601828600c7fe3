"""
Known vulnerabilities of pinned versions, as the package index, OSV or ecosyste.ms tell them: what pip-audit speaks to.

This is the only file that knows pip-audit from within: all of it is private. pip-audit makes each request and judges
each record, one at a time, so that a bad one costs itself. It is given resolved versions; its resolver, which installs,
is never used. Its requests go through our bounded client; an answer not of the right shape, which pip-audit may take
for "no vulnerabilities", is a gap.
"""

from __future__ import annotations

import importlib
import io
import os
import queue
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from depscan.knowledge import endpoints, http
from depscan.knowledge.advisories import extent, feeds, osv, pages
from depscan.knowledge.advisories.audit import advisory, fixed_in
from depscan.knowledge.advisories.merging import merged
from depscan.knowledge.advisories.severity import rate
from depscan.knowledge.safely import safe_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from requests import PreparedRequest, Response, Session

    from depscan.model import Gap
    from depscan.model.advisories import Advisory

TESTED = "2.10"
"""The series of pip-audit that this file was tested with; pyproject.toml asks for it."""

_MOST_RECORDS = 3_000
_SHOWN = 3
"""Records that a gap says the trouble of."""
_JUDGING = threading.Lock()
"""One answer at a time is unpacked into objects: that is no slower, and needs the memory of one."""
_BAD_SHAPE = (OSError, LookupError, TypeError, AttributeError, ValueError, RecursionError)
"""What pip-audit raises, beside its own error, for what is not of the expected shape; requests' errors are OSErrors."""


@dataclass(frozen=True, slots=True, order=True)
class Answer:
    """What a service says of one pin; there is none for a pin that was not looked up."""

    package: str
    """Normalised as PEP 503 says."""
    version: str
    """As it is pinned."""
    audited: str
    """The public version that was asked for: that of `2.0.0+cu118` is `2.0.0`."""
    advisories: tuple[Advisory, ...]
    """One for each flaw of this version: records that name one another as aliases are one."""
    records: tuple[osv.Record, ...]
    """
    What the advisories were made of, ready to be audited like those of a database.

    Those of OSV are whole; the others say that this version is affected, which versions are fixed, and nothing else.
    """
    unread: int = 0
    """Records that could not be judged: where there are some, no advisory does not mean no flaw."""


@dataclass(frozen=True, slots=True, order=True)
class Summary:
    """How far an audit came; one of which nothing was answered says nothing about any pin."""

    service: str
    asked: int
    """Pins: each spelling of a version of a package once."""
    answered: int
    retrieved: str
    """ISO date of the oldest answer; empty when there is none."""


def audit(
    pins: Mapping[str, Collection[str]],
    *,
    service: str,
    osv_url: str = "",
    index_url: str = "",
    esms_url: str = "",
    cache: Path | None = None,
    timeout: float = 10.0,
    deadline: float = 60.0,
    today: str,
    workers: int = 8,
    limits: http.Limits | None = None,
) -> Iterator[Answer | Gap | Summary]:
    """
    Yield an answer for each pin that was looked up, in order of name and version, then what was not, then the summary.

    `service` is one of `feeds.FEEDS`; an address replaces the one that pip or pip-audit has. In seconds, `timeout` is
    how long to wait for a byte, `deadline` for everything. Answers are kept in the cache in `cache`, but those of OSV.
    """
    end = time.monotonic() + deadline
    feed = feeds.FEEDS[service]
    questions, lost = feeds.questions(pins)
    asked = sum(len(each.versions) for each in questions) + lost.count
    settings = endpoints.pip_settings() if questions else {}
    url = {"pypi": "", "osv": osv_url, "esms": esms_url}[service]
    if service == "pypi" and questions:
        url = endpoints.simple_url(index_url, settings)
    label, answered, days = _label(feed, url), 0, set[str]()
    try:
        engine = _Engine.loaded(feed, url) if questions else None
    except _CannotAskError as error:
        lost.add(f"not audited: {error}", questions)
        engine = None
    if engine:
        host = http.Host(engine.url, settings, end, limits or http.Limits(connect=min(timeout, 5.0), read=timeout))
        crew = _Crew(engine, host, cache, f"{label} (pip-audit {engine.version})", today)
        for question, found in zip(questions, crew.answers(questions, workers), strict=True):
            if found is None:
                lost.add(f"not audited: no answer within {deadline:g} seconds; try again later", [question])
                continue
            for reason in found.lost:
                lost.add(reason, [question])
            if found.day:
                days.add(found.day)
                answered += len(question.versions)
                for version in question.versions:
                    yield Answer(
                        question.package, version, question.audited, found.advisories, found.records, found.unread
                    )
        if not f"{engine.version}.".startswith(f"{TESTED}."):
            lost.add(f"{_untested(engine.version)}; what it said was taken as it is", [])
    yield from lost.gaps(label)
    yield Summary(label, asked, answered, min(days, default=""))


# -- pip-audit ---------------------------------------------------------------------------------------------------------


class _CannotAskError(Exception):
    """There is nobody to ask, or pip-audit is not as it was."""


@dataclass(frozen=True, slots=True)
class _Engine:
    """What is needed of pip-audit's insides."""

    feed: feeds.Feed
    module: Any
    version: str
    url: str
    """Where the service is: for the index the base of the simple index; empty when pip-audit alone knows."""

    @classmethod
    def loaded(cls, feed: feeds.Feed, url: str) -> _Engine:
        """Import pip-audit, and see that it is as expected."""
        version = "(unknown version)"
        try:
            with safe_path():
                version = str(importlib.import_module("pip_audit").__version__)
                module = importlib.import_module("pip_audit._service")
            if feed.name == "osv":
                url = url or str(module.OsvService.DEFAULT_OSV_URL)
            made = cls(feed, module, version, url)
            made.service(None)
            made.dependency("a", "1")
            made.errors  # noqa: B018  (raises when the name is missing)
        except (ImportError, AttributeError, TypeError, OSError, subprocess.SubprocessError):
            raise _CannotAskError(f"{_untested(version)}; install pip-audit {TESTED}") from None
        if feed.name == "pypi" and not endpoints.json_url(url):
            raise _CannotAskError(
                "no package index is set up whose address tells where its JSON API is (.../simple); "
                "name one with --index-url, or use --advisories osv, esms or offline"
            )
        if url and not endpoints.shown(url).startswith(("http://", "https://")):
            raise _CannotAskError("the service has no address over HTTP")
        return made

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What a query may raise."""
        return (self.module.ServiceError, *_BAD_SHAPE)

    def service(self, transport: _Transport | None) -> Any:
        """Make a service whose session sends everything through the transport, whatever the address."""
        # the folder is never used, but without one pip-audit makes one in the user's home, and deletes its old one
        options = {"osv_url": endpoints.split(self.url)[0]} if self.feed.name == "osv" else {}
        service = getattr(self.module, self.feed.engine)(cache_dir=Path(os.devnull), timeout=None, **options)
        session: Session = service.session
        session.trust_env = False  # the transport knows the environment
        for scheme in ("https://", "http://"):
            session.mount(scheme, cast("Any", transport))
        return service

    def dependency(self, package: str, version: str) -> Any:
        """Make what pip-audit calls a resolved dependency."""
        from packaging.version import Version

        return self.module.ResolvedDependency(name=package, version=Version(version))


class _Transport:
    """What pip-audit's session sends its requests through: first the network, then one record after the other."""

    def __init__(self, client: pages.Client, feed: feeds.Feed) -> None:
        self._client, self._feed = client, feed
        self.record: dict[str, Any] | None = None
        """What the next answer holds; without it, the next request goes over the network."""
        self.answers: list[http.Answer] | http.Failure = []
        """What came over the network."""

    def send(self, request: PreparedRequest, **_: object) -> Response:
        """Answer a request; what comes over the network is kept from pip-audit until its shape was looked at."""
        import msgspec
        import requests

        status = 200
        if self.record is None:
            self.answers = self._client.pages(request)
            if isinstance(self.answers, http.Failure):
                status = self.answers.status or 503
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url or ""
        response.raw = io.BytesIO(msgspec.json.encode(self._feed.wrap([self.record] if self.record else [])))
        return response

    def close(self) -> None:
        """Nothing is open."""


# -- asking ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """What was learned of one release, and what was not."""

    lost: tuple[str, ...] = ()
    day: str = ""
    """ISO date of the answer; empty when there is none."""
    advisories: tuple[Advisory, ...] = ()
    records: tuple[osv.Record, ...] = ()
    unread: int = 0


_Waiting = queue.SimpleQueue[tuple[int, feeds.Question]]
_Results = queue.SimpleQueue[tuple[int, _Found] | None]


@dataclass(frozen=True, slots=True)
class _Crew:
    """Threads that ask a service."""

    engine: _Engine
    host: http.Host
    folder: Path | None
    source: str
    today: str

    def answers(self, questions: Sequence[feeds.Question], workers: int) -> Iterator[_Found | None]:
        """
        Yield what is found, in the order of the questions; `None` for what is not found in time.

        Nothing can end a thread that waits for the network; those that wait too long are left behind.
        """
        waiting, results, stopped = _Waiting(), _Results(), threading.Event()
        for job in enumerate(questions):
            waiting.put(job)
        running = max(min(workers, len(questions)), 1)
        for _ in range(running):
            job_of = (waiting, results, stopped)
            threading.Thread(target=self._work, args=job_of, name="depscan advisories", daemon=True).start()
        found: dict[int, _Found] = {}
        try:
            for position in range(len(questions)):
                while position not in found and running:
                    try:
                        result = results.get(timeout=max(self.host.left(), 0.0))
                    except queue.Empty:
                        break
                    if result is None:
                        running -= 1
                    else:
                        found[result[0]] = result[1]
                yield found.pop(position, None)
        finally:
            stopped.set()

    def _work(self, waiting: _Waiting, results: _Results, stopped: threading.Event) -> None:
        """Ask until there is nothing left to ask."""
        try:
            with pages.Client(self.engine.feed.name, self.host, self.folder) as client:
                asking = _Asking(self, _Transport(client, self.engine.feed))
                while not stopped.is_set():
                    position, question = waiting.get_nowait()
                    results.put((position, asking.found(question)))
        except queue.Empty:
            pass
        finally:
            results.put(None)


class _Asking:
    """Has pip-audit ask for one release after the other."""

    def __init__(self, crew: _Crew, transport: _Transport) -> None:
        self._crew, self._engine, self._feed = crew, crew.engine, crew.engine.feed
        self._transport = transport
        self._service = self._engine.service(transport)

    def found(self, question: feeds.Question) -> _Found:
        """What there is of one release."""
        transport, trouble = self._transport, ""
        transport.record, transport.answers = None, []
        try:
            told, _ = self._service.query(self._engine.dependency(question.package, question.audited))
            trouble = str(getattr(told, "skip_reason", ""))
        except self._engine.errors as error:
            trouble = f"pip-audit cannot ask ({type(error).__name__})"
        if isinstance(transport.answers, http.Failure):
            return _Found((_reason(self._feed, transport.answers),))
        if trouble or not transport.answers:
            return _Found((f"not audited: {trouble or 'pip-audit asked nothing'}",))
        with _JUDGING:
            try:
                given = [each for answer in transport.answers for each in self._feed.records(answer, question)]
            except feeds.NoAnswerError as error:
                return _Found((f"not audited: {self._feed.label} {error}",))
            return self._judged(question, given, transport.answers)

    def _judged(self, question: feeds.Question, given: list[Any], answers: Sequence[http.Answer]) -> _Found:
        day = min(self._crew.today, *(answer.day for answer in answers))
        stale = {each.stale for each in answers if each.stale}
        lost = [f"answer of {day}, from the cache: {self._feed.label} {reason}" for reason in sorted(stale)]
        records, troubles = list[osv.Record](), list[str]()
        for raw in given[:_MOST_RECORDS]:
            record = self._record(raw, question)
            if isinstance(record, osv.Record):
                records.append(record)
            elif record:
                troubles.append(record)
        unread = len(troubles) + len(given[_MOST_RECORDS:])
        if unread:
            said = [*troubles[:_SHOWN], *(["there are too many"] if len(given) > _MOST_RECORDS else [])]
            lost.append(f"{unread} of {len(given)} records were left out: {'; '.join(said)}")
        advisories = tuple(self._advisory(record, day) for record in merged(records))
        return _Found(tuple(lost), day, advisories, tuple(sorted(records)), unread)

    def _advisory(self, record: osv.Record, day: str) -> Advisory:
        fixed = fixed_in(record, extent.Extent(record))
        rating = rate(record.vectors, record.rating)
        return advisory(record, rating, fixed, source=self._crew.source, retrieved=day)

    def _record(self, raw: Any, question: feeds.Question) -> osv.Record | str:
        """What a record says when it concerns the release, empty when it does not, or why that is not known."""
        if not isinstance(raw, dict):
            return "one is no JSON object"
        document = self._feed.document(raw, question.package)
        name = feeds.printable(str(document.get("id"))[:60])
        try:
            record = next((each for each in osv.read(document)[0] if each.package == question.package), None)
        except ValueError as error:
            return f"{name}: {error}"
        if record is None:
            return f"{name}: it is not about {question.package}"
        self._transport.record = self._feed.repaired(raw, record)
        try:
            _, results = self._service.query(self._engine.dependency(question.package, question.audited))
        except self._engine.errors as error:
            return f"{name}: pip-audit cannot read it ({type(error).__name__})"
        if not results:
            return "" if record.withdrawn or self._feed.selects else f"{name}: pip-audit leaves it out"
        fixes = tuple(str(version) for version in results[0].fix_versions)
        return feeds.affecting(record, question.audited, () if self._feed.name == "osv" else fixes)


# -- words -------------------------------------------------------------------------------------------------------------


def _reason(feed: feeds.Feed, failure: http.Failure) -> str:
    if failure.status == 404 and feed.name == "pypi":
        return "not audited: the package index has no such release, or no JSON document of it (404)"
    advice = "; try again later" if failure.again or not failure.status else ""
    return f"not audited: {feed.label} {failure.reason}{advice}"


def _label(feed: feeds.Feed, url: str) -> str:
    """Say which service: by address, unless it is the one that everybody has."""
    clean = endpoints.shown(url)
    return feed.label if not clean or clean == endpoints.default_index() else f"{feed.label} at {clean}"


def _untested(version: str) -> str:
    return f"pip-audit {version} is not one of the tested versions ({TESTED})"
