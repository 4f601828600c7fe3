"""The commands on a repository or a saved report: `scan`, `report`, `why`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from depscan.cli import running

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """\b
Examples:
  depscan                          scan the current folder
  depscan path/to/repo -v          the same elsewhere, nothing cut short
  depscan . -f json -o report.json machine-readable, into a file
  depscan . --fail-on high         exit 1 only for findings of severity high
  depscan why torch                who asks for torch, who imports it, where
  depscan what-if abandoned:torch  who is affected, through what
  depscan explain DS101            what a finding means and what to do

\b
Exit status:
  0  no finding at or above --fail-on      3  nothing to scan
  1  findings at or above --fail-on        4  --strict, and something could not be seen
  2  wrong usage, configuration or an internal error
"""


@click.command(epilog=EXAMPLES)
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "-f", "--format", "format_", type=click.Choice(running.FORMATS), help="Format on stdout (default: terminal)."
)
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FILE",
    help="Also write to FILE, format by suffix; repeatable; - is stdout.",
)
@click.option(
    "--fail-on",
    type=click.Choice(("none", *running.SEVERITIES)),
    help="Exit 1 from this severity on (medium).",
)
@click.option("--select", multiple=True, metavar="CODE", help="Only these rules (DS101, or a prefix: DS1); repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Not these rules; repeatable.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="REPORT.json",
    help="Only what this earlier report does not have fails; what changed is shown.",
)
@click.option("--strict", is_flag=True, help="Exit 4 when anything could not be seen.")
@click.option("--full", is_flag=True, help="JSON: list every import.")
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@running.scan_options
def scan(
    path: Path,
    format_: str | None,
    output: Sequence[str],
    fail_on: str | None,
    select: Sequence[str],
    ignore: Sequence[str],
    strict: bool,
    full: bool,
    verbose: int,
    quiet: bool,
    color: str,
    baseline: Path | None,
    **settings: Any,
) -> None:
    """Scan the folder PATH (default: the current one) and report what its code rests on."""
    outputs = [(running.format_of(name), name) for name in output]
    if format_ or not outputs or not quiet:
        outputs.append((format_ or "terminal", "-"))
    config = running.settings(path, select=select, ignore=ignore, fail_on=fail_on, **settings)
    old = None if baseline is None else running.saved(baseline)
    report = running.run(path, config, quiet=quiet, baseline=old, **settings)
    for kind, name in outputs:
        data = running.rendered(report, kind, full=full, verbose=verbose, color=color, stdout=name == "-", baseline=old)
        running.write(name, data)
    sys.exit(running.status(report, config, never=fail_on == "none", strict=strict, baseline=old))


@click.command()
@click.argument("report_file", metavar="REPORT.json", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-f", "--format", "format_", type=click.Choice(running.FORMATS), default="terminal", show_default=True)
@click.option("-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of stdout.")
@click.option("--full", is_flag=True, help="JSON: list every import.")
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def report(report_file: Path, format_: str, output: str, full: bool, verbose: int, color: str) -> None:
    """Render a saved report again, without a scan."""
    saved = running.saved(report_file)
    running.write(
        output, running.rendered(saved, format_, full=full, verbose=verbose, color=color, stdout=output == "-")
    )


@click.command()
@click.argument("package")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@running.scan_options
def why(package: str, path: Path, verbose: int, quiet: bool, color: str, **settings: Any) -> None:
    """Why is PACKAGE here: who declares it, which chains bring it in, where the code imports it."""
    from depscan.graph import DependencyGraph
    from depscan.report import why as page

    report = running.run(path, running.settings(path, **settings), quiet=quiet, **settings)
    found = page.find(report, package)
    chains = DependencyGraph.of_report(report).why(found.name) if found else ()
    text = page.render(
        report,
        package,
        chains,
        width=running.width(),
        color=running.colored(color),
        unicode=running.speaks_unicode(),
        verbose=verbose,
    )
    if not found:
        click.echo(text, err=True, nl=False)
        sys.exit(2)
    running.write("-", text.encode())


WHAT_IF = """\b
Examples:
  depscan what-if abandoned:gym                       who must move, and what else needs it
  depscan what-if relicensed:redis report.json        who would take the next releases; from a saved report
  depscan what-if "compromised:litellm@1.82.7,1.82.8" where it can have been installed
  depscan what-if steward:NVIDIA                      all that is in one hand
  depscan what-if account:rwightman
"""


@click.command(name="what-if", epilog=WHAT_IF)
@click.argument("scenario")
@click.argument("path", default=".", type=click.Path(path_type=Path, exists=True))
@click.option("-f", "--format", "format_", type=click.Choice(("terminal", "json")), default="terminal")
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@running.scan_options
def what_if(scenario: str, path: Path, format_: str, verbose: int, quiet: bool, color: str, **settings: Any) -> None:
    r"""
    What breaks, and who is affected, if SCENARIO comes true in the folder or the saved report PATH.

    \b
    SCENARIO is one of
      abandoned:PACKAGE              nobody maintains it any more
      relicensed:PACKAGE             its next releases come under other terms
      compromised:PACKAGE[@VERSIONS] somebody published hostile releases
      steward:NAME                   whoever decides over packages changes them
      account:NAME                   an account publishes releases
    """
    import msgspec

    from depscan import scenario as scenarios
    from depscan.report import scenario as page

    if path.is_file():
        report = running.saved(path)
    else:
        report = running.run(path, running.settings(path, **settings), quiet=quiet, **settings)
    outcome = scenarios.run(scenario, report)
    if format_ == "json":
        running.write("-", msgspec.json.format(msgspec.json.encode(outcome)) + b"\n")
        return
    text = page.render(
        [outcome],
        width=running.width(),
        color=running.colored(color),
        unicode=running.speaks_unicode(),
        verbose=verbose,
    )
    running.write("-", text.encode())
