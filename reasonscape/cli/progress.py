"""A progress bar on stderr, when stderr is a terminal and the work takes long enough to see."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from reasonscape.runs.lens_run import Progress


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Give a callback ``(what, done, total)``, or nothing where no terminal is watched."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=what[:40], completed=done, total=total or None)

        yield show
