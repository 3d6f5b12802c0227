"""Where the fields of a sample stand in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.fields import FIELDS
from reasonscape.store.schema import FEATURE, LABEL, PARAM, SAMPLE_COLUMNS

PARAMS: Final = "params"
_GRADE_SOURCE: Final = "grade_source"
_FIELDS: Final = tuple(dict.fromkeys((*FIELDS, _GRADE_SOURCE)))
# Columns of our own export that the store makes anew.
_MADE: Final = frozenset(column.name for column in SAMPLE_COLUMNS) | {"outcome"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field of a sample stands in a table.

    Attributes
    ----------
    fields
        Field -> column.
    constants
        Field -> the value that all rows have.
    axes
        ``param.NAME`` or ``label.NAME`` -> column.
    objects
        Columns that hold an object of parameters.
    unknown
        Columns that are none of these.
    """

    fields: Mapping[str, str]
    constants: Mapping[str, Any]
    axes: Mapping[str, str]
    objects: tuple[str, ...]
    unknown: tuple[str, ...]


def table_columns(names: tuple[str, ...], given: Mapping[str, Any] | None = None) -> Columns:
    """Find the fields of a sample among the columns of a table.

    Parameters
    ----------
    names
        Columns of the table.
    given
        Field, ``param.NAME``, ``label.NAME`` or ``params`` -> its column, or ``{"const": VALUE}``;
        other fields are looked for by their own names.

    Raises
    ------
    UsageError
        A column that is named, or that every table must have, is not there.

    Examples
    --------
    >>> found = table_columns(("m", "base_task", "correct", "param.n"), {"model": "m"})
    >>> dict(found.fields), dict(found.axes)
    ({'base_task': 'base_task', 'correct': 'correct', 'model': 'm'}, {'param.n': 'param.n'})
    """
    fields, constants, axes = dict[str, str](), dict[str, Any](), dict[str, str]()
    named, objects = dict(given or {}), list[str]()
    taken = {column for column in named.values() if isinstance(column, str)}
    for name in names:
        if name not in taken and name not in named:
            if name in _FIELDS:
                fields[name] = name
            elif name.startswith((PARAM, LABEL)):
                axes[name] = name
            elif name == PARAMS:
                objects.append(name)
    for target, column in named.items():
        if isinstance(column, Mapping) and column.keys() == {"const"} and target in _FIELDS:
            constants[target] = column["const"]
            continue
        _check_named(target, column, names)
        if target in _FIELDS:
            fields[target] = column
        elif target == PARAMS:
            objects.append(column)
        else:
            axes[target] = column
    _check_needed(fields, constants, names)
    used = {*fields.values(), *axes.values(), *objects}
    unknown = (name for name in names if name not in used | _MADE and not name.startswith(FEATURE))
    return Columns(fields, constants, axes, tuple(objects), tuple(unknown))


def _check_named(target: str, column: object, names: tuple[str, ...]) -> None:
    if target not in (*_FIELDS, PARAMS) and not target.startswith((PARAM, LABEL)):
        raise UsageError(
            f"columns names {target!r}, which is no field of a sample",
            remedy="name a field (docs/import.md), params, param.NAME or label.NAME",
            did_you_mean=get_close_matches(target, _FIELDS, n=2),
        )
    if not isinstance(column, str) or column not in names:
        raise UsageError(
            f"the table has no column {column!r:.60} for {target!r}",
            remedy='name a column of the table, or write {"const": VALUE}',
            did_you_mean=get_close_matches(str(column), names, n=2),
        )


def _check_needed(
    fields: Mapping[str, str], constants: Mapping[str, Any], names: tuple[str, ...]
) -> None:
    there = fields.keys() | constants.keys()
    if "target" in there:
        there |= {"score"}  # rows can still be graded (--grade)
    for choices in (("model",), ("base_task",), ("correct", "score")):
        if there.isdisjoint(choices):
            what = " and no column ".join(map(repr, choices))
            raise UsageError(
                f"the table has no column {what}",
                remedy=f"say which it is: columns={{{choices[0]!r}: NAME}}",
                did_you_mean=get_close_matches(choices[0], names, n=2),
            )


def unknown_column(name: str) -> str:
    """Say that a column is none of a sample, with its near misses."""
    near = get_close_matches(name, (*_FIELDS, PARAMS), n=2)
    guess = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"the column {name[:60]!r} is unknown and was left out{guess}"
