"""A tree of conditions to SQL: pure, values only as parameters, names only through quoting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reasonscape.errors import FilterError
from reasonscape.store.filters.conditions import (
    All,
    Among,
    AnyOf,
    Compare,
    Condition,
    InGroup,
    InTier,
    Like,
    Missing,
    Not,
    Operator,
    Scalar,
    keys,
)
from reasonscape.store.filters.keys import (
    OUTCOME,
    candidates,
    checked_outcome,
    column_for,
    family,
    value_family,
)
from reasonscape.store.filters.patterns import shell_pattern
from reasonscape.store.filters.where import ALL, Where, quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL
from reasonscape.store.schema import LABEL, PARAM

Levels = Callable[[str, frozenset[str] | None], Sequence[float]]
"""Distinct values of a numeric column within some base tasks (``None``: all)."""

_INT64: Final = 2**63


def compile_filters(
    condition: Condition, columns: Mapping[str, str], levels: Levels | None = None
) -> Where:
    """Compile a condition against the columns of a store.

    Parameters
    ----------
    condition
        A tree without tiers and groups; ``datasets`` resolves those first.
    columns
        Column name -> DuckDB type, of the samples table.
    levels
        Looks up the levels of an axis; only asked for a list of two numbers on a ``param.*``.

    Raises
    ------
    FilterError
        For an unknown key, a value of the wrong type, or an unresolved tier or group.

    Examples
    --------
    >>> tree = All((Compare("length", ">", 3), Not(Compare("model", "=", "m"))))
    >>> where = compile_filters(tree, {"param.length": "DOUBLE", "model": "VARCHAR"})
    >>> where.sql
    '"param.length" > ? AND ("model" = ?) IS NOT TRUE'
    >>> where.params
    (3.0, 'm')
    """
    if condition == All(()):
        return ALL
    compiler = _Compiler(columns)
    sql = compiler.expression(condition)
    base_tasks = compiler.base_tasks(condition)
    read: set[str] = set()
    for key in keys(condition):
        # `outcome` is no column of a file: what it is derived from is read instead.
        for name in candidates(key, columns):
            read |= {name} if name in columns else OUTCOME_COLUMNS
    notes = _range_notes(condition, columns, levels, base_tasks) if levels else ()
    return Where(sql, tuple(compiler.params), frozenset(read), base_tasks, notes)


@dataclass
class _Compiler:
    columns: Mapping[str, str]
    params: list[object] = field(default_factory=list)

    def expression(self, node: Condition) -> str:
        match node:
            case All(parts):
                return self.joined(parts, " AND ", "TRUE")
            case AnyOf(parts):
                return self.joined(parts, " OR ", "FALSE")
            case Not(part):
                return f"({self.expression(part)}) IS NOT TRUE"
            case Compare(key, operator, value):
                return self.compare(key, operator, value)
            case Among(key, values, missing):
                return self.among(key, values, missing=missing)
            case Like(key, pattern):
                return self.like(key, pattern)
            case Missing(key):
                return f"{self.operand(column_for(key, None, self.columns))} IS NULL"
            case InTier(name) | InGroup(name):
                raise FilterError(
                    f"the tier or group {name[:80]!r} reached the store unresolved",
                    remedy="tiers and groups belong to a dataset config: open the dataset by it",
                )
        raise FilterError(f"a filter cannot hold {type(node).__name__}")

    def joined(self, parts: tuple[Condition, ...], word: str, empty: str) -> str:
        if not parts:
            return empty
        if len(parts) == 1:
            return self.expression(parts[0])
        return word.join(
            f"({self.expression(part)})"
            if isinstance(part, All | AnyOf | Among)
            else self.expression(part)
            for part in parts
        )

    def operand(self, column: str) -> str:
        if column == OUTCOME and OUTCOME not in self.columns:
            return f"({OUTCOME_SQL})"
        try:
            return quote_identifier(column)
        except ValueError as error:
            raise FilterError(f"the key {column[:80]!r} is no name: {error}") from None

    def compare(self, key: str, operator: Operator, value: Scalar) -> str:
        column = column_for(key, value, self.columns)
        self.params.append(self.fitting(column, value))
        return f"{self.operand(column)} {operator} ?"

    def among(self, key: str, values: tuple[Scalar, ...], *, missing: bool) -> str:
        # With both param.KEY and label.KEY each value goes to the column of its type.
        wanted: dict[str, list[object]] = {}
        for value in values:
            column = column_for(key, value, self.columns)
            wanted.setdefault(column, []).append(self.fitting(column, value))
        tests = []
        for column, fitting in wanted.items():
            self.params.extend(fitting)
            tests.append(f"{self.operand(column)} IN ({', '.join('?' * len(fitting))})")
        if missing:
            tests.append(f"{self.operand(column_for(key, None, self.columns))} IS NULL")
        return " OR ".join(tests) if tests else "FALSE"

    def like(self, key: str, pattern: str) -> str:
        column = column_for(key, pattern, self.columns)
        if self.type_family(column) != "text":
            raise FilterError(
                f"`like` needs a text column, and {column!r} is {self.type_name(column)}",
                remedy='for numbers write {"min": 18, "max": 24} or a list',
            )
        self.params.append(shell_pattern(pattern))
        return f"regexp_full_match({self.operand(column)}, ?)"

    def type_name(self, column: str) -> str:
        return self.columns.get(column, "VARCHAR")

    def type_family(self, column: str) -> str:
        return family(self.type_name(column))

    def fitting(self, column: str, value: Scalar) -> object:
        """Return the value as the column takes it, or say why it does not fit."""
        if column == OUTCOME and OUTCOME not in self.columns:
            return checked_outcome(value)
        wanted, given = self.type_family(column), value_family(value)
        if wanted == "number" and given == "boolean" and column.startswith(PARAM):
            # Boolean params are stored as 0 and 1.
            return float(value)
        if wanted != given:
            raise _wrong_type(column, self.type_name(column), value)
        if wanted != "number":
            return value
        if isinstance(value, int) and -_INT64 <= value < _INT64 and self.is_whole(column):
            return value
        try:
            return float(value)
        except OverflowError:
            raise FilterError(f"the number for {column!r} is beyond any DOUBLE") from None

    def is_whole(self, column: str) -> bool:
        return "INT" in self.type_name(column).upper()

    def base_tasks(self, node: Condition) -> frozenset[str] | None:
        """Base tasks that can match; ``None`` wherever that is not certain."""
        match node:
            case Compare("base_task", "=", str(value)):
                return frozenset({value})
            case Among("base_task", values, False):
                return frozenset(value for value in values if isinstance(value, str))
            case All(parts):
                known = [tasks for part in parts if (tasks := self.base_tasks(part)) is not None]
                return frozenset.intersection(*known) if known else None
            case AnyOf(parts):
                found: set[str] = set()
                for part in parts:
                    tasks = self.base_tasks(part)
                    if tasks is None:
                        return None
                    found |= tasks
                return frozenset(found)
        return None


def _wrong_type(column: str, type_name: str, value: Scalar) -> FilterError:
    import json

    wanted = family(type_name)
    shown = json.dumps(value, ensure_ascii=False)[:80]
    if wanted == "other":
        remedy = "null tests if it is there"
        if column.startswith("f.novelty"):
            remedy = "filter by 'f.novelty_mean' or 'f.novelty_tail'; " + remedy
        return FilterError(f"{column!r} is a list and cannot be compared", remedy=remedy)
    if wanted == "boolean":
        remedy = f"write true or false, as in {{{json.dumps(column)}: true}}"
    elif wanted == "text":
        remedy = f"write it in quotes: {json.dumps(str(value), ensure_ascii=False)[:80]}"
    elif isinstance(value, str) and _is_number(value):
        remedy = f"write it without quotes: {value.strip()[:80]}"
    else:
        remedy = "write a number"
        if column.startswith(PARAM):
            remedy += f" (text would be {LABEL + column.removeprefix(PARAM)!r}, which is not there)"
    noun = {"boolean": "true or false", "text": "text", "number": "a number"}[wanted]
    return FilterError(f"{column!r} holds {noun}, and the filter gives {shown}", remedy=remedy)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _range_notes(
    condition: Condition,
    columns: Mapping[str, str],
    levels: Levels,
    base_tasks: frozenset[str] | None,
) -> tuple[str, ...]:
    """Say where a list of two numbers was probably meant as a range."""
    notes = []
    for key, values in _pairs(condition):
        column = column_for(key, values[0], columns)
        if not column.startswith(PARAM):
            continue
        low, high = sorted(values)
        if any(low < level < high for level in levels(column, base_tasks)):
            first, second = (f"{value:.12g}" for value in values)
            notes.append(
                f"matched exactly {first} and {second}; for the range write"
                f' {{"min": {low:.12g}, "max": {high:.12g}}}'
            )
    return tuple(dict.fromkeys(notes))


def _pairs(node: Condition) -> list[tuple[str, tuple[float, float]]]:
    match node:
        case All(parts) | AnyOf(parts):
            return [pair for part in parts for pair in _pairs(part)]
        case Among(key, (int() | float() as first, int() | float() as second), False):
            if not isinstance(first, bool) and not isinstance(second, bool):
                return [(key, (first, second))]
    return []
