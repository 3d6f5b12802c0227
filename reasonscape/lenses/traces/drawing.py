"""Which pictures of the traces there are, and what each shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from reasonscape.errors import NoRowsError
from reasonscape.findings.finding import Finding
from reasonscape.lenses.lens import Drawing
from reasonscape.lenses.traces.result import TracesResult

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def drawings(result: TracesResult, findings: Sequence[Finding]) -> list[Drawing]:
    """Every picture of what was asked for; none is drawn yet."""
    made: list[Drawing] = []

    def add(name: str, title: str, make: Callable[[], Figure]) -> None:
        made.append(Drawing(name, title, 10.0 - len(made), {}, make))

    if result.phrases is not None and result.phrases.marking:
        add("phrases", "phrases that mark a wrong or a right end", partial(_phrases, result))
    if 2 in result.maps:
        add("map", "a map of the traces", partial(_map, result, 2))
    if result.risks and len(result.pool):
        add("clusters", "the clusters of traces and how they ended", partial(_clusters, result))
    if result.lengths:
        add("lengths", "lengths by outcome", partial(_lengths, result))
    if 3 in result.maps:
        add("interactive", "a map of the traces to walk in", partial(_map, result, 3))
    return made


def key_figure(results: Sequence[TracesResult]) -> tuple[Figure, list[str]]:
    """The first picture of what was asked for, and the names of the others."""
    drawn = [one for result in results for one in drawings(result, ())]
    if not drawn:
        raise NoRowsError(
            "there is nothing to draw: no sample that matched has a visible trace, or no phrase "
            "tells",
            remedy="see why without --output; store refresh measures traces that were not",
        )
    return drawn[0].make(), [one.title for one in drawn[1:]]


def _phrases(result: TracesResult) -> Figure:
    from reasonscape.figures.phrase_forest import phrase_odds_figure
    from reasonscape.lenses.traces.pictures import phrases_of

    return phrase_odds_figure(phrases_of(result))


def _map(result: TracesResult, dims: int) -> Figure:
    from reasonscape.figures.trace_map import trace_map_figure
    from reasonscape.figures.trace_map3d import trace_map3d_figure
    from reasonscape.lenses.traces.pictures import map_of

    content = map_of(result, dims)
    return trace_map3d_figure(content) if dims > 2 else trace_map_figure(content)


def _clusters(result: TracesResult) -> Figure:
    from reasonscape.figures.cluster_cards import cluster_cards_figure
    from reasonscape.lenses.traces.pictures import cards_of

    return cluster_cards_figure(cards_of(result))


def _lengths(result: TracesResult) -> Figure:
    from reasonscape.figures.outcome_lengths import outcome_lengths_figure
    from reasonscape.lenses.traces.pictures import lengths_of

    return outcome_lengths_figure(lengths_of(result))
