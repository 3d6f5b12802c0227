from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.budget_curve import budget_curve_figure
from reasonscape.figures.hazard_curves import hazard_curves_figure
from reasonscape.figures.hazard_ratios import hazard_ratios_figure
from reasonscape.figures.population_shifts import population_shifts_figure
from reasonscape.figures.relative_hazard import relative_hazard_figure
from reasonscape.figures.time_content import Estimates
from reasonscape.figures.time_curves import time_curves_figure
from tests.figures.traces import (
    around,
    budgets,
    courses,
    hazard_ratios,
    hazards,
    ratios,
    shifts,
)


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name and trace.x[0] is not None]


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_the_time_course_is_made_of_steps() -> None:
    one = courses()
    figure = time_curves_figure([one])
    (line,) = named(figure, "ended right")
    np.testing.assert_allclose(line.y, one.right.value)
    assert line.line.shape == "hv"
    # A step's band holds its bounds until the next time.
    band = named(figure, "band")[1]
    assert band.x[:4] == (0.0, 500.0, 500.0, 1000.0)
    assert band.y[:4] == pytest.approx((0.05, 0.05, 0.35, 0.35))
    assert figure.layout.xaxis.title.text == "tokens"
    assert figure.layout.yaxis.title.text == "share of samples"
    (cap,) = named(figure, "reference")
    assert list(cap.x) == [2048.0, 2048.0]


def test_numbers_at_risk_stand_under_their_times() -> None:
    figure = time_curves_figure([courses()])
    row = {note.x: note.text for note in figure.layout.annotations if note.xref == "x"}
    assert (row[0.0], row[1000.0], row[2000.0]) == ("12k", "400", "30")


def test_numbers_at_risk_that_would_touch_are_left_out() -> None:
    times = np.linspace(0, 2048, 200)
    crowded = replace(courses(), risk_times=times, at_risk=np.arange(200)[::-1])
    kept = [
        note.x
        for note in time_curves_figure([crowded]).layout.annotations
        if note.xref == "x" and note.yref == "paper"
    ]
    assert 5 < len(kept) < 20
    assert np.diff(kept).min() > 100


def test_a_cut_off_of_its_own_is_a_fourth_curve() -> None:
    cut = replace(courses(), truncated=around(np.array([0.0, 0, 0, 0.2])))
    assert not named(time_curves_figure([courses()]), "truncated")
    assert named(time_curves_figure([cut]), "truncated")


def test_hazards_show_curves_and_bins() -> None:
    one = hazards()
    figure = hazard_curves_figure([one])
    np.testing.assert_allclose(named(figure, "wrong ends")[0].y, one.wrong.value)
    (bins,) = named(figure, "wrong ends, bins")
    np.testing.assert_allclose(bins.y, one.binned_wrong.value)
    np.testing.assert_allclose(bins.error_y.array, [0.05, 0.05])
    assert 0 < bins.x[0] < 1000 < bins.x[1] < 2000
    assert figure.layout.yaxis.title.text == "ends per 1,000 tokens at risk"


def test_a_rate_of_nothing_has_no_logarithm() -> None:
    figure = hazard_curves_figure([replace(hazards(), log_rate=True)])
    (bins,) = named(figure, "right ends, bins")
    assert np.isnan(bins.y[1])
    assert figure.layout.yaxis.type == "log"
    with pytest.raises(ValueError, match="one kind of vertical scale"):
        hazard_curves_figure([hazards(), replace(hazards(), log_rate=True)])


def test_an_endless_interval_does_not_flatten_the_rates() -> None:
    wide = Estimates(np.array([1.5, 0.5]), np.array([1.0, 0.0]), np.array([2.0, 1e6]))
    figure = hazard_curves_figure([replace(hazards(), binned_right=wide)])
    assert figure.layout.yaxis.range[1] < 5


def test_the_relative_hazard_marks_limits_threshold_and_ratio() -> None:
    figure = relative_hazard_figure([ratios()])
    (points,) = named(figure, "ratio")
    np.testing.assert_allclose(points.y, [0.6, 0.9, 2.5])
    levels = {trace.y[0] for trace in named(figure, "reference") if trace.y[0] == trace.y[1]}
    assert levels == {0.5, 1.0, 2.0}
    (interval,) = named(figure, "threshold interval")
    assert (min(interval.x), max(interval.x)) == (640, 850)
    assert {"threshold 735 (640–850)", "late over early ratio: 2.90 (2.30–3.70)"} <= set(
        texts(figure)
    )
    assert figure.layout.yaxis.type == "log"
    without = replace(ratios(), threshold=float("nan"))
    assert not named(relative_hazard_figure([without]), "threshold interval")


def test_labels_on_a_logarithmic_time_axis_stand_at_logarithms() -> None:
    figure = relative_hazard_figure([replace(ratios(), log_time=True)])
    (label,) = [note for note in figure.layout.annotations if "threshold" in note.text]
    assert label.x == pytest.approx(np.log10(735))
    with pytest.raises(ValueError, match="one kind of horizontal scale"):
        relative_hazard_figure([ratios(), replace(ratios(), log_time=True)])


def test_the_budget_has_a_strip_below_on_the_same_axis() -> None:
    one = budgets()
    figure = budget_curve_figure([one])
    (curve,), (strip,) = named(figure, "accuracy"), named(figure, "per 1,000")
    np.testing.assert_allclose(curve.y, one.accuracy.value)
    np.testing.assert_allclose(strip.y, one.per_thousand)
    assert (curve.xaxis, strip.xaxis, strip.yaxis) == ("x", "x", "y11")
    assert figure.layout.yaxis11.domain[1] < figure.layout.yaxis.domain[0]
    assert {"cap 2,048", "stops paying at 1,024"} <= set(texts(figure))
    assert figure.layout.xaxis.title.text == "budget (tokens)"
    bare = budget_curve_figure([replace(one, per_thousand=np.full(3, np.nan))])
    assert not named(bare, "per 1,000")
    assert "yaxis11" not in bare.layout


def test_budgets_of_several_evals_lie_over_each_other() -> None:
    figure = budget_curve_figure([budgets("a"), budgets("b")], overlaid=True)
    curves = named(figure, "accuracy")
    assert {curve.xaxis for curve in curves} == {"x"}
    assert len({(curve.line.color, curve.line.dash) for curve in curves}) == 2
    stops = named(figure, "stops paying")
    assert [(stop.x[0], stop.y[0]) for stop in stops] == [(1024.0, 0.5)] * 2
    assert [trace.name for trace in figure.data if trace.showlegend] == ["a", "b", "stops paying"]
    assert texts(figure).count("cap 2,048") == 1


def test_shifts_show_ratio_thresholds_and_traces() -> None:
    figure = population_shifts_figure([shifts()])
    (ratio,) = named(figure, "ratio")
    assert ratio.x == (0.6,)
    assert list(named(figure, "interval")[0].x) == [0.5, 0.7]
    assert {trace.x[0] for trace in named(figure, "reference")} == {0.77, 1.0, 1.3}
    assert {"terms 2", "0.60 (0.50–0.70)", "40 / 1,200", "not estimated"} <= set(texts(figure))
    assert figure.layout.xaxis.title.text == "wrong over right, ratio of lengths"


def test_groups_of_a_forest_stand_under_their_names() -> None:
    figure = population_shifts_figure([shifts("a"), shifts("b")])
    assert {"<b>a</b>", "<b>b</b>"} <= set(texts(figure))
    assert [trace.y[0] for trace in named(figure, "ratio")] == [1, 4]
    assert "<b>a</b>" not in texts(population_shifts_figure([shifts("a")]))


def test_hazard_ratios_that_do_not_hold_are_faint_and_say_the_difference() -> None:
    figure = hazard_ratios_figure([hazard_ratios()])
    assert [trace.opacity for trace in named(figure, "ratio")] == [1.0, 0.4, 1.0]
    assert {"yes", "not tested", "no; mean time −212 tokens (−260 to −164)"} <= set(texts(figure))
    assert len({trace.marker.symbol for trace in named(figure, "ratio")}) == 2
    assert figure.layout.xaxis.title.text == "hazard ratio"


def test_an_interval_beyond_the_axis_ends_in_arrows() -> None:
    figure = hazard_ratios_figure([hazard_ratios()])
    last = named(figure, "interval")[-1]
    assert last.marker.symbol == ("triangle-left", "triangle-right")
    low, high = (10**end for end in figure.layout.xaxis.range)
    assert low <= last.x[0] < last.x[1] <= high
    assert low > 0.01


def test_low_accuracies_have_a_range_of_their_own() -> None:
    def top(accuracy: float) -> float:
        value = np.full(3, accuracy)
        panel = replace(budgets(), accuracy=Estimates(value, value, 1.5 * value))
        return float(budget_curve_figure([panel]).layout.yaxis.range[1])

    assert top(0.02) == pytest.approx(1.15 * 0.03)
    assert top(0.6) > 1.0
