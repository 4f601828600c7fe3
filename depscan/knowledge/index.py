"""
What the package index says today of named packages: licence, repository, releases, status, accounts, requirements.

Only the names (and pinned versions) that are asked for leave the machine, in addresses of the index that pip is set up
with. Answers come in the order of the names, whatever the network does; what fails is a gap that names the packages.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from depscan import cache
from depscan.knowledge import endpoints, http, index_answers
from depscan.model import Fact, Gap, Location, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9.!+_-]{1,100}")
_SIMPLE = "application/vnd.pypi.simple.v1+json"
_LATER = "try again later"
_SHOWN = 12
"""Packages that a gap names before it counts."""
_PARSING = threading.Lock()
"""One answer at a time is unpacked into objects: that is no slower, and needs the memory of one."""


class Observer(Protocol):
    """Told how far a lookup is."""

    def started(self, total: int) -> None:
        """`total` packages will be looked up."""

    def advanced(self, count: int) -> None:
        """`count` more of them were."""

    def finished(self) -> None:
        """All were."""


def lookup(
    names: Sequence[str],
    *,
    versions: Mapping[str, str] | None = None,
    base_url: str = "",
    folder: Path | None = None,
    workers: int = 8,
    deadline: float = 60.0,
    today: str,
    observer: Observer | None = None,
    limits: http.Limits | None = None,
) -> Iterator[Fact | Gap]:
    """
    Yield what the index says of each package, then what could not be learned.

    `versions` are the pinned ones: of these, too, licence and requirements are told. Answers are kept in the cache in
    `folder`; `deadline` is in seconds and for everything. `today` is the ISO date of what is read now.
    """
    wanted, strange = _legal(names)
    settings = endpoints.pip_settings() if wanted else {}
    base = endpoints.simple_url(base_url, settings) if wanted else base_url
    lost = _Lost({"not a legal package name; it was not looked up": strange} if strange else {})
    if wanted and not endpoints.shown(base).startswith(("http://", "https://")):
        lost.add("no package index to ask over HTTP is set up; name one with --index-url", wanted)
    elif wanted:
        host = http.Host(base, settings, time.monotonic() + deadline, limits or http.Limits())
        pinned = {normalised(name): version for name, version in (versions or {}).items()}
        asked = _Index(host, _label(base), folder, today, pinned)
        if observer:
            observer.started(len(wanted))
        for name, found in zip(wanted, asked.answers(wanted, workers), strict=True):
            if found is None:
                lost.add(f"no answer within {deadline:g} seconds; {_LATER}", [name])
            else:
                yield from sorted(found.facts)
                for reason in found.lost:
                    lost.add(reason, [name])
            if observer:
                observer.advanced(1)
        if observer:
            observer.finished()
    yield from lost.gaps(base)


@dataclass(slots=True)
class _Found:
    """What was learned of one package, and what was not."""

    facts: set[Fact] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def take(self, told: Iterable[Fact | str]) -> None:
        for each in told:
            if isinstance(each, Fact):
                self.facts.add(each)
            else:
                self.lost.add(each)


@dataclass(slots=True)
class _Lost:
    """Packages by what was not learned of them: one gap says it for all."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, names: Iterable[str]) -> None:
        self.names.setdefault(reason, []).extend(names)

    def gaps(self, base: str) -> Iterator[Gap]:
        place = Location(_label(base))
        for reason, names in sorted(self.names.items()):
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield Gap("knowledge", place, f"{', '.join(sorted(names)[:_SHOWN])}{more}: {reason}")


@dataclass(frozen=True, slots=True)
class _Index:
    """The index, as asked for one package after the other by several threads."""

    host: http.Host
    label: str
    """What the index is called in sources."""
    folder: Path | None
    today: str
    versions: Mapping[str, str]

    def answers(self, names: Sequence[str], workers: int) -> Iterator[_Found | None]:
        """Look packages up, several at a time; yields in the order of the names."""
        with cache.Cache(self.folder):  # made before several threads want it
            yield from _in_order(names, self.worker, workers, self.host.end)

    def worker(self, jobs: Iterator[tuple[int, str]], done: Callable[[int, _Found], None]) -> None:
        """Look up packages until there are none left."""
        with http.Client(self.host, self.folder) as client:
            for position, name in jobs:
                done(position, _Question(self, client, name).answers())


@dataclass(slots=True)
class _Question:
    """What is asked of the index about one package."""

    index: _Index
    client: http.Client
    name: str
    found: _Found = field(default_factory=_Found)
    odd: set[str] = field(default_factory=set)

    def answers(self) -> _Found:
        """Ask for all that the index has of the package."""
        simple = self.index.host.url
        documents = endpoints.json_url(simple)
        document: http.Answer | http.Failure = http.Failure("does not tell by its address where its JSON API is", 404)
        if documents:
            document = self.client.get(f"{documents}{self.name}/json")
        if isinstance(document, http.Failure) and not document.status:
            self._lose(document, "nothing is known of today's state")
            return self.found
        page = self.client.get(f"{simple}{self.name}/", _SIMPLE)
        if isinstance(document, http.Failure) and isinstance(page, http.Failure) and document.status == page.status:
            absent = f"not on the {self.index.label} (404); if it comes from another index, name that with --index-url"
            if page.status == 404:
                self.found.lost.add(absent)
            else:
                self._lose(page, "nothing is known of today's state")
            return self.found
        with _PARSING:
            told = self._parsed(document, "licence, repository, accounts and requirements are not known")
            listed = self._parsed(page, "project status and provenance are not known")
            rest = self._told(told, listed)
        for ask in rest:
            ask()
        if self.odd:
            places = sorted(self.odd)
            more = f" and {len(places) - 3} more" if len(places) > 3 else ""
            self.found.lost.add(f"values not of the expected kind were left out: {', '.join(places[:3])}{more}")
        return self.found

    # -- reading -------------------------------------------------------------------------------------------------------

    def _told(self, document: _Read | None, page: _Read | None) -> list[Callable[[], None]]:
        """Take what the two answers say; what is left to ask."""
        rest: list[Callable[[], None]] = []
        releases = speaker = None
        classifiers: list[str] = []
        if document:
            speaker = self._speaker("JSON", document.day)
            info = document.fields.inner("info")
            classifiers = info.texts("classifiers")
            current = info.text("version", 100)
            releases = index_answers.document_releases(document.fields)
            self.found.take(index_answers.terms(info, speaker, current))
            self.found.take(index_answers.ownership(document.fields, speaker))
            self.found.take(index_answers.repository(info, speaker))
            self.found.take(releases.facts(speaker))
            pinned = self.index.versions.get(self.name, "")
            if pinned and not _same(pinned, current):
                rest.append(lambda: self._ask_release(pinned))
        if page:
            listing = self._speaker("simple", page.day)
            listed = index_answers.page_releases(page.fields)
            self.found.take(index_answers.status(page.fields, classifiers, listing, speaker or listing))
            if not (releases and releases.files):
                self.found.take(listed.facts(listing))
            if (latest := listed.latest()) and (attested := index_answers.attested(listed, latest))[0]:
                rest.append(lambda: self._ask_provenance(*attested, latest))
        return rest

    def _ask_release(self, version: str) -> None:
        """Take what the index says of a pinned release."""
        if not _VERSION.fullmatch(version):
            self.found.lost.add(f"{version[:50]!r} is no version; its licence was not looked up")
            return
        documents = endpoints.json_url(self.index.host.url)
        answer = self.client.get(f"{documents}{self.name}/{quote(version, safe='')}/json")
        with _PARSING:
            if read := self._parsed(answer, "licence and requirements of the pinned release are not known"):
                speaker = self._speaker("JSON", read.day)
                self.found.take(index_answers.terms(read.fields.inner("info"), speaker, version))

    def _ask_provenance(self, url: str, detail: str, version: str) -> None:
        """Take what the index says of who built a release."""
        lost = "who built the current release is not known"
        there = http.followed(f"{self.index.host.url}{self.name}/", url)
        if not there:
            self.found.lost.add(f"its provenance is at an address that is not safe to follow; {lost}")
            return
        answer = self.client.get(there, "application/vnd.pypi.integrity.v1+json")
        with _PARSING:
            if read := self._parsed(answer, lost):
                speaker = self._speaker("provenance", read.day)
                self.found.take(index_answers.provenance(read.fields, speaker, version, detail))

    # -- answers -------------------------------------------------------------------------------------------------------

    def _parsed(self, answer: http.Answer | http.Failure, consequence: str) -> _Read | None:
        """Read an answer as a JSON object; without one, what is lost is said."""
        import msgspec

        if isinstance(answer, http.Failure):
            self._lose(answer, consequence)
            return None
        day = min(answer.day, self.index.today)
        if answer.stale:
            self.found.lost.add(f"facts are of {day}, from the cache: the index {answer.stale}")
        try:
            value: Any = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError):
            value = None
        if isinstance(value, dict):
            return _Read(index_answers.Fields(value, self.odd), day)
        what = "a web page (a login or a proxy?)" if answer.kind == "text/html" else "no JSON that can be understood"
        self.found.lost.add(f"the index answered with {what}; {consequence}")
        return None

    def _lose(self, failure: http.Failure, consequence: str) -> None:
        advice = f"; {_LATER}" if failure.again or not failure.status else ""
        self.found.lost.add(f"the index {failure.reason}; {consequence}{advice}")

    def _speaker(self, api: str, day: str) -> index_answers.Speaker:
        return index_answers.Speaker(self.name, f"{self.index.label} ({api})", day)


@dataclass(frozen=True, slots=True)
class _Read:
    """An answer that is a JSON object, and the date of which it is."""

    fields: index_answers.Fields
    day: str


def _in_order(
    names: Sequence[str],
    worker: Callable[[Iterator[tuple[int, str]], Callable[[int, _Found], None]], None],
    workers: int,
    end: float,
) -> Iterator[_Found | None]:
    """
    Yield what the workers find, in the order of the names; `None` for what they do not find in time.

    Nothing can end a thread that waits for the network; those that wait too long are left behind.
    """
    waiting: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
    for job in enumerate(names):
        waiting.put(job)
    results: queue.SimpleQueue[tuple[int, _Found] | None] = queue.SimpleQueue()
    stopped = threading.Event()

    def jobs() -> Iterator[tuple[int, str]]:
        while not stopped.is_set():
            try:
                yield waiting.get_nowait()
            except queue.Empty:
                return

    def run() -> None:
        try:
            worker(jobs(), lambda position, found: results.put((position, found)))
        finally:
            results.put(None)

    crew = [
        threading.Thread(target=run, name="depscan index", daemon=True) for _ in range(max(min(workers, len(names)), 1))
    ]
    for thread in crew:
        thread.start()
    found: dict[int, _Found] = {}
    running = len(crew)
    try:
        for position in range(len(names)):
            while position not in found and running:
                try:
                    result = results.get(timeout=max(end - time.monotonic(), 0.0))
                except queue.Empty:
                    break
                if result is None:
                    running -= 1
                else:
                    found[result[0]] = result[1]
            yield found.pop(position, None)
    finally:
        stopped.set()


def _legal(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the names in PEP 503's spelling, each once, and what is no name."""
    wanted, strange = set(), set()
    for name in names:
        if _NAME.fullmatch(name):
            wanted.add(normalised(name))
        else:
            strange.add("".join(char if char.isprintable() else "?" for char in name[:60]) or "(empty)")
    return sorted(wanted), sorted(strange)


def _label(simple: str) -> str:
    """Say which index: by address, unless it is the one that everybody has."""
    clean = endpoints.shown(simple)
    return "package index" if not clean or clean == endpoints.default_index() else f"package index at {clean}"


def _same(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other
