"""What the commands share: their options, the settings these make, one scan, and how results are written."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from depscan.errors import DepscanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.progress import Progress

    from depscan.config import Config
    from depscan.model import Finding, Report
    from depscan.pipeline import Observer

FORMATS = (
    "terminal",
    "html",
    "markdown",
    "cyclonedx",
    "cyclonedx-1.7",
    "sarif",
    "github",
    "gitlab",
    "lines",
    "csv",
    "json",
    "dot",
    "graphml",
)  # names in report.RENDERERS, here so that --help need not load them
SEVERITIES = ("low", "medium", "high", "critical")


def scan_options(command: Any) -> Any:
    """The options of every command that scans."""
    options = (
        click.option(
            "--config", "config_file", type=click.Path(path_type=Path), help="Settings from FILE, not the folder's own."
        ),
        click.option("--isolated", is_flag=True, help="Ignore the configuration that the folder carries."),
        click.option(
            "--exclude", multiple=True, metavar="PATTERN", help="Leave out files, as in .gitignore; repeatable."
        ),
        click.option(
            "--environment",
            type=click.Path(path_type=Path),
            metavar="PATH",
            help="Read versions and who requires whom from this environment or site-packages folder.",
        ),
        click.option(
            "--online/--offline",
            help="Without lock and environment, have uv ask the package index (default: offline).",
        ),
        click.option("--index-url", default="", metavar="URL", help="With --online: this index, not your own setting."),
        click.option(
            "--target",
            default="",
            metavar="NAME",
            help="With --online: not for this Python but linux-x86_64-py311, say.",
        ),
        click.option(
            "--advisories",
            default="",
            type=click.Choice(("", "offline", "pypi", "osv", "esms")),
            metavar="SOURCE",
            help="Known vulnerabilities from offline (an imported database, used anyway where there is one), or online "
            "from pypi, osv or esms.",
        ),
        click.option(
            "--osv-url", default="", metavar="URL", help="With --advisories osv: a private OSV's query address."
        ),
        click.option(
            "--max-advisory-age",
            default=90,
            show_default=True,
            metavar="DAYS",
            help="An imported database older than that is a gap.",
        ),
        click.option("--no-models", is_flag=True, help="Do not look for AI models and datasets (faster)."),
        click.option("--no-uses", is_flag=True, help="Do not count references to imported names (faster)."),
        click.option(
            "--jobs",
            type=click.IntRange(min=0),
            default=0,
            metavar="N",
            help="Processes that read source files; 0, the default, for as many as there are processors.",
        ),
        click.option("--no-cache", is_flag=True, help="Neither read nor write the cache."),
        click.option("-q", "--quiet", is_flag=True, help="No progress bar; with -o, nothing on stdout."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colour in the terminal report.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def settings(
    path: Path,
    *,
    config_file: Path | None,
    isolated: bool,
    exclude: Sequence[str],
    no_uses: bool,
    no_models: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fail_on: str | None = None,
    **_: Any,
) -> Config:
    """The configuration file's settings, overridden by those of the command line."""
    import msgspec

    from depscan import config
    from depscan.tree import Tree

    if config_file is not None:
        base = config.read(config_file)
    else:
        base = config.Config() if isolated else config.load(Tree(path).read)
    given: dict[str, Any] = {"exclude": (*base.exclude, *exclude)}
    if select:
        given["select"] = tuple(select)
    if ignore:
        given["ignore"] = (*base.ignore, *ignore)
    if fail_on in SEVERITIES:
        given["fail_on"] = fail_on
    if no_uses:
        given["uses"] = False
    if no_models:
        given["models"] = False
    return msgspec.structs.replace(base, **given)


def run(
    path: Path,
    config: Config,
    *,
    no_cache: bool,
    quiet: bool,
    environment: Path | None,
    online: bool,
    target: str,
    index_url: str,
    advisories: str = "",
    osv_url: str = "",
    max_advisory_age: int = 90,
    isolated: bool = False,
    baseline: Report | None = None,
    jobs: int = 0,
    **_: Any,
) -> Report:
    """One scan, with a progress bar where somebody is watching; what is amiss with the cache is said."""
    from depscan import cache as store
    from depscan import pipeline
    from depscan.knowledge import gather

    observer = None if quiet or not sys.stderr.isatty() else bar("reading")
    if online and not quiet:
        say("online: where no lock or environment is found, uv asks the package index for what the manifests declare")
    with store.Cache(None if no_cache else store.folder()) as opened:
        report = pipeline.scan(
            path,
            config=config,
            isolated=isolated,
            cache=opened,
            observer=observer,
            environment=environment,
            online=online,
            target=target,
            index_url=index_url,
            advisories=advisories,
            osv_url=osv_url,
            max_advisory_age=max_advisory_age,
            baseline=baseline,
            data=gather.folder(),
            jobs=jobs,
        )
        if opened.trouble:
            say(opened.trouble)
    return report


def saved(file: Path) -> Report:
    """A report from a file; DepscanError names the file."""
    from depscan.report import json

    try:
        return json.load(file.read_bytes())
    except OSError as error:
        raise DepscanError(f"{file}: {error.strerror}") from error
    except DepscanError as error:
        raise DepscanError(f"{file}: {error}") from error


PATIENCE = 1.0
"""Seconds before progress is drawn: what is done by then needs none."""


def bar(doing: str) -> Observer:
    """A progress bar on stderr, with files and their rate; it comes after a second and leaves nothing behind."""
    from depscan.pipeline import Observer

    class Bar(Observer):
        def started(self, total: int) -> None:
            self._total, self._done, self._since = total, 0, time.monotonic()
            self._drawn: Progress | None = None

        def advanced(self, count: int) -> None:
            self._done += count
            passed = time.monotonic() - self._since
            if self._drawn is None and passed >= PATIENCE:
                self._drawn = _progress(doing, self._total)
            if self._drawn is not None:
                rate = f"{self._done / passed:,.0f} files/s"
                self._drawn.update(self._drawn.task_ids[0], completed=self._done, rate=rate)

        def finished(self) -> None:
            if self._drawn is not None:
                self._drawn.stop()

    return Bar()


def _progress(doing: str, total: int) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.add_task(doing, total=total, rate="")
    progress.start()
    return progress


def rendered(
    report: Report,
    kind: str,
    *,
    full: bool,
    verbose: int,
    color: str,
    stdout: bool,
    baseline: Report | None = None,
) -> bytes | Mapping[str, bytes]:
    """The report in one of `FORMATS`."""
    from depscan import rules
    from depscan.report import RENDERERS, Look

    renderer = next(renderer for renderer in RENDERERS if renderer.name == kind)
    look = Look(
        width=width() if stdout else 100,
        color=stdout and colored(color),
        unicode=not stdout or speaks_unicode(),
        verbose=verbose,
        full=full,
        titles={rule.code: rule.title for rule in rules.RULES},
        manuals={rule.code: rules.manual(rule.code) for rule in rules.RULES},
        baseline=baseline,
    )
    return renderer.render(report, look)


def speaks_unicode() -> bool:
    """Whether stdout can take what is not ASCII."""
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def write(name: str, data: bytes | Mapping[str, bytes]) -> None:
    """To stdout, to a file that is complete or not there at all, or several of these into a folder."""
    if not isinstance(data, bytes):
        if name == "-":
            raise DepscanError("this format has several files; name a folder for them with -o FOLDER/")
        try:
            Path(name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DepscanError(f"{name} cannot be written: {error.strerror}") from error
        for file, content in data.items():
            _replace(Path(name, file), content)
    elif name == "-":
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains as it exits
            sys.exit(141)  # as a shell shows it; click would make it 1, which means findings
    else:
        _replace(Path(name), data)


def _replace(target: Path, data: bytes) -> None:
    import tempfile

    partial = None
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            partial = Path(file.name)
            file.write(data)
        partial.chmod(0o644)
        partial.replace(target)
    except OSError as error:
        if partial is not None:
            partial.unlink(missing_ok=True)
        raise DepscanError(f"{target} cannot be written: {error.strerror}") from error


def format_of(name: str) -> str:
    """The format that the end of a file name asks for; DepscanError when none does."""
    from depscan.report import RENDERERS

    if name == "-":
        return "terminal"
    for renderer in RENDERERS:
        if name.lower().endswith(renderer.suffixes):
            return renderer.name
    known = ", ".join(suffix for renderer in RENDERERS for suffix in renderer.suffixes)
    raise DepscanError(f"{name}: no format for the suffix {Path(name).suffix!r}; known: {known} (a folder of tables)")


def status(report: Report, config: Config, *, never: bool, strict: bool, baseline: Report | None = None) -> int:
    """
    Exit status; findings of low confidence, and those that the policy excepts, are shown and never fail a run.

    With a baseline only findings that it does not have can.
    """
    from depscan.model import Confidence, Severity

    order = tuple(Severity)
    floor = order.index(config.fail_on or Severity.MEDIUM)
    failing = not never and any(
        order.index(finding.severity) >= floor and finding.confidence is not Confidence.LOW and not finding.suppressed
        for finding in (report.findings if baseline is None else _fresh(report, baseline))
    )
    if failing:
        return 1
    return 4 if strict and report.gaps else 0


def _fresh(report: Report, baseline: Report) -> tuple[Finding, ...]:
    from depscan import diff

    return diff.fresh(report, baseline)


def width() -> int:
    """The width of the terminal, within bounds."""
    import shutil

    return max(60, min(shutil.get_terminal_size((80, 24)).columns, 160))


def colored(choice: str) -> bool:
    """Whether stdout is to have colour."""
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"


def say(message: str) -> None:
    """One line on stderr; it may quote the scanned repository, so nothing in it can steer the terminal."""
    from depscan.report import show

    click.echo(f"depscan: {show(message, 600)}", err=True)
