"""The Models section of the terminal: what a lawyer and an engineer find in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depscan.metrics import concentrate_models
from depscan.model import Code, LicenceFamily, Location, Report, Scope, Subject, Tool
from depscan.model.models import (
    Access,
    DynamicSite,
    Model,
    ModelKind,
    Openness,
    Reference,
    ResolvedBy,
    Route,
    Verdict,
)
from depscan.report import models as section
from depscan.report.page import Page


def named(path: str, line: int = 1, scope: Scope = Scope.PRODUCTION, **more: object) -> Reference:
    return replace(Reference(Location(path, line), scope, ResolvedBy.LITERAL, "transformers.pipeline"), **more)  # type: ignore[arg-type]


GPT = Model(
    "gpt-4o", ModelKind.MODEL, Access.CLOSED_API, Route.DEVELOPER, developer="OpenAI", jurisdiction="USA",
    licence="LicenseRef-proprietary-API", licence_family=LicenceFamily.PROPRIETARY, revision_pinned=False,
    retires="2026-12-01", references=(named("app/chat.py", 12), named("tests/test_chat.py", 3, Scope.TEST)),
)  # fmt: skip
LLAMA = Model(
    "acme/Llama-3.1-8B-tuned", ModelKind.MODEL, Access.RESTRICTED_WEIGHTS, Route.LOCAL, developer="Meta",
    licence="LicenseRef-scancode-llama-3.1-license-2024", obligations=("mau_threshold", "name_prefix"),
    base_models=("meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B"), revision_pinned=True,
    certainty="inferred", gated=True, code_licence="Apache-2.0", note="a fine-tune",
    openness=Openness(Verdict.FAILS, ("code", "data information"), "none"),
    references=(named("app/local.py", 4, revision="a" * 40, trust_remote_code=True),),
)  # fmt: skip
OLMO = Model(
    "allenai/OLMo-2-7B", ModelKind.MODEL, Access.OPEN_SOURCE, Route.LOCAL, licence="Apache-2.0",
    licence_family=LicenceFamily.PERMISSIVE, references=(named("examples/run.py", 2, Scope.EXAMPLE),),
)  # fmt: skip
DATA = Model("acme/chat", ModelKind.DATASET, references=(named("train.yaml", 7),))
ALL = (GPT, LLAMA, OLMO, DATA)
DYNAMIC = (
    DynamicSite("transformers.pipeline", Location("app/any.py", 9), Scope.PRODUCTION, "an argument"),
    DynamicSite("openai.chat", Location("tests/x.py", 1), Scope.TEST),
)


def reported(
    models: tuple[Model, ...] = ALL, dynamic: tuple[DynamicSite, ...] = (), today: str = "2026-11-24"
) -> Report:
    return Report(
        Tool("depscan", "1.0"),
        Subject("p", "p"),
        f"{today}T00:00:00Z",
        Code(),
        models=models,
        dynamic_models=dynamic,
        concentration=concentrate_models(models),
    )


def text(
    models: tuple[Model, ...] = ALL,
    dynamic: tuple[DynamicSite, ...] = (),
    width: int = 80,
    verbose: int = 0,
    limit: int | None = section.SHORT,
) -> str:
    page = Page(width=width, color=False, unicode=True)
    section.write(page, reported(models, dynamic), verbose=verbose, limit=limit)
    return page.finish()


def flat(found: str) -> str:
    return " ".join(found.split())


def test_nothing_where_there_is_no_model() -> None:
    assert text(()) == ""


def test_the_table_names_what_production_uses() -> None:
    found = text()
    for part in (
        "Closed, by API only (1)",
        "Weights under restricting terms (1)",
        "Data (1)",
        "gpt-4o",
        "  developer  ",
    ):
        assert part in found
    assert "app/chat.py:12 +1" in text(width=120) and "developer's API" in text(width=120)
    assert "OLMo" not in found and "allenai/OLMo-2-7B" in text(verbose=1)
    assert found.index("Closed, by API only") < found.index("Weights under") < found.index("Data (1)")


def test_the_note_says_what_a_lawyer_asks() -> None:
    found = flat(text())
    assert "obligations: more above a number of monthly users, its name leads derived ones" in found
    assert "made from meta-llama/Llama-3.1-8B-Instruct < meta-llama/Llama-3.1-8B" in found
    assert "licence not verified: inferred from its name; gated: access is asked for" in found
    assert "its code: Apache-2.0" in found and "shutdown announced for 2026-12-01" in found
    assert "OSAID 1.0: does not meet, missing code, data information; MOF class none" in flat(text(verbose=1))


def test_what_is_unknown_is_said_to_be() -> None:
    found = text((Model("a/b", ModelKind.MODEL, references=(named("a.py"),)),))
    assert "Undecided (1)" in found and "unknown" in found and "unresolved" in found


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_it_is_never_wider_than_asked(width: int) -> None:
    found = text(ALL, DYNAMIC, width, verbose=1)
    assert max(map(len, found.splitlines())) <= width
    assert ("family" in found.splitlines()[1]) is (width >= 100)


def test_a_recipe_is_shown_and_told_apart_from_production() -> None:
    recipe = replace(GPT, references=tuple(replace(each, scope=Scope.RECIPE) for each in GPT.references))
    assert "in recipes only" in flat(text((recipe,)))
    assert "In production: no model. Elsewhere: 1 in recipes." in flat(text((recipe,)))


def test_sentences() -> None:
    found = {each.topic: str(each) for each in section.adding_up(reported(ALL, DYNAMIC))}
    assert [*found] == ["In production", "Not seen", "Not pinned", "Foreign code", "Retirement"]
    assert found["In production"] == (
        "In production: 1 closed-api, 1 restricted-weights; 1 dataset. Elsewhere: 1 in tests, docs, examples and tools."
    )
    assert "2 places where the model is known at run time only, 1 in production (app/any.py:9)" in found["Not seen"]
    assert "1 of 2 in production name no fixed revision: gpt-4o" in found["Not pinned"]
    assert "1 model may run code" in found["Foreign code"] and "each with a revision" in found["Foreign code"]
    assert found["Retirement"] == "Retirement: within 180 days: gpt-4o on 2026-12-01."


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-12-01", "announced as shut down by now: gpt-4o"),
        ("2026-11-24", "within 180 days"),
        ("2026-05-24", ""),
        ("", ""),
        ("not a day", ""),
    ],
)
def test_retirement(today: str, said: str) -> None:
    found = [str(each) for each in section.adding_up(reported(today=today)) if each.topic == "Retirement"]
    assert bool(found) is bool(said) and all(said in each for each in found)


def test_makers_are_named_when_there_are_several() -> None:
    others = tuple(replace(GPT, id=f"m{number}", developer=name, jurisdiction=law) for number, (name, law) in enumerate(
        [("OpenAI", "US"), ("OpenAI", "US"), ("Acme", "DE"), ("", "")]
    ))  # fmt: skip
    (said,) = [str(each) for each in section.adding_up(reported(others)) if each.topic == "Made by"]
    assert said == (
        "Made by: OpenAI 67%, Acme 33%: effectively 1.8 developers (1.6 to 2.7: of 1 model it is unknown); "
        "of those whose country is known: US 67%, DE 33%."
    )
    assert not [each for each in section.adding_up(reported(others[:2])) if each.topic == "Made by"]


def test_only_dynamic_places() -> None:
    assert "2 places" in text((), DYNAMIC) and "none in production" in flat(text((), DYNAMIC[1:]))


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(replace(GPT, id=f"gpt-{number:02}") for number in range(13))
    assert "... and 3 more (-v shows all)" in text(many)
    assert "and 9 more" in flat(text(many))
    assert "more (-v" not in text(many, verbose=1)


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "a\u202eb", "::error::x", "[/red]", "x" * 2_000, "a\nb"])
def test_hostile_names(hostile: str) -> None:
    model = replace(LLAMA, id=hostile, licence=hostile, developer=hostile, base_models=(hostile,), note=hostile)
    site = DynamicSite(hostile, Location(hostile, 1), Scope.PRODUCTION, hostile)
    found = text((model,), (site,), verbose=1)
    assert "\x1b" not in found and "\u202e" not in found and "::error::" not in found
    assert max(map(len, found.splitlines())) <= 80
