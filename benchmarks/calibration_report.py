"""The tables of ``calibration.py``: false alarms by world and pattern, and power."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.calibration_worlds import PATTERNS, WORLDS
from reasonscape.findings.thresholds import FAILURE_PATTERNS
from reasonscape.stats.proportions import wilson_bounds

Store = Mapping[str, Any]


def share(hits: int, n: int) -> str:
    """A share with its 95% interval."""
    if not n:
        return "none"
    low, high = wilson_bounds(hits, n)
    return f"{hits} of {n} = {hits / n:.1%} [{float(low):.1%}, {float(high):.1%}]"


def upper_bound(hits: int, trials: int) -> float:
    """Exact one-sided 95% upper bound of a rate."""
    from scipy.special import betaincinv

    return 1.0 if hits >= trials else float(betaincinv(hits + 1, trials - hits, 0.95))


def present(store: Store) -> list[str]:
    """Failure patterns that were claimed."""
    return [p for p in PATTERNS if store["found"].get(p, {}).get("verdict") == "present"]


def alarms(store: Store) -> list[str]:
    """Those that are false of the store."""
    return [p for p in present(store) if p not in store["true"] and p not in store["open"]]


def report(stores: Sequence[Store], targets: Mapping[str, str]) -> None:
    """Print all tables."""
    nulls = [s for s in stores if s["kind"] in WORLDS]
    if nulls:
        _worlds(nulls)
        _patterns(nulls)
    planted = [s for s in stores if s["kind"] in targets]
    if planted:
        _power(planted, targets)
        _sizes(planted, targets)
    seconds = sum(s["seconds"] for s in stores)
    print(f"{seconds / max(len(stores), 1):.1f} s of processor time a store")


def _worlds(nulls: Sequence[Store]) -> None:
    print("stores with a false alarm of any failure pattern, judged as one run")
    strict = [s for s in nulls if WORLDS[s["kind"]].strict]
    clean = [s for s in strict if not s["true"]]
    if len(clean) < len(strict):
        print(f"  ({len(strict) - len(clean)} stores of null worlds in which a pattern is true)")
    groups = [(name, [s for s in nulls if s["kind"] == name]) for name in WORLDS]
    rows = [("all null worlds", strict), *groups]
    for name, mine in rows:
        if not mine:
            continue
        hits = sum(bool(alarms(s)) for s in mine)
        says = WORLDS[name].says if name in WORLDS else "healthy, edge, gentle"
        print(f"  {name:<16}{share(hits, len(mine)):<34}{says}")
        by_lens = {
            lens: sum(bool(set(alarms(s)) & set(patterns)) for s in mine)
            for lens, patterns in FAILURE_PATTERNS.items()
        }
        named = Counter(p for s in mine for p in alarms(s))
        if named:
            said = ", ".join(f"{n} {p}" for p, n in named.most_common())
            lenses = ", ".join(f"{lens} {n}" for lens, n in by_lens.items())
            print(" " * 18 + f"{said} (stores by lens: {lenses})")
        undecided = Counter(p for s in mine for p in present(s) if p in s["open"])
        if undecided:
            told = ", ".join(f"{n} {p}" for p, n in undecided.most_common())
            print(" " * 18 + f"neither true nor false: {told}")


def _patterns(nulls: Sequence[Store]) -> None:
    print(f"each pattern over the stores in which it is false; {len(nulls)} stores in all")
    print(f"  {'':<24}{'stores':>6} {'present':>8} {'upper 95%':>10} {'absent':>8} "
          f"{'not decided':>12} {'p < .05':>8}   {'over strict nulls':>20}")  # fmt: skip
    for pattern in PATTERNS:
        mine = [s for s in nulls if pattern not in s["true"] and pattern not in s["open"]]
        strict = [s for s in mine if WORLDS[s["kind"]].strict]
        verdicts = Counter(_verdict(s, pattern) for s in mine)
        n = len(mine)
        if not n:
            continue
        ps = [s["found"].get(pattern, {}).get("p") for s in mine]
        tested = [p for p in ps if isinstance(p, float | int)]
        low = f"{sum(p < 0.05 for p in tested) / len(tested):.1%}" if tested else "none"
        hits = sum(_verdict(s, pattern) == "present" for s in strict)
        over = f"{hits} of {len(strict)}, <{upper_bound(hits, len(strict)):.1%}" if strict else ""
        print(
            f"  {pattern:<24}{n:>6} {verdicts['present']:>8}"
            f" {upper_bound(verdicts['present'], n):>10.1%} {verdicts['absent'] / n:>8.1%}"
            f" {verdicts['insufficient_evidence'] / n:>12.1%} {low:>8}   {over:>20}"
        )
    for pattern in ("gradual_decline", "uniform_loss"):
        mine = [s for s in nulls if pattern in s["true"] and not WORLDS[s["kind"]].strict]
        hits = sum(_verdict(s, pattern) == "present" for s in mine)
        print(f"  {pattern} where it is true: {share(hits, len(mine))}")


def _verdict(store: Store, pattern: str) -> str:
    # A lens without an entry had nothing to measure.
    return str(store["found"].get(pattern, {}).get("verdict", "insufficient_evidence"))


def _power(planted: Sequence[Store], targets: Mapping[str, str]) -> None:
    print("power at the reference effects: the planted pattern is present")
    for kind, pattern in targets.items():
        mine = [s for s in planted if s["kind"] == kind and s["size"] == 1]
        if not mine:
            continue
        hits = sum(pattern in present(s) for s in mine)
        rows = mine[0]["facts"]["rows"]
        also = Counter(p for s in mine for p in alarms(s))
        told = ", ".join(f"{n} {p}" for p, n in also.most_common()) or "nothing"
        print(f"  {pattern:<24}{rows:>6} rows  {share(hits, len(mine)):<40} besides: {told}")


def _sizes(planted: Sequence[Store], targets: Mapping[str, str]) -> None:
    sizes = sorted({s["size"] for s in planted})
    if len(sizes) < 2:
        return
    print("power by size: share of the stores (number of stores)")
    print(f"  {'':<24}{'rows at 1':>10}" + "".join(f"{f'x {size:g}':>14}" for size in sizes))
    for kind, pattern in targets.items():
        mine = [s for s in planted if s["kind"] == kind]
        if not mine:
            continue
        rows = next((s["facts"]["rows"] for s in mine if s["size"] == 1), 0)
        cells = []
        for size in sizes:
            these = [s for s in mine if s["size"] == size]
            hits = sum(pattern in present(s) for s in these)
            cells.append(f"{hits / len(these):.0%} ({len(these)})" if these else "")
        print(f"  {pattern:<24}{rows:>10}" + "".join(f"{cell:>14}" for cell in cells))
