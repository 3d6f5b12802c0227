"""ReasonScape: why, where, how and when does a reasoning model fail?

The Python API has the commands' names and loads what it needs when it is called::

    import reasonscape as rs

    dataset = rs.open("data/demo.json")
    result = rs.surface(dataset, filters={"base_task": "arithmetic"})
    result.findings, result.table, result.figures
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reasonscape.runs.api import (
        Dataset,
        LensRun,
        compare,
        compression,
        diagnose,
        evals,
        export,
        failures,
        fft,
        hazard,
        import_logs,
        import_table,
        open,
        plant,
        samples,
        surface,
        survey_logs,
        tasks,
        traces,
        triage,
    )

__version__ = "0.1.0"

__all__ = [
    "Dataset",
    "LensRun",
    "__version__",
    "compare",
    "compression",
    "diagnose",
    "evals",
    "export",
    "failures",
    "fft",
    "hazard",
    "import_logs",
    "import_table",
    "open",
    "plant",
    "samples",
    "surface",
    "survey_logs",
    "tasks",
    "traces",
    "triage",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("reasonscape.runs.api"), name)
    raise AttributeError(f"module 'reasonscape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
