from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import FilterError
from reasonscape.store.filters import EVERYTHING, parse_filters, read_filters
from reasonscape.store.filters.conditions import (
    All,
    Among,
    AnyOf,
    Compare,
    InGroup,
    InTier,
    Missing,
    Not,
)


def test_nothing_is_every_row() -> None:
    assert parse_filters(None) == parse_filters("{}") == EVERYTHING


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_is_an_unset_variable_and_no_filter(text: str) -> None:
    with pytest.raises(FilterError, match="is empty"):
        parse_filters(text)


def test_aliases() -> None:
    assert parse_filters({"model_name": "m", "tiers": "t"}) == All(
        (Compare("model", "=", "m"), InTier("t"))
    )
    with pytest.raises(FilterError, match="both 'model' and its alias"):
        parse_filters({"model": "a", "model_name": "b"})


def test_groups_any_of_and_all_of() -> None:
    assert parse_filters({"groups": ["a", "b"]}) == All((AnyOf((InGroup("a"), InGroup("b"))),))
    assert parse_filters({"groups": [["a", "b"]]}) == All(
        (AnyOf((All((InGroup("a"), InGroup("b"))),)),)
    )
    assert parse_filters({"tier": {"not": "a"}}) == All((Not(InTier("a")),))


def test_null_means_missing_also_in_a_list() -> None:
    assert parse_filters({"max_tokens": None}) == All((Missing("max_tokens"),))
    assert parse_filters({"max_tokens": [1, None]}) == All((Among("max_tokens", (1,), True),))


def test_python_callers_may_pass_numpy_values_tuples_and_sets() -> None:
    written = {"length": np.int64(3), "score": np.float64(0.5), "model": ("a", "b"), "stop": {"x"}}
    assert parse_filters(written) == parse_filters(
        {"length": 3, "score": 0.5, "model": ["a", "b"], "stop": ["x"]}
    )
    assert parse_filters({"correct": np.True_}) == parse_filters({"correct": True})


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"length": {"mim": 3}}, "unknown form 'mim'"),
        ({"length": {}}, "empty object"),
        ({"length": []}, "list of 'length' is empty"),
        ({"any": []}, "needs a list of objects"),
        ({"any": {"a": 1}}, "needs a list of objects"),
        ({"any": [1]}, "'any[0]' must be an object"),
        ({"length": [[1, 2]]}, "'length[0]' cannot be a list"),
        ({"length": {"min": None}}, "'length.min' needs a number or a text, not null"),
        ({"length": {"min": True}}, "needs a number or a text, not true"),
        ({"length": {"min": [1]}}, "needs a number or a text, not a list"),
        ({"model": {"like": 3}}, "needs one text"),
        ({"model": {"like": ["a*"]}}, "needs one text"),
        ({"model": {"like": "x" * 2000}}, "longer than"),
        ({"groups": 3}, "needs names"),
        ({"groups": []}, "is empty"),
        ({"tier": [["a"]]}, "needs names"),
        ({"model": "\ud800"}, "surrogate"),
        ({"\udfff": 1}, "surrogate"),
        ({"length": float("nan")}, "not a finite number"),
        ({"length": object()}, "cannot be a object"),
        ({3: 4}, "must be text"),
        ([1], "one object, not a list"),
    ],
)
def test_what_is_no_form_is_refused(written: Any, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filters(written)
    assert message in str(caught.value)


def test_repeated_keys_are_refused_at_every_depth() -> None:
    for text in (
        '{"a": 1, "a": 2}',
        '{"a": {"min": 1, "min": 2}}',
        '{"any": [{"a": 1, "a": 1}]}',
    ):
        with pytest.raises(FilterError, match="twice"):
            parse_filters(text)


def test_size_and_depth_are_bounded() -> None:
    with pytest.raises(FilterError, match="more than 10,000 values"):
        parse_filters({"item_id": ["x"] * 10_001})
    nested: dict[str, Any] = {"a": 1}
    for _ in range(30):
        nested = {"any": [nested]}
    with pytest.raises(FilterError, match="nested more than 20"):
        parse_filters(nested)
    negated: Any = 1
    for _ in range(30):
        negated = {"not": negated}
    with pytest.raises(FilterError, match="nested more than 20"):
        parse_filters({"a": negated})
    for text in ("[" * 100_000, '{"a":' * 100_000, '{"a": ' + "9" * 5000 + "}", "x" * 5_000_000):
        with pytest.raises(FilterError):
            parse_filters(text)


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}'])
def test_only_finite_numbers(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filters(text)


def test_a_file_or_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.json"
    path.write_text('{"length": 3}')
    assert read_filters(f"@{path}") == {"length": 3}
    monkeypatch.setattr("sys.stdin", io.StringIO('{"length": 4}'))
    assert read_filters("-") == {"length": 4}
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FilterError, match="not UTF-8"):
        read_filters(f"@{path}")
    path.write_text("")
    with pytest.raises(FilterError, match="is empty"):
        read_filters(f"@{path}")
    for missing in ("@", "@nowhere.json", f"@{tmp_path}", "@a\0b"):
        with pytest.raises(FilterError, match="cannot be read"):
            read_filters(missing)
    with pytest.raises(FilterError, match=r"--filters @f\.json"):
        read_filters("f.json")


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    if text.startswith("@") or text.strip() == "-":
        return
    try:
        parse_filters(text)
    except FilterError as error:
        assert "\n" not in error.message.replace(text, "")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(["any", "tier", "groups", "not", "min", "like", "a"]), below
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["any", "tier", "groups", "a", "model"]), json_values))
def test_any_object_is_a_filter_or_a_filter_error(written: dict[str, Any]) -> None:
    try:
        tree = parse_filters(written)
    except FilterError:
        return
    assert parse_filters(json.dumps(written)) == tree
