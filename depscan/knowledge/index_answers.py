"""
What a package index answers: its JSON document, its simple index (PEP 691, 700, 792) and provenance (PEP 740).

The answers are foreign: a value that is not of the expected kind counts as absent, and its place is remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from depscan.model import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST = 2_048
_LONGEST_LICENCE = 200_000
_DEEPEST = 50
_MOST_RELEASES = 60
_MOST_YANKED = 500
_MOST_ROLES = 500
_MOST_REQUIREMENTS = 2_000
_SOURCE_LABELS = ("source", "repository", "sourcecode", "github")
"""Labels of project URLs that name the source repository, as the packaging guide's list of well-known URLs has them."""
_OTHER_LABELS = (
    *("homepage", "issues", "bugs", "issue", "tracker", "issuetracker", "bugtracker", "bugreports"),
    *("changelog", "changes", "releasenotes", "whatsnew", "history", "download"),
)
"""Labels of what is often kept beside the source; counted when the address is on a forge."""
_FORGES = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "git.sr.ht", "gitee.com"})
_STATUSES = frozenset({"active", "archived", "deprecated", "quarantined"})
_INACTIVE = "Development Status :: 7 - Inactive"


class Fields:
    """A JSON object, read field by field."""

    def __init__(self, value: Any, odd: set[str], where: str = "") -> None:
        """`odd` takes the places of values that are not of the expected kind."""
        self._odd, self._where = odd, where
        self._values: dict[str, Any] = self._checked(value, dict, where or "the whole") or {}

    def text(self, name: str, longest: int = _LONGEST) -> str:
        """A string in one line, or in several when it may be long; empty when there is none."""
        found = self._checked(self._values.get(name), str, name) or ""
        kept = "\n\t" if longest > _LONGEST else ""
        return "".join(char if char.isprintable() or char in kept else " " for char in found[:longest]).strip()

    def flag(self, name: str) -> bool:
        """Whether it is true."""
        return bool(self._checked(self._values.get(name), bool, name))

    def flag_or_text(self, name: str) -> tuple[bool, str]:
        """Whether it is true, and in what words if in words; an empty string is false."""
        value = self._values.get(name)
        return (bool(value), self.text(name, 500)) if isinstance(value, str) else (self.flag(name), "")

    def items(self, name: str) -> list[Any]:
        """A list; empty when there is none."""
        return self._checked(self._values.get(name), list, name) or []

    def texts(self, name: str) -> list[str]:
        """The strings of a list."""
        return [text for text in (self._checked(each, str, name) for each in self.items(name)) if text]

    def objects(self, name: str) -> list[Fields]:
        """The objects of a list."""
        return [Fields(each, self._odd, self._path(name)) for each in self.items(name)]

    def inner(self, name: str) -> Fields:
        """An object; one without fields when there is none."""
        return Fields(self._values.get(name), self._odd, self._path(name))

    def names(self) -> list[str]:
        """The names of its fields."""
        return list(self._values)

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def _checked(self, value: Any, kind: Any, name: str) -> Any:
        if value is None or isinstance(value, kind):
            return value
        self._odd.add(name if name == self._where or not self._where else self._path(name))
        return None


@dataclass(frozen=True, slots=True)
class File:
    """One file of a release."""

    name: str
    day: str
    """ISO date of its upload; empty when not known."""
    withdrawn: bool = False
    reason: str = ""
    provenance: str = ""
    """Where its provenance is; empty when it has none."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a fact of which package, and when."""

    package: str
    source: str
    retrieved: str

    def fact(self, kind: FactKind, value: str, version: str = "", detail: str = "") -> Fact:
        """Say it."""
        return Fact(self.package, kind, value, self.source, self.retrieved, version, detail)


@dataclass(slots=True)
class Releases:
    """The files of a project, by release, and what follows from their dates and withdrawals."""

    files: dict[str, list[File]] = field(default_factory=dict)

    def facts(self, speaker: Speaker) -> Iterator[Fact]:
        """Yield the newest stable release, the stable releases, and those that were withdrawn."""
        ordered = self._ordered()
        if latest := self.latest():
            yield speaker.fact(FactKind.LATEST, latest, detail=self._day(latest))
        for version in [version for version, stable in ordered if stable][:_MOST_RELEASES]:
            yield speaker.fact(FactKind.RELEASE, version, detail=self._day(version))
        for version in [version for version, _ in ordered if self._withdrawn(version)][:_MOST_YANKED]:
            reasons = sorted({file.reason for file in self.files[version]} - {""})
            yield speaker.fact(FactKind.YANKED, version, detail="; ".join(reasons)[:500])

    def latest(self) -> str:
        """The newest stable release that was not withdrawn; empty when there is none."""
        return next((version for version, stable in self._ordered() if stable and not self._withdrawn(version)), "")

    def _ordered(self) -> list[tuple[str, bool]]:
        """Releases newest first, and whether each is stable; without those whose version is none by PEP 440."""
        from packaging.version import InvalidVersion, Version

        found: list[tuple[Version, str]] = []
        for text in self.files:
            try:
                found.append((Version(text), text))
            except InvalidVersion:
                continue
        return [(text, not version.is_prerelease) for version, text in sorted(found, reverse=True)]

    def _withdrawn(self, version: str) -> bool:
        return all(file.withdrawn for file in self.files[version])

    def _day(self, version: str) -> str:
        return min((file.day for file in self.files[version] if file.day), default="")


def document_releases(document: Fields) -> Releases:
    """Read the releases of a JSON document."""
    releases, found = document.inner("releases"), Releases()
    for version in releases.names():
        files = [
            File(
                entry.text("filename"),
                _day(entry.text("upload_time_iso_8601") or entry.text("upload_time")),
                entry.flag("yanked"),
                entry.text("yanked_reason"),
            )
            for entry in releases.objects(version)
        ]
        if files and len(version) <= 100:
            found.files[version] = files
    return found


def page_releases(page: Fields) -> Releases:
    """Read the releases of a simple index page: the version is in the name of the file."""
    found = Releases()
    for entry in page.objects("files"):
        name = entry.text("filename")
        version = _version(name)
        if not version:
            continue
        file = File(name, _day(entry.text("upload-time")), *entry.flag_or_text("yanked"), entry.text("provenance"))
        found.files.setdefault(version, []).append(file)
    return found


def terms(info: Fields, speaker: Speaker, version: str) -> Iterator[Fact | str]:
    """Yield the licence of a release and the packages that it requires; a string is what is in doubt."""
    from packaging.requirements import InvalidRequirement, Requirement

    from depscan import licences

    exact, stated = info.text("license_expression"), info.text("license", _LONGEST_LICENCE)
    if concluded := licences.conclude(expression=exact, classifiers=info.texts("classifiers"), name=stated):
        yield speaker.fact(FactKind.LICENCE, concluded.expression, version, str(concluded.evidence))
        yield from (f"the licence of release {version} is in doubt: {doubt}" for doubt in concluded.doubts)
    elif said := (exact or stated):
        yield f"the licence of release {version} is not one that is known: {said.partition(chr(10))[0][:80]!r}"
    listed = info.texts("requires_dist")
    plain = [text for text in listed[:_MOST_REQUIREMENTS] if len(text) <= _LONGEST and text.count("(") <= _DEEPEST]
    unread = len(listed) - len(plain)
    for text in plain:
        try:
            yield speaker.fact(FactKind.REQUIRES, str(Requirement(text)), version)
        except (InvalidRequirement, RecursionError):
            unread += 1
    if unread:
        yield f"{unread} requirements of release {version} cannot be understood; they were left out"


def ownership(document: Fields, speaker: Speaker) -> Iterator[Fact | str]:
    """Yield the accounts and the organisation that own a project; a string when the index does not say."""
    if "ownership" not in document.names():
        yield "the index does not say which accounts can publish"
        return
    owned = document.inner("ownership")
    if organisation := owned.text("organization", 200):
        yield speaker.fact(FactKind.ORGANISATION, organisation)
    accounts: dict[str, str] = {}
    for entry in owned.objects("roles")[:_MOST_ROLES]:
        account, role = entry.text("user", 200), entry.text("role", 200).lower()
        if account and accounts.get(account) != "owner":
            accounts[account] = role
    for account, role in sorted(accounts.items()):
        yield speaker.fact(FactKind.PUBLISHER, account, detail=role)
    if organisation:
        yield "owned by an organisation: which of its members can publish is not shown, beside the accounts that are"
    elif not accounts:
        yield "the index names no account that can publish"


def repository(info: Fields, speaker: Speaker) -> Iterator[Fact]:
    """Yield the source repository, from the label that names it or else from an address on a forge."""
    urls = info.inner("project_urls")
    labelled = {_label(name): (name, urls.text(name)) for name in sorted(urls.names(), reverse=True)}
    labelled.setdefault("homepage", ("home_page", info.text("home_page")))
    for label in _SOURCE_LABELS:
        name, url = labelled.get(label, ("", ""))
        if address := repository_address(url):
            yield speaker.fact(FactKind.REPOSITORY, address, detail=name[:100])
            return
    for label in _OTHER_LABELS:
        name, url = labelled.get(label, ("", ""))
        address = repository_address(url)
        if address and urlsplit(address).hostname in _FORGES:
            yield speaker.fact(FactKind.REPOSITORY, address, detail=name[:100])
            return


def repository_address(url: str) -> str:
    """Return the address of a repository without what leads into it; empty when it is none."""
    try:
        parts = urlsplit(url.removeprefix("git+"))
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    path = [part for part in parts.path.split("/") if part]
    if parts.scheme not in {"http", "https", "git"} or not host or not path:
        return ""
    if host in _FORGES:
        if len(path) < 2 or path[0] in {"orgs", "sponsors", "users"}:
            return ""
        path = path[: path.index("-")] if "-" in path else path
        path = path if host == "gitlab.com" and not {"blob", "tree", "issues"} & set(path) else path[:2]
    scheme = "http" if parts.scheme == "http" and host not in _FORGES else "https"
    return f"{scheme}://{host}{f':{port}' if port else ''}/{'/'.join(path).removesuffix('.git')}"


def status(page: Fields, classifiers: Iterable[str], speaker: Speaker, inactive: Speaker) -> Iterator[Fact | str]:
    """Yield whether the project is alive: by the index's word (simple index 1.4), or by its classifier."""
    said = page.inner("project-status")
    word = (said.text("status", 100) or said.text("state", 100)).lower()
    reason = said.text("reason", 500)
    if word in _STATUSES - {"active"}:
        yield speaker.fact(FactKind.STATUS, word, detail=f"project status: {reason}" if reason else "project status")
    elif _INACTIVE in classifiers:
        yield inactive.fact(FactKind.STATUS, "inactive", detail=f"classifier {_INACTIVE}")
    elif word == "active":
        yield speaker.fact(FactKind.STATUS, word, detail="project status")
    if word and word not in _STATUSES:
        yield f"the index states a status that is not known: {word}"
    elif not word and _older(page.inner("meta").text("api-version", 20), (1, 4)):
        yield (
            "the index speaks an old simple API that states neither project status nor provenance: "
            "whether it is archived or quarantined is not known"
        )


def attested(releases: Releases, version: str) -> tuple[str, str]:
    """Return where the provenance of a release is, and for how many of its files there is one."""
    files = sorted(releases.files.get(version, ()), key=lambda file: file.name)
    found = [file for file in files if file.provenance]
    return (found[0].provenance, f"{len(found)} of {len(files)} files attested") if found else ("", "")


def provenance(answer: Fields, speaker: Speaker, version: str, detail: str) -> Iterator[Fact]:
    """Yield who built a file, as the index says that it is attested; the signature is not checked."""
    found = set()
    for bundle in answer.objects("attestation_bundles")[:20]:
        publisher = bundle.inner("publisher")
        kind = publisher.text("kind", 100)
        where = publisher.text("repository", 300) or publisher.text("email", 300) or publisher.text("project", 300)
        workflow = publisher.text("workflow", 200) or publisher.text("workflow_filepath", 200)
        if kind and where:
            found.add(f"{kind}: {where}{f', {workflow}' if workflow else ''}")
    for value in sorted(found):
        yield speaker.fact(FactKind.PROVENANCE, value, version, detail)


def _version(filename: str) -> str:
    """Return the version that the name of a wheel or source archive holds; empty when it is neither."""
    from packaging.utils import InvalidSdistFilename, parse_sdist_filename
    from packaging.version import InvalidVersion, Version

    try:
        if not filename.endswith(".whl"):
            return str(parse_sdist_filename(filename)[1])
        parts = filename.removesuffix(".whl").split("-")  # without its tags: their product may be endless
        return str(Version(parts[1])) if len(parts) in {5, 6} else ""
    except (InvalidSdistFilename, InvalidVersion):
        return ""


def _day(moment: str) -> str:
    found = _DAY.match(moment)
    return found[0] if found else ""


def _label(name: str) -> str:
    """Normalise a label of project URLs as the packaging guide says: without punctuation and space, in lower case."""
    return "".join(char for char in name if char.isalnum()).lower()


def _older(version: str, than: tuple[int, int]) -> bool:
    major, _, minor = version.partition(".")
    return not (major.isdecimal() and minor.isdecimal()) or (int(major), int(minor)) < than
