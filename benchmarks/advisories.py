"""
Offline advisories against an oracle: `python benchmarks/advisories.py DATA`, where DATA is what is imported.

The oracle is the pseudo-code of the OSV schema ("Evaluation") over the raw JSON, with `packaging` and nothing of
depscan. It is asked about every version that a record names and about its neighbours: a development release, a
post-release, a local build, another epoch. Where the schema does not say in which order events at one version count,
the oracle gives every answer that an order gives. What cannot be compared is unknown on both sides.

Then: time and memory of the import, and the time of a look-up of 300 pins, also with the verdict on each.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from functools import cache
from itertools import groupby, permutations, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from depscan.knowledge.advisories import Database, Wanted, audit, import_records
from depscan.knowledge.advisories.extent import Extent
from depscan.knowledge.advisories.sources import locate
from depscan.model.advisories import Advisory, Affected, Exposed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answers = frozenset[bool | None]
TODAY = "2026-11-24"


# -- the oracle -------------------------------------------------------------------------------------------------------


@cache
def version(text: str) -> Version | None:
    """A version, or None where PEP 440 knows none."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def is_vulnerable(package: str, text: str, record: dict[str, Any]) -> Answers:
    """IsVulnerable of the schema: all answers it allows; None is unknown."""
    if record.get("withdrawn"):
        return frozenset({False})
    blocks = [block for block in record["affected"] if canonicalize_name(block["package"]["name"]) == package]
    if any(included_in_versions(text, block.get("versions", [])) for block in blocks):
        return frozenset({True})
    ranges = [each for block in blocks for each in block.get("ranges", []) if each["type"] != "GIT"]
    if not ranges and not any(block.get("versions") for block in blocks):
        return frozenset({None})  # nothing is said of versions
    each = [included_in_range(text, one) for one in ranges] or [frozenset({False})]
    return frozenset(either(answers) for answers in product(*each))


def either(answers: tuple[bool | None, ...]) -> bool | None:
    """Affected when one says so, else unknown when one is."""
    return True if True in answers else None if None in answers else False


def included_in_versions(text: str, listed: list[str]) -> bool:
    """IncludedInVersions; equal is what PEP 440 calls so, and of what it does not know what is written so."""
    wanted = version(text)
    return any(text == each if wanted is None or version(each) is None else wanted == version(each) for each in listed)


def included_in_range(text: str, one: dict[str, Any]) -> Answers:
    """IncludedInRanges and BeforeLimits, for one range."""
    events = [(kind, value) for event in one["events"] for kind, value in event.items()]
    if [value for kind, value in events if (kind, value) != ("limit", "*") and version(value) is None]:
        return frozenset({None})
    v = version(text)
    if v is None:
        return frozenset({True if events == [("introduced", "0")] else None})
    limits = [value for kind, value in events if kind == "limit"]
    if limits and not any(limit == "*" or v < Version(limit) for limit in limits):
        return frozenset({False})
    return frozenset(walk(v, order) for order in orders([event for event in events if event[0] != "limit"]))


def orders(events: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """All orders that are sorted by version; "0" introduces before every version."""

    def place(event: tuple[str, str]) -> tuple[int, Version]:
        return (0 if event == ("introduced", "0") else 1), Version(event[1])

    ties = [list(permutations(group)) for _, group in groupby(sorted(events, key=place), key=place)]
    for chosen in product(*ties):
        yield [event for group in chosen for event in group]


def walk(v: Version, events: list[tuple[str, str]]) -> bool:
    """The inner loop, over events in order."""
    vulnerable = False
    for kind, value in events:
        if kind == "introduced" and (value == "0" or v >= Version(value)):
            vulnerable = True
        elif (kind == "fixed" and v >= Version(value)) or (kind == "last_affected" and v > Version(value)):
            vulnerable = False
    return vulnerable


# -- what it is asked -------------------------------------------------------------------------------------------------


def named(record: dict[str, Any], package: str) -> list[str]:
    """Every version that a record names for a package, and its neighbours."""
    found: dict[str, None] = {}
    for block in record["affected"]:
        if canonicalize_name(block["package"]["name"]) != package:
            continue
        events = [event for one in block.get("ranges", []) if one["type"] != "GIT" for event in one["events"]]
        for text in [*block.get("versions", []), *(value for event in events for value in event.values())]:
            found |= dict.fromkeys([text, *neighbours(text)])
    return list(found)


@cache
def neighbours(text: str) -> tuple[str, ...]:
    """A development release, a post-release, a local build and the same in another epoch."""
    v = version(text)
    if v is None:
        return ()
    public = v.public
    post = f"{public.split('.post')[0].split('.dev')[0]}.post{0 if v.post is None else v.post + 1}"
    dev = () if v.is_devrelease else (f"{public}.dev0",)
    return (*dev, post, f"{public}+local.1", f"{v.epoch + 1}!{public.split('!')[-1]}")


def compare(raw: list[dict[str, Any]], database: Database) -> Counter[str]:
    """Every decision of both sides; those that differ are printed."""
    count: Counter[str] = Counter()
    packages = {canonicalize_name(block["package"]["name"]) for record in raw for block in record["affected"]}
    ours = {(each.id, each.package): Extent(each) for found in database.lookup(packages).values() for each in found}
    for record in raw:
        for package in sorted({canonicalize_name(block["package"]["name"]) for block in record["affected"]}):
            extent = ours[record["id"], package]
            for text in named(record, package):
                allowed, answer = is_vulnerable(package, text, record), extent.holds(text)
                count["decisions"] += 1
                count[f"answer {answer}"] += 1
                count["left open by the schema"] += len(allowed) > 1
                if answer not in allowed:
                    count["disagreements"] += 1
                    print("DISAGREE", record["id"], package, text, "ours", answer, "oracle", set(allowed))
    return count


# -- how long it takes ------------------------------------------------------------------------------------------------


def pins(raw: list[dict[str, Any]], most: int) -> dict[str, Wanted]:
    """The packages with most records, each at the middle one of all versions that a record lists."""
    listed: dict[str, list[str]] = {}
    weight: Counter[str] = Counter()
    for record in raw:
        for block in record["affected"]:
            name = canonicalize_name(block["package"]["name"])
            weight[name] += 1
            listed.setdefault(name, []).extend(text for text in block.get("versions", []) if version(text))
    chosen = [name for name, _ in weight.most_common() if listed[name]][:most]
    return {
        name: Wanted(pins=(sorted(set(listed[name]), key=Version)[len(set(listed[name])) // 2],)) for name in chosen
    }


def best(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main(data: Path) -> int:
    """Print the figures; 1 when a decision differs."""
    at = locate(data)
    with zipfile.ZipFile(at) as archive:
        raw = [json.loads(archive.read(name)) for name in sorted(archive.namelist()) if name.endswith(".json")]
    with tempfile.TemporaryDirectory() as folder:
        code = (
            "import sys, time, resource, pathlib; from depscan.knowledge.advisories import import_records\n"
            "start = time.perf_counter()\n"
            "import_records(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), today=sys.argv[3])\n"
            "print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
        )
        command = [sys.executable, "-c", code, str(data), folder, TODAY]
        seconds, mib = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        imported = import_records(data, Path(folder), today=TODAY)
        print(
            f"import: {imported.about.records} records, {imported.about.packages} packages, {float(seconds):.2f} s, "
            f"peak {float(mib):.0f} MiB, {imported.path.stat().st_size / 2**20:.1f} MiB file, {len(imported.gaps)} gaps"
        )
        with Database(imported.path) as database:
            count = compare(raw, database)
            print(
                ", ".join(f"{name} {number}" for name, number in count.items()),
                f"(disagreements {count['disagreements']})",
            )
            wanted = pins(raw, 300)
            lookup = best(5, lambda: database.lookup(wanted))
            found = database.lookup(wanted)
            whole = best(5, lambda: list(audit(wanted, database.lookup(wanted), source="x", retrieved=TODAY)))
            verdicts = list(audit(wanted, found, source="x", retrieved=TODAY))
            exposed = [each for each in verdicts if isinstance(each, Exposed)]
            print(
                f"look-up of {len(wanted)} pins: {1000 * lookup:.1f} ms, {sum(map(len, found.values()))} records; "
                f"with verdicts {1000 * whole:.1f} ms: "
                f"{sum(each.state is Affected.YES for each in exposed)} affected, "
                f"{sum(each.state is Affected.UNKNOWN for each in exposed)} unknown, "
                f"{sum(isinstance(each, Advisory) for each in verdicts)} advisories"
            )
    print(f"peak of this process, oracle included: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return 1 if count["disagreements"] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
