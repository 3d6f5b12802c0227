"""JSON Schema of a screen."""

from __future__ import annotations

from reasonscape.findings.finding import Effect
from reasonscape.findings.hypothesis import Cause
from reasonscape.runs.schema_results import COUNT, NUMBER, TEXT, TEXTS, envelope, extras
from reasonscape.runs.schema_types import (
    Schema,
    array,
    dataclass_schema,
    record,
    reference,
    schema_of,
    table,
)
from reasonscape.runs.triage_judging import JUDGEMENTS
from reasonscape.runs.triage_thresholds import THRESHOLDS

_SIGNAL = {"enum": list(THRESHOLDS)}


def triage_definitions() -> dict[str, Schema]:
    """``triage``: all that was screened, or suspects only as stdout shows them."""
    nothing = {"findings": array({}, 0), "hypotheses": array({}, 0)}
    shared = {
        **envelope("triage", record({})),
        **nothing,
        "verdicts": record(dict.fromkeys(JUDGEMENTS, COUNT)),
        "systemic": array(_systemic()),
    }
    omitted = {"systemic_omitted": COUNT, "omitted": COUNT, "warnings_omitted": COUNT}
    tasks = record({"base_task": TEXT, "evals": COUNT, "at_chance": COUNT})
    whole = record(
        {
            **shared,
            "suspect_in_all_evals": array(tasks),
            "overview": table(table(TEXTS)),
            "screened": array(_screened()),
        },
        omitted | extras(),
    )
    bounded = record(
        {
            **shared,
            **omitted,
            "suspect_in_all_evals": TEXTS,
            "suspect_in_all_evals_omitted": COUNT,
            "overview": table(table({"anyOf": [TEXT, TEXTS]})),
            "overview_omitted": COUNT,
            "suspects": array(_suspect()),
        },
        extras(),
    )
    return {"triage": {"anyOf": [whole, bounded]}, "_signal": _signal()}


def _subject() -> dict[str, Schema]:
    return {"id": TEXT, "rank": COUNT, "eval_id": TEXT, "model": TEXT, "base_task": TEXT}


def _screened() -> Schema:
    return record(
        {
            **_subject(),
            "verdict": {"enum": list(JUDGEMENTS)},
            "suspected": schema_of(Cause | None),
            "check": schema_of(str | None),
            "strength": NUMBER,
            "accuracy": record({"value": NUMBER, "low": NUMBER, "high": NUMBER}),
            "n": table(COUNT),
            "shown": array(_SIGNAL),
            "signals": array(reference("_signal")),
            "untraced": NUMBER,
            "unmeasured": NUMBER,
            "scope": {"type": "object"},
        }
    )


def _signal() -> Schema:
    return record(
        {
            "name": _SIGNAL,
            "effect": dataclass_schema(Effect),
            "threshold": NUMBER,
            "beyond": {"type": "boolean"},
            "p": NUMBER,
            "q": NUMBER,
            "q_run": NUMBER,
            "stake": NUMBER,
            "n": table(COUNT),
            "said": TEXT,
            "detail": {"type": "object"},
        }
    )


def _suspect() -> Schema:
    brief = record({"name": _SIGNAL, "effect": NUMBER, "q_run": NUMBER})
    return record(
        {
            **_subject(),
            "suspected": schema_of(Cause | None),
            "strength": NUMBER,
            "accuracy": NUMBER,
            "n": COUNT,
            "statement": TEXT,
            "signals": array(brief),
            "signals_omitted": COUNT,
        },
        {"check": TEXT},
    )


def _systemic() -> Schema:
    return record(
        {
            "eval_id": TEXT,
            "model": TEXT,
            "signal": _SIGNAL,
            "count": COUNT,
            "among": COUNT,
            "said": TEXT,
        }
    )
