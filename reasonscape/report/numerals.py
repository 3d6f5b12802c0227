"""Numbers as the page writes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

_SHARES: Final = ("share", "accuracy")


def effect_words(effect: Mapping[str, Any] | None) -> str:
    """An effect with its interval and unit; empty where there is none.

    Examples
    --------
    >>> effect_words({"name": "fall", "value": 0.89, "unit": "accuracy", "low": 0.86, "high": 0.92})
    '89% [86%, 92%]'
    >>> effect_words({"name": "odds", "value": 42.4, "unit": "ratio", "low": 13.0, "high": None})
    '42 times [13, no bound]'
    """
    if effect is None or number(effect["value"]) is None:
        return ""
    share = effect["unit"] in _SHARES
    value, low, high = (_amount(effect[key], share=share) for key in ("value", "low", "high"))
    unit = "" if share else {"ratio": " times"}.get(effect["unit"], f" {effect['unit']}")
    bounds = "" if low is None and high is None else f" [{_bound(low)}, {_bound(high)}]"
    return f"{value}{unit}{bounds}"


def level_words(effect: Mapping[str, Any] | None) -> str:
    """The coverage of an effect's interval, as in ``95%``."""
    level = None if effect is None else number(effect.get("level"))
    return "" if level is None else f"{100 * level:.0f}%"


def chance_words(p: float | None) -> str:
    """A p or q value.

    Examples
    --------
    >>> [chance_words(p) for p in (1e-40, 0.0123, 1.0, None)]
    ['<1e-16', '0.012', '1', '']
    """
    value = number(p)
    if value is None:
        return ""
    return "<1e-16" if value < 1e-16 else f"{value:.2g}"


def sort_key(value: object) -> str:
    """What a table is sorted by: the number, or nothing where there is none."""
    known = number(value)
    return "" if known is None else repr(known)


def number(value: object) -> float | None:
    """A finite number, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def count_words(n: Mapping[str, Any]) -> str:
    """The numbers of samples and items behind a finding.

    Examples
    --------
    >>> count_words({"samples": 1536, "items": 768, "truncated": 2})
    '1,536 samples of 768 items, 2 cut off'
    """
    samples, items, truncated = n.get("samples"), n.get("items"), n.get("truncated")
    parts = []
    if samples is not None:
        parts.append(f"{samples:,} samples" + (f" of {items:,} items" if items else ""))
    elif items is not None:
        parts.append(f"{items:,} items")
    if truncated:
        parts.append(f"{truncated:,} cut off")
    return ", ".join(parts)


def _amount(value: object, *, share: bool) -> str | None:
    known = number(value)
    if known is None:
        return None
    if share:
        percent = 100 * known
        return f"{percent:.1f}%" if 0 < abs(percent) < 1 else f"{percent:.0f}%"
    return f"{known:,.0f}" if abs(known) >= 100 else f"{known:.2g}"


def _bound(text: str | None) -> str:
    return "no bound" if text is None else text
