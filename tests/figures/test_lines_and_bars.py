from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.content import DifferenceGrid, OutcomeCounts, Projection
from reasonscape.figures.differences import difference_figure
from reasonscape.figures.outcomes import outcome_figure
from reasonscape.figures.projections import projection_figure

ProjectionMaker = Callable[..., Projection]


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name and trace.x[0] is not None]


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_projection_shows_points_interval_curve_and_fall(projection: ProjectionMaker) -> None:
    one = projection()
    figure = projection_figure([one])
    (points,) = named(figure, "observed")
    np.testing.assert_allclose(points.y, one.accuracy)
    np.testing.assert_allclose(points.error_y.array, one.high - one.accuracy)
    np.testing.assert_allclose(points.error_y.arrayminus, one.accuracy - one.low)
    (curve,) = named(figure, "fitted")
    np.testing.assert_allclose(curve.y, one.accuracy)
    (strip,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert (strip.x0, strip.x1) == (1, 2)
    assert "cliff −80 points (−90 to −60)" in texts(figure)
    assert "chance 25%" in texts(figure)
    assert figure.layout.xaxis.title.text == "terms"
    assert figure.layout.yaxis.title.text == "accuracy"


def test_a_factor_is_not_joined(projection: ProjectionMaker) -> None:
    figure = projection_figure([projection(kind="factor")])
    assert not named(figure, "fitted")
    assert not any(trace.mode == "lines" for trace in figure.data if hasattr(trace, "mode"))


def test_without_a_fall_there_is_no_strip(projection: ProjectionMaker) -> None:
    flat = replace(projection(), last_good=None, first_bad=None)
    figure = projection_figure([flat])
    assert not [shape for shape in figure.layout.shapes if shape.type == "rect"]


def test_evals_lie_over_each_other_and_axes_side_by_side(projection: ProjectionMaker) -> None:
    made = [projection(label=f"m{i}", axis=axis) for axis in ("terms", "digits") for i in range(3)]
    figure = projection_figure(made)
    points = named(figure, "observed")
    assert [trace.xaxis for trace in points] == ["x"] * 3 + ["x2"] * 3
    assert len({trace.marker.color for trace in points}) == 3
    # Set apart, so that no interval hides another.
    assert len({trace.x[0] for trace in points[:3]}) == 3
    assert figure.layout.xaxis2.title.text == "digits"
    # Labels of falls at one place stand over each other.
    shifts = [note.yshift for note in figure.layout.annotations if "cliff" in note.text]
    assert len(set(shifts[:3])) == 3


def test_a_dense_curve_keeps_its_positions(projection: ProjectionMaker) -> None:
    at = np.linspace(0, 3, 31)
    dense = replace(projection(), fitted=at / 3, fitted_low=None, fitted_high=None, fitted_at=at)
    (curve,) = named(projection_figure([dense]), "fitted")
    np.testing.assert_allclose(curve.x, at)
    assert not named(projection_figure([dense]), "band")


def test_seven_evals_are_refused(projection: ProjectionMaker) -> None:
    with pytest.raises(ValueError, match="at most 6 evals"):
        projection_figure([projection(label=str(i)) for i in range(7)])


def test_difference_map_is_symmetric_and_marks_what_holds(difference: DifferenceGrid) -> None:
    figure = difference_figure(difference)
    scale = figure.layout.coloraxis
    assert (scale.cmin, scale.cmax) == (-0.4, 0.4)
    assert scale.colorscale[4][1] == "#ffffff"
    (words,) = named(figure, "cells")
    shown = dict(zip(zip(words.y, words.x, strict=True), words.text, strict=True))
    assert "+12<" in shown[0, 0]
    assert "−31*" in shown[0, 1]
    assert "−41 to −21" in shown[0, 1]
    # A masked cell is never marked, whatever its flag.
    (frames,) = named(figure, "significant")
    assert len(frames.x) == 6
    assert "A = model-a, B = model-b" in figure.layout.title.text


def test_small_differences_do_not_stretch_the_scale(difference: DifferenceGrid) -> None:
    tiny = replace(difference, difference=difference.difference / 100)
    assert difference_figure(tiny).layout.coloraxis.cmax == 0.1


def test_outcome_shares_sum_to_one(outcomes: OutcomeCounts) -> None:
    figure = outcome_figure([outcomes])
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [bar.name for bar in bars] == ["correct", "incorrect", "unanswered", "truncated"]
    np.testing.assert_allclose(np.sum([bar.y for bar in bars], axis=0), [1, 1, 0])
    assert list(named(figure, "n")[0].text) == ["n=10", "n=10", ""]
    assert figure.layout.yaxis.title.text == "share of samples"


def test_outcome_panels_share_one_legend(outcomes: OutcomeCounts) -> None:
    figure = outcome_figure([outcomes, replace(outcomes, eval_label="model-b")])
    assert sum(bool(trace.showlegend) for trace in figure.data) == 4
    assert texts(figure) == ["<b>model-a</b>", "<b>model-b</b>"]
