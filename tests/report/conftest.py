"""Reports made by hand: a full one, an empty one, a crowd, and one whose every string is chosen by the test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from depscan.model import (
    Advisory,
    Affected,
    Audit,
    Code,
    Concentration,
    Confidence,
    Context,
    Cover,
    Declaration,
    Edge,
    Exposed,
    Exposure,
    Fact,
    FactKind,
    Finding,
    Fix,
    Gap,
    ImportSite,
    Licence,
    LicenceEvidence,
    LicenceFamily,
    Location,
    Need,
    Package,
    Pin,
    Reach,
    Relation,
    Report,
    Resolver,
    Scope,
    Severity,
    Share,
    Source,
    State,
    Status,
    Steward,
    StewardKind,
    Subject,
    Symbol,
    Terms,
    Tier,
    Tool,
)
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

if TYPE_CHECKING:
    from collections.abc import Callable

TOOL = Tool("depscan", "0.1.0")
MANIFEST = "pyproject.toml"


SOURCE = "records.zip (9 records)"
ADVISORIES = (
    Advisory("PYSEC-2026-9", "idna", SOURCE, "2026-11-20", ("CVE-2026-9",), "Slow on long names."),
    Advisory(
        "GHSA-aaaa-bbbb-cccc",
        "pyyaml",
        SOURCE,
        "2026-11-20",
        ("CVE-2026-3", "PYSEC-2026-3"),
        "A document can run code.",
        "2026-02-03T04:05:06Z",
        "2026-03-04T05:06:07.89Z",
        vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        score=9.8,
        severity=Severity.CRITICAL,
        fixed_in=("5.4", "6.0"),
        symbols=("yaml.load",),
    ),
    Advisory("MAL-2026-4", "pyyaml", SOURCE, "2026-11-20", summary="Steals keys.", malicious=True),
    Advisory(
        "PYSEC-2026-1",
        "torch",
        SOURCE,
        "2026-11-20",
        ("CVE-2026-1",),
        "torch.load runs code of a file.",
        "2026-01-02T03:04:05Z",
        "2026-01-03T03:04:05Z",
        vector="CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:H",
        score=8.1,
        severity=Severity.HIGH,
        fixed_in=("2.6.0",),
        symbols=("torch.load",),
        references=("https://flaws.example/1", "javascript:alert(1)", "https://flaws.example/1"),
    ),
    Advisory("PYSEC-2026-2", "torch", SOURCE, "2026-11-20", fixed_in=("2.10.0",)),
)
_TORCH = {"imported": True, "tier": Tier.LOAD_BEARING}
_YAML = {"imported": True, "tier": Tier.SIGNIFICANT, "versions": ("5.2", "5.3")}
EXPOSED = (
    Exposed(
        "PYSEC-2026-1",
        "torch",
        Affected.YES,
        "2.4.1",
        fix=Fix.AVAILABLE,
        fixed_by="2.6.0",
        symbols=("torch.load",),
        severity=Severity.HIGH,
        weighed=Severity.CRITICAL,
        **_TORCH,  # type: ignore[arg-type]
    ),
    Exposed("PYSEC-2026-2", "torch", Affected.YES, "2.4.1", fix=Fix.AVAILABLE, fixed_by="2.10.0", **_TORCH),  # type: ignore[arg-type]
    Exposed(
        "GHSA-aaaa-bbbb-cccc",
        "pyyaml",
        Affected.POSSIBLY,
        fix=Fix.AVAILABLE,
        fixed_by="5.4",
        severity=Severity.CRITICAL,
        weighed=Severity.HIGH,
        **_YAML,  # type: ignore[arg-type]
    ),
    Exposed(
        "MAL-2026-4",
        "pyyaml",
        Affected.POSSIBLY,
        severity=Severity.CRITICAL,
        weighed=Severity.CRITICAL,
        **_YAML,  # type: ignore[arg-type]
    ),
    Exposed("PYSEC-2026-9", "idna", Affected.UNKNOWN, "3.7", fix=Fix.FORBIDDEN, tier=Tier.NONE),
)


def named(path: str, line: int, pattern: str, scope: Scope = Scope.PRODUCTION, revision: str = "") -> Reference:
    """A place that names a model."""
    return Reference(
        Location(path, line), scope, ResolvedBy.LITERAL, pattern, revision, trust_remote_code=revision != ""
    )


MODELS = (
    Model(
        "allenai/OLMo-2-1124-7B",
        ModelKind.MODEL,
        Access.OPEN_SOURCE,
        Route.LOCAL,
        licence="Apache-2.0",
        licence_family=LicenceFamily.PERMISSIVE,
        revision_pinned=False,
        references=(named("examples/run.py", 2, "transformers.pipeline", Scope.EXAMPLE),),
    ),
    Model(
        "deep/answers",
        ModelKind.DATASET,
        route=Route.LOCAL,
        revision_pinned=False,
        references=(named("src/deep/data.py", 7, "datasets.load_dataset"),),
    ),
    Model(
        "deep/llama-42",
        ModelKind.MODEL,
        Access.RESTRICTED_WEIGHTS,
        Route.LOCAL,
        "Llama 3.1",
        "Meta",
        "US",
        "LicenseRef-scancode-llama-3.1-license-2024",
        LicenceFamily.PROPRIETARY,
        "list of models",
        "MIT",
        ("mau_threshold", "name_prefix"),
        Openness(Verdict.FAILS, ("code", "data information"), "none", ("data card",), "list of models", "2026-11-01"),
        ("meta-llama/Llama-3.1-8B",),
        revision_pinned=True,
        gated=True,
        certainty="inferred",
        note="a fine-tune",
        source="list of models",
        retrieved="2026-11-01",
        references=(named("src/deep/mind.py", 4, "transformers.pipeline", revision="a" * 40),),
    ),
    Model(
        "gpt-4o",
        ModelKind.MODEL,
        Access.CLOSED_API,
        Route.DEVELOPER,
        "GPT-4o",
        "OpenAI",
        "US",
        "LicenseRef-proprietary-API",
        LicenceFamily.PROPRIETARY,
        revision_pinned=False,
        retires="2026-12-01",
        references=(
            named("src/deep/chat.py", 12, "openai.OpenAI.chat.completions.create"),
            named("tests/test_chat.py", 3, "openai.OpenAI.chat.completions.create", Scope.TEST),
        ),
    ),
)
DYNAMIC = (
    DynamicSite("openai.OpenAI.chat.completions.create", Location("tests/test_any.py", 5), Scope.TEST),
    DynamicSite("transformers.pipeline", Location("src/deep/any.py", 9), Scope.PRODUCTION, "a parameter of load"),
)


def exposure(tier: Tier, direct: float, blast: float, sites: int, names: tuple[tuple[str, int], ...] = ()) -> Exposure:
    """Consistent figures around the two shares."""
    return Exposure(
        direct_share=direct,
        blast_radius=blast,
        import_sites=sites,
        modules=max(sites - 1, 1),
        call_sites=sum(number for _, number in names),
        api_surface=len(names),
        symbols=tuple(Symbol(name, number) for name, number in names),
        scope="test" if tier is Tier.TOOLING else "runtime" if blast else "optional",
        entry_points=0.5 if blast else 0.0,
        exclusive=3,
        introducers=(),
        tier=tier,
        next_tier="" if tier is Tier.LOAD_BEARING else "significant needs direct share >= 5% (now 2%)",
    )


def packages() -> tuple[Package, ...]:
    """One or more of every tier and state."""
    torch = (("torch.nn.Module", 310), ("torch.Tensor", 120), ("torch.device", 44), ("torch.load", 2))
    return (
        Package(
            "einops",
            "",
            State.UNDECLARED,
            Relation.NONE,
            ("einops",),
            Resolver.IDENTITY,
            (),
            exposure(Tier.INCIDENTAL, 0.0235, 0.0, 2, (("einops.rearrange", 9),)),
        ),
        Package("idna", "3.7", State.INDIRECT, Relation.TRANSITIVE, advisories=EXPOSED[4:]),
        Package(
            "numpy",
            "",
            State.USED,
            Relation.DIRECT,
            ("numpy",),
            Resolver.DECLARATION,
            (Location(MANIFEST, 12),),
            exposure(Tier.LOAD_BEARING, 0.1176, 1.0, 19, (("numpy.array", 30), ("numpy.ndarray", 12))),
        ),
        Package(
            "pytest",
            "8.3.1",
            State.USED,
            Relation.DIRECT,
            ("pytest",),
            Resolver.DECLARATION,
            (Location(MANIFEST, 20),),
            exposure(Tier.TOOLING, 0.0, 0.0, 60, (("pytest.mark", 200),)),
        ),
        Package(
            "pyyaml",
            "",
            State.USED,
            Relation.DIRECT,
            ("yaml",),
            Resolver.TABLE,
            (Location(MANIFEST, 13),),
            exposure(Tier.SIGNIFICANT, 0.0588, 0.004, 5, (("yaml.safe_load", 4),)),
            advisories=EXPOSED[2:4],
        ),
        Package("tensorboard", "2.16", State.UNUSED, Relation.DIRECT, declared=(Location(MANIFEST, 14),)),
        Package(
            "torch",
            "2.4.1",
            State.USED,
            Relation.DIRECT,
            ("torch", "torchgen"),
            Resolver.DECLARATION,
            (Location(MANIFEST, 11),),
            exposure(Tier.LOAD_BEARING, 0.5765, 0.998, 187, torch),
            advisories=EXPOSED[:2],
        ),
    )


def findings() -> tuple[Finding, ...]:
    """Three rules; the middle one has more findings than are shown."""
    many = tuple(
        Finding(
            "DS103",
            Severity.LOW,
            Confidence.HIGH,
            f"lib{number:02} is declared and never imported",
            f"lib{number:02}",
            (Location(MANIFEST, 30 + number),),
            f"f{number}",
        )
        for number in range(13)
    )
    return (
        Finding(
            "DS101",
            Severity.HIGH,
            Confidence.MEDIUM,
            "einops is imported by 2 modules (first at src/deep/attention.py:3) but no manifest declares it",
            "einops",
            (Location("src/deep/attention.py", 3), Location("src/deep/blocks.py", 9)),
            "a",
            "add it to the dependencies in pyproject.toml",
        ),
        *many,
        Finding(
            "DS105", Severity.MEDIUM, Confidence.LOW, "any version will do", "numpy", (Location(MANIFEST, 12),), "b"
        ),
    )


def full() -> Report:
    """A project of some size with everything in it."""
    return Report(
        tool=TOOL,
        project=Subject("deepthought", "deepthought", "0123456789abcdef0123", "MIT"),
        scanned_at="2026-11-23T10:00:00Z",
        code=Code(files=117, modules=85, lines=23456, notebooks=2, dynamic_imports=7, ignored=12),
        sources=(Source("names", "2026.11", "2026-11-01"),),
        declarations=(
            Declaration("numpy", Location(MANIFEST, 12), ">=1.17,<3"),
            Declaration("numpy", Location("constraints.txt", 1), "==1.26.4", scope=Need.CONSTRAINT),
            Declaration("pytest", Location(MANIFEST, 20), "", scope=Need.EXTRA, group="test"),
            Declaration("pyyaml", Location(MANIFEST, 13)),
            Declaration("tensorboard", Location(MANIFEST, 14), ">=2"),
            Declaration("torch", Location(MANIFEST, 11), ">=2.0", ("opt-einsum",), "platform_system != 'Windows'"),
        ),
        pins=(Pin("torch", "2.4.1", Location("poetry.lock", 99)),),
        edges=(Edge("torch", "numpy", Location("poetry.lock", 120), "", "opt"),),
        packages=packages(),
        imports=(
            ImportSite("torch", Location("src/deep/attention.py", 1), "torch", Context.RUNTIME, Scope.PRODUCTION),
            ImportSite("torch", Location("src/deep/attention.py", 2), "torch.nn", Context.RUNTIME, Scope.PRODUCTION),
            ImportSite("torch", Location("src/deep/blocks.py", 30), "torch", Context.LAZY, Scope.PRODUCTION),
            ImportSite("torch", Location("notes/try.ipynb", 2, 4), "torch", Context.RUNTIME, Scope.PRODUCTION),
        ),
        audit=Audit(SOURCE, "2026-11-20", 7, 6),
        advisories=ADVISORIES,
        models=MODELS,
        dynamic_models=DYNAMIC,
        findings=findings(),
        hidden=2,
        gaps=(
            Gap("code", Location("src/old.py", 3), "not valid for this Python: imports were found, uses were not"),
            Gap("code", Location("src/older.py", 7), "not valid for this Python: imports were found, uses were not"),
            Gap("manifests", Location("setup.py", 14), "install_requires is computed when setup.py runs"),
            Gap("tree", Location("src/secret.py"), "not read: Permission denied"),
        ),
    )


def crowd(size: int = 300) -> Report:
    """Many packages of every tier, with long names and long paths."""
    tiers = tuple(Tier)
    return Report(
        TOOL,
        Subject("crowd", "crowd"),
        "2026-11-23T10:00:00Z",
        Code(files=1000, modules=900),
        packages=tuple(
            Package(
                f"library-{number:03}" + "-with-a-name-that-does-not-end" * (number % 3),
                "1.2.3",
                exposure=exposure(tiers[number % 5], number / size, 0.5, 3, ((f"library_{number}.call", number),)),
            )
            for number in range(size)
        ),
        findings=tuple(
            Finding(
                f"DS1{number % 7:02}",
                tuple(Severity)[number % 4],
                tuple(Confidence)[number % 3],
                "said " * 30,
                f"p{number}",
                tuple(Location("/".join(["folder"] * 30) + ".py", line) for line in range(9)),
                str(number),
            )
            for number in range(200)
        ),
        gaps=tuple(
            Gap("code", Location("/".join(["folder"] * 30) + f"{number}.py"), f"reason {number % 30}")
            for number in range(90)
        ),
    )


def hostile(text: str) -> Report:
    """A report in which a repository chose every string."""
    place = Location(text, 1)
    figures = Exposure(
        0.5, 0.5, 3, 2, 2, 1, (Symbol(text, 2), Symbol(text, 1)), text, None, 4, (text,), Tier.LOAD_BEARING, text
    )
    share = Share(text, 0.5, (text, text))
    licence = Licence(text, LicenceFamily.PROPRIETARY, LicenceEvidence.NAME, text, text, text)
    steward = Steward(text, StewardKind.COMPANY, text, text, text, text)
    advisory = Advisory(
        text, text, text, text, (text, text), text, text, text, score=5.0, vector=text, severity=Severity.MEDIUM,
        fixed_in=(text, text), symbols=(text,), references=(text, "https://x.example/?a=<b>", "https://x.example/a"),
    )  # fmt: skip
    exposed = tuple(
        Exposed(text, text, state, text, text, (text, text), fix, text, True, Tier.TOOLING, (text,), severity, weighed)
        for state in Affected
        for fix in Fix
        for severity, weighed in ((None, None), (Severity.HIGH, Severity.MEDIUM), (Severity.LOW, None))
    )
    reference = Reference(place, Scope.PRODUCTION, ResolvedBy.LITERAL, text, text, trust_remote_code=True)
    models = tuple(
        Model(
            text, kind, access, route, text, text, text, text, LicenceFamily.PROPRIETARY, text, text, (text, text),
            Openness(Verdict.FAILS, (text,), text, (text,), text, text), (text, text),
            revision_pinned=False, gated=True,
            retires=text, certainty=text, note=text, source=text, retrieved=text, references=references,
        )
        for kind in ModelKind
        for access in Access
        for route in (Route.LOCAL, Route.DEVELOPER)
        for references in ((reference, replace(reference, scope=Scope.TEST)), (replace(reference, scope=Scope.DOCS),))
    )  # fmt: skip
    return Report(
        tool=Tool(text, text),
        project=Subject(text, text, text, text),
        scanned_at=text,
        code=Code(2, 1, 10, 1, 3),
        sources=(Source(text, text, text),),
        declarations=(Declaration(text, place, text, (text,), text, Need.EXTRA, text, text),),
        pins=(Pin(text, text, place),),
        edges=(Edge(text, text, place, text, text),),
        packages=tuple(
            Package(
                text,
                version,
                State.UNDECLARED,
                Relation.DIRECT,
                (text,),
                Resolver.TABLE,
                (place,),
                figures,
                licence,
                steward,
                (text, text),
                text,
                Status(text, text, text, text),
                text,
                exposed,
            )
            for version in (text, "")
        ),
        imports=tuple(ImportSite(text, place, text, context, Scope.PRODUCTION) for context in Context),
        facts=tuple(Fact(text, kind, text, text, text, text, text) for kind in FactKind),
        concentration=tuple(
            Concentration(text, weight, 2, 1.5, (1.0, 3.0), share, 0.25, 5000.0, (share, share), (text,))
            for weight in ("exposure", text)
        ),
        reach=(Reach(text, (text,), 0.5, 0.5),),
        covers=(Cover(0.5, (text,), exact=True), Cover(0.8, (text, text), exact=False, bound=1.5)),
        terms=(Terms(text, (share, Share(LicenceFamily.PROPRIETARY, 0.5, (text,))), text, ((text, text),)),),
        audit=Audit(text, text, 3, 2),
        advisories=(advisory, replace(advisory, malicious=True, score=None, vector="CVSS:3.1/" + text)),
        models=models,
        dynamic_models=tuple(DynamicSite(text, place, scope, text) for scope in Scope),
        findings=tuple(
            Finding(text, severity, Confidence.MEDIUM, text, text, (place, place), text, text, suppressed)
            for severity in Severity
            for suppressed in ("", text)
        ),
        hidden=1,
        gaps=(Gap("tree", place, text), Gap(text, place, text), Gap(text, Location("", 0), text)),
    )


@pytest.fixture(scope="session")
def full_report() -> Report:
    return full()


@pytest.fixture(scope="session")
def empty_report() -> Report:
    return Report(TOOL, Subject("blank", "blank"), "2026-11-23T10:00:00Z", Code())


@pytest.fixture(scope="session")
def crowd_report() -> Report:
    return crowd()


@pytest.fixture(scope="session")
def hostile_report() -> Callable[[str], Report]:
    return hostile
