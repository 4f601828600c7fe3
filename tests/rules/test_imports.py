"""DS101, DS102 and DS104 on hand-made evidence: who sees which declaration, and how much a missing one weighs."""

from __future__ import annotations

import pytest

from depscan import rules
from depscan.model import (
    Confidence,
    Context,
    Declaration,
    Evidence,
    Exposure,
    Finding,
    Gap,
    Import,
    Link,
    Location,
    Module,
    Need,
    Origin,
    Package,
    Project,
    Relation,
    Resolver,
    Scope,
    Severity,
    State,
)
from depscan.rules import Case


def third(
    path: str,
    package: str,
    context: Context = Context.RUNTIME,
    *,
    module: str = "",
    line: int = 1,
    resolver: Resolver = Resolver.TABLE,
) -> Link:
    imported = Import(module or package, context=context, line=line)
    return Link(path, imported, Origin.THIRD_PARTY, resolver, (package,), import_name=imported.module)


def first(path: str, target: str, context: Context = Context.RUNTIME) -> Link:
    module = target.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Link(path, Import(module, context=context, line=1), Origin.FIRST_PARTY, Resolver.LAYOUT, modules=(target,))


def asks(name: str, path: str = "pyproject.toml", scope: Need = Need.RUNTIME, group: str = "") -> Declaration:
    return Declaration(name, Location(path, 3), scope=scope, group=group)


def evidence(
    *facts: Declaration | Link | Project | Gap, scopes: dict[str, Scope] | None = None, projects: bool = True
) -> Evidence:
    paths = sorted({p for fact in facts if isinstance(fact, Link) for p in (fact.path, *fact.modules)})
    given = tuple(fact for fact in facts if isinstance(fact, Project))
    return Evidence(
        projects=given or ((Project("", "app", Location("pyproject.toml", 1)),) if projects else ()),
        declarations=tuple(sorted(fact for fact in facts if isinstance(fact, Declaration))),
        modules=tuple(Module(path, (scopes or {}).get(path, Scope.PRODUCTION)) for path in paths),
        links=tuple(sorted(fact for fact in facts if isinstance(fact, Link))),
        gaps=tuple(fact for fact in facts if isinstance(fact, Gap)),
    )


def found(subject: Evidence, code: str, *packages: Package) -> tuple[Finding, ...]:
    return rules.check(Case(subject, tuple(packages)), select=[code])


# -- DS101: severity --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "scope", "severity"),
    [
        (Context.RUNTIME, Scope.PRODUCTION, Severity.HIGH),
        (Context.LAZY, Scope.PRODUCTION, Severity.MEDIUM),
        (Context.DYNAMIC, Scope.PRODUCTION, Severity.MEDIUM),
        (Context.OPTIONAL, Scope.PRODUCTION, Severity.LOW),
        (Context.TYPING, Scope.PRODUCTION, Severity.LOW),
        (Context.RUNTIME, Scope.TEST, Severity.MEDIUM),
        (Context.OPTIONAL, Scope.TEST, Severity.LOW),
        (Context.RUNTIME, Scope.EXAMPLE, Severity.LOW),
        (Context.RUNTIME, Scope.DOCS, Severity.LOW),
        (Context.RUNTIME, Scope.BENCHMARK, Severity.LOW),
        (Context.RUNTIME, Scope.TOOLING, Severity.LOW),
    ],
)
def test_context_and_scope_decide_how_much_it_matters(context: Context, scope: Scope, severity: Severity) -> None:
    subject = evidence(third("src/a.py", "torch", context), scopes={"src/a.py": scope})
    (finding,) = found(subject, "DS101")
    assert (finding.package, finding.severity, finding.confidence) == ("torch", severity, Confidence.HIGH)


def test_the_worst_import_of_a_package_decides() -> None:
    subject = evidence(third("a.py", "torch", Context.OPTIONAL), third("b.py", "torch"), asks("numpy"))
    assert [f.severity for f in found(subject, "DS101")] == [Severity.HIGH]


def test_a_lazy_import_weighs_less_where_other_code_survives_without() -> None:
    lazy = third("a.py", "wandb", Context.LAZY)
    assert found(evidence(lazy), "DS101")[0].severity is Severity.MEDIUM
    assert found(evidence(lazy, third("b.py", "wandb", Context.OPTIONAL)), "DS101")[0].severity is Severity.LOW


def test_a_module_that_the_project_imports_only_behind_a_guard_weighs_less() -> None:
    flax = third("pkg/flax.py", "jax")
    guarded = evidence(flax, first("pkg/__init__.py", "pkg/flax.py", Context.OPTIONAL))
    assert found(guarded, "DS101")[0].severity is Severity.MEDIUM
    also_unguarded = evidence(
        flax,
        first("pkg/__init__.py", "pkg/flax.py", Context.OPTIONAL),
        first("pkg/train.py", "pkg/flax.py"),
    )
    assert found(also_unguarded, "DS101")[0].severity is Severity.HIGH


def test_modules_that_import_one_another_are_not_guarded() -> None:
    subject = evidence(first("pkg/a.py", "pkg/b.py"), first("pkg/b.py", "pkg/a.py"), third("pkg/b.py", "jax"))
    assert found(subject, "DS101")[0].severity is Severity.HIGH


def test_a_package_that_few_modules_need_weighs_less_unless_they_run_at_the_start() -> None:
    worker = third("pkg/worker.py", "vllm")
    few = Package("vllm", exposure=Exposure(blast_radius=0.04))
    many = Package("vllm", exposure=Exposure(blast_radius=0.05))
    assert found(evidence(worker), "DS101", few)[0].severity is Severity.MEDIUM
    assert found(evidence(worker), "DS101", many)[0].severity is Severity.HIGH
    started = evidence(worker, first("pkg/__init__.py", "pkg/worker.py"))
    assert found(started, "DS101", few)[0].severity is Severity.HIGH


@pytest.mark.parametrize(
    ("packages", "path", "severity"),
    [
        ((), "tools/convert.py", Severity.MEDIUM),
        ((), "pkg/a.py", Severity.HIGH),
        (("src",), "tools/convert.py", Severity.MEDIUM),
        (("src",), "src/other/a.py", Severity.HIGH),
        (("pkg",), "pkg/deep/er/a.py", Severity.HIGH),
        (("pkg",), "setup_helpers/a.py", Severity.MEDIUM),
    ],
)
def test_a_script_beside_the_installed_packages_weighs_less(
    packages: tuple[str, ...], path: str, severity: Severity
) -> None:
    project = Project("", "app", Location("pyproject.toml", 1), packages=packages)
    subject = evidence(project, third(path, "tabulate"), third("pkg/__init__.py", "torch"), asks("torch"))
    (finding,) = found(subject, "DS101")
    assert finding.severity is severity
    kind = "the dependencies" if severity is Severity.HIGH else "the development dependencies"
    assert f"add it to {kind} in pyproject.toml" in finding.advice


def test_tests_of_an_optional_package_weigh_less() -> None:
    subject = evidence(
        third("test_a.py", "jax"), third("a.py", "jax", Context.OPTIONAL), scopes={"test_a.py": Scope.TEST}
    )
    assert found(subject, "DS101")[0].severity is Severity.LOW


# -- DS101: confidence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resolver", "context", "confidence"),
    [
        (Resolver.TABLE, Context.RUNTIME, Confidence.HIGH),
        (Resolver.ENVIRONMENT, Context.RUNTIME, Confidence.HIGH),
        (Resolver.MAPPING, Context.LAZY, Confidence.HIGH),
        (Resolver.IDENTITY, Context.RUNTIME, Confidence.MEDIUM),
        (Resolver.IDENTITY, Context.OPTIONAL, Confidence.LOW),
    ],
)
def test_the_resolver_decides_how_sure(resolver: Resolver, context: Context, confidence: Confidence) -> None:
    (finding,) = found(evidence(third("a.py", "torch", context, resolver=resolver)), "DS101")
    assert finding.confidence is confidence


def test_a_manifest_that_was_not_read_in_full_lowers_confidence() -> None:
    lost = Gap("manifests", Location("requirements.txt", 7), "not a requirement")
    assert found(evidence(third("a.py", "torch"), lost), "DS101")[0].confidence is Confidence.MEDIUM
    other = Gap("manifests", Location("docs/requirements.txt", 7), "not a requirement")
    assert found(evidence(third("a.py", "torch"), other), "DS101")[0].confidence is Confidence.HIGH


def test_a_guess_that_an_own_file_explains_is_low_and_names_the_file() -> None:
    subject = evidence(third("tools/run.py", "lpips-metric", module="metrics", resolver=Resolver.IDENTITY),
                       third("src/metrics/fid.py", "torch"), asks("torch"))  # fmt: skip
    (finding,) = found(subject, "DS101")
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.LOW)
    assert "src/metrics" in finding.message


def test_a_guess_that_a_declared_package_may_explain_is_low_and_names_it() -> None:
    subject = evidence(third("a.py", "mmcv", resolver=Resolver.IDENTITY), asks("mmcv-full"))
    (finding,) = found(subject, "DS101")
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.LOW)
    assert "is mmcv-full of pyproject.toml meant?" in finding.message


# -- DS101: what counts as declared -----------------------------------------------------------------------------------

TWO = (
    Project("libs/core", "core", Location("libs/core/pyproject.toml", 1)),
    Project("libs/web", "web", Location("libs/web/pyproject.toml", 1)),
)


@pytest.mark.parametrize(
    ("manifest", "module"),
    [
        ("libs/core/pyproject.toml", "libs/core/src/core/a.py"),
        ("libs/core/requirements/gpu.txt", "libs/core/src/core/a.py"),
        ("libs/core/docker/requirements.txt", "libs/core/src/core/a.py"),
        ("requirements.txt", "libs/core/src/core/a.py"),
        ("requirements/base.txt", "libs/core/src/core/a.py"),
        ("environment.yml", "libs/web/app.py"),
        ("libs/core/examples/requirements.txt", "libs/core/examples/train/a.py"),
        ("libs/core/examples/train/requirements.txt", "libs/core/examples/common.py"),
        ("libs/core/a/samples/x/requirements.txt", "libs/core/a/samples/y/b.py"),
        ("libs/core/demo.ipynb", "libs/core/demo.ipynb"),
        ("libs/core/setup.py", "libs/core/src/core/a.py"),
    ],
)
def test_declared_near_enough(manifest: str, module: str) -> None:
    assert not found(evidence(*TWO, third(module, "torch"), asks("torch", manifest)), "DS101")


@pytest.mark.parametrize(
    ("manifest", "module"),
    [
        ("libs/web/pyproject.toml", "libs/core/src/core/a.py"),
        ("libs/core/docs/requirements.txt", "libs/core/src/core/a.py"),
        ("libs/core/a/samples/x/requirements.txt", "libs/core/a/b.py"),
        ("libs/core/examples/requirements.txt", "libs/core/src/core/a.py"),
        ("libs/core/demo.ipynb", "libs/core/src/core/a.py"),
        ("libs/core/tool.py", "libs/core/src/core/a.py"),
        ("services/api/requirements.txt", "libs/core/src/core/a.py"),
    ],
)
def test_declared_elsewhere_is_found_and_named(manifest: str, module: str) -> None:
    (finding,) = found(evidence(*TWO, third(module, "torch"), asks("torch", manifest)), "DS101")
    assert (finding.severity, finding.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)
    assert f"declared only in {manifest}" in finding.message


def test_docs_at_the_top_of_a_monorepo_see_all_projects() -> None:
    facts = (*TWO, asks("torch", "libs/core/pyproject.toml"))
    assert not found(evidence(*facts, third("docs/a.ipynb", "torch"), scopes={"docs/a.ipynb": Scope.DOCS}), "DS101")
    assert found(evidence(*facts, third("docs/a.ipynb", "jax"), scopes={"docs/a.ipynb": Scope.DOCS}), "DS101")
    assert found(evidence(*facts, third("a.py", "torch")), "DS101")
    in_web = evidence(*facts, third("libs/web/docs/a.py", "torch"), scopes={"libs/web/docs/a.py": Scope.DOCS})
    assert found(in_web, "DS101")


def test_a_constraint_declares_nothing() -> None:
    subject = evidence(third("a.py", "torch"), asks("torch", "constraints.txt", Need.CONSTRAINT))
    assert found(subject, "DS101")[0].severity is Severity.HIGH


def test_one_finding_per_project_of_a_monorepo() -> None:
    subject = evidence(*TWO, third("libs/core/a.py", "torch"), third("libs/web/a.py", "torch"))
    one, other = found(subject, "DS101")
    assert (one.package, other.package) == ("torch", "torch")
    assert one.fingerprint != other.fingerprint


def test_any_of_several_packages_with_the_same_module_will_do() -> None:
    link = Link(
        "a.py",
        Import("cv2", line=1),
        Origin.THIRD_PARTY,
        Resolver.TABLE,
        ("opencv-python", "opencv-python-headless"),
        import_name="cv2",
    )
    assert not found(evidence(link, asks("opencv-python-headless")), "DS101")


@pytest.mark.parametrize(
    ("path", "module", "reported"),
    [
        ("setup.py", "setuptools", False),
        ("setup.py", "pkg_resources", False),
        ("src/a.py", "setuptools", True),
        ("nb/a.ipynb", "IPython.display", False),
        ("src/a.py", "IPython.display", True),
        ("nb/a.ipynb", "google.colab", False),
        ("nb/a.ipynb", "google.cloud.storage", True),
        ("render.py", "bpy", False),
    ],
)
def test_modules_that_the_host_brings(path: str, module: str, reported: bool) -> None:
    subject = evidence(third(path, "some-package", module=module), scopes={"setup.py": Scope.TOOLING})
    assert bool(found(subject, "DS101")) is reported


def test_a_repository_without_any_manifest_gets_low_findings() -> None:
    (finding,) = found(evidence(third("train.py", "torch"), projects=False), "DS101")
    assert finding.severity is Severity.LOW
    assert finding.message.endswith("the repository has no manifest")
    assert finding.advice == "write a requirements.txt or pyproject.toml that lists it"


def test_manifests_that_serve_another_folder_leave_the_rest_without_one() -> None:
    subject = evidence(third("train.py", "torch"), asks("sphinx", "docs/requirements.txt"), projects=False)
    (finding,) = found(subject, "DS101")
    assert finding.severity is Severity.LOW
    assert "no manifest counts for its folder" in finding.message


# -- DS101: message and places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            [third("src/b.py", "torchvision", line=9), third("src/a.py", "torchvision", line=4)],
            (
                "torchvision is imported by 2 modules (first at src/a.py:4) but no manifest declares it; "
                "add it to the dependencies in pyproject.toml"
            ),
        ),
        (
            [third("src/a.py", "opencv-python", module="cv2", line=4)],
            (
                "opencv-python (import cv2) is imported by 1 module (at src/a.py:4) but no manifest declares it; "
                "add it to the dependencies in pyproject.toml"
            ),
        ),
        (
            [third("src/a.py", "wandb", Context.OPTIONAL), asks("torch", "requirements.txt")],
            (
                "wandb is imported by 1 module (at src/a.py:1) but no manifest declares it; "
                "add it to an extra in requirements.txt"
            ),
        ),
        (
            [third("src/a.py", "wandb", Context.TYPING)],
            (
                "wandb is imported by 1 module (at src/a.py:1) but no manifest declares it; "
                "add it to the development dependencies in pyproject.toml"
            ),
        ),
    ],
)
def test_message(facts: list[Declaration | Link], message: str) -> None:
    (finding,) = found(evidence(*facts), "DS101")
    assert f"{finding.message}; {finding.advice}" == message


def test_the_manifest_of_examples_is_the_place_for_what_examples_import() -> None:
    subject = evidence(
        third("examples/x/train.py", "wandb"),
        asks("torch"),
        asks("datasets", "examples/x/requirements.txt", Need.DEVELOPMENT),
        scopes={"examples/x/train.py": Scope.EXAMPLE},
    )
    message = found(subject, "DS101")[0].advice
    assert message.endswith("add it to the development dependencies in examples/x/requirements.txt")


def test_places_start_in_production_and_end_at_twenty() -> None:
    links = [third(f"pkg/m{number:02}.py", "torch") for number in range(30)]
    subject = evidence(third("a_test.py", "torch"), *links, scopes={"a_test.py": Scope.TEST})
    (finding,) = found(subject, "DS101")
    assert finding.locations[0] == Location("pkg/m00.py", 1)
    assert len(finding.locations) == 20
    assert "31 modules (first at pkg/m00.py:1)" in finding.message


# -- DS102 ------------------------------------------------------------------------------------------------------------


def brought(name: str, *introducers: str) -> Package:
    exposure = Exposure(introducers=introducers)
    return Package(name, state=State.TRANSITIVE_ONLY, relation=Relation.TRANSITIVE, exposure=exposure)


@pytest.mark.parametrize(
    ("context", "scope", "severity"),
    [
        (Context.RUNTIME, Scope.PRODUCTION, Severity.MEDIUM),
        (Context.LAZY, Scope.PRODUCTION, Severity.MEDIUM),
        (Context.OPTIONAL, Scope.PRODUCTION, Severity.LOW),
        (Context.RUNTIME, Scope.TEST, Severity.LOW),
    ],
)
def test_transitive_only(context: Context, scope: Scope, severity: Severity) -> None:
    subject = evidence(third("a.py", "numpy", context), asks("transformers"), scopes={"a.py": scope})
    package = brought("numpy", "transformers")
    assert not found(subject, "DS101", package)
    (finding,) = found(subject, "DS102", package)
    assert (finding.severity, finding.confidence) == (severity, Confidence.HIGH)
    assert "only because transformers requires it" in finding.message


def test_transitive_only_names_the_introducers() -> None:
    subject = evidence(third("a.py", "numpy"), *(asks(name) for name in "abcd"))
    package = brought("numpy", "a", "b", "c", "d", "not-declared-here")
    assert "only because a, b, c and 1 more require it" in found(subject, "DS102", package)[0].message
    in_a_lock_without_edges = Package("numpy", state=State.TRANSITIVE_ONLY)
    assert "only because another package requires it" in found(subject, "DS102", in_a_lock_without_edges)[0].message


def test_what_only_an_example_asks_for_brings_nothing_to_the_library() -> None:
    subject = evidence(third("src/a.py", "pydantic"), asks("fastapi", "examples/server/requirements.txt"))
    assert [f.package for f in found(subject, "DS101", brought("pydantic", "fastapi"))] == ["pydantic"]


def test_what_brings_it_counts_even_if_an_example_declares_it() -> None:
    subject = evidence(
        third("src/a.py", "tqdm"),
        third("examples/a.py", "tqdm"),
        asks("transformers"),
        asks("tqdm", "examples/requirements.txt"),
        asks("fastapi", "examples/requirements.txt"),
        scopes={"examples/a.py": Scope.EXAMPLE},
    )
    package = Package("tqdm", exposure=Exposure(introducers=("fastapi", "tqdm", "transformers")))
    (finding,) = found(subject, "DS102", package)
    assert "only because transformers requires it" in finding.message
    assert not found(subject, "DS101", package)


def test_another_project_of_the_repository_brings_what_it_asks_for() -> None:
    three = (*TWO, Project("libs/base", "base", Location("libs/base/pyproject.toml", 1)))
    facts = (
        third("libs/web/a.py", "numpy"),
        asks("core", "libs/web/pyproject.toml"),
        asks("base", "libs/core/pyproject.toml"),
        asks("numpy", "libs/base/pyproject.toml"),
    )
    assert not found(evidence(*three, *facts), "DS101")
    (finding,) = found(evidence(*three, *facts), "DS102")
    assert finding.severity is Severity.MEDIUM
    assert "only because base requires it" in finding.message
    (finding,) = found(evidence(*three, *facts[:1], *facts[2:]), "DS101")
    assert "declared only in libs/base/pyproject.toml" in finding.message


def test_what_is_installed_but_required_by_nothing_is_undeclared() -> None:
    subject = evidence(third("a.py", "numpy"))
    assert [f.code for f in rules.check(Case(subject, (brought("numpy"),)))] == ["DS101"]


# -- DS104 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "severity", "confidence"),
    [
        ("requirements-dev.txt", Severity.HIGH, Confidence.HIGH),
        (".github/workflows/test.yml", Severity.MEDIUM, Confidence.MEDIUM),
        ("Dockerfile", Severity.MEDIUM, Confidence.MEDIUM),
        ("scripts/install.sh", Severity.MEDIUM, Confidence.MEDIUM),
    ],
)
def test_what_only_an_image_or_a_workflow_installs(path: str, severity: Severity, confidence: Confidence) -> None:
    subject = evidence(third("pkg/a.py", "rich"), asks("rich", path, Need.DEVELOPMENT), asks("torch"))
    (finding,) = rules.check(Case(subject, (Package("rich", exposure=Exposure(blast_radius=1.0)),)), select=["DS104"])
    assert (finding.severity, finding.confidence) == (severity, confidence)


@pytest.mark.parametrize(
    ("scope", "context", "severity"),
    [
        (Need.DEVELOPMENT, Context.RUNTIME, Severity.HIGH),
        (Need.BUILD, Context.RUNTIME, Severity.HIGH),
        (Need.DEVELOPMENT, Context.LAZY, Severity.MEDIUM),
        (Need.DEVELOPMENT, Context.OPTIONAL, None),
        (Need.DEVELOPMENT, Context.TYPING, None),
        (Need.RUNTIME, Context.RUNTIME, None),
        (Need.EXTRA, Context.RUNTIME, Severity.MEDIUM),
        (Need.EXTRA, Context.LAZY, None),
    ],
)
def test_declared_for_less_than_run_time(scope: Need, context: Context, severity: Severity | None) -> None:
    subject = evidence(third("pkg/__init__.py", "rich", context), asks("rich", scope=scope, group="dev"))
    findings = found(subject, "DS104")
    assert [finding.severity for finding in findings] == ([severity] if severity else [])
    assert not found(subject, "DS101")


def test_tests_may_import_what_is_declared_for_development() -> None:
    subject = evidence(
        third("test_a.py", "pytest"), asks("pytest", scope=Need.DEVELOPMENT), scopes={"test_a.py": Scope.TEST}
    )
    assert not found(subject, "DS104")


def test_a_declaration_for_run_time_anywhere_near_is_enough() -> None:
    subject = evidence(third("a.py", "rich"), asks("rich", scope=Need.DEVELOPMENT), asks("rich", "requirements.txt"))
    assert not found(subject, "DS104")


def test_a_module_that_only_users_of_an_extra_import_is_what_extras_are_for() -> None:
    extra = asks("openai", scope=Need.EXTRA, group="openai")
    assert not found(evidence(third("pkg/models/openai.py", "openai"), extra), "DS104")
    started = evidence(third("pkg/models/openai.py", "openai"), first("pkg/__init__.py", "pkg/models/openai.py"), extra)
    (finding,) = found(started, "DS104")
    assert finding.severity is Severity.MEDIUM
    assert "declared only in extra openai of pyproject.toml" in finding.message


@pytest.mark.parametrize(("module", "reported"), [("pkg/models/deep/__init__.py", False), ("pkg/__init__.py", True)])
def test_a_package_below_another_does_not_start_by_itself(module: str, reported: bool) -> None:
    subject = evidence(
        third(module, "openai"), third("pkg/__init__.py", "torch"), asks("openai", scope=Need.EXTRA), asks("torch")
    )
    assert bool(found(subject, "DS104")) is reported


def test_another_project_that_starts_with_a_module_may_ask_for_its_extra() -> None:
    facts = (
        third("libs/core/core/surf.py", "playwright"),
        asks("playwright", "libs/core/pyproject.toml", Need.EXTRA, "web"),
        first("libs/web/web/__init__.py", "libs/core/core/surf.py"),
        third("libs/core/core/__init__.py", "torch"),
    )
    assert not found(evidence(*TWO, *facts), "DS104")
    own_start = first("libs/core/core/__init__.py", "libs/core/core/surf.py")
    assert len(found(evidence(*TWO, *facts, own_start), "DS104")) == 1


def test_tools_may_import_what_is_declared_for_development() -> None:
    rich = asks("rich", scope=Need.DEVELOPMENT)
    beside = evidence(third("tools/a.py", "rich"), third("pkg/__init__.py", "torch"), rich, asks("torch"))
    assert not found(beside, "DS104")
    assert not found(evidence(third("a.py", "rich"), rich, projects=False), "DS104")
    promised = evidence(third("a.py", "rich"), rich, asks("torch", "requirements.txt"), projects=False)
    assert len(found(promised, "DS104")) == 1


@pytest.mark.parametrize("src", ["", "src/"])
def test_a_console_script_starts_modules(src: str) -> None:
    project = Project("", "app", Location("pyproject.toml", 1), entry_points=("app=app.cli:main",))
    subject = evidence(project, third(f"{src}app/cli.py", "rich"), asks("rich", scope=Need.EXTRA, group="cli"))
    assert len(found(subject, "DS104")) == 1
