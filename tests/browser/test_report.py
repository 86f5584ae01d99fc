"""The report in a real browser: whole in itself, without error, accessible, legible, in both languages."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from hinterland.report.chapters import CHAPTERS

SMALLEST_TEXT = 12
SMALLEST_LABEL = 11

VISIBLE_TEXT = """
() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest("script, style, noscript, .skip")) continue;
    if (!parent.checkVisibility()) continue;
    const style = getComputedStyle(parent);
    found.push([node.textContent.trim(), parseFloat(style.fontSize), !!parent.closest("svg"),
                !!parent.closest(".quoted, cite, code, [data-language], .url, .file")]);
  }
  return found;
}
"""

CLIPPED = """
() => [...document.querySelectorAll("[data-chart]")].flatMap(chart => {
  const box = chart.getBoundingClientRect();
  return [...chart.querySelectorAll("svg text")].filter(t => {
    const r = t.getBoundingClientRect();
    return r.width > 0 && (r.left < box.left - 1 || r.right > box.right + 1
      || r.top < box.top - 1 || r.bottom > box.bottom + 1);
  }).map(t => chart.dataset.chart + ": " + t.textContent);
})
"""

OVERLAPPING = """
() => [...document.querySelectorAll("[data-chart]")].flatMap(chart => {
  // The box of a slanted text is larger than the text.
  const upright = [...chart.querySelectorAll("svg text")].filter(t => Math.abs(t.getCTM().b) < 0.01);
  const boxes = upright.map(t => [t.textContent, t.getBoundingClientRect()])
    .filter(([text, r]) => text.trim() && r.width > 0);
  const out = [];
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, b] = [boxes[i][1], boxes[j][1]];
    const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (w > 2 && h > 5) out.push(chart.dataset.chart + ": " + boxes[i][0] + " / " + boxes[j][0]);
  }
  return out;
})
"""


def test_no_outside_request(watched) -> None:
    outside = [url for url in watched.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert outside == []
    assert len([url for url in watched.requests if url.startswith("file:")]) == 1


def test_no_console_error(watched) -> None:
    assert watched.complaints == []


def test_accessible(watched) -> None:
    # Closed tables are opened: what a reader may open must be accessible too. The rows of a table are all
    # alike, and looking at thousands of them takes minutes.
    watched.page.evaluate(
        """() => {
             document.querySelectorAll("details:not([open])").forEach(one => {
               one.dataset.was = "closed"; one.open = true; });
             document.querySelectorAll("tbody tr:nth-child(n+5)").forEach(row => { row.hidden = true; }); }"""
    )
    found = Axe().run(watched.page, options={"resultTypes": ["violations"]})
    severe = [
        f"{rule['id']}: {rule['help']} ({len(rule['nodes'])}; {rule['nodes'][0]['html'][:160]})"
        for rule in found.response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    watched.page.evaluate(
        """() => {
             document.querySelectorAll("details[data-was]").forEach(one => { one.open = false; });
             document.querySelectorAll("tbody tr").forEach(row => { row.hidden = false; }); }"""
    )
    assert severe == []


def test_language_of_the_page(watched) -> None:
    assert (
        watched.page.evaluate("document.documentElement.lang")
        == {"en": "en", "zh": "zh-CN"}[watched.language]
    )


def test_no_sideways_scrolling(watched) -> None:
    wide = watched.page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter(e =>
              !e.closest(".scroll") && !e.closest("svg") && e.checkVisibility()
              && e.getBoundingClientRect().right > innerWidth + 1)
             .map(e => e.tagName + "." + e.className).slice(0, 5)"""
    )
    assert wide == []
    assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_text_too_small(watched) -> None:
    small = [
        (text, size)
        for text, size, drawn, _ in watched.page.evaluate(VISIBLE_TEXT)
        if size < (SMALLEST_LABEL if drawn else SMALLEST_TEXT)
    ]
    assert small == []


def test_charts_are_drawn(watched) -> None:
    charts = watched.page.evaluate(
        """() => [...document.querySelectorAll("[data-chart]")].map(e => {
             const svg = e.querySelector("svg");
             const box = svg ? svg.getBoundingClientRect() : {width: 0, height: 0};
             return [e.dataset.chart, box.width, box.height, e.querySelectorAll("svg path, svg text").length,
                     e.getAttribute("aria-label")]; })"""
    )
    assert len(charts) >= 10
    for name, width, height, marks, label in charts:
        assert width > 250 and height > 100, name
        assert marks > 8, name
        assert label, name


def test_chart_labels_lie_within_and_apart(watched) -> None:
    assert watched.page.evaluate(CLIPPED) == []
    assert watched.page.evaluate(OVERLAPPING) == []


def test_every_word_in_the_reader_language(watched) -> None:
    """No code shows, and no English is left in the Chinese view but what is quoted."""
    watched.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    shown = [text for text, _, _, quoted in watched.page.evaluate(VISIBLE_TEXT) if not quoted]
    # Subscripts of formulas (x_ri) are no codes.
    codes = sorted(
        {text for text in shown if re.search(r"(?<![A-Za-z0-9])[a-z]{2,}[a-z0-9]*_[a-z0-9_]+", text)}
    )
    assert codes == []
    if watched.language == "zh":
        # Names that are the same in both languages (methods, programs) are short; sentences are not.
        english = sorted({text for text in shown if re.search(r"[a-z]{3,} +[a-z]{3,}", text)})
        assert english == []
    else:
        chinese = sorted({text for text in shown if re.search(r"[\u4e00-\u9fff]", text)})
        assert chinese == []


def test_language_switch(browser: Browser, report_page: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report_page.as_uri())
    first = page.locator("h1").inner_text()
    page.get_by_role("button", name="中文").click()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator("h1").inner_text() != first
    assert page.title() == page.locator("h1").inner_text()
    assert page.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-chart]')].every(e => e.dataset.drawn === 'zh')"
    )
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"  # remembered
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text() == first
    page.close()


def test_every_chapter_can_be_reached(watched) -> None:
    page = watched.page
    links = page.evaluate("[...document.querySelectorAll('nav.contents a')].map(a => a.getAttribute('href'))")
    assert len(links) == len(CHAPTERS) + 2  # the summary before, the data after
    for link in links:
        assert page.evaluate("id => !!document.querySelector(id + ' > h2')", link), link
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    broken = page.evaluate(
        """() => [...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute("href"))
             .filter(h => !document.getElementById(h.slice(1)))"""
    )
    assert broken == []


def test_keyboard(browser: Browser, report_page: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report_page.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_tables_sort_and_filter(browser: Browser, report_page: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report_page.as_uri() + "#lang=en")
    page.evaluate("document.querySelector('#table-plan_transfers').open = true")
    table = page.locator("table[data-table=plan_transfers]")
    button = table.locator("th.n .sort").first
    column = table.locator("th").evaluate_all("heads => heads.findIndex(h => h.classList.contains('n'))")
    cells = table.locator(f"tbody tr td:nth-child({column + 1})")

    def figures() -> list[float]:
        return [float(text.replace(",", "").replace("\u2212", "-")) for text in cells.all_inner_texts()]

    button.click()
    assert figures() == sorted(figures())
    button.click()
    assert figures() == sorted(figures(), reverse=True)
    before = len(cells.all_inner_texts())
    first = table.locator("tbody tr td").first.inner_text()
    page.locator("[data-filter=plan_transfers]").fill(first)
    assert 0 < table.locator("tbody tr:visible").count() <= before
    assert all(first in row for row in table.locator("tbody tr:visible").all_inner_texts())
    page.close()


def test_small_enough_to_mail(report_page: Path) -> None:
    assert report_page.stat().st_size < 4e6
