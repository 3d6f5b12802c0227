from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.figures.content import LevelAxis, check_shapes
from reasonscape.figures.marks import zone_border
from reasonscape.figures.mesh import grid_mesh
from reasonscape.figures.numerals import percent
from reasonscape.figures.theme import ACCURACY_SCALE
from reasonscape.figures.ticks import tick_layout
from reasonscape.figures.wording import escape_text, level_texts, plain_text


@given(st.text(), st.integers(1, 30))
def test_escaped_text_is_one_short_harmless_line(text: str, limit: int) -> None:
    escaped = escape_text(text, limit)
    assert not set(escaped) & set("<>$\n\r\t\x00")
    assert len(plain_text(text, limit)) <= limit
    escaped.encode()


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_plain_text_stays_as_it_is(text: str) -> None:
    kept = plain_text(text, 60)
    assert plain_text(kept, 60) == kept


@given(st.lists(st.text(max_size=30), min_size=1, max_size=12))
def test_level_texts_differ(levels: list[str]) -> None:
    texts = level_texts(LevelAxis("x", tuple(levels)), 8)
    assert len(set(texts)) == len(levels)


@given(st.floats(0, 1))
def test_only_the_ends_are_called_the_ends(value: float) -> None:
    assert (percent(value) == "100%") == (value == 1)
    assert (percent(value) == "0%") == (value == 0)


def test_the_accuracy_scale_rises_in_lightness() -> None:
    def luminance(colour: str) -> float:
        channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return float(linear @ [0.2126, 0.7152, 0.0722])

    values = [luminance(colour) for colour in ACCURACY_SCALE]
    assert values == sorted(values)
    assert values[-1] / values[0] > 10


@pytest.mark.parametrize("pixels", [200.0, 400.0, 900.0])
@pytest.mark.parametrize("count", [1, 6, 12])
def test_tick_texts_fit_their_slots(pixels: float, count: int) -> None:
    axis = LevelAxis("x", tuple(f"level of twenty ch{i:02d}" for i in range(count)))
    ticks = tick_layout(axis, pixels)
    size = ticks["tickfont"]["size"]
    room = pixels / count
    assert (20 * size * 0.55 if ticks["tickangle"] == 0 else size) <= room


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**25 - 1))
def test_the_border_of_a_zone_is_closed(rows: int, columns: int, bits: int) -> None:
    inside = np.array([(bits >> n) & 1 for n in range(rows * columns)], bool).reshape(rows, columns)
    xs, _ = zone_border(inside)
    length = sum(1 for x in xs if x is None)
    assert (length == 0) == (not inside.any())


def test_a_mesh_has_no_vertex_in_a_hole() -> None:
    z = np.arange(9.0).reshape(3, 3)
    z[1, 1] = np.nan
    mesh = grid_mesh(np.arange(3.0), np.arange(3.0), z)
    assert 4 not in np.concatenate((mesh.i, mesh.j, mesh.k))
    assert len(mesh.i) == 4


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ValueError, match=r"low has shape \(3,\)"):
        check_shapes((2,), low=np.zeros(3))


def test_the_records_import_no_plotly() -> None:
    code = "import sys, reasonscape.figures.content; sys.exit('plotly' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
