"""The tables of ``load.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Result = dict[str, Any]


def table(found: Sequence[Result]) -> Iterator[str]:
    """Lines for each series: stores and their parts, then every command by size."""
    for series in sorted({r["series"] for r in found}):
        mine = [r for r in found if r["series"] == series]
        title = (
            "evals x tasks, about 10,000 rows each" if series == "grid" else "two pairs hold all"
        )
        yield f"{title}"
        yield from _stores(mine)
        yield ""
        yield from _commands(mine)
        yield ""


def _stores(found: Sequence[Result]) -> Iterator[str]:
    for size in sorted({r["size"] for r in found}):
        parts = [r for r in found if r["size"] == size and r["what"] == "bulk"]
        stored = [r for r in found if r["size"] == size and r["what"] == "size"]
        rows, tasks, evals = next(
            (r["rows"], r["tasks"], r["evals"]) for r in found if r["size"] == size
        )
        line = f"{rows:>11,} rows, {tasks} tasks, {evals} evals"
        if stored:
            size_bytes = stored[-1]["bytes"]
            line += f"; {size_bytes / 2**20:,.0f} MiB, {size_bytes / rows:.0f} bytes a row"
        yield line
        if parts:
            costs = " ".join(f"{p['processor'] / p['new'] * 1e6:.1f}" for p in parts)
            wall = sum(p["wall"] for p in parts)
            planted = sum(p["new"] for p in parts)
            yield (
                f"            planted in {len(parts)} imports, us of processor a row: {costs}; "
                f"{planted / wall:,.0f} rows/s; at most {parts[-1]['peak'] / 2**20:.0f} MiB"
            )


def _commands(found: Sequence[Result]) -> Iterator[str]:
    sizes = sorted({r["size"] for r in found})
    yield "command                " + "".join(f"{size:>26,}" for size in sizes)
    yield "                       " + "      s   us/row   MiB  w/p" * len(sizes)
    names = dict.fromkeys(r["what"] for r in found if r["what"] not in ("bulk", "size"))
    for name in names:
        cells = ""
        for size in sizes:
            hits = [r for r in found if r["size"] == size and r["what"] == name]
            cells += _cell(hits[-1]) if hits else " " * 26
        yield f"{name:23}{cells}"


def _cell(result: Result) -> str:
    if result.get("late"):
        return f"{'> ' + format(result['wall'], '.0f') + ' s':>26}"
    rows = result.get("new") or result["rows"]
    spent = result["processor"]
    return (
        f"{spent:7.1f} {spent / rows * 1e6:8.2f} {result['peak'] / 2**20:5.0f} "
        f"{result['wall'] / max(spent, 1e-9):4.1f}"
    )
