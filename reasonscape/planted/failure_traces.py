"""Traces of planted failures that have a shape: what is said before and after one goes astray."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reasonscape.planted.failure_words import (
    CHECKS,
    CLOSINGS,
    FAILINGS,
    KINDS,
    MARKED,
    MARKS,
    PLAIN,
    STYLES,
    SUBJECTS,
    UNDECIDED,
    Bank,
)
from reasonscape.planted.question import NAMES, THINGS, Item
from reasonscape.planted.traces import Fate, Written, varied_loop

CROSSED: Final = 0.03
"""Share of the failures that go wrong in the words of another group than their own."""

_CHECKED, _STRAY, _LED, _PREFERRED = 0.3, 0.06, 0.1, 0.65


class _Picks:
    """Whole numbers and shares from one seed: a 64-bit linear congruence, its high bits."""

    def __init__(self, digits: Sequence[int]) -> None:
        self._state = 0
        for digit in digits:
            self._state = (self._state ^ digit) * 6364136223846793005 % 2**64

    def below(self, n: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) * n >> 31

    def share(self) -> float:
        return self.below(2**30) / 2**30

    def one(self, choices: Sequence[str]) -> str:
        return choices[self.below(len(choices))]

    def said(self, bank: Bank) -> str:
        """A sentence of the bank, filled."""
        return self.one(bank.sentences).format(
            a=2 + self.below(997),
            b=2 + self.below(97),
            n=self.one(NAMES),
            t=self.one(THINGS),
            x=self.one(bank.x),
            y=self.one(bank.y),
            z=self.one(bank.z),
        )


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks of what.

    Attributes
    ----------
    follows
        ``kind``, ``model`` or ``nothing``: what decides about the words of a failure.
    turn
        Number of the item within its cell, which gives its kind.
    model
        Number of the model, from 0: its style.
    """

    follows: str
    turn: int
    model: int

    def failing(self, picks: _Picks) -> tuple[Bank, ...]:
        """Banks from which a failure speaks; drawn once a trace."""
        if self.follows == "nothing":
            return FAILINGS
        own, groups = self.turn, len(KINDS)
        if self.follows == "model":
            own, groups = self.model, len(STYLES)
        if picks.share() < CROSSED:
            own += 1 + picks.below(groups - 1)
        return (FAILINGS[own % groups],)

    def style(self, picks: _Picks) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Openings and connectives, mostly those that the model prefers."""
        return STYLES[(self.model + (picks.share() >= _PREFERRED)) % len(STYLES)]


def write_kind(
    item: Item, fate: Fate, voice: Voice, *, chars: int, digits: Sequence[int], loop_from: float
) -> Written:
    """Write the trace, response and answer of one completion.

    Parameters
    ----------
    item, fate
        The question, and what becomes of the completion.
    voice
        Who speaks of what.
    chars
        Wanted characters of the trace; met within one sentence, exactly when truncated.
    digits
        Non-negative random integers from which all choices are made.
    loop_from
        Share of a looping trace that is said before the loop.

    Examples
    --------
    >>> item = Item("What is 1 + 2 ?", "3", ("4",), ("1 plus 2 makes 3.",))
    >>> written = write_kind(
    ...     item, Fate(), Voice("kind", 0, 0), chars=200, digits=[5], loop_from=0.5
    ... )
    >>> written.answer, written.reasoning.endswith("3.")
    ('3', True)
    """
    picks = _Picks(digits)
    answer = item.target if fate.right else item.wrong[picks.below(len(item.wrong))]
    body = int(chars * loop_from) if fate.looped else chars + 90 * fate.truncated
    parts = _body(item, voice, picks, body, right=fate.right)
    if fate.looped:
        # What loops are the last words: a loop says nothing new.
        parts.append(varied_loop(chars - body, digits, parts[-2:]))
    text = " ".join(parts)
    if fate.truncated:
        return Written(text[:chars], None, None)
    if not fate.looped:
        closing = picks.one(CLOSINGS).format(answer) if fate.answered else UNDECIDED
        text = f"{text} {closing}"
    return Written(text, *((f"Answer: {answer}", answer) if fate.answered else (UNDECIDED, None)))


def _body(item: Item, voice: Voice, picks: _Picks, chars: int, *, right: bool) -> list[str]:
    subject = SUBJECTS[voice.turn % len(KINDS)] if voice.follows == "kind" else PLAIN
    failing = () if right else voice.failing(picks)
    astray = 1.0 if right else 0.25 + 0.15 * picks.share()
    marks = [
        MARKED[i].format(a=2 + picks.below(997))
        for i, (_, wrong, correct) in enumerate(MARKS)
        if picks.share() < (correct if right else wrong)
    ]
    parts = [picks.one(voice.style(picks)[0])]
    size, step = len(parts[0]), 0
    while size < chars - 40:
        draw = picks.share()
        if marks and size > chars * (0.2 + 0.5 * draw):
            said = marks.pop()
        elif draw < _CHECKED:
            said = picks.said(CHECKS)
        elif size > astray * chars:
            stray = picks.share() < _STRAY
            banks = FAILINGS if stray else failing
            said = picks.said(banks[picks.below(len(banks))])
        elif draw < 0.5:
            said = item.steps[step % len(item.steps)]
            step += 1
        else:
            said = picks.said(subject)
        if picks.share() < _LED:
            said = picks.one(voice.style(picks)[1]) + said
        parts.append(said)
        size += len(said) + 1
    return parts
