"""Our estimators on one slice of samples, under the names that second.R gives its own.

`run_r` calls R on a slice, `ours` this package, `differences` sets them side by side. What R says
of the slice that `made_up` makes by arithmetic is beside this file (second.txt):

    python -m tests.reference.second made-up.csv && Rscript tests/reference/second.R made-up.csv
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.aalen_johansen import aalen_johansen
from reasonscape.stats.additive import fit_additive
from reasonscape.stats.budget import budget_curve
from reasonscape.stats.clustered_mean_time import clustered_mean_time
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.clusters import anova_rho
from reasonscape.stats.cox import hazard_ratio
from reasonscape.stats.curves import fit_curve
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.gray import gray_test
from reasonscape.stats.kaplan_meier import kaplan_meier
from reasonscape.stats.log_rank import log_rank
from reasonscape.stats.multiplicity import benjamini_hochberg, holm
from reasonscape.stats.mutual_information import information
from reasonscape.stats.nelson_aalen import nelson_aalen
from reasonscape.stats.odds_ratio import odds_ratio
from reasonscape.stats.partition_agreement import adjusted_rand
from reasonscape.stats.poisson_interval import poisson_bounds
from reasonscape.stats.proportions import exact_upper_bound, wilson_interval
from reasonscape.stats.ranks import van_elteren
from reasonscape.stats.repeated_difference import repeated_difference
from reasonscape.stats.restricted_mean import restricted_mean, restricted_time_lost
from reasonscape.stats.segments import Segments
from reasonscape.stats.series_power import series_power
from reasonscape.stats.shift import stratified_shift
from reasonscape.stats.sign_flip import sign_flip_test
from reasonscape.stats.unpaired_difference import unpaired_difference
from reasonscape.stats.within_strata import adjusted_difference, mean_difference

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = dict[str, Floats]
SCRIPT = Path(__file__).with_name("second.R")
STORED = Path(__file__).with_name("second.txt")


@dataclass(frozen=True)
class Slice:
    """Samples of one task under one or two evals; arrays of one entry a sample.

    ``cause``: 0 cut off, 1 right, 2 wrong; ``right`` is what was graded. An item lies in one cell.
    """

    eval: Ints
    item: Ints
    cell: Ints
    level: Ints
    other: Ints
    right: Ints
    cause: Ints
    time: Ints

    def of(self, keep: NDArray[np.bool_]) -> Slice:
        """Some of the samples."""
        return Slice(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})

    def write(self, path: Path) -> None:
        """As the table that R reads."""
        names = [f.name for f in fields(self)]
        table = np.stack([getattr(self, name) for name in names], axis=1)
        np.savetxt(path, table, fmt="%d", delimiter=",", header=",".join(names), comments="")


def made_up() -> Slice:
    """Two evals on 60 items of 12 cells, three repeats each, by arithmetic, with ties."""
    i = np.arange(360, dtype=np.int64)
    item, side = i % 60, i // 180
    level, other = item % 6, item // 6 % 2
    mixed = (item * 7919 + (i // 60) * 104_729 + i * i * 31) % 97
    right = (mixed > 10 + 13 * level - 12 * side + item % 5 * 4).astype(np.int64)
    time = 20 + (i * 37 + i * i % 11 * 5) % 61 + 6 * level + 9 * (1 - right) * (item % 3)
    cut = time > 95 + side * 10
    return Slice(
        side, item, level * 2 + other, level, other, np.where(cut, 0, right),
        np.where(cut, 0, np.where(right == 1, 1, 2)), np.minimum(time, 95 + side * 10),
    )  # fmt: skip


def run_r(part: Slice, folder: Path) -> Values:
    """What R says of a slice."""
    table = folder / "samples.csv"
    part.write(table)
    done = subprocess.run(
        ["Rscript", str(SCRIPT), str(table)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return parsed(done.stdout)


def parsed(text: str) -> Values:
    """Name -> numbers of each line that R printed."""
    words = [line.split() for line in text.splitlines() if line.strip()]
    return {
        name: np.array([math.nan if w == "NA" else float(w) for w in rest]) for name, *rest in words
    }


def differences(ours_: Values, theirs: Values) -> dict[str, float]:
    """Largest difference of each estimator that both have, relative where numbers are above 1.

    Where R has no number (NA, as bounds of a share of 0 or 1 on a log scale) nothing is compared.
    """
    found = {}
    for name in sorted(ours_.keys() & theirs.keys()):
        a, b = ours_[name], theirs[name]
        if a.shape != b.shape:
            raise ValueError(f"{name}: {a.shape} numbers against {b.shape}")
        same = (a == b) | np.isnan(b)
        with np.errstate(invalid="ignore"):
            apart = np.nan_to_num(np.abs(a - b) / np.maximum(1.0, np.abs(b)), nan=np.inf)
        found[name] = float(np.where(same, 0.0, apart).max(initial=0.0))
    return found


def ours(part: Slice) -> Values:
    """Every estimator of this package that second.R has."""
    first = part.of(part.eval == 0)
    found: dict[str, Any] = {}
    for step in (_shares, _times, _contrasts, _tables):
        found.update(step(first))
    if (part.eval == 1).any():
        found.update(_two(part))
        found.update(_paired(part))
    return {
        name: np.atleast_1d(np.asarray(v, dtype=np.float64)).ravel() for name, v in found.items()
    }


def _counts(part: Slice) -> tuple[Floats, Floats]:
    """Right and all samples of each level that occurs."""
    levels, place = np.unique(part.level, return_inverse=True)
    k = np.bincount(place, part.right, len(levels)).astype(np.float64)
    return k, np.bincount(place, minlength=len(levels)).astype(np.float64)


def _shares(a: Slice) -> Iterator[tuple[str, Any]]:
    k, n = _counts(a)
    yield "wilson", np.stack(wilson_interval(k, n), axis=1)
    yield "clopper_pearson_upper", exact_upper_bound(k, n, 0.025)
    item = np.unique(a.item, return_inverse=True)[1]
    m, hits = np.bincount(item), np.bincount(item, a.right)
    owner = np.zeros(len(m), dtype=np.int64)
    owner[item] = np.unique(a.cell, return_inverse=True)[1]
    sums = [np.bincount(owner, w) for w in (np.ones(len(m)), m, hits, m**2, hits**2 / m)]
    if len(m) < len(a.item):
        yield "intraclass_correlation", anova_rho(*sums)
        if (hits > 0).sum() >= 10:
            share = clustered_share(a.right, a.cell, a.item)
            yield "clustered_share", [share.value, share.low, share.high]
    coords = np.unique(np.stack([a.other, a.level], axis=1), axis=0)
    where = [(a.other == o) & (a.level == v) for o, v in coords]
    right = [int(a.right[here].sum()) for here in where]
    sizes = [int(a.other.max()) + 1, int(a.level.max()) + 1]
    yield "additive_fit", fit_additive(right, [int(h.sum()) for h in where], coords, sizes).fitted


def _times(a: Slice) -> Iterator[tuple[str, Any]]:
    table = event_table(a.time, a.cause)
    when = np.quantile(a.time[a.cause > 0], [0.25, 0.5, 0.75], method="inverted_cdf")
    km = kaplan_meier(table).at(when)
    yield "kaplan_meier", [*km.survival, *np.sqrt(km.variance), *km.low, *km.high]
    na, aj = nelson_aalen(table).at(when), aalen_johansen(table).at(when)
    for c in (0, 1):
        yield f"nelson_aalen.{c + 1}", [*na.hazard[:, c], *np.sqrt(na.variance[:, c])]
        ends = [*aj.incidence[:, c], *np.sqrt(aj.variance[:, c]), *aj.low[:, c], *aj.high[:, c]]
        yield f"aalen_johansen.{c + 1}", ends
    yield "cuminc", aj.incidence.T
    tau = float(when[2])
    mean = restricted_mean(table, tau)
    yield "restricted_mean", [mean.value, math.sqrt(mean.variance)]
    of_items = clustered_mean_time(a.time, a.cause > 0, a.item, tau)
    yield "clustered_mean_time", math.sqrt(of_items.variance)
    lost = [restricted_time_lost(table, cause, tau) for cause in (1, 2)]
    yield "restricted_time_lost", [*(x.value for x in lost), *(math.sqrt(x.variance) for x in lost)]
    budgets = [budget_curve(a.time, a.cause, a.item, t, steps=1, finer=1) for t in when]
    shares = [float(b.accuracy[-1]) for b in budgets]
    limits = [float(v) for b in budgets for v in (b.low[-1], b.high[-1])]
    yield "budget", [*shares, *limits]


def _contrasts(a: Slice) -> Iterator[tuple[str, Any]]:
    e = a.of(a.cause > 0)
    wrong = e.cause == 2
    both = np.isin(e.cell, np.intersect1d(e.cell[wrong], e.cell[~wrong]))
    e, wrong = e.of(both), wrong[both]
    if not len(wrong):
        return
    x = np.log(e.time)
    ranks = van_elteren(x, wrong, e.cell, e.item)
    yield "van_elteren", [ranks.superiority, ranks.z, ranks.p]
    cells = np.array(sorted(np.unique(e.cell).tolist(), key=str))
    here = e.cell == cells[np.argmax([(e.cell == c).sum() for c in cells])]
    one = np.zeros(int(here.sum()), dtype=np.int64)
    yield "hodges_lehmann", stratified_shift(x[here], wrong[here], one, e.item[here]).value
    shift = stratified_shift(x, wrong, e.cell, e.item)
    yield "shift_interval", [shift.low, shift.high]
    late = e.time > np.median(e.time)
    odds = odds_ratio(late, ~late, wrong, e.item, e.cell)
    yield "mantel_haenszel", odds.ratio
    yield "clustered_odds", [odds.ratio, odds.low, odds.high]
    mean = mean_difference(e.time, wrong, e.cell, e.item)
    yield "mean_difference", [mean.value, mean.low, mean.high]
    adjusted = adjusted_difference(e.time, wrong, e.level + e.item % 7, e.cell, e.item)
    yield "adjusted_difference", [adjusted.value, adjusted.low, adjusted.high]


def _two(part: Slice) -> Iterator[tuple[str, Any]]:
    shared = np.intersect1d(part.cell[part.eval == 0], part.cell[part.eval == 1])
    if not len(shared):
        return
    strata = [[_table(part, cell, side) for side in (0, 1)] for cell in shared]
    for cause in (1, 2):
        rank, gray = log_rank(strata, cause), gray_test(strata, cause)
        ratio = hazard_ratio(strata, cause)
        yield f"log_rank.{cause}", [rank.statistic, rank.p]
        yield f"gray.{cause}", [gray.statistic, gray.p]
        yield f"cox.{cause}", [ratio.log_ratio, ratio.error]
    right = [part.right[part.eval == side] for side in (0, 1)]
    (a, n), (b, m) = ((float(r.mean()), len(r)) for r in right)
    apart = unpaired_difference(a, n, b, m)
    yield "unpaired_difference", [apart.low, apart.high, apart.p]


def _table(part: Slice, cell: int, side: int) -> EventTable:
    here = (part.cell == cell) & (part.eval == side)
    return event_table(part.time[here], part.cause[here])


def _paired(part: Slice) -> Iterator[tuple[str, Any]]:
    items = np.intersect1d(part.item[part.eval == 0], part.item[part.eval == 1])
    if not len(items):
        return
    sides = []
    for side in (0, 1):
        here = (part.eval == side) & np.isin(part.item, items)
        place = np.searchsorted(items, part.item[here])
        sides.append(np.bincount(place, part.right[here]) / np.bincount(place))
    d = np.asarray(sides[0] - sides[1])
    if len(np.unique(np.abs(d[d != 0.0]).round(9))) == 1:
        yield "sign_flip", sign_flip_test(d, None)
    found = repeated_difference([len(d)], [(d != 0.0).sum()], [d.sum()], [(d * d).sum()])
    yield "paired_difference", [found.difference[0], found.low[0], found.high[0]]


def _tables(a: Slice) -> Iterator[tuple[str, Any]]:
    k, n = _counts(a)
    yield "difficulty_curve", fit_curve(k, n, range(len(k)), direction="up").likelihood_ratio
    levels = np.unique(a.level, return_inverse=True)[1]
    table = np.zeros((int(levels.max()) + 1, 2), dtype=np.int64)
    np.add.at(table, (levels, a.right), 1)
    found = information(table[:, table.sum(axis=0) > 0])
    entropies = [found.entropy_a, found.entropy_b]
    yield "information", [found.mi, *entropies, found.expected, found.ami]
    yield "adjusted_rand", adjusted_rand(levels, a.right)
    from scipy.special import bdtr

    tail = bdtr(k, n.astype(np.int64), k.sum() / n.sum())
    yield "adjusted_p", [*benjamini_hochberg(tail), *holm(tail)]
    whole = Segments(np.array([0]), np.array([64]), np.array([0]))
    if len(a.time) >= 64:
        yield "spectrum", series_power(a.time[:64] / a.time.max(), whole, 64)
    low, high = poisson_bounds([float((a.cause == 2).sum())])
    spent = float(a.time.sum()) / 1000.0
    yield "poisson_rate", [low[0] / spent, high[0] / spent]


def explained() -> Mapping[str, tuple[float, str]]:
    """Estimators that are not held to 1e-8: what they are held to, and why."""
    step = "a search for a step of the statistic, which ends at 2e-6"
    return {
        "shift_interval": (4e-6, step),
        "hodges_lehmann": (4e-6, step),
        "difficulty_curve": (0.02, "the climb ends when a step promises 0.01 of log-likelihood"),
        "additive_fit": (
            1e-5,
            "Newton's method ends at 1e-4 of log-likelihood, and a ridge of 1e-8",
        ),
    }


if __name__ == "__main__":
    made_up().write(Path(sys.argv[1]))
