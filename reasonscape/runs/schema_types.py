"""JSON Schema (2020-12) of dataclasses as `strict_json` writes them."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

_SCALARS: Mapping[object, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    # A number that is not known, NaN in Python, is null.
    float: {"type": ["number", "null"]},
    type(None): {"type": "null"},
    Any: {},
}


def record(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> Schema:
    """An object with these properties and no other."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: Any, most: int | None = None) -> Schema:
    """An array of what ``items`` says."""
    bounds = {} if most is None else {"maxItems": most}
    return {"type": "array", "items": items, **bounds}


def table(values: Any) -> Schema:
    """An object whose keys are data."""
    return {"type": "object", "additionalProperties": values}


def reference(name: str) -> Schema:
    """A definition by its name."""
    return {"$ref": f"#/$defs/{name}"}


def schema_of(kind: Any, known: Mapping[type, str] | None = None) -> Schema:
    """The schema of a type annotation.

    Parameters
    ----------
    kind
        A scalar, ``Literal``, union, ``tuple``, ``Mapping`` or dataclass.
    known
        Dataclasses that are referred to by name instead of written out.

    Raises
    ------
    TypeError
        It is none of them.

    Examples
    --------
    >>> schema_of(Mapping[str, int])
    {'type': 'object', 'additionalProperties': {'type': 'integer'}}
    >>> schema_of(str | None)
    {'anyOf': [{'type': 'string'}, {'type': 'null'}]}
    """
    known = known or {}
    if kind in _SCALARS:
        return dict(_SCALARS[kind])
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(inside)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one, known) for one in inside]}
    if origin is tuple:
        return array(schema_of(inside[0], known))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return table(schema_of(inside[1], known))
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return array(schema_of(inside[0], known))
    if isinstance(kind, type) and is_dataclass(kind):
        return reference(known[kind]) if kind in known else dataclass_schema(kind, known)
    raise TypeError(f"no schema of {kind!r}")


def dataclass_schema(kind: type, known: Mapping[type, str] | None = None) -> Schema:
    """Every field, all of them required: what is not known is null or empty, never left out."""
    others = {one: name for one, name in (known or {}).items() if one is not kind}
    hints = get_type_hints(kind)
    return record({one.name: schema_of(hints[one.name], others) for one in fields(kind)})


def part(whole: Schema, required: Sequence[str], optional: Sequence[str] = ()) -> Schema:
    """Some properties of a record.

    Raises
    ------
    KeyError
        It has no such property.
    """
    properties = whole["properties"]
    return record(
        {name: properties[name] for name in required},
        {name: properties[name] for name in optional},
    )
