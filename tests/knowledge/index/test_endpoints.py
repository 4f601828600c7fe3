"""Where the package index is: precedence, pip's configuration, and what may be printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from depscan.knowledge import endpoints

BASE = "https://index.example/simple/"


@pytest.fixture(autouse=True)
def _no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_INDEX_URL", "PIP_NO_INDEX", "UV_DEFAULT_INDEX", "PIP_CERT", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("given", "environment", "settings", "expected"),
    [
        (BASE, {"PIP_INDEX_URL": "https://pip.example/simple"}, {"index-url": "https://conf.example"}, BASE),
        (
            "",
            {"PIP_INDEX_URL": "https://pip.example/simple", "UV_DEFAULT_INDEX": BASE},
            {},
            "https://pip.example/simple/",
        ),
        ("", {"UV_DEFAULT_INDEX": "corp=https://index.example/simple"}, {"index-url": "https://conf.example"}, BASE),
        ("", {"UV_DEFAULT_INDEX": "https://index.example/a=b/simple"}, {}, "https://index.example/a=b/simple/"),
        ("", {}, {"index-url": " https://conf.example/simple// "}, "https://conf.example/simple/"),
        ("", {}, {"index-url": BASE, "no-index": "true"}, ""),
        ("", {}, {"index-url": BASE, "no-index": "0"}, BASE),
        (BASE, {}, {"no-index": "true"}, BASE),
        ("", {}, {}, "https://default.example/simple/"),
    ],
)
def test_precedence(
    given: str, environment: dict[str, str], settings: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(endpoints, "default_index", lambda: "https://default.example/simple/")
    assert endpoints.simple_url(given, settings) == expected


def test_pip_is_asked_when_nothing_else_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://me:s3cret@index.example/simple\ncert = /a/ca.pem\n"
        "[install]\nproxy = http://proxy.example:3128\nindex-url = https://mine.example/simple\n"
        "[list]\nindex-url = https://other.example/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_CERT", "/b/ca.pem")
    settings = endpoints.pip_settings()
    assert {name: settings.get(name) for name in ("cert", "proxy", "index-url")} == {
        "cert": "/b/ca.pem",
        "proxy": "http://proxy.example:3128",
        "index-url": "https://mine.example/simple",
    }
    assert endpoints.simple_url() == "https://mine.example/simple/"


@pytest.mark.parametrize(
    "command",
    [
        ("/no/such/program",),
        (sys.executable, "-c", "raise SystemExit('no pip here')"),
        (sys.executable, "-c", "print('global.index-url=not quoted\\n???')"),
        (sys.executable, "-c", "import time; time.sleep(60)"),
    ],
)
def test_without_pip_nothing_is_set_up(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "PIP", command)
    monkeypatch.setattr(endpoints, "_PIP_SECONDS", 0.5)
    assert endpoints.pip_settings() == {}


def test_the_default_is_what_pip_and_pip_audit_say(monkeypatch: pytest.MonkeyPatch) -> None:
    both = endpoints.default_index()
    assert both.startswith("https://") and both.endswith("/simple/")
    for sources in (endpoints._DEFAULTS[:1], endpoints._DEFAULTS[1:]):
        monkeypatch.setattr(endpoints, "_DEFAULTS", sources)
        assert endpoints.default_index() == both
    monkeypatch.setattr(endpoints, "_DEFAULTS", (("no.such.module", ("x",)), ("sys", ("nothing",)), ("sys", ("path",))))
    assert endpoints.default_index() == ""
    assert endpoints.simple_url("", {}) == ""


@pytest.mark.parametrize(
    ("simple", "expected"),
    [
        (BASE, "https://index.example/pypi/"),
        ("https://index.example/simple", "https://index.example/pypi/"),
        ("https://index.example/api/pypi/ml/simple/", "https://index.example/api/pypi/ml/pypi/"),
        ("http://127.0.0.1:8080/simple/", "http://127.0.0.1:8080/pypi/"),
        ("https://index.example/root/dev/+simple/", ""),
        ("https://index.example/", ""),
    ],
)
def test_where_the_documents_are(simple: str, expected: str) -> None:
    assert endpoints.json_url(simple) == expected


@pytest.mark.parametrize(
    ("url", "shown", "credentials"),
    [
        (BASE, BASE, None),
        ("https://me:s3cret@index.example/simple/", BASE, ("me", "s3cret")),
        ("https://s3cret@index.example/simple/", BASE, ("s3cret", "")),
        ("https://me:s%40cret%2F@index.example:8443/simple/", "https://index.example:8443/simple/", ("me", "s@cret/")),
        ("https://me:s@cret@index.example/simple/", BASE, ("me", "s@cret")),
        ("https://index.example/simple/?token=s3cret#s3cret", BASE, None),
        ("https://me:s3cret@index.example:port/simple/", "", None),
        ("https://me:s3cret@[::1/simple/", "", None),
        ("\x1b[2Jhttps://index.example/simple/\n", "[2Jhttps://index.example/simple/", None),
    ],
)
def test_credentials_are_used_and_not_shown(url: str, shown: str, credentials: tuple[str, str] | None) -> None:
    assert endpoints.shown(url) == shown
    assert endpoints.split(url)[1] == credentials


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ('print(\'["me", "s3cret"]\')', ("me", "s3cret")),
        ("import sys; print('[\"me\", \"s3cret\"]' if sys.argv[1] == 'index.example' else '[]')", ("me", "s3cret")),
        ("import json, sys; print(json.dumps([sys.argv[2], 'x']))", ("someone", "x")),
        ("print('[]')", None),
        ("print('no JSON')", None),
        ("raise SystemExit(1)", None),
        ("import time; time.sleep(60)", None),
    ],
)
def test_the_keyring(program: str, expected: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "KEYRING", (sys.executable, "-I", "-c", program))
    monkeypatch.setattr(endpoints, "_KEYRING_SECONDS", 5 if expected else 1)
    assert endpoints.keyring_credentials(BASE, "someone") == expected


def test_the_keyring_is_asked_in_its_own_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "keyring.py").write_text(
        "class C:\n    username, password = 'me', 's3cret'\n"
        "def get_credential(service, user):\n    return C() if service == 'https://index.example/simple/' else None\n"
    )
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {endpoints.KEYRING[-1]}"
    monkeypatch.setattr(endpoints, "KEYRING", (*endpoints.KEYRING[:-1], program))
    assert endpoints.keyring_credentials(BASE) == ("me", "s3cret")
    assert endpoints.keyring_credentials("https://other.example/simple/") is None


def test_no_keyring_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "KEYRING", ("/no/such/program",))
    assert endpoints.keyring_credentials(BASE) is None
