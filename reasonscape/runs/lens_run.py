"""Run one lens over a selection: the same steps whichever lens it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError, UsageError
from reasonscape.findings.finding import Finding
from reasonscape.findings.later import Later
from reasonscape.findings.letting_go import let_go
from reasonscape.findings.thresholds import N_TESTS, POOL_PATTERNS
from reasonscape.findings.verdict import judge, rank_over_run
from reasonscape.lenses.lens import POOLED, Drawing, Judged, Lens, lens
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.provenance import provenance

if TYPE_CHECKING:
    import polars
    from plotly.graph_objects import Figure

    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.selection import Selected
    from reasonscape.store.filters import Where

MANY_SAMPLES = 2_000_000
"""Samples from which on a lens lets go of those of a base task before it reads the next."""

UNGRADED = "no sample that matched is graded, so nothing can be claimed"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, repr=False)
class LensRun:
    """What a lens found: findings, tables, figures, and all that ``summary.json`` says.

    Attributes
    ----------
    findings
        Every claim with its verdict, the most suspect first.
    drawings
        Pictures that can be made, the most suspect first.
    """

    lens: Lens
    dataset: Dataset
    filters: Mapping[str, Any]
    options: Any
    counts: Mapping[str, Any]
    results: tuple[Any, ...]
    findings: tuple[Finding, ...]
    later_drawings: Later[tuple[Drawing, ...]]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]
    seed: int = 0
    _made: dict[str, Figure] = field(default_factory=dict, repr=False)

    @property
    def command(self) -> str:
        """Name of the lens's command."""
        return self.lens.NAME

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """Pictures that can be made: whether one can may need curves that nothing else does."""
        return self.later_drawings.get()

    @property
    def table(self) -> polars.DataFrame:
        """The main table of the lens as a Polars frame."""
        import polars

        tables = self.lens.tables(self.results)
        return polars.DataFrame(dict(next(iter(tables.values()))), strict=False)

    @property
    def figures(self) -> Mapping[str, Figure]:
        """All figures by name; each is drawn once, when it is first asked for."""
        return {drawing.name: self.figure(drawing) for drawing in self.drawings}

    def figure(self, drawing: Drawing) -> Figure:
        """Draw one picture, or return the one drawn before."""
        if drawing.name not in self._made:
            self._made[drawing.name] = drawing.make()
        return self._made[drawing.name]

    def save(self, path: Path | str, *, figures: int | None = None) -> dict[str, Any]:
        """Write summary, pictures, tables and report to a folder; return the summary.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds a file in the way that is not a run's.
        UsageError
            If no folder is named, or the number of figures is none.
        """
        from reasonscape.runs.saving import PICTURES, save

        if not str(path):
            raise UsageError("the folder to save to is ''", remedy="name it; '.' is this one")
        most: object = PICTURES if figures is None else figures
        if not isinstance(most, int) or most < 0:
            raise UsageError(f"figures is {most!r:.40}", remedy="give a number of pictures")
        return save(self, Path(path), figures=most)

    def __repr__(self) -> str:
        present = sum(f.verdict == "present" and f.q is not None for f in self.findings)
        return (
            f"<{self.command} of {self.dataset.name}: {self.counts['used']:,} samples, "
            f"{len(self.findings)} findings, {present} failure patterns present>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(f.model)} [{escape(f.eval_id[:7])}]</td>"
            f"<td>{escape(f.base_task)}</td><td>{escape(f.pattern)}</td><td>{escape(f.verdict)}</td>"
            f"<td style='text-align:left'>{escape(f.statement)}</td></tr>"
            for f in self.findings[:30]
        )
        more = len(self.findings) - 30
        rest = f"<p>and {more} more in <code>.findings</code></p>" if more > 0 else ""
        return (
            f"<table><caption>{escape(self.lens.QUESTION)}</caption><thead><tr><th>model</th>"
            "<th>task</th><th>pattern</th><th>verdict</th><th>statement</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{rest}"
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """What one lens measured in a selection, before any verdict."""

    lens: Lens
    options: Any
    results: tuple[Any, ...]
    judged: tuple[Judged, ...]
    notes: tuple[str, ...]


def run_lens(
    name: str,
    dataset: Dataset,
    filters: Any,
    options: Any,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> LensRun:
    """Select, measure, judge: everything but files and pictures.

    Raises
    ------
    NoRowsError
        If the filters match no sample.
    FilterError
        If a filter is malformed or names an unknown key.
    """
    from reasonscape.runs.selection import compiled

    selected = compiled(dataset, filters)
    measured = measure_lens(name, dataset, selected, options, progress=progress)
    if not measured.results:
        raise NoRowsError(
            f"{name} found nothing to measure in the rows that matched",
            remedy=f"see what there is: {command_line('tasks', dataset.path)}",
        )
    tests = tests_of(name)
    findings = [f for one in measured.judged for f in judge(one.subject, one.claims, tests)]
    return lens_run(measured, dataset, selected, rank_over_run(findings), seed=seed)


def heard(progress: Progress | None) -> AbstractContextManager[None]:
    """Let a callback hear of long work inside of lenses while this is entered."""
    from reasonscape.pooling.progress import listening

    return listening(progress)


def tests_of(name: str) -> int:
    """Size of the family of tests that a lens's claims about one subject belong to."""
    return len(POOL_PATTERNS[name]) if name in POOLED else N_TESTS


def measure_lens(
    name: str,
    dataset: Dataset,
    selected: Selected,
    options: Any,
    *,
    progress: Progress | None = None,
) -> Measured:
    """Select and measure; nothing is judged yet, so that lenses can be judged together."""
    chosen = lens(name)
    results, judged = [], []
    many = name not in POOLED and selected.counts["used"] > MANY_SAMPLES
    again = _Again(name, dataset, selected.where, options)
    places = Counter[str]()
    for unit in chosen.select(dataset, selected.where, options):
        result = chosen.measure(unit, options)
        judged += chosen.claims(result)
        if many:
            place = (unit.base_task, places[unit.base_task])
            result = let_go(result, partial(again, place))
            places[unit.base_task] += 1
        results.append(result)
        if progress is not None:
            units = 1 if name in POOLED else selected.n_tasks
            progress(f"{name} {unit.base_task}", len(results), units)
    return Measured(
        lens=chosen,
        options=options,
        results=tuple(results),
        judged=tuple(judged),
        notes=tuple(_pasteable(note, dataset) for note in chosen.warnings(results)),
    )


class _Again:
    """Measures one unit of a lens once more, and keeps it until another is asked for.

    Tables and pictures take tasks one after the other.
    """

    def __init__(self, name: str, dataset: Dataset, where: Where, options: Any) -> None:
        self._lens = lens(name)
        self._dataset = dataset
        self._where = where
        self._options = options
        self._held: tuple[tuple[str, int], Any] | None = None

    def __call__(self, place: tuple[str, int]) -> Any:
        """The result of a base task's unit of that number."""
        if self._held is None or self._held[0] != place:
            # What is held is let go first: two would need twice the memory.
            self._held = None
            base_task, number = place
            narrowed = replace(self._where, base_tasks=frozenset({base_task}))
            units = self._lens.select(self._dataset, narrowed, self._options)
            unit = next(islice(units, number, None))
            self._held = (place, self._lens.measure(unit, self._options))
        return self._held[1]


def lens_run(
    measured: Measured,
    dataset: Dataset,
    selected: Selected,
    findings: Sequence[Finding],
    *,
    seed: int,
) -> LensRun:
    """What a lens measured with the findings that were judged from it."""
    ranked = most_suspect_first(findings)
    if measured.lens.NAME in POOLED:
        # What is said of all that was selected comes before what is said of each eval.
        whole = [one.subject.eval_id for one in measured.judged[:1]]
        ranked = tuple(sorted(ranked, key=lambda one: one.eval_id not in whole))

    def drawings() -> tuple[Drawing, ...]:
        made = [d for one in measured.results for d in measured.lens.drawings(one, ranked)]
        return _named_apart(sorted(made, key=lambda d: (-d.suspicion, d.name)))

    nothing = () if selected.counts["used"] else (UNGRADED,)
    return LensRun(
        lens=measured.lens,
        dataset=dataset,
        filters=selected.written,
        options=measured.options,
        counts=selected.counts,
        results=measured.results,
        findings=ranked,
        later_drawings=Later(drawings),
        warnings=(*selected.notes, *nothing, *measured.notes),
        provenance=provenance(dataset.store(), seed),
        seed=seed,
    )


def _pasteable(note: str, dataset: Dataset) -> str:
    """A note that names a command, with the dataset in its place."""
    told = "analyze.py store refresh DATASET"
    return note.replace(told, command_line("store refresh", dataset.path)) if told in note else note


def _named_apart(drawings: Sequence[Drawing]) -> tuple[Drawing, ...]:
    """Number names that would be one file, also where case makes no difference."""
    used = Counter[str]()
    apart = []
    for drawing in drawings:
        key = drawing.name.casefold()
        used[key] += 1
        name = drawing.name if used[key] == 1 else f"{drawing.name}-{used[key]}"
        apart.append(drawing if name == drawing.name else replace(drawing, name=name))
    return tuple(apart)


_ORDER = {"present": 0, "insufficient_evidence": 1, "absent": 2}


def most_suspect_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The (eval, task) with the clearest failure first; within it failures before the rest."""
    smallest: dict[tuple[str, str], float] = {}
    for f in findings:
        key = (f.base_task, f.eval_id)
        q = f.q_run if f.verdict == "present" and f.q_run is not None else 2.0
        smallest[key] = min(smallest.get(key, 2.0), q)

    def rank(f: Finding) -> tuple[Any, ...]:
        key = (f.base_task, f.eval_id)
        q = f.q_run if f.q_run is not None else 2.0
        return (smallest[key], *key, _ORDER[f.verdict], q, f.pattern)

    return tuple(sorted(findings, key=rank))
