"""JSON Schema of what ``export`` prints and writes as ``summary.json``."""

from __future__ import annotations

from reasonscape.runs.exporting import FORMATS
from reasonscape.runs.schema_results import COUNT, TEXT, TEXTS
from reasonscape.runs.schema_types import Schema, array, record, reference, table


def export_definitions() -> dict[str, Schema]:
    """``export``: on stdout the first files, with the number of the others; in a folder all."""
    file = record({"path": TEXT, "rows": COUNT}, {"bytes": COUNT, "sha256": TEXT})
    return {
        "export": record(
            {
                "schema_version": {"const": 1},
                "command": {"const": "export"},
                "ok": {"const": True},
                "dataset": TEXT,
                "filters": {"type": "object"},
                "format": {"enum": list(FORMATS)},
                "path": TEXT,
                "counts": reference("_counts"),
                "rows": COUNT,
                "left_out": table(COUNT),
                "texts": {"type": "boolean"},
                "columns": TEXTS,
                "files": array(file),
                "warnings": TEXTS,
            },
            {"omitted": COUNT, "artifacts": array(reference("_artifact"))},
        )
    }
