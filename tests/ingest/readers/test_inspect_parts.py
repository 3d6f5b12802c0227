"""Members of a JSON object that are parsed when they are asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.rows import RowError, read_row_exactly

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=6), VALUES, max_size=6),
    st.sampled_from([{"separators": (",", ":")}, {}, {"indent": 2}, {"indent": 1}]),
    st.booleans(),
)
def test_members_are_those_of_the_standard_library(
    value: dict[str, Any], style: dict[str, Any], ascii_only: bool
) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, **style).encode("utf-8", "surrogatepass")
    try:
        expected = read_row_exactly(raw, Notices())
    except RowError as error:
        with pytest.raises(RowError) as caught:
            Parts(raw, Notices())
        assert caught.value.reason == error.reason
        return
    parts = Parts(raw, Notices())
    for key, one in expected.items():
        # Repr tells 1 from 1.0, and takes NaN as equal to itself.
        found = parts.get(key)
        if type(one) in (list, dict):
            assert json.dumps(found) == json.dumps(expected[key]) or _has_large(one)
        else:
            assert repr(found) == repr(one)
    assert parts.get("no such key") is None


def _has_large(value: object) -> bool:
    """Integers beyond 64 bits inside lists and objects are read as floats."""
    if isinstance(value, dict):
        return any(map(_has_large, value.values()))
    if isinstance(value, list):
        return any(map(_has_large, value))
    return isinstance(value, int) and not -(2**63) <= value < 2**64


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"b":2,"a":1}',
        b'{"a": 1, "b": 2, "a": 1}',
        b'{\n  "a": 1,\n  "b": 2,\n  "a": 1\n}',
        b'{"a" :1,"a":1}',
        b'{"\\u0061":1,"a":1}',
        b'{"a":1, "a":1}',
        b'{ "a":1,"a":1}',
    ],
)
def test_a_doubled_key_is_seen_in_every_style(raw: bytes) -> None:
    with pytest.raises(RowError) as caught:
        Parts(raw, Notices())
    assert caught.value.reason == "duplicate_key"


def test_a_doubled_key_inside_a_member_is_seen_when_it_is_read() -> None:
    parts = Parts(b'{"a": {"x": 1, "x": 2}, "b": 1}', Notices())
    assert parts.get("b") == 1
    with pytest.raises(RowError) as caught:
        parts.get("a")
    assert (caught.value.reason, caught.value.field) == ("duplicate_key", "x")
    with pytest.raises(RowError):
        parts.part("a")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"[]", "not_object"),
        (b'"a"', "not_object"),
        (b"", "bad_json"),
        (b'{"a":1', "bad_json"),
        (b'{"a":1}}', "bad_json"),
        (b'{"\xff":1}', "not_utf8"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"a":' + b"9" * 5000 + b"}", None),
    ],
)
def test_what_is_no_object(raw: bytes, reason: str | None) -> None:
    with pytest.raises(RowError) as caught:
        Parts(raw, Notices()).get("a")
    assert caught.value.reason == (reason or "bad_json")


def test_text_that_is_no_utf8_is_refused_when_it_is_read() -> None:
    parts = Parts(b'{"a":"\xff","b":["\xff"]}', Notices())
    for key in ("a", "b"):
        with pytest.raises(RowError) as caught:
            parts.get(key)
        assert caught.value.reason == "not_utf8"


def test_nan_large_integers_and_half_characters() -> None:
    notices = Notices()
    parts = Parts(b'{"id":123456789012345678901234567890,"v":NaN,"t":"\\ud800"}', notices)
    assert parts.get("id") == 123456789012345678901234567890
    assert parts.get("v") != parts.get("v")
    assert parts.get("t") == "\ufffd"
    assert len(notices.lines()) == 1
    assert Parts(b'{"id":123456789012345678901}', notices).get("id") == 123456789012345678901


def test_parts_of_parts_and_items() -> None:
    parts = Parts(b'{"o": {"x": [1, {"y": 2}]}, "n": null, "t": "text"}', Notices())
    inner = parts.part("o")
    assert [Parts.of(one, parts.notices).get("y") for one in inner.items("x")[1:]] == [2]
    assert parts.part("n").get("x") is parts.part("missing").get("x") is None
    assert parts.items("n") == parts.items("missing") == []
    assert parts.is_text("t")
    assert not parts.is_text("o")
    assert not parts.is_text("missing")
    for wrong in (lambda: parts.part("t"), lambda: parts.items("t"), lambda: inner.part("x")):
        with pytest.raises(RowError) as caught:
            wrong()
        assert caught.value.reason in ("wrong_type", "not_object")
    parts.put("t", {"z": 1})
    assert parts.part("t").get("z") == 1
