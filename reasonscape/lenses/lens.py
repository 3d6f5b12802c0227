"""What every lens provides, and the explicit table of lenses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Finding
from reasonscape.findings.verdict import Subject

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

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


@dataclass(frozen=True, slots=True)
class Judged:
    """What a lens claims about one (eval, task)."""

    subject: Subject
    claims: tuple[Claim, ...]


class Lens(Protocol):
    """A lens module: these names at its top level.

    ``select`` yields one unit a base task (rows of all evals, so that they share cells);
    ``measure`` turns it into a frozen result, ``claims`` into claims for each (eval, task).
    """

    NAME: str
    QUESTION: str
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
    "compression": "reasonscape.lenses.compression",
    "hazard": "reasonscape.lenses.hazard",
}


def lens(name: str) -> Lens:
    """Load one lens by its command's name."""
    module: Any = import_module(LENSES[name])
    return module  # type: ignore[no-any-return]  # a module checked by its contract test
