from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.map_content import OutcomeLengths
from reasonscape.figures.outcome_lengths import outcome_lengths_figure
from reasonscape.figures.populations import LOOKS
from tests.figures.pools import lengths


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def test_rows_are_outcomes_in_the_order_of_legends() -> None:
    figure = outcome_lengths_figure(lengths())
    violins = [trace for trace in figure.data if trace.type == "violin"]
    assert [(each.name, each.xaxis) for each in violins] == [
        ("correct", "x"), ("incorrect", "x"), ("correct", "x2"), ("incorrect", "x2"),
    ]  # fmt: skip
    np.testing.assert_allclose(violins[1].x, np.log10(lengths().outcomes[0].lengths), atol=1e-4)
    assert violins[1].fillcolor == LOOKS["incorrect"].colour
    assert figure.layout.xaxis.title.text == "length (tokens)"
    assert figure.layout.xaxis2.title.text.startswith("log length, standard deviations")
    medians = named(figure, "median")
    assert medians[1].x[0] == pytest.approx(np.log10(1500))
    assert medians[1].text[0] == "1,500 (1,400–1,600) tokens"
    assert medians[2].text[0] == "−0.10 (−0.20 to +0.00) SD"
    np.testing.assert_allclose(named(figure, "interval")[1].x, np.log10([1400, 1600]))
    assert any("n=900" in note.text for note in figure.layout.annotations)
    assert "1,000" in figure.layout.xaxis.ticktext


def test_without_standardised_lengths_there_is_one_panel() -> None:
    figure = outcome_lengths_figure(lengths(standardised=False))
    assert "xaxis2" not in figure.layout
    assert not figure.layout.annotations[-1].text.startswith("<b>")


def test_few_traces_are_strokes() -> None:
    figure = outcome_lengths_figure(lengths(count=9))
    assert not [trace for trace in figure.data if trace.type == "violin"]
    assert named(figure, "correct")[0].marker.symbol == "line-ns"


def test_many_traces_are_drawn_by_their_quantiles() -> None:
    figure = outcome_lengths_figure(lengths(count=20_000))
    drawn = named(figure, "correct")[0].x
    assert len(drawn) < 2_000
    whole = np.log10(lengths(count=20_000).outcomes[1].lengths)
    assert [min(drawn), max(drawn)] == pytest.approx([whole.min(), whole.max()], abs=1e-4)
    assert np.median(drawn) == pytest.approx(np.median(whole), abs=1e-3)


def test_lengths_without_logarithm_or_median() -> None:
    odd = OutcomeLengths("correct", np.array([0.0, np.nan, 50.0]), low=float("nan"))
    figure = outcome_lengths_figure(replace(lengths(), outcomes=(odd,)))
    assert list(named(figure, "correct")[0].x) == pytest.approx([np.log10(50)])
    assert not named(figure, "median")
    none = outcome_lengths_figure(replace(lengths(), outcomes=()))
    assert "no traces to show" in [note.text for note in none.layout.annotations]


def test_wrong_contents_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown population 'right'"):
        OutcomeLengths("right", np.zeros(1))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="there twice"):
        replace(lengths(), outcomes=lengths().outcomes * 2)
