"""A real browser and the real report, each once for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hinterland.run import run

DEBIAN = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium where it is, else Playwright's own."""
    with sync_playwright() as playwright:
        options = {"executable_path": str(DEBIAN)} if DEBIAN.exists() else {}
        found = playwright.chromium.launch(args=["--no-sandbox"], **options)
        yield found
        found.close()


@pytest.fixture(scope="session")
def report_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the built-in study; HINTERLAND_REPORT names one that was made before."""
    made = os.environ.get("HINTERLAND_REPORT")
    if made:
        return Path(made).resolve()
    return run("southwest", tmp_path_factory.mktemp("report") / "southwest").report


class Watched:
    """A page with a record of what it asked for and what it complained of."""

    def __init__(self, page: Page, path: Path, language: str) -> None:
        self.page = page
        self.language = language
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda said: self._complain(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{path.as_uri()}#lang={language}")
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-chart]')].every(e => e.dataset.drawn)"
        )

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


@pytest.fixture(scope="session", params=[(w, lang) for w in (1280, 390) for lang in ("en", "zh")], ids=str)
def watched(request: pytest.FixtureRequest, browser: Browser, report_page: Path) -> Iterator[Watched]:
    """The report at a desk's and a phone's width, in both languages."""
    width, language = request.param
    page = browser.new_page(viewport={"width": width, "height": 900})
    yield Watched(page, report_page, language)
    page.close()
