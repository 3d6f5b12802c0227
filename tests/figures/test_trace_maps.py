from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.cluster_marks import NO_GROUP, group_look
from reasonscape.figures.map_colours import MOST_KEYS, typed
from reasonscape.figures.map_content import MapLabel, MapNumber
from reasonscape.figures.map_hovers import hover_words
from reasonscape.figures.pages import html_block
from reasonscape.figures.populations import LOOKS
from reasonscape.figures.trace_map import MOST_SYMBOLS, trace_map_figure
from reasonscape.figures.trace_map3d import trace_map3d_figure
from tests.figures.pools import trace_map


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def keys(figure: Any) -> dict[str, str]:
    """Legend entries that are seen, with their colours."""
    return {each.name: each.marker.color for each in figure.data[1:] if each.visible}


def buttons(figure: Any) -> dict[str, Any]:
    return {each.label: each.args for each in figure.layout.updatemenus[0].buttons}


def decoded(spec: dict[str, str]) -> Any:
    return np.frombuffer(base64.b64decode(spec["bdata"]), dtype=f"<{spec['dtype']}")


@pytest.mark.parametrize("draw", [trace_map_figure, trace_map3d_figure])
def test_every_point_keeps_its_words_and_its_colour(draw: Any) -> None:
    one = trace_map(dims=3)
    points = draw(one).data[0]
    assert len(points.x) == 12
    for x, words, code in zip(points.x, points.customdata, points.marker.color, strict=True):
        place = int(words[0].split()[1])
        assert x == pytest.approx(one.places[place, 0], abs=1e-4)
        assert list(words[1:5]) == [
            ("correct", "incorrect", "truncated")[place % 3],
            "–" if place % 4 == 0 else str(place % 4), f"task {place % 3}",
            "yes" if place % 5 == 0 else "no",
        ]  # fmt: skip
        assert code == place % 3
    assert points.hovertemplate.startswith(
        "<b>%{customdata[0]}</b><br>outcome: %{customdata[1]}<br>cluster: %{customdata[2]}"
    )


def test_the_menu_changes_values_scale_and_legend() -> None:
    figure = trace_map_figure(trace_map())
    assert list(buttons(figure)) == ["outcome", "cluster", "task", "loop", "length"]
    outcomes = {"correct (4)", "incorrect (4)", "truncated (4)"}
    assert keys(figure) == {name: LOOKS[name.split()[0]].colour for name in outcomes}  # type: ignore[index]
    change, layout = buttons(figure)["cluster"]
    order = [int(words[0].split()[1]) for words in figure.data[0].customdata]
    np.testing.assert_array_equal(
        decoded(change["marker.color"][0]), [(place % 4 - 1) % 4 for place in order]
    )
    shown = [each.name for each, seen in zip(figure.data, change["visible"], strict=True) if seen]
    assert shown == ["samples", "1 (3)", "2 (3)", "3 (3)", "no cluster (3)"]
    assert change["marker.color"][1:] == [each.marker.color for each in figure.data[1:]]
    scale = layout["coloraxis"]["colorscale"]
    assert [colour for _, colour in scale[::2]] == [
        *(group_look(place).colour for place in range(3)), NO_GROUP,
    ]  # fmt: skip
    assert not layout["coloraxis"]["showscale"]


def test_a_label_that_all_share_is_not_the_first_choice() -> None:
    one = trace_map()
    alone = MapLabel("kind", ("a",), np.zeros(12, dtype=np.int64))
    figure = trace_map_figure(replace(one, labels=(alone, *one.labels)))
    assert list(buttons(figure)) == ["outcome", "cluster", "task", "loop", "length", "kind"]
    assert "correct (4)" in keys(figure)


def test_a_number_has_a_logarithmic_scale_and_grey_for_none() -> None:
    change, layout = buttons(trace_map_figure(trace_map()))["length"]
    axis = layout["coloraxis"]
    values = decoded(change["marker.color"][0])
    assert axis["cmax"] == pytest.approx(np.log10(1200), abs=1e-3)
    assert sum(values == values.min()) == 1 and values.min() < 2
    assert axis["colorscale"][0] == [0, NO_GROUP]
    assert axis["colorbar"]["title"]["text"] == "length (tokens)"
    assert axis["colorbar"]["ticktext"][0] == "100"
    level = replace(trace_map(), numbers=(MapNumber("turns", np.arange(12.0), log=False),))
    _, layout = buttons(trace_map_figure(level))["turns"]
    assert (layout["coloraxis"]["cmin"], layout["coloraxis"]["cmax"]) == (0, 11)


def test_markers_differ_while_points_are_few() -> None:
    few = trace_map_figure(trace_map())
    many = trace_map_figure(trace_map(count=MOST_SYMBOLS + 1))
    assert len(set(few.data[0].marker.symbol)) == 3
    assert "marker.symbol" in buttons(few)["task"][0]
    assert many.data[0].marker.symbol == "circle"
    assert "marker.symbol" not in buttons(many)["task"][0]
    assert few.data[0].type == many.data[0].type == "scattergl"
    assert many.data[0].marker.size < few.data[0].marker.size


@pytest.mark.parametrize("count", [300, MOST_SYMBOLS + 1])
def test_levels_beyond_the_colours_are_grey_together(count: int) -> None:
    figure = trace_map_figure(trace_map(count=count, levels=30))
    change, _ = buttons(figure)["task"]
    shown = [each for each, seen in zip(figure.data, change["visible"], strict=True) if seen][1:]
    most = MOST_KEYS[0 if count <= MOST_SYMBOLS else 1]
    assert len(shown) == most + 1
    assert shown[-1].name.startswith(f"{30 - most} more (")
    looks = {(each.marker.color, each.marker.symbol) for each in shown}
    assert len(looks) == most + 1


def test_what_must_be_known_to_read_the_map_stands_under_it() -> None:
    words = " ".join(texts(trace_map_figure(trace_map())))
    assert "t-SNE, perplexity 30" in words
    assert "distances between far groups" in words and "mean nothing" in words
    assert "sampled: 12 of 81,000 samples are drawn" in words
    pca = replace(trace_map(), method="PCA", settings="", explained=(0.31, 0.12), shown_of=(12, 12))
    figure = trace_map_figure(pca)
    assert figure.layout.xaxis.title.text == "PCA 1 (31.0% of the variance)"
    assert "sampled" not in " ".join(texts(figure))
    assert trace_map_figure(trace_map()).layout.yaxis.title.text == "t-SNE 2"


def test_a_unit_is_as_long_across_as_up() -> None:
    wide = trace_map()
    wide = replace(wide, places=wide.places * np.array([100.0, 1.0]))
    layout = trace_map_figure(wide).layout
    across = np.ptp(layout.xaxis.range) / np.ptp(layout.xaxis.domain) / layout.width
    up = np.ptp(layout.yaxis.range) / np.ptp(layout.yaxis.domain) / layout.height
    assert across == pytest.approx(up)
    assert layout.xaxis.range[0] < -100 and layout.xaxis.range[1] > 100


def test_points_without_a_place_are_left_out() -> None:
    one = trace_map()
    places = one.places.copy()
    places[3] = np.nan
    figure = trace_map_figure(replace(one, places=places))
    assert len(figure.data[0].x) == 11
    assert "sample 3" not in [words[0] for words in figure.data[0].customdata]
    assert "incorrect (4)" in keys(figure) and "correct (3)" in keys(figure)


@pytest.mark.parametrize(("draw", "dims"), [(trace_map_figure, 2), (trace_map3d_figure, 3)])
def test_one_point_and_none(draw: Any, dims: int) -> None:
    assert len(draw(trace_map(count=1, dims=dims, levels=1)).data[0].x) == 1
    assert "no samples to show" in texts(draw(trace_map(count=0, dims=dims)))


def test_texts_are_cut_wrapped_and_escaped() -> None:
    one = replace(trace_map(), texts=("<b>wait</b> & see\n\n" * 400,) * 12)
    words = trace_map_figure(one).data[0].customdata[0][-1]
    lines = words.split("<br>")
    assert 1 < len(lines) < 9 and len(words) < 900
    assert lines[0].startswith("&lt;b&gt;wait&lt;/b&gt; &amp; see &lt;b&gt;")
    assert words.endswith("…")
    assert "wait" not in json.dumps(trace_map_figure(trace_map()).to_dict(), default=str)


def test_a_name_is_no_placeholder() -> None:
    one = trace_map()
    label = MapLabel("%{x}", ("a",), np.zeros(12, dtype=np.int64))
    figure = trace_map_figure(replace(one, labels=(*one.labels, label)))
    assert "&#37;{x}: %{customdata[6]}" in figure.data[0].hovertemplate


def test_a_page_of_twenty_thousand_points_is_small() -> None:
    rng = np.random.default_rng(0)
    one = trace_map(count=20_000, levels=27)
    ids = tuple(rng.bytes(8).hex() for _ in range(20_000))
    one = replace(one, places=rng.normal(size=(20_000, 2)), ids=ids)
    assert len(html_block(trace_map_figure(one), name="map").encode()) < 4e6


def test_texts_get_the_room_that_is_left() -> None:
    few, many = (
        replace(trace_map(count=count), texts=("wait, let me see " * 30,) * count)
        for count in (100, 20_000)
    )
    most, least = (max(len(words[-1]) for words in hover_words(each)) for each in (few, many))
    assert most > 300 > least
    assert least * 20_000 < 3e6


def test_the_same_map_gives_the_same_page() -> None:
    first, second = (html_block(trace_map_figure(trace_map()), name="map") for _ in range(2))
    assert first == second


def test_wrong_maps_are_refused() -> None:
    with pytest.raises(ValueError, match="places has shape"):
        replace(trace_map(), ids=("one",))
    with pytest.raises(ValueError, match=r"codes of 'x' must lie in -1\.\.0"):
        MapLabel("x", ("a",), np.array([0, 1]))
    with pytest.raises(ValueError, match="codes has shape"):
        replace(trace_map(), labels=(MapLabel("x", ("a",), np.array([0])),))
    with pytest.raises(ValueError, match="texts has shape"):
        replace(trace_map(), texts=("one",))
    with pytest.raises(ValueError, match="a name is there twice among outcome"):
        replace(trace_map(), numbers=(MapNumber("outcome", np.zeros(12)),))
    with pytest.raises(ValueError, match="to colour its points by"):
        replace(trace_map(), labels=trace_map().labels[-1:], numbers=())
    with pytest.raises(ValueError, match="3 dimensions, got 2"):
        trace_map3d_figure(trace_map())


def test_arrays_are_packed_as_plotly_reads_them() -> None:
    values = np.array([1.5, -2.0], dtype=np.float32)
    np.testing.assert_array_equal(decoded(typed(values)), values)
