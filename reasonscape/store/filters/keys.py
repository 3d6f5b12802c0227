"""From a key as written to the columns it names, with near misses when it names none."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Final, Literal

from reasonscape.errors import FilterError
from reasonscape.store.filters.conditions import Scalar
from reasonscape.store.schema import FEATURE, FEATURE_COLUMNS, LABEL, OUTCOMES, PARAM

Family = Literal["number", "text", "boolean", "other"]

OUTCOME: Final = "outcome"
"""Derived by `store.outcome`, and a filter key like a column."""

_LISTED: Final = 30
_FEATURES: Final = frozenset(column.name for column in FEATURE_COLUMNS)
_HIDDEN: Final = ("sample_uid", "item_hash", "content_hash", "source_row", "import_id")
_NUMBERS: Final = (
    "DOUBLE",
    "FLOAT",
    "REAL",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "DECIMAL",
)


def family(type_name: str) -> Family:
    """Tell which values a DuckDB type takes.

    Examples
    --------
    >>> family("INTEGER"), family("VARCHAR"), family("FLOAT[]")
    ('number', 'text', 'other')
    """
    plain = type_name.upper().strip()
    if plain == "BOOLEAN":
        return "boolean"
    if plain == "VARCHAR":
        return "text"
    return "number" if plain.split("(")[0] in _NUMBERS and "[" not in plain else "other"


def value_family(value: Scalar) -> Family:
    """Tell what a value is: a Boolean is no number here."""
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"


def candidates(key: str, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Name the columns that a key may mean: the column, else ``param.KEY`` and ``label.KEY``.

    Raises
    ------
    FilterError
        If it names none; with near misses and the list of keys.

    Examples
    --------
    >>> candidates("length", {"model": "VARCHAR", "param.length": "DOUBLE"})
    ('param.length',)
    """
    if key in columns or key == OUTCOME:
        return (key,)
    found = tuple(prefix + key for prefix in (PARAM, LABEL) if prefix + key in columns)
    if not found:
        raise unknown_key(key, columns)
    return found


def column_for(key: str, value: Scalar | None, columns: Mapping[str, str]) -> str:
    """Name the one column that a key with this value means.

    Raises
    ------
    FilterError
        If both ``param.KEY`` and ``label.KEY`` exist and the value does not tell them apart.
    """
    found = candidates(key, columns)
    if len(found) == 1:
        return found[0]
    if value is None:
        raise FilterError(
            f"the key {key!r} is both {found[0]!r} and {found[1]!r}, and null fits both",
            remedy="write the full name",
        )
    return found[1] if isinstance(value, str) else found[0]


def unknown_key(
    key: str, columns: Collection[str], *, of: str = "", reserved: bool = True
) -> FilterError:
    """Word the error for a key that is no column; ``of`` names what was selected."""
    if key in _FEATURES:
        return FilterError(
            f"no key {key!r}{of and ' in ' + of}: no trace of these rows was measured",
            remedy="measure them: analyze.py store refresh DATASET",
        )
    names = valid_keys(columns, reserved=reserved)
    if key.startswith(FEATURE):
        # Who writes f. wants a feature: those are the keys to list.
        names = sorted(names, key=lambda name: not name.startswith(FEATURE))
    bare = key.removeprefix(PARAM).removeprefix(LABEL)
    folded = {name.casefold(): name for name in reversed(names)}
    near = [
        folded[name]
        for name in difflib.get_close_matches(key.casefold(), folded, 3, 0.6)
        or difflib.get_close_matches(bare.casefold(), folded, 3, 0.6)
    ]
    shown = [*names[:_LISTED]]
    more = f" and {len(names) - _LISTED} more (see `analyze.py schema`)" * (len(names) > _LISTED)
    return FilterError(
        f"no key {key[:80]!r}{of and ' in ' + of}",
        remedy=f"valid keys: {', '.join(shown)}{more}",
        did_you_mean=near,
    )


def valid_keys(columns: Collection[str], *, reserved: bool = True) -> list[str]:
    """List filter keys, shortest form first: params and labels, then columns.

    Examples
    --------
    >>> valid_keys(["model", "score", "param.score", "param.length"])
    ['length', 'param.score', 'model', 'score', 'outcome', 'tier', 'groups', 'any']
    """
    own, declared, rest = [], [], []
    for name in columns:
        if name.startswith((PARAM, LABEL)):
            bare = name[len(PARAM) :] if name.startswith(PARAM) else name[len(LABEL) :]
            twin = (LABEL if name.startswith(PARAM) else PARAM) + bare
            full = bare in columns or twin in columns or bare in (OUTCOME, "any", "tier", "groups")
            own.append(name if full else bare)
        elif name.startswith(FEATURE) or name in _HIDDEN:
            rest.append(name)
        else:
            declared.append(name)
    derived = [] if OUTCOME in columns else [OUTCOME]
    special = ["tier", "groups", "any"] if reserved else []
    # Half of a bounded list is kept for columns, however many params there are.
    if len(own) > _LISTED // 2:
        half = sorted(own)
        return [
            *half[: _LISTED // 2 - 4],
            *declared,
            *derived,
            *special,
            *half[_LISTED // 2 - 4 :],
            *rest,
        ]
    return [*sorted(own), *declared, *derived, *special, *rest]


def checked_outcome(value: Scalar) -> str:
    """Return the value if it is an outcome.

    Raises
    ------
    FilterError
        If it is none.
    """
    if value in OUTCOMES and isinstance(value, str):
        return value
    near = difflib.get_close_matches(str(value), OUTCOMES, 1)
    raise FilterError(
        f"no outcome {value!r:.80}", remedy=f"outcomes: {', '.join(OUTCOMES)}", did_you_mean=near
    )
