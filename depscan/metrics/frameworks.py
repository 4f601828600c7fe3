"""
Two yardsticks of openness, by rule: the Open Source AI Definition 1.0 and the classes of the Model Openness Framework.

Whoever publishes a model decides what can be seen of it, so a yardstick has three answers: met, not met because of what
is named, or not assessable because something was not seen. See docs/models.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model.models import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PARAMETERS = "model parameters (final)"
_CODE = {
    "training_code": "code: training",
    "data_preparation_code": "code: data preparation",
    "inference_code": "code: inference",
}
_REPORT = "technical report"
_PAPER = "research paper"
_CLASSES = {
    "III": ("model architecture", PARAMETERS, "evaluation results", "model card", "data card", _REPORT),
    "II": ("training code", "inference code", "evaluation code", "evaluation data"),
    "I": ("datasets", "data preprocessing code", "model parameters (intermediate)", _PAPER),
}
"""What each class needs beyond the one before it; a research paper stands in for the technical report."""


def osaid(components: Mapping[str, str], *, weights_open: bool | None) -> tuple[Verdict, tuple[str, ...]]:
    """
    Whether the definition is met, and which of parameters, code and data information are missing.

    Code that was published in part is missing. Data information is there when the training data is published; without
    that, documentation would have to be complete, which nobody assessed, so that it can only be found wanting.
    """
    states = {"parameters": weights_open}
    for component, name in _CODE.items():
        states[name] = {"y": True, "n": False, "partly": False}.get(components.get(component, ""))
    states["data information"] = _data(components)
    if missing := tuple(name for name, state in states.items() if state is False):
        return Verdict.FAILS, missing
    return (Verdict.MEETS if all(states.values()) else Verdict.NOT_ASSESSABLE), ()


def framework_class(open_components: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return the highest class of which, and of every class below it, all is open; and what the next one needs."""
    reached = "none"
    for name, needed in _CLASSES.items():
        missing = tuple(each for each in needed if not _is_there(each, open_components))
        if missing:
            return reached, missing
        reached = name
    return reached, ()


def _data(components: Mapping[str, str]) -> bool | None:
    data, documentation = components.get("training_data", ""), components.get("data_documentation", "")
    if data == "y":
        return True
    return False if data in {"n", "partly"} and documentation in {"n", "partly"} else None


def _is_there(component: str, open_components: Collection[str]) -> bool:
    return component in open_components or (component == _REPORT and _PAPER in open_components)
