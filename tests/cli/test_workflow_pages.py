"""The commands of the interpretation guide, typed in one process: a process each takes a minute."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.workflow import DATASET, Analyze

pytestmark = pytest.mark.slow
GUIDE = Path(__file__).resolve().parent.parent.parent / "docs" / "interpretation"
PAGES = sorted(path.name for path in GUIDE.glob("*.md") if path.name != "README.md")


def commands(page: str) -> list[list[str]]:
    """The words of each command of a page."""
    text = (GUIDE / page).read_text(encoding="utf-8")
    lines = re.findall(r"^ *python analyze\.py (.*)$", text, re.MULTILINE)
    return [shlex.split(line) for line in lines]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_the_guide_run(analyze: Analyze, page: str) -> None:
    found = commands(page)
    assert len(found) >= text_entries(page), "an entry has no command to go on with"
    for words in found:
        assert words[1] == DATASET
        code, out, err = analyze(*words)
        assert code == 0, f"{words}\n{err}"
        assert out


def text_entries(page: str) -> int:
    """How many patterns or causes a page explains."""
    return (GUIDE / page).read_text(encoding="utf-8").count("\n### ")
