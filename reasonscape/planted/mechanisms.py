"""The ways in which a planted model fails, with their reference effects; imports nothing heavy."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from reasonscape.errors import UsageError

OutputKind = Literal["healthy", "cliff", "gradual", "truncation", "chaos", "uniform"]
ThinkingKind = Literal["underthink", "overthink", "loops", "early", "delayed", "threshold"]
InputKind = Literal[
    "collapse",
    "collapse-harmless",
    "collapse-kept",
    "bandgain",
    "bandgain-even",
    "artifact",
    "artifact-chance",
]
TextKind = Literal["kinds", "kinds-by-model", "kinds-none"]
Kind = OutputKind | ThinkingKind | InputKind | TextKind
OUTPUT_KINDS: Final[tuple[OutputKind, ...]] = get_args(OutputKind)
THINKING_KINDS: Final[tuple[ThinkingKind, ...]] = get_args(ThinkingKind)
INPUT_KINDS: Final[tuple[InputKind, ...]] = get_args(InputKind)
TEXT_KINDS: Final[tuple[TextKind, ...]] = get_args(TextKind)
KINDS: Final[tuple[Kind, ...]] = (*OUTPUT_KINDS, *THINKING_KINDS, *INPUT_KINDS, *TEXT_KINDS)

# One line each, as the command's help shows them.
MEANINGS: Final[dict[str, str]] = {
    "healthy": "accuracy .97 everywhere",
    "cliff": "accuracy .95 up to the middle level of the first axis (4 of 8), .05 from the next on",
    "gradual": "accuracy falls from .95 to .30 in equal steps along the first axis",
    "truncation": "finished answers are right in .95; the cut-off share grows from 0 to .9",
    "chaos": "every cell has an accuracy of its own: mean .5, standard deviation .35",
    "uniform": "accuracy .5 everywhere",
    "underthink": "accuracy .6 everywhere; wrong traces are .55 times as long as right ones",
    "overthink": "accuracy .6; wrong traces are 1.8 times as long and go round in circles",
    "loops": "accuracy .6; .4 of the wrong traces end in a loop over their second half",
    "early": "accuracy .6; an end before the cell's median length is wrong at 3 times the odds",
    "delayed": "accuracy .6; an end after the cell's median length is wrong at 3 times the odds",
    "threshold": "accuracy .6; an end after 900 tokens is wrong at 4 times the odds",
    "collapse": "leaving out spaces takes the prompts' period and .25 of accuracy",
    "collapse-harmless": "null of collapse: the same prompts, accuracy does not fall with them",
    "collapse-kept": "null of collapse: the same fall, but the prompts keep their period",
    "bandgain": "longer prompts have more of one period; accuracy falls from .95 to .30",
    "bandgain-even": "null of bandgain: longer prompts of the same mixture, the same fall",
    "artifact": "accuracy .6; items whose numbers the tokenizer breaks fail at 4 times the odds",
    "artifact-chance": "null of artifact: the same prompts and tokenizer, failures by chance",
    "kinds": "two models; items of three kinds, each kind fails in words of its own",
    "kinds-by-model": "the same items, but each model fails in words of its own",
    "kinds-none": "null of kinds: the same items, all failures are in the same words",
    "workflow": "dataset-m12x: 12 tasks, 9 models, tiers, a confounder; a mechanism for each model",
}


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UsageError(
            f"{name} is {value:g}", remedy=f"give a value between {low:g} and {high:g}"
        )


@dataclass(frozen=True, slots=True)
class WrongEnds:
    """How the odds of a wrong end depend on where the trace ends.

    Attributes
    ----------
    where
        ``early`` and ``delayed``: before and after the median length of the cell; ``beyond``:
        after a number of tokens that is the same in every cell.
    odds
        Odds of a wrong end there over the odds elsewhere, for one and the same item. The cell's
        accuracy stays what it is.
    tokens
        Where ``beyond`` begins.
    """

    where: Literal["early", "delayed", "beyond"]
    odds: float
    tokens: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no odds can be."""
        _within("wrong_ends.odds", self.odds, 0.001, 1000)
        _within("wrong_ends.tokens", self.tokens, 0, 1e9)


@dataclass(frozen=True, slots=True)
class Thinking:
    """How long the traces are, and in what they end.

    Attributes
    ----------
    easy, hard
        Median completion tokens in the easiest and the hardest cell; between them the median
        grows geometrically with the mean position along the ordered axes.
    spread
        Standard deviation of the natural logarithm of the tokens within a cell.
    item_share
        Share of that variance that belongs to the item and is equal in all of its repeats.
    wrong_ratio
        Median of the traces meant to be wrong over the median of those meant to be right.
    loops
        Share of the wrong traces that end in a terminal loop (visible in the text only).
    circles
        Share of the wrong traces whose second half says again what the first half said, in
        another order and with other leads: no loop, but little that is new (in the text only).
    wrong_ends
        Where ends are wrong more often; ``None`` where an end's place says nothing.
    cap
        ``max_tokens``; a trace that reaches it is cut off there.
    reach
        Where the four above hold: ``everywhere``, or (``cliff``) from the last good level on.
    loop_from
        Share of a looping trace that is said before the loop begins.
    """

    easy: float = 400.0
    hard: float = 1600.0
    spread: float = 0.45
    item_share: float = 0.4
    wrong_ratio: float = 1.0
    loops: float = 0.0
    circles: float = 0.0
    wrong_ends: WrongEnds | None = None
    cap: int = 8192
    reach: Literal["everywhere", "beyond"] = "everywhere"
    loop_from: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what no trace can have."""
        _within("thinking.easy", self.easy, 1, 1e9)
        _within("thinking.hard", self.hard, 1, 1e9)
        _within("thinking.spread", self.spread, 0.01, 5)
        _within("thinking.item_share", self.item_share, 0, 1)
        _within("thinking.wrong_ratio", self.wrong_ratio, 0.01, 100)
        _within("thinking.loops", self.loops, 0, 1)
        _within("thinking.circles", self.circles, 0, 1)
        _within("thinking.loop_from", self.loop_from, 0, 1)
        if self.wrong_ends is not None and self.wrong_ratio != 1:
            raise UsageError(
                f"wrong_ends and the wrong_ratio {self.wrong_ratio:g} both say how long they are",
                remedy="give one of them",
            )
        _within("thinking.cap", self.cap, 2, 2**31 - 1)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One failure mechanism with its effects; accuracies are in excess of chance.

    Attributes
    ----------
    kind
        Which mechanism.
    high, low
        Excess accuracy of finished answers at the easy and at the hard end of ``axis``.
        ``cliff``, ``gradual``, ``collapse``, ``bandgain`` and ``kinds`` (and their nulls) use
        both, ``chaos`` takes ``high`` as mean, all others use
        ``high`` only.
    axis
        The axis along which accuracy breaks; empty for the task's first axis. Where a task has
        no axis of that name, its first one.
    break_after
        ``cliff``: number of the last good level, from 1; ``None`` for the middle one.
    width
        ``cliff``: distance from 10% to 90% of the fall, in gaps between adjacent levels.
    tilt
        ``cliff`` and ``gradual``: gaps by which one step along each other ordered axis moves the
        curve towards the easy end (a diagonal frontier).
    spread
        ``chaos``: standard deviation of the cells' accuracies (a beta distribution).
    truncated
        ``truncation``: cut-off share at the hardest level.
    costs
        ``(axis, share)``: share of the excess accuracy that is lost at the last level of another
        axis, for instance a confounder; growing evenly from 0 at its first level.
    thinking
        Lengths of the traces and the cap.
    style
        ``kinds`` and its variants: number of the model, which has openings and connectives that
        it prefers.

    Examples
    --------
    >>> reference("cliff").high, reference("cliff").low
    (0.95, 0.05)
    """

    kind: Kind
    high: float = 0.95
    low: float = 0.05
    axis: str = ""
    break_after: int | None = None
    width: float = 0.25
    tilt: float = 0.0
    spread: float = 0.35
    truncated: float = 0.9
    costs: tuple[tuple[str, float], ...] = ()
    fragmented_odds: float = 1.0
    thinking: Thinking = field(default_factory=Thinking)
    style: int = 0

    def __post_init__(self) -> None:
        """Refuse what no model can do."""
        if self.kind not in KINDS:
            raise UsageError(f"no mechanism {self.kind!r}", remedy=f"use one of {', '.join(KINDS)}")
        for name in ("high", "low", "truncated"):
            _within(name, getattr(self, name), 0, 1)
        _within("width", self.width, 0.01, 1000)
        _within("tilt", self.tilt, -100, 100)
        _within("fragmented_odds", self.fragmented_odds, 0.001, 1000)
        if self.fragmented_odds != 1 and self.thinking.wrong_ends is not None:
            raise UsageError(
                "fragmented_odds and wrong_ends both say which ends go wrong",
                remedy="give one of them",
            )
        if self.break_after is not None:
            _within("break_after", self.break_after, 1, 10_000)
        for axis, share in self.costs:
            _within(f"the cost of {axis}", share, 0, 1)
        limit = math.sqrt(self.high * (1 - self.high))
        if self.kind == "chaos" and not 0 < self.spread < limit:
            raise UsageError(
                f"cells of mean {self.high:g} cannot have a standard deviation of {self.spread:g}",
                remedy=f"give a spread above 0 and below {limit:.3g}",
            )


# Some are cut off, some loop, some say nothing: most of the failures are neither.
_VARIED: Final = Thinking(easy=500.0, hard=2000.0, loops=0.04, cap=4096)
_SPACES: Final = (("prob_dewhitespace", 0.25 / 0.8),)
REFERENCES: Final[dict[str, Mechanism]] = {
    "healthy": Mechanism("healthy", high=0.97),
    "cliff": Mechanism("cliff", high=0.95, low=0.05),
    "gradual": Mechanism("gradual", high=0.95, low=0.30),
    "truncation": Mechanism(
        "truncation", high=0.95, truncated=0.9, thinking=Thinking(spread=0.5, cap=4096)
    ),
    "chaos": Mechanism("chaos", high=0.5, spread=0.35),
    "uniform": Mechanism("uniform", high=0.5),
    # Fixed before the lenses for traces were tuned: their power is stated at these effects.
    "underthink": Mechanism("underthink", high=0.6, thinking=Thinking(wrong_ratio=0.55)),
    "overthink": Mechanism("overthink", high=0.6, thinking=Thinking(wrong_ratio=1.8, circles=0.8)),
    "loops": Mechanism("loops", high=0.6, thinking=Thinking(wrong_ratio=1.6, loops=0.4)),
    "early": Mechanism("early", high=0.6, thinking=Thinking(wrong_ends=WrongEnds("early", 3.0))),
    "delayed": Mechanism(
        "delayed", high=0.6, thinking=Thinking(wrong_ends=WrongEnds("delayed", 3.0))
    ),
    "threshold": Mechanism(
        "threshold", high=0.6, thinking=Thinking(wrong_ends=WrongEnds("beyond", 4.0, 900.0))
    ),
    # Fixed before the lens for prompts was tuned. Along the first axis accuracy has a mean of .8,
    # of which the cost takes .25.
    "collapse": Mechanism("collapse", high=0.9, low=0.7, costs=_SPACES),
    "collapse-harmless": Mechanism("collapse-harmless", high=0.9, low=0.7),
    "collapse-kept": Mechanism("collapse-kept", high=0.9, low=0.7, costs=_SPACES),
    "bandgain": Mechanism("bandgain", high=0.95, low=0.30),
    "bandgain-even": Mechanism("bandgain-even", high=0.95, low=0.30),
    "artifact": Mechanism("artifact", high=0.6, fragmented_odds=4.0),
    "artifact-chance": Mechanism("artifact-chance", high=0.6),
    **{kind: Mechanism(kind, high=0.9, low=0.3, thinking=_VARIED) for kind in TEXT_KINDS},
}


def reference(kind: str) -> Mechanism:
    """Return the mechanism of that name with its reference effects.

    Parameters
    ----------
    kind
        One of ``KINDS``.

    Returns
    -------
    Mechanism
        Frozen; ``dataclasses.replace`` changes single effects.

    Raises
    ------
    UsageError
        No mechanism has that name; the message lists those there are.

    Examples
    --------
    >>> reference("uniform").high
    0.5
    """
    if kind not in REFERENCES:
        from difflib import get_close_matches

        raise UsageError(
            f"no mechanism {kind!r}",
            remedy=f"use one of {', '.join(KINDS)}",
            did_you_mean=get_close_matches(kind, KINDS),
        )
    return REFERENCES[kind]
