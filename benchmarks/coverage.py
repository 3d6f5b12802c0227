"""How often stated 95% intervals hold the truth: run ``python benchmarks/coverage.py``.

    python benchmarks/coverage.py [--repeats N] [--seed S] [--only WORD ...]
                                  [--out FILE.jsonl] [--read FILE.jsonl ...] [--list]

Stores are drawn without a disk from worlds whose truth is known (by quadrature, or from a large
population), and measured by the functions of the lenses with the arguments of the lenses. A line is
one interval in one world: how many were stated, the share that held the truth with its own 95%
interval, the share that lay above and below the truth, the mean width ("+n": n more were open), and
the mean error of the estimate. A lens may say nothing of a store, so "stated" may be less than the
repeats. ``--repeats`` replaces the worlds' own numbers. With ``--out`` each finished world is
appended to the file and not drawn again; ``--read`` prints what files hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.coverage_curves import CURVES
from benchmarks.coverage_shares import SHARES
from benchmarks.coverage_times import TIMES
from benchmarks.coverage_worlds import Case
from reasonscape.stats.proportions import wilson_bounds

CASES: tuple[Case, ...] = (*SHARES, *TIMES, *CURVES)
Line = dict[str, Any]


def measured(case: Case, repeats: int, seed: int) -> list[Line]:
    """Draw one world ``repeats`` times; one line for each interval that it states."""
    held: dict[str, list[tuple[float, float, float, float]]] = {}
    began = time.process_time()
    for number in range(repeats):
        # The name is part of the seed, so that a world alone is the same as among others.
        rng = np.random.default_rng([seed, zlib.crc32(case.name.encode()), number])
        for stated in case.draw(rng):
            values = (stated.truth, stated.low, stated.high, stated.value)
            held.setdefault(stated.name, []).append(values)
    seconds = time.process_time() - began
    return [_line(case, name, rows, repeats, seed, seconds) for name, rows in held.items()]


def _line(
    case: Case, name: str, rows: Sequence[Sequence[float]], repeats: int, seed: int, seconds: float
) -> Line:
    truth, low, high, value = np.array(rows, dtype=np.float64).T
    # Ends that are computed may miss a truth of exactly 0 or 1 by rounding.
    above, below = low > truth + 1e-12, high < truth - 1e-12
    width = high - low
    return {
        "case": case.name,
        "what": name,
        "repeats": repeats,
        "seed": seed,
        "stated": len(rows),
        "held": int((~above & ~below).sum()),
        "above": int(above.sum()),
        "below": int(below.sum()),
        "width": float(width[np.isfinite(width)].mean()) if np.isfinite(width).any() else None,
        "open": int((~np.isfinite(width)).sum()),
        "error": float(np.nanmean(value - truth)),
        "seconds": seconds,
    }


def print_lines(lines: Iterable[Line]) -> None:
    """The table."""
    print(
        f"{'world':34s} {'interval':24s} {'stated':>6s}   held   [95%]            "
        f"{'above':>6s} {'below':>6s} {'width':>9s} {'error':>8s}"
    )
    for one in lines:
        n = one["stated"]
        low, high = wilson_bounds(one["held"], n)
        width = "open" if one["width"] is None else f"{one['width']:.4g}"
        if one["open"] and one["width"] is not None:
            width += f"+{one['open']}"
        print(
            f"{one['case']:34s} {one['what']:24s} {n:6d}  {one['held'] / n:6.1%} "
            f"[{low:5.1%}, {high:6.1%}] {one['above'] / n:7.1%} {one['below'] / n:6.1%} "
            f"{width:>9s} {one['error']:8.3g}",
            flush=True,
        )


def read(paths: Sequence[Path]) -> Iterator[Line]:
    """Lines that files hold."""
    for path in paths:
        for text in path.read_text(encoding="utf-8").splitlines():
            yield from json.loads(text)


def run(asked: argparse.Namespace) -> list[Line]:
    """Draw what was asked for and is not in the file yet."""
    out = Path(asked.out) if asked.out else None
    lines = list(read([out])) if out is not None and out.exists() else []
    done = {(one["case"], one["seed"]) for one in lines}
    for case in chosen(asked.only):
        if (case.name, asked.seed) in done:
            continue
        print(f"{case.name} ...", file=sys.stderr, flush=True)
        new = measured(case, asked.repeats or case.repeats, asked.seed)
        if out is not None:
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(new) + "\n")
        lines += new
    return lines


def chosen(words: Sequence[str] | None) -> list[Case]:
    """Worlds whose name holds one of the words; all without words."""
    return [c for c in CASES if not words or any(word in c.name for word in words)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=0, help="stores of each world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", metavar="WORD", help="worlds with a word in the name")
    parser.add_argument(
        "--out", metavar="FILE", help="append each finished world; skip those there"
    )
    parser.add_argument("--read", nargs="+", type=Path, metavar="FILE", help="print, draw nothing")
    parser.add_argument("--list", action="store_true", help="names and repeats of the worlds")
    asked = parser.parse_args()
    if asked.list:
        for case in chosen(asked.only):
            print(f"{case.name:34s} {case.repeats}")
        return
    print_lines(read(asked.read) if asked.read else run(asked))


if __name__ == "__main__":
    main()
