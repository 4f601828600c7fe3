"""What the documents say about commands, rules and settings is complete."""

from __future__ import annotations

import re
from pathlib import Path

import click
import msgspec
import pytest

from depscan import rules
from depscan.cli import cli
from depscan.config import Config

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.code)
def test_every_rule_has_its_section(rule: rules.Rule) -> None:
    assert f"## {rule.code}" in (ROOT / "docs/rules.md").read_text()


def test_every_command_and_option_has_help() -> None:
    stack: list[click.Command] = [cli]
    while stack:
        command = stack.pop()
        assert command.help, command.name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in {"format_", "color", "output"}:
                assert parameter.help, (command.name, parameter.name)
        if isinstance(command, click.Group):
            stack.extend(command.commands.values())


@pytest.mark.parametrize("field", [field.encode_name for field in msgspec.structs.fields(Config)])
def test_every_setting_is_documented(field: str) -> None:
    assert f"`{field}`" in (ROOT / "docs/configuration.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target
