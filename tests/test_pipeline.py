"""From a folder to a report: what the stages give one another."""

from __future__ import annotations

import json as stdlib_json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from depscan import pipeline
from depscan.cache import Cache
from depscan.config import Config
from depscan.errors import ConfigError, NothingToScan
from depscan.model import Context, Location, Need, Relation, Report, Resolver, State, Tier
from depscan.report import json

FILES = {
    "pyproject.toml": """
[project]
name = "Shop_Window"
version = "1.0"
license = "MIT"
requires-python = ">=3.11"
dependencies = ["numpy>=2", "opencv-python-headless", "unheard-of"]
[project.scripts]
shop = "shop.cli:main"
[dependency-groups]
dev = ["pytest"]
""",
    "shop/__init__.py": "from shop.view import show\n",
    "shop/view.py": "import numpy as np\nimport cv2\n\n\ndef show(x):\n    return cv2.imshow('x', np.asarray(x))\n",
    "shop/cli.py": "def main():\n    import rich\n    rich.print('x')\n",
    "tests/test_shop.py": "import pytest\nimport numpy\nfrom shop.view import show\n",
    "play.ipynb": stdlib_json.dumps(
        {
            "nbformat": 4,
            "cells": [
                {"cell_type": "code", "source": ["%pip install seaborn\n"]},
                {"cell_type": "code", "source": "import seaborn as sns\nsns.set_theme()"},
            ],
        }
    ),
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop-repo", FILES)


def scan(root: Path, **options: object) -> Report:
    return replace(pipeline.scan(root, **options), scanned_at="")  # type: ignore[arg-type]


def test_the_whole_line(shop: Path) -> None:
    report = scan(shop)
    assert (report.project.name, report.project.root, report.project.licence) == ("shop-window", "shop-repo", "MIT")
    assert (report.code.files, report.code.notebooks, report.code.modules) == (5, 1, 4)
    (gap,) = report.gaps
    assert gap.reason.startswith("3 of 3 packages declared for run time are in no lock file and no environment")
    packages = {package.name: package for package in report.packages}
    assert set(packages) == {"numpy", "opencv-python-headless", "rich", "pytest", "seaborn", "unheard-of"}
    numpy = packages["numpy"]
    assert (numpy.state, numpy.relation, numpy.exposure.tier) == (State.USED, Relation.DIRECT, Tier.LOAD_BEARING)
    assert (numpy.exposure.direct_share, numpy.exposure.blast_radius) == (0.25, 0.75)
    assert numpy.exposure.entry_points == 1.0
    assert [(symbol.name, symbol.count) for symbol in numpy.exposure.symbols] == [("numpy.asarray", 1)]
    assert packages["opencv-python-headless"].import_names == ("cv2",)
    assert packages["rich"].state is State.UNDECLARED
    assert packages["rich"].exposure.scope == "lazy"
    assert packages["unheard-of"].state is State.UNUSED
    seaborn = next(declaration for declaration in report.declarations if declaration.name == "seaborn")
    assert seaborn.location == Location("play.ipynb", 1, 1)
    assert {declaration.scope for declaration in report.declarations if declaration.name == "pytest"} == {
        Need.DEVELOPMENT
    }
    assert [(f.code, f.package) for f in report.findings if f.code in {"DS101", "DS103"}] == [
        ("DS101", "rich"),
        ("DS103", "unheard-of"),
    ]
    site = next(site for site in report.imports if site.package == "rich")
    assert (site.location, site.context) == (Location("shop/cli.py", 2), Context.LAZY)


def test_equal_input_gives_equal_bytes_cold_warm_and_without_cache(shop: Path, tmp_path: Path) -> None:
    plain = json.render(scan(shop), full=True)
    with Cache(tmp_path / "cache") as cache:
        cold = json.render(scan(shop, cache=cache), full=True)
        entries = cache.count()
        warm = json.render(scan(shop, cache=cache), full=True)
        assert cache.count() == entries >= 5
    assert plain == cold == warm


def test_a_changed_file_is_read_again(shop: Path, tmp_path: Path) -> None:
    with Cache(tmp_path / "cache") as cache:
        scan(shop, cache=cache)
        (shop / "shop/cli.py").write_text("import typer\n")
        changed = scan(shop, cache=cache)
    assert "typer" in {package.name for package in changed.packages}
    assert "rich" not in {package.name for package in changed.packages}


def test_the_clock_can_be_fixed(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert pipeline.scan(shop).scanned_at == "1970-01-01T00:00:00Z"


def test_what_cannot_be_read_is_a_gap_and_the_rest_counts(shop: Path) -> None:
    (shop / "huge.py").write_bytes(b"#" * (6 << 20))
    (shop / "requirements.txt").write_text("scipy\n<<<<<<< HEAD\ntorch\n")
    (shop / "setup.cfg").write_bytes(b"\xff\xfe\x00[")
    os.mkfifo(shop / "pipe.py")
    report = scan(shop)
    places = {gap.location.path: gap.reason for gap in report.gaps}
    assert set(places) == {"", "huge.py", "requirements.txt", "setup.cfg", "pipe.py"}
    assert "above the limit" in places["huge.py"]
    assert {"numpy", "scipy", "torch"} <= {package.name for package in report.packages}


def test_configuration_hides_and_the_report_counts(shop: Path) -> None:
    assert scan(shop, config=Config(ignore=("DS",))).findings == ()
    assert scan(shop, config=Config(ignore=("DS",))).hidden == len(scan(shop).findings) > 0
    (shop / "depscan.toml").write_text("select = ['DS103']\nexclude = ['play.ipynb']\n")
    report = scan(shop)
    assert {finding.code for finding in report.findings} == {"DS103"}
    assert report.code.notebooks == 0
    assert scan(shop, isolated=True).code.notebooks == 1
    with pytest.raises(ConfigError, match="DSX"):
        scan(shop, config=Config(select=("DSX",)))


def test_without_uses_imports_still_count(shop: Path) -> None:
    report = scan(shop, config=Config(uses=False))
    numpy = next(package for package in report.packages if package.name == "numpy")
    assert (numpy.exposure.import_sites, numpy.exposure.call_sites) == (2, 0)


def test_the_users_table_decides(shop: Path) -> None:
    (shop / "shop/cli.py").write_text("import acme.vision\n")
    report = scan(shop, config=Config(import_names={"acme.vision": ("acme-vision-internal",)}))
    package = next(package for package in report.packages if package.name == "acme-vision-internal")
    assert package.resolver is Resolver.MAPPING


def test_an_environment_beside_the_code_gives_names_versions_and_edges(shop: Path) -> None:
    site = "env/lib/python3.12/site-packages"
    write(
        shop,
        {
            "env/pyvenv.cfg": "home = /usr/bin\n",
            f"{site}/odd_name-3.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: odd-name\nVersion: 3.1\n",
            f"{site}/odd_name-3.1.dist-info/top_level.txt": "strange\n",
            f"{site}/unheard_of-1.0.dist-info/METADATA": (
                "Metadata-Version: 2.1\nName: unheard-of\nVersion: 1.0\nRequires-Dist: odd-name>=3\n"
            ),
            f"{site}/strange/__init__.py": "import nothing_of_ours\n",
            "shop/cli.py": "import strange\n",
        },
    )
    report = scan(shop)
    package = next(package for package in report.packages if package.name == "odd-name")
    assert (package.version, package.resolver, package.state) == ("3.1", Resolver.ENVIRONMENT, State.TRANSITIVE_ONLY)
    assert package.exposure.introducers == ("unheard-of",)
    assert ("DS102", "odd-name") in {(finding.code, finding.package) for finding in report.findings}
    assert "nothing-of-ours" not in {package.name for package in report.packages}


METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"


def site(folder: Path, *packages: str, requires: str = "") -> Path:
    """A site-packages folder that was never installed: NAME-VERSION of each package."""
    for package in packages:
        name, _, version = package.rpartition("-")
        files = {"METADATA": METADATA.format(name, version) + (f"Requires-Dist: {requires}\n" if requires else "")}
        write(folder / f"{name.replace('-', '_')}-{version}.dist-info", files | {"top_level.txt": name})
    return folder


@pytest.mark.parametrize("inside", ["", "lib/python3.12/site-packages", "Lib/site-packages"])
def test_an_environment_elsewhere_is_read_instead_of_those_beside_the_code(
    shop: Path, tmp_path: Path, inside: str
) -> None:
    site(shop / ".venv/lib/python3.12/site-packages", "numpy-9.9")
    elsewhere = site(tmp_path / "elsewhere" / inside, "numpy-2.1", "opencv-python-headless-4.1", requires="rich")
    site(elsewhere, "rich-15.0")
    report = scan(shop, environment=tmp_path / "elsewhere")
    packages = {package.name: package for package in report.packages}
    assert packages["numpy"].version == "2.1"
    assert (packages["rich"].version, packages["rich"].state) == ("15.0", State.TRANSITIVE_ONLY)
    assert packages["rich"].exposure.introducers == ("numpy", "opencv-python-headless")
    place = next(pin.location.path for pin in report.pins if pin.name == "rich")
    assert place == "/".join(filter(None, ["environment: elsewhere", inside, "rich-15.0.dist-info/METADATA"]))
    (gap,) = report.gaps
    assert gap.reason.startswith("1 of 3 packages declared for run time are in no lock file and no environment")
    assert ": unheard-of;" in gap.reason


def test_what_conda_installed_counts(shop: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "conda"
    records = {"numpy": "2.2.0", "pytorch": "2.5.1", "libblas": "3.9"}
    write(
        prefix / "conda-meta",
        {
            f"{name}.json": stdlib_json.dumps({"name": name, "version": v, "depends": ["x"]})
            for name, v in records.items()
        }
        | {"broken.json": "{", "odd.json": '{"name": 1}', "deep.json": "[" * 100_000, "history": ""},
    )
    report = scan(shop, environment=prefix)
    pins = {pin.name: pin for pin in report.pins}
    assert (pins["numpy"].version, pins["torch"].version) == ("2.2.0", "2.5.1")
    reasons = {gap.location.path.rpartition("/")[2]: gap.reason for gap in report.gaps}
    assert set(reasons) >= {"broken.json", "odd.json", "deep.json"}


def test_an_environment_that_is_none(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"environment: .*nowhere does not exist"):
        scan(shop, environment=tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    gaps = {gap.location.path: gap.reason for gap in scan(shop, environment=tmp_path / "empty").gaps}
    assert "no package is installed there" in gaps["environment: empty/"]


def test_nothing_to_scan(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(NothingToScan):
        pipeline.scan(tmp_path)


def test_an_observer_is_told(shop: Path) -> None:
    told: list[object] = []

    class Listener(pipeline.Observer):
        def started(self, total: int) -> None:
            told.append(total)

        def advanced(self, count: int) -> None:
            told.append(count)

        def finished(self) -> None:
            told.append("finished")

    pipeline.scan(shop, observer=Listener())
    assert told == [5, 5, "finished"]


def test_nothing_in_the_folder_is_run_or_changed(shop: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    bomb = f"open({str(canary)!r}, 'w').close()\n"
    write(shop, {"setup.py": bomb, "conftest.py": bomb, "json.py": bomb, "shop/__main__.py": bomb})

    def state() -> dict[Path, tuple[int, int, int, int]]:  # not the time of the last reading
        found = ((path, path.lstat()) for path in shop.rglob("*"))
        return {path: (status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns) for path, status in found}

    before = state()
    scan(shop)
    assert not canary.exists()
    assert state() == before
