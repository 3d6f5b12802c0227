"""Strict JSON: whatever goes in, every parser can read what comes out."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.runs.strict_json import dumps, plain

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def refuse(word: str) -> Any:
    raise AssertionError(f"{word} in strict JSON")


@given(anything)
def test_everything_becomes_json_without_nan_and_in_utf8(value: Any) -> None:
    text = dumps(value)
    text.encode("utf-8")
    json.loads(text, parse_constant=refuse)


@given(anything)
def test_plain_changes_nothing_twice(value: Any) -> None:
    assert plain(plain(value)) == plain(value)


def test_numpy_and_surrogates() -> None:
    value = {"a": np.float64(0.1) + np.arange(2), "b": np.bool_(True), "c": "x\ud800"}
    assert json.loads(dumps(value)) == {"a": [0.1, 1.1], "b": True, "c": "x?"}
