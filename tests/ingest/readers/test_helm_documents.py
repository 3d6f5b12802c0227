"""The documents of a HELM run, one element at a time: cut, large and broken ones."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm.reader import read_helm
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

SPEC = {"method": "generation", "model": "m"}


def request(number: int, prompt: str = "2+2?") -> dict[str, Any]:
    return {
        "instance": {"id": f"id{number}"},
        "train_trial_index": 0,
        "request": {"prompt": prompt},
        "result": {"success": True, "completions": [{"text": "4"}]},
    }


@pytest.fixture
def make(tmp_path: Path) -> Any:
    def write(requests: list[Any]) -> Path:
        path = tmp_path / "scenario_state.json"
        state = {"adapter_spec": SPEC, "request_states": requests, "annotator_specs": [{"a": 1}]}
        path.write_bytes(orjson.dumps(state, option=orjson.OPT_INDENT_2))
        return path

    return write


def records(path: Path, options: ReadOptions | None = None) -> list[Sample | Refusal]:
    return list(read_helm(path, options or ReadOptions()))


def told(path: Path, options: ReadOptions | None = None) -> list[str | None]:
    """Items, and why others have none."""
    return [
        one.reason if isinstance(one, Refusal) else one.item_id for one in records(path, options)
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"{", "no intact JSON document"),
        (b"[]", "not an object"),
        (b'{"adapter_spec": {}, "request_states": {}}', "'request_states' is an object"),
        (b'{"request_states": []}', "no scenario state"),
        (b"\xff\xfe{", "no intact JSON document"),
        (b'{"adapter_spec": {},\n  "request_states": [\n    {', None),
    ],
)
def test_what_is_no_scenario_state(tmp_path: Path, content: bytes, words: str | None) -> None:
    path = tmp_path / "scenario_state.json"
    path.write_bytes(content)
    if words is None:
        assert told(path) == ["truncated_row"]
        return
    with pytest.raises(UsageError, match=words):
        records(path)


def test_a_cut_file_gives_all_before_the_cut(make: Any) -> None:
    path = make([request(number) for number in range(1, 9)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 4])
    *good, last = records(path)
    assert len(good) == 6
    assert all(isinstance(record, Sample) for record in good)
    assert isinstance(last, Refusal)
    assert last.reason == "truncated_row"


def test_a_cut_stream_gives_all_before_the_cut(make: Any, tmp_path: Path) -> None:
    noise = random.Random(1)
    states = [request(n, noise.randbytes(200).hex()) for n in range(1, 99)]
    path = make(states)
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    path = tmp_path / "scenario_state.json.gz"
    path.write_bytes(packed[: len(packed) // 2])
    *good, last = records(path)
    assert len(good) > 30
    assert isinstance(last, Refusal)
    assert last.reason == "broken_compression"


def test_a_large_element_is_passed_without_being_held(make: Any) -> None:
    states = [request(1), request(2, "x" * 3_000_000), request(3)]
    options = ReadOptions(max_row_bytes=100_000)
    assert told(make(states), options) == ["id1", "row_too_large", "id3"]


def test_an_element_that_cannot_be_parsed_costs_itself(make: Any) -> None:
    path = make([request(1), request(2), request(3)])
    raw = path.read_bytes().replace(b'"id": "id2"', b'"id": "id2", "id": "id4"')
    path.write_bytes(raw)
    assert told(path) == ["id1", "duplicate_key", "id3"]
