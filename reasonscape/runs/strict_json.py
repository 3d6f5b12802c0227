"""JSON that every parser accepts: no NaN, no Infinity, no lone surrogates, no numpy types."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

SIGNIFICANT_DIGITS = 10
"""Digits kept of a float: more than any claim needs, few enough to be equal across machines."""

_STEERING = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Controls that JSON does not escape by itself, and marks that turn the order of text round."""


def plain(value: Any) -> Any:
    """Reduce a value to what strict JSON can hold; NaN and infinities become ``None``.

    Examples
    --------
    >>> plain({"a": float("nan"), "b": (1, 0.1 + 0.2)})
    {'a': None, 'b': [1, 0.3]}
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float):
        return _rounded(value)
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, Path):
        return value.as_posix()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Sequence | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    if hasattr(value, "tolist"):  # numpy scalars and arrays, without importing numpy
        return plain(value.tolist())
    return str(value)


def dumps(value: Any, *, indent: int | None = None) -> str:
    r"""Serialise as strict JSON text; non-ASCII text is kept readable, what steers a terminal not.

    Examples
    --------
    >>> print(dumps("é \x9b31m \u202e"))
    "é \u009b31m \u202e"
    """
    separators = None if indent else (",", ":")
    text = json.dumps(
        plain(value), ensure_ascii=False, allow_nan=False, indent=indent, separators=separators
    )
    # Such characters stand within strings only, where an escape means the same.
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _rounded(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return rounded if math.isfinite(rounded) else value
