"""What is planted where: axes, tasks, evaluated models and the plan that holds them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from reasonscape.errors import UsageError
from reasonscape.planted.mechanisms import TEXT_KINDS, THINKING_KINDS, Mechanism, reference
from reasonscape.planted.nuisance import Nuisance
from reasonscape.planted.pairs import PAIRS

# Counts up whenever the same plan would make other bytes.
GENERATOR = 1
GRAMMARS = (
    "arithmetic", "boolean", "ordering", "tracking", "counting", "sorting", "table", "kept-table",
    "terms", "mixed-terms", "long-sums", "three-kinds", "plain-list",
)  # fmt: skip
# Fields that came later; where they say nothing a plan has the fingerprint that it always had.
_LATER: dict[str, object] = {
    "tokenizer": "", "fragmented_odds": 1.0, "distinct": False, "nuisance": None,
    "reach": "everywhere", "loop_from": 0.5, "style": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedAxis:
    """One coordinate of difficulty; numeric levels become ``param.*``, text levels ``label.*``.

    Levels stand in order of difficulty, easiest first.
    """

    name: str
    levels: tuple[float, ...] | tuple[str, ...]
    label: str = ""
    unit: str = ""
    confounder: bool = False

    def __post_init__(self) -> None:
        """Refuse an axis without distinct levels."""
        if not self.name or not self.levels or len(set(self.levels)) != len(self.levels):
            raise UsageError(
                f"the axis {self.name!r} has no distinct levels {self.levels!r}",
                remedy="give it a name and at least one level, each once",
            )
        if len({isinstance(level, str) for level in self.levels}) > 1:
            raise UsageError(
                f"the axis {self.name!r} mixes text and numbers",
                remedy="give it levels of one kind",
            )

    @property
    def numeric(self) -> bool:
        """Whether the levels are numbers, which makes the axis ordered."""
        return not isinstance(self.levels[0], str)


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task family: its grid of cells and how many items and repeats each cell has.

    Attributes
    ----------
    name
        ``base_task`` (and ``task``) of its rows.
    axes
        One to three axes or more; the cells are all combinations of their levels.
    items
        Items a cell.
    repeats
        Completions of every item by every model.
    chance
        Success rate of guessing, a share.
    grammar
        Which grammar makes prompts and steps.
    tiers
        Tiers of the dataset config that the task belongs to.
    """

    name: str
    axes: tuple[PlannedAxis, ...]
    items: int = 12
    repeats: int = 2
    chance: float = 0.0
    grammar: str = "arithmetic"
    label: str = ""
    tiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a task that has no rows or no grammar."""
        names = [axis.name for axis in self.axes]
        if not names or len(set(names)) != len(names):
            raise UsageError(
                f"the task {self.name!r} has the axes {names}",
                remedy="give it at least one axis, each with a name of its own",
            )
        if self.items < 1 or self.repeats < 1:
            raise UsageError(
                f"the task {self.name!r} has {self.items} items and {self.repeats} repeats a cell",
                remedy="give at least one of each",
            )
        if not 0 <= self.chance < 1:
            raise UsageError(
                f"the task {self.name!r} has the chance level {self.chance:g}",
                remedy="give a share from 0 to below 1",
            )
        if self.grammar not in GRAMMARS:
            raise UsageError(
                f"no grammar {self.grammar!r}", remedy=f"use one of {', '.join(GRAMMARS)}"
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of levels along each axis."""
        return tuple(len(axis.levels) for axis in self.axes)

    @property
    def cells(self) -> int:
        """Number of cells."""
        return math.prod(self.shape)

    @property
    def rows(self) -> int:
        """Completions by one model."""
        return self.cells * self.items * self.repeats


@dataclass(frozen=True, slots=True)
class PlannedEval:
    """One evaluated model and what is wrong with it.

    ``exceptions`` holds ``(task name, mechanism)`` pairs that replace ``mechanism`` there.
    ``tokenizer`` is what the config names; ``pairs`` asks for the one that planting writes.
    """

    model: str
    mechanism: Mechanism
    template: str = "cot"
    sampler: str = "greedy"
    exceptions: tuple[tuple[str, Mechanism], ...] = ()
    label: str = ""
    groups: tuple[str, ...] = ()
    tokenizer: str = ""

    def on(self, task: PlannedTask) -> Mechanism:
        """Return the mechanism that holds on that task."""
        return dict(self.exceptions).get(task.name, self.mechanism)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the rows of a planted store; equal plans give equal bytes.

    Attributes
    ----------
    name
        Name of the dataset.
    tasks, evals
        Every eval answers every task.
    seed
        Each (task) and (eval, task) has a random stream of its own derived from it and their
        names, so adding an eval or a task changes no row of the others.
    item_sd
        Standard deviation of the item effects on the log odds; cell accuracies hold on average
        over items whatever it is.
    item_agreement
        Share of the variance of the item effects that all evals have in common.
    unanswered
        Share of the wrong finished completions from which no answer can be read.
    texts
        Whether rows carry prompt, trace, response, answer and target.
    trace_chars
        Characters of the trace at zero tokens and at the cap; linear in between. Planted traces
        are abridged so that demos stay small.
    tiers
        Tiers that are ranges of an axis: ``(name, axis, least level)``.
    distinct
        Ask again for a question that the task already has, so that prompts are as many as items.
    nuisance
        What is mixed into all completions besides the mechanisms; nothing where ``None``.
    """

    name: str
    tasks: tuple[PlannedTask, ...]
    evals: tuple[PlannedEval, ...]
    seed: int = 0
    item_sd: float = 0.8
    item_agreement: float = 0.5
    unanswered: float = 0.03
    texts: bool = True
    trace_chars: tuple[int, int] = (400, 2000)
    tiers: tuple[tuple[str, str, float], ...] = field(default=())
    distinct: bool = False
    nuisance: Nuisance | None = None

    def __post_init__(self) -> None:
        """Refuse a plan whose rows would collide or that plants nothing."""
        tasks = [task.name for task in self.tasks]
        evals = [(e.model, e.template, e.sampler) for e in self.evals]
        if not tasks or not evals:
            raise UsageError(
                f"the plan {self.name!r} has {len(tasks)} tasks and {len(evals)} evals",
                remedy="give at least one of each",
            )
        if len(set(tasks)) != len(tasks) or len(set(evals)) != len(evals):
            raise UsageError(
                f"the plan {self.name!r} names a task or an eval twice",
                remedy="give each task and each (model, template, sampler) once",
            )
        shares = {"item_agreement": self.item_agreement, "unanswered": self.unanswered}
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise UsageError(f"{name} is {share:g}", remedy="give a share from 0 to 1")
        if not 0 <= self.item_sd <= 20 or self.seed < 0:
            raise UsageError(
                f"item_sd is {self.item_sd:g} and the seed {self.seed}",
                remedy="give an item_sd from 0 to 20 and a seed of 0 or more",
            )
        if not 0 <= self.trace_chars[0] <= self.trace_chars[1]:
            raise UsageError(
                f"trace_chars is {self.trace_chars}", remedy="give the smaller number first"
            )

    @property
    def rows(self) -> int:
        """Number of rows the plan makes."""
        return len(self.evals) * sum(task.rows for task in self.tasks)

    @property
    def fingerprint(self) -> str:
        """First 16 hex digits of the SHA-256 over the generator's version and the plan."""
        text = json.dumps([GENERATOR, self.record()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def record(self) -> dict[str, Any]:
        """Return all of the plan as plain values."""
        record = asdict(self)
        for planned in record["evals"]:
            mechanisms = [planned["mechanism"], *(one for _, one in planned["exceptions"])]
            thinking = [one["thinking"] for one in mechanisms]
            for place in (record, planned, *mechanisms, *thinking):
                for name, nothing in _LATER.items():
                    if name in place and place[name] == nothing:
                        del place[name]
        return record

    def groups(self) -> Iterator[tuple[PlannedTask, PlannedEval]]:
        """Yield every (task, eval), tasks outermost."""
        for task in self.tasks:
            for planned in self.evals:
                yield task, planned


LENGTH = PlannedAxis("length", (3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 21.0, 24.0), "Terms", "terms")
DEPTH = PlannedAxis("depth", (0.0, 1.0, 2.0, 3.0, 4.0, 5.0), "Nesting", "levels")
FORMAT = PlannedAxis("format", ("plain", "spaced", "quoted"), "Format")
ROWS = PlannedAxis("length", (12.0, 18.0, 24.0), "Rows", "rows")
TERMS = PlannedAxis("length", tuple(float(n) for n in range(4, 36, 4)), "Terms", "terms")
SPACES = PlannedAxis("prob_dewhitespace", (0.0, 0.5, 1.0), "Spaces left out", confounder=True)


@dataclass(frozen=True, slots=True)
class _Grid:
    """What a mechanism is asked on: its prompts, where they differ and how many there are."""

    grammar: str = "arithmetic"
    length: PlannedAxis = LENGTH
    confounders: tuple[PlannedAxis, ...] = ()
    axes: int = 2
    items: int = 12
    tokenizer: str = ""
    models: int = 1


_GRIDS = {
    **{
        kind: _Grid(grammar, ROWS, (SPACES,), axes=1, items=10)
        for kind, grammar in (
            ("collapse", "table"),
            ("collapse-harmless", "table"),
            ("collapse-kept", "kept-table"),
        )
    },
    "bandgain": _Grid("terms", TERMS, axes=1, items=30),
    "bandgain-even": _Grid("mixed-terms", TERMS, axes=1, items=30),
    "kinds": _Grid("three-kinds", axes=1, items=30, models=2),
    "kinds-by-model": _Grid("plain-list", axes=1, items=30, models=2),
    "kinds-none": _Grid("plain-list", axes=1, items=30, models=2),
    "artifact": _Grid("long-sums", tokenizer=PAIRS),
    "artifact-chance": _Grid("long-sums", tokenizer=PAIRS),
}


def mechanism_plan(
    kind: str,
    *,
    seed: int = 0,
    axes: int | None = None,
    items: int | None = None,
    repeats: int = 2,
    evals: int | None = None,
    baseline: bool = True,
    chance: float = 0.0,
    item_sd: float = 0.8,
    texts: bool = True,
    trace_chars: tuple[int, int] | None = None,
    name: str = "",
) -> Plan:
    """Return the plan of one task on which models have one mechanism.

    Parameters
    ----------
    kind
        Name of a mechanism; its reference effects are planted.
    axes
        1 (length, 8 levels), 2 (and depth, 6 levels) or 3 (and format, 3 names); 2 by default, 1
        where prompts have a period. A confounder that belongs to the mechanism comes on top.
    items, repeats
        Items a cell, and completions of each; 12 items by default, but 30 a level (10 a cell of
        ``collapse`` and its nulls) where prompts have a period.
    evals
        Models with the mechanism; their rows differ by chance only. 1 by default, 2 of ``kinds``.
    baseline
        Add a healthy model for comparison; none where the mechanism is ``healthy`` or ``kinds``.
    chance, item_sd, texts, seed, name
        As in `Plan` and `PlannedTask`.
    trace_chars
        As in `Plan`; by default that of `Plan`, but 1,500 to 12,000 for mechanisms of thinking,
        which shorter traces could not show.

    Raises
    ------
    UsageError
        An unknown mechanism, or a number out of range.

    Examples
    --------
    >>> plan = mechanism_plan("cliff", axes=1, evals=1, baseline=False)
    >>> plan.rows
    192
    """
    mechanism = reference(kind)
    grid = _GRIDS.get(kind, _Grid())
    evals = grid.models if evals is None else evals
    axes = grid.axes if axes is None else axes
    items = grid.items if items is None else items
    if axes not in (1, 2, 3):
        raise UsageError(f"{axes} axes were asked for", remedy="ask for 1, 2 or 3")
    if evals < 1:
        raise UsageError(f"{evals} evals were asked for", remedy="ask for at least 1")
    models = [
        PlannedEval(
            f"{kind}-{number}" if evals > 1 else kind,
            replace(mechanism, style=(number - 1) % grid.models),
            label=f"{kind} {number} (planted)" if evals > 1 else f"{kind} (planted)",
            tokenizer=grid.tokenizer,
        )
        for number in range(1, evals + 1)
    ]
    if baseline and kind != "healthy" and grid.models == 1:
        models.append(replace(_baseline(mechanism.thinking.cap), tokenizer=grid.tokenizer))
    task = PlannedTask(
        "arithmetic",
        (*(grid.length, DEPTH, FORMAT)[:axes], *grid.confounders),
        items,
        repeats,
        chance,
        grid.grammar,
        label="Arithmetic",
    )
    return Plan(
        name or f"planted-{kind}",
        (task,),
        tuple(models),
        seed=seed,
        item_sd=item_sd,
        texts=texts,
        trace_chars=trace_chars or _trace_chars(mechanism),
    )


def _trace_chars(mechanism: Mechanism) -> tuple[int, int]:
    if mechanism.kind in TEXT_KINDS:
        return 600, 8000
    return (1500, 12000) if mechanism.kind in THINKING_KINDS else (400, 2000)


def _baseline(cap: int) -> PlannedEval:
    """A healthy model under the same cap, so short of it that truncation stays below 1%."""
    healthy = reference("healthy")
    thinking = replace(healthy.thinking, hard=min(healthy.thinking.hard, cap / 4), cap=cap)
    return PlannedEval("healthy", replace(healthy, thinking=thinking), label="healthy (planted)")
