from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.loop_onsets import loop_onsets_figure
from reasonscape.figures.margins import LEAST_POINTS
from reasonscape.figures.novelty_curves import novelty_curves_figure
from reasonscape.figures.population_scatter import MANY_POINTS, population_scatter_figure
from reasonscape.figures.populations import LOOKS
from reasonscape.figures.thinking_helps import thinking_helps_figure
from reasonscape.figures.trace_content import Population, PopulationScatter, ReferenceLine
from tests.figures.traces import helps, novelty, onsets, population, scatter


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name and trace.x[0] is not None]


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_points_stand_where_their_traces_are_and_loops_are_hollow() -> None:
    figure = population_scatter_figure([scatter()])
    one = population()
    (full,), (hollow,) = named(figure, "correct"), named(figure, "correct, looping")
    np.testing.assert_allclose(full.x, one.x[~one.looped])
    np.testing.assert_allclose(hollow.y, one.y[one.looped])
    assert (full.marker.color, hollow.marker.color) == (LOOKS["correct"].colour, "white")
    assert full.hovertext[0].startswith("<b>correct</b> · correct 0<br>tokens 110")
    assert figure.layout.xaxis.title.text == "tokens"
    assert figure.layout.yaxis.title.text == "bits per character"
    assert figure.layout.xaxis.type == "log"
    assert "a random 72 of 900 traces are drawn" in texts(figure)
    assert {"cap 2,048", "loop below this"} <= set(texts(figure))


def test_the_margins_share_the_scales_of_the_scatter() -> None:
    figure = population_scatter_figure([scatter()])
    (over,), (beside,) = named(figure, "correct along x"), named(figure, "correct along y")
    assert (over.xaxis, over.yaxis) == ("x", "y11")
    assert (beside.xaxis, beside.yaxis) == ("x11", "y")
    assert max(over.y) == max(beside.x) == 1
    (median,) = named(figure, "correct median x")
    assert list(median.x) == [300.0, 300.0]
    assert figure.layout.yaxis11.domain[0] > figure.layout.yaxis.domain[1]
    assert figure.layout.xaxis11.domain[0] > figure.layout.xaxis.domain[1]


def test_a_few_points_have_no_margin_but_a_median() -> None:
    few = replace(scatter(), populations=(population(count=LEAST_POINTS - 1),))
    figure = population_scatter_figure([few])
    assert not named(figure, "correct along x")
    assert named(figure, "correct median x")


def test_four_panels_have_no_side_margin() -> None:
    three = population_scatter_figure([scatter(panel=f"terms {i}") for i in range(3)])
    four = population_scatter_figure([scatter(panel=f"terms {i}") for i in range(4)])
    assert named(three, "correct along y")
    assert not named(four, "correct along y")
    assert named(four, "correct along x")
    assert [f"<b>terms {i}</b>" for i in range(4)] == texts(four)[:4]
    assert len({tuple(four.layout[f"xaxis{i}"].range) for i in ("", "2", "3", "4")}) == 1


def test_many_points_are_drawn_by_webgl() -> None:
    few = population_scatter_figure([scatter()])
    many = replace(scatter(), populations=(population(count=MANY_POINTS + 1),))
    assert named(few, "correct")[0].type == "scatter"
    assert named(population_scatter_figure([many]), "correct")[0].type == "scattergl"


def test_lengths_that_have_no_logarithm_are_left_out() -> None:
    odd = Population(
        "correct", np.array([0.0, np.nan, 50.0, 90.0]), np.array([1.0, 1.0, 1.0, np.nan]),
        np.zeros(4, dtype=bool),
    )  # fmt: skip
    figure = population_scatter_figure([replace(scatter(), populations=(odd,))])
    assert list(named(figure, "correct")[0].x) == [50.0]


def test_the_largest_population_lies_lowest() -> None:
    small, large = population("correct", 5), population("incorrect", 50)
    figure = population_scatter_figure([replace(scatter(), populations=(small, large))])
    order = [trace.name for trace in figure.data if trace.name in ("correct", "incorrect")]
    assert order[:2] == ["incorrect", "correct"]


def test_totals_count_what_is_not_drawn() -> None:
    sampled = replace(scatter(), populations=(replace(population(), total=12_345),))
    assert any("12,345" in text for text in texts(population_scatter_figure([sampled])))


def test_wrong_contents_are_refused() -> None:
    with pytest.raises(ValueError, match="looped has shape"):
        replace(population(), looped=np.zeros(3, dtype=bool))
    with pytest.raises(ValueError, match="ids has shape"):
        replace(population(), ids=("one",))
    with pytest.raises(ValueError, match="unknown population 'right'"):
        replace(population(), name="right")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="there twice"):
        PopulationScatter("t", "m", "x", "y", (population(), population()))
    with pytest.raises(ValueError, match="correct mean has shape"):
        replace(novelty(), position=np.zeros(3))
    with pytest.raises(ValueError, match="correct has shape"):
        replace(onsets(), edges=np.arange(3.0))


def test_novelty_shows_means_bands_and_the_threshold() -> None:
    one = novelty()
    figure = novelty_curves_figure([one])
    (line,) = named(figure, "correct")
    np.testing.assert_allclose(line.y, one.curves[0].mean)
    assert line.line.dash != named(figure, "truncated")[0].line.dash
    band = named(figure, "band")[0]
    assert (min(band.y), max(band.y)) == (one.curves[0].low.min(), one.curves[0].high.max())
    (threshold,) = named(figure, "reference")
    assert list(threshold.y) == [0.5, 0.5]
    assert figure.layout.xaxis.title.text == "share of the trace"
    assert figure.layout.yaxis.title.text == "bits per character"
    assert figure.layout.yaxis.range[0] == 0


def test_onsets_stack_to_the_counts() -> None:
    one = onsets()
    figure = loop_onsets_figure([one])
    assert [bar.name for bar in figure.data] == ["correct", "incorrect", "truncated"]
    np.testing.assert_array_equal(
        np.sum([bar.y for bar in figure.data], axis=0),
        one.correct + one.incorrect + one.truncated,
    )
    np.testing.assert_allclose(figure.data[0].x, [250, 750, 1500])
    np.testing.assert_allclose(figure.data[0].width, [500, 500, 1000])
    assert texts(figure) == ["15 of 300 traces loop (5.0%)"]
    assert figure.layout.xaxis.title.text == "where the loop begins (tokens)"
    assert figure.layout.barmode == "stack"


def test_onsets_on_a_logarithmic_axis_stand_at_logarithms() -> None:
    one = replace(onsets(), edges=np.array([10.0, 100.0, 1000.0, 10_000.0]), log=True)
    figure = loop_onsets_figure([one])
    np.testing.assert_allclose(figure.data[0].x, [1.5, 2.5, 3.5])
    assert figure.layout.xaxis.range == (1, 4)
    assert "1,000" in figure.layout.xaxis.ticktext
    with pytest.raises(ValueError, match="above 0"):
        loop_onsets_figure([replace(onsets(), log=True)])
    with pytest.raises(ValueError, match="one unit"):
        loop_onsets_figure([onsets(), replace(onsets(), unit="characters")])


def test_onsets_have_one_key_an_outcome() -> None:
    figure = loop_onsets_figure([onsets(), onsets("model-b")])
    assert sum(bool(bar.showlegend) for bar in figure.data) == 3


def test_thinking_helps_shows_points_intervals_and_odds() -> None:
    one = helps()
    figure = thinking_helps_figure([one])
    (points,) = named(figure, "accuracy")
    np.testing.assert_allclose(points.y, one.accuracy)
    np.testing.assert_allclose(points.error_y.array, one.high - one.accuracy)
    assert texts(figure) == ["odds of being right per doubling: × 0.71 (0.64–0.79)"]
    assert figure.layout.xaxis.title.text == "length of the trace (tokens)"
    unknown = replace(one, odds_ratio=float("nan"))
    assert texts(thinking_helps_figure([unknown]))[0].endswith("doubling: not estimated")


def test_a_cap_far_beyond_all_traces_does_not_squeeze_them() -> None:
    far = replace(scatter(), x_lines=(ReferenceLine(1e6, "cap"),))
    figure = population_scatter_figure([far])
    assert 10 ** figure.layout.xaxis.range[1] < 10_000
    assert "cap" not in texts(figure)
