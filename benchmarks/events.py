"""
Which repositories would have been listed when something happened to a library?

    python benchmarks/events.py EVENTS.csv FOLDER...

The table of events has the columns date, package_or_model, kind (abandon, relicense, compromise or ownership-change)
and effect. Each event becomes the scenario of its kind, for each of its names that some repository knows, and is run on
a scan of each folder as it is now. Stewards are those that depscan knows today: one that has changed hands is found
under its present name. A name in brackets, and a service whose client has another name, is no package of the event.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import depscan
from depscan.scenario import Certainty, NotInReport, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depscan.model import Report
    from depscan.scenario import Outcome

KINDS = {"abandon": "abandoned", "relicense": "relicensed", "compromise": "compromised", "ownership-change": "steward"}
VERSION = re.compile(r"\d+(?:\.\d+)+(?:-\d+)?")
NAME = re.compile(rf"([a-z][a-z0-9._-]*)(?: {VERSION.pattern})?")


def names(event: Mapping[str, str]) -> list[str]:
    """The packages: one word each, in small letters, with or without a version; what is in brackets explains."""
    parts = re.split(r"[,/]", re.sub(r"\([^)]*\)", "", event["package_or_model"]))
    return [match[1] for part in parts if (match := NAME.fullmatch(part.strip()))]


def versions(event: Mapping[str, str], name: str) -> str:
    """The versions that the event names for the package: behind its name, else in the first sentence on its effect."""
    behind = re.search(rf"{re.escape(name)} ({VERSION.pattern})", event["package_or_model"])
    if behind:
        return f"@{behind[1]}"
    said = event["effect"].partition(";")[0]
    if span := re.search(rf"({VERSION.pattern}) \.\. ({VERSION.pattern})", said):
        return f"@>={span[1]},<={span[2]}"
    found = VERSION.findall(said)
    return f"@{','.join(found)}" if found else ""


def scenarios(event: Mapping[str, str], reports: Sequence[Report]) -> Iterator[tuple[str, list[Outcome]]]:
    """Every scenario of the event that is about something, with its outcomes."""
    for name in names(event):
        for spec in specs(event, name, reports):
            outcomes = [outcome for report in reports for outcome in outcome_of(spec, name, report)]
            if outcomes:
                yield f"{spec} ({name})" if spec.startswith("steward:") else spec, outcomes


def outcome_of(spec: str, name: str, report: Report) -> list[Outcome]:
    """What the event does to the project, if it has to do with the package; of a steward's, that package alone."""
    try:
        outcome = run(spec, report)
    except NotInReport:
        return []
    if not spec.startswith("steward:"):
        return [outcome]
    libraries = tuple(library for library in outcome.libraries if library.name == name)
    found = [effect.certainty for library in libraries for effect in library.effects]
    return [replace(outcome, libraries=libraries, certainty=min(found, key=list(Certainty).index))] if found else []


def specs(event: Mapping[str, str], name: str, reports: Sequence[Report]) -> list[str]:
    """The scenario for a name; for a change of owner, that of each steward that reports name for the package."""
    word = KINDS[event["kind"]]
    if word == "steward":
        known = [package for report in reports for package in report.packages if package.name == name]
        return sorted({f"steward:{package.steward.name}" for package in known if package.steward})
    return [f"{word}:{name}{versions(event, name) if word == 'compromised' else ''}"]


def row(event: Mapping[str, str], spec: str, outcomes: Sequence[Outcome]) -> str:
    """One line of the table: how many repositories, with which certainty, and which ones."""
    counts = Counter(outcome.certainty for outcome in outcomes)
    found = " | ".join(str(counts[certainty]) for certainty in Certainty)
    listed = [outcome.project for outcome in outcomes if outcome.certainty in {Certainty.AFFECTED, Certainty.POSSIBLE}]
    return f"| {event['date']} | {spec.replace('|', ' or ')} | {found} | {', '.join(listed)} |"


def main() -> None:
    """Print one row per event and scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    with options.events.open(encoding="utf-8", newline="") as file:
        events = list(csv.DictReader(file))
    reports = [depscan.scan(folder, isolated=True) for folder in options.folders]
    print(f"{len(events)} events, {len(reports)} repositories")
    print(f"| date | scenario | {' | '.join(Certainty)} | affected or possibly |")
    print("|---|---|---|---|---|---|---|")
    silent = []
    for event in events:
        found = list(scenarios(event, reports))
        for spec, outcomes in found:
            print(row(event, spec, outcomes))
        if not found:
            silent.append(f"{event['date']} {event['package_or_model']} ({event['kind']})")
    print(f"\n{len(silent)} events concern nothing that these repositories are known to have:")
    for each in silent:
        print(f"- {each}")


if __name__ == "__main__":
    main()
