"""JSON Schema of a diagnosis."""

from __future__ import annotations

from reasonscape.findings.finding import Effect
from reasonscape.findings.hypothesis import Hypothesis
from reasonscape.runs.baseline import Contrast
from reasonscape.runs.schema_results import COUNT, TEXT, TEXTS, envelope, extras, findings
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


def diagnosis_definitions() -> dict[str, Schema]:
    """``diagnose``: all of it, or what stdout shows."""
    options = record({"baseline": schema_of(str | None)})
    shapes = {"anyOf": [_shapes(), {"type": "null"}]}
    shared = {
        **envelope("diagnose", options), "systemic": array(_systemic()), "shapes": shapes
    }  # fmt: skip
    hypotheses = array({"anyOf": [reference("hypothesis"), reference("_hypothesis_brief")]})
    spoken = {name: one for name, one in shared.items() if name != "provenance"}
    whole = record(
        {
            **shared,
            "lenses": table(_lens()),
            "overview": table(table(TEXT)),
            "hypotheses": array(reference("hypothesis")),
            "findings": array(reference("finding")),
            "contrasts": array(dataclass_schema(Contrast, {Effect: "_effect"})),
        },
        extras() | {"hint": TEXT},
    )
    bounded = record(
        {
            **spoken,
            "not_measured": table(TEXT),
            "causes": table(COUNT),
            "hypotheses": hypotheses,
            "hypotheses_omitted": COUNT,
            "findings": findings(),
            "findings_omitted": COUNT,
            "warnings_omitted": COUNT,
        },
        extras() | {"overview": table(table(TEXT)), "overview_omitted": COUNT},
    )
    return {"diagnose": {"anyOf": [whole, bounded]}, "_hypothesis_brief": _brief()}


def _brief() -> Schema:
    always = ("id", "cause", "confidence", "eval_id", "model", "base_task", "statement")
    sometimes = ("rank", "support", "against", "actions", "red_flags", "not_measured")
    return part(dataclass_schema(Hypothesis), always, sometimes)


def _lens() -> Schema:
    return record(
        {
            "question": TEXT,
            "options": {"type": "object"},
            "measured": {"type": "boolean"},
            "reason": schema_of(str | None),
            "warnings": TEXTS,
        }
    )


def _shapes() -> Schema:
    from reasonscape.runs.shapes import Group

    return record(
        {
            "clusters": array(dataclass_schema(Group)),
            "failures": COUNT,
            "phrases": TEXTS,
            "warnings": TEXTS,
        }
    )


def _systemic() -> Schema:
    return record(
        {
            "of": {"enum": ["eval", "task"]},
            "name": TEXT,
            "cause": reference("_cause"),
            "count": COUNT,
            "among": COUNT,
        },
        {"eval_id": TEXT, "base_task": TEXT},
    )
