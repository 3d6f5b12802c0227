"""Which phrases mark traces that end wrong, and which those that end right."""

from __future__ import annotations

import plotly.graph_objects as go

from reasonscape.figures.forest import ForestRow, ForestWords, forest_figure
from reasonscape.figures.map_content import PhraseOdds, PhraseRow
from reasonscape.figures.notes import probability_words
from reasonscape.figures.populations import RIGHT, WRONG, Look, marker_key
from reasonscape.figures.theme import SOFT_INK

#: At most this many phrases are drawn, half of them on each side where both have more.
MOST_ROWS = 30


def phrase_odds_figure(content: PhraseOdds) -> go.Figure:
    """Draw the odds of ending wrong with a phrase against without it, a row a phrase.

    Phrases that mark wrong traces stand over those that mark right ones. A hollow mark is a phrase
    that the length of the traces explains. The first rows of each side are drawn, and a side that
    has more says how many.

    Parameters
    ----------
    content
        The phrases; there may be none.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    wrong = [row for row in content.rows if row.odds >= 1]
    right = [row for row in content.rows if row.odds < 1]
    half = MOST_ROWS // 2
    most = max(half, MOST_ROWS - len(right)), max(half, MOST_ROWS - len(wrong))
    rows: list[ForestRow] = []
    for name, side, room, look in (
        ("marks wrong", wrong, most[0], WRONG), ("marks right", right, most[1], RIGHT),
    ):  # fmt: skip
        if not side:
            continue
        more = f": {room} of {len(side):,}" if len(side) > room else ""
        rows.append(ForestRow(f"{name}{more}", heading=True))
        rows += [_row(row, look) for row in side[:room]]
    words = ForestWords(
        content.title,
        _subtitle(content),
        "odds of ending wrong, with the phrase against without it",
        "marks right", "marks wrong", "odds ratio (95%)", "q · n wrong / right",
    )  # fmt: skip
    keys = []
    if rows:
        keys = [marker_key(WRONG, "marks wrong"), marker_key(RIGHT, "marks right")]
    if any(row.by_length for row in content.rows):
        ring = {"color": "white", "line": {"color": SOFT_INK, "width": 1.8}}
        keys.append(
            marker_key(Look(SOFT_INK, "circle", "solid"), "explained by length", **ring)
        )  # fmt: skip
    return forest_figure(rows, [], words, keys)


def _subtitle(content: PhraseOdds) -> str:
    counts = (
        f"{content.wrong:,} wrong and {content.right:,} right traces; "
        f"{content.tested:,} phrases tested, at equal difficulty"
    )
    return f"{content.subtitle} · {counts}" if content.subtitle else counts


def _row(row: PhraseRow, look: Look) -> ForestRow:
    text = f"{probability_words(row.q)} · {row.wrong:,} / {row.right:,}"
    return ForestRow(
        row.phrase, row.odds, row.low, row.high, text, look, hollow=row.by_length, quote=True
    )
