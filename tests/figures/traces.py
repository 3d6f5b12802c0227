"""Small contents of figures of traces and of time, filled by hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reasonscape.figures.time_content import (
    BudgetCurve,
    Estimates,
    HazardCurves,
    HazardRatioRow,
    HazardRatios,
    RelativeHazard,
    TimeCurves,
)
from reasonscape.figures.trace_content import (
    LoopOnsets,
    NoveltyCurve,
    NoveltyCurves,
    Population,
    PopulationName,
    PopulationScatter,
    PopulationShifts,
    ReferenceLine,
    ShiftRow,
    ThinkingHelps,
)

Array = npt.NDArray[np.float64]


def around(value: Array, by: float = 0.05) -> Estimates:
    return Estimates(value, value - by, value + by)


def nowhere(length: int) -> Estimates:
    nothing = np.full(length, np.nan)
    return Estimates(nothing, nothing, nothing)


def population(
    name: PopulationName = "correct", count: int = 40, middle: float = 300.0
) -> Population:
    x = middle * np.exp(np.linspace(-1, 1, count)) if count > 1 else np.full(count, middle)
    return Population(
        name,
        x,
        np.linspace(1.0, 2.0, count),
        np.arange(count) % 10 == 9,
        tuple(f"{name} {number}" for number in range(count)),
        float(middle) if count else float("nan"),
        1.5 if count else float("nan"),
    )


def scatter(label: str = "model-a", panel: str = "") -> PopulationScatter:
    return PopulationScatter(
        "arithmetic",
        label,
        "tokens",
        "bits per character",
        (population(), population("incorrect", 20, 600.0), population("truncated", 12, 2000.0)),
        (ReferenceLine(2048, "cap 2,048"),),
        (ReferenceLine(1.1, "loop below this"),),
        (72, 900),
        panel,
    )


def novelty(label: str = "model-a", panel: str = "") -> NoveltyCurves:
    position = (np.arange(32) + 0.5) / 32
    mean = 2 - position
    return NoveltyCurves(
        "arithmetic",
        label,
        position,
        (
            NoveltyCurve("correct", mean, mean - 0.1, mean + 0.1, 120),
            NoveltyCurve("truncated", mean / 2, mean / 2 - 0.1, mean / 2 + 0.1, 30),
        ),
        0.5,
        panel=panel,
    )


def onsets(label: str = "model-a", panel: str = "") -> LoopOnsets:
    return LoopOnsets(
        "arithmetic",
        label,
        np.array([0.0, 500.0, 1000.0, 2000.0]),
        np.array([0, 1, 0]),
        np.array([2, 4, 1]),
        np.array([1, 0, 6]),
        15,
        300,
        panel=panel,
    )


def helps(label: str = "model-a", panel: str = "") -> ThinkingHelps:
    accuracy = np.array([0.6, 0.7, 0.4])
    return ThinkingHelps(
        "arithmetic",
        label,
        np.array([200.0, 400.0, 900.0]),
        accuracy,
        accuracy - 0.1,
        accuracy + 0.1,
        np.array([50, 60, 70]),
        0.71,
        0.64,
        0.79,
        panel=panel,
    )


def shifts(label: str = "model-a") -> PopulationShifts:
    return PopulationShifts(
        "arithmetic",
        label,
        (
            ShiftRow("terms 2", 0.6, 0.5, 0.7, 40, 1200),
            ShiftRow("terms 4", float("nan"), float("nan"), float("nan"), 1, 7),
        ),
    )


def courses(label: str = "model-a", panel: str = "") -> TimeCurves:
    time = np.array([0.0, 500.0, 1000.0, 2048.0])
    right, wrong = np.array([0, 0.3, 0.4, 0.5]), np.array([0, 0.1, 0.2, 0.3])
    return TimeCurves(
        "arithmetic",
        label,
        time,
        around(1 - right - wrong),
        around(right),
        around(wrong),
        np.array([0.0, 1000.0, 2000.0]),
        np.array([12_345, 400, 30]),
        cap=2048.0,
        panel=panel,
    )


def hazards(label: str = "model-a", panel: str = "") -> HazardCurves:
    rising = np.array([0.5, 1.0, 2.0])
    return HazardCurves(
        "arithmetic",
        label,
        np.array([100.0, 800.0, 1900.0]),
        around(rising[::-1]),
        around(rising),
        np.array([0.0, 1000.0, 2000.0]),
        around(np.array([1.5, 0.0])),
        around(np.array([0.7, 1.4])),
        cap=2048.0,
        panel=panel,
    )


def ratios(label: str = "model-a", panel: str = "") -> RelativeHazard:
    value = np.array([0.6, 0.9, 2.5])
    return RelativeHazard(
        "arithmetic",
        label,
        np.array([200.0, 600.0, 1500.0]),
        Estimates(value, value / 1.3, value * 1.3),
        2.9,
        2.3,
        3.7,
        735.0,
        640.0,
        850.0,
        panel=panel,
    )


def budgets(label: str = "model-a", panel: str = "") -> BudgetCurve:
    return BudgetCurve(
        "arithmetic",
        label,
        np.array([512.0, 1024.0, 2048.0]),
        around(np.array([0.2, 0.5, 0.6])),
        np.array([0.5, 0.8, 0.7]),
        1024.0,
        2048.0,
        panel=panel,
    )


def hazard_ratios(label: str = "model-a") -> HazardRatios:
    return HazardRatios(
        "arithmetic",
        label,
        (
            HazardRatioRow("a against b", "right", 1.6, 1.4, 1.8, True),
            HazardRatioRow("a against b", "wrong", 0.7, 0.6, 0.8, False, -212, -260, -164),
            HazardRatioRow("a against c", "wrong", 1.0, 0.001, 900.0),
        ),
    )
