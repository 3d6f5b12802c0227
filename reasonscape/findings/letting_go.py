"""Results without the samples behind them: what is asked for later is then measured again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from reasonscape.findings.later import Later

_Path = tuple[object, ...]
_MADE = object()


def let_go(result: Any, again: Callable[[], Any]) -> Any:
    """A result that holds no samples: each `Later` in it asks for the same part of another.

    Parameters
    ----------
    result
        Frozen dataclasses, tuples and mappings of one another, with `Later` among the values.
        What a `Later` has made already stays, unless it is samples; what it would have been made
        from is let go.
    again
        Measures the same result once more; called when a part is asked for that was not made.
        Whether it is then kept for the next part is its own affair.

    Returns
    -------
    Any
        A result of the same type; ``result`` itself where there is no `Later` in it.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Mean:
    ...     n: int
    ...     curve: Later[list[int]]
    >>> def measured():
    ...     samples = list(range(3))
    ...     return Mean(3, Later(lambda: samples[:2]))
    >>> let_go(measured(), measured).curve.get()
    [0, 1]
    """
    return _without(result, (), again)


def _without(value: Any, path: _Path, again: Callable[[], Any]) -> Any:
    if isinstance(value, Later):
        if value.is_made and not value.is_samples:
            made = _without(value.get(), (*path, _MADE), again)
            return value if made is value.get() else Later.of(made)
        return Later(partial(_asked, again, path))
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        new = {name: _without(part, (*path, name), again) for name, part in old.items()}
        changed = {name: part for name, part in new.items() if part is not old[name]}
        return replace(value, **changed) if changed else value
    if type(value) is tuple:
        parts = tuple(_without(part, (*path, place), again) for place, part in enumerate(value))
        return parts if any(a is not b for a, b in zip(parts, value, strict=True)) else value
    if isinstance(value, Mapping):
        found = {key: _without(part, (*path, key), again) for key, part in value.items()}
        return found if any(part is not value[key] for key, part in found.items()) else value
    return value


def _asked(again: Callable[[], Any], path: _Path) -> Any:
    """The part of another measurement that stands where this one stood."""
    value = again()
    for step in path:
        if step is _MADE:
            value = value.get()
        elif is_dataclass(value):
            value = getattr(value, str(step))
        else:
            value = value[step]
    return value.get()
