"""Mapping files: how the rows of a foreign JSON Lines log become samples."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import ConfigError, UsageError
from reasonscape.ingest.expression import Expression, compile_expression
from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.reasoning import THINK, Markers
from reasonscape.ingest.rows import RowError, read_row_exactly, shown

KEYS: Final = (
    *("description", "detect", "columns", "params", "param_objects", "drop_params"),
    *("markers", "correct_at"),
)
_SPEC_KEYS: Final = ("from", "const", "lookup", "default")

Evaluate = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class RowMapping:
    """A compiled mapping.

    Attributes
    ----------
    detect
        Keys of a row by which a log of this layout is recognised.
    columns
        Field of a sample -> how its value is found in a row.
    params
        Parameter name -> how its value is found.
    param_objects
        Paths to objects all of whose members are parameters.
    drop_params
        Shell patterns of parameter names that are left out.
    keys
        Field -> the key of the row, for the columns that are nothing else.
    paths
        Column or parameter -> the paths it reads, for the check that some row has them.
    """

    name: str
    description: str
    detect: tuple[str, ...]
    columns: tuple[tuple[str, Evaluate], ...]
    params: tuple[tuple[str, Evaluate], ...]
    param_objects: tuple[Expression, ...]
    drop_params: tuple[str, ...]
    paths: tuple[tuple[str, Expression], ...]
    keys: Mapping[str, str]
    markers: Markers = THINK
    correct_at: float = 1.0


def shipped_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with the package."""
    folder = resources.files("reasonscape.ingest") / "mappings"
    return tuple(
        sorted(f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith(".json"))
    )


def load_mapping(name: str | Path) -> RowMapping:
    """Load a mapping by the path of its file, or by the name of a shipped one.

    Raises
    ------
    ConfigError
        There is none, or it is not valid: the error names the JSON path and near misses.
    """
    text = str(name)
    if text in shipped_mappings():
        file = resources.files("reasonscape.ingest") / "mappings" / f"{text}.json"
        return parse_mapping(file.read_bytes(), text)
    path = Path(name)
    if not path.is_file():
        shipped = shipped_mappings()
        raise ConfigError(
            f"no mapping {text!r}: neither a file nor a shipped one",
            remedy=f"give the path of a mapping file, or one of {', '.join(shipped)}",
            did_you_mean=get_close_matches(text, shipped, n=2),
        )
    return parse_mapping(path.read_bytes(), path.name)


def parse_mapping(raw: bytes, name: str) -> RowMapping:
    """Parse and compile a mapping.

    Examples
    --------
    >>> mapping = parse_mapping(b'{"columns": {"model": "m", "base_task": "t", "score": "s"}}', "x")
    >>> [field for field, _ in mapping.columns]
    ['model', 'base_task', 'score']
    """
    try:
        tree = read_row_exactly(raw.removeprefix(b"\xef\xbb\xbf"), Notices())
    except RowError as error:
        raise ConfigError(
            f"{name} is no mapping: {error.detail}", remedy="write one JSON object"
        ) from error
    _check_keys(tree, KEYS, name, "")
    paths: list[tuple[str, Expression]] = []
    columns = _object(tree, "columns", name)
    _check_keys(columns, FIELDS, name, "columns.")
    mapping = RowMapping(
        name=name,
        description=_typed(tree, "description", str, "text", name) or "",
        detect=_texts(tree, "detect", name),
        columns=tuple((key, _column(columns[key], key, "columns", name, paths)) for key in columns),
        params=tuple(
            (key, _column(value, key, "params", name, paths))
            for key, value in _object(tree, "params", name).items()
        ),
        param_objects=tuple(
            compile_expression(text, f"{name}: param_objects[{i}]")
            for i, text in enumerate(_texts(tree, "param_objects", name))
        ),
        drop_params=_texts(tree, "drop_params", name),
        paths=tuple(paths),
        keys={
            field: compiled.key
            for field, spec in columns.items()
            if isinstance(spec, str) and (compiled := compile_expression(spec)).key is not None
        },
        markers=_markers(_object(tree, "markers", name), name),
        correct_at=_correct_at(tree, name),
    )
    _check_required(columns, name)
    return mapping


def _check_required(columns: Mapping[str, Any], name: str) -> None:
    for key in ("model", "base_task"):
        if key not in columns:
            raise ConfigError(
                f"{name}: columns.{key} is missing", remedy=f"say where {key} stands in a row"
            )
    # With a target, rows can still be graded (--grade).
    if not columns.keys() & {"correct", "score", "target"}:
        raise ConfigError(
            f"{name}: neither columns.correct nor columns.score is there",
            remedy="map at least one of them",
        )


def _column(
    spec: Any, key: str, part: str, name: str, paths: list[tuple[str, Expression]]
) -> Evaluate:
    where = f"{name}: {part}.{key}"
    if isinstance(spec, str):
        expression = compile_expression(spec, where)
        paths.append((f"{part}.{key}", expression))
        return expression.evaluate
    if spec is None or isinstance(spec, bool | int | float):
        return lambda row: spec
    if not isinstance(spec, dict):
        raise ConfigError(
            f"{where} is {shown(spec)}", remedy='write a path, an expression or {"const": ...}'
        )
    _check_keys(spec, _SPEC_KEYS, name, f"{part}.{key}.")
    if "const" in spec:
        if len(spec) > 1 or isinstance(spec["const"], dict | list):
            raise ConfigError(f"{where}.const", remedy='write {"const": VALUE} and no other key')
        return lambda row: spec["const"]
    if not isinstance(spec.get("from"), str):
        raise ConfigError(f"{where}.from is missing", remedy='write {"from": "PATH", ...}')
    expression = compile_expression(spec["from"], f"{where}.from")
    paths.append((f"{part}.{key}", expression))
    table = spec.get("lookup")
    if table is None and "lookup" not in spec:
        return _with_default(expression.evaluate, spec.get("default"))
    if not isinstance(table, dict):
        raise ConfigError(f"{where}.lookup is {shown(table)}", remedy="write an object")
    return _lookup(expression.evaluate, table, spec, f"{part}.{key}")


def _with_default(evaluate: Evaluate, default: Any) -> Evaluate:
    def with_default(row: dict[str, Any]) -> Any:
        value = evaluate(row)
        return default if value is None else value

    return with_default


def _lookup(
    evaluate: Evaluate, table: dict[str, Any], spec: dict[str, Any], field: str
) -> Evaluate:
    open_ended, default = "default" in spec, spec.get("default")

    def lookup(row: dict[str, Any]) -> Any:
        value = evaluate(row)
        if value is None:
            return default
        key = value if isinstance(value, str) else json.dumps(value)
        if key in table:
            return table[key]
        if open_ended:
            return default
        raise RowError("lookup", f"the lookup has no entry for {shown(value)}", field)

    return lookup


def _check_keys(tree: Mapping[str, Any], known: tuple[str, ...], name: str, prefix: str) -> None:
    for key in tree:
        if key not in known:
            raise ConfigError(
                f"{name}: {prefix}{key} is no key of a mapping",
                remedy=f"use one of {', '.join(known)}",
                did_you_mean=get_close_matches(key, known, n=2),
            )


def _typed(tree: Mapping[str, Any], key: str, kind: type, words: str, name: str) -> Any:
    value = tree.get(key)
    if key in tree and not isinstance(value, kind):
        raise ConfigError(f"{name}: {key} is {shown(value)}", remedy=f"write {words}")
    return value


def _object(tree: Mapping[str, Any], key: str, name: str) -> dict[str, Any]:
    value: dict[str, Any] = _typed(tree, key, dict, "an object", name) or {}
    return value


def _texts(tree: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = _typed(tree, key, list, "a list of texts", name) or []
    for i, text in enumerate(value):
        if not isinstance(text, str):
            raise ConfigError(f"{name}: {key}[{i}] is {shown(text)}", remedy="write text")
    return tuple(value)


def _markers(tree: dict[str, Any], name: str) -> Markers:
    _check_keys(tree, ("open", "close"), name, "markers.")
    for key, value in tree.items():
        if not isinstance(value, str) or not value:
            raise ConfigError(f"{name}: markers.{key} is {shown(value)}", remedy="write text")
    try:
        return Markers(**{"open": THINK.open, "close": THINK.close, **tree})
    except UsageError as error:
        raise ConfigError(f"{name}: markers: {error.message}", remedy=error.remedy) from None


def _correct_at(tree: dict[str, Any], name: str) -> float:
    value = tree.get("correct_at", 1.0)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Whole numbers of a config may be longer than any score.
    if not is_number or not abs(value) <= sys.float_info.max:
        raise ConfigError(f"{name}: correct_at is {shown(value)}", remedy="write a number")
    return float(value)
