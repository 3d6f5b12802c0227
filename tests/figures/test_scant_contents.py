"""Every figure of traces and of time with too little, too much, or hostile content."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.budget_curve import budget_curve_figure
from reasonscape.figures.hazard_curves import hazard_curves_figure
from reasonscape.figures.hazard_ratios import hazard_ratios_figure
from reasonscape.figures.loop_onsets import loop_onsets_figure
from reasonscape.figures.novelty_curves import novelty_curves_figure
from reasonscape.figures.population_scatter import population_scatter_figure
from reasonscape.figures.population_shifts import population_shifts_figure
from reasonscape.figures.relative_hazard import relative_hazard_figure
from reasonscape.figures.thinking_helps import thinking_helps_figure
from reasonscape.figures.time_curves import time_curves_figure
from reasonscape.runs.pictures import PictureWriter
from tests.figures import traces
from tests.figures.conftest import HOSTILE

KINDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "scatter": (population_scatter_figure, traces.scatter),
    "novelty": (novelty_curves_figure, traces.novelty),
    "onsets": (loop_onsets_figure, traces.onsets),
    "helps": (thinking_helps_figure, traces.helps),
    "shifts": (population_shifts_figure, traces.shifts),
    "courses": (time_curves_figure, traces.courses),
    "hazards": (hazard_curves_figure, traces.hazards),
    "ratios": (relative_hazard_figure, traces.ratios),
    "budgets": (budget_curve_figure, traces.budgets),
    "hazard ratios": (hazard_ratios_figure, traces.hazard_ratios),
}
NOTHING, NO_COUNTS = np.zeros(0), np.zeros(0, dtype=np.int64)
#: No points at all.
EMPTY: dict[str, Any] = {
    "scatter": replace(
        traces.scatter(), populations=(), x_lines=(), y_lines=(), shown_of=(0, 0)
    ),
    "scatter of none": replace(traces.scatter(), populations=(traces.population(count=0),)),
    "novelty": replace(traces.novelty(), curves=(), threshold=float("nan")),
    "onsets": replace(
        traces.onsets(), edges=NOTHING, correct=NO_COUNTS, incorrect=NO_COUNTS,
        truncated=NO_COUNTS, n_looped=0, n_total=0,
    ),
    "helps": replace(
        traces.helps(), tokens=NOTHING, accuracy=NOTHING, low=NOTHING, high=NOTHING,
        samples=NO_COUNTS,
    ),
    "shifts": replace(traces.shifts(), rows=()),
    "courses": replace(
        traces.courses(), time=NOTHING, still_thinking=traces.nowhere(0), cap=None,
        right=traces.nowhere(0), wrong=traces.nowhere(0), risk_times=NOTHING, at_risk=NO_COUNTS,
    ),
    "hazards": replace(
        traces.hazards(), time=NOTHING, right=traces.nowhere(0), wrong=traces.nowhere(0),
        edges=NOTHING, binned_right=traces.nowhere(0), binned_wrong=traces.nowhere(0), cap=None,
    ),
    "ratios": replace(
        traces.ratios(), time=NOTHING, ratio=traces.nowhere(0), threshold=float("nan")
    ),
    "budgets": replace(
        traces.budgets(), budget=NOTHING, accuracy=traces.nowhere(0), per_thousand=NOTHING,
        stops_paying=None, cap=None,
    ),
    "hazard ratios": replace(traces.hazard_ratios(), rows=()),
}  # fmt: skip
#: Grids, but nothing known on them.
UNKNOWN: dict[str, Any] = {
    "scatter": replace(
        traces.scatter(),
        populations=(replace(traces.population(), y=np.full(40, np.nan)),),
    ),
    "novelty": replace(
        traces.novelty(),
        curves=tuple(
            replace(curve, mean=np.full(32, np.nan)) for curve in traces.novelty().curves
        ),
    ),
    "onsets": replace(
        traces.onsets(), correct=np.zeros(3, dtype=np.int64),
        incorrect=np.zeros(3, dtype=np.int64), truncated=np.zeros(3, dtype=np.int64), n_looped=0,
    ),
    "helps": replace(
        traces.helps(), accuracy=np.full(3, np.nan), low=np.full(3, np.nan),
        high=np.full(3, np.nan), odds_ratio=float("nan"),
    ),
    "courses": replace(
        traces.courses(), still_thinking=traces.nowhere(4), right=traces.nowhere(4),
        wrong=traces.nowhere(4),
    ),
    "hazards": replace(
        traces.hazards(), right=traces.nowhere(3), wrong=traces.nowhere(3),
        binned_right=traces.nowhere(2), binned_wrong=traces.nowhere(2),
    ),
    "logarithmic hazards": replace(
        traces.hazards(), right=traces.nowhere(3), wrong=traces.nowhere(3), log_rate=True,
        binned_right=traces.nowhere(2), binned_wrong=traces.nowhere(2),
    ),
    "ratios": replace(
        traces.ratios(), ratio=traces.nowhere(3), late_early=float("nan"), log_time=True
    ),
    "budgets": replace(
        traces.budgets(), accuracy=traces.nowhere(3), per_thousand=np.full(3, np.nan)
    ),
}  # fmt: skip


def figure_of(kind: str) -> Callable[..., Any]:
    key = next(key for key in sorted(KINDS, key=len, reverse=True) if key in kind)
    return KINDS[key][0]


def drawn_texts(figure: Any) -> list[str]:
    """Everything that plotly reads as markup."""
    found = [figure.layout.title.text, *(note.text for note in figure.layout.annotations)]
    for trace in figure.data:
        hover = trace.hovertext
        found += [trace.name or "", *([hover] if isinstance(hover, str) else (hover or []))]
    for key in figure.layout:
        if re.match("[xy]axis", key):
            found.append(figure.layout[key].title.text or "")
    return found


@pytest.mark.parametrize(("kind", "content"), EMPTY.items())
def test_nothing_is_said_to_be_nothing(kind: str, content: Any) -> None:
    said = " ".join(drawn_texts(figure_of(kind)([content])))
    assert re.search("no traces to show|nothing to show|too few ends to show|no loops", said)


@pytest.mark.parametrize(("kind", "content"), UNKNOWN.items())
def test_nothing_known_is_said_to_be_nothing(kind: str, content: Any) -> None:
    said = " ".join(drawn_texts(figure_of(kind)([content])))
    assert re.search("no traces to show|nothing to show|too few ends to show|no loops", said)


def test_one_point_is_drawn() -> None:
    alone = replace(traces.scatter(), populations=(traces.population(count=1),))
    (point,) = [t for t in population_scatter_figure([alone]).data if t.name == "correct"][:1]
    assert list(point.x) == [300.0]
    at, value = np.array([500.0]), traces.around(np.array([0.5]))
    budget = replace(traces.budgets(), budget=at, accuracy=value, per_thousand=np.array([1.0]))
    assert budget_curve_figure([budget]).data
    ratio = replace(traces.ratios(), time=at, ratio=value)
    assert relative_hazard_figure([ratio]).data


@pytest.mark.parametrize("kind", KINDS)
def test_panels_are_one_to_six(kind: str) -> None:
    draw, make = KINDS[kind]
    assert draw([make(f"model-{number}") for number in range(6)]).data
    with pytest.raises(ValueError, match="1 to 6 panels"):
        draw([])
    with pytest.raises(ValueError, match="1 to 6 panels"):
        draw([make()] * 7)


def hostile(kind: str) -> Any:
    """A content with foreign text wherever there is text."""
    content = KINDS[kind][1](HOSTILE * 9)
    content = replace(content, title=HOSTILE * 9)
    if hasattr(content, "panel"):
        content = replace(content, panel=HOSTILE)
    for name in ("unit", "time_unit", "x_label", "y_label"):
        if hasattr(content, name):
            content = replace(content, **{name: HOSTILE})
    if kind in ("shifts", "hazard ratios"):
        return replace(content, rows=tuple(replace(row, label=HOSTILE) for row in content.rows))
    if kind != "scatter":
        return content
    populations = tuple(
        replace(each, ids=tuple(HOSTILE for _ in each.ids)) for each in content.populations
    )
    line = replace(content.x_lines[0], label=HOSTILE)
    return replace(content, populations=populations, x_lines=(line,), y_lines=(line,))


OWN_TAGS = re.compile(r'</?b>|<br>|</?span(?: style="[a-z0-9:;#-]*")?>')


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_foreign_text_is_never_read_as_markup(kind: str, count: int) -> None:
    figure = KINDS[kind][0]([hostile(kind)] * count)
    for text in drawn_texts(figure):
        assert not set(OWN_TAGS.sub("", text)) & set("<>$\u202e\ud800")
    assert "&lt;img" in " ".join(drawn_texts(figure))


def test_a_title_is_cut_to_the_width_of_its_figure() -> None:
    long = replace(traces.novelty("m" * 300), title="t" * 300)
    title = novelty_curves_figure([long]).layout.title.text
    assert len(title) < 260
    assert "with 95% bands" in title


def test_every_kind_draws_in_a_browser() -> None:
    with PictureWriter() as writer:
        if not writer.available:
            pytest.skip(writer.hint)
        for kind, (draw, make) in KINDS.items():
            for panels in ([make()], [hostile(kind)] * 2, [EMPTY[kind]]):
                svg = writer.render(draw(panels), "svg").decode()
                assert "<script" not in svg
                assert not re.findall(r"(?:href|src)=.https?:", svg)
