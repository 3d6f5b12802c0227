"""What a comparison found: one entry for all tasks together, and one a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from reasonscape.findings.finding import Effect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.datasets.cells import Axis
    from reasonscape.datasets.task_axes import View

Verdict = Literal["a_better", "b_better", "no_difference", "not_decided"]
Design = Literal["paired", "unpaired", "mixed"]


@dataclass(frozen=True, slots=True)
class Discordance:
    """Items by who got them right; with repeats an item is right when more than half are.

    ``a_more`` and ``b_more`` count items on which one side was right more often.
    """

    both: int
    only_a: int
    only_b: int
    neither: int
    a_more: int
    b_more: int


@dataclass(frozen=True, slots=True)
class DiscordantItem:
    """An item on which the sides differ: right and used samples of each."""

    base_task: str
    key: int
    right_a: int
    samples_a: int
    right_b: int
    samples_b: int

    @property
    def difference(self) -> float:
        """Share right under A minus that under B."""
        return self.right_a / self.samples_a - self.right_b / self.samples_b


@dataclass(frozen=True, slots=True)
class Measurement:
    """The numbers of one comparison, before the correction and the verdict.

    Attributes
    ----------
    subject
        The base task; empty for a comparison over tasks.
    design
        ``paired``: on shared items alone; ``unpaired``: on all items of either side.
    effect
        Accuracy of A minus that of B, with its interval.
    p
        NaN where nothing could be tested.
    null_variance
        Variance of the difference if there is none.
    discordance, size
        Share of pairs that differ (NaN where unpaired), and the typical size of their difference.
    accuracy_a, accuracy_b
        Of the items that are compared.
    raw_a, raw_b
        Of all items of each side, whoever else has them.
    pairs, only_a, only_b
        Shared items, and items of one side only.
    unknown_prompt
        Items on both sides that were not paired, for want of a prompt.
    bounds
        The difference with every truncated answer of A wrong and of B right, and the reverse.
    n
        Samples, truncated ones and effective numbers of either side.
    smallest_detectable
        The difference found with 80% power in a single test at 5%.
    """

    subject: str
    label: str
    design: Design
    effect: Effect
    p: float
    null_variance: float
    discordance: float
    size: float
    accuracy_a: float
    accuracy_b: float
    raw_a: float
    raw_b: float
    pairs: int
    only_a: int
    only_b: int
    unknown_prompt: int
    bounds: tuple[float, float]
    n: Mapping[str, float]
    table: Discordance | None
    items: tuple[DiscordantItem, ...]
    smallest_detectable: float
    other_prompts: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One statement: who is better, by how much, how sure; as ``summary.json`` has it."""

    id: str
    scope: Mapping[str, Any]
    base_task: str | None
    weighting: Literal["task", "item"] | None
    verdict: Verdict
    reason: str | None
    design: Design
    statement: str
    effect: Effect
    p: float | None
    q: float | None
    n: Mapping[str, Any]
    evidence: Mapping[str, Any] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskCells:
    """Paired differences over the cells of the first surface of one task; arrays by cell."""

    base_task: str
    label: str
    axes: tuple[Axis, ...]
    view: View
    coords: NDArray[np.int64]
    pairs: NDArray[np.int64]
    difference: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
