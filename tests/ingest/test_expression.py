"""The language of mapping files: what it computes, and that it can reach nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import ConfigError
from reasonscape.ingest.expression import compile_expression
from reasonscape.ingest.rows import RowError

ROW: dict[str, Any] = {
    "score": 0.995,
    "n": 4,
    "name": " Ab ",
    "path": "a/b/c",
    "flag": True,
    "none": None,
    "odd name": 1,
    "meta": {"len": 7, "a.b": 2, "list": [{"x": "first"}, {"x": "last"}]},
}


def value(text: str, row: dict[str, Any] = ROW) -> Any:
    return compile_expression(text).evaluate(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("score", 0.995),
        ("meta.len", 7),
        ("meta['a.b']", 2),
        ("['odd name']", 1),
        ("meta.list[0].x", "first"),
        ("meta.list[-1]['x']", "last"),
        ("meta.list[9].x", None),
        ("meta.len.deeper", None),
        ("name.x", None),
        ("missing.path[0]", None),
        ("'text'", "text"),
        ('"it\\"s"', 'it"s'),
        ("1.5e3", 1500.0),
        ("-3", -3),
        ("null", None),
        ("score >= 0.99", True),
        ("score >= 0.999", False),
        ("score / 100 < 0.01", True),
        ("missing >= 0.99", None),
        ("n == 4.0", True),
        ("n == '4'", False),
        ("flag == 1", False),
        ("'a' < 'b'", True),
        ("none == null", True),
        ("missing != null", False),
        ("score != null", True),
        ("n + 2 * 3", 10),
        ("(n + 2) * 3", 18),
        ("n - 1 - 1", 2),
        ("n / 0", None),
        ("'a' + 'b'", "ab"),
        ("not flag", False),
        ("not not flag", True),
        ("not none", None),
        ("flag and n > 3", True),
        ("false and missing", False),
        ("missing and false", False),
        ("missing or flag", True),
        ("missing and flag", None),
        ("missing ?? none ?? 'x'", "x"),
        ("flag ? 'yes' : 'no'", "yes"),
        ("missing ? 'yes' : 'no'", "no"),
        ("n < 2 ? 'a' : n < 5 ? 'b' : 'c'", "b"),
        ("lower(strip(name))", "ab"),
        ("upper(path)", "A/B/C"),
        ("part(path, '/', 1)", "b"),
        ("part(path, '/', -1)", "c"),
        ("part(path, '/', 9)", None),
        ("join('/', path, n, flag)", "a/b/c/4/true"),
        ("join('/', path, missing)", None),
        ("length(path) + length(meta.list)", 7),
        ("number(' 3.5 ')", 3.5),
        ("number('three')", None),
        ("text(n)", "4"),
        ("contains(path, 'b') and starts_with(path, 'a') and ends_with(path, 'c')", True),
        ("lower(missing)", None),
        ("  score\n", 0.995),
    ],
)
def test_values(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "score > 'a'",
        "flag > 0",
        "n and flag",
        "n ? 1 : 2",
        "name + 1",
        "lower(n)",
        "length(n)",
        "text(meta)",
        "number(meta)",
        "not n",
        "part(n, '/', 0)",
        "n / 3",
    ],
)
def test_values_that_do_not_fit_refuse_the_row(text: str) -> None:
    row = {**ROW, "n": 10**400}
    with pytest.raises(RowError) as caught:
        value(text, row)
    assert caught.value.reason == "expression"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "score >=",
        "score > > 1",
        "1 < 2 < 3",
        "(score",
        "score)",
        "a b",
        "a..b",
        "a[b]",
        "a[1.5]",
        "a[-'x']",
        "'unclosed",
        "a ? b",
        "a = 1",
        "a & b",
        "a; b",
        "exec('x')",
        "__import__('os')",
        "lower()",
        "lower(a, b)",
        "a.lower()",
        "(lambda: 1)()",
        "{}",
        "`x`",
        "(" * 60 + "a" + ")" * 60,
        "a + " * 300 + "a",
        "- " * 500 + "a",
    ],
)
def test_what_is_no_expression_is_a_config_error(text: str) -> None:
    with pytest.raises(ConfigError, match="no valid expression") as caught:
        compile_expression(text, "map.json: columns.x")
    assert str(caught.value).startswith("map.json: columns.x: ")


def test_no_attribute_of_python_is_reached() -> None:
    for path in ("__class__", "meta.__class__", "name.__len__", "meta.list.append", "meta.keys"):
        assert value(path) is None


@given(st.text(st.sampled_from("ab.[]()'\"01 +-*/<>=!?:,andornt_é\\"), max_size=25))
def test_any_text_either_compiles_and_runs_or_is_a_clear_error(text: str) -> None:
    try:
        compiled = compile_expression(text)
    except ConfigError:
        return
    try:
        compiled.evaluate({"a": 1, "b": "x", "an": {"b": [1]}})
    except RowError as error:
        assert error.reason == "expression"


@given(
    st.none() | st.floats(allow_nan=False), st.floats(allow_nan=False, min_value=0, max_value=1e6)
)
def test_a_threshold_is_that_of_python(score: float | None, least: float) -> None:
    found = value(f"score >= {least!r}", {"score": score})
    assert found is (None if score is None else score >= least)
