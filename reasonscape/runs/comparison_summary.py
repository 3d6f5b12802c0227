"""The JSON envelope of a comparison: complete for a file, bounded for stdout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from reasonscape.runs.command_lines import command_line
from reasonscape.runs.comparison_tables import different_cells, discordant
from reasonscape.runs.strict_json import plain
from reasonscape.runs.summary import SCHEMA_VERSION, STDOUT_WARNINGS, option_words

if TYPE_CHECKING:
    from reasonscape.runs.comparison import ComparisonRun

ITEMS: Final = 50
"""Discordant items in the summary; the table holds more."""

STDOUT_ITEMS: Final = 5
"""Discordant items, and cells that differ, on stdout."""

_BRIEF = (
    "id", "base_task", "weighting", "verdict", "reason", "design", "statement", "p", "q", "caveats",
)  # fmt: skip


def summarise(run: ComparisonRun, *, drawn: bool = False) -> dict[str, Any]:
    """All that a comparison found, as plain data; the output folder fills in ``artifacts``."""
    summary: dict[str, Any] = plain(
        {
            "schema_version": SCHEMA_VERSION,
            "command": run.command,
            "ok": True,
            "dataset": str(run.dataset.path),
            "filters": dict(run.filters),
            "sides": {
                side.name.lower(): {
                    "label": side.label,
                    "eval_id": side.eval_id or None,
                    "filters": dict(side.written),
                }
                for side in run.sides
            },
            "options": asdict(run.options),
            "counts": dict(run.counts),
            "comparisons": [asdict(one) for one in run.comparisons],
            "families": {name: asdict(family) for name, family in run.families.items()},
            "different_cells": different_cells(run),
            "discordant_items": discordant(run, ITEMS),
            "findings": [],
            "hypotheses": [],
            "warnings": list(run.warnings),
            "artifacts": [],
            "next": next_steps(run, drawn=drawn),
            "provenance": dict(run.provenance),
        }
    )
    return summary


def bounded(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """The same for stdout; keys that end in ``_omitted`` count what is left out."""
    shown = summary["comparisons"][:limit]
    items, cells = summary["discordant_items"], summary["different_cells"]
    warnings = summary["warnings"]
    if not detail:
        shown = [_brief(one) for one in shown]
        items, warnings = items[:STDOUT_ITEMS], warnings[:STDOUT_WARNINGS]
        cells = cells[:STDOUT_ITEMS]
    artifacts = summary["artifacts"]
    return {
        **summary,
        "comparisons": shown,
        "comparisons_omitted": len(summary["comparisons"]) - len(shown),
        "different_cells": cells,
        "different_cells_omitted": len(summary["different_cells"]) - len(cells),
        "discordant_items": items,
        "warnings": warnings,
        "warnings_omitted": len(summary["warnings"]) - len(warnings),
        "artifacts": artifacts if detail else [one["path"] for one in artifacts],
    }


def again(run: ComparisonRun, filters: Mapping[str, Any], *more: str) -> str:
    """The command that makes this comparison again, with the options the user gave."""
    import json

    sides = [
        side.eval_id or json.dumps(dict(side.written), separators=(",", ":")) for side in run.sides
    ]
    words = (*option_words(run.options), *more, *sides)
    return command_line(run.command, run.dataset.path, filters, *words)


def next_steps(run: ComparisonRun, *, drawn: bool) -> list[dict[str, str]]:
    """What to run next: draw it, look at the clearest task, or plan."""
    steps = []
    if not drawn:
        steps.append(
            {"why": "draw it", "run": again(run, run.filters, "--output-dir", "out/compare")}
        )
    tasks = [one for one in run.comparisons if one.base_task is not None]
    clear = [one for one in tasks if one.verdict in ("a_better", "b_better")]
    ids = [side.eval_id for side in run.sides]
    if clear and all(ids):
        where = {**run.filters, "eval_id": ids, "base_task": clear[0].base_task}
        steps.append(
            {
                "why": f"where in {clear[0].base_task} both break down",
                "run": command_line("surface", run.dataset.path, where),
            }
        )
    if clear and len(tasks) > 1 and not run.cells:
        where = {**run.filters, "base_task": clear[0].base_task}
        steps.append({"why": "its cells", "run": again(run, where)})
    if not run.options.power and any(one.verdict == "not_decided" for one in run.comparisons):
        steps.append(
            {"why": "how many items would settle it", "run": again(run, run.filters, "--power")}
        )
    return steps


def _brief(one: Mapping[str, Any]) -> dict[str, Any]:
    short = {key: one[key] for key in _BRIEF if one[key] not in (None, [], ())}
    short["effect"] = {key: one["effect"][key] for key in ("value", "low", "high")}
    short["n"] = {key: one["n"][key] for key in ("pairs", "only_a", "only_b")}
    plan = one["evidence"].get("plan")
    return {**short, "plan": plan} if plan else short
