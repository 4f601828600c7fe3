"""DS501 to DS508: models and datasets that production names, their terms, who offers them, what is loaded."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import rules
from depscan.config import Exemption, Policy
from depscan.model import (
    Access,
    Confidence,
    DynamicSite,
    Evidence,
    Finding,
    LicenceFamily,
    Location,
    Model,
    ModelKind,
    Reference,
    ResolvedBy,
    Route,
    Scope,
    Severity,
    Waiver,
)
from depscan.rules import Case
from depscan.rules.obligations import DUTIES, duties

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH
TODAY = "2026-11-24"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CALL = "transformers.AutoModel.from_pretrained"


def reference(
    line: int = 1, scope: Scope = Scope.PRODUCTION, *, revision: str = "", trust: bool = False, path: str = "a.py"
) -> Reference:
    return Reference(Location(path, line), scope, ResolvedBy.LITERAL, CALL, revision, trust)


def model(id: str = "org/a", access: Access = Access.OPEN_WEIGHTS, **more: Any) -> Model:  # noqa: A002
    given = {"kind": ModelKind.MODEL, "route": Route.LOCAL, "certainty": "exact", "references": (reference(),), **more}
    return Model(id, access=access, **given)


def dataset(id: str = "org/data", **more: Any) -> Model:  # noqa: A002
    return model(id, Access.UNDECIDED, kind=ModelKind.DATASET, **more)


def closed(id: str, developer: str = "A", **more: Any) -> Model:  # noqa: A002
    return model(id, Access.CLOSED_API, **{"route": Route.DEVELOPER, "developer": developer, **more})


def site(line: int = 9, scope: Scope = Scope.PRODUCTION) -> DynamicSite:
    return DynamicSite(CALL, Location("d.py", line), scope, "an argument")


def case(*models: Model, dynamic: tuple[DynamicSite, ...] = (), today: str = TODAY) -> Case:
    return Case(Evidence(), today=today, models=models, dynamic_models=dynamic)


def found(code: str, *models: Model, **more: Any) -> list[Finding]:
    return list(rules.check(case(*models, **more), select=[code]))


# -- all rules ---------------------------------------------------------------------------------------------------------

TROUBLES = {
    "DS501": model(access=Access.RESTRICTED_WEIGHTS),
    "DS502": model(access=Access.UNDECIDED),
    "DS503": closed("abc-4"),
    "DS504": model(revision_pinned=False),
    "DS505": model(revision_pinned=False, references=(reference(trust=True),)),
    "DS506": model("x/weights.pt"),
    "DS507": closed("abc-4", retires="2027-01-01"),
    "DS508": dataset(obligations=("non_commercial",)),
}


@pytest.mark.parametrize("code", TROUBLES)
@pytest.mark.parametrize("scope", Scope)
def test_only_production_counts(code: str, scope: Scope) -> None:
    subject = TROUBLES[code]
    elsewhere = replace(subject, references=tuple(replace(each, scope=scope) for each in subject.references))
    assert len(found(code, elsewhere)) == (scope is Scope.PRODUCTION)


@pytest.mark.parametrize("code", TROUBLES)
def test_findings_are_about_no_package_and_name_production_only(code: str) -> None:
    subject = TROUBLES[code]
    tested = tuple(replace(each, scope=Scope.TEST, location=Location("tests/t.py", 3)) for each in subject.references)
    (finding,) = found(code, replace(subject, references=(*tested, *subject.references)))
    assert (finding.package, finding.locations) == ("", (Location("a.py", 1),))
    assert subject.id in finding.message


@pytest.mark.parametrize("code", TROUBLES)
def test_a_finding_is_accepted_by_code_and_in_place(code: str) -> None:
    subject = case(TROUBLES[code])
    policy = Policy(exceptions=(Exemption(code=code, reason="known"),))
    assert [each.suppressed for each in rules.check(replace(subject, policy=policy), select=[code])] == ["known"]
    waiver = Waiver(Location("a.py", 1), 1, (code,), "here")
    assert [each.suppressed for each in rules.check(replace(subject, waivers=(waiver,)), select=[code])] == ["here"]
    assert rules.check(subject, select=["DS5"], ignore=["DS5"]) == ()


def test_nothing_is_said_of_a_pinned_open_model() -> None:
    assert found("DS5", model(revision_pinned=True, references=(reference(revision=COMMIT),))) == []
    assert found("DS5") == []


# -- DS501 -------------------------------------------------------------------------------------------------------------


def test_restricted_weights_say_what_sets_which_duty_off() -> None:
    flags = ("acceptable_use_policy", "mau_threshold", "name_prefix", "no_train_others")
    subject = model(access=Access.RESTRICTED_WEIGHTS, licence="LicenseRef-x", developer="Org", obligations=flags)
    (finding,) = found("DS501", subject)
    assert (finding.severity, finding.confidence) == (MEDIUM, Confidence.HIGH)
    assert finding.message == (
        "org/a has restricted weights (LicenseRef-x, Org). Any use: an acceptable use policy holds; Growth: more is "
        "asked above a number of monthly users; Making another model of it: its name must lead the new name; Training "
        "on its outputs: other models may not be trained"
    )


def test_non_commercial_weights_are_worse() -> None:
    (finding,) = found("DS501", model(access=Access.RESTRICTED_WEIGHTS, obligations=("non_commercial",)))
    assert finding.severity is HIGH
    assert finding.message.endswith("(licence not named). Any use: commercial use is not allowed")


def test_restricted_weights_without_a_flag() -> None:
    (finding,) = found("DS501", model(access=Access.RESTRICTED_WEIGHTS, licence="LicenseRef-x"))
    assert finding.message == "org/a has restricted weights (LicenseRef-x)"


@pytest.mark.parametrize(
    ("certainty", "kind", "confidence"),
    [
        ("exact", ModelKind.MODEL, Confidence.HIGH),
        ("exact", ModelKind.PART, Confidence.MEDIUM),
        ("pattern", ModelKind.MODEL, Confidence.MEDIUM),
        ("pattern", ModelKind.PART, Confidence.LOW),
        ("inferred", ModelKind.ADAPTER, Confidence.LOW),
        ("", ModelKind.MODEL, Confidence.LOW),
    ],
)
def test_how_sure_restricted_weights_are(certainty: str, kind: ModelKind, confidence: Confidence) -> None:
    (finding,) = found("DS501", model(access=Access.RESTRICTED_WEIGHTS, certainty=certainty, kind=kind))
    assert finding.confidence is confidence


@pytest.mark.parametrize("access", [each for each in Access if each is not Access.RESTRICTED_WEIGHTS])
def test_other_models_are_not_restricted(access: Access) -> None:
    assert found("DS501", model(access=access, obligations=("non_commercial",))) == []


def test_every_flag_of_the_table_of_licences_has_its_words() -> None:
    table = files("depscan.knowledge").joinpath("data/model_licences.csv").read_text("utf-8")
    flags = {flag for row in csv.DictReader(table.splitlines()) for flag in row["obligations"].split()}
    assert flags
    assert flags <= set(DUTIES)


def test_an_unknown_flag_is_not_lost() -> None:
    assert duties(["new_duty"]) == "Any use: new duty"
    assert duties(["new_duty", "non_commercial"]) == "Any use: commercial use is not allowed, new duty"
    assert duties([]) == ""


# -- DS502 -------------------------------------------------------------------------------------------------------------


def test_undecided_models_and_places_share_a_finding() -> None:
    models = [model(f"org/{name}", Access.UNDECIDED, references=(reference(9), reference(3))) for name in "ba"]
    (finding,) = found("DS502", *models, dynamic=(site(), site(8), site(7, Scope.TEST)))
    assert (finding.severity, finding.confidence) == (LOW, Confidence.MEDIUM)
    assert finding.message == (
        "the terms of 2 models are not decided: org/a, org/b; at 2 places only the run knows which model is taken"
    )
    assert finding.locations == (Location("a.py", 3), Location("d.py", 8), Location("d.py", 9))


@pytest.mark.parametrize(
    ("models", "dynamic", "message"),
    [
        ([model(access=Access.UNDECIDED)], (), "the terms of 1 model are not decided: org/a"),
        ([], (site(),), "at 1 place only the run knows which model is taken"),
        ([dataset()], (), ""),
        ([model()], (site(7, Scope.DOCS),), ""),
    ],
)
def test_what_is_undecided(models: list[Model], dynamic: tuple[DynamicSite, ...], message: str) -> None:
    assert "".join(each.message for each in found("DS502", *models, dynamic=dynamic)) == message


def test_long_lists_are_cut() -> None:
    (finding,) = found("DS502", *(model(f"org/{number:02}", Access.UNDECIDED) for number in range(14)))
    assert finding.message.endswith("org/11 and 2 more")


# -- DS503 -------------------------------------------------------------------------------------------------------------


def test_a_single_vendor() -> None:
    part = model("org/tokenizer", kind=ModelKind.PART)
    (finding,) = found("DS503", closed("abc-4"), closed("abc-3", references=(reference(5),)), part, dataset())
    assert (finding.severity, finding.confidence) == (MEDIUM, Confidence.HIGH)
    assert finding.message == (
        "2 closed models of A are asked for at the developer's API, and no model of anybody else is named: abc-3, abc-4"
    )
    assert finding.locations == (Location("a.py", 5), Location("a.py", 1))


@pytest.mark.parametrize(
    "other",
    [model(developer="B"), model(), closed("abc-5", route=Route.THIRD_PARTY), closed("xyz", "B")],
    ids=["another's weights", "weights of a developer who is not known", "another way", "another vendor"],
)
def test_where_there_is_something_to_move_to(other: Model) -> None:
    finding = next(each for each in found("DS503", closed("abc-4"), other) if " A " in each.message)
    assert finding.severity is LOW
    assert "anybody else" not in finding.message


def test_one_finding_for_each_vendor() -> None:
    one, two = found("DS503", closed("abc-4"), closed("xyz", "", route=Route.UNRESOLVED))
    assert {one.message, two.message} == {
        "1 closed model of A is asked for at the developer's API: abc-4",
        "1 closed model of a developer who is not known is asked for at an address that is not known: xyz",
    }
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize("scope", [Scope.PRODUCTION, Scope.TEST])
def test_a_single_vendor_is_less_sure_where_the_run_chooses(scope: Scope) -> None:
    (finding,) = found("DS503", closed("abc-4"), dynamic=(site(scope=scope),))
    assert finding.severity is MEDIUM
    assert finding.confidence is (Confidence.LOW if scope is Scope.PRODUCTION else Confidence.HIGH)


# -- DS504 -------------------------------------------------------------------------------------------------------------


def test_what_is_loaded_without_a_revision_shares_a_finding() -> None:
    mixed = model("org/b", revision_pinned=False, references=(reference(2, revision=COMMIT), reference(4)))
    (finding,) = found("DS504", model(revision_pinned=False), mixed, dataset(revision_pinned=False))
    assert (finding.severity, finding.confidence) == (LOW, Confidence.MEDIUM)
    assert finding.message == "2 models and 1 dataset are loaded without a fixed revision: org/a, org/b, org/data"
    assert finding.locations == (Location("a.py", 1), Location("a.py", 4))


@pytest.mark.parametrize(
    ("more", "loose"),
    [
        ({"revision_pinned": False}, True),
        ({"revision_pinned": False, "references": (reference(revision="main"),)}, True),
        ({"revision_pinned": True}, False),
        ({"revision_pinned": None}, False),
        ({"revision_pinned": False, "route": Route.DEVELOPER}, False),
        ({"revision_pinned": False, "route": Route.THIRD_PARTY}, False),
        ({"revision_pinned": False, "route": Route.UNRESOLVED}, False),
        ({"revision_pinned": False, "access": Access.CLOSED_API}, False),
        ({"revision_pinned": False, "references": (reference(revision=COMMIT), reference(scope=Scope.TEST))}, False),
    ],
)
def test_what_is_loose(more: dict[str, Any], *, loose: bool) -> None:
    messages = [each.message for each in found("DS504", model(**more))]
    assert messages == (["1 model is loaded without a fixed revision: org/a"] if loose else [])


# -- DS505 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("revision", "pinned", "severity"),
    [("", False, HIGH), ("main", False, HIGH), (COMMIT, True, MEDIUM), (COMMIT, False, MEDIUM), ("", None, MEDIUM)],
)
def test_foreign_code(revision: str, pinned: bool | None, severity: Severity) -> None:
    places = (reference(1), reference(2, revision=revision, trust=True), reference(3, Scope.TEST, trust=True))
    (finding,) = found("DS505", model(references=places, revision_pinned=pinned))
    assert (finding.severity, finding.confidence) == (severity, Confidence.MEDIUM)
    assert finding.locations == (Location("a.py", 2),)
    assert ("no commit is given" in finding.message) is (severity is HIGH)


def test_a_dataset_and_a_model_of_one_name_are_told_apart() -> None:
    places = (reference(trust=True),)
    one, two = found("DS505", model("x/y", references=places), dataset("x/y", references=places))
    assert one.fingerprint != two.fingerprint


# -- DS506 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "pickle"),
    [
        ("a/model.ckpt", True),
        ("pytorch_model.bin", True),
        ("https://example.org/x.PTH", True),
        ("w.pkl", True),
        ("w.pt", True),
        ("w.safetensors", False),
        ("w.gguf", False),
        ("models/ggml-base.bin", False),
        ("lid.176.bin", False),
        ("org/pt", False),
    ],
)
def test_names_of_pickle_files(id: str, pickle: bool) -> None:  # noqa: A002
    findings = found("DS506", model(id))
    assert [(each.severity, each.confidence) for each in findings] == [(LOW, Confidence.LOW)] * pickle


def test_files_in_the_tree_are_surer() -> None:
    lying = [
        Reference(Location(f"{name}/w", 0), Scope.PRODUCTION, ResolvedBy.FILE, name) for name in ("pickle", "gguf")
    ]
    (finding,) = found("DS506", *(model(f"org/{each.pattern}", references=(each,)) for each in lying))
    assert finding.confidence is Confidence.MEDIUM
    assert finding.message == (
        "weights of 1 model are in pickle files, which can run code when they are loaded: org/pickle"
    )


# -- DS507 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "severity", "message"),
    [
        ("2026-10-23", HIGH, "abc was to be shut down on 2026-10-23, as announced"),
        ("2026-11-24", HIGH, "abc is shut down on 2026-11-24, today, as announced"),
        ("2026-11-25", MEDIUM, "abc is shut down on 2026-11-25, in 1 day, as announced"),
        ("2027-05-23", MEDIUM, "abc is shut down on 2027-05-23, in 180 days, as announced"),
    ],
)
def test_shutdowns(day: str, severity: Severity, message: str) -> None:
    (finding,) = found("DS507", closed("abc", retires=day))
    assert (finding.severity, finding.confidence, finding.message) == (severity, Confidence.HIGH, message)


@pytest.mark.parametrize("day", ["2027-05-24", "", "soon"])
def test_no_shutdown_within_the_horizon(day: str) -> None:
    assert found("DS507", closed("abc", retires=day)) == []


def test_shutdowns_need_a_day_and_a_host() -> None:
    assert found("DS507", closed("abc", retires="2026-10-23"), today="") == []
    assert found("DS507", closed("abc", retires="2026-10-23", route=Route.LOCAL)) == []


@pytest.mark.parametrize(
    ("more", "confidence"),
    [
        ({"route": Route.THIRD_PARTY}, Confidence.MEDIUM),
        ({"route": Route.UNRESOLVED, "certainty": "inferred"}, Confidence.LOW),
        ({"note": "announced shutdowns differ: 2026-12-01 (a), 2027-12-01 (b)"}, Confidence.MEDIUM),
        ({"certainty": "pattern"}, Confidence.HIGH),
        ({"certainty": "inferred"}, Confidence.MEDIUM),
    ],
)
def test_how_sure_shutdowns_are(more: dict[str, Any], confidence: Confidence) -> None:
    (finding,) = found("DS507", closed("abc", retires="2026-12-01", **more))
    assert finding.confidence is confidence


# -- DS508 -------------------------------------------------------------------------------------------------------------


def test_terms_of_data() -> None:
    barred = dataset("org/nc", licence="CC-BY-NC-4.0", obligations=("non_commercial",))
    unknown = [dataset(f"org/{name}", obligations=("licence_unseen",)) for name in "ba"]
    known = dataset("org/known", licence="CC-BY-4.0", licence_family=LicenceFamily.PERMISSIVE)
    one, two = found("DS508", barred, *unknown, known)
    assert (one.severity, one.confidence) == (MEDIUM, Confidence.HIGH)
    assert (two.severity, two.confidence) == (LOW, Confidence.LOW)
    assert one.message == "the terms of dataset org/nc (CC-BY-NC-4.0) do not allow commercial use"
    assert two.message == "the terms of 2 datasets are not known: org/a, org/b"


def test_models_are_no_data() -> None:
    assert found("DS508", model(obligations=("non_commercial",)), model("org/b", Access.UNDECIDED)) == []


# -- laws --------------------------------------------------------------------------------------------------------------

models = st.builds(
    lambda id, access, kind, route, developer, flags, pinned, retires, places: Model(  # noqa: A006
        id,
        kind,
        access,
        route,
        developer=developer,
        obligations=flags,
        revision_pinned=pinned,
        retires=retires,
        references=tuple(places),
    ),
    st.sampled_from(["a", "org/b", "c.pt", "x/y", "`|\u202e\x1b[31m"]),
    st.sampled_from(Access),
    st.sampled_from(ModelKind),
    st.sampled_from(Route),
    st.sampled_from(["", "A", "B"]),
    st.sampled_from([(), ("non_commercial",), ("mau_threshold", "odd")]),
    st.sampled_from([None, True, False]),
    st.sampled_from(["", "2026-01-01", "2026-12-31", "2030-01-01", "?"]),
    st.lists(
        st.builds(
            lambda line, scope, revision, trust: reference(line, scope, revision=revision, trust=trust),
            st.integers(1, 40),
            st.sampled_from([Scope.PRODUCTION, Scope.TEST]),
            st.sampled_from(["", "main", COMMIT]),
            st.booleans(),
        ),
        max_size=3,
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(models, max_size=6, unique_by=lambda each: (each.id, each.kind is ModelKind.DATASET)),
    st.lists(st.builds(site, st.integers(1, 40), st.sampled_from(Scope)), max_size=3, unique=True),
)
def test_every_finding_has_its_own_identity_a_place_and_advice(named: list[Model], sites: list[DynamicSite]) -> None:
    findings = rules.check(case(*named, dynamic=tuple(sites)))
    assert len({finding.fingerprint for finding in findings}) == len(findings)
    assert all(finding.locations and finding.message and finding.advice for finding in findings)
    limits = {rule.code: rule.severity for rule in rules.RULES}
    order = list(Severity)
    assert all(order.index(each.severity) <= order.index(limits[each.code]) for each in findings)
    assert findings == rules.check(case(*named[::-1], dynamic=tuple(sites[::-1])))


@pytest.mark.parametrize("code", TROUBLES)
def test_fingerprints_survive_moves(code: str) -> None:
    subject = TROUBLES[code]
    there = tuple(replace(each, location=Location("b.py", 7)) for each in subject.references)
    (one,), (other,) = found(code, subject), found(code, replace(subject, references=there))
    assert one.fingerprint == other.fingerprint
