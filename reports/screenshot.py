"""
Take the pictures of the HTML report that README.md and the site show.

    python -P reports/screenshot.py

Needs playwright and a Chromium (`DEPSCAN_BROWSER` names one); pictures depend on its fonts, so they are not compared.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write docs/images/report-light.png and report-dark.png from reports/hands.html."""
    from playwright.sync_api import sync_playwright

    browser = os.environ.get("DEPSCAN_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    target = ROOT / "docs/images"
    target.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = running.new_page(viewport={"width": 1280, "height": 960}, color_scheme=scheme)
            page.goto((ROOT / "reports/hands.html").as_uri())
            page.screenshot(path=target / f"report-{scheme}.png")
        running.close()


if __name__ == "__main__":
    main()
