"""Parts of a result that no finding needs: made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

T = TypeVar("T")


class Later(Generic[T]):
    """A value that is made once, when it is first asked for.

    Findings never need it, so that a run over many (eval, task) does not pay for its pictures.
    What makes the value must not depend on what else was asked for before.
    """

    __slots__ = ("_made", "_make", "is_samples")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._made: T | None = None
        self.is_samples = False

    @classmethod
    def of(cls, value: T, *, samples: bool = False) -> Later[T]:
        """One whose value is there already.

        Parameters
        ----------
        value
            The value.
        samples
            Whether it holds samples: it is then let go like what values are made from.
        """
        made: Later[T] = cls(lambda: value)
        made.get()
        made.is_samples = samples
        return made

    @property
    def is_made(self) -> bool:
        """Whether the value is there already."""
        return self._make is None

    def get(self) -> T:
        """The value; the samples behind it are let go once it is there."""
        make = self._make
        if make is not None:
            self._made = make()
            self._make = None
        return cast("T", self._made)
