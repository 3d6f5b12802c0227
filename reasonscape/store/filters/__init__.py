"""Filters: one JSON object -> a tree of conditions -> SQL with parameters; no database here.

Examples
--------
>>> where = compile_filters(parse_filters('{"length": {"min": 18}}'), {"param.length": "DOUBLE"})
>>> where.sql, where.params
('"param.length" >= ?', (18.0,))
"""

from __future__ import annotations

from reasonscape.store.filters.compiling import compile_filters
from reasonscape.store.filters.conditions import EVERYTHING, Condition
from reasonscape.store.filters.parsing import parse_filters
from reasonscape.store.filters.reading import read_filters
from reasonscape.store.filters.where import ALL, Where
from reasonscape.store.filters.writing import write_filters

__all__ = [
    "ALL",
    "EVERYTHING",
    "Condition",
    "Where",
    "compile_filters",
    "parse_filters",
    "read_filters",
    "write_filters",
]
