"""The tools that an agent without a shell has: each calls what a command calls.

Nothing here knows a protocol: arguments are plain data, answers are what commands print under
``--format json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import UsageError
from reasonscape.lenses.lens import LENSES, POOLED, lens
from reasonscape.runs.samples import MOST, show_samples
from reasonscape.runs.schema_results import COMMANDS
from reasonscape.runs.tool_arguments import checked

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset

Properties = Mapping[str, Mapping[str, Any]]
Call = Callable[["Dataset", dict[str, Any]], dict[str, Any]]

FINDINGS: Final = 12
EVALS: Final = 25
TASKS: Final = 40
"""What is shown unless ``limit`` says otherwise, as on the command line."""

_FILTERS: Final = {
    "type": "object",
    "description": 'Which rows, such as {"model": "m", "base_task": ["a", "b"]}; '
    "the tool schema lists keys and forms. Without it: all.",
}
_LIMIT: Final = {
    "type": "integer",
    "minimum": 1,
    "maximum": 500,
    "description": "Most rows or findings in the answer.",
}
_DETAIL: Final = {"type": "boolean", "description": "Everything of each row or finding."}
_USUAL: Final[Properties] = {"filters": _FILTERS, "limit": _LIMIT, "detail": _DETAIL}


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: what it is for, what it takes, what it calls."""

    name: str
    description: str
    properties: Properties
    call: Call
    required: tuple[str, ...] = ()


class Toolbox:
    """The tools over the datasets that the user named, and no other.

    Parameters
    ----------
    datasets
        The only files that a call may name.
    show_text
        Whether ``sample`` may show what logs say.
    """

    def __init__(self, datasets: Sequence[Path], *, show_text: bool = False) -> None:
        self._datasets = {str(path): path for path in datasets}
        self._show_text = show_text

    def tools(self) -> list[dict[str, Any]]:
        """Name, description and JSON Schema of the arguments of every tool."""
        return [
            {
                "name": tool.name,
                "description": tool.description,
                "input_schema": {
                    "type": "object",
                    "properties": {**self._dataset(), **tool.properties},
                    "required": [*self._must_name(), *tool.required],
                    "additionalProperties": False,
                },
            }
            for tool in TOOLS
        ]

    def call(self, name: str, arguments: Mapping[str, Any] | None) -> dict[str, Any]:
        """Answer one call.

        Raises
        ------
        ReasonScapeError
            As the command of that name would.
        """
        from reasonscape.datasets.config import Dataset

        found = {tool.name: tool for tool in TOOLS}
        if name not in found:
            raise UsageError(
                f"there is no tool {name!r:.60}",
                remedy=f"the tools are {', '.join(found)}",
                did_you_mean=get_close_matches(name, found, n=1),
            )
        tool = found[name]
        given = checked(name, {**self._dataset(), **tool.properties}, arguments or {})
        missing = [one for one in (*self._must_name(), *tool.required) if one not in given]
        if missing:
            raise UsageError(f"the tool {name} was called without {missing[0]}", remedy="give it")
        if given.get("show_text") and not self._show_text:
            raise UsageError(
                "this server shows no text of samples",
                remedy="who started it can allow it: analyze.py mcp --show-text",
            )
        named = given.pop("dataset", next(iter(self._datasets)))
        # Opened for each call: an import in between is seen.
        return tool.call(Dataset.open(self._datasets[named]), given)

    def _dataset(self) -> Properties:
        names = list(self._datasets)
        return {"dataset": {"type": "string", "enum": names, "description": "Which dataset."}}

    def _must_name(self) -> tuple[str, ...]:
        return ("dataset",) if len(self._datasets) > 1 else ()


def _evals(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    from reasonscape.runs.listing import list_evals

    limit = given.pop("limit", EVALS)
    return list_evals(dataset, given.pop("filters", {}), **given).as_json(limit)


def _tasks(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    from reasonscape.runs.tasks import list_tasks

    limit = given.pop("limit", TASKS)
    return list_tasks(dataset, given.pop("filters", {}), **given).as_json(limit)


def _triage(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    from reasonscape.runs.triage import triage
    from reasonscape.runs.triage_bounds import bounded
    from reasonscape.runs.triage_summary import summarise

    return bounded(summarise(triage(dataset, given.get("filters", {}))), **_bounds(given))


def _diagnose(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    from reasonscape.runs.diagnosing import diagnose
    from reasonscape.runs.diagnosis_summary import bounded, summarise

    run = diagnose(dataset, given.get("filters", {}), baseline=given.get("baseline"))
    return bounded(summarise(run), **_bounds(given))


def _lens(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    from reasonscape.runs.lens_run import run_lens
    from reasonscape.runs.summary import bounded, summarise

    name = given["lens"]
    axes = (given["axis"],) if "axis" in given else ()
    if name in POOLED and axes:
        raise UsageError(
            f"{name} looks at all tasks at once and takes no axis", remedy="leave axis out"
        )
    options = lens(name).Options() if name in POOLED else lens(name).Options(axes=axes)
    return bounded(
        summarise(run_lens(name, dataset, given.get("filters", {}), options)), **_bounds(given)
    )


def _sample(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    return show_samples(dataset, given.pop("filters", {}), **given)


def _schema(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    if "results" in given:
        from reasonscape.runs.schema_results import result_schema

        return result_schema(given["results"])
    from reasonscape.runs.schema import describe

    return describe(dataset.path)


def _bounds(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"limit": given.get("limit", FINDINGS), "detail": given.get("detail", False)}


TOOLS: Final = (
    Tool("evals", "Which evals are there, how much data, how good.",
         {"search": {"type": "string", "description": "Part of an id, model or label."}, **_USUAL},
         _evals),
    Tool("tasks", "Which tasks, axes and levels exist, and how many samples a cell.",
         _USUAL, _tasks),
    Tool("triage", "Screen every (eval, task) at once: suspects, and what to diagnose. A suspicion "
         "is a hint, no cause.", _USUAL, _triage),
    Tool("diagnose", "Why does it fail: all four lenses, ranked causes with confidence. Takes "
         "a whole dataset, or one (eval, task).",
         {"baseline": {"type": "string", "description": "A working eval to contrast with."},
          **_USUAL}, _diagnose),
    Tool("lens", "One lens closely: surface (where), fft (prompts), compression (traces), hazard "
         "(when in the generation), failures (groups), traces (phrases that mark a wrong end).",
         {"lens": {"type": "string", "enum": [*LENSES, *POOLED], "description": "Which lens."},
          "axis": {"type": "string", "description": "An axis to look along."}, **_USUAL},
         _lens, ("lens",)),
    Tool("sample", "A few samples: ids, outcome, difficulty, tokens, numbers of the trace; texts "
         "only where the server allows it.",
         {"filters": _FILTERS, "limit": {**_LIMIT, "maximum": MOST},
          "show_text": {"type": "boolean", "description": "Beginning and end of each text."}},
         _sample),
    Tool("schema", "Filter keys of the dataset, columns, patterns, exit codes; or the JSON Schema "
         "of a result.",
         {"results": {"type": "string", "enum": [*COMMANDS, "finding", "hypothesis", "error"],
                      "description": "Instead: the schema of this result."}}, _schema),
)  # fmt: skip
