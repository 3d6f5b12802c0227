"""JSON rows: the fast way must agree with the exact one, and never hide a doubled key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.rows import (
    MAX_NESTING,
    MAX_PARTS,
    MAX_VALUES,
    SURROGATES,
    RowError,
    read_row,
    read_row_exactly,
)

TEXT = st.text(st.sampled_from('ab":\\ \t{}[],é\U0001f600'), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
PAIRS = st.lists(st.tuples(TEXT, VALUES), max_size=5)
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : "), (",", "  :"), (",", "\t:")])


def write_pairs(
    pairs: list[tuple[str, Any]], separators: tuple[str, str], ascii_only: bool
) -> bytes:
    comma, colon = separators

    def write(value: Any) -> str:
        return json.dumps(value, separators=separators, ensure_ascii=ascii_only)

    return ("{" + comma.join(write(k) + colon + write(v) for k, v in pairs) + "}").encode()


@given(PAIRS, SEPARATORS, st.booleans())
def test_doubled_keys_are_refused_and_all_else_is_read(
    pairs: list[tuple[str, Any]], separators: tuple[str, str], ascii_only: bool
) -> None:
    raw = write_pairs(pairs, separators, ascii_only)
    if len(dict(pairs)) == len(pairs):
        assert read_row(raw, Notices()) == dict(pairs)
    else:
        with pytest.raises(RowError) as caught:
            read_row(raw, Notices())
        assert caught.value.reason == "duplicate_key"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "a" : 1}',
        b'{"a\\\\": 1, "a\\\\": 2}',
        b'{"x": "\\": ", "a": 1, "a" : 2}',
        b'{"p": {"q": [{"a": 1, "a": 2}]}}',
        b'{"a": 1, "\\u0061": 2}',
    ],
)
def test_doubled_keys_in_disguise(raw: bytes) -> None:
    with pytest.raises(RowError) as caught:
        read_row(raw, Notices())
    assert caught.value.reason == "duplicate_key"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "bad_json"),
        (b'{"a": ', "bad_json"),
        (b"{'a': 1}", "bad_json"),
        (b"[1]", "not_object"),
        (b"null", "not_object"),
        (b'"text"', "not_object"),
        (b'{"a": "\xff"}', "not_utf8"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"a": ' + b"9" * 5000 + b"}", "bad_json"),
    ],
)
def test_bad_rows_are_refused_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(RowError) as caught:
        read_row(raw, Notices())
    assert caught.value.reason == reason
    assert 0 < len(caught.value.detail) <= 200


def test_lone_surrogates_are_replaced_and_counted() -> None:
    notices = Notices()
    row = read_row(b'{"a": "x\\ud800y", "b": {"\\udc00": ["\\uD83D\\uDE00"]}}', notices)
    assert row == {"a": "x\ufffdy", "b": {"\ufffd": ["\U0001f600"]}}
    assert notices.counts == {SURROGATES: 1}


def test_names_that_differ_only_in_their_surrogate_are_doubled() -> None:
    with pytest.raises(RowError) as caught:
        read_row(b'{"\\ud800": 1, "\\ud801": 2}', Notices())
    assert caught.value.reason == "duplicate_key"


def test_the_exact_way_keeps_all_digits() -> None:
    raw = b'{"n": 123456789012345678901234567890}'
    assert read_row_exactly(raw, Notices())["n"] == 123456789012345678901234567890


@pytest.mark.parametrize("way", [read_row, read_row_exactly])
def test_nesting_has_a_bound_that_does_not_depend_on_the_stack(way: Any) -> None:
    for opening, inner, closing in (("[", "", "]"), ('{"a":', "1", "}"), ('[{"a":', "[]", "}]")):
        depth = MAX_NESTING // (2 if "[{" in opening else 1) - 2
        raw = f'{{"k": {opening * depth}{inner}{closing * depth}}}'
        assert way(raw.encode(), Notices())
        for deeper in (depth + 2, 700, 100_000):
            raw = f'{{"k": {opening * deeper}{inner}{closing * deeper}}}'
            with pytest.raises(RowError) as caught:
                way(raw.encode(), Notices())
            assert caught.value.reason == "too_deep"


@pytest.mark.parametrize("way", [read_row, read_row_exactly])
@pytest.mark.parametrize("part", [b"{},", b"[],", b"1,"])
def test_what_would_grow_many_times_when_read_is_refused_before(way: Any, part: bytes) -> None:
    raw = b'{"a": [' + part * (MAX_VALUES + 1 if part == b"1," else MAX_PARTS) + b"0]}"
    with pytest.raises(RowError) as caught:
        way(raw, Notices())
    assert caught.value.reason == "too_many_values"
