"""What a rule is given to judge: one value, so that a new ground to judge on changes no rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.config import Policy
from depscan.model import normalised

if TYPE_CHECKING:
    from depscan.model import (
        Advisory,
        Audit,
        Concentration,
        DynamicSite,
        Evidence,
        Model,
        Package,
        Report,
        Terms,
        Waiver,
    )


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a judgement may rest on; what is not known keeps its default."""

    evidence: Evidence
    packages: tuple[Package, ...] = ()
    policy: Policy = Policy()  # noqa: RUF009  (frozen)
    today: str = ""
    """ISO date on which the case is judged; empty: nothing is said of what has passed since."""
    baseline: Report | None = None
    """An earlier report on the same project."""
    terms: tuple[Terms, ...] = ()
    concentration: tuple[Concentration, ...] = ()
    audit: Audit | None = None
    """How far known vulnerabilities were looked up; `None`: not at all."""
    advisories: tuple[Advisory, ...] = ()
    models: tuple[Model, ...] = ()
    dynamic_models: tuple[DynamicSite, ...] = ()
    """Places that take a model which only the run knows."""
    waivers: tuple[Waiver, ...] = ()
    """What comments in code and manifests accept; empty when the repository is not to say so itself."""

    def excepted(self, code: str) -> frozenset[str]:
        """The packages that exceptions of the policy name for the rule; a finding they share could not be accepted."""
        named = (each for each in self.policy.exceptions if code.startswith(each.code.strip().upper()))
        return frozenset(normalised(each.package) for each in named if each.package)
