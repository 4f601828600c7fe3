"""Saves and restores."""

import sys
from pathlib import Path

import msgpack

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def save(state: dict, path: str) -> None:
    Path(path).write_bytes(msgpack.packb(state))


def settings(path: str) -> dict:
    return tomllib.loads(Path(path).read_text())
