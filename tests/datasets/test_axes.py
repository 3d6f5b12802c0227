from __future__ import annotations

import random

import pytest

from reasonscape.datasets.axes import FoundAxes, explained_share, find_axes, find_surfaces
from reasonscape.datasets.cells import ObservedLevel, cut_axis
from reasonscape.datasets.declaration import AxisConfig, BaseTask, SurfaceConfig


def steep(n: int, top: float, bottom: float, items: int = 50) -> list[ObservedLevel]:
    step = (top - bottom) / max(1, n - 1)
    return [ObservedLevel(i, items, items, round(items * (top - i * step))) for i in range(n)]


def flat(n: int) -> list[ObservedLevel]:
    return steep(n, 0.5, 0.5)


LEVELS = {
    "param.weak": steep(4, 0.6, 0.4),
    "param.strong": steep(5, 0.9, 0.1),
    "param.none": flat(5),
    "param.flag": [ObservedLevel(0, 100, 100, 95), ObservedLevel(1, 100, 100, 5)],
    "param.fixed": flat(1),
    "label.format": [ObservedLevel("a", 100, 100, 60), ObservedLevel("b", 100, 100, 40)],
    "label.id": [ObservedLevel(str(i), 1, 1, 1) for i in range(40)],
    "label.word": [ObservedLevel(str(i), 5, 5, 1) for i in range(60)],
}


def test_what_varies_is_an_axis_and_the_strongest_comes_first() -> None:
    found = find_axes(LEVELS)
    assert found.ordered == ("param.flag", "param.strong", "param.weak", "param.none")
    assert found.factors == ("label.format",)
    assert found.confounders == ("param.flag", "label.format")
    assert set(found.ignored) == {"label.id", "label.word"}
    assert find_surfaces(found)[0] == SurfaceConfig("strong-weak", "strong", "weak")


def test_the_config_comes_first() -> None:
    task = BaseTask(
        "t", axes={"weak": AxisConfig(), "param.none": AxisConfig()}, confounders=("weak",)
    )
    found = find_axes(LEVELS, task)
    assert found.ordered[:2] == ("param.weak", "param.none")
    assert found.confounders[0] == "param.weak"
    mine = (SurfaceConfig("s", "flag"),)
    assert find_surfaces(found, BaseTask("t", surfaces=mine)) == mine


def test_surfaces_of_few_axes() -> None:
    assert find_surfaces(find_axes({"label.a": LEVELS["label.format"]})) == ()
    (one,) = find_surfaces(find_axes({"param.a": flat(3)}))
    assert (one.x, one.y, one.id) == ("a", None, "a")
    (two,) = find_surfaces(FoundAxes(("param.f", "param.a"), (), ("param.f",), {}, {}))
    assert (two.x, two.y) == ("a", "f")


def test_many_levels_explain_nothing_by_being_many() -> None:
    generator = random.Random(5)
    shares = []
    for _ in range(200):
        noise = [
            ObservedLevel(i, 3, 3, sum(generator.random() < 0.5 for _ in range(3)))
            for i in range(8)
        ]
        shares.append(explained_share(noise, cut_axis(noise, column="param.x", bins=8)))
    assert abs(sum(shares) / len(shares)) < 0.03


def test_reference_value_of_epsilon_squared() -> None:
    # statsmodels: anova_lm(ols("y ~ g", data).fit()) with 9, 6 and 2 right of 10 each has sum_sq
    # 2.466667 (g) and 4.9 (Residual, df 27): (2.466667 - 2 * 4.9 / 27) / 7.366667 = 0.285571
    found = [ObservedLevel(i, 10, 10, k) for i, k in enumerate((9, 6, 2))]
    axis = cut_axis(found, column="param.x")
    assert explained_share(found, axis) == pytest.approx(0.285571, abs=1e-6)


@pytest.mark.parametrize("right", [0, 20])
def test_all_wrong_or_all_right_explains_nothing(right: int) -> None:
    found = [ObservedLevel(i, 20, 20, right) for i in range(3)]
    assert explained_share(found, cut_axis(found, column="param.x")) == 0
    assert explained_share([], cut_axis([], column="param.x")) == 0


def test_axes_that_move_together_make_no_surface() -> None:
    low = [ObservedLevel(3, 100, 100, 60), ObservedLevel(7, 50, 50, 10)]
    high = [ObservedLevel(-4, 50, 50, 10), ObservedLevel(-1, 100, 100, 60)]
    found = find_axes({"param.a": low, "param.b": high, "param.c": steep(3, 0.5, 0.4)})
    assert found.twins == {"param.b": "param.a"}
    assert find_surfaces(found)[0].id == "a-c"
    even = [ObservedLevel(0, 50, 50, 30), ObservedLevel(1, 50, 50, 10)]
    assert find_axes({"param.a": even, "param.b": even}).twins == {}
    assert find_axes({"param.a": flat(5), "param.b": flat(5)}).twins == {}
