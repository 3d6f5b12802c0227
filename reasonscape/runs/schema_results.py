"""JSON Schemas of what commands print and write, made from the dataclasses they are made of.

Each command has one schema for both of its forms: ``summary.json``, which is also what ``--detail``
prints, and the bounded form of stdout. Keys that we choose are all named; only keys that are data
(filters, evidence, names of tasks) are open.
"""

from __future__ import annotations

from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.findings.finding import Effect, Finding
from reasonscape.findings.hypothesis import CAUSES, Hypothesis
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
from reasonscape.runs.summary import SCHEMA_VERSION
from reasonscape.store.schema import OUTCOMES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

TEXT: Final = {"type": "string"}
COUNT: Final = {"type": "integer", "minimum": 0}
NUMBER: Final = {"type": ["number", "null"]}
TEXTS: Final = array(TEXT)


def result_schema(name: str) -> Schema:
    """The schema of one result, or of any.

    Parameters
    ----------
    name
        ``all``, a command, or ``finding``, ``hypothesis``, ``error``.

    Raises
    ------
    UsageError
        There is no such result.
    """
    definitions = result_definitions()
    names = [one for one in definitions if not one.startswith("_")]
    if name == "all":
        whole: Schema = {"anyOf": [reference(one) for one in (*COMMANDS, "error")]}
    elif name in names:
        whole = reference(name)
        definitions = _needed(definitions, name)
    else:
        raise UsageError(
            f"there is no result {name!r:.60}", remedy=f"one of: all, {', '.join(names)}"
        )
    return {"$schema": DIALECT, "title": f"ReasonScape: {name}", **whole, "$defs": definitions}


COMMANDS: Final = (
    "surface", "fft", "compression", "hazard", "failures", "traces", "diagnose", "triage",
    "compare", "evals", "tasks",
)  # fmt: skip
_LENSES: Final = COMMANDS[:6]


def result_definitions() -> dict[str, Schema]:
    """Every definition by name; names that begin with ``_`` are parts of others."""
    from reasonscape.runs.schema_comparison import comparison_definitions
    from reasonscape.runs.schema_diagnosis import diagnosis_definitions
    from reasonscape.runs.schema_export import export_definitions
    from reasonscape.runs.schema_listings import listing_definitions
    from reasonscape.runs.schema_triage import triage_definitions

    known: dict[type, str] = {Effect: "_effect"}
    return {
        **{name: _lens(name) for name in _LENSES},
        **diagnosis_definitions(),
        **triage_definitions(),
        **comparison_definitions(),
        **listing_definitions(),
        **export_definitions(),
        "finding": dataclass_schema(Finding, known),
        "hypothesis": dataclass_schema(Hypothesis),
        "error": _error(),
        "_effect": dataclass_schema(Effect),
        "_finding_brief": _finding_brief(),
        "_counts": _counts(),
        "_artifact": {"anyOf": [TEXT, record({"path": TEXT, "bytes": COUNT, "sha256": TEXT})]},
        "_next": record({"why": TEXT, "run": TEXT}),
        "_gate": _gate(),
        "_not_drawn": record({"title": TEXT, "run": TEXT}),
        "_provenance": _provenance(),
        "_cause": {"enum": list(CAUSES)},
    }


def envelope(command: str, options: Schema) -> dict[str, Schema]:
    """What every summary has."""
    return {
        "schema_version": {"const": SCHEMA_VERSION},
        "command": {"const": command},
        "ok": {"const": True},
        "dataset": TEXT,
        "filters": {"type": "object"},
        "options": options,
        "counts": reference("_counts"),
        "warnings": TEXTS,
        "artifacts": array(reference("_artifact")),
        "next": array(reference("_next")),
        "provenance": reference("_provenance"),
    }


def extras() -> dict[str, Schema]:
    """What a summary has where there is something to say."""
    return {
        "warnings_omitted": COUNT,
        "findings_omitted": COUNT,
        "hypotheses_omitted": COUNT,
        "not_drawn": array(reference("_not_drawn")),
        "not_drawn_omitted": COUNT,
        "gates": array(reference("_gate")),
    }


def findings() -> Schema:
    """Findings, in full or as stdout shows them."""
    return array({"anyOf": [reference("finding"), reference("_finding_brief")]})


def _lens(name: str) -> Schema:
    from reasonscape.lenses.lens import lens

    options = dataclass_schema(lens(name).Options)
    required = {**envelope(name, options), "findings": findings(), "hypotheses": array({}, 0)}
    return record(required, extras())


def _finding_brief() -> Schema:
    from reasonscape.runs.summary import BRIEF

    whole = dataclass_schema(Finding, {Effect: "_effect"})
    unknown = ("reason", "q")
    brief = part(whole, [name for name in BRIEF if name not in unknown], unknown)
    effect = part(dataclass_schema(Effect), ("name", "value", "low", "high"))
    brief["properties"]["effect"] = effect
    return brief


def _counts() -> Schema:
    outcomes = record(dict.fromkeys(OUTCOMES, COUNT))
    one = {"matched": COUNT, "used": COUNT, "dropped": table(COUNT), "by_outcome": outcomes}
    side = record(one)
    return record(one, {"a": side, "b": side})


def _provenance() -> Schema:
    kept = record({"version": {"type": "integer"}, "content_hash": TEXT})
    required = {"package": TEXT, "python": TEXT, "platform": TEXT, "seed": COUNT, "time": TEXT}
    return record(required, {"commit": TEXT, "dirty": {"type": "boolean"}, "store": kept})


def _gate() -> Schema:
    from reasonscape.runs.gates import Gate

    return dataclass_schema(Gate)


def _error() -> Schema:
    said = {
        "code": TEXT,
        "message": TEXT,
        "remedy": TEXT,
        "did_you_mean": schema_of(tuple[str, ...]),
    }
    return record({"ok": {"const": False}, "error": record(said)})


def _needed(definitions: dict[str, Schema], name: str) -> dict[str, Schema]:
    """A definition with those it refers to, and those they refer to."""
    kept: dict[str, Schema] = {}
    todo = [name]
    while todo:
        one = todo.pop()
        if one not in kept:
            kept[one] = definitions[one]
            todo += _references(definitions[one])
    return {one: kept[one] for one in definitions if one in kept}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        found = [one.removeprefix("#/$defs/") for key, one in value.items() if key == "$ref"]
        return found + [name for one in value.values() for name in _references(one)]
    if isinstance(value, list):
        return [name for one in value for name in _references(one)]
    return []
