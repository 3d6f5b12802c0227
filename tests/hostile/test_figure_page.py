"""The page of one figure: its own scripts run, and nothing that a name brings along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import plotly.graph_objects as go
import pytest

from reasonscape.figures.pages import html_page
from reasonscape.runs.pictures import plotly_js
from tests.report.browser import Browser, one_browser

HOSTILE = "</title></script><script>window.ran=1</script><img src=x onerror=window.ran=1>"
POLICY = "default-src 'none'; script-src 'self' file: 'sha256-"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from one_browser()


def figure() -> go.Figure:
    return go.Figure(
        go.Scatter(x=[1, 2], y=[1, 2], name=HOSTILE, hovertext=HOSTILE), {"title": HOSTILE}
    )


def test_every_page_has_a_policy_and_no_foreign_tag() -> None:
    page = html_page(figure(), name="x", title=HOSTILE, plotly_js="plotly.min.js")
    assert POLICY in page
    assert page.count("<script") == 3
    assert "<img" not in page


@pytest.mark.slow
@pytest.mark.parametrize("shared", [True, False], ids=["script beside", "script inside"])
def test_it_draws_and_what_gets_in_is_barred(
    browser: Browser, tmp_path: Path, shared: bool
) -> None:
    (tmp_path / "plotly.min.js").write_bytes(plotly_js())
    link = "plotly.min.js" if shared else None
    html = html_page(figure(), name="x", title=HOSTILE, plotly_js=link)
    path = tmp_path / "page.html"
    path.write_text(html.replace("</body>", HOSTILE + "</body>"))
    browser.open(path)
    browser.until("document.querySelector('.main-svg')")
    browser.ask("Plotly.Fx.hover(document.querySelector('.js-plotly-plot'), [{pointNumber: 0}])")
    assert browser.ask("window.ran") is None
    assert browser.ask("document.querySelectorAll('svg a').length") == 0
    said = browser.errors()
    assert said and all("Content Security Policy" in error for error in said)
    assert [url for url in browser.requests() if not url.startswith("file:")] == []
