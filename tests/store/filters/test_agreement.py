"""Compiled SQL against a plain-Python reading of the same JSON, on random rows with NULLs."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store.filters import compile_filters, parse_filters, write_filters

ODD = 'label.we"ird; DROP TABLE t; -- \n🙂'
TYPES = {
    "base_task": "VARCHAR",
    "model": "VARCHAR",
    "stop": "VARCHAR",
    "correct": "BOOLEAN",
    "answered": "BOOLEAN",
    "max_tokens": "INTEGER",
    "score": "DOUBLE",
    "param.length": "DOUBLE",
    "param.score": "DOUBLE",
    "param.mix": "DOUBLE",
    "label.mix": "VARCHAR",
    ODD: "VARCHAR",
}
TEXTS = ["a", "b", "ab", "llama-3", "a'b", 'q"', "x\ny", "é🙂", "*", "[a]", "%_", "\\", "", "nul\0"]
NUMBERS = [-1.0, 0.0, 0.1, 1.0, 2.0, 2.5, 3.0, 1e9]
STOPS = ["stop", "length", "filter", "error", "unknown"]

texts = st.sampled_from(TEXTS)
numbers = st.one_of(st.sampled_from(NUMBERS), st.sampled_from([0, 1, 2, 3, 10**9, 10**20]))
patterns = st.one_of(
    texts, st.text(alphabet="ab*?[]!-\\é🙂\n%_.", max_size=6), st.just("ll*"), st.just("[!a]*")
)


def cell(name: str) -> st.SearchStrategy[Any]:
    own: dict[str, st.SearchStrategy[Any]] = {
        "VARCHAR": st.sampled_from(STOPS) if name == "stop" else texts,
        "BOOLEAN": st.booleans(),
        "INTEGER": st.sampled_from([0, 1, 2, 3, 8192]),
        "DOUBLE": st.sampled_from(NUMBERS),
    }
    return st.none() | own[TYPES[name]]


rows = st.lists(st.fixed_dictionaries({name: cell(name) for name in TYPES}), min_size=1, max_size=8)

TEXT_KEYS = ("base_task", "model", "model_name", "stop", "label.mix", ODD, ODD[len("label.") :])
NUMBER_KEYS = ("max_tokens", "score", "length", "param.length", "param.score", "param.mix")


def forms_of(values: st.SearchStrategy[Any], *, text: bool) -> st.SearchStrategy[Any]:
    bounds = st.dictionaries(
        st.sampled_from(["min", "max", ">", ">=", "<", "<="]), values, min_size=1, max_size=3
    )
    plain = st.none() | values | st.lists(st.none() | values, min_size=1, max_size=4) | bounds
    if text:
        plain = plain | st.fixed_dictionaries({"like": patterns})
    negated = st.fixed_dictionaries({"not": plain})
    return plain | negated | st.fixed_dictionaries({"not": negated})


booleans = st.none() | st.booleans() | st.fixed_dictionaries({"not": st.none() | st.booleans()})
mixed = st.lists(texts | numbers, min_size=1, max_size=4)
outcomes = st.sampled_from(["correct", "incorrect", "truncated", "failed"])
entries = st.one_of(
    st.tuples(st.sampled_from(TEXT_KEYS), forms_of(texts, text=True)),
    st.tuples(st.sampled_from(NUMBER_KEYS), forms_of(numbers, text=False)),
    st.tuples(st.sampled_from(["correct", "answered"]), booleans),
    st.tuples(st.just("mix"), mixed | texts | numbers),
    st.tuples(st.just("outcome"), outcomes | st.fixed_dictionaries({"not": outcomes})),
)
objects = st.lists(entries, max_size=3, unique_by=lambda e: e[0].replace("_name", "")).map(dict)
filters: st.SearchStrategy[dict[str, Any]] = st.recursive(
    objects,
    lambda below: st.tuples(objects, st.lists(below, min_size=1, max_size=3)).map(
        lambda pair: {**pair[0], "any": pair[1]}
    ),
    max_leaves=5,
)


def outcome_of(row: dict[str, Any]) -> str:
    if row["stop"] == "error":
        return "failed"
    if row["correct"] is True:
        return "correct"
    if row["stop"] == "length":
        return "truncated"
    if row["correct"] is None:
        return "ungraded"
    return "unanswered" if row["answered"] is False or row["stop"] == "filter" else "incorrect"


def expected(written: dict[str, Any], row: dict[str, Any]) -> bool:
    return all(
        any(expected(part, row) for part in value) if key == "any" else holds(key, value, row)
        for key, value in written.items()
    )


def holds(key: str, test: Any, row: dict[str, Any]) -> bool:
    if isinstance(test, list):
        return any(holds(key, one, row) for one in test)
    if isinstance(test, dict):
        return all(form_holds(key, form, value, row) for form, value in test.items())
    own = value_of(key, test, row)
    return own is None if test is None else own is not None and own == test


def form_holds(key: str, form: str, value: Any, row: dict[str, Any]) -> bool:
    if form == "not":
        return not holds(key, value, row)
    own = value_of(key, value, row)
    if own is None:
        return False
    if form == "like":
        return fnmatchcase(own, value)
    results = {
        "min": lambda: own >= value,
        "max": lambda: own <= value,
        ">": lambda: own > value,
        ">=": lambda: own >= value,
        "<": lambda: own < value,
        "<=": lambda: own <= value,
    }
    return bool(results[form]())


def value_of(key: str, value: Any, row: dict[str, Any]) -> Any:
    if key == "outcome":
        return outcome_of(row)
    if key == "mix":
        return row["label.mix" if isinstance(value, str) else "param.mix"]
    name = {"model_name": "model", "length": "param.length"}.get(key, key)
    return row[name] if name in row else row["label." + name]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" {t}' for name, t in TYPES.items())
    connection.execute(f"CREATE TABLE t (i INTEGER, {columns})")
    return connection


@given(rows=rows, written=st.lists(filters, min_size=1, max_size=5))
def test_sql_selects_what_plain_python_selects(
    database: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]], written: list[dict[str, Any]]
) -> None:
    database.execute("DELETE FROM t")
    places = ", ".join(["(" + ", ".join("?" * (len(TYPES) + 1)) + ")"] * len(rows))
    values = [v for i, row in enumerate(rows) for v in (i, *(row[name] for name in TYPES))]
    database.execute(f"INSERT INTO t VALUES {places}", values)
    for one in written:
        text = json.dumps(one, ensure_ascii=False)
        where = compile_filters(parse_filters(text), TYPES)
        sql = f"SELECT i FROM t WHERE {where.sql} ORDER BY i"
        selected = [i for (i,) in database.execute(sql, list(where.params)).fetchall()]
        assert selected == [i for i, row in enumerate(rows) if expected(one, row)], (text, where)
        assert where.columns <= TYPES.keys()
        if where.base_tasks is not None:
            assert {rows[i]["base_task"] for i in selected} <= where.base_tasks


@given(written=filters)
def test_a_filter_written_back_reads_the_same(written: dict[str, Any]) -> None:
    tree = parse_filters(written)
    assert parse_filters(json.dumps(write_filters(tree))) == tree
