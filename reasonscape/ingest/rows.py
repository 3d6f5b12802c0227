"""One row of JSON Lines -> a dict, or the reason why it is refused.

``orjson`` reads 200 MB in a quarter of the time of the standard library, but keeps the last of two
equal keys without a word, and reads integers beyond 64 bits as floats. A row therefore goes the
fast way only if counting proves that no key is doubled; all others go the exact way.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

from reasonscape.errors import visible
from reasonscape.ingest.notices import Notices

_SPACE_BEFORE_COLON: Final = re.compile(rb'" +:')
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
SURROGATES: Final = "lone surrogates replaced by U+FFFD"
MAX_DETAIL: Final = 200
MAX_NESTING: Final = 200
MAX_PARTS: Final = 4_000_000
MAX_VALUES: Final = 16_000_000
_SMALL: Final = 8 << 20
_NESTED: Final = frozenset((dict, list))


class RowError(Exception):
    """A row that is refused.

    Parameters
    ----------
    reason
        Stable short code, the key under which refused rows are counted.
    detail
        What was found.
    field
        The field of the row it was found in, empty for the row as a whole.
    """

    def __init__(self, reason: str, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        detail = visible(detail)
        self.detail = detail if len(detail) <= MAX_DETAIL else detail[: MAX_DETAIL - 1] + "…"
        self.field = field


def read_row(raw: bytes, notices: Notices) -> dict[str, Any]:
    """Parse one row; the fast way where it is safe, else `read_row_exactly`.

    Parameters
    ----------
    raw
        One line of UTF-8 JSON.
    notices
        Told about lone surrogates that were replaced.

    Raises
    ------
    RowError
        ``not_utf8``, ``bad_json``, ``duplicate_key``, ``too_deep``, ``too_many_values`` or
        ``not_object``.

    Examples
    --------
    >>> read_row(b'{"a": [1, {"b": null}]}', Notices())
    {'a': [1, {'b': None}]}
    >>> read_row(b'{"a": 1, "a": 2}', Notices())
    Traceback (most recent call last):
    reasonscape.ingest.rows.RowError: the key 'a' is there twice
    """
    check_values(raw)
    try:
        row = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return read_row_exactly(raw, notices)
    if type(row) is not dict:
        raise RowError("not_object", f"the row is {_kind(row)}, not an object")
    if raw.count(b"{") + raw.count(b"[") > MAX_NESTING:
        check_nesting(row)
    # Inside a string a quote is written \", so '":' that is not '\":' ends a key. The only keys
    # this misses have white space before the colon (raw tabs and returns cannot stand in strings)
    # or end in a backslash: a row that could have one is read the exact way.
    keys, ends = _count_keys(row), raw.count(b'":')
    if (
        (ends == keys or ends - raw.count(b'\\":') == keys)
        and b"\t" not in raw
        and (b"\r" not in raw or b"\r" not in raw[:-1])
        and _SPACE_BEFORE_COLON.search(raw) is None
        and b'\\\\":' not in raw
    ):
        return row
    return read_row_exactly(raw, notices)


def read_row_exactly(raw: bytes, notices: Notices) -> dict[str, Any]:
    """Parse one row with the standard library: doubled keys seen, integers of any size, NaN."""
    check_values(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RowError("not_utf8", f"byte {error.start} is not UTF-8") from error
    try:
        row = json.loads(text, object_pairs_hook=_unique)
        if text.count("{") + text.count("[") > MAX_NESTING:
            check_nesting(row)
        if _SURROGATE.search(text) or "\\ud" in text or "\\uD" in text:
            row = _without_surrogates(row, notices)
    except RecursionError as error:
        raise RowError("too_deep", "the row is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise RowError("bad_json", str(error)) from error
    except ValueError as error:  # Python refuses to make an int of more than 4,300 digits
        raise RowError("bad_json", "a number in it has too many digits") from error
    if type(row) is not dict:
        raise RowError("not_object", f"the row is {_kind(row)}, not an object")
    return row


def check_values(raw: bytes) -> None:
    """Refuse JSON that would take many times its own size once it is read.

    An empty object is two bytes in a file and 72 in memory, so that a row within the bound of
    bytes could still need gigabytes. Brackets and commas inside texts count too.

    Raises
    ------
    RowError
        ``too_many_values``: more than `MAX_PARTS` lists and objects, or `MAX_VALUES` values.
    """
    if len(raw) <= _SMALL:
        return
    parts = raw.count(b"{") + raw.count(b"[")
    if parts > MAX_PARTS or raw.count(b",") > MAX_VALUES:
        raise RowError(
            "too_many_values",
            f"more than {MAX_PARTS:,} lists and objects or {MAX_VALUES:,} values in one row",
        )


def check_nesting(value: object) -> None:
    """Refuse what is nested so deeply that code which walks through it could run out of stack.

    Raises
    ------
    RowError
        ``too_deep``: more than `MAX_NESTING` lists and objects within each other.
    """
    level = [value] if type(value) in _NESTED else []
    for _ in range(MAX_NESTING):
        if not level:
            return
        level = [
            part
            for whole in level
            for part in (whole.values() if type(whole) is dict else whole)  # type: ignore[attr-defined]
            if type(part) in _NESTED
        ]
    raise RowError("too_deep", "the row is nested too deeply")


def _count_keys(value: dict[str, Any]) -> int:
    count = len(value)
    for part in value.values():
        kind = type(part)
        if kind is dict:
            count += _count_keys(part)
        elif kind is list:
            count += _count_keys_in_list(part)
    return count


def _count_keys_in_list(value: list[Any]) -> int:
    if _NESTED.isdisjoint(map(type, value)):
        return 0
    return sum(
        _count_keys(part) if type(part) is dict else _count_keys_in_list(part)
        for part in value
        if type(part) in _NESTED
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        seen = set[str]()
        for key, _ in pairs:
            if key in seen:
                raise RowError("duplicate_key", f"the key {key!r} is there twice", key)
            seen.add(key)
    return row


def _without_surrogates(row: Any, notices: Notices) -> Any:
    changed = False

    def clean(value: Any) -> Any:
        nonlocal changed
        if isinstance(value, str):
            if _SURROGATE.search(value) is None:
                return value
            changed = True
            return _SURROGATE.sub("\ufffd", value)
        if isinstance(value, list):
            return [clean(part) for part in value]
        if isinstance(value, dict):
            return _unique([(clean(key), clean(part)) for key, part in value.items()])
        return value

    cleaned = clean(row)
    if changed:
        notices.add(SURROGATES)
    return cleaned


def _kind(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        type(None): "null",
    }
    return names.get(type(value), type(value).__name__)


def members(value: object) -> dict[str, Any]:
    """Give an object, or an empty one for anything else.

    Examples
    --------
    >>> members({"a": 1}), members([1])
    ({'a': 1}, {})
    """
    return value if isinstance(value, dict) else {}


def shown(value: object) -> str:
    """Show a value in a refusal: its kind and a short, one-line form of it.

    Examples
    --------
    >>> shown("abc"), shown([1, 2])
    ("text 'abc'", 'a list')
    """
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = repr(value) if not isinstance(value, int) or value.bit_length() < 400 else "of size"
        if len(text) > 60:
            text = text[:57] + "..."
        return f"{_kind(value)} {text}"
    return _kind(value)
