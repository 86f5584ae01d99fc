"""Take the picture of the report that the README shows: python tools/screenshot.py build/southwest/index.html."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

TARGET = Path(__file__).parents[1] / "docs" / "images" / "report.png"
SYSTEM_BROWSER = Path("/usr/bin/chromium")


def main(page_file: str) -> None:
    """Write the picture of the chapter on the plan, from its map on, at the width of a laptop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(SYSTEM_BROWSER) if SYSTEM_BROWSER.exists() else None, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        page.goto(Path(page_file).resolve().as_uri())
        page.locator('[data-chart="plan-map"]').evaluate("e => scrollTo(0, e.offsetTop - 110)")
        page.wait_for_timeout(2500)  # the charts draw themselves in
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(TARGET))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "build/southwest/index.html")
