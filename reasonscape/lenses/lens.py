"""What every lens provides, and the explicit table of lenses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from reasonscape.errors import UsageError
from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Finding
from reasonscape.findings.naming import file_name
from reasonscape.findings.verdict import Subject

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

MIN_BINS: Final = 2
MAX_BINS: Final = 50

Table = Mapping[str, Sequence[Any]]
"""Columns of equal length; written as CSV and Parquet."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that can be made; nothing is drawn until ``make`` is called.

    ``suspicion`` orders pictures (higher first); ``scope`` are the filters that draw it again.
    """

    name: str
    title: str
    suspicion: float
    scope: Mapping[str, Any]
    make: Callable[[], Figure]


def check_bins(bins: object) -> None:
    """Refuse a number of bins out of range; Python calls are not checked by the command line.

    Raises
    ------
    UsageError
        It is no whole number from ``MIN_BINS`` to ``MAX_BINS``, and not None.
    """
    if bins is not None and not (isinstance(bins, int) and MIN_BINS <= bins <= MAX_BINS):
        raise UsageError(f"bins is {bins!r:.40}", remedy=f"give {MIN_BINS} to {MAX_BINS} bins")


def check_one_axis(axes: Sequence[object]) -> None:
    """Refuse more than one axis, or one that is no name.

    Raises
    ------
    UsageError
        As said.
    """
    if len(axes) > 1:
        raise UsageError(f"--axis was given {len(axes)} times", remedy="give one axis")
    for axis in axes:
        if not isinstance(axis, str):
            raise UsageError(f"axis is {axis!r:.40}", remedy="give the name of one axis")


def one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among a few.

    Raises
    ------
    UsageError
        As said.
    """
    if value not in allowed:
        raise UsageError(f"{name} is {value!r:.60}", remedy=f"one of: {', '.join(allowed)}")


def within(name: str, value: object, least: int, most: int) -> None:
    """Refuse what is no whole number in a range.

    Raises
    ------
    UsageError
        As said.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UsageError(f"{name} is {value!r:.40}", remedy=f"give {least:,} to {most:,}")


def check_kind(kind: object) -> None:
    """Refuse a kind of items that is no name, and not None.

    Raises
    ------
    UsageError
        As said.
    """
    if kind is not None and not isinstance(kind, str):
        raise UsageError(f"kind is {kind!r:.40}", remedy="give a name, or None")


def columns_of(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Rows that all have the same names as the columns of a table; no columns without rows."""
    listed = list(rows)
    return {name: [row[name] for row in listed] for name in listed[0]} if listed else {}


def drawing_of(
    task: tuple[str, str],
    kind: str,
    labels: Mapping[str, str],
    suspicion: float,
    make: Callable[[], Figure],
) -> Drawing:
    """Name a picture by its task (name and label), its kind and the evals in it (id -> label)."""
    base_task, label = task
    ids = list(labels)
    who = labels[ids[0]] if len(ids) == 1 else f"{len(ids)} evals"
    return Drawing(
        name=file_name(base_task, kind, "-".join(i[:7] for i in ids[:2])),
        title=f"{kind}: {label}, {who}",
        suspicion=suspicion,
        scope={"eval_id": ids, "base_task": base_task},
        make=make,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What a lens claims about one (eval, task)."""

    subject: Subject
    claims: tuple[Claim, ...]


class Lens(Protocol):
    """A lens module: these names at its top level.

    ``select`` yields one unit a base task (rows of all evals, so that they share cells);
    ``measure`` turns it into a frozen result, ``claims`` into claims for each (eval, task).
    ``COLUMNS`` is what is read of each sample.
    """

    NAME: str
    QUESTION: str
    COLUMNS: Sequence[str]
    Options: type[Any]

    def select(self, dataset: Dataset, where: Where, options: Any) -> Iterator[Any]:
        """Read one unit a base task."""
        ...

    def measure(self, rows: Any, options: Any) -> Any:
        """Turn the rows of a unit into a frozen result of arrays and numbers."""
        ...

    def claims(self, result: Any) -> list[Judged]:
        """Say what the result means for each (eval, task), before the correction."""
        ...

    def drawings(self, result: Any, findings: Sequence[Finding]) -> list[Drawing]:
        """Name the pictures of a result; none is drawn yet."""
        ...

    def key_figure(self, results: Sequence[Any]) -> tuple[Figure, list[str]]:
        """Draw the one picture of a run, and name what did not fit."""
        ...

    def tables(self, results: Sequence[Any]) -> dict[str, Table]:
        """Columns of the tables, the main one first."""
        ...

    def warnings(self, results: Sequence[Any]) -> list[str]:
        """Say what the user should know about the rows."""
        ...


LENSES: Final = {
    "surface": "reasonscape.lenses.surface",
    "fft": "reasonscape.lenses.fft",
    "compression": "reasonscape.lenses.compression",
    "hazard": "reasonscape.lenses.hazard",
}

POOLED: Final = {
    "failures": "reasonscape.lenses.failures",
    "traces": "reasonscape.lenses.traces",
}
"""Lenses that look at all tasks and evals of a selection at once; they yield a single unit."""


def lens(name: str) -> Lens:
    """Load one lens by its command's name."""
    module: Any = import_module({**LENSES, **POOLED}[name])
    return module  # type: ignore[no-any-return]  # a module checked by its contract test
