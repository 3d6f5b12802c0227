"""Operating characteristics of phrases: run ``python benchmarks/phrase_rules.py [--full]``.

Prints how often any of many phrases is said to mark wrong ends where none does, by items and by
Fisher's test on texts; what length does and what comparing at equal length takes away; how often a
planted phrase is found; how far effects are off on the half that chose them and on the other; and
coverage of the intervals. ``--speed`` prints time and memory at 20,000 texts instead. Each row is a
simulation of ``--repeats`` worlds; the standard error of a rate near .05 at 200 is .015.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.stats import hypergeom

from reasonscape.stats.held_out_phrases import held_out_phrases
from reasonscape.stats.length_strata import length_strata
from reasonscape.stats.multiplicity import benjamini_hochberg
from reasonscape.stats.phrase_odds import PhraseOdds, phrase_odds
from reasonscape.text.phrases import phrases

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Row = Sequence[object]


@dataclass(frozen=True)
class World:
    """Answers to items, right or wrong, with phrases.

    ``alike`` is how much repeats of an item resemble each other, 0 to 1: in their phrases, and in
    how they end. ``cells`` strata of difficulty. Longer texts have more phrases by ``by_length``,
    and end wrong more often by ``wrong_by_length``. The first phrase is in the shares ``planted``
    of wrong and of right ends.
    """

    items: int
    repeats: int = 1
    m: int = 2_000
    cells: int = 5
    alike: float = 0.0
    by_length: float = 0.0
    wrong_by_length: float = 0.0
    planted: tuple[float, float] | None = None


@dataclass(frozen=True)
class Sample:
    """A world drawn."""

    presence: csr_matrix
    wrong: Bools
    stratum: Ints
    item: Ints
    length: Floats


def drawn(world: World, seed: int) -> Sample:
    """Draw a world."""
    rng = np.random.default_rng(seed)
    n = world.items * world.repeats
    item = np.repeat(np.arange(world.items), world.repeats)
    stratum = item % world.cells
    length = rng.standard_normal(n)
    # Repeats of an item are copies of one another with the chance that makes them this alike.
    copied = rng.random((n, 2)) < np.sqrt(world.alike)
    odds = (stratum - (world.cells - 1) / 2) * 0.5 + world.wrong_by_length * length
    level = 1.0 / (1.0 + np.exp(-odds))
    ends = np.where(copied[:, 0], rng.random(world.items)[item], rng.random(n))
    wrong = ends < level
    presence = _presence(rng, world, item, copied[:, 1], length)
    if world.planted is not None:
        has = rng.random(n) < np.where(wrong, *world.planted)
        presence[:, 0] = has
    return Sample(csr_matrix(presence), wrong, stratum, item, length)


def _presence(
    rng: np.random.Generator, world: World, item: Ints, copied: Bools, length: Floats
) -> npt.NDArray[np.uint8]:
    """Phrases in 1% to 30% of texts."""
    share = np.exp(rng.uniform(np.log(0.01), np.log(0.3), world.m))
    own = rng.random((len(item), world.m), dtype=np.float32)
    of_item = rng.random((world.items, world.m), dtype=np.float32)[item]
    score = np.where(copied[:, None], of_item, own)
    reach = share * np.exp(world.by_length * (length[:, None] - world.by_length / 2))
    has: npt.NDArray[np.uint8] = (score < np.minimum(reach, 0.95)).astype(np.uint8)
    return has


def odds_of(sample: Sample, parts: int = 1) -> PhraseOdds:
    """Odds of the phrases, in strata cut into parts by length."""
    stratum = length_strata(sample.stratum, sample.length, parts=parts)
    return phrase_odds(sample.presence, sample.wrong, stratum, sample.item)


def fisher(sample: Sample) -> Floats:
    """Fisher's p over all texts (twice the smaller tail), as if each were an item of its own."""
    with_it = np.asarray(sample.presence.sum(axis=0), dtype=np.int64).reshape(-1)
    wrong = np.asarray(sample.presence[sample.wrong].sum(axis=0), dtype=np.int64).reshape(-1)
    n, bad = len(sample.wrong), int(sample.wrong.sum())
    low = hypergeom.cdf(wrong, n, bad, with_it)
    high = hypergeom.sf(wrong - 1, n, bad, with_it)
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(low, high)), dtype=np.float64)


def claims(p: Floats) -> tuple[float, float]:
    """Whether any phrase is claimed at q < 0.05, and how many are."""
    count = float((benjamini_hochberg(p) < 0.05).sum())
    return float(count > 0), count


def null_row(world: World, repeats: int) -> Row:
    """False alarms of a world in which phrases and ends have nothing to do with each other."""
    found = []
    for seed in range(repeats):
        sample = drawn(world, seed)
        held = held_out_phrases(
            sample.presence, sample.wrong, sample.stratum, sample.item, seed, chosen=20
        )
        odds = odds_of(sample)
        told = float(((held.q < 0.05) & np.isfinite(held.odds.p)).any())
        found.append(
            (*claims(odds.p), *claims(fisher(sample)), told, float(np.mean(odds.p < 0.05)))
        )
    mean = np.mean(found, axis=0)
    return (world.items, world.repeats, world.alike, *(f"{one:.3f}" for one in mean))


def length_row(world: World, repeats: int) -> Row:
    """Phrases claimed where length alone makes both phrases and wrong ends."""
    found = []
    for seed in range(repeats):
        sample = drawn(world, seed)
        numbers: list[float] = []
        for parts in (1, 3, 10):
            odds = odds_of(sample, parts)
            sure = benjamini_hochberg(odds.p) < 0.05
            beyond = (odds.ratio >= 1.5) | (odds.ratio <= 1 / 1.5)
            numbers += [float(sure.sum()), float((sure & beyond).sum())]
            numbers.append(float(np.nanmedian(odds.ratio)))
        found.append(numbers)
    mean = np.mean(found, axis=0)
    return (world.items, world.by_length, world.wrong_by_length, *(f"{one:.2f}" for one in mean))


def power_row(world: World, repeats: int) -> Row:
    """How often a planted phrase is found, and how large it seems where it is."""
    assert world.planted is not None
    wrong, right = world.planted
    truth = wrong / (1 - wrong) / (right / (1 - right))
    hits, held_hits, first, second, inside = [], [], [], [], []
    for seed in range(repeats):
        sample = drawn(world, seed)
        odds = odds_of(sample)
        hits.append(bool(benjamini_hochberg(odds.p)[0] < 0.05))
        held = held_out_phrases(
            sample.presence, sample.wrong, sample.stratum, sample.item, seed, chosen=20
        )
        at = np.flatnonzero(held.phrase == 0)
        held_hits.append(bool(len(at) and held.q[at[0]] < 0.05))
        if len(at):
            first.append(np.log(held.first.ratio[at[0]]))
            second.append(np.log(held.odds.ratio[at[0]]))
            inside.append(bool(held.odds.low[at[0]] <= truth <= held.odds.high[at[0]]))
    seen = [np.exp(np.median(one)) if one else np.nan for one in (first, second)]
    rates = [f"{np.mean(one):.2f}" if one else "-" for one in (hits, held_hits, inside)]
    return (
        world.items * world.repeats,
        world.repeats,
        f"{wrong:.2f}/{right:.2f}",
        *rates,
        f"{truth:.2f}",
        *(f"{one:.2f}" for one in seen),
    )


def coverage_row(world: World, repeats: int) -> Row:
    """Coverage of 95% intervals of the odds ratio and of the difference; both are known."""
    assert world.planted is not None
    wrong, right = world.planted
    truth = wrong / (1 - wrong) / (right / (1 - right))
    inside = []
    for seed in range(repeats):
        sample = drawn(replace(world, m=1), seed)
        odds = odds_of(sample)
        gap = wrong - right
        inside.append(
            (
                odds.low[0] <= truth <= odds.high[0],
                odds.difference_low[0] <= gap <= odds.difference_high[0],
                odds.difference[0],
            )
        )
    mean = np.mean(inside, axis=0)
    shares = f"{wrong:.2f}/{right:.2f}"
    return (world.items, world.repeats, shares, *(f"{one:.3f}" for one in mean))


def told(title: str, head: Row, rows: Iterable[Row]) -> None:
    """Print a table."""
    print(f"\n{title}")
    print(" ".join(f"{name!s:>11}" for name in head))
    for row in rows:
        print(" ".join(f"{cell!s:>11}" for cell in row), flush=True)


def speed(texts: int, m: int) -> None:
    """Time and memory of phrases and of their odds."""
    rng = np.random.default_rng(0)
    made = [_text(rng) for _ in range(texts)]
    size = sum(map(len, made)) / 1e6
    begun = _now()
    found = phrases([made])
    print(
        f"phrases of {texts:,} texts, {size:.0f} MB: {_since(begun)}, {len(found.phrases):,} found"
    )
    share = np.exp(rng.uniform(np.log(0.005), np.log(0.2), m))
    row, col = [], []
    for t, count in enumerate((share * texts).astype(int).tolist()):
        row.append(rng.choice(texts, count, replace=False))
        col.append(np.full(count, t))
    rows, columns = np.concatenate(row), np.concatenate(col)
    presence = csr_matrix((np.ones(len(rows), np.uint8), (rows, columns)), shape=(texts, m))
    wrong, item = rng.random(texts) < 0.4, np.arange(texts) // 2
    begun = _now()
    phrase_odds(presence, wrong, item % 200, item)
    print(f"odds of {m:,} phrases, {presence.nnz / 1e6:.1f} million in texts: {_since(begun)}")
    begun = _now()
    held_out_phrases(presence, wrong, item % 200, item, 1)
    print(f"chosen on one half, measured on the other: {_since(begun)}")


def _text(rng: np.random.Generator) -> str:
    """About 4 KB: sentences of a common stock, and others of words of a long-tailed vocabulary."""
    out: list[str] = []
    while sum(map(len, out)) < 4_000:
        if rng.random() < 0.6:
            stock = np.random.default_rng(int(min(rng.zipf(1.2), 3_000)))
            words = stock.integers(0, 2_000, int(stock.integers(4, 14)))
        else:
            words = np.minimum(rng.zipf(1.2, 12), 50_000)
        spelt = " ".join(_word(one) for one in words.tolist())
        out.append(f"{spelt} {rng.integers(0, 999)}. ")
    return "".join(out)


def _word(number: int) -> str:
    return "w" + "".join(chr(97 + number // 26**k % 26) for k in range(4))


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(begun: tuple[float, float]) -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    wall, cpu = (now - then for now, then in zip(_now(), begun, strict=True))
    return f"{wall:.1f} s ({cpu:.1f} s of processor), peak of the process {peak:.2f} GB"


def tables(repeats: int, full: bool) -> None:
    """All tables of rules."""
    sizes = (250, 1_000) if full else (250,)
    nulls = [
        World(items, each, alike=alike)
        for items in sizes
        for each, alike in ((1, 0.0), (4, 0.0), (4, 0.5), (8, 0.8))
    ]
    head: Row = (
        "items",
        "repeats",
        "alike",
        "any q<.05",
        "how many",
        "Fisher",
        "how many",
        "held out",
    )
    told(
        "Nothing planted: claims among 2,000 phrases by items, by Fisher's test, held out",
        (*head, "p<.05"),
        map(partial(null_row, repeats=repeats), nulls),
    )
    lengths = [
        World(items, cells=5, m=500, by_length=much, wrong_by_length=also)
        for items in (500, 2_000)
        for much, also in ((0.5, 0.0), (0.5, 1.0), (0.5, 2.0))
    ]
    head = ("items", "phrases by", "wrong by", "plain", "and > 1.5", "odds")
    told(
        "Length alone: claims among 500 phrases; plain, in thirds and in tenths of length in cells",
        (*head, "thirds", "and > 1.5", "odds", "tenths", "and > 1.5", "odds"),
        map(partial(length_row, repeats=max(repeats // 2, 1)), lengths),
    )
    plants = [
        World(n // each, each, planted=shares)
        for n in (500, 2_000)
        for each in (1, 4)
        for shares in ((0.2, 0.05), (0.1, 0.05))
    ]
    head = ("texts", "repeats", "shares", "found", "held out", "covers", "truth", "chosen on")
    told(
        "One phrase planted among 2,000: found at q<.05; odds on the half that chose and the other",
        (*head, "other half"),
        map(partial(power_row, repeats=max(repeats // 2, 1)), plants),
    )
    covers = [
        World(items, each, planted=shares, alike=0.5 if each > 1 else 0.0)
        for items in (40, 200)
        for each in (1, 4)
        for shares in ((0.2, 0.05), (0.3, 0.3), (0.7, 0.4))
    ]
    told(
        "Coverage of 95% intervals",
        ("items", "repeats", "shares", "odds", "difference", "mean"),
        map(partial(coverage_row, repeats=5 * repeats), covers),
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--full", action="store_true", help="more worlds, 200 of each")
    parser.add_argument("--speed", action="store_true", help="time and memory only")
    asked = parser.parse_args()
    if asked.speed:
        speed(20_000, 20_000)
        return
    tables(200 if asked.full else asked.repeats, asked.full)


if __name__ == "__main__":
    main()
