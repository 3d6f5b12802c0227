"""Linear algebra on one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Have products of matrices use one thread, in the whole process, while this lasts.

    Sums are then made in one order, whatever the number of cores; and threads that wait for each
    other do not slow down where the cores are busy with something else, up to twenty times.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield
