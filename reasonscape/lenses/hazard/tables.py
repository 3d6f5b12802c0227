"""The lens's tables: budgets, curves, incidence, relative hazard, and evals against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reasonscape.lenses.hazard.result import Curves, EvalHazard, HazardResult
from reasonscape.lenses.lens import Table

CAUSES = ("right", "wrong", "cut_off")


def tables(results: Sequence[HazardResult]) -> dict[str, Table]:
    """``budget``, ``curves``, ``incidence``, ``relative``, ``standardised`` and ``ratios``."""
    evals = [(r, one) for r in results for one in r.evals]
    timed = [(r, one, c) for r, one in evals for c in (one.curves, *one.levels) if c is not None]
    found = {
        "budget": _columns(row for r, one in evals for row in _budget_rows(r, one)),
        "curves": _columns(row for r, one, c in timed for row in _curve_rows(r, one, c)),
        "incidence": _columns(row for r, one, c in timed for row in _bin_rows(r, one, c)),
        "relative": _columns(row for r, one in evals for row in _relative_rows(r, one)),
        "standardised": _columns(row for r in results for row in _standardised_rows(r)),
        "ratios": _columns(row for r in results for row in _ratio_rows(r)),
    }
    return {name: table for name, table in found.items() if table}


def _who(result: HazardResult, one: EvalHazard) -> dict[str, Any]:
    return {
        "base_task": result.base_task,
        "eval_id": one.subject.eval_id,
        "model": one.subject.model,
        "time_unit": one.unit,
    }


def _budget_rows(result: HazardResult, one: EvalHazard) -> Iterator[dict[str, Any]]:
    budget = one.budget
    if budget is None:
        return
    for i in range(len(budget.budget)):
        yield {
            **_who(result, one),
            "budget": float(budget.budget[i]),
            "accuracy": float(budget.accuracy[i]),
            "low": float(budget.low[i]),
            "high": float(budget.high[i]),
            "mean_spent": float(budget.spent[i]),
            "right_per_1000": float(budget.per_thousand[i]),
            "gain_if_doubled": float(budget.gain[i]),
            "gain_low": float(budget.gain_low[i]),
            "gain_high": float(budget.gain_high[i]),
            "stops_paying": budget.stops_paying == float(budget.budget[i]),
            "items": budget.items,
            "samples": budget.samples,
        }


def _curve_rows(result: HazardResult, one: EvalHazard, curves: Curves) -> Iterator[dict[str, Any]]:
    still, ended, smoothed = curves.still, curves.ended, curves.smoothed
    causes = CAUSES[: ended.incidence.shape[1]]
    for i, time in enumerate(still.time.tolist()):
        row = {
            **_who(result, one),
            "level": curves.level,
            "time": time,
            "still_thinking": float(still.survival[i]),
            "still_thinking_low": float(still.low[i]),
            "still_thinking_high": float(still.high[i]),
        }
        for number, cause in enumerate(causes):
            row |= {
                f"{cause}": float(ended.incidence[i, number]),
                f"{cause}_low": float(ended.low[i, number]),
                f"{cause}_high": float(ended.high[i, number]),
                f"{cause}_cumulative_hazard": float(curves.cumulative.hazard[i, number]),
                f"{cause}_per_1000": None
                if smoothed is None
                else 1000.0 * float(smoothed.hazard[i, number]),
            }
        yield {**row, "bands": curves.bands}


def _bin_rows(result: HazardResult, one: EvalHazard, curves: Curves) -> Iterator[dict[str, Any]]:
    binned = curves.binned
    for i in range(len(binned.person_time)):
        row = {
            **_who(result, one),
            "level": curves.level,
            "from": float(binned.edges[i]),
            "to": float(binned.edges[i + 1]),
            "time_at_risk": float(binned.person_time[i]),
        }
        for number, cause in enumerate(CAUSES[: binned.rate.shape[1]]):
            row |= {
                f"{cause}_ends": float(binned.events[i, number]),
                f"{cause}_per_1000": float(binned.rate[i, number]),
                f"{cause}_low": float(binned.low[i, number]),
                f"{cause}_high": float(binned.high[i, number]),
            }
        yield row


def _relative_rows(result: HazardResult, one: EvalHazard) -> Iterator[dict[str, Any]]:
    if one.relative is None:
        return
    course = one.relative.course
    parts = [("late over early", float("nan"), float("nan"), course.late_early, course.late)]
    parts += [
        ("bin", float(course.edges[i]), float(course.edges[i + 1]), ratio,
         (int(course.counts[i, 0]), int(course.counts[i, 1])))
        for i, ratio in enumerate(course.bins)
    ]  # fmt: skip
    for what, start, end, ratio, (wrong, right) in parts:
        yield {
            **_who(result, one),
            "what": what,
            "from": start,
            "to": end,
            "odds_ratio": ratio.ratio,
            "low": ratio.low,
            "high": ratio.high,
            "wrong_ends": wrong,
            "right_ends": right,
            "strata": one.relative.kind,
            "informative": one.relative.informative,
        }


def _standardised_rows(result: HazardResult) -> Iterator[dict[str, Any]]:
    if result.together is None:
        return
    curves = result.together.curves
    by_id = {one.subject.eval_id: one for one in result.evals}
    for place, eval_id in enumerate(result.together.evals):
        for i, time in enumerate(curves.time.tolist()):
            row = {
                **_who(result, by_id[eval_id]),
                "time": time,
                "still_thinking": float(curves.survival[place, i]),
                "still_thinking_low": float(curves.survival_low[place, i]),
                "still_thinking_high": float(curves.survival_high[place, i]),
            }
            for number, cause in enumerate(CAUSES[:2]):
                row |= {
                    f"{cause}": float(curves.incidence[place, i, number]),
                    f"{cause}_low": float(curves.low[place, i, number]),
                    f"{cause}_high": float(curves.high[place, i, number]),
                }
            yield {**row, "items_left_out": curves.left_out}


def _ratio_rows(result: HazardResult) -> Iterator[dict[str, Any]]:
    for pair in result.comparisons:
        for cause, found in (("right", pair.right), ("wrong", pair.wrong)):
            yield {
                "base_task": result.base_task,
                "eval_a": pair.a,
                "eval_b": pair.b,
                "end": cause,
                "until": pair.until,
                "hazard_ratio": found.ratio.ratio,
                "low": found.ratio.low,
                "high": found.ratio.high,
                "p": found.ratio.p,
                "proportional": found.ratio.proportional,
                "proportional_p": found.ratio.proportional_p,
                "time_lost_difference": found.restricted.difference,
                "time_lost_low": found.restricted.low,
                "time_lost_high": found.restricted.high,
                "quote": "time_lost_difference" if found.use_restricted else "hazard_ratio",
                "log_rank_p": pair.tests[cause, "log-rank"].p,
                "gray_p": pair.tests[cause, "Gray"].p,
                "items_left_out": pair.left_out,
                "verdict": "insufficient_evidence" if pair.undecided else "compared",
            }


def _columns(rows: Iterator[dict[str, Any]]) -> dict[str, list[Any]]:
    """Rows to columns; one that a row lacks is missing there."""
    found = list(rows)
    names = list(dict.fromkeys(name for row in found for name in row))
    return {name: [row.get(name) for row in found] for name in names}
