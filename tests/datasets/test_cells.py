from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.datasets.cells import Axis, ObservedLevel, axis_summary, cut_axis
from reasonscape.datasets.declaration import AxisConfig
from reasonscape.errors import ConfigError

COLUMN = "param.length"


def levels(*values: float, items: int = 20, correct: int = 10) -> list[ObservedLevel]:
    return [ObservedLevel(value, items, 20, correct) for value in values]


observed = st.lists(
    st.builds(
        ObservedLevel,
        value=st.sampled_from([-3, -1, 0, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7, 11, 100, 1e6, 1e-7]),
        items=st.integers(1, 60),
        samples=st.just(60),
        correct=st.integers(0, 60),
    ),
    min_size=1,
    max_size=16,
    unique_by=lambda level: level.value,
)
configs = st.builds(
    AxisConfig,
    bins=st.none() | st.integers(1, 10) | st.just((0.0, 1.0, 3.0, 10.0)),
    scale=st.sampled_from([None, "linear"]),
)


@given(found=observed, config=configs, data=st.data())
def test_every_value_falls_into_the_level_that_names_it(
    found: list[ObservedLevel], config: AxisConfig, data: st.DataObject
) -> None:
    axis = cut_axis(found, column=COLUMN, config=config)
    assert cut_axis(data.draw(st.permutations(found)), column=COLUMN, config=config) == axis
    counts = [0] * len(axis.levels)
    for level in found:
        index = axis.index(level.value)
        low, high = axis.ranges[index]
        assert low <= float(level.value) <= high
        if axis.edges is not None:
            last = index == len(axis.levels) - 1
            assert axis.edges[index] <= float(level.value) <= axis.edges[index + 1]
            assert last or float(level.value) < axis.edges[index + 1]
        counts[index] += level.items
    assert tuple(counts) == axis.items
    assert min(counts) > 0
    assert len(set(axis.levels)) == len(axis.levels) == len(axis.positions)
    assert list(axis.positions) == sorted(set(axis.positions))
    if len(axis.levels) > 1:
        assert axis.positions[0] == 0
        assert axis.positions[-1] == pytest.approx(len(axis.levels) - 1)
    if isinstance(config.bins, int):
        assert len(axis.levels) <= config.bins


@given(found=observed)
def test_at_most_six_bins_and_only_by_the_rule(found: list[ObservedLevel]) -> None:
    axis = cut_axis(found, column=COLUMN)
    middle = sorted(level.items for level in found)
    n = len(found)
    thin = (middle[(n - 1) // 2] + middle[n // 2]) / 2 < 10
    if n > 8 or thin:
        assert len(axis.levels) <= 6
    else:
        assert axis.edges is None
        assert len(axis.levels) == n


def test_eight_levels_stay_and_nine_are_cut() -> None:
    assert cut_axis(levels(*range(8)), column=COLUMN).levels == tuple("01234567")
    axis = cut_axis(levels(*range(9)), column=COLUMN)
    assert axis.is_cut
    assert axis.n_values == 9
    assert axis.levels == ("0", "1–2", "3", "4–5", "6", "7–8")


def test_quantiles_are_of_items_not_of_levels() -> None:
    found = [ObservedLevel(v, 100 if v == 1 else 10, 100, 50) for v in range(1, 11)]
    axis = cut_axis(found, column=COLUMN)
    assert axis.levels[0] == "1"
    assert axis.items[0] == 100
    assert max(axis.items[1:]) <= 40


def test_thin_levels_are_cut() -> None:
    axis = cut_axis(levels(*range(1, 8), items=3), column=COLUMN)
    assert axis.is_cut
    assert len(axis.levels) <= 6


def test_names_of_bins() -> None:
    assert cut_axis(levels(*range(12)), column=COLUMN).levels[1] == "2–3"
    axis = cut_axis(levels(*(i / 10 for i in range(12))), column=COLUMN)
    assert axis.levels[0] == "[0, 0.2)"
    assert axis.levels[-1] == "[1, 1.1]"
    assert cut_axis(levels(*range(-6, 6)), column=COLUMN).levels[0] == "-6 to -5"
    close = cut_axis(levels(1.00000001, 1.00000002), column=COLUMN)
    assert close.levels == ("1.00000001", "1.00000002")


def test_a_level_selects_itself() -> None:
    axis = cut_axis(levels(*range(12)), column=COLUMN)
    assert axis.scope(0) == {"length": {"min": 0, "max": 1}}
    assert cut_axis(levels(3, 4), column="param.score").scope(0) == {"param.score": 3}
    factor = cut_axis([ObservedLevel("b", 1, 1, 1), ObservedLevel("a", 1, 1, 1)], column="label.f")
    assert factor.scope(0) == {"f": "a"}


def test_the_command_line_overrides_the_config_and_it_the_rule() -> None:
    found = levels(*range(12))
    assert len(cut_axis(found, column=COLUMN, config=AxisConfig(bins=3)).levels) == 3
    assert len(cut_axis(found, column=COLUMN, config=AxisConfig(bins=3), bins=4).levels) == 4
    assert not cut_axis(found, column=COLUMN, config=AxisConfig(bins=50)).is_cut
    given_edges = cut_axis(found, column=COLUMN, bins=(0, 5, 100))
    assert given_edges.levels == ("0–4", "5–11")
    assert given_edges.edges == (0, 5, 100)
    with pytest.raises(ConfigError, match="increasing"):
        cut_axis(found, column=COLUMN, bins=(5, 5))


def test_direction_from_config_else_from_data() -> None:
    falling = [ObservedLevel(v, 20, 20, 20 - v) for v in range(4)]
    axis = cut_axis(falling, column=COLUMN)
    assert (axis.harder, axis.harder_source, axis.rank_correlation) == ("up", "data", -1)
    axis = cut_axis(falling, column=COLUMN, config=AxisConfig(harder="down"))
    assert (axis.harder, axis.harder_source, axis.rank_correlation) == ("down", "config", -1)
    flat = cut_axis(levels(1, 2, 3), column=COLUMN)
    assert (flat.harder, flat.harder_source) == (None, "unknown")
    assert math.isnan(flat.rank_correlation)
    assert axis_summary(flat)["rank_correlation"] is None


def test_scales_space_the_levels() -> None:
    found = levels(1, 10, 100)
    assert cut_axis(found, column=COLUMN).positions == (0, 1, 2)
    log = cut_axis(found, column=COLUMN, config=AxisConfig(scale="log"))
    assert log.positions == pytest.approx((0, 1, 2))
    linear = cut_axis(found, column=COLUMN, config=AxisConfig(scale="linear"))
    assert linear.positions == pytest.approx((0, 2 * 9 / 99, 2))
    with pytest.raises(ConfigError, match="scale log and the level 0"):
        cut_axis(levels(0, 1), column=COLUMN, config=AxisConfig(scale="log"))


def test_factors_are_never_cut() -> None:
    found = [ObservedLevel(f"v{i:02}", 1, 1, i % 2) for i in range(30)]
    axis = cut_axis(found, column="label.kind")
    assert (axis.kind, len(axis.levels), axis.harder, axis.edges) == ("factor", 30, None, None)
    assert axis.index("v03") == 3
    with pytest.raises(KeyError):
        axis.index("other")


def test_no_level_and_one_level() -> None:
    empty = cut_axis([], column=COLUMN)
    assert (empty.levels, empty.positions, empty.items) == ((), (), ())
    one: Axis = cut_axis(levels(5, items=1), column=COLUMN)
    assert (one.levels, one.positions, one.edges) == (("5",), (0,), None)
    assert cut_axis(levels(5, items=0), column=COLUMN).levels == ()
