from __future__ import annotations

from typing import Any

import duckdb
import pytest

from reasonscape.errors import FilterError
from reasonscape.store.filters import ALL, Where, compile_filters, parse_filters
from reasonscape.store.filters.keys import valid_keys
from reasonscape.store.filters.where import quote_identifier

COLUMNS = {
    "model": "VARCHAR",
    "base_task": "VARCHAR",
    "item_id": "VARCHAR",
    "score": "DOUBLE",
    "correct": "BOOLEAN",
    "answered": "BOOLEAN",
    "stop": "VARCHAR",
    "max_tokens": "INTEGER",
    "param.length": "DOUBLE",
    "param.score": "DOUBLE",
    "param.mix": "DOUBLE",
    "label.mix": "VARCHAR",
    "label.format": "VARCHAR",
    "f.novelty_head": "FLOAT[]",
}


def where(written: Any) -> Where:
    return compile_filters(parse_filters(written), COLUMNS)


def test_no_filter_is_every_row() -> None:
    assert where(None) is ALL
    assert where({}) is ALL


def test_a_bare_key_is_a_column_then_a_param_then_a_label() -> None:
    assert where({"score": 1}).columns == {"score"}
    assert where({"param.score": 1}).columns == {"param.score"}
    assert where({"length": 1}).columns == {"param.length"}
    assert where({"format": "infix"}).columns == {"label.format"}


def test_the_value_tells_param_and_label_of_one_name_apart() -> None:
    assert where({"mix": 3}).sql == '"param.mix" = ?'
    assert where({"mix": "3"}).sql == '"label.mix" = ?'
    assert where({"mix": {"not": "3"}}).sql == '("label.mix" = ?) IS NOT TRUE'
    with pytest.raises(FilterError, match="null fits both"):
        where({"mix": None})


def test_booleans_select_boolean_params_stored_as_numbers() -> None:
    assert where({"length": True}).params == (1.0,)


def test_an_outcome_is_a_key() -> None:
    found = where({"outcome": ["truncated", "failed"]})
    assert found.columns == {"stop", "correct", "answered"}
    with pytest.raises(FilterError, match="did you mean truncated"):
        where({"outcome": "truncted"})


@pytest.mark.parametrize(
    ("written", "message", "remedy"),
    [
        ({"length": "18"}, "holds a number", "without quotes: 18"),
        ({"length": "long"}, "holds a number", "write a number"),
        ({"item_id": 17}, "holds text", 'in quotes: "17"'),
        ({"correct": 1}, "holds true or false", "write true or false"),
        ({"correct": "true"}, "holds true or false", "write true or false"),
        ({"max_tokens": True}, "holds a number", "write a number"),
        ({"length": {"like": "1*"}}, "needs a text column", "min"),
        ({"f.novelty_head": 1}, "cannot be compared", "null"),
        ({"length": 10**400}, "beyond any DOUBLE", ""),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(written: Any, message: str, remedy: str) -> None:
    with pytest.raises(FilterError) as caught:
        where(written)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_an_unknown_key_names_near_misses_and_valid_keys() -> None:
    with pytest.raises(FilterError) as caught:
        where({"lenght": 18})
    assert caught.value.did_you_mean == ("length",)
    assert "valid keys: " in caught.value.remedy
    assert "param.score" in caught.value.remedy


def test_the_list_of_keys_is_bounded() -> None:
    many = {**COLUMNS, **{f"param.p{i}": "DOUBLE" for i in range(400)}}
    with pytest.raises(FilterError) as caught:
        compile_filters(parse_filters({"zzz": 1}), many)
    assert len(caught.value.remedy) < 700
    assert "more (see `analyze.py schema`)" in caught.value.remedy
    assert "base_task" in caught.value.remedy
    assert len(valid_keys(many)) > 400


@pytest.mark.parametrize("written", [{"tier": "logic"}, {"groups": ["a"]}])
def test_what_only_a_config_knows_never_compiles(written: Any) -> None:
    with pytest.raises(FilterError, match="unresolved"):
        where(written)


@pytest.mark.parametrize(
    ("written", "tasks"),
    [
        ({"base_task": "a"}, {"a"}),
        ({"base_task": ["a", "b"], "length": 3}, {"a", "b"}),
        ({"base_task": ["a", None]}, None),
        ({"base_task": {"not": "a"}}, None),
        ({"base_task": {"like": "a*"}}, None),
        ({"base_task": ["a", "b"], "any": [{"base_task": "b"}, {"base_task": "c"}]}, {"b"}),
        ({"any": [{"base_task": "b"}, {"length": 3}]}, None),
        ({"base_task": {"not": {"not": "a"}}}, None),
    ],
)
def test_base_tasks_are_pruned_only_where_it_is_certain(written: Any, tasks: Any) -> None:
    assert where(written).base_tasks == (None if tasks is None else frozenset(tasks))


def test_two_numbers_with_levels_between_get_a_note() -> None:
    def levels(column: str, base_tasks: frozenset[str] | None) -> list[float]:
        assert (column, base_tasks) == ("param.length", frozenset({"a"}))
        return [18, 20, 24]

    tree = parse_filters({"base_task": "a", "length": [18, 24]})
    assert compile_filters(tree, COLUMNS, levels).notes == (
        'matched exactly 18 and 24; for the range write {"min": 18, "max": 24}',
    )
    tree = parse_filters({"base_task": "a", "length": [18, 20]})
    assert compile_filters(tree, COLUMNS, levels).notes == ()
    tree = parse_filters({"base_task": "a", "length": [18, 20, 24], "max_tokens": [1, 9]})
    assert compile_filters(tree, COLUMNS, levels).notes == ()


def test_conditions_add_up() -> None:
    both = where({"base_task": ["a", "b"], "any": [{"length": 3}, {"length": 4}]}) & where(
        {"base_task": ["b", "c"]}
    )
    assert both.base_tasks == frozenset({"b"})
    assert both.params == ("a", "b", 3.0, 4.0, "b", "c")
    assert (ALL & both).sql == both.sql == (both & ALL).sql


HOSTILE = [
    "'; DROP TABLE t; --",
    '" OR 1=1 --',
    "x') OR ('1'='1",
    "a\nb\rc",
    "🙂é‮",
    "../../etc/passwd",
    "?",
    "$1",
    "/* */",
    "\\",
    "%",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_values_stay_names_and_values(text: str) -> None:
    connection = duckdb.connect()
    column = "label." + text
    connection.execute(f"CREATE TABLE t (model VARCHAR, {quote_identifier(column)} VARCHAR)")
    connection.execute("INSERT INTO t VALUES (?, ?), ('other', 'other')", [text, text])
    for written in ({"model": text}, {text: text}, {column: [text, "no"]}):
        found = compile_filters(parse_filters(written), {"model": "VARCHAR", column: "VARCHAR"})
        rows = connection.execute(f"SELECT model FROM t WHERE {found.sql}", list(found.params))
        assert rows.fetchall() == [(text,)]
        if text not in column or column not in found.columns:
            assert text == "?" or text not in found.sql
    with pytest.raises(FilterError):
        compile_filters(parse_filters({text: 1}), {"model": "VARCHAR"})
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_ten_thousand_values_compile() -> None:
    found = where({"item_id": [str(i) for i in range(10_000)]})
    assert len(found.params) == 10_000
