from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.difference_spectra import difference_spectra_figure
from reasonscape.figures.frequencies import frequency_end, head_room
from reasonscape.figures.spectra import spectra_figure
from reasonscape.figures.spectrum_content import DifferenceSpectrum, SpectrumCurve
from reasonscape.figures.theme import EVAL_COLOURS, HEAD, MASKED
from reasonscape.figures.waterfalls import waterfall_figure
from tests.figures.prompts import FREQUENCY, NOTHING, curve, difference, spectra, waterfall


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name and trace.x[0] is not None]


def keys(figure: Any) -> list[Any]:
    return [trace for trace in figure.data if trace.x[0] is None]


def key_names(figure: Any) -> list[str]:
    return [key.name for key in keys(figure)]


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_spectra_show_means_bands_floor_and_the_line_of_peaks() -> None:
    one = spectra()
    figure = spectra_figure([one])
    (line,) = named(figure, "2 terms")
    np.testing.assert_allclose(line.x, FREQUENCY)
    np.testing.assert_allclose(line.y, one.curves[0].mean)
    assert (min(named(figure, "band")[0].y), max(named(figure, "band")[0].y)) == (-0.5, 4.5)
    (floor,) = named(figure, "floor")
    assert (min(floor.y), max(floor.y)) == (-0.3, 0.3)
    zero, maximum = named(figure, "reference")
    assert (list(zero.y), list(maximum.y)) == ([0, 0], [1.2, 1.2])
    assert figure.layout.yaxis.title.text == "dB relative to shuffled"
    assert figure.layout.xaxis.title.text.startswith("cycles per token")
    bottom, top = figure.layout.yaxis.range
    assert bottom < -0.5
    assert top > 4.5


def test_a_peak_is_named_once_over_the_highest_curve() -> None:
    figure = spectra_figure([spectra()])
    (note,) = [note for note in figure.layout.annotations if note.text.startswith("every")]
    assert (note.text, note.x, note.y) == ("every 4.0 tokens", 0.25, 4.0)
    assert [list(mark.y) for mark in named(figure, "peak")] == [[4.0], [1.0]]


def test_peaks_off_the_grid_or_unknown_are_not_marked() -> None:
    away = replace(curve(), peaks=(0.9, float("nan")))
    hidden = SpectrumCurve("hidden", NOTHING, NOTHING, NOTHING, 3, (0.25,))
    figure = spectra_figure([replace(spectra(), curves=(away, hidden))])
    assert not named(figure, "peak")
    assert not named(figure, "hidden")


def test_ticks_stand_at_periods() -> None:
    axis = spectra_figure([spectra()]).layout.xaxis
    assert axis.tickvals[0] == 0.5
    plain = [text.split("<br>")[0] for text in axis.ticktext]
    assert {"0.5", "0.333", "0.25"} <= set(plain)
    assert axis.ticktext[0].endswith(">2</span>")
    pixels = np.abs(np.diff(axis.tickvals)) / axis.range[1] * 560
    assert pixels.min() >= 34


def test_a_label_has_one_colour_in_all_panels() -> None:
    other = replace(spectra("model-b"), curves=(curve("8 terms"), curve("2 terms")))
    figure = spectra_figure([spectra(), other])
    assert {line.line.color for line in named(figure, "2 terms")} == {EVAL_COLOURS[0]}
    assert key_names(figure) == ["2 terms", "8 terms", "shuffled, 95%"]


def test_levels_go_from_light_to_dark_and_many_have_no_bands() -> None:
    curves = tuple(curve(f"{number} terms") for number in range(12))
    figure = spectra_figure([replace(spectra(), curves=curves, ordered=True)])
    shades = [int(named(figure, each.label)[0].line.color[1:3], 16) for each in curves]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == 12
    assert not named(figure, "band")
    assert "95% bands" not in figure.layout.title.text
    names = key_names(figure)
    assert (names[0], names[5], len(names)) == ("0 terms", "11 terms", 7)
    assert "40 to 40 prompts a curve" in texts(figure)


def test_an_extreme_band_does_not_squeeze_the_curves() -> None:
    wild = replace(curve(), low=np.full(8, -400.0))
    bottom, _ = spectra_figure([replace(spectra(), curves=(wild,))]).layout.yaxis.range
    assert -5 < bottom < -4


def test_panels_share_scales_and_one_unit() -> None:
    figure = spectra_figure([spectra(), replace(spectra("b"), curves=(curve("x", 9.0),))])
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    in_bytes = replace(spectra(), unit="byte")
    assert "cycles per byte" in spectra_figure([in_bytes]).layout.xaxis.title.text
    assert "every 4.0 bytes" in texts(spectra_figure([in_bytes]))
    with pytest.raises(ValueError, match="one unit"):
        spectra_figure([spectra(), in_bytes])
    assert frequency_end([spectra()]) == 0.5 + 1 / 32


def test_a_long_legend_has_room() -> None:
    assert head_room(["a", "b"], 560) == HEAD
    assert head_room(["a" * 40] * 5, 560) > head_room(["a" * 40] * 2, 560) > HEAD


def test_a_waterfall_shows_power_by_level_and_greys_what_has_too_few() -> None:
    one = waterfall()
    figure = waterfall_figure([one])
    (power,) = named(figure, "power")
    np.testing.assert_allclose(power.z[:2], one.power[:2])
    assert np.isnan(power.z[2]).all()
    grey = next(trace for trace in named(figure, "too few prompts") if trace.type == "heatmap")
    assert np.isfinite(grey.z[2]).all()
    assert np.isnan(grey.z[:2]).all()
    assert grey.colorscale[0][1] == MASKED
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (-6, 6)
    assert figure.layout.yaxis.range[0] < figure.layout.yaxis.range[1]
    assert figure.layout.yaxis.ticktext == ("2", "4", "8")
    assert figure.layout.yaxis.title.text == "terms"
    assert "every 4.0 tokens" in texts(figure)
    assert "accuracy 90.0% (85–95%)" in power.hovertext[0][0]


def test_accuracy_stands_beside_the_waterfall() -> None:
    one = waterfall()
    figure = waterfall_figure([one])
    (points,) = named(figure, "accuracy")
    np.testing.assert_allclose(points.x, one.accuracy)
    np.testing.assert_allclose(points.error_x.array, one.high - one.accuracy)
    assert points.marker.color[2] == "white"
    assert points.marker.color[0] != "white"
    assert (points.xaxis, points.yaxis) == ("x11", "y11")
    assert figure.layout.yaxis11.range == figure.layout.yaxis.range
    assert figure.layout.yaxis11.ticktext == ("40", "41", "3", "prompts")
    assert figure.layout.xaxis11.title.text == "accuracy"
    assert figure.layout.xaxis11.domain[0] > figure.layout.xaxis.domain[1]


def test_noise_is_not_stretched_to_the_ends_of_the_colours() -> None:
    flat = replace(waterfall(), power=np.full((3, 8), 0.05))
    assert waterfall_figure([flat]).layout.coloraxis.cmax == 1


def test_rows_with_too_few_prompts_do_not_stretch_the_colours() -> None:
    wild = waterfall().power.copy()
    wild[2] = 80.0
    assert waterfall_figure([replace(waterfall(), power=wild)]).layout.coloraxis.cmax == 6


def test_differences_that_hold_are_bars_in_the_colour_of_their_side() -> None:
    one = difference()
    figure = difference_spectra_figure([one])
    (line,) = named(figure, "difference")
    np.testing.assert_allclose(line.y, one.difference)
    (bars,) = named(figure, "significant")
    np.testing.assert_allclose(bars.x, [0.125, 0.25])
    np.testing.assert_allclose(bars.y, [-1.5, 2.0])
    less, more = bars.marker.color
    colours = {key.name: key.marker.color for key in keys(figure)}
    assert colours == {"more in wrong": more, "more in right": less}
    assert figure.layout.yaxis.title.text == "difference (dB)"
    assert {
        "prompts: wrong 83, right 417", "within difficulty cells: 2 of 8 frequencies differ",
        "↑ more in wrong", "↓ more in right",
    } <= set(texts(figure))  # fmt: skip


def test_nothing_that_differs_is_said() -> None:
    none = replace(difference(), significant=np.zeros(8, dtype=bool), within="")
    figure = difference_spectra_figure([none])
    assert not named(figure, "significant")
    assert "no frequency differs" in texts(figure)


def test_sides_of_several_contrasts_have_no_one_name() -> None:
    other: DifferenceSpectrum = replace(difference(), a_label="bytes", b_label="o200k")
    figure = difference_spectra_figure([difference(), other])
    assert key_names(figure) == ["more in the first", "more in the second"]


def test_wrong_contents_are_refused() -> None:
    with pytest.raises(ValueError, match="low has shape"):
        replace(curve(), low=np.zeros(3))
    with pytest.raises(ValueError, match="mean has shape"):
        replace(spectra(), frequency=FREQUENCY[:4])
    with pytest.raises(ValueError, match="floor_low has shape"):
        replace(spectra(), floor_low=np.zeros(2))
    with pytest.raises(ValueError, match="power has shape"):
        replace(waterfall(), power=np.zeros((8, 3)))
    with pytest.raises(ValueError, match="few has shape"):
        replace(waterfall(), few=np.zeros(8, dtype=bool))
    with pytest.raises(ValueError, match="significant has shape"):
        replace(difference(), significant=np.zeros(2, dtype=bool))
