"""DS103 and DS105 on hand-made evidence: when silence of the code means something, and what floats."""

from __future__ import annotations

import pytest

from depscan import rules
from depscan.model import (
    Confidence,
    Declaration,
    Edge,
    Evidence,
    Finding,
    Import,
    Link,
    Location,
    Module,
    Need,
    Origin,
    Pin,
    Project,
    Resolver,
    Severity,
)
from depscan.rules import Case

APP = Project("", "app", Location("pyproject.toml", 1), entry_points=("app=app:main",))


def asks(name: str, specifier: str = "", path: str = "pyproject.toml", line: int = 3) -> Declaration:
    return Declaration(name, Location(path, line), specifier)


def uses(*packages: str, resolver: Resolver = Resolver.TABLE) -> tuple[Link, ...]:
    return tuple(
        Link("a.py", Import(name, line=1), Origin.THIRD_PARTY, resolver, (name,), import_name=name) for name in packages
    )


def evidence(
    *declarations: Declaration,
    links: tuple[Link, ...] = (),
    edges: tuple[Edge, ...] = (),
    pins: tuple[Pin, ...] = (),
    projects: tuple[Project, ...] = (APP,),
    modules: tuple[str, ...] = ("a.py",),
) -> Evidence:
    return Evidence(projects, declarations, pins, edges, tuple(map(Module, modules)), links)


def found(subject: Evidence, code: str) -> tuple[Finding, ...]:
    return rules.check(Case(subject), select=[code])


# -- DS103 ------------------------------------------------------------------------------------------------------------


def test_unused() -> None:
    (finding,) = found(evidence(asks("torch"), asks("pandas", line=4), links=uses("torch")), "DS103")
    assert (finding.package, finding.severity, finding.confidence) == ("pandas", Severity.MEDIUM, Confidence.MEDIUM)
    assert finding.locations == (Location("pyproject.toml", 4),)
    assert f"{finding.message}; {finding.advice}" == (
        "pandas is declared in pyproject.toml but no file imports it; "
        "remove it, or ignore DS103:PACKAGE if it is loaded in another way"
    )


@pytest.mark.parametrize("scope", [Need.DEVELOPMENT, Need.BUILD, Need.CONSTRAINT])
def test_what_production_does_not_ask_for_is_not_judged(scope: Need) -> None:
    assert not found(evidence(Declaration("pandas", Location("pyproject.toml"), scope=scope)), "DS103")


@pytest.mark.parametrize(
    "name",
    [
        "pytest", "pytest-xdist", "black", "ruff", "mypy", "pre-commit", "sphinx-rtd-theme", "mkdocs-material",
        "flake8-bugbear", "types-requests", "pandas-stubs", "gunicorn", "uvicorn", "nvidia-cublas-cu12", "triton",
        "ipykernel", "jupyterlab", "tzdata", "pip", "wheel", "setuptools", "ninja", "python",
    ],
)  # fmt: skip
def test_packages_that_need_no_import_are_not_reported(name: str) -> None:
    subject = evidence(asks(name), asks("torch"), links=uses("torch"))
    assert not found(subject, "DS103")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("openpyxl", "pandas"),
        ("pyarrow", "datasets"),
        ("accelerate", "transformers"),
        ("sentencepiece", "transformers"),
        ("bitsandbytes", "peft"),
        ("hf-transfer", "huggingface-hub"),
        ("xformers", "diffusers"),
        ("psycopg2-binary", "sqlalchemy"),
        ("mysqlclient", "django"),
        ("python-multipart", "fastapi"),
        ("lxml", "beautifulsoup4"),
        ("tensorboard", "torch"),
        ("hydra-joblib-launcher", "hydra-core"),
    ],
)
def test_packages_that_another_loads_are_silent_beside_it_and_doubtful_without(name: str, host: str) -> None:
    assert not found(evidence(asks(name), asks(host), links=uses(host)), "DS103")
    (finding,) = found(evidence(asks(name), asks("nltk"), links=uses("nltk")), "DS103")
    assert (finding.package, finding.confidence) == (name, Confidence.LOW)


@pytest.mark.parametrize("name", ["urllib3", "protobuf", "certifi", "torchvision", "tqdm", "hydra-core"])
def test_packages_that_are_often_only_bounds_are_doubtful(name: str) -> None:
    findings = found(evidence(asks(name), asks("nltk"), links=uses("nltk")), "DS103")
    assert [finding.package for finding in findings] == [name]
    assert findings[0].confidence is (Confidence.MEDIUM if name == "hydra-core" else Confidence.LOW)


@pytest.mark.parametrize(
    ("declaration", "severity", "confidence"),
    [
        (asks("pandas"), Severity.MEDIUM, Confidence.MEDIUM),
        (asks("pandas", path="requirements.txt"), Severity.LOW, Confidence.MEDIUM),
        (Declaration("pandas", Location("pyproject.toml"), scope=Need.EXTRA), Severity.LOW, Confidence.LOW),
        (
            Declaration("pandas", Location("pyproject.toml"), marker='sys_platform == "win32"'),
            Severity.MEDIUM,
            Confidence.LOW,
        ),
    ],
)
def test_kind_of_declaration(declaration: Declaration, severity: Severity, confidence: Confidence) -> None:
    (finding,) = found(evidence(declaration), "DS103")
    assert (finding.severity, finding.confidence) == (severity, confidence)


def test_a_package_that_another_requires_anyway_is_doubtful() -> None:
    edge = Edge("torch", "sympy", Location("uv.lock"))
    (finding,) = found(evidence(asks("sympy"), asks("torch"), links=uses("torch"), edges=(edge,)), "DS103")
    assert finding.confidence is Confidence.LOW
    assert "torch requires it anyway" in finding.message
    from_the_project = Edge("app", "sympy", Location("uv.lock"))
    (finding,) = found(evidence(asks("sympy"), edges=(from_the_project,)), "DS103")
    assert finding.confidence is Confidence.MEDIUM


def test_an_unknown_import_with_a_similar_name_raises_doubt() -> None:
    subject = evidence(asks("mmcv-full"), links=uses("mmcv", resolver=Resolver.IDENTITY))
    (finding,) = found(subject, "DS103")
    assert finding.confidence is Confidence.LOW
    assert "is it imported as mmcv?" in finding.message


def test_back_ports_of_standard_modules() -> None:
    marked = Declaration("dataclasses", Location("pyproject.toml", 3), marker='python_version < "3.7"')
    assert not found(evidence(marked), "DS103")
    (finding,) = found(evidence(asks("importlib")), "DS103")
    assert "imports of that name reach the standard library" in finding.message


def test_own_packages_are_not_judged() -> None:
    other = Project("libs/core", "app-core", Location("libs/core/pyproject.toml"))
    assert not found(evidence(asks("app"), asks("app-core"), projects=(APP, other)), "DS103")


def test_a_vendored_package_is_not_judged() -> None:
    link = Link("a.py", Import("taming.models", line=1), Origin.FIRST_PARTY, Resolver.LAYOUT, modules=("taming/a.py",))
    assert not found(evidence(asks("taming"), links=(link,)), "DS103")


def test_a_project_without_code_is_not_judged() -> None:
    meta = Project("meta", "app-all", Location("meta/pyproject.toml"))
    subject = evidence(asks("pandas", path="meta/pyproject.toml"), projects=(APP, meta))
    assert not found(subject, "DS103")


@pytest.mark.parametrize("path", ["Dockerfile", "docker/gpu.Dockerfile", ".github/workflows/ci.yml", "a.ipynb"])
def test_install_commands_are_not_judged(path: str) -> None:
    assert not found(evidence(asks("awscli", path=path)), "DS103")


def test_the_copy_of_an_environment_is_one_finding() -> None:
    frozen = [asks(f"package-{n}", "==1.0", "requirements.txt", n) for n in range(1, 31)]
    (finding,) = found(evidence(*frozen, links=uses("package-1", "package-2")), "DS103")
    assert (finding.package, finding.severity, finding.confidence) == ("", Severity.LOW, Confidence.LOW)
    assert "requirements.txt pins 30 packages exactly and 28 of them are imported nowhere" in finding.message
    assert finding.locations == (Location("requirements.txt", 3),)
    ranges = [asks(f"package-{n}", ">=1.0", "requirements.txt", n) for n in range(1, 31)]
    assert len(found(evidence(*ranges, links=uses("package-1")), "DS103")) == 29


# -- DS105 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "url", "floats"),
    [
        ("", "", True),
        (">=2", "", True),
        (">2,!=2.1", "", True),
        ("==2.1", "", False),
        ("===2.1", "", False),
        ("==2.*", "", False),
        ("~=2.1", "", False),
        (">=2,<3", "", False),
        ("<=3", "", False),
        ("", "git+https://host/o/r", True),
        ("", "git+https://host/o/r@main", True),
        ("", "git+https://host/o/r@0123456789abcdef0123456789abcdef01234567#egg=torch", False),
        ("", "https://host/torch-2.1-cp311-none-any.whl", False),
        ("", "./vendor/torch", False),
    ],
)
def test_floating(specifier: str, url: str, floats: bool) -> None:
    subject = evidence(Declaration("torch", Location("pyproject.toml", 3), specifier, url=url))
    assert bool(found(subject, "DS105")) is floats


def test_one_finding_counts_them() -> None:
    names = ["accelerate", "datasets", "einops", "torch"]
    subject = evidence(*(asks(name, line=line) for line, name in enumerate(names, 3)), asks("numpy", "<3"), asks("pip"))
    (finding,) = found(subject, "DS105")
    assert (finding.package, finding.severity, finding.confidence) == ("app", Severity.LOW, Confidence.MEDIUM)
    assert f"{finding.message}; {finding.advice}" == (
        "4 of 5 requirements in pyproject.toml have neither an upper bound nor a pin in a lock file "
        "(accelerate, datasets, einops and 1 more); commit a lock file"
    )
    assert finding.locations == tuple(Location("pyproject.toml", line) for line in range(3, 7))


@pytest.mark.parametrize(
    ("lock", "held"), [("uv.lock", True), ("requirements/lock.txt", True), ("docs/Pipfile.lock", False)]
)
def test_a_lock_near_enough_holds_them(lock: str, held: bool) -> None:
    subject = evidence(asks("torch"), pins=(Pin("torch", "2.1", Location(lock)),))
    assert bool(found(subject, "DS105")) is not held


def test_a_library_should_float() -> None:
    library = Project("", "lib", Location("pyproject.toml", 1))
    assert found(evidence(asks("torch"), projects=(library,)), "DS105")[0].confidence is Confidence.LOW
    assert found(evidence(asks("torch"), projects=()), "DS105")[0].package == ""


@pytest.mark.parametrize("path", ["docs/requirements.txt", "examples/x/requirements.txt", "a.ipynb", "tool.py"])
def test_requirements_for_another_purpose_are_not_counted(path: str) -> None:
    assert not found(evidence(asks("torch", path=path)), "DS105")
