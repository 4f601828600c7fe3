"""Speaks to a running server."""

import httpx


def ask(address: str) -> list[dict]:
    return httpx.get(f"{address}/recommend").json()
