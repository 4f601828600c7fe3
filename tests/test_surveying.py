"""Models that code, configuration and weights name, put together and judged."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import pytest

from depscan import pipeline
from depscan.cache import Cache
from depscan.config import Config
from depscan.model import Access, Location, ModelKind, ResolvedBy, Route, Scope
from depscan.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from depscan.model import Report
    from depscan.workers import Job

FILES = {
    "app/load.py": (
        "from transformers import AutoModel, pipeline\n"
        "from app.settings import NAME\n"
        "import redis\n\n\n"
        "def load():\n"
        "    return AutoModel.from_pretrained(NAME, revision='0123456789abcdef0123456789abcdef01234567')\n\n\n"
        "def ask(which):\n"
        "    redis.Redis().pipeline('x')\n"
        "    return pipeline('text-generation', model=which)\n"
    ),
    "app/settings.py": "NAME = 'meta-llama/Llama-3.1-8B-Instruct'\n",
    "app/__init__.py": "",
    "app/talk.py": (
        "from openai import OpenAI\n\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o', messages=[])\n"
    ),
    "tests/test_app.py": "from transformers import AutoModel\n\nAutoModel.from_pretrained('openai-community/gpt2')\n",
    "train.yaml": "model_name_or_path: EleutherAI/pythia-1b\nhub_model_id: me/mine\n",
    "pyproject.toml": "[project]\nname = 'app'\ndependencies = ['transformers', 'openai', 'redis']\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    header = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    (root / "mine.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    return root


def check(report: Report) -> None:
    models = {model.id: model for model in report.models}
    llama = models["meta-llama/Llama-3.1-8B-Instruct"]
    assert (llama.access, llama.route, llama.revision_pinned) == (Access.RESTRICTED_WEIGHTS, Route.LOCAL, True)
    assert "acceptable_use_policy" in llama.obligations
    (place,) = llama.references
    assert (place.location, place.scope, place.resolved_by) == (
        Location("app/load.py", 7),
        Scope.PRODUCTION,
        ResolvedBy.CONSTANT,
    )
    assert (models["gpt-4o"].access, models["gpt-4o"].route) == (Access.CLOSED_API, Route.DEVELOPER)
    pythia = models["EleutherAI/pythia-1b"]
    assert (pythia.access, pythia.references[0].location) == (Access.OPEN_SOURCE, Location("train.yaml", 1))
    assert models["openai-community/gpt2"].references[0].scope is Scope.TEST
    assert "me/mine" not in models
    assert all(model.kind is not ModelKind.DATASET for model in report.models)
    (site,) = report.dynamic_models
    assert (site.location, site.scope, site.pattern) == (
        Location("app/load.py", 12),
        Scope.PRODUCTION,
        "transformers.pipeline",
    )
    assert "mine.safetensors" in models


def test_everything_that_names_a_model(project: Path) -> None:
    check(pipeline.scan(project, config=Config(models=True)))


def test_the_cache_changes_nothing(project: Path, tmp_path: Path) -> None:
    with Cache(tmp_path / "cache") as cache:
        cold = pipeline.scan(project, config=Config(models=True), cache=cache)
        warm = pipeline.scan(project, config=Config(models=True), cache=cache)
    check(cold)
    assert (warm.models, warm.dynamic_models) == (cold.models, cold.dynamic_models)


def test_a_project_without_models(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import numpy\n")
    report = pipeline.scan(tmp_path, config=Config(models=True))
    assert (report.models, report.dynamic_models) == ((), ())


def test_models_are_found_unless_they_are_not_wanted(project: Path) -> None:
    assert pipeline.scan(project).models
    (project / "depscan.toml").write_text("models = false\n")
    report = pipeline.scan(project)
    assert (report.models, report.dynamic_models) == ((), ())
    assert not [each for each in report.concentration if each.dimension.startswith("model")]


def test_concentration_is_over_the_models_of_production(project: Path) -> None:
    found = {(each.dimension, each.weight): each for each in pipeline.scan(project).concentration}
    made = found["model-developer", "models"]
    assert {share.name: share.packages for share in made.shares} == {
        "EleutherAI": ("EleutherAI/pythia-1b",),
        "Meta": ("meta-llama/Llama-3.1-8B-Instruct",),
        "OpenAI": ("gpt-4o",),
    }
    assert made.unknown == ("mine.safetensors",)


def test_a_file_that_others_point_to_is_read_once_for_each_content(project: Path, tmp_path: Path) -> None:
    with Cache(tmp_path / "cache") as cache:
        pipeline.scan(project, cache=cache)
        (project / "app/settings.py").write_text("NAME = 'google/gemma-7b'\n")
        found = {model.id for model in pipeline.scan(project, cache=cache).models}
    assert "google/gemma-7b" in found and "meta-llama/Llama-3.1-8B-Instruct" not in found


def test_what_others_ask_of_a_file_that_cannot_be_read_is_a_gap(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish = Crew.finish

    def failing(crew: Crew) -> Iterator[tuple[Job, bytes | str]]:
        for job, value in finish(crew):
            yield job, value if job.asked is None else "it stalled"

    monkeypatch.setattr(Crew, "finish", failing)
    reasons = [gap.reason for gap in pipeline.scan(project).gaps]
    assert "what other files ask of it was not read: it stalled" in reasons
