from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.content import LevelAxis, SurfaceGrid
from reasonscape.figures.surface3d import surface_figure

GridMaker = Callable[..., SurfaceGrid]


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def test_sheets_carry_accuracy_and_lower_bound(surface: GridMaker) -> None:
    grid = surface()
    figure = surface_figure([grid])
    (top,), (bottom,) = named(figure, "accuracy"), named(figure, "lower bound")
    np.testing.assert_allclose(top.z[:12], grid.accuracy.ravel())
    np.testing.assert_allclose(bottom.z[:12], grid.low.ravel())
    np.testing.assert_allclose(top.intensity, top.z)
    assert bottom.opacity < 0.5
    assert top.opacity is None


def test_marks_tell_the_states_apart(surface: GridMaker) -> None:
    grid = surface()
    figure = surface_figure([grid])
    for state in ("capable", "open", "failing"):
        (marks,) = [t for t in named(figure, state) if t.x[0] is not None]
        places = {(int(y), int(x)) for y, x in zip(marks.y, marks.x, strict=True)}
        expected = {(int(y), int(x)) for y, x in np.argwhere(grid.state == state)}
        assert places == expected
    assert figure.layout.scene.xaxis.title.text == "terms (n)"
    assert figure.layout.scene.yaxis.title.text == "digits"
    assert figure.layout.scene.zaxis.title.text == "accuracy"


def test_a_tower_is_as_high_as_the_truncated_share(surface: GridMaker) -> None:
    grid = surface()
    (tower,) = named(surface_figure([grid]), "tower")
    for index, (row, column) in enumerate(np.argwhere(grid.truncated)):
        foot, top = tower.z[3 * index], tower.z[3 * index + 1]
        assert foot == pytest.approx(grid.accuracy[row, column])
        assert top - foot == pytest.approx(grid.truncated_share[row, column])


def test_no_tower_where_the_lower_bound_stays_under_two_percent(surface: GridMaker) -> None:
    grid = surface()
    quiet = replace(grid, truncated_low=np.full(grid.accuracy.shape, 0.02))
    assert not named(surface_figure([quiet]), "tower")


def test_masked_cells_are_holes(surface: GridMaker) -> None:
    grid = surface()
    accuracy, state = grid.accuracy.copy(), grid.state.copy()
    accuracy[1, 1], state[1, 1] = np.nan, "masked"
    figure = surface_figure([replace(grid, accuracy=accuracy, state=state)])
    (top,) = named(figure, "accuracy")
    corners = np.concatenate((top.i, top.j, top.k))
    assert not np.isnan(top.z[corners]).any()
    assert 1 * 4 + 1 not in corners


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (1, 1)])
def test_a_lone_row_or_column_is_a_band(surface: GridMaker, shape: tuple[int, int]) -> None:
    grid = surface(shape)
    figure = surface_figure([replace(grid, y=LevelAxis("", grid.y.levels))])
    (top,) = named(figure, "accuracy")
    assert len(top.i) > 0


def test_everything_masked_still_makes_a_figure(surface: GridMaker) -> None:
    grid = surface()
    masked = replace(grid, state=np.full(grid.state.shape, "masked"))
    assert not named(surface_figure([masked]), "accuracy")


def test_the_camera_stands_at_the_low_corner(surface: GridMaker) -> None:
    falling = surface_figure([surface()]).layout.scene.camera.eye
    grid = surface()
    rising = surface_figure([replace(grid, accuracy=grid.accuracy[::-1, ::-1])])
    assert (falling.x > 0, falling.y > 0) == (True, True)
    eye = rising.layout.scene.camera.eye
    assert (eye.x > 0, eye.y > 0) == (False, False)


def test_panels_share_camera_and_scale(surface: GridMaker) -> None:
    figure = surface_figure([surface(label="a"), surface(label="b")])
    assert figure.layout.scene.camera == figure.layout.scene2.camera
    assert {t.scene for t in named(figure, "accuracy")} == {"scene", "scene2"}
    assert figure.layout.scene.zaxis.range == figure.layout.scene2.zaxis.range


def test_scene_texts_hold_no_tags(surface: GridMaker) -> None:
    axis = LevelAxis("<b>x</b>", ("<i>1</i>", "2", "3", "4"))
    scene = surface_figure([replace(surface(), x=axis)]).layout.scene
    assert scene.xaxis.title.text == "‹b›x‹/b›"
    assert scene.xaxis.ticktext[0] == "‹i›1‹/i›"
