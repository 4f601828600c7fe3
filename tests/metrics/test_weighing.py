"""How use raises or lowers what an advisory weighs."""

from __future__ import annotations

import pytest

from depscan.metrics import weigh
from depscan.model import Advisory, Affected, Exposed, Exposure, Package, Severity, Symbol, Tier

HARD = Exposure(tier=Tier.LOAD_BEARING, import_sites=3, symbols=(Symbol("torch.load", 2), Symbol("torch.nn.Linear", 9)))
LIGHT = Exposure(tier=Tier.INCIDENTAL, import_sites=1)
TESTS = Exposure(tier=Tier.TOOLING, import_sites=4)
UNUSED = Exposure()
H, M, C, L = Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL, Severity.LOW


@pytest.mark.parametrize(
    ("exposure", "severity", "symbols", "state", "malicious", "weighed"),
    [
        (HARD, H, (), Affected.YES, False, H),
        (HARD, H, ("torch.load",), Affected.YES, False, C),
        (HARD, H, ("torch.nn",), Affected.YES, False, C),
        (HARD, H, ("torch.load.inner",), Affected.YES, False, C),
        (HARD, C, ("torch.load",), Affected.YES, False, C),
        (HARD, H, ("torch.jit",), Affected.YES, False, M),
        (HARD, H, ("torch.load",), Affected.POSSIBLY, False, M),
        (LIGHT, H, (), Affected.YES, False, H),
        (LIGHT, H, (), Affected.UNKNOWN, False, M),
        (TESTS, H, (), Affected.YES, False, M),
        (UNUSED, H, (), Affected.YES, False, M),
        (UNUSED, L, (), Affected.POSSIBLY, False, L),
        (HARD, None, ("torch.load",), Affected.YES, False, None),
        (UNUSED, None, (), Affected.YES, True, C),
    ],
)
def test_weights(
    exposure: Exposure,
    severity: Severity | None,
    symbols: tuple[str, ...],
    state: Affected,
    malicious: bool,
    weighed: Severity | None,
) -> None:
    advisory = Advisory("A-1", "torch", "db", "2026-11-24", malicious=malicious, symbols=symbols, severity=severity)
    exposed = Exposed("A-1", "torch", state, severity=severity)
    others = (Package("numpy"), Package("torch", exposure=exposure))
    numpy, torch = weigh(others, [exposed], [advisory])
    assert numpy == Package("numpy")
    (found,) = torch.advisories
    assert found.weighed is weighed
    assert (found.imported, found.tier) == (exposure.import_sites > 0, exposure.tier)
    assert set(found.symbols) <= set(symbols)
