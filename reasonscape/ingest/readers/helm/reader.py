"""The run folders of HELM; the log is ``scenario_state.json``.

One sample stands for one instance: with one request, for a generation; with one request for each
reference, for all of them together. ``item_id`` is the instance, which HELM numbers alike for every
model; a perturbation of an instance keeps its number and is a task of its own. ``repeat`` is the
draw of the examples in the prompt (``train_trial_index``): draw k has the same examples for every
model, so that pairs of two models are pairs of one prompt.

The grade stands in ``per_instance_stats.json``. It is the first metric of the run that says right
or wrong (the exact matches and their kin), else the first that is a fraction, such as F1, which
counts as right from 1 or from the dataset's ``correct_at``; ``--metric`` names another. Without
that file the rows are ungraded.

The instructions are no part of the template: HELM writes the subject into them, so that each
subject would be an eval of its own. They stand in the prompt, which tells questions apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.ingest.file_names import plain_name
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.native import native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm.documents import Elements
from reasonscape.ingest.readers.helm.metrics import chosen_metric, correct_at
from reasonscape.ingest.readers.helm.rows import InstanceRows
from reasonscape.ingest.readers.helm.run import RUN_SPEC, SCENARIO, beside, read_run
from reasonscape.ingest.readers.helm.stats import InstanceStats, read_stats
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

STATE: Final = "scenario_state.json"
STATS: Final = "per_instance_stats.json"


def read_helm(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one run, from its scenario state and what lies beside it.

    Parameters
    ----------
    path
        ``scenario_state.json``.

    Yields
    ------
    Sample or Refusal
        One for each instance, perturbation and train trial.

    Raises
    ------
    UsageError
        The file is no scenario state, or ``--metric`` names nothing that was measured.
    """
    states = Elements(path, options, "request_states")
    if "adapter_spec" not in states.head:
        raise UsageError(
            f"{path} is no scenario state of HELM: it has no 'adapter_spec'",
            remedy=f"give the {STATE} of a run, or its folder",
        )
    run = read_run(path, states.head["adapter_spec"], options)
    found = beside(path, STATS)
    stats = read_stats(found, options) if found else InstanceStats()
    if not found:
        options.notices.add(f"not graded: no {STATS} beside the scenario state")
    metric = chosen_metric(stats.names, len(stats.by_key), options)
    rows = InstanceRows(states, run, stats, metric, options)
    yield from native_samples(path, options, rows, correct_at=correct_at(metric))


_KEYS: Final = (re.compile(rb'"adapter_spec"\s*:\s*\{'), re.compile(rb'"request_states"\s*:\s*\['))
_COMPANIONS: Final[dict[str, tuple[bytes, ...]]] = {
    RUN_SPEC: (b'"scenario_spec"', b'"adapter_spec"'),
    SCENARIO: (b'"name"', b'"definition_path"'),
    STATS: (b'"instance_id"', b'"train_trial_index"', b'"stats"'),
    "stats.json": (b'"name"', b'"count"', b'"sum_squared"'),
    "instances.json": (b'"input"', b'"references"'),
    "display_predictions.json": (b'"instance_id"', b'"predicted_text"'),
    "display_requests.json": (b'"instance_id"', b'"request"'),
}


def _is_helm(head: Head) -> bool:
    return head.bytes.lstrip().startswith(b"{") and all(key.search(head.bytes) for key in _KEYS)


def _is_companion(head: Head) -> bool:
    marks = _COMPANIONS.get(plain_name(head.path.name))
    return marks is not None and all(mark in head.bytes for mark in marks)


HELM: Final = Format(
    "helm",
    "run folders of HELM: `scenario_state.json` with `per_instance_stats.json`, `run_spec.json` "
    "and `scenario.json` beside it",
    _is_helm,
    read_helm,
    Declared(
        native={
            "model": "`adapter_spec.model`",
            "template": "what the run's name says of the prompt",
            "sampler": "`model_deployment`, `temperature`, `random` of `adapter_spec`",
            "base_task": "`name` of `scenario.json`, else the head of the run's name",
            "task": "the run's name without the model and its settings, `method` and "
            "`max_train_instances` of `adapter_spec`, and the perturbation",
            "item_id": "`instance.id`",
            "repeat": "`train_trial_index`, the draw of the examples",
            "prompt": "`request.prompt`, `messages` or `multimodal_prompt`; with a request for "
            "each reference, what they have in common",
            "reasoning": "`thinking.text`",
            "response": "`completions[].text` of the largest logprob; with a request for each "
            "reference, the chosen one",
            "answer": "the reference behind the letter (`output_mapping`), or `predicted_index`",
            "target": "references tagged `correct`; a JSON list of several",
            "score": "the metric in `per_instance_stats.json`",
            "correct": "a metric that is an exact match or its kin; others from `score`",
            "stop": "`finish_reason.reason`, else the stats `finish_reason_*`; `error` where "
            "`success` is false",
            "max_tokens": "`request.max_tokens`, not where it is 1, which asks for a letter",
            "prompt_tokens": "the stat `num_prompt_tokens`",
            "completion_tokens": "`completions[].tokens`, not beside `thinking`, which they leave "
            "out",
        },
        inferred={
            "reasoning": "else `<think>` in the text",
            "reasoning_kind": "whether there is reasoning",
            "answer": "without `predicted_index`, the reference of the largest logprob",
            "chance": "correct references / references, where they are the choices",
            "chance_source": "`row` where there are choices",
            "answered": "whether the output is a letter of `output_mapping`",
            "stop": "without a reason, from the tokens and the cap",
            "stop_source": "how `stop` is known",
            "tokens_source": "`native`: HELM counts them itself",
        },
        metadata={
            "extra_data": "`instance.extra_data`",
            "scenario_args": "`scenario_spec.args` of `run_spec.json`",
        },
    ),
    companion=_is_companion,
    companions=tuple(f"{name}*" for name in (RUN_SPEC, SCENARIO, STATS)),
    heeds=("metric",),
)
