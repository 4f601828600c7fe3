"""Findings that a comment accepts where they stand: they stay visible, and comments that accept nothing are named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from depscan.model import Gap, Location
from depscan.rules.findings import MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from depscan.model import Finding, Waiver

SHOWN = 20
"""Comments of one file that accept nothing and are named one by one."""

_UNSAID = "ignored in place, without a reason"


class Comments:
    """The comments of a case, by the lines that they are about."""

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        self._by_place: defaultdict[Location, list[Waiver]] = defaultdict(list)
        for waiver in sorted(set(waivers)):
            self._by_place[replace(waiver.location, line=waiver.line)].append(waiver)

    def accept(self, finding: Finding) -> Finding:
        """
        The finding, with the reason as `suppressed` when every place that it names is accepted.

        When only some are, it names the others first. A finding that leaves out places, for they are too many, cannot
        be accepted place by place.
        """
        if not self._by_place:
            return finding
        by_place = {place: self._at(place, finding.code) for place in finding.locations}
        open_places = tuple(place for place, waivers in by_place.items() if not waivers)
        if len(open_places) == len(by_place) or len(finding.locations) >= MOST:
            return finding
        if open_places:
            accepted = tuple(place for place, waivers in by_place.items() if waivers)
            return replace(finding, locations=(*open_places, *accepted))
        said = dict.fromkeys(waiver.reason for waivers in by_place.values() for waiver in waivers if waiver.reason)
        return replace(finding, suppressed="; ".join(said) or _UNSAID)

    def idle(self, findings: Iterable[Finding], known: Sequence[str], judged: Callable[[str], bool]) -> tuple[Gap, ...]:
        """
        Codes that no rule has, and comments at whose place there is nothing to accept.

        `judged` says of a code whether this run had what its rule needs.
        """
        hit: defaultdict[Waiver, set[str]] = defaultdict(set)
        cut: set[str] = set()
        for finding in findings:
            if len(finding.locations) >= MOST:
                cut.add(finding.code)
            for place in finding.locations:
                for waiver in self._at(place, finding.code):
                    hit[waiver].update(code for code in waiver.codes or ("",) if finding.code.startswith(code))

        def sure(code: str) -> bool:
            return judged(code) and not any(each.startswith(code) for each in cut)

        gaps: defaultdict[str, list[Gap]] = defaultdict(list)
        for waiver in (waiver for waivers in self._by_place.values() for waiver in waivers):
            reasons = _amiss(waiver, hit[waiver], known, sure)
            gaps[waiver.location.path] += [Gap("rules", waiver.location, reason) for reason in reasons]
        return tuple(gap for path in sorted(gaps) for gap in _few(path, gaps[path]))

    def _at(self, place: Location, code: str) -> list[Waiver]:
        return [
            waiver
            for waiver in self._by_place.get(place, ())
            if not waiver.codes or any(code.startswith(each) for each in waiver.codes)
        ]


def _amiss(waiver: Waiver, hit: set[str], known: Sequence[str], sure: Callable[[str], bool]) -> Iterable[str]:
    unknown = [code for code in waiver.codes if not any(each.startswith(code) for each in known)]
    for code in unknown:
        near = get_close_matches(code, known, n=2, cutoff=0.5)
        instead = f"; is {' or '.join(near)} meant?" if near else ""
        yield f"no rule has the code {code[:40]!r} that a comment ignores{instead}"
    if not waiver.codes and not hit and sure(""):
        yield "a comment ignores findings here, and there is none: remove it"
    idle = [code for code in waiver.codes if code not in hit and code not in unknown and sure(code)]
    if idle:
        yield f"a comment ignores {', '.join(idle[:9])} here, and there is no such finding: remove it"


def _few(path: str, gaps: list[Gap]) -> list[Gap]:
    if len(gaps) <= SHOWN:
        return gaps
    rest = f"{len(gaps) - SHOWN} more comments of this file ignore what is not there"
    return [*gaps[:SHOWN], Gap("rules", Location(path), rest)]
