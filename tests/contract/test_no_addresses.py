"""The project installs from whatever index a machine is set up for, and from any folder.

So no file names a package index, and none a path of somebody's machine. What is forbidden is put
together from halves here, because this file is searched too.
"""

from __future__ import annotations

import re

import pytest

from tests.contract.source_tree import ROOT, source_files

INDEXES = [
    left + right
    for left, right in [
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("conda", ".anaconda"),
        ("anaconda", ".org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("artif", "actory"),
        ("index", "-url"),
        ("extra-index", "-url"),
        ("find", "-links"),
    ]
]
# What pip calls its options is no address, and the lock's own script must name them.
MAY_NAME_OPTIONS = {"scripts/lock"}
PLACES = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "/tm" + "p/bash"]


def texts() -> dict[str, str]:
    found = {}
    for path in source_files():
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
    return found


@pytest.mark.parametrize("index", INDEXES)
def test_no_file_names_an_index(index: str) -> None:
    skipped = MAY_NAME_OPTIONS if index.endswith(("url", "links")) else set()
    assert [name for name, text in texts().items() if index in text and name not in skipped] == []


@pytest.mark.parametrize("place", PLACES)
def test_no_file_names_a_place_of_one_machine(place: str) -> None:
    # `../data/` and `a/home/b` are relative; a place begins a word.
    named = re.compile(rf"(?<![\w.~}}>]){re.escape(place)}")
    assert [name for name, text in texts().items() if named.search(text)] == []


def test_the_pins_are_pins() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^[^\s#].*$", text, re.MULTILINE)
        assert pins
        assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==\S+( ; .*)? \\", pin)] == []


def test_every_dependency_is_pinned() -> None:
    declared = re.findall(
        r'^    "([\w-]+)>=', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    pinned = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    assert declared
    assert [name for name in declared if not re.search(rf"^{name}==", pinned, re.MULTILINE)] == []
