"""Errors about hostile input are one line each, and what they say to paste works."""

from __future__ import annotations

import json
import shlex

import pytest

from reasonscape.errors import FilterError
from reasonscape.store.filters import read_filters


@pytest.mark.parametrize("odd", ["\x7f", "\x9b31m", "\u2028", "\ud800", "\u202e", "\xa0"])
def test_the_corrected_line_is_one_line_and_still_that_filter(odd: str) -> None:
    with pytest.raises(FilterError) as caught:
        read_filters("{model: '" + odd + "'}")
    assert str(caught.value).isprintable()
    line = caught.value.remedy.removeprefix("write --filters ")
    assert json.loads(shlex.split(line)[0]) == {"model": odd}


def test_a_remedy_is_one_line() -> None:
    assert FilterError("a", remedy="b\n\x1b[2J").remedy == r"b\n\x1b[2J"
