"""The Markdown of a diagnosis: the page's order, and foreign text as text."""

from __future__ import annotations

from reasonscape.report.diagnosis_markdown import render_diagnosis
from tests.report.conftest import Material
from tests.report.test_page_in_browser import HOSTILE, poisoned


def test_it_says_what_the_page_says(material: Material) -> None:
    text = render_diagnosis(material.summary, ["a.png", "b.png"])
    first = material.summary["hypotheses"][0]
    words = [
        f"# {first['model']} on {first['base_task']}: ",
        f"confidence {first['confidence']:.2f}",
        "**Red flags:**",
        "| Output (surface) |",
        "| Temporal (hazard) |",
        "For it: ",
        "What to do:",
        "Limits of the data:",
        "![a.png](a.png)",
        "## Next",
        material.summary["next"][0]["run"],
        "## Findings",
        "Made by ",
    ]
    places = [text.find(word) for word in words]
    assert -1 not in places
    assert places == sorted(places)
    assert material.summary["provenance"]["time"] not in text, "same run, same bytes"


def test_several_pairs_have_an_overview(two: Material) -> None:
    text = render_diagnosis(two.summary, [])
    assert "2 of 2 pairs of eval and task fail" in text
    assert "## Overview" in text
    assert text.count("| Output (surface) |") == 2


def test_foreign_text_makes_no_markup(two: Material) -> None:
    for hostile in HOSTILE:
        text = render_diagnosis(poisoned(two.summary, hostile + "\n# x | y ` "), [])
        for line in text.splitlines():
            outside = "" if line.startswith("      ") else "".join(line.split("`")[::2])
            assert "<script" not in outside.replace("\\<", "")
            assert "<img" not in outside.replace("\\<", "")
        assert "\n# x" not in text


def test_a_summary_without_hypotheses_is_a_report(material: Material) -> None:
    empty = {**material.summary, "hypotheses": [], "next": [], "warnings": []}
    assert render_diagnosis(empty, []).startswith("# No cause could be ranked\n")
