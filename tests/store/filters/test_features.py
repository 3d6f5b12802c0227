"""Features of traces as filter keys."""

from __future__ import annotations

import pytest

from reasonscape.errors import FilterError
from reasonscape.store.filters import compile_filters, parse_filters
from reasonscape.store.filters.where import Where

COLUMNS = {
    "model": "VARCHAR",
    "param.loop_covered": "DOUBLE",
    "label.words": "VARCHAR",
    "param.f.bytes": "DOUBLE",
    "f.bytes": "INTEGER",
    "f.loop_covered": "DOUBLE",
    "f.loop_kind": "VARCHAR",
    "f.words": "INTEGER",
    "f.novelty_head": "FLOAT[]",
}


def compiled(**filters: object) -> Where:
    return compile_filters(parse_filters(filters), COLUMNS)


def test_the_full_name_is_the_key() -> None:
    where = compiled(**{"f.loop_covered": {"min": 0.3}})
    assert (where.sql, where.params) == ('"f.loop_covered" >= ?', (0.3,))
    assert where.columns == {"f.loop_covered"}
    assert compiled(**{"f.loop_kind": ["exact", None]}).columns == {"f.loop_kind"}
    assert compiled(**{"f.loop_kind": None}).sql == '"f.loop_kind" IS NULL'
    assert compiled(**{"f.bytes": {"max": 10}}).columns == {"f.bytes"}


def test_coordinates_of_the_same_name_stay_reachable() -> None:
    assert compiled(loop_covered=0.5).columns == {"param.loop_covered"}
    assert compiled(words="many").columns == {"label.words"}
    assert compiled(**{"param.f.bytes": 3}).columns == {"param.f.bytes"}


def test_lists_cannot_be_compared() -> None:
    for value in (0.5, {"min": 0.5}, [0.5, 0.6], "x"):
        with pytest.raises(FilterError, match=r"'f\.novelty_head' is a list") as caught:
            compiled(**{"f.novelty_head": value})
        assert "f.novelty_mean" in caught.value.remedy
    assert compiled(**{"f.novelty_head": None}).sql == '"f.novelty_head" IS NULL'


def test_a_store_without_features_says_how_to_get_them() -> None:
    with pytest.raises(FilterError, match="no trace of these rows was measured") as caught:
        compile_filters(parse_filters({"f.words": 3}), {"model": "VARCHAR"})
    assert "store refresh" in caught.value.remedy
    with pytest.raises(FilterError) as other:
        compile_filters(parse_filters({"f.word": 3}), COLUMNS)
    assert "f.words" in other.value.did_you_mean
