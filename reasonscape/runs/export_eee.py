"""An export to Every Eval Ever: for each eval one aggregate file and one file of instance rows."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import reasonscape
from reasonscape.runs.export_eee_paths import datastore_path
from reasonscape.runs.export_eee_rows import SCHEMA_VERSION, TaskSums, instance_row
from reasonscape.runs.folder import OutputFolder

if TYPE_CHECKING:
    import pyarrow as pa

    from reasonscape.datasets.config import Dataset

_UNKNOWN: Final = "unknown"


@dataclass(slots=True)
class _Eval:
    """One eval on its way out: where its rows go, and what they add up to."""

    model: str
    template: str
    sampler: str
    evaluation_id: str
    name: str
    staged: Path
    hash: Any = field(default_factory=hashlib.sha256)
    tasks: dict[tuple[str, str], TaskSums] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(task.rows for task in self.tasks.values())


class EeeWriter:
    """Takes rows in any order of evals and writes the files of all evals.

    Parameters
    ----------
    folder
        Where ``data/COLLECTION/DEVELOPER/MODEL/UUID.json`` goes, with ``UUID_samples.jsonl``.
    staging
        A folder of the same disk for what is not finished.
    """

    def __init__(self, dataset: Dataset, folder: OutputFolder, staging: Path) -> None:
        self._dataset = dataset
        self._folder = folder
        self._staging = staging
        self._evals: dict[str, _Eval] = {}
        self.left_out = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Write the graded rows of a batch."""
        rows = batch.to_pylist()
        for eval_id, members in groupby(rows, key=lambda row: row["eval_id"]):
            graded = [row for row in members if row["correct"] is not None]
            if graded:
                self._write(eval_id, graded)
        self.left_out += sum(row["correct"] is None for row in rows)

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return sum(one.rows for one in self._evals.values())

    def _write(self, eval_id: str, rows: list[dict[str, Any]]) -> None:
        import orjson

        one = self._evals.get(eval_id) or self._begin(eval_id, rows[0])
        lines = list[bytes]()
        for row in rows:
            key = (row["base_task"], row["task"])
            one.tasks.setdefault(key, TaskSums(*key)).add(row)
            written = instance_row(row, one.evaluation_id)
            lines.append(orjson.dumps(written, option=orjson.OPT_APPEND_NEWLINE))
        block = b"".join(lines)
        one.hash.update(block)
        # Opened anew each time: an eval is seen once a base task, and there may be thousands.
        with one.staged.open("ab") as file:
            file.write(block)

    def _begin(self, eval_id: str, row: Mapping[str, Any]) -> _Eval:
        model, name = row["model"], self._dataset.name
        one = self._evals[eval_id] = _Eval(
            model=model,
            template=row["template"],
            sampler=row["sampler"],
            evaluation_id=f"{name}/{model}/{eval_id}",
            name=datastore_path(name, model, eval_id),
            staged=self._staging / f"{eval_id}.jsonl",
        )
        return one

    def finish(self, written: str) -> list[tuple[str, int]]:
        """Stage all files in the folder.

        Parameters
        ----------
        written
            When the newest row came into the store, ISO 8601: the same store gives the same files.

        Returns
        -------
        list of (str, int)
            Files of instance rows with their rows.
        """
        files = []
        for _, one in sorted(self._evals.items()):
            samples = f"{one.name}_samples.jsonl"
            self._folder.stage(samples, partial(os.replace, one.staged))
            document = _aggregate(one, samples, self._dataset.name, _epoch_seconds(written))
            text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
            self._folder.write(f"{one.name}.json", text + "\n")
            files.append((samples, one.rows))
        return files


def _aggregate(one: _Eval, samples: str, name: str, time: str) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": one.evaluation_id,
        "retrieved_timestamp": time,
        "source_metadata": {
            "source_name": f"ReasonScape dataset {name}",
            "source_type": "evaluation_run",
            "source_organization_name": _UNKNOWN,
            "evaluator_relationship": "other",
        },
        "eval_library": {
            "name": _UNKNOWN,
            "version": _UNKNOWN,
            "additional_details": {"exported_by": f"reasonscape {reasonscape.__version__}"},
        },
        "model_info": {
            "name": one.model,
            "id": one.model,
            "additional_details": {"deployment_type": _UNKNOWN, "model_availability": _UNKNOWN},
        },
        "evaluation_results": [
            task.result(one.template, one.sampler) for _, task in sorted(one.tasks.items())
        ],
        "detailed_evaluation_results": {
            "format": "jsonl",
            "file_path": samples,
            "hash_algorithm": "sha256",
            "checksum": one.hash.hexdigest(),
            "total_rows": one.rows,
        },
    }


def _epoch_seconds(time: str) -> str:
    try:
        return str(int(datetime.fromisoformat(time).timestamp()))
    except ValueError:
        return "0"
