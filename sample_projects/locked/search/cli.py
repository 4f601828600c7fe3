"""Fetch pages, through a proxy if need be, and search in them."""

import sys

import requests
import socks

from search.index import Index


def main() -> None:
    query, *addresses = sys.argv[1:]
    try:
        pages = [requests.get(address, timeout=30).text for address in addresses]
    except socks.ProxyError:
        sys.exit("the proxy refuses")
    print("\n".join(Index(pages).nearest(query)))
