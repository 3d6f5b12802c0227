"""Who listens to work that takes long inside of a lens: reading texts, laying out a map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and how much there is."""

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    """Tell a listener of long work done inside of this block; results do not depend on it."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def told(what: str) -> Callable[[int, int], None]:
    """A callback for work that counts its steps.

    Examples
    --------
    >>> with listening(print):
    ...     told("map")(50, 750)
    map 50 750
    """

    def tell(done: int, total: int) -> None:
        listener = _LISTENER.get()
        if listener is not None:
            listener(what, done, total)

    return tell
