"""Settings are read from where they may be, and every error names file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from depscan import config
from depscan.config import Analysis, Config, Dimension, Distribution, Exemption, Policy
from depscan.errors import ConfigError
from depscan.model import Severity
from depscan.tree import Tree


def load(root: Path, files: dict[str, str]) -> Config:
    for name, text in files.items():
        (root / name).write_text(text)
    return config.load(Tree(root).read)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Config()),
        ({"pyproject.toml": "[project]\nname = 'x'"}, Config()),
        ({"pyproject.toml": "[tool.depscan]\nselect = ['DS1']"}, Config(select=("DS1",))),
        ({"depscan.toml": "ignore = ['DS105']\nfail-on = 'high'"}, Config(ignore=("DS105",), fail_on=Severity.HIGH)),
        (
            {"depscan.toml": "uses = false", "pyproject.toml": "[tool.depscan]\nuses = true"},
            Config(uses=False),
        ),
        ({"pyproject.toml": "[tool.depscan.import-names]\nx = ['y']"}, Config(import_names={"x": ("y",)})),
        ({"pyproject.toml": "broken = ["}, Config()),
        ({"pyproject.toml": "tool = 3"}, Config()),
    ],
)
def test_where_settings_come_from(tmp_path: Path, files: dict[str, str], expected: Config) -> None:
    assert load(tmp_path, files) == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"depscan.toml": "failon = 'high'"}, r"depscan.toml: .*unknown field `failon`.*known settings: select"),
        ({"depscan.toml": "select = 'DS1'"}, r"\$\.select"),
        ({"depscan.toml": "fail-on = 'huge'"}, r"\$\.fail-on|\$\.fail_on"),
        ({"depscan.toml": "= ="}, "depscan.toml: not valid TOML"),
        ({"pyproject.toml": "[tool]\ndepscan = 3"}, r"pyproject.toml: tool.depscan must be a table"),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, files)


def test_a_file_that_the_user_names(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("ignore = ['DS103']")
    assert config.read(tmp_path / "mine.toml").ignore == ("DS103",)
    (tmp_path / "pyproject.toml").write_text("[project]\nname='x'")
    assert config.read(tmp_path / "pyproject.toml") == Config()
    with pytest.raises(ConfigError, match="No such file"):
        config.read(tmp_path / "absent.toml")


# -- the policy -------------------------------------------------------------------------------------------------------

POLICY = """
[tool.depscan.policy]
allowed-licences = ["permissive", "MPL-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"]
denied-licences = ["network-copyleft", "LicenseRef-NVIDIA-Proprietary"]
denied-packages = ["abc", "litellm>=1.82.7,<1.83"]
required-status = ["active", "maintenance"]
max-concentration = {steward = 0.5, account = 0.25}
distribution = "service"

[[tool.depscan.policy.exceptions]]
code = "DS301"
package = "gym"
reason = "moves next quarter"
until = 2027-03-31

[[tool.depscan.policy.exceptions]]
code = "DS306"
reason = "accepted"

[[tool.depscan.policy.exceptions]]
code = "ds2"
advisory = "CVE-2021-1"
reason = "not reached"
until-fixed = true
vex = "not_affected"
"""


def test_a_whole_policy(tmp_path: Path) -> None:
    assert load(tmp_path, {"pyproject.toml": POLICY}).policy == Policy(
        allowed_licences=("permissive", "MPL-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        denied_licences=("network-copyleft", "LicenseRef-NVIDIA-Proprietary"),
        denied_packages=("abc", "litellm>=1.82.7,<1.83"),
        required_status=("active", "maintenance"),
        max_concentration={Dimension.STEWARD: 0.5, Dimension.ACCOUNT: 0.25},
        distribution=Distribution.SERVICE,
        exceptions=(
            Exemption(code="DS301", package="gym", reason="moves next quarter", until=date(2027, 3, 31)),
            Exemption(code="DS306", reason="accepted"),
            Exemption(
                code="ds2",
                advisory="CVE-2021-1",
                reason="not reached",
                until_fixed=True,
                vex=Analysis.NOT_AFFECTED,
            ),
        ),
    )
    assert Config().policy == Policy()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policy = 3", r"\$\.policy.*known settings: allowed-licences"),
        ("[policy]\nallowed = []", r"unknown field `allowed` - at `\$\.policy`.*known settings: allowed-licences"),
        ("[policy]\nallowed-licences = 'MIT'", r"\$\.policy\.allowed-licences"),
        ("[policy]\nallowed-licences = ['MIT', 'MTI']", r"policy\.allowed-licences\[1\]: .*'MTI'; did you mean .*MIT"),
        ("[policy]\ndenied-licences = ['strong copylift']", r"denied-licences\[0\]: .*did you mean strong copyleft\?"),
        (
            "[policy]\ndenied-licences = ['%%%']",
            r"denied-licences\[0\]: .*known are public domain, permissive, .* \.\.\.",
        ),
        ("[policy]\ndenied-packages = ['a b']", r"policy\.denied-packages\[0\]: 'a b' is no name with a version"),
        ("[policy]\ndenied-packages = ['a', 'b[c]']", r"denied-packages\[1\]: 'b\[c\]': only a name and a version"),
        ("[policy]\ndenied-packages = ['a; os_name == \"nt\"']", r"denied-packages\[0\]: .*only a name and a version"),
        ("[policy]\nrequired-status = ['activ']", r"policy\.required-status\[0\]: .*'activ'; did you mean active"),
        ("[policy]\nrequired-status = ['xxxx']", r"required-status\[0\]: .*known are active, maintenance, .*inactive$"),
        ("[policy]\nmax-concentration = {stewart = 0.5}", r"\$\.policy\.max-concentration.*known values: steward"),
        ("[policy]\nmax-concentration = {steward = 50}", r"policy\.max-concentration\.steward: 50 is no share"),
        ("[policy]\nmax-concentration = {steward = nan}", r"policy\.max-concentration\.steward: nan is no share"),
        ("[policy]\ndistribution = 'ship'", r"\$\.policy\.distribution.*known values: shipped, service, internal"),
        ("[[policy.exceptions]]\ncode = 'DS301'", r"required field `reason` - at `\$\.policy\.exceptions\[0\]`"),
        ("[[policy.exceptions]]\ncode = 'DS301'\nreason = ' '", r"policy\.exceptions: DS301: `reason` is empty"),
        (
            "[[policy.exceptions]]\ncode = 'DS301'\npackage = 'gym'\nreason = ''",
            r"policy\.exceptions: DS301 for gym: `reason` is empty",
        ),
        ("[[policy.exceptions]]\ncode = ''\nreason = 'r'", r"policy\.exceptions: `code` is empty"),
        (
            "[[policy.exceptions]]\ncode = 'DS301'\nreason = 'r'\nuntl = 2027-01-01",
            r"unknown field `untl`.*known settings: code, reason, package, until, advisory, until-fixed, vex",
        ),
        (
            "[[policy.exceptions]]\ncode = 'DS201'\nreason = 'r'\nvex = 'none'",
            r"\$\.policy\.exceptions\[0\]\.vex.*known values: in_triage, not_affected, exploitable, false_pos",
        ),
        (
            "[[policy.exceptions]]\ncode = 'DS301'\nreason = 'r'\nadvisory = 'CVE-2021-1'",
            r"policy\.exceptions: DS301: `advisory` is about known vulnerabilities: the code is DS2, DS201",
        ),
        (
            "[[policy.exceptions]]\ncode = 'DS'\nreason = 'r'\nuntil-fixed = true",
            r"policy\.exceptions: DS: `until-fixed` is about known vulnerabilities",
        ),
        (
            "[[policy.exceptions]]\ncode = 'DS301'\nreason = 'r'\nvex = 'resolved'",
            r"policy\.exceptions: DS301: `vex` is about known vulnerabilities",
        ),
        (
            "[[policy.exceptions]]\ncode = 'DS301'\nreason = 'r'\nuntil = 'soon'",
            r"\$\.policy\.exceptions\[0\]\.until",
        ),
    ],
)
def test_errors_in_the_policy_name_the_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^depscan\.toml: .*{message}"):
        load(tmp_path, {"depscan.toml": text})
