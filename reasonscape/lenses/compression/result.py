"""What the compression lens measured for one base task: frozen records of numbers and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reasonscape.datasets.cells import Axis
from reasonscape.findings.later import Later
from reasonscape.findings.verdict import Subject
from reasonscape.lenses.compression.traces import Excluded, Traces
from reasonscape.stats.adjusted_means import AdjustedMeans
from reasonscape.stats.clustered import Estimate, MeanCurve
from reasonscape.stats.pairwise_odds import OddsPerUnit
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.shift import Shift
from reasonscape.stats.within_strata import MeanDifference


@dataclass(frozen=True, slots=True)
class Lengths:
    """Wrong finished traces against right ones, within strata of difficulty.

    Attributes
    ----------
    shift, unlooped
        Shift of the natural logarithm of the length; again without traces that end in a loop.
    tail
        Novelty of the last quarter, wrong minus right, at equal lengths and without loops, in
        bits per character.
    right_tail
        Median novelty of the right traces' last quarter.
    strata, informative
        Kind of strata, and the rarer outcome's share that lies in strata with both.
    """

    shift: Shift
    unlooped: Shift
    tail: MeanDifference
    right_tail: float
    strata: str
    informative: float


@dataclass(frozen=True, slots=True)
class CutOff:
    """Cut-off traces against right ones that reach as far.

    Attributes
    ----------
    shift
        Shift of the natural logarithm of novelty over the same token positions (the cut-off
        traces' last quarter), loops left out.
    share
        Cut-off traces that do not loop among all traces.
    n_right
        Right traces that reach far enough.
    """

    shift: Shift
    share: Proportion
    n_right: int


@dataclass(frozen=True, slots=True)
class Loops:
    """Terminal loops that cover much of the trace.

    Attributes
    ----------
    failing
        Samples that fail in one among all samples.
    unasked
        Those of them that no form of the answer explains: cut off in the loop, or in a trace
        that is all reasoning.
    difference
        Loops among failing traces minus among right ones, within strata.
    pooled
        Whether strata had to be given up because none had both outcomes.
    onset, period
        Median token (or byte) at which the failing samples' loops begin, and median period in
        characters.
    exact, templated
        Failing samples by kind of loop.
    n_failing, n_right
        Looping traces of either outcome.
    """

    failing: Proportion
    unasked: Proportion
    difference: MeanDifference
    pooled: bool
    onset: Estimate
    period: Estimate
    exact: int
    templated: int
    n_failing: int
    n_right: int


@dataclass(frozen=True, slots=True)
class Helps:
    """Does longer thinking help? Finished traces, within strata.

    Attributes
    ----------
    odds
        Odds of being right for each doubling of the length.
    middles
        Middle length of each fifth.
    accuracy
        Accuracy of each fifth as if all had the same mix of strata.
    """

    odds: OddsPerUnit
    middles: tuple[float, ...]
    accuracy: AdjustedMeans


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the axis that was asked for, or all of them (``level`` is ``None``)."""

    level: str | None
    counts: Mapping[str, int]
    shift: Shift
    looped: Proportion
    q: float
    at: int | None = None


@dataclass(frozen=True, slots=True)
class PopulationSummary:
    """Medians of one outcome's traces."""

    name: str
    n: int
    items: int
    length: Estimate
    bits: Estimate
    tail: Estimate
    looped: int
    curve: MeanCurve


@dataclass(frozen=True, slots=True)
class Example:
    """One sample that shows a pattern; ``text`` only where it was asked for."""

    pattern: str
    uid: str
    outcome: str
    length: float
    covered: float
    text: str | None = None


@dataclass(frozen=True, slots=True)
class EvalCompression:
    """All that was measured for one (eval, base task); the measures are ``None`` without traces.

    What is later is made when it is first asked for: no claim needs populations, levels or fifths
    of length, and contrasts are not needed where the verdict is known without them.

    Attributes
    ----------
    n_traces
        How many visible traces there are.
    medians
        Median length and bits per character of each outcome that occurs.
    strata, informative
        Kind of the strata of finished traces, and the rarer outcome's share in those with both.
    odds
        Of being right for each doubling of the length.
    """

    subject: Subject
    label: str
    later_traces: Later[Traces]
    n_traces: int
    unit: str
    excluded: Excluded
    counts: Mapping[str, int]
    items: int
    effective: float
    failures: Proportion
    medians: Mapping[str, tuple[float, float]]
    strata: str | None
    informative: float | None
    odds: OddsPerUnit | None
    later_populations: Later[tuple[PopulationSummary, ...]]
    later_lengths: Later[Lengths] | None
    later_cut_off: Later[CutOff] | None
    later_loops: Later[Loops] | None
    later_helps: Later[Helps] | None
    later_levels: Later[tuple[Level, ...]] | None
    examples: tuple[Example, ...]

    @property
    def traces(self) -> Traces:
        """The visible traces, one entry each."""
        return self.later_traces.get()

    @property
    def populations(self) -> tuple[PopulationSummary, ...]:
        """What the traces of each outcome are like."""
        return self.later_populations.get()

    @property
    def lengths(self) -> Lengths | None:
        """How much longer wrong traces are, and how much less they say."""
        return self.later_lengths.get() if self.later_lengths is not None else None

    @property
    def cut_off(self) -> CutOff | None:
        """Cut-off traces against right ones at the same tokens."""
        return self.later_cut_off.get() if self.later_cut_off is not None else None

    @property
    def loops(self) -> Loops | None:
        """Loops among failing and among right traces."""
        return self.later_loops.get() if self.later_loops is not None else None

    @property
    def helps(self) -> Helps | None:
        """Whether longer thinking helps, with accuracy by fifths of length."""
        return self.later_helps.get() if self.later_helps is not None else None

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels together, then each level of the axis that was asked for."""
        return self.later_levels.get() if self.later_levels is not None else ()

    @property
    def whole(self) -> Level | None:
        """The row of all levels together."""
        return self.levels[0] if self.levels else None


@dataclass(frozen=True, slots=True)
class CompressionResult:
    """One base task: axes shared by all evals, and each eval's measurement.

    ``panels`` is the axis that was asked for.
    """

    base_task: str
    label: str
    axes: tuple[Axis, ...]
    panels: Axis | None
    evals: tuple[EvalCompression, ...]
    notes: tuple[str, ...]
