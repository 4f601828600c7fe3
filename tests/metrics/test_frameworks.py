from __future__ import annotations

import pytest

from depscan.metrics.frameworks import PARAMETERS, framework_class, osaid
from depscan.model.models import Verdict

ALL = {"training_code": "y", "data_preparation_code": "y", "inference_code": "y", "training_data": "y"}
III = {"model architecture", PARAMETERS, "evaluation results", "model card", "data card", "technical report"}
II = III | {"training code", "inference code", "evaluation code", "evaluation data"}
I = II | {"datasets", "data preprocessing code", "model parameters (intermediate)", "research paper"}  # noqa: E741


@pytest.mark.parametrize(
    ("changed", "weights", "verdict", "missing"),
    [
        ({}, True, Verdict.MEETS, ()),
        ({}, False, Verdict.FAILS, ("parameters",)),
        ({}, None, Verdict.NOT_ASSESSABLE, ()),
        ({"training_code": "n"}, True, Verdict.FAILS, ("code: training",)),
        ({"training_code": "partly"}, True, Verdict.FAILS, ("code: training",)),
        ({"training_code": ""}, True, Verdict.NOT_ASSESSABLE, ()),
        ({"data_preparation_code": "n"}, True, Verdict.FAILS, ("code: data preparation",)),
        ({"inference_code": ""}, True, Verdict.NOT_ASSESSABLE, ()),
        ({"training_data": "n", "data_documentation": "n"}, True, Verdict.FAILS, ("data information",)),
        ({"training_data": "n", "data_documentation": "partly"}, True, Verdict.FAILS, ("data information",)),
        ({"training_data": "n", "data_documentation": "y"}, True, Verdict.NOT_ASSESSABLE, ()),
        ({"training_data": "", "data_documentation": "n"}, True, Verdict.NOT_ASSESSABLE, ()),
        (
            {"training_code": "n", "training_data": "n", "data_documentation": "n"},
            False,
            Verdict.FAILS,
            ("parameters", "code: training", "data information"),
        ),
    ],
)
def test_the_definition(
    changed: dict[str, str], weights: bool | None, verdict: Verdict, missing: tuple[str, ...]
) -> None:
    assert osaid({**ALL, **changed}, weights_open=weights) == (verdict, missing)


def test_nothing_known_is_not_assessable() -> None:
    assert osaid({}, weights_open=None) == (Verdict.NOT_ASSESSABLE, ())
    assert osaid({}, weights_open=True) == (Verdict.NOT_ASSESSABLE, ())


@pytest.mark.parametrize(
    ("there", "reached", "missing"),
    [
        (set(), "none", tuple(sorted(III))),
        (III, "III", ("evaluation code", "evaluation data", "inference code", "training code")),
        (III - {"data card"}, "none", ("data card",)),
        (III - {"technical report"} | {"research paper"}, "III", None),
        (II, "II", ("data preprocessing code", "datasets", "model parameters (intermediate)", "research paper")),
        (I, "I", ()),
        (I - {"technical report"}, "I", ()),
        (I - {"data card"}, "none", ("data card",)),
        (I - {"evaluation data"}, "III", ("evaluation data",)),
        (I - {"research paper"}, "II", ("research paper",)),
    ],
)
def test_classes(there: set[str], reached: str, missing: tuple[str, ...] | None) -> None:
    found, needed = framework_class(there)
    assert found == reached
    if missing is not None:
        assert tuple(sorted(needed)) == missing
