from __future__ import annotations

from fnmatch import fnmatchcase

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store.filters.patterns import shell_pattern

ALPHABET = "ab]^-![\\*?.z|(){}+$\né🙂"


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@given(
    pattern=st.text(alphabet=ALPHABET, max_size=8),
    texts=st.lists(st.text(alphabet=ALPHABET, max_size=5), min_size=1, max_size=20),
)
def test_patterns_match_as_pythons_fnmatch(
    database: duckdb.DuckDBPyConnection, pattern: str, texts: list[str]
) -> None:
    sql = "SELECT list_transform(?::VARCHAR[], lambda x: regexp_full_match(x, ?))"
    found = database.execute(sql, [texts, shell_pattern(pattern)]).fetchone()
    assert found is not None
    assert found[0] == [fnmatchcase(text, pattern) for text in texts], (pattern, texts)


def test_many_stars_take_no_exponential_time(database: duckdb.DuckDBPyConnection) -> None:
    pattern = shell_pattern("*a" * 400)
    found = database.execute("SELECT regexp_full_match(?, ?)", ["a" * 5000 + "b", pattern])
    assert found.fetchone() == (False,)


@pytest.mark.parametrize("pattern", ["a?b", "a*b", "a[!x]b", "?\n?"])
def test_a_newline_is_a_character(database: duckdb.DuckDBPyConnection, pattern: str) -> None:
    if pattern.startswith("?"):
        assert shell_pattern(pattern) == r"(?s).\x{A}."
    found = database.execute("SELECT regexp_full_match(?, ?)", ["a\nb", shell_pattern(pattern)])
    assert found.fetchone() == (True,)
