"""The commands that need no repository: `explain`, `rules`, `schema`, `cache`."""

from __future__ import annotations

import click

from depscan.cli import running


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """The manual page of a rule: what CODE means, why it matters, what to do."""
    from depscan import rules

    click.echo(rules.manual(code))


@click.command(name="rules")
def rules_() -> None:
    """All rules, one line each."""
    from depscan import rules

    for rule in rules.RULES:
        click.echo(f"{rule.code}  {rule.severity:<8}  {rule.title}")


@click.command()
def schema() -> None:
    """The JSON Schema of the report."""
    from depscan.report import json

    running.write("-", json.schema())


@click.group()
def cache() -> None:
    """Look at the cache, or empty it."""


@cache.command()
def info() -> None:
    """Where the cache is, how many entries it has, how big it is."""
    from depscan import cache as store

    folder = store.folder()
    if not store.file(folder).exists():
        click.echo(f"{folder}: empty")
        return
    with store.Cache(folder) as opened:
        click.echo(opened.trouble or f"{store.file(folder)}: {opened.count()} entries, {opened.size() / 2**20:.1f} MiB")


@cache.command()
def clear() -> None:
    """Remove everything in the cache."""
    from depscan import cache as store

    freed = store.clear(store.folder())
    click.echo(f"{store.folder()}: {freed / 2**20:.1f} MiB removed")
