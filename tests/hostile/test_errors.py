"""Errors about hostile input are one line each, and what they say to paste works."""

from __future__ import annotations

import json
import shlex

import pytest

from reasonscape.errors import FilterError
from reasonscape.store.filters import parse_filters, read_filters


@pytest.mark.parametrize("odd", ["\x7f", "\x9b31m", "\u2028", "\ud800", "\u202e", "\xa0"])
def test_the_corrected_line_is_one_line_and_still_that_filter(odd: str) -> None:
    with pytest.raises(FilterError) as caught:
        read_filters("{model: '" + odd + "'}")
    assert str(caught.value).isprintable()
    line = caught.value.remedy.removeprefix("write --filters ")
    assert json.loads(shlex.split(line)[0]) == {"model": odd}


def test_a_remedy_is_one_line() -> None:
    assert FilterError("a", remedy="b\n\x1b[2J").remedy == r"b\n\x1b[2J"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"eval_id": "<target-eval>", "length": list(range(9000))}),
        json.dumps({"x" * 1_000_000: {}}),
        json.dumps({"x" * 1_000_000: "\ud800"}),
        json.dumps({"x" * 1_000_000: {"y" * 1_000_000: 1}}),
    ],
    ids=["placeholder", "key", "half", "form"],
)
def test_an_error_is_no_copy_of_what_it_is_about(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filters(text)
    assert len(str(caught.value)) < 7000
