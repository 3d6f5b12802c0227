"""Token series with and without a period, their relative spectra, and answers to the prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SEGMENT = 64
SYMBOLS = 4

Text = Literal["shuffled", "period", "red"]
Lengths = Literal["equal", "unequal", "growing", "shrinking"]
Instruction = Literal["none", "random", "periodic"]


@dataclass(frozen=True, slots=True)
class World:
    """What prompts along one axis look like."""

    text: Text = "period"
    lengths: Lengths = "unequal"
    instruction: Instruction = "none"
    drift: float = 0.0
    """Largest relative difference of a level's prominence from the usual one."""
    individual: float = 0.2
    """Standard deviation between prompts of the share of places that hold the delimiter."""
    levels: int = 6
    prompts: int = 30
    tokens: int = 200
    period: int = 5
    kept: float = 0.5
    collapse: bool = False
    fall: float = 0.25
    """By how much accuracy is lower on the harder levels; easier ones have 0.85."""
    growth: float = 4.0
    """How many times as long prompts of the last level are where lengths grow."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One data set: a row for each prompt, which is asked once."""

    relative: FloatArray
    level: IntArray
    tokens: IntArray
    half: BoolArray
    right: BoolArray
    other: IntArray
    """Level on another axis, which matters for accuracy as well."""


def series(rng: np.random.Generator, world: World) -> tuple[IntArray, IntArray, IntArray]:
    """Tokens of prompts padded with -1, their lengths, and their levels."""
    level = np.repeat(np.arange(world.levels), world.prompts)
    n, step = len(level), level / max(world.levels - 1, 1)
    grow = {"growing": world.growth**step, "shrinking": 0.5**step}.get(world.lengths, np.ones(n))
    spread = 1.0 if world.lengths == "equal" else np.exp(0.25 * rng.normal(size=n))
    size = np.maximum(world.tokens * grow * spread, 24).astype(np.int64)
    places = np.arange(int(size.max()))
    tokens = rng.integers(1, SYMBOLS, size=(n, len(places)))
    if world.text == "red":
        # A token is repeated with probability one half: power falls with frequency.
        fresh = rng.random(tokens.shape) < 0.5
        fresh[:, 0] = True
        last = np.maximum.accumulate(np.where(fresh, places, 0), axis=1)
        tokens = np.take_along_axis(tokens, last, axis=1)
    if world.text == "period":
        strength = np.sqrt(1.0 + world.drift * rng.uniform(-1.0, 1.0, world.levels))[level]
        kept = np.clip(world.kept * strength + world.individual * rng.normal(size=n), 0.0, 1.0)
        slot = (places + rng.integers(0, world.period, n)[:, None]) % world.period == 0
        tokens[slot & (rng.random(tokens.shape) < kept[:, None])] = 0
        tokens[rng.random(tokens.shape) < 0.05] = 0
    outside = places >= size[:, None]
    loose = np.full(n, world.text == "shuffled") | (world.collapse & (2 * level >= world.levels))
    order = np.argsort(np.where(outside, 2.0, rng.random(tokens.shape)), axis=1)
    tokens = np.where(loose[:, None], np.take_along_axis(tokens, order, axis=1), tokens)
    tokens[outside] = -1
    if world.instruction != "none":
        text = rng.integers(0, SYMBOLS, 60)
        if world.instruction == "periodic":
            text[::4] = 0
        tokens = np.hstack([np.tile(text[:40], (n, 1)), tokens, np.full((n, 20), -1)])
        size = size + 60
        tokens[np.arange(n)[:, None], size[:, None] - 20 + np.arange(20)] = text[40:]
    return tokens, size, level


def relative_spectra(tokens: IntArray, size: IntArray, length: int = SEGMENT) -> FloatArray:
    """Symbolic power of Welch segments over what shuffling each segment gives, shape (n, K)."""
    n = len(tokens)
    count = np.where(size > length, np.ceil((size - length) / (length / 2)).astype(int) + 1, 1)
    owner = np.repeat(np.arange(n), count)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    room = np.maximum(size - length, 0)[owner]
    start = np.rint(number * room / np.maximum(count[owner] - 1, 1)).astype(int)
    if tokens.shape[1] < length:
        tokens = np.pad(tokens, ((0, 0), (0, length - tokens.shape[1])), constant_values=-1)
    cut = tokens[owner[:, None], start[:, None] + np.arange(length)]
    own = np.minimum(size, length)[owner]
    at = np.arange(length)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * at / own[:, None])
    window[at >= own[:, None]] = 0.0
    seen = cut >= 0
    power, spread = np.zeros((len(owner), length // 2)), np.zeros(len(owner))
    for symbol in range(SYMBOLS):
        here = cut == symbol
        share = here.sum(axis=1) / own
        signal = (here - share[:, None]) * seen * window
        power += np.abs(np.fft.rfft(signal, axis=1)[:, 1:]) ** 2
        spread += share * (1.0 - share)
    ends = np.abs(np.fft.rfft(window, axis=1)[:, 1:]) ** 2
    usual = (window**2).sum(axis=1)[:, None] - ends / own[:, None]
    expected = (spread * own / np.maximum(own - 1, 1))[:, None] * usual
    begins = np.cumsum(count) - count
    return np.asarray(np.add.reduceat(power, begins) / np.add.reduceat(expected, begins))


def drawn(rng: np.random.Generator, world: World) -> Drawn:
    """One data set."""
    tokens, size, level = series(rng, world)
    n = len(level)
    other = rng.integers(0, 3, n)
    hard = 2 * level >= world.levels
    accuracy = 0.85 - world.fall * hard - 0.05 * (other - 1)
    half = np.zeros(n, dtype=bool)
    half[1::2] = True
    right = rng.random(n) < accuracy
    return Drawn(relative_spectra(tokens, size), level, size, half, right, other)
