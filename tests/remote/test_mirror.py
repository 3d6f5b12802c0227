"""A store behind a URL: read through a copy that follows it, and fetches only what is read."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from time import gmtime, strftime
from typing import Any

import numpy as np
import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.errors import ReasonScapeError, StoreError, UsageError
from reasonscape.store.maintenance import compact, delete_import, imports, info
from reasonscape.store.remote import cache as cache_module
from reasonscape.store.remote.files import RemoteFiles
from reasonscape.store.remote.registry import MissingFileError
from reasonscape.store.tables import Store
from reasonscape.store.verifying import verify
from reasonscape.store.writing import ImportWriter
from tests.remote.conftest import sample
from tests.remote.servers import web_server

Place = tuple[Any, str]


def fill(url: str, *samples: Any) -> Store:
    store = Store.create(url)
    with ImportWriter(store) as writer:
        writer.add(list(samples))
        writer.commit()
    return store


def two_tasks(count: int = 6) -> list[Any]:
    odd = {"base_task": "mul % 2/x", "labels": {"format": "é"}}
    return [sample(n, **(odd if n % 2 else {})) for n in range(count)]


def scalars(store: Store) -> list[tuple[Any, ...]]:
    names = ("sample_uid", "base_task", "param.length", "label.format", "correct", "source")
    columns = ", ".join(f'"{name}"' for name in names)
    return sorted(store.rows(f"SELECT {columns} FROM {store.scan(names)}"))


def copied(cache: Path, ending: str) -> list[str]:
    return sorted(
        path.relative_to(path.parents[2]).parts[0] + "/" + path.parent.name
        for path in cache.rglob(f"*{ending}")
    )


def test_what_was_written_is_read_elsewhere_and_only_what_a_query_names(
    place: Place, cache: Path
) -> None:
    url = f"{place[1]}/data/x"
    fill(url, *two_tasks())
    shutil.rmtree(cache)
    store = Store.open(url)
    assert copied(cache, ".parquet") == []
    assert store.row_count() == 6 and store.base_tasks() == ("add", "mul % 2/x")
    assert copied(cache, ".parquet") == []  # those are in the log
    [(count,)] = store.rows(f"SELECT count(*) FROM {store.scan(('correct',), ('add',))}")
    assert count == 3
    assert copied(cache, ".parquet") == ["samples/base_task=add"]
    assert len(scalars(store)) == 6
    assert [name.split("/")[0] for name in copied(cache, ".parquet")] == ["samples"] * 2
    [(texts,)] = store.rows(f"SELECT count(prompt) FROM {store.scan_texts(('prompt',), ('add',))}")
    assert texts == 3
    assert len(copied(cache, ".parquet")) == 3


def test_the_files_there_are_a_store_that_can_be_copied_and_opened(
    place: Place, tmp_path: Path
) -> None:
    system, root = place
    store = fill(f"{root}/x", *two_tasks())
    base = root.partition("://")[2]
    for name in system.find(f"{base}/x"):
        target = tmp_path / "copy" / name.lstrip("/").removeprefix(f"{base}/x/")
        target.parent.mkdir(parents=True, exist_ok=True)
        system.get_file(name, str(target))
    plain = Store.open(tmp_path / "copy")
    assert scalars(plain) == scalars(store)
    assert plain.content_hash() == store.content_hash()
    assert verify(plain).is_sound


@pytest.mark.parametrize("more", [True, False])
def test_a_store_that_was_copied_there_is_read_checkpoints_included(
    place: Place, tmp_path: Path, more: bool
) -> None:
    from deltalake import DeltaTable

    system, root = place
    local = fill(str(tmp_path / "x"), *two_tasks())
    for table in ("samples", "texts"):
        DeltaTable(str(tmp_path / "x" / table)).create_checkpoint()
        for entry in sorted((tmp_path / "x" / table / "_delta_log").glob("*.json"))[:-1]:
            entry.unlink()  # as cleaning up does after a month
    if more:
        fill(str(tmp_path / "x"), sample(100))
    base = root.partition("://")[2]
    system.put(str(tmp_path / "x"), f"{base}/x", recursive=True)
    local.refresh()
    store = Store.open(f"{root}/x")
    assert scalars(store) == scalars(local)
    assert verify(store).is_sound
    again = fill(f"{root}/x", sample(200))
    assert again.row_count() == 7 + more


def test_an_open_store_stays_at_its_version_until_it_is_refreshed(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"{place[1]}/x"
    store = fill(url, sample(1))
    monkeypatch.setenv("REASONSCAPE_CACHE", str(tmp_path / "another machine"))
    fill(url, sample(2), sample(3))
    assert len(scalars(store)) == 1
    store.refresh()
    assert len(scalars(store)) == 3


def test_a_store_that_was_made_anew_is_not_mixed_with_the_old_one(
    place: Place, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    system, root = place
    url = f"{root}/x"
    old = fill(url, *two_tasks())
    scalars(old)
    system.rm(f"{root.partition('://')[2]}/x", recursive=True)
    with pytest.raises(StoreError, match="there is no store at"):
        Store.open(url)
    monkeypatch.setenv("REASONSCAPE_CACHE", str(tmp_path / "another machine"))
    fill(url, sample(50))
    monkeypatch.setenv("REASONSCAPE_CACHE", str(cache))
    store = Store.open(url)
    assert [row[1] for row in scalars(store)] == ["add"]
    assert len(copied(cache, ".parquet")) == 1


def test_a_damaged_copy_of_a_file_is_fetched_again(place: Place, cache: Path) -> None:
    url = f"{place[1]}/x"
    before = scalars(fill(url, *two_tasks()))
    for path in cache.rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-1])
    assert scalars(Store.open(url)) == before


def test_files_that_are_missing_there_or_cut_are_named(place: Place, cache: Path) -> None:
    system, root = place
    url = f"{root}/x"
    fill(url, *two_tasks())
    shutil.rmtree(cache)
    [name] = [n for n in system.find(f"{root.partition('://')[2]}/x") if "samples/base_task=a" in n]
    data = system.cat_file(name)
    system.pipe_file(name, data[:-1])
    with pytest.raises(MissingFileError, match=r"data file \S+ has \d+ bytes and not \d+"):
        scalars(Store.open(url))
    system.rm_file(name)
    with pytest.raises(MissingFileError, match=r"data file \S+://\S+ is not there; if the store"):
        scalars(Store.open(url))
    report = verify(Store.open(url))
    assert [(p.kind, p.count) for p in report.problems] == [("missing_file", 1)]
    system.pipe_file(name, data + b"more")
    with pytest.raises(UsageError, match="longer than"):
        scalars(Store.open(url))


@pytest.mark.parametrize(
    "path", ["../../../stolen.parquet", "/etc/stolen", "a\\..\\b", "a/../../b"]
)
def test_a_log_that_names_files_outside_of_the_store_is_refused(
    memory: Any, cache: Path, path: str
) -> None:
    fill("memory://b/x", sample(1))
    name = "/b/x/samples/_delta_log/00000000000000000001.json"
    entry = "/b/x/samples/_delta_log/00000000000000000002.json"
    name = entry if memory.exists(entry) else name
    lines = memory.cat_file(name).decode().splitlines()
    actions = [json.loads(line) for line in lines]
    for action in actions:
        if "add" in action:
            action["add"]["path"] = path
    memory.pipe_file(name, "\n".join(map(json.dumps, actions)).encode())
    shutil.rmtree(cache)
    with pytest.raises(StoreError, match="outside of the store"):
        scalars(Store.open("memory://b/x"))
    assert not list(cache.rglob("stolen*"))


def test_logs_that_are_damaged_there_are_refused_in_words(memory: Any, cache: Path) -> None:
    fill("memory://b/x", *two_tasks())
    log = "/b/x/samples/_delta_log"
    files = {f"{log}/_last_checkpoint": b""} | {
        name: memory.cat_file(name) for name in memory.find(log)
    }
    generator = np.random.default_rng(6)
    refused = 0
    odd = (b"[" * 99_999, b"{}", b"5", b"null", b'{"add":5}', b'{"version":[]}', b"\xff", b"")
    for turn in range(150):
        for name, data in files.items():
            memory.pipe_file(name, data)
        memory.rm(f"{log}/_last_checkpoint")
        name = sorted(files)[turn % len(files)]
        data = bytearray(files[name] or b'{"version":1,"size":9,"parts":2}')
        if turn % 3 == 0:
            data = bytearray(odd[turn // 3 % len(odd)])
        elif turn % 3 == 1:
            data[generator.integers(len(data))] ^= 1 << generator.integers(8)
        else:
            start, stop = sorted(generator.integers(len(data), size=2))
            data = data[:start] + data[stop:]
        memory.pipe_file(name, bytes(data))
        shutil.rmtree(cache, ignore_errors=True)
        try:
            scalars(Store.open("memory://b/x"))
        except ReasonScapeError as error:
            refused += 1
            assert "\n" not in str(error)
    assert 50 < refused < 150


def test_commands_of_care_work_there_and_are_seen_elsewhere(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"{place[1]}/x"
    stores = [fill(url, sample(n), sample(10 + n, base_task="mul")) for n in range(3)]
    store = stores[-1]
    assert compact(store).files_after == 4
    [first, *_] = imports(store)
    assert delete_import(store, first.import_id) == 2
    monkeypatch.setenv("REASONSCAPE_CACHE", str(tmp_path / "another machine"))
    other = Store.open(url)
    assert other.row_count() == 4
    assert verify(other).is_sound
    assert str(info(other).path) == url


def test_compacting_deletes_there_what_no_version_names(place: Place) -> None:
    system, root = place
    base = f"{root.partition('://')[2]}/x"
    url = f"{root}/x"
    stores = [fill(url, sample(n)) for n in range(3)]
    task = f"{base}/samples/base_task=add"
    system.pipe_file(f"{task}/20200101T000000Z-abcd-00001.parquet", b"of a killed import")
    system.pipe_file(f"{task}/{strftime('%Y%m%dT%H%M%SZ', gmtime())}-abcd-1.parquet", b"running")
    system.pipe_file(f"{task}/somebody's.parquet", b"of unknown age")
    assert compact(stores[-1]).files_deleted == 1
    report = compact(stores[-1], retention=0.0)
    assert report.files_deleted == 6 and report.bytes_deleted > 6 * 1000
    left = [name for name in system.find(base) if "_delta_log" not in name]
    assert len(left) == 2 + 2
    assert verify(Store.open(url)).is_sound


def test_a_store_larger_than_the_free_disk_is_refused_before_it_is_fetched(
    memory: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill("memory://b/x", sample(1))
    shutil.rmtree(cache)
    store = Store.open("memory://b/x")
    usage = shutil.disk_usage(cache)._replace(free=cache_module.SPARE_BYTES)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(UsageError, match=r"needs 0 MiB on the disk of .* and there is room for 0"):
        scalars(store)
    assert not list(cache.rglob("*.parquet"))


def test_a_store_on_a_web_server_is_read_and_not_written(tmp_path: Path, cache: Path) -> None:
    local = fill(str(tmp_path / "www" / "x"), *two_tasks())
    with web_server(tmp_path / "www") as (address, asked):
        store = Store.open(f"{address}/x")
        assert scalars(store) == scalars(local)
        assert verify(store).is_sound
        with pytest.raises(StoreError, match="can only be read") as refused:
            Store.create(f"{address}/y")
        with pytest.raises(StoreError, match="can only be read"):
            ImportWriter(store)
        with pytest.raises(StoreError, match="can only be read"):
            compact(store)
        assert address in str(refused.value)
        with pytest.raises(StoreError, match="there is no store at"):
            Store.open(f"{address}/nothing")
        assert not any(path.endswith("_delta_log/") for path in asked)  # nothing is listed


def test_a_web_server_with_a_page_for_everything_is_no_store(tmp_path: Path) -> None:
    with (
        web_server(tmp_path, pages=True) as (address, _),
        pytest.raises(StoreError, match=r"_delta_log/\S+ cannot be used"),
    ):
        Store.open(f"{address}/x")


def test_no_bucket_no_server_no_credentials(
    s3: Any, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match="there is no store at s3://no-such-bucket/x"):
        Store.open("s3://no-such-bucket/x")
    with pytest.raises(StoreError, match="cannot be written: there is no such bucket"):
        Store.create("s3://no-such-bucket/x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(UsageError, match="its server does not answer"):
        Store.open("s3://bucket/x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(UsageError, match="no credentials were found"):
        Store.open("s3://bucket/x")


def test_wrong_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.remote.servers import s3_server

    monkeypatch.setenv("INITIAL_NO_AUTH_ACTION_COUNT", "0")
    with s3_server() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAWRONG")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
        for use in (Store.open, Store.create):
            with pytest.raises(UsageError, match="may not be read with the credentials") as denied:
                use("s3://bucket/x")
            assert "hunter2" not in str(denied.value) and "AKIA" not in str(denied.value)


def test_copies_of_replaced_files_go_when_nobody_can_need_them(
    memory: Any, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = [fill("memory://b/x", sample(number)) for number in range(3)][-1]
    scalars(here)
    monkeypatch.setenv("REASONSCAPE_CACHE", str(tmp_path / "another machine"))
    compact(Store.open("memory://b/x"))
    assert len(copied(cache, ".parquet")) == 6
    monkeypatch.setattr(time, "time", lambda: 4e9)
    here.refresh()
    assert copied(cache, ".parquet") == []
    assert len(scalars(here)) == 3


def test_a_signed_query_goes_with_every_file_of_a_store(tmp_path: Path, cache: Path) -> None:
    fill(str(tmp_path / "www" / "x"), sample(1))
    (tmp_path / "www" / "x.json").write_text('{"store": "x"}')
    with web_server(tmp_path / "www") as (address, asked):
        dataset = Dataset.open(f"{address}/x.json?sig=hunter2")
        assert len(scalars(dataset.store())) == 1
        assert all(path.endswith("?sig=hunter2") for path in asked)
        assert "hunter2" not in f"{dataset!r} {dataset.store_path} {info(dataset.store())}"


def test_nobody_else_may_look_into_the_copies(memory: Any, cache: Path) -> None:
    fill("memory://b/x", sample(1))
    [home] = (cache / "stores").iterdir()
    assert home.stat().st_mode & 0o077 == 0
    assert RemoteFiles("memory://b/x").below()
