"""JSON Schema of a comparison."""

from __future__ import annotations

from reasonscape.findings.finding import Effect
from reasonscape.runs.comparison import CompareOptions, Family
from reasonscape.runs.comparison_result import Comparison
from reasonscape.runs.schema_results import COUNT, NUMBER, TEXT, envelope, extras
from reasonscape.runs.schema_types import (
    Schema,
    array,
    dataclass_schema,
    part,
    record,
    reference,
    schema_of,
    table,
)

_LEVEL: Schema = {"type": ["string", "number"]}


def comparison_definitions() -> dict[str, Schema]:
    """``compare``: all of it, or what stdout shows."""
    side = record({"label": TEXT, "eval_id": schema_of(str | None), "filters": {"type": "object"}})
    both = {"anyOf": [reference("_comparison"), reference("_comparison_brief")]}
    required = {
        **envelope("compare", dataclass_schema(CompareOptions)),
        "sides": record({"a": side, "b": side}),
        "comparisons": array(both),
        "families": table(dataclass_schema(Family)),
        "different_cells": array(_cell()),
        "discordant_items": array(_item()),
        "findings": array({}, 0),
        "hypotheses": array({}, 0),
    }
    omitted = {"comparisons_omitted": COUNT, "different_cells_omitted": COUNT}
    known: dict[type, str] = {Effect: "_effect"}
    return {
        "compare": record(required, omitted | extras()),
        "_comparison": dataclass_schema(Comparison, known),
        "_comparison_brief": _brief(dataclass_schema(Comparison, known)),
    }


def _brief(whole: Schema) -> Schema:
    always = ("id", "verdict", "design", "statement")
    sometimes = ("base_task", "weighting", "reason", "p", "q", "caveats")
    brief = part(whole, always, sometimes)
    brief["properties"] |= {
        "effect": record({"value": NUMBER, "low": NUMBER, "high": NUMBER}),
        "n": record({"pairs": COUNT, "only_a": COUNT, "only_b": COUNT}),
        "plan": {"type": "object"},
    }
    return {**brief, "required": [*always, "effect", "n"]}


def _cell() -> Schema:
    return record(
        {
            "base_task": TEXT,
            "x_axis": TEXT,
            "x": _LEVEL,
            "y_axis": TEXT,
            "y": _LEVEL,
            "pairs": COUNT,
            "difference": NUMBER,
            "low": NUMBER,
            "high": NUMBER,
            "p": NUMBER,
            "q": NUMBER,
        }
    )


def _item() -> Schema:
    return record(
        {
            "base_task": TEXT,
            "task": TEXT,
            "item_id": TEXT,
            "right_a": COUNT,
            "samples_a": COUNT,
            "right_b": COUNT,
            "samples_b": COUNT,
            "difference": NUMBER,
        }
    )
