from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from depscan.knowledge import models, retirements


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('DEPRECATED_MODELS = {"Claude-X": "June 30th, 2026"}', {"claude-x": "2026-06-30"}),
        ('DEPRECATED_MODELS: Dict[str, str] = {"a": "January 2nd, 2027"}', {"a": "2027-01-02"}),
        ('DEPRECATED_MODELS = {"a": "2027-01-02", **more, b: "c", "d": day()}', {"a": "2027-01-02"}),
        ('DEPRECATED_MODELS = {"a": "soon", "b": "Someday 3, 2026", "c": ""}', {}),
        ("DEPRECATED_MODELS = load()", {}),
        ("import os; os.abort()\nx = 1\ndel x", {}),
        ("def broken(", {}),
        ("\0", {}),
        ("(" * 10_000, {}),
        ("", {}),
    ],
)
@pytest.mark.parametrize("place", ["_data/deprecated_models.py", "resources/messages/messages.py"])
def test_anthropic_s_table_is_read_as_text(tmp_path: Path, place: str, text: str, told: dict[str, str]) -> None:
    write(tmp_path / place, text)
    found = retirements.told_by({"anthropic": tmp_path})
    assert dict(found) == {name: ((day, "installed anthropic"),) for name, day in told.items()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"Gpt-X": {"deprecation_date": "2026-01-02", "mode": "chat"}, "b": {}}', {"gpt-x": "2026-01-02"}),
        ('{"spec": {"deprecation_date": "date when it becomes deprecated"}}', {}),
        ('{"a": 1}', {}),
        ("[]", {}),
        ("{", {}),
        ("", {}),
    ],
)
def test_litellm_s_prices(tmp_path: Path, text: str, told: dict[str, str]) -> None:
    write(tmp_path / "model_prices_and_context_window_backup.json", text)
    found = retirements.told_by({"litellm": tmp_path})
    assert dict(found) == {name: ((day, "installed litellm"),) for name, day in told.items()}


def test_absent_and_huge_files_announce_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert retirements.told_by({"anthropic": tmp_path, "litellm": tmp_path / "no"}) == {}
    write(tmp_path / "_data/deprecated_models.py", 'DEPRECATED_MODELS = {"a": "2027-01-02"}')
    monkeypatch.setattr(retirements, "_LARGEST", 5)
    assert retirements.told_by({"anthropic": tmp_path}) == {}


def test_what_is_installed_is_found_and_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "anthropic/__init__.py", "raise SystemExit('imported')")
    write(tmp_path / "anthropic/_data/deprecated_models.py", 'DEPRECATED_MODELS = {"a": "May 3rd, 2027"}')
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    retirements.installed.cache_clear()
    assert retirements.installed()["a"] == (("2027-05-03", "installed anthropic"),)
    assert "anthropic" not in sys.modules
    retirements.installed.cache_clear()


def test_what_is_installed_is_told_beside_the_table() -> None:
    newer = {"gpt-4": (("2026-10-01", "installed litellm"),), "new": (("2027-01-01", "installed litellm"),)}
    assert models.retirement("openai/gpt-4", newer)[0] == ("2026-10-01", "installed litellm")
    found = models.lookup(["gpt-4", "new"], newer)
    assert found["new"].model.retires == "2027-01-01"
    assert found["gpt-4"].model.retires == "2026-10-01"
    assert "announced shutdowns differ: 2026-10-01 (installed litellm), 2026-10-23" in found["gpt-4"].model.note
