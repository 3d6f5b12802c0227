"""Logs of Inspect (inspect_ai): ``.eval`` archives and ``.json`` documents.

One sample of a run, in one of its epochs, is one row. The score that counts is the first that the
header lists; a value with members gives one score a member, ``scorer.key``. C, P, I and N count as
Inspect counts them: 1, 0.5, 0 and 0. What Inspect calls a limit is a stop of the length for every
budget (context, token, message, turn, time, working, cost, custom) and an error where an operator
ended the sample; an error of the sample goes before both.

Of a run that was cut off, the samples that were written are read, those that stand in its journal
only are read from there, without their texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.native import NativeRow, native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.archive import Archive
from reasonscape.ingest.readers.inspect.document import document_rows
from reasonscape.ingest.readers.inspect.eval import HEADER, START, archive_rows
from reasonscape.ingest.rows import RowError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

COMPANIONS: Final = ("logs.json", "eval-set.json", "listing.json")
_ZIP: Final = b"PK\x03\x04"


def read_inspect(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one log of Inspect, of either form.

    Parameters
    ----------
    path
        An ``.eval`` archive or a ``.json`` document, whatever it is called.

    Yields
    ------
    Sample or Refusal
        One for each sample and epoch, in the order of the log.

    Raises
    ------
    UsageError
        It is no such log, is damaged as a whole, or has no samples.
    """
    return native_samples(path, options, _rows(path, options))


def _rows(path: Path, options: ReadOptions) -> Iterator[NativeRow | RowError]:
    with path.open("rb") as file:
        is_archive = file.read(len(_ZIP)) == _ZIP
    yield from archive_rows(path, options) if is_archive else document_rows(path, options)


_DOCUMENT_KEYS: Final = (
    re.compile(rb'"eval"\s*:\s*\{'),
    re.compile(rb'"(run_id|task_id|eval_id|created)"\s*:\s*"'),
    re.compile(rb'"status"\s*:\s*"(started|success|cancelled|error)"'),
)


def _is_inspect(head: Head) -> bool:
    if head.bytes.startswith(_ZIP):
        return _is_archive(head)
    return head.bytes.lstrip().startswith(b"{") and all(
        key.search(head.bytes) for key in _DOCUMENT_KEYS
    )


def _is_archive(head: Head) -> bool:
    """Whether an archive holds a log; its first member mostly tells it."""
    first = head.bytes[30 : 30 + int.from_bytes(head.bytes[26:28], "little")]
    if first in (HEADER.encode(), START.encode()) or first.startswith(b"samples/"):
        return True
    try:
        with Archive(head.path, 0) as archive:
            return HEADER in archive or START in archive
    except UsageError:
        return False


def _is_listing(head: Head) -> bool:
    """Whether a file lists the logs of a folder, as Inspect's viewer and eval sets keep one."""
    return head.path.name in COMPANIONS and head.bytes.lstrip().startswith(b"{")


_DECLARED: Final[dict[str, Any]] = {
    "native": {
        "model": "`eval.model`",
        "sampler": "`eval.model_generate_config` and `plan.config`",
        "base_task": "`eval.task`",
        "item_id": "`id`",
        "repeat": "`epoch`, from 0",
        "prompt": "`input`, media as placeholders",
        "reasoning": "`reasoning` in the content of the final message; its `summary` where it is "
        "`redacted`",
        "reasoning_kind": "`redacted` and `summary` of it",
        "response": "`output.completion`, the final one",
        "answer": "`answer` of the score",
        "target": "`target`; several as JSON",
        "score": "`value` of the score: C = 1, P = 0.5, I = N = 0",
        "stop": "`error`, `invalidation`, `limit.type`, else `output.choices[0].stop_reason`",
        "max_tokens": "`max_tokens` of the settings, where the model spoke once",
        "prompt_tokens": "`input_tokens` with those of the cache",
        "completion_tokens": "`output_tokens` of `output.usage`, reasoning included; of "
        "`model_usage`, all turns, where the model spoke more than once",
        "reasoning_tokens": "`reasoning_tokens`, part of `output_tokens`",
        "tokens_source": "`usage` is the provider's",
    },
    "inferred": {
        "template": "where the run was given a solver (`eval.solver`): names of the solvers in "
        "`plan.steps`, and a hash of what they were given",
        "task": "`eval.task` with `task_args_passed`, and its own plan where it has one",
        "correct": "`score` of 1 or more",
        "chance": "1 / number of `choices`, where one is right and one is picked",
        "chance_source": "whether there are `choices`",
        "answered": "whether the score has an `answer`; not where its value is N",
        "stop_source": "how `stop` is known",
    },
    "metadata": {
        "metadata": "`metadata` of the sample",
        "task_args": "arguments of the task",
    },
}

INSPECT: Final = Format(
    "inspect",
    "logs of Inspect (inspect_ai), `.eval` and `.json`, of runs that ended or were cut off",
    _is_inspect,
    read_inspect,
    Declared(**_DECLARED),
    companion=_is_listing,
    companions=COMPANIONS,
    heeds=("metric",),
)
