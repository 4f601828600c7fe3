"""Flags of obligations in words: what the terms of a model speak of, and what sets it off."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DUTIES = {
    "non_commercial": ("Any use", "commercial use is not allowed"),
    "acceptable_use_policy": ("Any use", "an acceptable use policy holds"),
    "military_ban": ("Any use", "military uses are barred"),
    "territory_exclusion": ("Any use", "some countries or regions have no licence"),
    "remote_restriction": ("Any use", "the licensor may restrict it from afar"),
    "auto_update": ("Any use", "newer versions of the terms or of the model may bind"),
    "mau_threshold": ("Growth", "more is asked above a number of monthly users"),
    "revenue_threshold": ("Growth", "more is asked above an amount of revenue"),
    "attribution_display": ("Offering or passing it on", "its name must be displayed"),
    "flow_down": ("Offering or passing it on", "its restrictions must be passed on"),
    "network_copyleft": ("Offering or passing it on", "source must be published"),
    "name_prefix": ("Making another model of it", "its name must lead the new name"),
    "no_derivatives": ("Making another model of it", "changed versions may not be passed on"),
    "no_train_others": ("Training on its outputs", "other models may not be trained"),
    "output_claims": ("Training on its outputs", "the licensor makes claims to outputs"),
    "litigation_termination": ("Disputes", "suing over it ends the licence"),
    "guardrail_termination": ("Disputes", "bypassing its guardrails ends the licence"),
    "governing_law": ("Disputes", "the licence names law and courts"),
    "licence_unseen": ("Not known", "a licence that holds for it was not seen"),
}
"""Flags of obligations: what sets each off, and what it asks."""


def duties(flags: Iterable[str]) -> str:
    """What the flags of a licence speak of, after what sets it off."""
    by_trigger: defaultdict[str, list[str]] = defaultdict(list)
    order = list(DUTIES)
    for flag in sorted(set(flags), key=lambda each: (order.index(each) if each in DUTIES else len(order), each)):
        trigger, duty = DUTIES.get(flag, ("Any use", flag.replace("_", " ")))
        by_trigger[trigger].append(duty)
    return "; ".join(f"{trigger}: {', '.join(asked)}" for trigger, asked in by_trigger.items())
