"""What real logs have besides a cause: heavy tails, failures of other kinds, missing fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from reasonscape.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.planted.draws import Draws

    Floats = NDArray[np.float64]

Reasoning = Literal["kept", "visible", "missing"]
OtherKind = Literal["loops", "cut", "short", "long"]
OTHER_KINDS: tuple[OtherKind, ...] = get_args(OtherKind)
SHORT = 0.35
LONG = 2.0


@dataclass(frozen=True, slots=True)
class Nuisance:
    """What is mixed into the completions of every eval of a plan.

    Attributes
    ----------
    tail
        Share of the completions whose length is multiplied by e to an exponential number of mean
        ``tail_size``: a heavy tail, whatever the outcome.
    tail_size
        Mean of that exponent.
    freedom
        Logarithms of lengths have the tails of Student's t with that many degrees of freedom,
        beside the other tail; 0 for none.
    contamination
        Share of the failures that fail in another way than the mechanism's, in equal parts: they
        loop, are cut off at the cap, stop short, or go on in circles.
    others
        Those ways.
    long_right
        Share of the right completions that are twice as long.
    stumbling
        Share of the right completions that say one thing a few times over in their middle.
    reasoning
        ``kept``; ``visible`` (the log has no reasoning, the response shows it); ``missing`` (the
        log has neither, only answers).
    tokens
        Whether the log has token counts.
    stops
        Whether the log says why a completion ended.
    """

    tail: float = 0.0
    tail_size: float = 0.5
    freedom: float = 0.0
    contamination: float = 0.0
    others: tuple[OtherKind, ...] = OTHER_KINDS
    long_right: float = 0.0
    stumbling: float = 0.0
    reasoning: Reasoning = "kept"
    tokens: bool = True
    stops: bool = True

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        for name in ("tail", "contamination", "long_right", "stumbling"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(
                    f"{name} is {getattr(self, name):g}", remedy="give a share from 0 to 1"
                )
        if self.tail_size < 0 or self.freedom < 0:
            raise UsageError(
                f"tail_size is {self.tail_size:g} and freedom {self.freedom:g}",
                remedy="give 0 or more",
            )
        unknown = set(self.others) - set(OTHER_KINDS)
        if unknown or not self.others:
            raise UsageError(
                f"the other kinds of failure are {self.others!r}",
                remedy=f"give some of {', '.join(OTHER_KINDS)}",
            )


def heavy_tailed(
    nuisance: Nuisance, noise: Floats, spread: float, rng: np.random.Generator
) -> Floats:
    """Give normal numbers heavier tails.

    Parameters
    ----------
    nuisance
        Which tails.
    noise
        Standard normal numbers: logarithms of lengths less that of the median, over ``spread``.
    spread
        Standard deviation of those logarithms.
    rng
        All choices.

    Examples
    --------
    >>> heavy_tailed(Nuisance(), np.array([-1.0, 2.0]), 0.5, np.random.default_rng(0)).tolist()
    [-1.0, 2.0]
    """
    far = rng.random(noise.shape) < nuisance.tail
    added = np.where(far, rng.exponential(nuisance.tail_size, noise.shape), 0.0)
    if nuisance.freedom:
        squares = rng.chisquare(nuisance.freedom, noise.shape)
        noise = noise * np.sqrt(nuisance.freedom / np.maximum(squares, 1e-12))
    return noise + added / spread


def contaminated(
    draws: Draws, nuisance: Nuisance, cap: int, least: int, rng: np.random.Generator
) -> Draws:
    """Let a share of the failures fail in another way, and some right completions run long.

    Parameters
    ----------
    draws
        Completions of one (eval, task).
    nuisance
        How many, and how.
    cap, least
        Most and fewest tokens of a completion.
    rng
        All choices.

    Returns
    -------
    Draws
        The same accuracies but for right completions that a cut-off had hidden: one that stops
        short is wrong.
    """
    n = len(draws.correct)
    kind = rng.integers(len(nuisance.others), size=n)
    other = ~draws.correct & (rng.random(n) < nuisance.contamination)
    loops, cut, short, long = (
        other & (np.array(nuisance.others)[kind] == name) for name in OTHER_KINDS
    )
    stretched = long | (draws.correct & (rng.random(n) < nuisance.long_right))
    tokens = draws.tokens.astype(np.float64)
    tokens = np.where(short, SHORT * tokens, np.where(stretched, LONG * tokens, tokens))
    tokens = np.clip(np.ceil(tokens), least, cap - 1)
    truncated = (draws.truncated & ~short) | cut
    return replace(
        draws,
        right=draws.right & ~(short & draws.truncated),
        truncated=truncated,
        answered=(draws.answered | (short & draws.truncated)) & ~cut,
        looped=(draws.looped & ~other) | loops,
        circling=(draws.circling & ~other) | long,
        stumbling=draws.correct & (rng.random(n) < nuisance.stumbling),
        tokens=np.where(truncated, cap, tokens).astype(np.int32),
    )
