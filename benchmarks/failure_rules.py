"""Print how often the rules of the lenses `failures` and `traces` claim what is there and is not.

Pools are drawn without a disk and judged by the lenses themselves. Null: clusters that follow
nothing, or only the other of kind and model, in pools of many shapes; clusters of planted texts
with labels dealt again, kinds over items and models within them; traces whose outcomes are dealt
again. Power: the planted mechanisms at several sizes. Run:

    python benchmarks/failure_rules.py [--stores N] [--planted N] [--only PART ...]

N is 1,000 pools of numbers, and as many with labels or outcomes of planted texts dealt again; of
each planted mechanism and size there are `--planted` stores (20).
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.failure_worlds import World, dealt, drawn, planted
from reasonscape.findings.finding import Finding
from reasonscape.findings.later import Later
from reasonscape.findings.verdict import judge
from reasonscape.lenses.failures.alignments import following
from reasonscape.lenses.failures.claims import claims as failure_claims
from reasonscape.lenses.failures.following import follows, kind_over_model
from reasonscape.lenses.failures.measurement import measure
from reasonscape.lenses.failures.options import FailureOptions
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.traces.claims import claims as trace_claims
from reasonscape.lenses.traces.measurement import measure as measure_traces
from reasonscape.lenses.traces.options import TraceOptions
from reasonscape.lenses.traces.selection import TraceRows
from reasonscape.pooling.labels import Label
from reasonscape.pooling.pool import Pool
from reasonscape.pooling.selection import LeftOut, Vectors, whole_subject
from reasonscape.runs.lens_run import tests_of
from reasonscape.stats.kmeans import kmeans
from reasonscape.stats.maps import fit_map

IntArray = NDArray[np.int64]
FOLLOWING = ("clusters_follow_kind", "clusters_follow_model", "kind_over_model")
TELLING = ("telling_phrases", "risky_cluster")

SHAPES = {
    "plain": World(),
    "items alike": World(cohesion=0.9),
    "near-equal repeats": World(cohesion=0.1, pair=0.8, repeats=4),
    "the same, few items": World(items=22, cohesion=0.0, pair=0.9, repeats=6, k=4),
    "small": World(items=25, repeats=1),
    "one completion": World(items=200, repeats=1),
    "eight repeats": World(items=40, repeats=8),
    "many kinds": World(items=150, kinds=15, k=6),
    "many models": World(models=8, repeats=1),
    "uneven models": World(uneven=1.5, cohesion=0.7),
    "uneven sizes": World(skewed=True, k=5),
    "many clusters": World(items=150, k=12),
    "kind only": World(follow="kind"),
    "kind only, uneven": World(follow="kind", uneven=1.5),
    "kind only, equal repeats": World(follow="kind", strength=0.5, pair=0.8, cohesion=0.1),
    "model only": World(follow="model"),
    "model only, uneven": World(follow="model", uneven=1.5),
    "both alike": World(follow="both", strength=0.8, kinds=2, models=2, k=2, items=120),
}
"""Settings of the pools, dealt in turn."""

TRUE = {"kind only": (0, 2), "model only": (1,), "both alike": (0, 1)}
"""Patterns, as places in ``FOLLOWING``, that are there in settings whose names begin so."""

PARTS = ("that cannot be", "redo this part", "what was asked")
"""What the table of phrases names where it finds a planted mark."""

SIZES = (8, 15, 30, 60)
"""Items a level of planted pools."""


def upper(successes: int, trials: int) -> float:
    """Exact 95% upper bound of a rate, one-sided."""
    from scipy.special import betaincinv

    if successes == trials:
        return 1.0
    return float(betaincinv(successes + 1, trials - successes, 0.95))


def bare(pool: Pool, cluster: IntArray, k: int, permutations: int, seed: int) -> FailuresResult:
    """What the lens measures of clusters that are given, without cards and pictures."""
    followed = following(pool, cluster, k, permutations=permutations, seed=seed)
    counts = np.bincount(pool.eval, minlength=len(pool.evals))[None]
    return FailuresResult(
        pool=pool,
        cluster=cluster,
        vectors=Vectors(np.zeros((len(pool), 1), dtype=np.float32), {}),
        cards=(),
        k=k,
        fixed=False,
        stable=True,
        by_density=False,
        stability=None,
        agreement=float("nan"),
        aligned=followed.aligned,
        differences=followed.differences,
        shared=followed.shared,
        left_out=LeftOut(),
        samples=2 * counts,
        failures=counts,
        place=Later(lambda: fit_map(np.zeros((0, 1)), seed=0)),
        notes=(),
    )


def judged(result: FailuresResult) -> dict[str, Finding]:
    """The three claims about what clusters follow, judged."""
    made = (follows(result, "kind"), follows(result, "model"), kind_over_model(result))
    return {
        one.pattern: one for one in judge(whole_subject(result.pool), made, tests_of("failures"))
    }


def counted(findings: Mapping[str, Finding], into: Counter[str]) -> None:
    """Count verdicts, and p below 0.05 whatever the verdict."""
    for name, one in findings.items():
        into[f"{name}:{one.verdict}"] += 1
        into[f"{name}:p"] += one.p is not None and one.p < 0.05


def row(name: str, counts: Counter[str], patterns: tuple[str, ...], n: int) -> str:
    """One line: present | absent | p < 0.05 of each pattern."""
    said = "  ".join(
        f"{counts[f'{p}:present'] / n:.3f}|{counts[f'{p}:absent'] / n:.2f}|"
        f"{counts[f'{p}:p'] / n:.3f}"
        for p in patterns
    )
    return f"  {name:26} n {n:4}: {said}"


def print_shapes(stores: int, seed: int, permutations: int) -> None:
    """False alarms, and power, on numbers alone."""
    names = list(SHAPES)
    found = {name: Counter[str]() for name in names}
    for number in range(stores):
        name = names[number % len(names)]
        pool, cluster = drawn(SHAPES[name], seed * 1_000_000 + number)
        counted(judged(bare(pool, cluster, SHAPES[name].k, permutations, number)), found[name])
    print(f"\n{stores} pools of many shapes: present | absent | p < 0.05 of")
    print(f"  {', '.join(FOLLOWING)}")
    alarms = dict.fromkeys(FOLLOWING, 0)
    trials = dict.fromkeys(FOLLOWING, 0)
    for name in names:
        n = sum(found[name][f"{FOLLOWING[0]}:{v}"] for v in VERDICTS)
        if not n:
            continue
        print(row(name, found[name], FOLLOWING, n))
        there = next((places for start, places in TRUE.items() if name.startswith(start)), ())
        for place, pattern in enumerate(FOLLOWING):
            if place not in there:
                alarms[pattern] += found[name][f"{pattern}:present"]
                trials[pattern] += n
    for pattern in FOLLOWING:
        rate = alarms[pattern] / max(trials[pattern], 1)
        bound = upper(alarms[pattern], trials[pattern])
        print(f"  false alarms of {pattern}: {rate:.4f} of {trials[pattern]}, at most {bound:.4f}")


VERDICTS = ("present", "absent", "insufficient_evidence")


def with_dealt_labels(pool: Pool, rng: np.random.Generator, which: str) -> Pool:
    """Labels dealt again: kinds over items, models within items."""
    old = pool.labels[which]
    code = old.code.copy()
    if which == "kind":
        _, first, place = np.unique(pool.item, return_index=True, return_inverse=True)
        code = rng.permutation(code[first])[place]
    else:
        order = np.lexsort((rng.random(len(code)), pool.item))
        code[np.argsort(pool.item, kind="stable")] = old.code[order]
    made = Label(code, old.names, old.of_item, old.stratum)
    swapped = {**pool.labels, which: made}
    if which == "model":
        return replace(pool, labels=swapped, eval=code)
    return replace(pool, labels=swapped)


def print_dealt(stores: int, seed: int, permutations: int) -> None:
    """Clusters of planted texts, with one label or both dealt again."""
    print("\nclusters of planted texts, labels dealt again: present | absent | p < 0.05 of")
    print(f"  {', '.join(FOLLOWING)}")
    bases = max(stores // 50, 1)
    for mechanism, which in (
        ("kinds", ("kind",)),
        ("kinds", ("model",)),
        ("kinds-by-model", ("kind",)),
        ("kinds-by-model", ("model",)),
        ("kinds", ("kind", "model")),
    ):
        counts, n = Counter[str](), 0
        for base in range(bases):
            rows = planted(mechanism, seed + base, items=15).failures()
            k = 2 if mechanism == "kinds-by-model" else 3
            cluster = kmeans(rows.vectors.matrix, k, base).label.astype(np.int64)
            for number in range(stores // bases):
                rng = np.random.default_rng([seed, base, number])
                pool = rows.pool
                for label in which:
                    pool = with_dealt_labels(pool, rng, label)
                again = bare(pool, cluster, k, permutations, number)
                counted(judged(again), counts)
                n += 1
        print(row(f"{mechanism}, {' and '.join(which)} dealt", counts, FOLLOWING, max(n, 1)))


def print_power(stores: int, seed: int) -> None:
    """Verdicts on planted stores of several sizes, and how many clusters were found."""
    print("\nplanted, the whole lens: present | absent | p < 0.05 of")
    print(f"  {', '.join(FOLLOWING)}, dominant_cluster")
    for mechanism in ("kinds", "kinds-by-model", "kinds-none"):
        for items in SIZES:
            counts: Counter[str] = Counter()
            ks: Counter[int] = Counter()
            agree, failures = [], []
            for number in range(stores):
                written = planted(mechanism, seed * 1000 + number, items=items)
                rows = written.failures()
                result = measure(rows, FailureOptions(seed=number))
                label = rows.pool.labels["model" if mechanism == "kinds-by-model" else "kind"]
                agree.append(rand_index(result.cluster, label.code))
                failures.append(len(rows.pool))
                ks[result.k] += 1
                for one in failure_claims(result):
                    found = judge(one.subject, one.claims, tests_of("failures"))
                    counted({f.pattern: f for f in found}, counts)
            print(row(f"{mechanism}, {round(statistics.fmean(failures))} fail", counts,
                      FOLLOWING, stores), end="")  # fmt: skip
            print(
                f"  {counts['dominant_cluster:present'] / (2 * stores):.3f}; "
                f"k {', '.join(f'{k}: {ks[k]}' for k in sorted(ks))}; "
                f"adjusted Rand {statistics.fmean(agree):.2f}",
                flush=True,
            )


def rand_index(a: IntArray, b: IntArray) -> float:
    """The adjusted Rand index, scikit-learn's."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(a, b))


def print_phrases(stores: int, each: int, seed: int) -> None:
    """Phrases and groups that mark wrong ends: outcomes dealt again, and as planted."""
    print("\nphrases and groups that mark wrong ends: present | absent | p < 0.05 of")
    print(f"  {', '.join(TELLING)}; phrases in the table; planted marks among them")
    bases = max(stores // 50, 1)
    dealings = stores // bases

    def shuffled() -> Iterator[TraceRows]:
        for base in range(bases):
            rows = planted("kinds", seed + base, items=10).traces()
            for number in range(dealings):
                yield replace(rows, pool=dealt(rows.pool, base * 1000 + number))

    print_telling("outcomes dealt", shuffled())
    for mechanism in ("kinds", "kinds-none"):
        for items in SIZES[:3]:
            numbers = range(seed * 1000, seed * 1000 + each)
            rows = (planted(mechanism, number, items=items).traces() for number in numbers)
            print_telling(f"{mechanism}, {items} items a level", rows)


def print_telling(name: str, stores: Iterator[TraceRows]) -> None:
    """One line of the table of phrases, over some stores, in three clusters each."""
    options = TraceOptions(analysis=("phrases", "clusters"), k=3)
    counts, told, marks, n = Counter[str](), 0, 0, 0
    for rows in stores:
        result = measure_traces(rows, options)
        texts = [one.text for one in result.phrases.marking] if result.phrases else []
        told += len(texts)
        marks += sum(any(part in text for text in texts) for part in PARTS)
        for one in trace_claims(result):
            counted(
                {f.pattern: f for f in judge(one.subject, one.claims, tests_of("traces"))}, counts
            )
        n += 1
    n = max(n, 1)
    shown = row(name, counts, TELLING, n)
    print(f"{shown}; {told / n:.1f}; {marks / n / len(PARTS):.2f}", flush=True)


def main() -> None:
    """Print all that is asked for."""
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "shapes": lambda o: print_shapes(o.stores, o.seed, o.permutations),
        "dealt": lambda o: print_dealt(o.stores, o.seed, o.permutations),
        "power": lambda o: print_power(o.planted, o.seed),
        "phrases": lambda o: print_phrases(o.stores, o.planted, o.seed),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=1000)
    parser.add_argument("--planted", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--permutations", type=int, default=1000)
    parser.add_argument("--only", nargs="+", choices=list(parts), default=list(parts))
    options = parser.parse_args()
    for name in options.only:
        parts[name](options)


if __name__ == "__main__":
    main()
