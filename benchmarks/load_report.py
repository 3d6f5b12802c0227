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
    ran = [r for r in found if r["what"] not in ("bulk", "size")]
    for title, shown in (
        ("seconds of processor", _seconds),
        ("us of processor a row of the store", _a_row),
        ("peak memory, MiB", _memory),
    ):
        yield f"{title:36}" + "".join(f"{size:>13,}" for size in sizes)
        for name in dict.fromkeys(r["what"] for r in ran):
            cells = []
            for size in sizes:
                hits = [r for r in ran if r["size"] == size and r["what"] == name]
                cells.append(shown(hits[-1]) if hits else "")
            yield f"  {name:34}" + "".join(f"{cell:>13}" for cell in cells)
    ratios = [r["wall"] / r["processor"] for r in ran if not r.get("exit")]
    loads = [r["load"] for r in ran]
    if ratios:
        yield (
            f"wall time was {min(ratios):.1f} to {max(ratios):.1f} times processor time, at a load "
            f"of {min(loads):.0f} to {max(loads):.0f}"
        )


def _seconds(result: Result) -> str:
    if result.get("late"):
        return f"> {result['processor']:,.0f}"
    if result.get("exit"):
        return "failed"
    return f"{result['processor']:,.1f}"


def _a_row(result: Result) -> str:
    if result.get("exit"):
        return ""
    return f"{result['processor'] / (result.get('new') or result['rows']) * 1e6:,.2f}"


def _memory(result: Result) -> str:
    return f"{result['peak'] / 2**20:,.0f}" + ("+" if result.get("late") else "")
