"""Each kind of figure through a real browser: plotly.js refuses what plotly's schema allows."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from reasonscape.figures.content import DifferenceGrid, OutcomeCounts, Projection, SurfaceGrid
from reasonscape.figures.differences import difference_figure
from reasonscape.figures.heatmap import heatmap_figure
from reasonscape.figures.outcomes import outcome_figure
from reasonscape.figures.projections import projection_figure
from reasonscape.figures.surface3d import surface_figure
from reasonscape.runs.pictures import PictureWriter


def test_every_kind_of_figure_draws(
    surface: Callable[..., SurfaceGrid],
    projection: Callable[..., Projection],
    difference: DifferenceGrid,
    outcomes: OutcomeCounts,
) -> None:
    figures = {
        "digits": heatmap_figure([surface(), surface()]),
        "capable": surface_figure([surface()]),
        "chance 25%": projection_figure([projection(), projection("b"), projection(axis="d")]),
        "A better": difference_figure(difference),
        "unanswered": outcome_figure([outcomes, outcomes]),
    }
    with PictureWriter() as writer:
        if not writer.available:
            pytest.skip(writer.hint)
        for word, figure in figures.items():
            svg = writer.render(figure, "svg").decode()
            assert word in svg
            assert not re.findall(r"(?:href|src)=.https?:", svg)
