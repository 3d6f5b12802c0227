"""The page in a real browser: it draws, it answers keys, it stays offline, nothing foreign runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.browser import Browser
from tests.report.conftest import Material

pytestmark = pytest.mark.slow  # seconds each where scenes are drawn without a graphics card

DRAWN = (
    "[...document.querySelectorAll('.thumb .plot')].filter(p => p.offsetParent)"
    ".every(p => p.querySelector('.main-svg'))"
)
TABS = "[...document.querySelectorAll('#main > section > .tabs [role=tab]')]"
SHOWN = "[...document.querySelectorAll('.subject')].map(p => !p.hidden)"


def test_it_opens_from_disk_and_draws_offline(browser: Browser, one_page: Path) -> None:
    browser.open(one_page)
    browser.until(DRAWN)
    count = "[...document.querySelectorAll('.thumb .js-plotly-plot')].map(p => p.data.length)"
    drawn = browser.ask(count)
    assert len(drawn) == 4 and all(drawn)
    assert browser.errors() == []
    assert browser.requests() == [one_page.as_uri()]
    assert browser.ask("[...document.styleSheets].every(s => !s.href)")


def test_nothing_is_wider_than_a_telephone(browser: Browser, flat_page: Path) -> None:
    browser.open(flat_page, width=390)
    browser.until("document.querySelector('.thumb .main-svg')")
    assert browser.ask("document.documentElement.scrollWidth") <= 390


def test_tabs_open_by_click_key_and_link(browser: Browser, two_page: Path) -> None:
    browser.open(two_page)
    browser.until(DRAWN)
    assert browser.ask(SHOWN) == [True, False]
    before = browser.ask("document.querySelectorAll('.js-plotly-plot').length")
    browser.ask(f"{TABS}[1].click()")
    assert browser.ask(SHOWN) == [False, True]
    browser.until(DRAWN)
    after = browser.ask("document.querySelectorAll('.js-plotly-plot').length")
    assert after >= before + 4, "pictures of a tab are drawn when it opens"
    browser.ask(f"{TABS}[1].focus()")
    for key, expected in (("ArrowRight", 0), ("ArrowLeft", 1), ("Home", 0), ("End", 1)):
        browser.key(key)
        chosen = browser.ask(f"{TABS}.map(t => t.getAttribute('aria-selected') === 'true')")
        assert chosen == [expected == 0, expected == 1], key
        assert browser.ask(f"{TABS}.indexOf(document.activeElement)") == expected
    browser.ask("location.hash = 's1'")
    browser.until(f"{SHOWN}[0]")
    browser.open(two_page, fragment="s2")
    assert browser.ask(SHOWN) == [False, True]
    assert browser.errors() == []


def test_pictures_follow_the_theme(browser: Browser, flat_page: Path) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    paper = "document.querySelector('.card:last-child .js-plotly-plot').layout.paper_bgcolor"
    browser.open(flat_page, scheme="dark")
    browser.until(DRAWN)
    dark = (browser.ask(back), browser.ask(paper))
    browser.ask("document.getElementById('theme').click()")
    light = (browser.ask(back), browser.ask(paper))
    assert dark[0] != light[0] and dark[1] != light[1] == "white"
    browser.open(flat_page, scheme="dark")
    assert browser.ask(back) == light[0], "what the reader chose is kept"
    browser.ask("localStorage.clear()")
    browser.open(flat_page, scheme="light")
    assert browser.ask(back) == light[0]
    assert browser.errors() == []


def test_a_picture_is_enlarged_and_put_back(browser: Browser, flat_page: Path) -> None:
    browser.open(flat_page)
    browser.ask("document.querySelector('.card:last-child .enlarge').click()")
    browser.until("document.querySelector('#zoom .main-svg')")
    assert browser.ask("document.getElementById('zoom').open")
    browser.ask("document.getElementById('zoom-close').click()")
    browser.until("!document.querySelector('#zoom .main-svg')")
    assert browser.errors() == []


def test_findings_are_sorted_and_sifted(browser: Browser, flat_page: Path) -> None:
    browser.open(flat_page)
    rows = "[...document.querySelectorAll('#all-findings tbody tr')]"
    q = f"{rows}.map(r => r.cells[r.cells.length - 1].dataset.sort)"
    browser.ask("[...document.querySelectorAll('#all-findings th button')].at(-1).click()")
    known = [float(value) for value in browser.ask(q) if value]
    assert known == sorted(known) and len(set(known)) > 1
    assert browser.ask(q)[-1] == "", "what has no q stands last"
    browser.ask("document.querySelector('.filter input[value=absent]').click()")
    shown = f"new Set({rows}.filter(r => !r.hidden).map(r => r.dataset.verdict)).has('absent')"
    assert browser.ask(f"{rows}.some(r => r.hidden)") and not browser.ask(shown)


def test_a_command_can_be_copied_from_disk(browser: Browser, flat_page: Path) -> None:
    browser.open(flat_page)
    browser.ask("document.querySelector('.copy').click()")
    browser.until("['Copied', 'Selected'].includes(document.querySelector('.copy').textContent)")


def test_paper_holds_every_picture(browser: Browser, flat_page: Path, material: Material) -> None:
    browser.open(flat_page)
    browser.until(DRAWN)
    pictures = "[...document.querySelectorAll('.pictures .plot')]"
    count = f"{pictures}.filter(p => p.querySelector('.main-svg')).length"
    before = browser.ask(count)
    assert browser.paper().startswith(b"%PDF")
    assert browser.ask(count) == len(material.flat.figures) > before
    hidden = "document.querySelectorAll('.pictures [role=tabpanel][hidden]').length"
    assert browser.ask(hidden) == len(material.flat.figures) - 1, "folded again afterwards"
    assert browser.errors() == []


HOSTILE = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "</script><script>window.ran=1</script>",
    "'+(window.ran=1)+'",
    '<a href="javascript:window.ran=1">x</a>',
    "\u2028window.ran=1\u2029",
    "<!--<script>",
    "{{ 1/0 }}{% raw %}",
    "\ud800 alone",
)


def poisoned(value: Any, text: str, key: str = "") -> Any:
    """Every string of a summary replaced, but those that the page tells things apart by."""
    kept = ("lens", "verdict", "cause", "id", "eval_id", "lenses", "support", "against", "of")
    if key in kept:
        return value
    if isinstance(value, str):
        return text + value
    if isinstance(value, list):
        return [poisoned(each, text) for each in value]
    if isinstance(value, dict):
        return {k: poisoned(v, text, k) for k, v in value.items()}
    return value


@pytest.mark.parametrize("text", ["".join(HOSTILE), *HOSTILE[:3]], ids=["all", "1", "2", "3"])
def test_foreign_text_stays_text(
    browser: Browser, two: Material, tmp_path: Path, text: str
) -> None:
    figures = [
        replace(
            figure,
            title=text + figure.title,
            base_task=text + figure.base_task,
            json=hostile_figure(figure.json, text),
        )
        for figure in two.figures[-4:]
    ]
    summary = poisoned(two.summary, text)
    browser.open(Material(summary, figures).write(tmp_path / "hostile.html"))
    browser.until(DRAWN)
    for click in (f"{TABS}[1].click()", "document.querySelector('.enlarge').click()"):
        browser.ask(click)
    browser.until("document.querySelector('#zoom .main-svg')")
    assert browser.ask("window.ran") is None
    assert (
        browser.ask("document.querySelectorAll('main img, main a[href^=javascript]').length") == 0
    )
    assert browser.ask("document.querySelectorAll('script:not([type])').length") == 3
    assert browser.errors() == []
    assert len(browser.requests()) == 1


def hostile_figure(text: str, hostile: str) -> str:
    """A figure with foreign text where plotly would read markup."""
    figure = json.loads(text)
    figure["layout"]["title"] = {"text": hostile}
    for trace in figure["data"]:
        trace["name"] = hostile
    return json.dumps(figure)


def test_a_script_that_gets_in_is_barred(browser: Browser, flat_page: Path, tmp_path: Path) -> None:
    html = flat_page.read_text("utf-8")
    broken = html.replace(
        "</main>", "<script>window.ran=1</script><img src=x onerror='ran=1'></main>"
    )
    path = tmp_path / "broken.html"
    path.write_text(broken, "utf-8")
    browser.open(path)
    browser.until(DRAWN)
    assert browser.ask("window.ran") is None
    assert any("Content Security Policy" in error for error in browser.errors())
