"""What our own export puts into the ``metadata`` of Every Eval Ever rows, and reads back.

The format has no place for a sampler, a coordinate, or where a stop reason is known from. Its
``metadata`` holds texts only, so each of these stands there as text under the prefix below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from reasonscape.ingest.rows import RowError, shown
from reasonscape.store.schema import LABEL, PARAM

PREFIX: Final = "reasonscape."
MARK: Final = f"{PREFIX}export"
VERSION: Final = "1"
_START: Final = len(PREFIX)
STOP: Final = "stop_reason"
MISSING: Final = f"{PREFIX}missing"
"""Lists fields that the format requires and the sample does not have."""

_TEXTS: Final = (
    *("template", "sampler", "base_task", "task", "reasoning_kind", "grade_source"),
    *("chance_source", "stop_source", "tokens_source"),
)
_INTEGERS: Final = (
    *("repeat", "max_tokens", "prompt_tokens", "completion_tokens", "reasoning_tokens"),
)
_FIELDS: Final = (*_TEXTS, *_INTEGERS, "chance", "answered")


def own_metadata(sample: Mapping[str, Any], *, counted: bool) -> dict[str, str]:
    """Write what a row of ``samples`` says and the format has no place for.

    Parameters
    ----------
    sample
        Column -> value.
    counted
        Its tokens stand in ``token_usage``.

    Examples
    --------
    >>> written = own_metadata({"stop": "length", "repeat": 2, "param.n": 3.0}, counted=True)
    >>> written["stop_reason"], written["reasonscape.repeat"], written["reasonscape.param.n"]
    ('length', '2', '3.0')
    """
    written = {STOP: str(sample.get("stop") or "unknown"), MARK: VERSION}
    for name in _FIELDS:
        value = sample.get(name)
        if value is None or (counted and name.endswith("_tokens") and name != "max_tokens"):
            continue
        if isinstance(value, bool):
            written[PREFIX + name] = "true" if value else "false"
        else:
            written[PREFIX + name] = value if isinstance(value, str) else repr(value)
    for name, value in sample.items():
        if value is not None and name.startswith((PARAM, LABEL)):
            written[PREFIX + name] = value if isinstance(value, str) else repr(value)
    lacking = [name for name in ("prompt", "score") if sample.get(name) is None]
    if lacking:
        written[MISSING] = ",".join(lacking)
    return written


def read_own(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Read it back.

    Returns
    -------
    values, coordinates
        Fields of a sample, those that the export left away as None; and the coordinates. None
        where the row was not written by our export.

    Raises
    ------
    RowError
        A value is none that the export writes.
    """
    if metadata.get(MARK) is None:
        return None
    if metadata[MARK] != VERSION:
        raise RowError("bad_value", f"unknown version of the export: {shown(metadata[MARK])}", MARK)
    values, coordinates = dict.fromkeys(_FIELDS), dict[str, Any]()
    for key, value in metadata.items():
        if not key.startswith(PREFIX):
            continue
        name = key[_START:]
        if type(value) is not str:
            raise RowError("wrong_type", f"expected text, found {shown(value)}", name)
        if (kind := _KINDS.get(name)) is not None:
            values[name] = kind(value, name)
        elif name.startswith(PARAM):
            coordinates[name.removeprefix(PARAM)] = _decimal(value, name)
        elif name.startswith(LABEL):
            coordinates.setdefault(name.removeprefix(LABEL), value)
        elif key == MISSING:
            values.update(dict.fromkeys(filter(None, value.split(","))))
    return values, coordinates


def _word(text: str, name: str) -> str:
    return text


def _boolean(text: str, name: str) -> bool:
    if text not in ("true", "false"):
        raise RowError("bad_value", f"expected true or false, found {shown(text)}", name)
    return text == "true"


def _decimal(text: str, name: str) -> float:
    return _number(text, name, float)


def _integer(text: str, name: str) -> float:
    return _number(text, name, int)


def _number(text: str, name: str, kind: type[int] | type[float]) -> float:
    try:
        number = kind(text)
    except ValueError:
        number = math.inf
    if not math.isfinite(number):
        raise RowError("bad_value", f"expected a number, found {shown(text)}", name)
    return number


_KINDS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    **dict.fromkeys(_TEXTS, _word),
    **dict.fromkeys(_INTEGERS, _integer),
    "chance": _decimal,
    "answered": _boolean,
}
