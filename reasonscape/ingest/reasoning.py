"""Reasoning and visible answer of one response, told apart by markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reasonscape.errors import UsageError


@dataclass(frozen=True, slots=True)
class Markers:
    """The texts that open and close reasoning.

    Raises
    ------
    UsageError
        One of them is empty, or they are the same.
    """

    open: str = "<think>"
    close: str = "</think>"

    def __post_init__(self) -> None:
        if not self.open or not self.close or self.open == self.close:
            raise UsageError(
                f"reasoning cannot be opened by {self.open!r} and closed by {self.close!r}",
                remedy="give two texts that differ, such as <think> and </think>",
            )


THINK: Final = Markers()


def chosen_markers(opening: str | None, closing: str | None) -> Markers | None:
    """Markers that a user gave, or None; one alone goes with the usual other.

    Examples
    --------
    >>> chosen_markers("[R]", "[/R]"), chosen_markers(None, None)
    (Markers(open='[R]', close='[/R]'), None)
    """
    if opening is None and closing is None:
        return None
    return Markers(
        THINK.open if opening is None else opening, THINK.close if closing is None else closing
    )


@dataclass(frozen=True, slots=True)
class Split:
    """A response in two; ``reasoning`` is None where no marker was found.

    Attributes
    ----------
    unclosed
        Reasoning was opened and the response ended before it was closed.
    """

    reasoning: str | None
    response: str
    unclosed: bool


def split_reasoning(text: str, markers: Markers = THINK) -> Split:
    """Split a response at its reasoning markers.

    Closed blocks, wherever they stand, are reasoning (joined by an empty line) and the text around
    them is the response; an opened block that is never closed is reasoning to the end; a closing
    marker without an opening one ends reasoning that began at the start (chat templates open the
    block in the prompt). Nothing but the markers is dropped and no white space is changed.

    Examples
    --------
    >>> split_reasoning("<think>2+2 is 4</think>4")
    Split(reasoning='2+2 is 4', response='4', unclosed=False)
    >>> split_reasoning("2+2 is 4</think>4").reasoning
    '2+2 is 4'
    >>> split_reasoning("<think>2+2 is")
    Split(reasoning='2+2 is', response='', unclosed=True)
    """
    opened, closed = text.find(markers.open), text.find(markers.close)
    if opened < 0 and closed < 0:
        return Split(None, text, False)
    blocks, visible, at, unclosed = list[str](), list[str](), 0, False
    if closed >= 0 and not 0 <= opened < closed:
        blocks.append(text[:closed])
        at = closed + len(markers.close)
    while (opened := text.find(markers.open, at)) >= 0:
        visible.append(text[at:opened])
        start = opened + len(markers.open)
        closed = text.find(markers.close, start)
        if closed < 0:
            blocks.append(text[start:])
            at, unclosed = len(text), True
            break
        blocks.append(text[start:closed])
        at = closed + len(markers.close)
    visible.append(text[at:])
    return Split("\n\n".join(blocks), "".join(visible), unclosed)
