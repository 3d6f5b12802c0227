"""Operating characteristics of the difficulty curve: run ``python benchmarks/curve_rules.py``.

Prints false cliffs on smooth slopes, power on cliffs, the calibration of p, the coverage of the
intervals of fall and place, and the time of a fit (process time, best of repeats). Each row is a
simulation of ``--repeats`` tables; the standard error of a rate near .05 at 200 is .015.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from reasonscape.stats.curves import DifficultyCurve, fit_curve

Floats = npt.NDArray[np.float64]
Truth = tuple[str, npt.NDArray[np.floating], float | None]
LOGITS = 2 * float(np.log(9))


def step(x: Floats, place: float | Floats, width: float, top: float = 0.95) -> Floats:
    """Accuracy from ``top`` to .05 around ``place``, ``width`` gaps from 90% to 10%."""
    latent = LOGITS / width * (place - x)
    return np.asarray(0.05 + (top - 0.05) / (1 + np.exp(-np.clip(latent, -40, 40))))


def logistic(latent: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-latent)))


def simulate(
    p: npt.NDArray[np.floating], n: int, repeats: int, rng: np.random.Generator
) -> tuple[list[DifficultyCurve], float]:
    """Fit tables drawn from ``p``, shape (levels,) or (levels, others); return the true fall."""
    table = p.reshape(p.shape[0], -1)
    level, other = (part.ravel() for part in np.indices(table.shape))
    coords = other[:, None] if table.shape[1] > 1 else None
    asked = np.full(table.size, n)
    curves = [
        fit_curve(rng.binomial(n, table.ravel()), asked, level, None, coords)
        for _ in range(repeats)
    ]
    return curves, max(float((table[0] - table[-1]).mean()), 0.0)


def share(curves: Sequence[DifficultyCurve], test: Callable[[DifficultyCurve], bool]) -> float:
    return float(np.mean([test(curve) for curve in curves]))


def print_null(repeats: int, rng: np.random.Generator) -> None:
    print("\nno dependence: P(p < .05), P(p < .01) by true accuracy (target at most .05)")
    accuracies = (0.05, 0.3, 0.5, 0.8, 0.97)
    print("levels  n " + "".join(f"{p:>14.2f}" for p in accuracies))
    for levels in (3, 4, 6, 10):
        for n in (5, 15, 60):
            cells = []
            for p in accuracies:
                curves, _ = simulate(np.full(levels, p), n, repeats, rng)
                rates = [share(curves, lambda c, a=a: c.p < a) for a in (0.05, 0.01)]  # type: ignore[misc]
                cells.append(f"   {rates[0]:.3f} {rates[1]:.3f}")
            print(f"{levels:6d} {n:3d}" + "".join(cells))


def print_truth(
    name: str,
    p: npt.NDArray[np.floating],
    place: float | None,
    sizes: Sequence[int],
    repeats: int,
    seed: int,
) -> None:
    """Print one line per n: shapes, p < .05, coverage of fall and place."""
    for n in sizes:
        curves, fall = simulate(p, n, repeats, np.random.default_rng(seed))
        above = float(np.mean([c.fall_low > fall for c in curves]))
        covered = float(np.mean([c.fall_high >= fall for c in curves])) - above
        bias = float(np.mean([c.fall for c in curves])) - fall
        line = (
            f"{name:28s} {n:4d} {fall:6.2f} {share(curves, lambda c: c.shape == 'cliff'):7.3f}"
            f" {share(curves, lambda c: c.shape == 'gradual'):8.3f}"
            f" {share(curves, lambda c: c.p < 0.05):7.3f} {covered:8.3f} {above:7.3f} {bias:7.3f}"
        )
        if place is not None:
            hits = share(curves, lambda c: c.place_low <= place <= c.place_high)
            length = float(np.nanmedian([c.place_high - c.place_low for c in curves]))
            line += f" {hits:7.3f} {length:6.2f}"
        print(line, flush=True)


def print_truths(repeats: int, seed: int) -> None:
    print("\n6 levels; 'above': the lower end exceeds the truth; place: coverage, median length")
    print(
        f"{'truth':28s} {'n':>4s} {'fall':>6s} {'cliff':>7s} {'gradual':>8s} {'p<.05':>7s}"
        f" {'fall cov':>8s} {'above':>7s} {'bias':>7s} {'place':>7s} {'len':>6s}"
    )
    x = np.arange(6.0)
    i, j = (part.astype(float) for part in np.indices((6, 6)))
    one, two = (6, 10, 20, 60), (5, 10, 30)
    alone: list[Truth] = [
        ("cliff .95-.05 between", step(x, 2.5, 0.4), 2.5),
        ("cliff .95-.05 near a level", step(x, 2.2, 0.4), 2.2),
        ("cliff .90-.50", 0.9 - 0.4 * (x > 2), 2.5),
        ("width 1 gap", step(x, 2.7, 1.0), 2.7),
        ("width 3 gaps", step(x, 2.7, 3.0), 2.7),
        ("straight .95-.05", 0.95 - 0.18 * x, None),
        ("straight .9-.5", 0.9 - 0.08 * x, None),
        ("drop .1", 0.9 - 0.1 * (x > 2), None),
        ("U shape", 0.3 + 0.6 * np.abs(x - 2.5) / 2.5, None),
        ("rise", 0.2 + 0.12 * x, None),
    ]
    crossed: list[Truth] = [
        ("6x6 nothing at all", np.full((6, 6), 0.6), None),
        ("6x6 only the other axis", logistic(1.5 - 0.7 * j), None),
        ("6x6 cliff, other idle", step(i, 2.4, 0.4), 2.4),
        ("6x6 diagonal frontier .8", step(i, 4.6 - 0.8 * j, 0.8), 2.6),
        ("6x6 diagonal frontier 3", step(i, 4.6 - 0.8 * j, 3.0), 2.6),
        ("6x6 additive logistic", logistic(2.5 - 0.8 * i - 0.5 * j), None),
        ("6x6 plane", 0.97 - 0.09 * i - 0.09 * j, None),
    ]
    for name, p, place in alone:
        print_truth(name, p, place, one, repeats, seed)
    for name, p, place in crossed:
        print_truth(name, p, place, two, repeats, seed)


def print_times(rng: np.random.Generator) -> None:
    print("\nmilliseconds a fit (process time): best and median of 40")
    for shape in ((6,), (6, 6), (8, 8), (6, 4, 3)):
        parts = np.indices(shape).reshape(len(shape), -1)
        n = np.full(parts.shape[1], 20)
        k = rng.binomial(n, logistic(2.5 - 0.9 * parts[0] - 0.4 * parts[1:].sum(axis=0)))
        taken = []
        for _ in range(40):
            before = time.process_time()
            fit_curve(k, n, parts[0], None, parts[1:].T)
            taken.append(1e3 * (time.process_time() - before))
        print(f"{'x'.join(map(str, shape)):8s} {min(taken):6.2f} {np.median(taken):6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print_times(np.random.default_rng(options.seed))
    print_truths(options.repeats, options.seed)
    print_null(options.repeats, np.random.default_rng(options.seed))


if __name__ == "__main__":
    main()
