"""Recognising logs by their content, and finding them in folders."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
import zstandard

from reasonscape.errors import UsageError
from reasonscape.ingest.formats import format_named, sniff
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.mapping import load_mapping

NATIVE = b'{"model": "m", "base_task": "t", "correct": true}\n'
RESULT = orjson.dumps({"name": "x", "config": {}, "results": [{"completions": []}]})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (NATIVE, "samples"),
        (b"\xef\xbb\xbf" + NATIVE, "samples"),
        (b"\n\n{oops\n" + NATIVE, "samples"),
        (gzip.compress(NATIVE, mtime=0), "samples"),
        (zstandard.ZstdCompressor().compress(NATIVE), "samples"),
        (NATIVE[:-2] + b', "prompt": "' + b"x" * 3_000_000 + b'"}', "samples"),
        (RESULT, "reasoning_gym"),
        (b'{\n  "metadata": {"model": "m"},\n  "categories": [\n', "reasoning_gym"),
    ],
)
def test_sniff(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(content)
    assert sniff(path).name == name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (gzip.compress(NATIVE, mtime=0)[:8], "is damaged"),
        (b"\x00\x01\x02", "no known log format"),
        (b"[1, 2]", "JSON array where lines are expected"),
        (b'{\n "a": 1}', "one JSON document over several lines"),
        (b"PK\x03\x04....", "ZIP archive"),
        (b'{"0": {"origin_prompt": "q", "prediction": "a"}}', "looks like a prediction file"),
        (b'{"q": 1, "gold": 2}', "unknown layout, with the keys 'q', 'gold'"),
        (orjson.dumps(dict.fromkeys(load_mapping("rg_eval").detect)), "--map rg_eval"),
        (orjson.dumps(dict.fromkeys(load_mapping("planbench").detect)), "--map planbench"),
    ],
)
def test_what_is_not_recognised_is_one_clear_error(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        sniff(path)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_a_folder_gives_its_logs_and_names_the_rest(tmp_path: Path) -> None:
    for name, content in {
        "b/run.jsonl": NATIVE,
        "a/run.jsonl.gz": gzip.compress(NATIVE, mtime=0),
        "a/c/products.json": RESULT,
        "a/summary.json": b"{}",
        "a/empty.jsonl": b"",
        "notes.txt": b"hello",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    found = find_logs([tmp_path, tmp_path / "b" / "run.jsonl"])
    assert [(log.path.name, log.format.name) for log in found.logs] == [
        ("run.jsonl.gz", "samples"),
        ("products.json", "reasoning_gym"),
        ("run.jsonl", "samples"),
    ]
    ((path, reason),) = found.passed
    assert path.name == "empty.jsonl"
    assert "is empty" in reason


def test_nothing_found(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no log was found"):
        find_logs([tmp_path])
    (tmp_path / "x.jsonl").write_bytes(b"{}")
    with pytest.raises(UsageError, match="none of the 1 files"):
        find_logs([tmp_path])
    with pytest.raises(UsageError, match="there is no log at"):
        find_logs([tmp_path / "missing.jsonl"])


def test_names_of_formats(tmp_path: Path) -> None:
    assert format_named("samples").name == "samples"
    with pytest.raises(UsageError, match="did you mean samples"):
        format_named("sample")
    with pytest.raises(UsageError, match="leave one of --map and --as away"):
        find_logs([tmp_path], "samples", load_mapping("rg_eval"))
