"""Logs of Inspect written for one test, from as little as a reader needs."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Final

from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.reader import read_inspect
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal
from tests.ingest.fuzz.archives import Member, pack

HEADER: Final[dict[str, Any]] = {
    "version": 2,
    "status": "success",
    "eval": {
        "run_id": "r",
        "created": "2026-01-02T03:04:05+00:00",
        "task": "pkg/sums",
        "task_args": {},
        "model": "org/m",
        "model_generate_config": {},
        "config": {},
    },
    "plan": {"steps": [{"solver": "generate", "params": {}}], "config": {}},
    "results": {"total_samples": 1, "scores": [{"name": "match", "scorer": "match"}]},
}
USAGE: Final = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
SAMPLE: Final[dict[str, Any]] = {
    "id": 1,
    "epoch": 1,
    "input": "1+1?",
    "target": "2",
    "messages": [
        {"role": "user", "content": "1+1?", "source": "input"},
        {"role": "assistant", "content": "2", "source": "generate"},
    ],
    "output": {
        "choices": [{"message": {"role": "assistant", "content": "2"}, "stop_reason": "stop"}],
        "completion": "2",
        "usage": USAGE,
    },
    "scores": {"match": {"value": "C", "answer": "2"}},
    "metadata": {},
    "model_usage": {"org/m": USAGE},
}


def sample(**changes: Any) -> dict[str, Any]:
    """One sample; ``None`` takes a member out."""
    made = copy.deepcopy(SAMPLE) | changes
    return {key: value for key, value in made.items() if value is not None}


def answer(content: Any, stop: str = "stop", **changes: Any) -> dict[str, Any]:
    """An output with one message."""
    message = {"role": "assistant", "content": content}
    return {"choices": [{"message": message, "stop_reason": stop}], "usage": USAGE, **changes}


def header(**changes: Any) -> dict[str, Any]:
    """A header, with some members of ``eval`` or of its own changed."""
    made = copy.deepcopy(HEADER)
    for key, value in changes.items():
        (made if key in HEADER or key in ("error", "invalidated") else made["eval"])[key] = value
    return made


def document(path: Path, *samples: Any, head: dict[str, Any] | None = None) -> Path:
    """Write a ``.json`` log as Inspect does, indented."""
    log = (head or header()) | {"samples": list(samples)}
    path.write_text(json.dumps(log, indent=2), "utf-8")
    return path


def members(*samples: Any, head: dict[str, Any] | None = None) -> list[Member]:
    """Members of an archive, of a run that ended."""
    head = head or header()
    start = {key: head[key] for key in ("version", "eval", "plan") if key in head}
    found = [member("_journal/start.json", start)]
    for one in samples:
        found.append(member(f"samples/{one['id']}_epoch_{one['epoch']}.json", one))
    return [*found, member("header.json", head)]


def member(name: str, value: Any, method: int = 8) -> Member:
    """One member, of JSON or of bytes as they are."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Member(name, data, method)


def archive(path: Path, found: list[Member]) -> Path:
    """Write an ``.eval`` log."""
    path.write_bytes(pack(found))
    return path


def read(path: Path, options: ReadOptions | None = None) -> list[Sample | Refusal]:
    """Read a log."""
    return list(read_inspect(path, options or ReadOptions()))


def samples_of(path: Path, options: ReadOptions | None = None) -> list[Sample]:
    """Read a log in which no row is refused."""
    records = read(path, options)
    assert not [one for one in records if isinstance(one, Refusal)]
    return [one for one in records if isinstance(one, Sample)]


def refusals_of(path: Path, options: ReadOptions | None = None) -> list[tuple[str, str]]:
    """Reason and field of the rows that are refused."""
    return [(one.reason, one.field) for one in read(path, options) if isinstance(one, Refusal)]
