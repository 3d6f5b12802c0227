"""One or more whole logs of every format, with the files that go with them.

They lie under ``golden/<format>/``. A format of which none lie there gets rows written here; a
format without either is an error, so that a new format cannot go without.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from reasonscape.errors import UsageError
from reasonscape.ingest.choices import Choices, read_options
from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.format import Format
from reasonscape.ingest.formats import FORMATS, sniff
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.mapped import MAPPED

FOLDER: Final = Path(__file__).parent / "golden"
GRADES: Final = "grades/grades."


@dataclass(frozen=True)
class Golden:
    """The logs of one format.

    Attributes
    ----------
    files
        Path from the folder -> content, of logs and of all that lies beside them.
    logs
        Those of the files that are logs.
    mapping
        The mapping through which they are read, as its file.
    grades
        The file that grades them.
    """

    format: Format
    files: dict[str, bytes]
    logs: tuple[str, ...]
    mapping: bytes | None = None
    grades: str | None = None

    def choices(self, folder: Path) -> Choices:
        """Arguments of ``import_logs`` for the logs written into a folder."""
        given = Choices()
        if self.mapping is not None:
            path = folder / "map.json"
            path.write_bytes(self.mapping)
            given["mapping"] = path
        else:
            given["format"] = self.format.name
        if self.grades is not None:
            given["grades"] = folder / self.grades
        return given

    def options(self, folder: Path) -> ReadOptions:
        """New options to read them with."""
        return read_options(**self.choices(folder))

    def written(self, folder: Path) -> list[Path]:
        """Write all files into a folder; the paths of the logs."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return [folder / name for name in self.logs]

    def changed(self, files: dict[str, bytes]) -> Golden:
        """Give the same logs with some files changed."""
        return replace(self, files={**self.files, **files})


_SAMPLE: Final[dict[str, Any]] = {
    "model": "org/model-7b",
    "template": "cot",
    "sampler": "temperature=0.6",
    "base_task": "arithmetic",
    "task": "arithmetic/easy",
    "repeat": 0,
    "params": {"length": 18, "depth": 2, "format": "infix", "hard": True, "nested": {"a": 1.5}},
    "prompt": "What is 40 + 2?",
    "reasoning": "Forty and two.",
    "reasoning_kind": "full",
    "response": "It is 42.",
    "answer": "42",
    "target": "42",
    "correct": True,
    "score": 1.0,
    "chance": 0.25,
    "chance_source": "row",
    "answered": True,
    "stop": "stop",
    "stop_source": "native",
    "max_tokens": 8192,
    "prompt_tokens": 90,
    "completion_tokens": 512,
    "reasoning_tokens": 400,
    "tokens_source": "native",
}


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _sample_rows() -> list[dict[str, Any]]:
    rows = [{**_SAMPLE, "item_id": f"a-{n}", "prompt": f"What is {n} + 2?"} for n in range(4)]
    rows[1].update(correct=False, score=0.25, stop="length", response="It is", answered=False)
    rows[2] = {"model": "m", "base_task": "t", "correct": True, "response": "<think>hm</think>So."}
    rows[3].update(params={"length": 3, "label": "é", "list": [1, 2]}, sampler=None)
    return rows


def _samples() -> dict[str, bytes]:
    return {"run.jsonl": _lines(_sample_rows())}


_MAPPING: Final = {
    "columns": {
        **{name: f"data.{name}" for name in FIELDS},
        "correct": "data.score >= 0.5",
        "stop": {
            "from": "data.stop",
            "lookup": {"stop": "stop", "length": "length"},
            "default": "unknown",
        },
        "answer": "strip(data.answer)",
    },
    "param_objects": ["data.params"],
    "params": {"words": "length(data.prompt)", "category": "lower(meta.category ?? 'none')"},
    "drop_params": ["nested*"],
}


def _mapped() -> dict[str, bytes]:
    rows = [
        {"data": {"score": 0.0, **row}, "meta": {"category": "Maths"}} for row in _sample_rows()
    ]
    return {"rows.jsonl": _lines(rows)}


def _completion(answer: str | None, score: float, **more: Any) -> dict[str, Any]:
    response = f"<think>Hm.</think>It is {answer}."
    return {"model_answer": answer, "full_model_response": response, "score": score, **more}


def _reasoning_gym() -> dict[str, bytes]:
    results = [
        {
            "question": f"What is {n} times 3?",
            "expected_answer": str(3 * n),
            "best_score": 1.0,
            "mean_score": 0.5,
            "completions": [_completion(str(3 * n), 1.0), _completion(None, 0.01)],
        }
        for n in range(4)
    ]
    results[3]["completions"] = [_completion("9", 0.98, error="timeout"), _completion("9", 1.0)]
    dataset = {
        "name": "products",
        "category": "arithmetic",
        "average_best_score": 0.5,
        "total_examples": 4,
        "config": {"size": 4, "seed": 45, "min_terms": 4, "weights": [1, 2], "range": {"a": 1}},
        "system_prompt": "Think first.",
        "completions_per_prompt": 2,
        "results": results,
    }
    summary = {"model": "org/model-7b", "max_tokens": 32768, "temperature": 0.6, "top_p": 0.95}
    whole = {
        "metadata": {"model": "small", "max_tokens": 2048, "temperature": 0.7},
        "categories": [{"name": "arithmetic", "datasets": [{**dataset, "name": "sums"}]}],
    }
    return {
        "easy/org_model-7b_20250409_195646/arithmetic/products.json": orjson.dumps(dataset),
        "easy/org_model-7b_20250409_195646/summary.json": orjson.dumps(summary),
        "whole/results.json": orjson.dumps(whole, option=orjson.OPT_INDENT_2),
    }


def _planbench() -> dict[str, bytes]:
    instances = [
        {
            "instance_id": n + 1,
            "query": f"I am playing with {n + 3} blocks.\n\n[STATEMENT]\nWhat is the plan?",
            "ground_truth_plan": "(pick-up a)\n(stack a b)\n",
            "llm_raw_response": f"pick up block {n}\nstack it",
            "extracted_llm_plan": "(pick-up a)\n(stack a b)\n",
            "llm_correct": n % 2 == 0,
            "response_object": {
                "id": "x",
                "model": "some-model",
                "choices": [
                    {
                        "finish_reason": "stop" if n else "length",
                        "index": 0,
                        "message": {
                            "content": f"pick up block {n}\nstack it",
                            "role": "assistant",
                            "reasoning_content": "Blocks.",
                        },
                    }
                ],
                "usage": {
                    "prompt_tokens": 600 + n,
                    "completion_tokens": 70,
                    "total_tokens": 670 + n,
                    "completion_tokens_details": {"reasoning_tokens": 40},
                },
            },
        }
        for n in range(4)
    ]
    log = {
        "task": "task_1_plan_generation_zero_shot",
        "prompt_type": "zeroshot",
        "domain": "blocksworld_3",
        "engine": "some-engine_chat",
        "instances": instances,
    }
    return {
        "blocksworld_3/some-engine_chat/task_1_plan_generation_zero_shot.json": orjson.dumps(log)
    }


def _table() -> dict[str, bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{"repeat": 0, **row, "params": None} for row in _sample_rows()]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{**_SAMPLE, **row} for row in rows]), out)
    return {"rows.parquet": out.getvalue()}


_WRITTEN_HERE: Final[dict[str, Callable[[], dict[str, bytes]]]] = {
    "samples": _samples,
    "mapped": _mapped,
    "reasoning_gym": _reasoning_gym,
    "planbench": _planbench,
    "table": _table,
}


def _from_folder(format: Format, folder: Path) -> Golden:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    logs = [path.relative_to(folder).as_posix() for path in paths if _is_log(path, format)]
    grades = next((name for name in sorted(files) if name.startswith(GRADES)), None)
    return Golden(format, files, tuple(logs), grades=grades)


def _is_log(path: Path, format: Format) -> bool:
    try:
        return sniff(path).name == format.name
    except UsageError:
        return False


def golden(format: Format) -> Golden:
    """Give the golden logs of a format.

    Raises
    ------
    AssertionError
        It has none.
    """
    folder = FOLDER / format.name
    if folder.is_dir():
        found = _from_folder(format, folder)
    else:
        assert format.name in _WRITTEN_HERE, (
            f"the format {format.name} has no golden log: put one under {FOLDER}/{format.name}/"
        )
        files = _WRITTEN_HERE[format.name]()
        logs = tuple(name for name in files if not name.endswith("summary.json"))
        found = Golden(format, files, logs)
    assert found.logs, f"none of the files in {folder} is recognised as {format.name}"
    if format is MAPPED:
        return replace(found, mapping=orjson.dumps(_MAPPING))
    return found


NAMES: Final = tuple(format.name for format in FORMATS)
