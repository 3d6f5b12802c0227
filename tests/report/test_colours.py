"""Colours of the page: contrast of WCAG AA in both themes, causes apart without hue."""

from __future__ import annotations

import re

import pytest

from reasonscape.report.page import _asset
from reasonscape.report.vocabulary import CAUSES

CSS = _asset("page.css")
AA = 4.5
"""Least ratio for text of normal size, WCAG 2.2, 1.4.3."""


def theme(selector: str) -> dict[str, str]:
    """Colour variables of the first rule of a selector."""
    rule = re.search(re.escape(selector) + r" \{([^}]*)\}", CSS)
    assert rule
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", rule[1]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Ratio of 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    # The lightest grey on white that passes AA, by common knowledge.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("selector", [":root", ':root[data-theme="dark"]', "  :root:not(.js)"])
def test_text_can_be_read(selector: str) -> None:
    colours = theme(selector)
    for ink in ("ink", "soft", "accent", "bad"):
        for back in ("paper", "card"):
            assert contrast(colours[ink], colours[back]) >= AA, (selector, ink, back)
    for ink, back in (("bad", "bad-back"), ("good", "good-back"), ("open", "open-back")):
        assert contrast(colours[ink], colours[back]) >= AA, (selector, ink)
    assert contrast(colours["ink"], colours["code"]) >= AA
    assert contrast(colours["accent"], colours["track"]) >= 3, "a bar stands out from its track"


def test_causes_can_be_read_and_have_colours() -> None:
    backs = dict(re.findall(r"\.c-([a-z_]+) \{ background: [^#]*(#[0-9a-f]{6})", CSS))
    assert set(CAUSES) <= set(backs)
    assert all(contrast("#111111", back) >= AA for back in backs.values())
    assert len(set(backs.values())) == len(backs)


def test_dark_without_scripts_is_the_dark_theme() -> None:
    assert theme(':root[data-theme="dark"]') == theme("  :root:not(.js)")
