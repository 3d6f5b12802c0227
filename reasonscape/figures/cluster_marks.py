"""How clusters and other groups look: a colour and a marker each, and their names in words.

The twelve colours were searched for the largest least distance in Oklab, as seen and under
simulated protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes 2009); lightness
does much of it (CIE L* 14 to 78). Groups beyond the twelfth take the colours again with other
markers.
"""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.figures.cluster_content import ClusterName
from reasonscape.figures.populations import Look
from reasonscape.figures.theme import SOFT_INK
from reasonscape.figures.wording import escape_text

GROUP_COLOURS = (
    "#197cb3", "#ee9e10", "#620911", "#78d59d", "#8a70fc", "#554f61", "#ec5022", "#d8a7f6",
    "#1442be", "#aa9193", "#420a76", "#a42e07",
)  # fmt: skip
GROUP_SYMBOLS = ("circle", "diamond", "square", "cross")
_GLYPHS = ("●", "◆", "■", "✚")
#: So many groups look different; further ones look like the first again.
MOST_GROUPS = len(GROUP_COLOURS) * len(GROUP_SYMBOLS)
#: Points that belong to no group.
NO_GROUP = "#d2d2d2"


def group_look(place: int) -> Look:
    """Colour and marker of the group at `place`, from 0; neighbours differ in both.

    Examples
    --------
    >>> group_look(0) == group_look(12), group_look(0).colour == group_look(12).colour
    (False, True)
    """
    turn, colour = divmod(place, len(GROUP_COLOURS))
    symbol = GROUP_SYMBOLS[(colour + turn) % len(GROUP_SYMBOLS)]
    return Look(GROUP_COLOURS[colour], symbol, "solid")


def group_glyph(place: int) -> str:
    """The marker of a group as a character in its colour, for texts that plotly draws."""
    look = group_look(place)
    glyph = _GLYPHS[GROUP_SYMBOLS.index(look.symbol)]
    return f'<span style="color:{look.colour}">{glyph}</span>'


def quoted(phrases: Sequence[str], room: int, each: int = 40) -> str:
    """As many phrases in quotes as `room` characters hold, at least one; escaped.

    Examples
    --------
    >>> quoted(["wait let me", "the answer is", "so"], 30)
    '“wait let me” “the answer is”'
    """
    shown: list[str] = []
    used = 0
    for phrase in phrases:
        cut = min(each, max(room - 2, 4))
        width = min(len(phrase), cut) + 3
        if shown and used + width > room + 1:
            break
        shown.append(f"“{escape_text(phrase, cut)}”")
        used += width
    return " ".join(shown)


def cluster_title(place: int, name: ClusterName, room: int) -> str:
    """Marker, number and first phrases of a cluster as one line; escaped."""
    if name.outside:
        return f'<span style="color:{NO_GROUP}">●</span> in no cluster'
    words = quoted(name.phrases, room) or f'<span style="color:{SOFT_INK}">no phrase</span>'
    return f"{group_glyph(place)} <b>{place + 1}</b>  {words}"
