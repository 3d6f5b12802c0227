"""Figures as HTML: whole pages, and blocks for pages that hold several."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Final

import plotly.graph_objects as go
from plotly.io import to_html

_SCRIPT: Final = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def html_page(figure: go.Figure, *, name: str, title: str, plotly_js: str | None = None) -> str:
    """A whole HTML page with one figure; the same figure gives the same text.

    Parameters
    ----------
    figure
        The figure.
    name
        Becomes the figure's id in the page and the file name of a picture saved from it.
    title
        Title of the page, escaped here.
    plotly_js
        Relative link to plotly.js; None puts it into the page.
    """
    block = html_block(figure, name=name, plotly_js=True if plotly_js is None else plotly_js)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(block)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n"
        "<style>body { margin: 0; }</style>\n</head>\n<body>\n"
        f"{block}\n"
        "</body>\n</html>\n"
    )


def _policy(block: str) -> str:
    """A Content-Security-Policy: the scripts of the block run, and one beside the page.

    Nothing else is loaded or sent, whatever a name in the figure says.
    """
    # A browser hashes the text between the tags, line ends as its parser makes them.
    scripts = (one.replace("\r\n", "\n").replace("\r", "\n") for one in _SCRIPT.findall(block))
    digests = (hashlib.sha256(one.encode("utf-8", "replace")).digest() for one in scripts)
    hashes = " ".join(f"'sha256-{base64.b64encode(one).decode('ascii')}'" for one in digests)
    return (
        f"default-src 'none'; script-src 'self' file: {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def html_block(figure: go.Figure, *, name: str, plotly_js: bool | str = False) -> str:
    """A figure as part of an HTML page, for reports that hold several.

    Parameters
    ----------
    figure
        The figure.
    name
        Unique in the page.
    plotly_js
        Whether to bring plotly.js along: not, inline, or as a relative link.
    """
    slug = re.sub(r"[^a-zA-Z0-9]+", "-", name).strip("-").lower() or "figure"
    config = {
        "displaylogo": False,
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": slug},
    }
    block: str = to_html(
        figure,
        config=config,
        include_plotlyjs=plotly_js,
        include_mathjax=False,
        full_html=False,
        div_id=f"figure-{slug}",
    )
    return block


def plotly_js() -> bytes:
    """The ``plotly.min.js`` of the installed package."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs()
    return script.encode()


def figure_json(figure: go.Figure) -> str:
    """A figure as plotly's JSON, for a page that draws it later; the same figure, the same text."""
    text: str = figure.to_json()
    return text
