"""The fuzz target of reports: foreign text in Markdown, HTML, pictures, tables and file names."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import tempfile
import unicodedata
import zlib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt

from benchmarks.fuzz_trial import text_of
from reasonscape.cli.parameters import Format
from reasonscape.cli.rendering import render
from reasonscape.errors import visible
from reasonscape.figures.content import LevelAxis
from reasonscape.figures.wording import axis_title, escape_text, level_texts, scene_text
from reasonscape.report.diagnosis_markdown import render_diagnosis
from reasonscape.report.inlining import data_block, policy, script_text, shown_text
from reasonscape.report.markdown_text import code, escaped, one_line
from reasonscape.report.page import page
from reasonscape.runs.listing import Listing

_STEERS: Final = {"Cc", "Cs"}
WHOLE: Final = 60
"""Of one text in so many whole pages are written."""
_KEPT: Final = {
    *("lens", "verdict", "cause", "id", "eval_id", "lenses", "support", "against", "of"),
    *("pattern", "provenance", "counts", "direction", "kind", "unit", "reason"),
}
_WORDS: Final = {"aria-label", "title", "class", "data-sort"}
"""Attributes that a cell has or lacks by what it says."""
_HARMLESS: Final = {"softbreak", "hardbreak"}
_MARKS: Final = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>|#!&~]")


def steers(text: str) -> bool:
    """Whether a text has what a terminal obeys or no file holds."""
    return any(unicodedata.category(char) in _STEERS and char != "\n" for char in text)


class Report:
    """One text through everything that writes foreign text."""

    def __init__(self) -> None:
        self.summary = planted_summary()
        self.page = Tags(page(self.summary, [], plotly_js=""))
        self.marks = markdown_kinds(render_diagnosis(self.summary, []))

    def run(self, data: bytes) -> str:
        """Write one text everywhere."""
        text = text_of(data)
        if zlib.crc32(data) % WHOLE == 0:
            self.whole(text, random.Random(data))
        return self.write(text)

    def whole(self, text: str, rng: random.Random) -> None:
        """A whole page and a whole report with the text in some of their fields."""
        summary = poisoned(self.summary, text, rng)
        tags = Tags(page(summary, [], plotly_js=""))
        more = {(tag, name) for tag, name in tags.names - self.page.names if name not in _WORDS}
        assert not more, f"the page has {more}"
        assert tags.count["script"] == self.page.count["script"], "a script more in the page"
        assert not tags.addresses, f"the page links to {tags.addresses}"
        report = render_diagnosis(summary, [])
        assert not steers(report), "the report steers a terminal"
        kinds = markdown_kinds(report) - self.marks
        assert not kinds, f"the report has {kinds}"

    def write(self, text: str) -> str:
        """Write it and look at what came of it."""
        flat = escaped(text)
        assert not steers(flat) and "\n" not in flat, "Markdown steers a terminal"
        assert not _MARKS.search(flat), f"markup in Markdown: {flat[:200]!r}"
        for short in (code(text), one_line(text), visible(text)):
            assert not steers(short) and "\n" not in short, "a line that steers a terminal"
        assert "`" not in code(text), "a code span that ends early"
        drawn = escape_text(text)
        assert not set(drawn) & set("<>$"), f"markup in a picture: {drawn!r}"
        assert not set(scene_text(drawn)) & set("<>"), "markup in a scene"
        axis = LevelAxis(text, (text, text, text + "x"), unit=text)
        for one in (axis_title(axis), *level_texts(axis)):
            assert not set(one) & set("<>$") and not steers(one), f"markup in a picture: {one!r}"
        assert len(set(level_texts(axis))) == 3, "two levels look the same"
        block = data_block(f'"{text}"')
        assert not set(block) & set("<>&\u2028\u2029"), "data that can end its element"
        assert "</script" not in script_text(text), "a script that ends early"
        assert policy([text]).count("sha256-") == 1
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown_text(text))
        for form in Format:
            listing = Listing(("name", "n"), [[text, 1]])
            shown = render(listing, form, 10)
            assert not steers(shown), f"{form} steers a terminal"
            assert form is Format.csv or form is Format.json or shown.count("\n") <= 2
        return ""


class Tags(HTMLParser):
    """Tags of a page with the names of their attributes, and addresses outside of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[tuple[str, str]] = set()
        self.count = Counter[str]()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one tag."""
        self.count[tag] += 1
        self.names |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        named = [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.addresses += [value for value in named if not value.startswith("#")]


def markdown_kinds(report: str) -> set[str]:
    """Kinds of elements that a reader of Markdown finds."""
    reader = MarkdownIt("commonmark").enable("table")
    tokens = reader.parse(report)
    inner = [child for token in tokens for child in token.children or ()]
    return {token.type for token in (*tokens, *inner)} - _HARMLESS


def poisoned(value: Any, text: str, rng: random.Random) -> Any:
    """Some strings of a summary replaced, but those that the page tells things apart by."""
    if isinstance(value, str):
        return rng.choice((value, value, value, text, text + value, value + text))
    if isinstance(value, list):
        return [poisoned(each, text, rng) for each in value]
    if isinstance(value, dict):
        return {k: v if k in _KEPT else poisoned(v, text, rng) for k, v in value.items()}
    return value


def planted_summary() -> dict[str, Any]:
    """The summary of a diagnosis of planted data; made once a machine."""
    kept = Path(tempfile.gettempdir()) / "reasonscape-fuzz-summary.json"
    if not kept.exists():
        from reasonscape.datasets.config import Dataset
        from reasonscape.planted.plans import named_plan
        from reasonscape.planted.planting import plant
        from reasonscape.runs.diagnosing import diagnose
        from reasonscape.runs.diagnosis_summary import summarise
        from reasonscape.runs.strict_json import dumps

        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            dataset = Path(folder) / "d.json"
            plant(named_plan("loops", items=3), dataset)
            kept.write_text(dumps(summarise(diagnose(Dataset.open(dataset), {}), drawn=True)))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found
