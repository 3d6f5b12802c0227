"""Reasoning and visible answer of one response, told apart by markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Markers:
    """The texts that open and close reasoning."""

    open: str = "<think>"
    close: str = "</think>"


THINK: Final = Markers()


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
