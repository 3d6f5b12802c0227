"""What the page says and holds, read as text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.report.inlining import data_block, policy, script_text
from reasonscape.report.method_notes import PATTERN_NOTES
from reasonscape.report.page import FINDINGS, page
from reasonscape.report.subjects import SUBJECTS
from reasonscape.report.vocabulary import CAUSES
from tests.report.conftest import SECOND, Material

LIBRARY = "window.Plotly = {};"


class Reader(HTMLParser):
    """Elements that are open, scripts, ids and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.scripts: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.refers: list[str] = []
        self.text = ""
        self.feed(html)

    VOID = frozenset({"meta", "br", "input", "img", "link", "rect"})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href"):
                self.addresses.append(value or "")
            if name in ("aria-controls", "aria-labelledby"):
                self.refers.append(value or "")
            if name.startswith("on"):
                self.wrong.append(name)
        if tag == "script":
            self.scripts.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif "style" not in self.open:
            self.text += data


def read(material: Material) -> Reader:
    return Reader(page(material.summary, material.figures, plotly_js=LIBRARY))


def test_the_page_is_well_formed_and_refers_to_itself_only(two: Material) -> None:
    got = read(two)
    assert got.open == [] and got.wrong == []
    assert len(set(got.ids)) == len(got.ids)
    assert set(got.refers) <= set(got.ids)
    assert all(address.startswith("#") for address in got.addresses)


def test_it_says_what_was_found_in_order(material: Material) -> None:
    got = read(material)
    first = material.summary["hypotheses"][0]
    words = [
        first["model"],
        CAUSES[first["cause"]].headline,
        f"confidence {first['confidence']:.2f}",
        material.summary["dataset"],
        "Red flags",
        "Four lenses",
        *(one["question"] for one in material.summary["lenses"].values()),
        "What speaks for it",
        "Causes in order",
        "What to do next",
        material.summary["next"][0]["run"],
        "Limits of the data",
        "Pictures",
        "All findings",
        "Method",
        "Provenance",
        material.summary["provenance"]["store"]["content_hash"],
    ]
    places = [got.text.find(word) for word in words]
    assert -1 not in places
    assert places == sorted(places)
    for finding in material.summary["findings"]:
        assert finding["statement"] in got.text


def test_the_policy_names_each_script_and_nothing_else(material: Material) -> None:
    html = page(material.summary, material.figures, plotly_js=LIBRARY)
    barred = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert barred
    allowed = set(re.findall(r"sha256-([^&']+)", barred[1].replace("&#39;", "'")))
    scripts = [s for s in Reader(html).scripts if not s.startswith("{")]
    hashes = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts}
    assert allowed == hashes
    assert "unsafe-eval" not in barred[1]
    assert "script-src &#39;unsafe-inline" not in barred[1]


def test_the_library_is_there_once_and_only_with_figures(material: Material) -> None:
    assert page(material.summary, material.figures, plotly_js=LIBRARY).count(LIBRARY) == 1
    assert LIBRARY not in page(material.summary, [], plotly_js=LIBRARY)


def test_same_summary_same_bytes(two: Material) -> None:
    one, again = (page(two.summary, two.figures, plotly_js=LIBRARY) for _ in range(2))
    assert one == again


def test_figures_arrive_as_they_were(material: Material) -> None:
    blocks = [script for script in read(material).scripts if script.startswith("{")]
    assert [json.loads(block) for block in blocks] == [json.loads(f.json) for f in material.figures]


def test_what_was_not_measured_says_why(material: Material) -> None:
    blind = [
        {**f, "verdict": "insufficient_evidence", "reason": "no_trace"}
        if f["lens"] == "compression"
        else f
        for f in material.summary["findings"]
    ]
    silent = {**material.summary["lenses"]}
    silent["compression"] = {**silent["compression"], "measured": False, "reason": "no_trace"}
    text = read(Material({**material.summary, "findings": blind, "lenses": silent}, [])).text
    assert "not measured" in text and "the log has no traces" in text


def test_many_pairs_are_bounded_and_counted(material: Material) -> None:
    first = material.summary["hypotheses"][0]
    many = [
        {**first, "rank": 1, "eval_id": f"e{i:04}", "model": f"m{i}", "base_task": f"t{j}"}
        for i in range(70)
        for j in range(20)
    ]
    findings = [
        {**finding, "eval_id": one["eval_id"], "base_task": one["base_task"]}
        for one in many[:40]
        for finding in material.summary["findings"]
    ]
    html = page(
        {**material.summary, "hypotheses": many, "findings": findings}, [], plotly_js=LIBRARY
    )
    got = Reader(html)
    assert "1,400 of 1,400 fail" in got.text
    assert "10 more evals and 4 more tasks" in got.text
    assert html.count('class="subject panel') == SUBJECTS
    assert html.count("<tr data-verdict") <= FINDINGS
    assert len(html) < 1_000_000


@pytest.mark.parametrize("kept", [(), ("findings",)])
def test_a_summary_with_nothing_in_it_is_a_page(material: Material, kept: tuple[str, ...]) -> None:
    empty: dict[str, Any] = {
        **material.summary,
        "hypotheses": [],
        "findings": material.summary["findings"] if kept else [],
        "warnings": [],
        "next": [],
    }
    got = read(Material(empty, []))
    assert "No cause could be ranked" in got.text and got.wrong == []


def test_warnings_beyond_the_first_are_folded_in(material: Material) -> None:
    said = [f"warning number {i}" for i in range(300)]
    text = read(Material({**material.summary, "warnings": said}, [])).text
    assert "warning number 199" in text and "warning number 200" not in text
    assert "100 more in summary.json" in text


def test_contrasts_with_a_baseline_are_shown(material: Material) -> None:
    row = {
        "eval_id": SECOND, "model": "m", "base_task": "t", "lens": "hazard",
        "pattern": "early_hazard", "verdict": "present", "baseline_verdict": "absent",
        "effect": 3.25, "baseline_effect": None, "apart": True,
    }  # fmt: skip
    text = read(Material({**material.summary, "contrasts": [row]}, [])).text
    assert "Against the baseline" in text and "3.25" in text


def test_every_pattern_and_cause_has_words(material: Material) -> None:
    from reasonscape.findings.hypothesis import CAUSES as KNOWN
    from reasonscape.findings.thresholds import FAILURE_PATTERNS, REASSURANCE_PATTERNS

    assert set(CAUSES) == set(KNOWN)
    assert len({cause.letters for cause in CAUSES.values()}) == len(CAUSES)
    for lens, patterns in FAILURE_PATTERNS.items():
        assert set(PATTERN_NOTES[lens]) == {*patterns, REASSURANCE_PATTERNS[lens]}


@given(st.text())
def test_no_text_leaves_its_data_block(text: str) -> None:
    block = data_block(json.dumps({"a": text}, ensure_ascii=False))
    assert json.loads(block) == {"a": text}
    assert not set("<>&\u2028\u2029") & set(block)


def test_a_script_cannot_end_early() -> None:
    source = 'x = "</script><!--";\r\ny = 1;\r'
    assert script_text(source) == 'x = "<\\/script><\\!--";\ny = 1;\n'
    assert policy([]).startswith("default-src 'none'; script-src ")
