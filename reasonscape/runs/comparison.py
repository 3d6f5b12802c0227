"""Is A better than B, and where? Two evals or two groups of rows, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from reasonscape.errors import NoRowsError, UsageError
from reasonscape.lenses.lens import check_bins
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.comparison_result import Comparison, Measurement, TaskCells
from reasonscape.runs.comparison_sides import Side

if TYPE_CHECKING:
    import polars
    from plotly.graph_objects import Figure

    from reasonscape.datasets.config import Dataset
    from reasonscape.lenses.lens import Drawing

QUESTION: Final = "is A better than B, and where?"


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """Options of the command; the summary lists them as they are here.

    Attributes
    ----------
    margin
        Differences of accuracy up to this are of no matter, a share.
    target
        The difference that a plan should find; ``None``: the margin.
    power
        Say how many items would settle each comparison.
    by_id
        Pair items by task and id even where prompts differ or are unknown.
    axes, bins
        Cells to compare, as the surface lens takes them.

    Raises
    ------
    UsageError
        A number is out of its range.
    """

    margin: float = field(default=0.02, metadata={"flag": "--margin"})
    target: float | None = field(default=None, metadata={"flag": "--target"})
    power: bool = field(default=False, metadata={"flag": "--power"})
    by_id: bool = field(default=False, metadata={"flag": "--by-id"})
    axes: tuple[str, ...] = field(default=(), metadata={"flag": "--axis"})
    bins: int | None = field(default=None, metadata={"flag": "--bins"})

    def __post_init__(self) -> None:
        check_bins(self.bins)
        for name in ("margin", "target"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int | float) and 0 < value < 1):
                raise UsageError(
                    f"{name} is {value!r:.40}", remedy="give a share: 0.02 is two points"
                )


@dataclass(frozen=True, slots=True)
class Family:
    """Over which tests q was corrected."""

    method: Literal["benjamini_hochberg", "holm"]
    tests: int


@dataclass(frozen=True, repr=False)
class ComparisonRun:
    """What a comparison found, with all that ``summary.json`` says.

    Attributes
    ----------
    comparisons
        All tasks together first, then the tasks, the clearest difference first.
    measured
        The numbers behind each of them, in the same order.
    cells
        Paired differences by cell; empty for more than 12 tasks.
    """

    dataset: Dataset
    filters: Mapping[str, Any]
    sides: tuple[Side, Side]
    options: CompareOptions
    counts: Mapping[str, Any]
    comparisons: tuple[Comparison, ...]
    measured: tuple[Measurement, ...]
    cells: tuple[TaskCells, ...]
    families: Mapping[str, Family]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]
    seed: int = 0
    command: str = "compare"
    _made: dict[str, Figure] = field(default_factory=dict, repr=False)

    @property
    def table(self) -> polars.DataFrame:
        """One row a comparison, as a Polars frame."""
        import polars

        from reasonscape.runs.comparison_tables import tables

        return polars.DataFrame(dict(tables(self)["comparisons"]), strict=False)

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """Pictures that can be made, the one of all tasks first."""
        from reasonscape.runs.comparison_drawings import drawings

        return drawings(self)

    @property
    def figures(self) -> Mapping[str, Figure]:
        """All figures by name; each is drawn once."""
        return {drawing.name: self.figure(drawing) for drawing in self.drawings}

    def figure(self, drawing: Drawing) -> Figure:
        """Draw one picture, or return the one drawn before."""
        if drawing.name not in self._made:
            self._made[drawing.name] = drawing.make()
        return self._made[drawing.name]

    def save(self, path: Path | str) -> dict[str, Any]:
        """Write summary, pictures, tables and report to a folder; return the summary."""
        from reasonscape.runs.comparison_saving import save

        if not str(path):
            raise UsageError("the folder to save to is ''", remedy="name it; '.' is this one")
        return save(self, Path(path))

    def __repr__(self) -> str:
        a, b = self.sides
        return f"<compare {a.shown} with {b.shown}: {self.comparisons[0].statement}>"


def compare(
    dataset: Dataset,
    filters: Any = None,
    a: Any = None,
    b: Any = None,
    options: CompareOptions | None = None,
    *,
    seed: int = 0,
) -> ComparisonRun:
    """Compare two evals or two groups of rows, by item where both answered the same items.

    Parameters
    ----------
    dataset, filters
        What to read; ``filters`` narrow both sides.
    a, b
        Each an eval id or its beginning, a model, a label, or filters. Without them the filters
        must select exactly two evals.
    options
        See `CompareOptions`.
    seed
        Recorded only: nothing here is drawn at random.

    Raises
    ------
    UsageError
        If A and B are the same, or share samples.
    FilterError
        If A, B or the filters name what is not there.
    NoRowsError
        If a side is empty, or no task has both.
    """
    from reasonscape.runs.comparison_counts import counted
    from reasonscape.runs.comparison_judgement import judged
    from reasonscape.runs.comparison_sides import two_sides
    from reasonscape.runs.provenance import provenance
    from reasonscape.store.filters import parse_filters
    from reasonscape.store.selection.grade_sources import grade_note

    chosen = options or CompareOptions()
    first, second, shared = two_sides(dataset, filters, a, b)
    where = dataset.where(parse_filters(shared))
    counts = counted(dataset, where, (first, second))
    measured, alone, cells, notes = _measure(dataset, where, (first, second), chosen)
    judgement = judged(measured, alone, (first, second), shared, chosen)
    return ComparisonRun(
        dataset=dataset,
        filters=shared,
        sides=(first, second),
        options=chosen,
        counts=counts,
        comparisons=judgement.comparisons,
        measured=judgement.measured,
        cells=cells[0],
        families={**judgement.families, **cells[1]},
        warnings=(
            *where.notes, *first.where.notes, *second.where.notes,
            *grade_note(dataset.store(), where), *judgement.warnings, *notes,
        ),
        provenance=provenance(dataset.store(), seed),
        seed=seed,
    )  # fmt: skip


Cells = tuple[tuple[TaskCells, ...], dict[str, Family]]


def _measure(
    dataset: Dataset, where: Any, sides: tuple[Side, Side], options: CompareOptions
) -> tuple[list[Measurement], tuple[str, ...], Cells, tuple[str, ...]]:
    """All tasks together and each task; tasks of one side only; cells; notes."""
    from reasonscape.runs.comparison_measurement import measure_task
    from reasonscape.runs.comparison_overall import over_items, over_tasks
    from reasonscape.store.selection.paired_sides import side_items

    store = dataset.store()
    both = (sides[0].where, sides[1].where)
    names = [t for t in store.base_tasks() if where.base_tasks is None or t in where.base_tasks]
    found = side_items(store, where, both, names, by_id=options.by_id)
    if found.in_both:
        raise UsageError(
            f"{found.in_both:,} samples belong to both A and B",
            remedy="write A and B so that no sample is in both",
        )
    tasks, alone = [], []
    for number, name in enumerate(names):
        one = measure_task(found, number, dataset.base_task_label(name), by_id=options.by_id)
        if one is not None:
            tasks.append(one)
        elif (found.task == number).any():
            alone.append(name)
    if not tasks:
        raise NoRowsError(
            "no task has graded samples of both A and B",
            remedy=f"see what each has: {command_line('evals', dataset.path, None, '--detail')}",
        )
    pooled = over_items(found, tasks, by_id=options.by_id) if len(tasks) > 1 else None
    together = [over_tasks(tasks, pooled)] if len(tasks) > 1 else []
    together += [pooled] if pooled is not None else []
    cells, notes = _cells(dataset, where, both, tasks, options)
    return [*together, *tasks], tuple(alone), cells, notes


def _cells(
    dataset: Dataset,
    where: Any,
    sides: tuple[Any, Any],
    tasks: Sequence[Measurement],
    options: CompareOptions,
) -> tuple[Cells, tuple[str, ...]]:
    from reasonscape.runs.comparison_cells import CELL_TASKS, corrected, task_cells
    from reasonscape.runs.comparison_counts import either

    paired = [one.subject for one in tasks if one.design == "paired"]
    if len(paired) > CELL_TASKS:
        note = f"cells are compared for up to {CELL_TASKS} tasks, and these are {len(paired)}: "
        return ((), {}), (note + "name some with --filters",)
    found = [
        task_cells(
            dataset, where & either(*sides), sides, name, axes=options.axes, bins=options.bins,
            by_id=options.by_id,
        )
        for name in paired
    ]  # fmt: skip
    cells, tests = corrected([one for one in found if one is not None])
    family = {"cells": Family("benjamini_hochberg", tests)} if tests else {}
    return (cells, family), ()
