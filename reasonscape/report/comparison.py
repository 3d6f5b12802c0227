"""``report.md`` of a comparison, from its summary alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reasonscape.report.markdown_text import escaped, one_line

WORDS: Final = {
    "a_better": "**A better**",
    "b_better": "**B better**",
    "no_difference": "no difference beyond the margin",
    "not_decided": "not decided",
}


def render_comparison(summary: Mapping[str, Any], pictures: Sequence[str]) -> str:
    """Write the report; ``pictures`` are relative names, in the order they are shown."""
    sides = summary["sides"]
    counts = summary["counts"]
    heads = [
        f"- {name.upper()} = {escaped(side['label'])}"
        + (f" ({escaped(side['eval_id'])})" if side["eval_id"] else "")
        + f": {counts[name]['used']:,} graded samples of {counts[name]['matched']:,}"
        for name, side in sides.items()
    ]
    parts = [
        "# compare: is A better than B, and where?",
        "\n".join(heads),
        *(
            ["\n".join(f"> {escaped(w)}" for w in summary["warnings"])]
            if summary["warnings"]
            else []
        ),
        _comparisons(summary["comparisons"]),
        *_caveats(summary["comparisons"]),
        *(f"![{escaped(name)}]({name})" for name in pictures),
        *_items(summary["discordant_items"]),
        *_next(summary["next"]),
    ]
    return "\n\n".join(parts) + "\n"


def _comparisons(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        "## Comparisons", "",
        "| where | verdict | A − B, points | shared items | p | q |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for one in rows:
        where = one["base_task"] or {
            "task": "tasks weighted equally",
            "item": "shared items weighted equally",
        }.get(one["weighting"], "all")
        effect = one["effect"]
        value, low, high = (_points(effect[key]) for key in ("value", "low", "high"))
        reason = f" ({one['reason'].replace('_', ' ')})" if one["reason"] else ""
        pairs = f"{one['n']['pairs']:,}" + (
            "" if one["design"] == "paired" else f" {one['design']}"
        )
        lines.append(
            f"| {escaped(where)} | {WORDS[one['verdict']]}{reason} | {value} [{low}, {high}] | "
            f"{pairs} | {_chance(one['p'])} | {_chance(one['q'])} |"
        )
    return "\n".join(lines)


def _caveats(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    said: dict[str, list[str]] = {}
    for one in rows:
        for caveat in one["caveats"]:
            said.setdefault(caveat, []).append(one["base_task"] or f"by {one['weighting']}")
    if not said:
        return []
    lines = []
    for caveat, where in said.items():
        more = f" and {len(where) - 3} more" if len(where) > 3 else ""
        lines.append(f"- {escaped(', '.join(where[:3]))}{more}: {escaped(caveat)}")
    return ["\n".join(lines)]


def _items(items: Sequence[Mapping[str, Any]]) -> list[str]:
    if not items:
        return []
    lines = [
        "## Items that differ most", "", "| task | item | A right | B right |", "|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {escaped(i['task'])} | {escaped(i['item_id'])} | {i['right_a']} of {i['samples_a']} | "
        f"{i['right_b']} of {i['samples_b']} |"
        for i in items
    ]
    return ["\n".join(lines)]


def _next(steps: Sequence[Mapping[str, str]]) -> list[str]:
    lines = [f"- {escaped(s['why'])}\n\n      {one_line(s['run'])}" for s in steps]
    return ["## Next\n\n" + "\n".join(lines)] if lines else []


def _points(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:+.1f}".replace("-0.0", "0.0")


def _chance(p: float | None) -> str:
    return "–" if p is None else "< 1e-12" if p < 1e-12 else f"{p:.2g}"
