"""What the hazard lens measured for one base task: frozen records of numbers and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.findings.later import Later
from reasonscape.findings.verdict import Subject
from reasonscape.lenses.hazard.ends import Unit
from reasonscape.stats.aalen_johansen import IncidenceCurves
from reasonscape.stats.budget import Budget
from reasonscape.stats.cox import HazardComparison
from reasonscape.stats.hazard_step import HazardStep
from reasonscape.stats.incidence import Incidence
from reasonscape.stats.kaplan_meier import SurvivalCurve
from reasonscape.stats.log_rank import RankTest
from reasonscape.stats.nelson_aalen import CumulativeHazards
from reasonscape.stats.odds_ratio import OddsRatio
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.relative_hazard import RelativeHazard
from reasonscape.stats.restricted_mean import RestrictedMean
from reasonscape.stats.smoothed_hazard import SmoothedHazard
from reasonscape.stats.standardised_curves import StandardisedCurves

FloatArray = NDArray[np.float64]

MOST_LEFT_OUT = 0.2
"""Share of the items outside common strata above which nothing is said of a comparison."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Where traces of one eval were cut off.

    Attributes
    ----------
    known
        The caps that occur, ascending; empty where none is recorded.
    unknown
        Samples without a recorded cap.
    until
        How far curves are drawn: the smallest cap, at most the last time that was seen.
    largest
        How far the budget curve goes.
    by_difficulty
        Whether caps go with difficulty, so that nothing beyond the smallest can be trusted.
    """

    known: tuple[float, ...]
    unknown: int
    until: float
    largest: float
    by_difficulty: bool


@dataclass(frozen=True, slots=True)
class Curves:
    """The time course of one group of samples, on one grid of times.

    Attributes
    ----------
    level
        Level of the axis that was asked for; ``None`` for all samples.
    still, ended, cumulative
        Kaplan-Meier, Aalen-Johansen and Nelson-Aalen on the grid; causes right, wrong and, where
        the cut-off is an end of its own, cut off.
    smoothed
        Cause-specific hazards; ``None`` with too few ends.
    binned
        Incidence per 1,000 units in readable bins.
    mean
        Mean time up to ``until``.
    risk_times, at_risk
        Samples at risk at a few times.
    held_until
        Until when enough samples are at risk for a rate to be drawn.
    bands
        How the bands were made.
    """

    level: str | None
    until: float
    still: SurvivalCurve
    ended: IncidenceCurves
    cumulative: CumulativeHazards
    smoothed: SmoothedHazard | None
    binned: Incidence
    mean: RestrictedMean
    risk_times: FloatArray
    at_risk: FloatArray
    held_until: float
    bands: Literal["bootstrap", "pointwise"]


@dataclass(frozen=True, slots=True)
class Relative:
    """Odds of a wrong end along time, within strata: what the patterns are claimed on.

    Attributes
    ----------
    halves
        Late against early.
    course
        The same, and over bins of time.
    step
        One step of the log odds along the log of time.
    kind, strata, informative
        Kind of strata, their number, and the rarer end's share in strata with both ends.
    wrong_items, right_items
        Items with an end of either kind.
    same_items
        Late against early among ends of the same item only: free of what items differ in.
    left_out
        Ends in the cap's last percent, where the cut-off is an end of its own.
    """

    halves: RelativeHazard
    later_course: Later[RelativeHazard]
    later_step: Later[HazardStep]
    kind: str
    strata: int
    informative: float
    wrong_items: int
    right_items: int
    same_items: OddsRatio
    left_out: int

    @property
    def course(self) -> RelativeHazard:
        """Late against early, and over bins of time."""
        return self.later_course.get()

    @property
    def step(self) -> HazardStep:
        """One step of the log odds along the log of time."""
        return self.later_step.get()


@dataclass(frozen=True, slots=True)
class EvalHazard:
    """All that was measured for one (eval, base task); measures are ``None`` without times.

    Attributes
    ----------
    tried
        The budget curve at the few budgets among which the place where more stops paying is
        sought; ``budget`` is the whole curve.
    curves, levels, budget
        Made when they are asked for: no claim needs them.
    """

    subject: Subject
    label: str
    unit: Unit
    counts: Mapping[str, int]
    dropped: Mapping[str, int]
    items: int
    effective: float
    failures: Proportion
    stop_known: float
    recounted: str | None
    only_answers: bool
    caps: Caps | None
    relative: Relative | None
    tried: Budget | None
    later_curves: Later[Curves] | None
    later_levels: Later[tuple[Curves, ...]] | None
    later_budget: Later[Budget] | None

    @property
    def timed(self) -> bool:
        """Whether there are ends to draw."""
        return self.tried is not None

    @property
    def curves(self) -> Curves | None:
        """The time course of all samples."""
        return self.later_curves.get() if self.later_curves is not None else None

    @property
    def levels(self) -> tuple[Curves, ...]:
        """The time course at each level of the axis that was asked for."""
        return self.later_levels.get() if self.later_levels is not None else ()

    @property
    def budget(self) -> Budget | None:
        """Accuracy if traces were cut off earlier."""
        return self.later_budget.get() if self.later_budget is not None else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two evals at equal difficulty.

    Attributes
    ----------
    a, b
        Ids of the evals.
    until
        Limit of the comparison: the smaller of both.
    right, wrong
        Hazard ratio a over b of either end, with its fallback.
    tests
        Log-rank and Gray tests by end and name.
    left_out
        Share of the items in strata that one of them lacks.
    """

    a: str
    b: str
    until: float
    right: HazardComparison
    wrong: HazardComparison
    tests: Mapping[tuple[str, str], RankTest]
    left_out: float

    @property
    def undecided(self) -> bool:
        """Whether too many items lie where one of them has none."""
        return self.left_out > MOST_LEFT_OUT


@dataclass(frozen=True, slots=True)
class Together:
    """Curves of all evals as if they had answered the same mix of items."""

    evals: tuple[str, ...]
    unit: Unit
    curves: StandardisedCurves

    @property
    def undecided(self) -> bool:
        """Whether too many items lie where some eval has none."""
        return not self.curves.left_out <= MOST_LEFT_OUT


@dataclass(frozen=True, slots=True)
class HazardResult:
    """One base task: each eval's measurement, and the evals against each other."""

    base_task: str
    label: str
    axes: tuple[Axis, ...]
    panels: Axis | None
    evals: tuple[EvalHazard, ...]
    later_together: Later[Together | None]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]

    @property
    def together(self) -> Together | None:
        """Curves of all evals, standardised; ``None`` where there is one."""
        return self.later_together.get()
