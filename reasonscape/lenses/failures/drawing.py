"""Which pictures of the failures there are, and what each shows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from reasonscape.errors import NoRowsError
from reasonscape.findings.finding import Finding
from reasonscape.lenses.failures.alignments import KIND, MODEL
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.lens import Drawing

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def drawings(result: FailuresResult, findings: Sequence[Finding]) -> list[Drawing]:
    """Every picture, what answers the question first; none is drawn yet."""
    if not len(result.pool):
        return []
    made = [
        Drawing("alignment", "what the clusters follow", 10.0, {}, partial(_alignment, result)),
        Drawing("cards", "the clusters", 9.0, {}, partial(_cards, result)),
    ]
    for rank, name in ((8.0, KIND), (7.0, MODEL)):
        if name in result.pool.labels and result.k > 1:
            title = f"clusters by {name}"
            made.append(
                Drawing(f"clusters-by-{name}", title, rank, {}, partial(_shares, result, name))
            )
    if len(result.pool) > 2:
        made.append(Drawing("map", "a map of the failures", 6.0, {}, partial(_map, result)))
    if result.stability is not None:
        made.append(
            Drawing("stability", "how many clusters are stable", 5.0, {}, partial(_stable, result))
        )
    return made


def key_figure(results: Sequence[FailuresResult]) -> tuple[Figure, list[str]]:
    """What the clusters follow, and the names of the other pictures."""
    drawn = [one for result in results for one in drawings(result, ())]
    if not drawn:
        raise NoRowsError(
            "there is nothing to draw: no failure that matched has a visible trace",
            remedy="see why without --output; store refresh measures traces that were not",
        )
    return drawn[0].make(), [one.title for one in drawn[1:]]


def _alignment(result: FailuresResult) -> Figure:
    from reasonscape.figures.alignment import alignment_figure
    from reasonscape.lenses.failures.pictures import alignment_of

    return alignment_figure(alignment_of(result))


def _cards(result: FailuresResult) -> Figure:
    from reasonscape.figures.cluster_cards import cluster_cards_figure
    from reasonscape.lenses.failures.pictures import cards_of

    return cluster_cards_figure(cards_of(result))


def _shares(result: FailuresResult, name: str) -> Figure:
    from reasonscape.figures.cluster_shares import cluster_shares_figure
    from reasonscape.lenses.failures.pictures import shares_of

    return cluster_shares_figure([shares_of(result, name)])


def _map(result: FailuresResult) -> Figure:
    from reasonscape.figures.trace_map import trace_map_figure
    from reasonscape.lenses.failures.pictures import map_of

    return trace_map_figure(map_of(result))


def _stable(result: FailuresResult) -> Figure:
    from reasonscape.figures.cluster_stability import stability_figure
    from reasonscape.lenses.failures.pictures import stability_of

    content = stability_of(result)
    assert content is not None
    return stability_figure(content)
