"""The fuzz target of reports: foreign text in Markdown, HTML, pictures, tables and file names."""

from __future__ import annotations

import re
import unicodedata
import zlib
from typing import Final

from benchmarks.fuzz_trial import text_of
from reasonscape.cli.parameters import Format
from reasonscape.cli.rendering import render
from reasonscape.errors import visible
from reasonscape.figures.content import LevelAxis
from reasonscape.figures.wording import axis_title, escape_text, level_texts, scene_text
from reasonscape.report.inlining import data_block, policy, script_text, shown_text
from reasonscape.report.markdown_text import code, escaped, one_line
from reasonscape.runs.listing import Listing

_STEERS: Final = {"Cc", "Cs"}
_MARKS: Final = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>|#!&~]")


def steers(text: str) -> bool:
    """Whether a text has what a terminal obeys or no file holds."""
    return any(unicodedata.category(char) in _STEERS and char != "\n" for char in text)


class Report:
    """One text through everything that writes foreign text."""

    def run(self, data: bytes) -> str:
        """Write one text everywhere."""
        return self.write(text_of(data))

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


def share(data: bytes, one_in: int) -> bool:
    """Whether an input is of the share that costs more."""
    return zlib.crc32(data) % one_in == 0
