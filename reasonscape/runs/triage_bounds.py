"""A screen on stdout: a few suspects, each in short, and counts of what is left out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from reasonscape.runs.summary import STDOUT_WARNINGS, varied

SYSTEMIC: Final = 8
SIGNALS: Final = 3
OVERVIEW: Final = 150
EVALS: Final = 25
"""Patterns, signals of a suspect, (eval, task) pairs, and evals that stdout names."""

STATED: Final = 2
ALIKE: Final = 2
"""Signals that stdout says in words; suspects of one eval and cause, for the overview has all."""


def bounded(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """The same for stdout: suspects only, each with its strongest signals, unless asked for more.

    Nothing is hidden silently: the keys that end in ``_omitted`` count what is left out.
    """
    narrow = narrowed(summary, limit, detail=detail)
    if detail:
        return narrow
    suspects = [_brief(one) for one in narrow.pop("screened")]
    return {**narrow, "suspects": suspects}


def narrowed(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """Fewer (eval, task) pairs, patterns and warnings, each with all that it has."""
    screened = summary["screened"]
    wanted = screened if detail else [one for one in screened if one["verdict"] == "suspect"]
    kinds = [(one["eval_id"], one["suspected"]) for one in wanted]
    shown = wanted if detail else varied(wanted, kinds, ALIKE)
    warnings = list(summary["warnings"])[: None if detail else STDOUT_WARNINGS]
    patterns = summary["systemic"] if detail else summary["systemic"][:SYSTEMIC]
    return {
        **summary,
        **({} if detail else _briefly(summary)),
        "systemic": patterns,
        "systemic_omitted": len(summary["systemic"]) - len(patterns),
        "screened": shown[:limit],
        "omitted": len(wanted) - len(shown[:limit]),
        "warnings": warnings,
        "warnings_omitted": len(summary["warnings"]) - len(warnings),
    }


def _briefly(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Names of tasks where they are few, else how many; the first tasks that all evals fail."""
    table = summary["overview"]
    if len(summary["screened"]) > OVERVIEW:
        table = {
            name: {what: f"{len(tasks)} tasks" for what, tasks in row.items()}
            for name, row in list(table.items())[:EVALS]
        }
    tasks = [one["base_task"] for one in summary["suspect_in_all_evals"]]
    return {
        "overview": table,
        "overview_omitted": len(summary["overview"]) - len(table),
        "suspect_in_all_evals": tasks[:SYSTEMIC],
        "suspect_in_all_evals_omitted": max(len(tasks) - SYSTEMIC, 0),
        "artifacts": [artifact["path"] for artifact in summary["artifacts"]],
    }


def _brief(one: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("id", "rank", "eval_id", "model", "base_task", "suspected")
    # Accuracy stands beside them already.
    standing = [
        signal
        for signal in one["signals"]
        if signal["name"] in one["shown"] and signal["name"] != "low_accuracy"
    ]
    return {
        **{key: one[key] for key in keys},
        **({"check": one["check"]} if one["check"] else {}),
        "strength": _short(one["strength"]),
        "accuracy": _short(one["accuracy"]["value"]),
        "n": one["n"]["samples"],
        "statement": "; ".join(signal["said"] for signal in standing[:STATED]),
        "signals": [
            {
                "name": signal["name"],
                "effect": _short(signal["effect"]["value"]),
                "q_run": float(f"{signal['q_run']:.0e}"),
            }
            for signal in standing[:SIGNALS]
        ],
        "signals_omitted": max(len(standing) - SIGNALS, 0),
    }


def _short(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 3)
