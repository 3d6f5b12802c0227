"""Where an axis of time ends, and how a cap is shown that lies far beyond all ends."""

from __future__ import annotations

from collections.abc import Iterable

import numpy.typing as npt

from reasonscape.figures.scales import top_of

_FAR = 1.5


def time_end(times: Iterable[npt.ArrayLike], caps: Iterable[float | None], room: float) -> float:
    """End of an axis of time from 0: a cap stretches it only where ends come near.

    Examples
    --------
    >>> time_end([[100.0, 400.0]], [500.0], room=1.0), time_end([[400.0]], [8192.0], room=1.0)
    (500.0, 400.0)
    """
    last = top_of(times, otherwise=0.0, room=1.0)
    known = [cap for cap in caps if cap is not None]
    near = [cap for cap in known if last == 0.0 or cap <= _FAR * last]
    return room * max([last, *near]) if last or near else 1.0


def near_cap(cap: float | None, end: float) -> float | None:
    """The cap if it lies on the axis.

    Examples
    --------
    >>> near_cap(500.0, 510.0), near_cap(8192.0, 510.0)
    (500.0, None)
    """
    return cap if cap is not None and cap <= end else None


def time_name(title: str, cap: float | None, end: float) -> str:
    """Title of the axis, escaped already; a cap beyond its end is named.

    Examples
    --------
    >>> time_name("tokens", 8192.0, 510.0)
    'tokens, cap 8,192 →'
    """
    return title if cap is None or cap <= end else f"{title}, cap {cap:,.0f} →"
