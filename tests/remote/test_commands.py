"""The commands say the same of a dataset on S3 as of the same dataset here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.remote.servers import web_server

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "analyze.py"), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture
def both(bucket: str, s3: Any, tmp_path: Path, make_rows: Any) -> tuple[str, str]:
    """One log imported into a dataset here and into one on S3, each from its own place."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(make_rows(0, 800))
    s3.put_file(str(log), f"{bucket.partition('://')[2]}/logs/log.jsonl")
    here, there = str(tmp_path / "data" / "x.json"), f"{bucket}/data/x.json"
    run("import", log, "--dataset", here)
    said = run("import", f"{bucket}/logs/log.jsonl", "--dataset", there)
    assert f"next: python analyze.py evals {there}" in said.stdout
    return here, there


@pytest.mark.slow
def test_lenses_and_listings_say_the_same(both: tuple[str, str], tmp_path: Path) -> None:
    here, there = both
    for command in (
        ["evals"],
        ["tasks", "--detail"],
        ["surface", "--figures", "0"],
        ["compression", "--figures", "0"],
    ):
        name, *more = command
        local = run(name, here, *more, "--format", "json").stdout
        remote = run(name, there, *more, "--format", "json").stdout
        assert there in remote or name in ("evals", "tasks")
        found, wanted = (json.loads(text.replace(there, here)) for text in (remote, local))
        assert _without_hash(found) == _without_hash(wanted)
    output = tmp_path / "out"
    run("surface", there, "--output-dir", output, "--figures", "1")
    assert json.loads((output / "summary.json").read_text())["dataset"] == there


def _without_hash(value: Any) -> Any:
    """A result without what names files of the store."""
    if isinstance(value, dict):
        return {
            key: _without_hash(one)
            for key, one in value.items()
            if key not in ("provenance", "store_hash", "seconds", "created")
        }
    if isinstance(value, list):
        return [_without_hash(one) for one in value]
    return value


@pytest.mark.slow
def test_care_of_a_store_on_s3(both: tuple[str, str]) -> None:
    _, there = both
    assert json.loads(run("store", "verify", there, "--format", "json").stdout)["ok"]
    told = json.loads(run("store", "info", there, "--format", "json").stdout)
    assert (told["path"], told["rows"]) == (there.removesuffix(".json"), 800)
    run("store", "compact", there)
    run("store", "refresh", there, "--force")
    [one] = json.loads(run("store", "imports", there, "--format", "json").stdout)["imports"]
    run("store", "delete", there, one["import_id"])
    assert json.loads(run("store", "info", there, "--format", "json").stdout)["rows"] == 0


def test_what_cannot_be_done_is_one_sentence(bucket: str, tmp_path: Path, make_rows: Any) -> None:
    said = run("evals", f"{bucket}/none.json", code=2).stderr
    assert said.startswith(f"error: no dataset {bucket}/none.json") and said.count("\n") == 1
    said = run("import", "ftp://host/x", "--dataset", tmp_path / "x.json", code=2).stderr
    assert said.startswith("error: URLs of the kind ftp:// are not read")
    said = run("import", f"{bucket}/x.jsonl", "--dataset", "hf://a/b/c.json", code=2).stderr
    assert said.startswith("error: hf://a/b/c.json can only be read")
    (tmp_path / "log.jsonl").write_bytes(make_rows(0, 5))
    with web_server(tmp_path) as (address, _):
        secret = f"{address.replace('://', '://me:hunter2@')}/log.jsonl?token=hunter3"
        said = run("import", secret, "--dry-run").stdout
        assert f"import {address}/log.jsonl --dataset" in said and "hunter" not in said


def test_who_names_no_url_does_not_pay_for_them(tmp_path: Path, make_rows: Any) -> None:
    (tmp_path / "log.jsonl").write_bytes(make_rows(0, 5))
    program = (
        "import sys; from reasonscape.cli import main\n"
        "try: main()\n"
        "finally: print([n for n in ('fsspec', 's3fs', 'aiohttp') if n in sys.modules])\n"
    )
    command = [sys.executable, "-c", program, "import", str(tmp_path / "log.jsonl")]
    command += ["--dataset", str(tmp_path / "x.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
