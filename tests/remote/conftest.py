"""An environment without secrets and proxies, and places behind URLs that last for one test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import fsspec
import pytest

from reasonscape.store.sample import Sample
from tests.remote.servers import isolate, s3_server

_NUMBERS = count()


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of copies, in an environment where clients find nothing."""
    folder = tmp_path / "cache"
    isolate(monkeypatch, folder)
    return folder


@pytest.fixture
def memory() -> Iterator[Any]:
    """fsspec's memory file system, empty before and after."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 server on loopback."""
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def s3(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the server, which the environment now names with working credentials."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False)


@pytest.fixture
def bucket(s3: Any) -> str:
    """A new bucket: its URL."""
    name = f"bucket-{next(_NUMBERS)}"
    s3.mkdir(name)
    return f"s3://{name}"


@pytest.fixture(params=["memory", "s3"])
def place(request: pytest.FixtureRequest) -> tuple[Any, str]:
    """A file system and a URL to write below, of each kind."""
    if request.param == "memory":
        return request.getfixturevalue("memory"), "memory://bucket"
    return request.getfixturevalue("s3"), request.getfixturevalue("bucket")


def sample(number: int, **changes: Any) -> Sample:
    """A sample by number."""
    fields: dict[str, Any] = {
        "model": "m",
        "base_task": "add",
        "item_id": f"i{number}",
        "params": {"length": float(number % 5)},
        "correct": number % 3 == 0,
        "stop": "stop",
        "source": "log.jsonl",
        "source_row": number + 1,
        "prompt": f"What is {number} + 1?",
        "response": f"It is {number + 1}.",
    }
    return Sample(**{**fields, **changes})


def rows(start: int, stop: int, **changes: Any) -> bytes:
    """Rows of a log of sample records."""
    found = []
    for number in range(start, stop):
        level = number % 8 + 1
        row = {
            "model": "m",
            "base_task": "mul" if number % 2 else "add",
            "item_id": f"i{number}",
            "params": {"length": level, "depth": number % 3},
            "prompt": f"what is {number} " * level,
            "reasoning": f"I think {number} of " * 4 * level,
            "response": str(number),
            "correct": number % 10 > level,
            "stop": "stop",
            "completion_tokens": 30 * level,
            "max_tokens": 400,
        }
        found.append(json.dumps({**row, **changes}).encode())
    return b"\n".join(found) + b"\n"


@pytest.fixture
def make_rows() -> Callable[..., bytes]:
    """Make rows of a log by their numbers."""
    return rows
