"""Pages that are made from the code, or quote its numbers, agree with it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from reasonscape.cli.parameters import STDOUT_FINDINGS
from reasonscape.datasets import cells
from reasonscape.findings import thresholds as t
from reasonscape.lenses.surface.drawing import PANELS
from reasonscape.lenses.surface.falls import CLIFF_LEVELS
from reasonscape.lenses.surface.selection import MAX_EVALS_PAIRED
from reasonscape.runs.saving import PICTURES
from reasonscape.stats.curves import SHAPE_GAIN, SHAPE_LEVELS
from tests.contract.source_tree import ROOT

DOCS = ROOT / "docs"
LARGEST_PICTURE = 150_000
WORDS = {2: "two", 4: "four", 6: "six"}


def page(name: str) -> str:
    """A page's text on one line, as wrapping is not part of what it says."""
    return " ".join((DOCS / name).read_text(encoding="utf-8").split())


def section(name: str, title: str) -> str:
    """The part of a page under one heading."""
    text = (DOCS / name).read_text(encoding="utf-8")
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no section {title!r}"
    return " ".join(found[1].split())


def points(share: float) -> str:
    return f"{100 * share:.0f} points"


def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


@pytest.mark.parametrize("page", ["schema", "formats"])
def test_a_page_made_from_the_code_is_what_the_code_says(page: str) -> None:
    printed = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / f"{page}_page.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert (DOCS / f"{page}.md").read_text(encoding="utf-8") == printed


SAID = {
    "accuracy_cliff": [
        f"the fall is at least {points(t.CLIFF_FALL)}",
        f"its lower bound at least {points(t.FALL_LOW)}",
        f"the upper bound of every fall is below {points(t.CLIFF_FALL)}",
    ],
    "gradual_decline": [
        f"the fall is at least {points(t.DECLINE_FALL)}",
        f"its lower bound at least {points(t.FALL_LOW)}",
        f"the upper bound of every fall is below {points(t.DECLINE_FALL)}",
    ],
    "truncation_dominant": [
        f"has a lower bound of at least {percent(t.TRUNCATION_SHARE)}",
        f"the upper bound of the share is below {percent(t.TRUNCATION_SHARE)}",
    ],
    "chaotic_surface": [
        f"scatter by at least {points(t.SPREAD)}",
        f"at least {t.CHAOS_CELLS} cells of at least {t.MIN_ITEMS_CLAIMED} items",
        f"below {points(t.SPREAD)}, on at least {t.CHAOS_ABSENT_CELLS} cells",
    ],
    "uniform_loss": [
        f"the upper bound of every fall is below {points(t.FALL_ABSENT)}",
        f"excess accuracy is below {percent(t.CAPABLE)}",
        f"the lower bound of a fall is above {points(t.FALL_LOW)}",
    ],
    "healthy_surface": [
        f"a lower bound of at least {percent(t.HEALTHY_ACCURACY)}",
        f"the upper bound of every fall is below {points(t.FALL_ABSENT)}",
        f"has an upper bound below {percent(t.HEALTHY_ACCURACY)}",
    ],
    "The six patterns": [
        f"q < {t.Q_PRESENT}",
        f"a fixed family of {t.N_TESTS} tests",
    ],
    "Landscape": [f"its lower bound is above {percent(t.TRUNCATION_DRAWN)}"],
    "Difference": [
        f"up to {WORDS[MAX_EVALS_PAIRED]} evals",
        f"q < {t.Q_PRESENT}",
    ],
    "Capability zone": [
        f"is at least {t.CAPABLE}",
        f"fewer than {t.MIN_ITEMS_CLAIMED} items are open",
        f"fewer than {t.MIN_SAMPLES_SHOWN} samples are not drawn",
    ],
    "What is measured": [
        f"at {percent(t.LEVEL)}",
        f"a log-likelihood of {SHAPE_GAIN}",
        f"It takes {SHAPE_LEVELS} levels",
    ],
    "Axes, bins, and which way is harder": [
        f"more than {cells.MAX_LEVELS} levels",
        f"a median below {cells.MIN_ITEMS} items",
        f"at most {cells.N_BINS} bins",
    ],
}


@pytest.mark.parametrize("title", SAID)
def test_the_surface_page_quotes_the_thresholds(title: str) -> None:
    text = section("lenses/surface.md", title)
    assert [words for words in SAID[title] if words not in text] == []


def test_every_pattern_of_surface_has_a_section() -> None:
    patterns = {*t.FAILURE_PATTERNS["surface"], t.REASSURANCE_PATTERNS["surface"]}
    assert patterns <= set(SAID)
    assert CLIFF_LEVELS == SHAPE_LEVELS


def test_the_output_page_quotes_the_limits() -> None:
    text = page("output.md")
    assert f"a lens {STDOUT_FINDINGS} findings" in text
    assert f"At most {PICTURES} pictures are drawn" in text
    assert f"up to {WORDS[PANELS]} panels" in text


def test_pictures_are_there_and_small() -> None:
    shown = {
        target
        for path in [ROOT / "README.md", *DOCS.rglob("*.md")]
        for target in re.findall(r"pictures/([\w-]+\.png)\)", path.read_text(encoding="utf-8"))
    }
    there = {path.name: path.stat().st_size for path in (DOCS / "pictures").glob("*.png")}
    assert shown == set(there)
    assert {name: size for name, size in there.items() if size > LARGEST_PICTURE} == {}


def test_links_lead_somewhere() -> None:
    lost = [
        f"{path.name}: {target}"
        for path in [ROOT / "README.md", *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert lost == []
