"""The interpretation guide has an entry for every pattern and cause, with the code's numbers."""

from __future__ import annotations

import re

import pytest

from reasonscape.findings import thresholds as t
from reasonscape.findings.hypothesis import CAUSES
from tests.contract.source_tree import ROOT

GUIDE = ROOT / "docs" / "interpretation"
LENSES = {
    lens: {*patterns, t.REASSURANCE_PATTERNS[lens]} for lens, patterns in t.FAILURE_PATTERNS.items()
}
PAGES = {**LENSES, "causes": set(CAUSES)}
PATTERN_PARTS = ("Shows:", "Means:", "Claimed when", "Common causes:", "Next:", "Taken for:")
CAUSE_PARTS = ("Shows:", "Means:", "Speaks for it:", "Common causes:", "Next:", "Taken for:")
QUOTED = re.compile(r"(?P<number>[\d.]+)(?P<unit>%| points|)<!-- (?P<name>\w+) -->")


def entries(name: str) -> dict[str, str]:
    """Title -> text of the entries of one page."""
    text = (GUIDE / f"{name}.md").read_text(encoding="utf-8")
    parts = re.split(r"^### (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_every_pattern_and_cause_has_an_entry(name: str) -> None:
    found = entries(name)
    assert set(found) == PAGES[name]
    kind, wanted = ("cause", CAUSE_PARTS) if name == "causes" else ("pattern", PATTERN_PARTS)
    for title, text in found.items():
        assert f"(../pictures/{kind}-{title}.png)" in text
        assert [part for part in wanted if f"- **{part}**" not in text] == [], title
        assert "python analyze.py " in text, title


@pytest.mark.parametrize("name", LENSES)
def test_quoted_thresholds_are_those_of_the_code(name: str) -> None:
    for title, text in entries(name).items():
        claimed = re.search(r"\*\*Claimed when\*\*(.*?)(?=\n- \*\*)", text, re.DOTALL)
        assert claimed, title
        for quoted in QUOTED.finditer(text):
            scale = 1 if quoted["unit"] == "" else 100
            value = getattr(t, quoted["name"]) * scale
            assert float(quoted["number"]) == pytest.approx(value), quoted[0]
        unnamed = re.findall(r"\d[\d.]*", QUOTED.sub("", claimed[1]))
        assert unnamed == [], f"{title}: say which threshold it is"


def test_failure_patterns_name_their_thresholds() -> None:
    for lens, patterns in t.FAILURE_PATTERNS.items():
        found = entries(lens)
        assert [pattern for pattern in patterns if not QUOTED.search(found[pattern])] == []


def test_the_index_names_all_of_them() -> None:
    text = (GUIDE / "README.md").read_text(encoding="utf-8")
    links = set(re.findall(r"\]\((\w+)\.md#(\w+)\)", text))
    assert links >= {(lens, pattern) for lens, patterns in LENSES.items() for pattern in patterns}


def test_anchors_lead_to_headings() -> None:
    lost = []
    for path in [*GUIDE.glob("*.md"), *(ROOT / "docs" / "workflows").glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        for page, anchor in re.findall(r"\]\(([^)#:\s]*)#([\w-]+)\)", text):
            target = (path.parent / page) if page else path
            heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            if anchor not in slugs:
                lost.append(f"{path.name}: {page}#{anchor}")
    assert lost == []
