"""
Compare the embedded facts with the metadata of distributions, and write the rows that metadata gives.

    python benchmarks/snapshot.py PATH... [--write YYYY-MM-DD]

A PATH is a folder of wheels, a folder of `*.dist-info` (site-packages), or a report of `pip install --dry-run --no-deps
--report`. Nothing is installed or run. Read are the packages that the table speaks of, and those that they require; of
several releases the newest stable one. Printed is each licence that differs from the table's. With `--write` the
licence, the repository and the requirements of the release replace those of the table, a licence only where its
evidence is as strong as that of the table or stronger, and it is no mere "BSD".
"""

from __future__ import annotations

import argparse
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from depscan import licences
from depscan.knowledge import snapshot
from depscan.model import Fact, FactKind, LicenceEvidence

TABLE = Path(snapshot.__file__).with_name("data") / "facts.csv"
_LICENCE_FILE = re.compile(r"(?:.*licen[cs]e|copying|unlicense)[^/]*", re.IGNORECASE)
_FORGE = re.compile(r"https?://(?:www\.)?(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)/([^/#?]+)/([^/#?]+)")
_PAGES = frozenset({"sponsors", "orgs"})
_EXTRA = re.compile(r"""\bextra == ["']([^"']+)["']""")
_VAGUE = frozenset({"LicenseRef-BSD", "LicenseRef-GPL", "LicenseRef-LGPL", "LicenseRef-AGPL"})
_STRENGTH = list(LicenceEvidence)


@dataclass(frozen=True)
class Distribution:
    """What one release says of itself."""

    name: str
    version: str
    expression: str
    licence: str
    classifiers: tuple[str, ...]
    requires: tuple[Requirement, ...]
    urls: tuple[str, ...]
    texts: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """How a row names it."""
        return f"metadata of {self.name} {self.version}"

    def wanted(self, asked: set[str]) -> list[Requirement]:
        """The requirements that hold always, or with one of the extras."""
        return [r for r in self.requires if not (extras := extras_of(r)) or extras & asked]


def extras_of(requirement: Requirement) -> set[str]:
    """The extras with which the requirement holds; none when it always does."""
    return {canonicalize_name(extra) for extra in _EXTRA.findall(str(requirement.marker or ""))}


def headers(message: Message, texts: Iterable[str]) -> Distribution:
    """Read a METADATA file."""
    urls = sorted(
        (text.partition(",")[::2] for text in message.get_all("Project-URL", [])),
        key=lambda pair: not re.search("source|repo|code|github", pair[0], re.IGNORECASE),
    )
    return Distribution(
        name=canonicalize_name(message["Name"]),
        version=message["Version"],
        expression=message.get("License-Expression", ""),
        licence=message.get("License", ""),
        classifiers=tuple(message.get_all("Classifier", [])),
        requires=tuple(map(Requirement, message.get_all("Requires-Dist", []))),
        urls=(*(url.strip() for _, url in urls), message.get("Home-page", "")),
        texts=tuple(texts),
    )


def reported(entry: Mapping[str, object]) -> Message:
    """The metadata of pip's report, as the headers that they were."""
    message = Message()
    for key, values in entry.items():
        header = {"requires_dist": "Requires-Dist", "project_url": "Project-URL"}.get(key, key.replace("_", "-"))
        for value in values if isinstance(values, list) else [values]:
            message[header] = str(value).replace("\n", " ") if key != "description" else ""
    return message


def of_wheel(path: Path) -> Iterator[Distribution]:
    """Read a wheel without unpacking it."""
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if re.fullmatch(r"[^/]+\.dist-info/METADATA", name):
                folder = name.removesuffix("METADATA")
                files = [file for file in wheel.namelist() if file.startswith(folder)]
                texts = (wheel.read(file).decode("utf-8", "replace") for file in own_licences(files, folder))
                yield headers(HeaderParser().parsestr(wheel.read(name).decode("utf-8", "replace")), texts)


def of_environment(path: Path) -> Iterator[Distribution]:
    """Read the distributions that are installed in a folder."""
    for metadata in sorted(path.glob("*.dist-info/METADATA")):
        folder = metadata.parent
        files = [file.relative_to(path).as_posix() for file in sorted(folder.rglob("*")) if file.is_file()]
        texts = ((path / file).read_text("utf-8", "replace") for file in own_licences(files, f"{folder.name}/"))
        yield headers(HeaderParser().parsestr(metadata.read_text("utf-8", "replace")), texts)


def own_licences(files: Iterable[str], folder: str) -> list[str]:
    """The licence files of the distribution itself, not those of what it vendors, which lie in folders."""
    inner = ((file, file.removeprefix(folder).removeprefix("licenses/")) for file in files)
    return sorted(file for file, name in inner if _LICENCE_FILE.fullmatch(name))


def distributions(paths: Iterable[Path]) -> dict[str, Distribution]:
    """The newest stable release of each package that is found."""
    found: dict[str, Distribution] = {}
    for path in paths:
        for distribution in read(path):
            try:
                version = Version(distribution.version)
            except InvalidVersion:
                continue
            old = found.get(distribution.name)
            if not version.is_prerelease and (old is None or Version(old.version) < version):
                found[distribution.name] = distribution
    return found


def read(path: Path) -> Iterator[Distribution]:
    """What lies at a path: wheels, installed distributions, or pip's report."""
    if path.is_file():
        for item in json.loads(path.read_text("utf-8"))["install"]:
            yield headers(reported(item["metadata"]), ())
        return
    for wheel in sorted(path.glob("*.whl")):
        yield from of_wheel(wheel)
    yield from of_environment(path)


def closure(names: Iterable[str], found: Mapping[str, Distribution]) -> dict[str, list[Requirement]]:
    """The packages and all that they require, with the requirements that somebody asks for."""
    asked: defaultdict[str, set[str]] = defaultdict(set)
    wanted: dict[str, list[Requirement]] = {}
    waiting = sorted(set(names) & found.keys())
    while waiting:
        name = waiting.pop()
        wanted[name] = found[name].wanted(asked[name])
        for requirement in wanted[name]:
            target, extras = canonicalize_name(requirement.name), set(map(canonicalize_name, requirement.extras))
            if target in found and (target not in wanted or not extras <= asked[target]):
                asked[target] |= extras
                waiting.append(target)
    return wanted


def licence(distribution: Distribution, day: str) -> Fact | None:
    """The licence that the metadata and the licence files lead to."""
    texts = distribution.texts or ((distribution.licence,) if "\n" in distribution.licence else ())
    concluded = licences.conclude(
        expression=distribution.expression,
        texts=texts,
        classifiers=distribution.classifiers,
        name="" if "\n" in distribution.licence else distribution.licence,
    )
    if not concluded:
        return None
    for doubt in concluded.doubts:
        print(f"{distribution.name}: {doubt}")
    return Fact(
        distribution.name,
        FactKind.LICENCE,
        concluded.expression,
        distribution.source,
        day,
        distribution.version,
        str(concluded.evidence),
    )


def repository(distribution: Distribution, day: str) -> Fact | None:
    """The address on a forge, labelled as source first."""
    for url in distribution.urls:
        if (match := _FORGE.match(url)) and match[2] not in _PAGES:
            address = f"https://{match[1]}/{match[2]}/{match[3].removesuffix('.git')}"
            return Fact(distribution.name, FactKind.REPOSITORY, address, distribution.source, day)
    return None


def requires(distribution: Distribution, wanted: Iterable[Requirement], day: str) -> list[Fact]:
    """One row per requirement; one without a value when there is none."""
    values = sorted({str(requirement) for requirement in wanted}) or [""]
    return [
        Fact(distribution.name, FactKind.REQUIRES, value, distribution.source, day, distribution.version)
        for value in values
    ]


def is_better(new: Fact, old: Fact) -> bool:
    """Whether the evidence of the new licence is at least as strong, and names more than a family of licences."""
    if new.value in _VAGUE and old.value not in _VAGUE:
        return False
    return _STRENGTH.index(LicenceEvidence(new.detail)) <= _STRENGTH.index(LicenceEvidence(old.detail))


def refreshed(table: Iterable[Fact], found: Mapping[str, Distribution], day: str) -> list[Fact]:
    """The table with the rows that the distributions give; differing licences are printed."""
    old: defaultdict[tuple[str, FactKind], list[Fact]] = defaultdict(list)
    for fact in table:
        old[fact.package, fact.kind].append(fact)
    for name, wanted in closure({name for name, _ in old}, found).items():
        distribution = found[name]
        old[name, FactKind.REQUIRES] = requires(distribution, wanted, day)
        before, now = old.get((name, FactKind.LICENCE)), licence(distribution, day)
        if now and before and before[0].value != now.value:
            print(f"{name}: {before[0].value} [{before[0].detail}: {before[0].source}]")
            print(f"{'':{len(name)}}  {now.value} [{now.detail}: {now.source}]")
        if now and (not before or is_better(now, before[0])):
            old[name, FactKind.LICENCE] = [now]
        if address := repository(distribution, day):
            old[name, FactKind.REPOSITORY] = [address]
    return [fact for group in old.values() for fact in group]


def main() -> None:
    """Compare, and write if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--write", metavar="YYYY-MM-DD", help="the day on which the metadata was read")
    options = parser.parse_args()
    found = distributions(options.paths)
    table = refreshed(snapshot.facts(snapshot.all_names()), found, options.write or "0001-01-01")
    known = {fact.package for fact in table}
    print(f"{len(known & found.keys())} of {len(known)} packages have metadata here; {len(table)} rows")
    if options.write:
        snapshot.write_table(TABLE, table)


if __name__ == "__main__":
    main()
