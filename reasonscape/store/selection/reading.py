"""Reading the same rows once for several lenses that look at them one after another."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

T = TypeVar("T")


class _Reading:
    """Columns that some lens will want, and what was read last of each kind."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.last: dict[str, tuple[Hashable, Any]] = {}


_CURRENT: ContextVar[_Reading | None] = ContextVar("reading", default=None)


@contextmanager
def shared_reading(columns: Sequence[str] = ()) -> Iterator[None]:
    """Within it, equal selections of one version of a store are read once.

    Only the last one of each kind is kept: lenses take turns on one base task.

    Parameters
    ----------
    columns
        Columns of ``samples`` that are read for whoever asks for any, because another will ask
        for them.
    """
    token = _CURRENT.set(_Reading(columns))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def columns_to_read(asked: Sequence[str]) -> tuple[str, ...]:
    """The columns that were asked for, and those that others will ask for."""
    reading = _CURRENT.get()
    return tuple(dict.fromkeys((*asked, *(reading.columns if reading is not None else ()))))


def read_once(
    kind: str, store: Store, where: Where, parts: Sequence[Hashable], read: Callable[[], T]
) -> T:
    """What was read last, if it is the same; callers must not write to it."""
    reading = _CURRENT.get()
    if reading is None:
        return read()
    key = (id(store), store.version, where.sql, where.params, where.base_tasks, *parts)
    held = reading.last.get(kind)
    if held is None or held[0] != key:
        # What is held is let go first: two would need twice the memory.
        reading.last.pop(kind, None)
        held = (key, read())
        reading.last[kind] = held
    return cast("T", held[1])
