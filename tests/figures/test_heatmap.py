from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.content import LevelAxis, SurfaceGrid
from reasonscape.figures.heatmap import heatmap_figure

GridMaker = Callable[..., SurfaceGrid]


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def test_each_cell_shows_accuracy_interval_and_n(surface: GridMaker) -> None:
    grid = surface()
    figure = heatmap_figure([grid])
    (image,) = named(figure, "accuracy")
    np.testing.assert_allclose(image.z, grid.accuracy)
    (words,) = named(figure, "cells")
    texts = dict(zip(zip(words.y, words.x, strict=True), words.text, strict=True))
    assert "100%" in texts[0, 0]
    assert "90–100%" in texts[0, 0]
    assert "n=40" in texts[0, 0]
    assert "cut" not in texts[0, 0]
    assert "cut 30%" in texts[2, 3]


def test_axes_are_named_with_units_and_levels(surface: GridMaker) -> None:
    figure = heatmap_figure([surface()])
    assert figure.layout.xaxis.title.text == "terms (n)"
    assert figure.layout.yaxis.title.text == "digits"
    assert list(figure.layout.xaxis.ticktext) == ["terms 0", "terms 1", "terms 2", "terms 3"]
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, 1)


def test_masked_cells_have_no_colour_and_only_their_n(surface: GridMaker) -> None:
    grid = surface()
    state, samples = grid.state.copy(), grid.samples.copy()
    state[1, 1], state[1, 2] = "masked", "masked"
    samples[1, 1], samples[1, 2] = 3, 0
    figure = heatmap_figure([replace(grid, state=state, samples=samples)])
    (image,) = named(figure, "accuracy")
    assert np.isnan(image.z[1, 1])
    (words,) = named(figure, "cells")
    assert (1, 1) not in set(zip(words.y, words.x, strict=True))
    (few,) = named(figure, "masked n")
    assert list(few.text) == ["n=3"]
    assert any(trace.name == "too few samples" for trace in figure.data)


def test_zone_border_encloses_exactly_the_capable_cells(surface: GridMaker) -> None:
    grid = surface((2, 3))
    figure = heatmap_figure([grid])
    (border,) = named(figure, "zone")
    length = sum(
        abs(border.x[i] - border.x[i - 1]) + abs(border.y[i] - border.y[i - 1])
        for i in range(1, len(border.x))
        if border.x[i] is not None and border.x[i - 1] is not None
    )
    # One capable cell alone: four edges of one level each.
    assert grid.capable_cells.sum() == 1
    assert length == pytest.approx(4)


def test_panels_share_scale_and_name_their_evals(surface: GridMaker) -> None:
    figure = heatmap_figure([surface(label=f"model-{i}") for i in range(6)])
    assert [note.text for note in figure.layout.annotations] == [
        f"<b>model-{i}</b>" for i in range(6)
    ]
    assert {trace.coloraxis for trace in named(figure, "accuracy")} == {"coloraxis"}
    assert figure.layout.yaxis2.showticklabels is False
    assert figure.layout.yaxis4.showticklabels is True


@pytest.mark.parametrize("count", [0, 7])
def test_no_or_too_many_panels_are_refused(surface: GridMaker, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 6 panels"):
        heatmap_figure([surface()] * count)


def test_a_grid_that_is_masked_throughout_is_drawn(surface: GridMaker) -> None:
    grid = surface()
    empty = np.full(grid.accuracy.shape, np.nan)
    figure = heatmap_figure(
        [
            replace(
                grid,
                accuracy=empty,
                low=empty,
                high=empty,
                truncated_share=empty,
                truncated_low=empty,
                state=np.full(empty.shape, "masked"),
            )
        ]
    )
    assert not named(figure, "zone")
    assert list(named(figure, "cells")[0].text) == []


def test_small_cells_say_less(surface: GridMaker) -> None:
    figure = heatmap_figure([surface((30, 30))])
    (words,) = named(figure, "cells")
    assert not any("n=" in text for text in words.text)


def test_many_long_levels_stay_apart(surface: GridMaker) -> None:
    grid = surface((2, 12))
    long = LevelAxis("label.kind", tuple(f"a level of twenty {i:02d}" for i in range(12)))
    figure = heatmap_figure([replace(grid, x=long)])
    box = figure.layout.xaxis.domain
    slot = (box[1] - box[0]) * figure.layout.width / 12
    assert figure.layout.xaxis.tickangle == -40
    assert figure.layout.xaxis.tickfont.size * 1.25 <= slot
    assert len(set(figure.layout.xaxis.ticktext)) == 12
    # The first slanted text ends inside the figure.
    assert box[0] * figure.layout.width + slot / 2 > 0.76 * 20 * 11 * 0.56


def test_a_lone_level_without_a_name_is_no_axis(surface: GridMaker) -> None:
    grid = replace(surface((1, 4)), y=LevelAxis("", ("all",)))
    figure = heatmap_figure([grid])
    assert figure.layout.yaxis.showticklabels is False


def test_foreign_text_is_never_markup(surface: GridMaker) -> None:
    hostile = "<img src=x onerror=alert(1)>$a$ %{x} </script>\u202e&\ud800"
    axis = LevelAxis(hostile, (hostile, "b", "c", "d"), unit="<i>")
    grid = replace(surface(), title=hostile, eval_label=hostile, x=axis)
    figure = heatmap_figure([grid, grid])
    text = json.dumps(figure.to_plotly_json(), default=lambda value: np.asarray(value).tolist())
    assert "<img" not in text
    assert "<i>" not in text
    assert "</script" not in text
    assert "\\u202e" not in text
    assert "\\ud800" not in text
    assert "$a$" not in text
    assert "texttemplate" not in text
    assert "hovertemplate" not in text
