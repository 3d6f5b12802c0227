"""JSON text to Python objects, strictly: duplicate keys, NaN and excess size are errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import FilterError, ReasonScapeError

MAX_CHARACTERS: Final = 4_000_000
_READ: Final = "pass one JSON object, @file.json, or - to read it from stdin"


class RepeatedKeys(dict[str, Any]):
    """A JSON object in which a key stood twice; ``repeated`` names the first such key."""

    repeated: str = ""


def load_json(text: str, problem: Callable[[str], ReasonScapeError]) -> Any:
    """Read JSON text; objects with a repeated key come back as `RepeatedKeys`.

    Parameters
    ----------
    text
        The JSON text.
    problem
        Makes the error to raise from a clause that says what was found.
    """
    if len(text) > MAX_CHARACTERS:
        raise problem(f"it has {len(text):,} characters, more than {MAX_CHARACTERS:,}")

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(items)
        if len(plain) == len(items):
            return plain
        marked, seen = RepeatedKeys(plain), set[str]()
        for key, _ in items:
            if key in seen:
                marked.repeated = key
                break
            seen.add(key)
        return marked

    def constant(name: str) -> Any:
        raise problem(f"{name} is not a JSON value")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise problem(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise problem("it is nested too deeply") from None
    except ValueError:
        # Python refuses to make an int of more than 4,300 digits.
        raise problem("a number in it has too many digits") from None


def read_filters(argument: str | Mapping[str, Any] | None) -> dict[str, Any]:
    """Read ``--filters`` as written on a command line: JSON, ``@file.json`` or ``-``.

    A mapping, as Python calls give one, is taken as it is.

    Returns
    -------
    dict
        The JSON object as written, to be parsed by `parse_filters`; empty for no argument.

    Raises
    ------
    FilterError
        If it is no JSON object; the error shows the corrected line where one can be guessed.

    Examples
    --------
    >>> read_filters('{"base_task": "arithmetic"}')
    {'base_task': 'arithmetic'}
    """
    if argument is not None and not isinstance(argument, str):
        if not isinstance(argument, Mapping):
            raise FilterError(
                f"filters must be a mapping or JSON text, not {type(argument).__name__}",
                remedy='as in {"base_task": "arithmetic"}',
            )
        return dict(argument)
    if argument is None:
        return {}
    text, name = _text(argument)
    if not text.strip():
        raise FilterError(f"{name or 'the filter'} is empty", remedy="for no filter write '{}'")

    def problem(found: str) -> FilterError:
        from reasonscape.store.filters.correction import corrected_filters

        remedy = corrected_filters(text) or _READ
        return FilterError(
            f"the filter{name and ' in ' + name} is not valid: {found}", remedy=remedy
        )

    filters = load_json(text, problem)
    if not isinstance(filters, dict):
        found = "a list" if isinstance(filters, list) else f"the single value {filters!r:.60}"
        raise problem(f"it must be one object in braces, not {found}")
    return filters


def _text(argument: str) -> tuple[str, str]:
    """Return the JSON text and, unless it stood on the command line, where it came from."""
    if argument.strip() == "-":
        # A process that was started without stdin has None there.
        return sys.stdin.read(MAX_CHARACTERS + 1) if sys.stdin else "", "stdin"
    if not argument.startswith("@"):
        looks_like_file = argument.strip().endswith(".json") and "{" not in argument
        if looks_like_file:
            raise FilterError(
                f"the filter {argument!r:.200} is no JSON object",
                remedy=f"to read it from that file write --filters @{argument.strip()}",
            )
        return argument, ""
    path = Path(argument[1:])
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.read(MAX_CHARACTERS + 1), str(path)
    except UnicodeDecodeError:
        raise FilterError(f"the filter file {path} is not UTF-8 text", remedy=_READ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FilterError(
            f"the filter file {path} cannot be read: {reason}", remedy=_READ
        ) from None
