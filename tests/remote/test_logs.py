"""Logs behind URLs: imported as if they lay here, stored under their URL, and no copy stays."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from reasonscape.errors import ReasonScapeError, StoreError, UsageError
from reasonscape.ingest.importing import ImportReport, import_logs, survey_logs
from reasonscape.store.remote import cache as cache_module
from reasonscape.store.tables import Store
from tests.ingest.golden_logs import FOLDER as GOLDEN
from tests.remote.servers import web_server

Place = tuple[Any, str]
MakeRows = Callable[..., bytes]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The folder for temporary files, which must be empty in the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def stored(store: Path, *, without: frozenset[str] = frozenset({"import_id"})) -> list[Any]:
    """All rows of both tables, but for what differs from one import to the next."""
    found = Store.open(store)
    rows = []
    for source, columns in ((found.scan, found.columns()), (found.scan_texts, found.texts.columns)):
        names = sorted(set(columns) - without)
        chosen = ", ".join(f'"{name}"' for name in names)
        rows += [repr(row) for row in found.rows(f"SELECT {chosen} FROM {source(names)}")]
    return sorted(rows)


def sources(store: Path) -> list[str]:
    found = Store.open(store)
    return [
        row[0]
        for row in found.rows(f"SELECT DISTINCT source FROM {found.scan(('source',))} ORDER BY 1")
    ]


def put(place: Place, name: str, data: bytes) -> str:
    system, root = place
    system.pipe_file(f"{root.partition('://')[2]}/{name}", data)
    return f"{root}/{name}"


def test_a_file_a_folder_and_a_pattern(place: Place, tmp_path: Path, make_rows: MakeRows) -> None:
    one = put(place, "logs/run a%20/é.jsonl", make_rows(0, 20))
    two = put(place, "logs/deep/er/two.jsonl", make_rows(20, 50))
    put(place, "logs/notes.txt", b"not a log")
    bad = put(place, "logs/bad.json", b'{"odd": 1}\n')
    root = place[1]
    report = import_logs([one], tmp_path / "one.json")
    assert (report.rows, report.added, [str(path) for path in report.files]) == (20, 20, [one])
    assert sources(tmp_path / "one") == [one]
    report = import_logs([f"{root}/logs/"], tmp_path / "folder.json")
    assert sources(tmp_path / "folder") == sorted([one, two])
    [(passed, reason)] = report.passed
    assert str(passed) == bad and bad in reason
    report = import_logs([f"{root}/logs/**/*.jsonl"], tmp_path / "pattern.json")
    assert sources(tmp_path / "pattern") == sorted([one, two])
    local = tmp_path / "here.jsonl"
    local.write_bytes(make_rows(0, 50))
    report = import_logs([local, one, two], tmp_path / "both.json")
    assert (report.added, report.unchanged) == (50, 50)
    without = frozenset({"import_id", "source", "source_row"})
    assert stored(tmp_path / "both", without=without) == stored(
        tmp_path / "folder", without=without
    )


def test_a_key_with_the_marks_of_a_pattern_is_a_file_first(
    place: Place, tmp_path: Path, make_rows: MakeRows
) -> None:
    url = put(place, "logs/[run] a*.jsonl", make_rows(0, 5))
    assert import_logs([url], tmp_path / "x.json").added == 5


@pytest.mark.parametrize("format", sorted(path.name for path in GOLDEN.iterdir()))
def test_logs_of_every_harness_are_read_the_same_as_here(
    memory: Any, tmp_path: Path, format: str
) -> None:
    folder = tmp_path / "here" / format
    shutil.copytree(GOLDEN / format, folder)
    if not any(path.is_file() for path in folder.rglob("*")):
        pytest.skip(f"no logs of {format} lie there")
    memory.put(str(folder), f"/bucket/{format}", recursive=True)
    # Some golden logs are the same run in two versions.
    chosen: Any = {"allow_partial": True, "on_conflict": "repeat"}
    here = import_logs([folder], tmp_path / "a.json", **chosen)
    there = import_logs([f"memory://bucket/{format}"], tmp_path / "b.json", **chosen)
    without = frozenset({"import_id", "source"})
    assert stored(tmp_path / "b", without=without) == stored(tmp_path / "a", without=without)
    assert (there.rows, there.refused_by_reason) == (here.rows, here.refused_by_reason)
    assert there.notices == here.notices
    assert sources(tmp_path / "b") == [
        f"memory://bucket/{format}{name.removeprefix(folder.as_posix())}"
        for name in sources(tmp_path / "a")
    ]


@pytest.mark.parametrize("server", ["memory", "s3", "web"])
def test_what_goes_with_a_single_log_is_fetched_with_it(
    request: pytest.FixtureRequest, tmp_path: Path, server: str
) -> None:
    [run, *_] = sorted(GOLDEN.glob("helm/*"))
    shutil.copytree(run, tmp_path / "www" / "runs" / run.name)
    here = tmp_path / "www" / "runs" / run.name / "scenario_state.json"
    import_logs([here], tmp_path / "a.json")
    without = frozenset({"import_id", "source"})
    name = f"runs/{run.name}/scenario_state.json"
    if server == "web":
        with web_server(tmp_path / "www") as (address, _):
            import_logs([f"{address}/{name}"], tmp_path / "b.json")
    else:
        system = request.getfixturevalue(server)
        root = request.getfixturevalue("bucket") if server == "s3" else "memory://bucket"
        for path in here.parent.iterdir():
            put((system, root), f"runs/{run.name}/{path.name}", path.read_bytes())
        import_logs([f"{root}/{name}"], tmp_path / "b.json")
    assert stored(tmp_path / "b", without=without) == stored(tmp_path / "a", without=without)


def test_what_is_not_there_is_said_with_its_url(
    place: Place, tmp_path: Path, make_rows: MakeRows
) -> None:
    root = place[1]
    put(place, "logs/a.txt", b"x")
    empty = put(place, "logs/empty.jsonl", b"")
    for name in ("logs/no.jsonl", "none", "logs/*.jsonx", "logs/a.txt/b"):
        with pytest.raises(UsageError) as missing:
            import_logs([f"{root}/{name}"], tmp_path / "x.json")
        assert str(missing.value) == f"there is no log at {root}/{name}; check the URL"
    with pytest.raises(UsageError) as refused:
        import_logs([empty], tmp_path / "x.json")
    assert str(refused.value) == f"{empty} is empty; give a log that has rows"
    assert not (tmp_path / "x.json").exists()


def test_no_bucket(s3: Any, tmp_path: Path) -> None:
    for name in ("x.jsonl", "*.jsonl", ""):
        with pytest.raises(UsageError, match="there is no log at s3://no-such-bucket/"):
            import_logs([f"s3://no-such-bucket/{name}"], tmp_path / "x.json")


def test_refused_rows_and_broken_logs_are_listed_under_their_url(
    place: Place, tmp_path: Path, make_rows: MakeRows
) -> None:
    one = put(place, "logs/a.jsonl", make_rows(0, 3) + b"{broken\n")
    put(place, "logs/b.jsonl", make_rows(3, 6))
    report = import_logs([f"{place[1]}/logs"], tmp_path / "x.json")
    [refusal] = report.refusals
    assert (refusal.source, refusal.row) == (one, 4)
    assert report.added == 6


def test_a_dry_run_shows_urls_and_writes_nothing(
    place: Place, make_rows: MakeRows, tmp_path: Path
) -> None:
    one = put(place, "logs/a.jsonl", make_rows(0, 3))
    report = survey_logs([one], f"{place[1]}/data/x.json")
    assert [str(path) for path in report.files] == [one] and report.rows == 3
    system, root = place
    assert len(system.find(root.partition("://")[2])) == 1


class _Endless(BaseHTTPRequestHandler):
    """Sends rows without saying how many bytes will come, and without an end."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            return

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


def test_a_log_larger_than_the_free_disk_is_refused(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_rows: MakeRows
) -> None:
    put((memory, "memory://b"), "a.jsonl", make_rows(0, 3))
    whole = type(memory).info
    monkeypatch.setattr(
        type(memory), "info", lambda self, path: {**whole(self, path), "size": 10**15}
    )
    with pytest.raises(UsageError) as refused:
        import_logs(["memory://b/a.jsonl"], tmp_path / "x.json")
    assert "memory://b/a.jsonl needs 953,674,316 MiB on the disk of" in str(refused.value)
    monkeypatch.undo()
    usage = shutil.disk_usage(tmp_path)._replace(free=cache_module.SPARE_BYTES + 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endless)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/a.jsonl"
        with pytest.raises(UsageError, match=r"longer than the 1,000,000 bytes"):
            import_logs([address], tmp_path / "x.json")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def everything(report: ImportReport) -> str:
    return repr(report) + " ".join(map(str, report.files))


def test_secrets_of_a_url_stay_out_of_store_report_and_errors(
    tmp_path: Path, make_rows: MakeRows, caplog: pytest.LogCaptureFixture
) -> None:
    www = tmp_path / "www"
    www.mkdir()
    (www / "a.jsonl").write_bytes(make_rows(0, 5) + b"{broken\n")
    (www / "bad.jsonl").write_bytes(b'{"odd": 1}\n')
    query = "?X-Amz-Credential=AKIAHUNTER&X-Amz-Signature=hunter2"
    with web_server(www) as (address, asked):
        secret = address.replace("http://", "http://me:hunter3@")
        report = import_logs([f"{secret}/a.jsonl{query}"], tmp_path / "x.json")
        assert any("hunter2" in path for path in asked)  # it is sent where it belongs
        said = [everything(report)]
        for name in ("none.jsonl", "bad.jsonl", "*.jsonl", "folder/"):
            with pytest.raises(ReasonScapeError) as refused:
                import_logs([f"{secret}/{name}{query}"], tmp_path / "y.json")
            said += [str(refused.value), repr(refused.value)]
    with pytest.raises(UsageError) as refused:  # nobody listens any more
        import_logs([f"{secret}/a.jsonl{query}"], tmp_path / "y.json")
    said += [str(refused.value), caplog.text]
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert "its server does not answer" in str(refused.value)
    assert sources(tmp_path / "x") == [f"{address}/a.jsonl"]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"hunter" not in path.read_bytes().lower(), path
    assert "hunter" not in " ".join(said).lower()


def test_a_web_server_is_asked_for_files_and_not_searched(
    tmp_path: Path, make_rows: MakeRows
) -> None:
    www = tmp_path / "www"
    (www / "logs").mkdir(parents=True)
    (www / "logs" / "a.jsonl").write_bytes(make_rows(0, 5))
    with web_server(www) as (address, _):
        assert import_logs([f"{address}/logs/a.jsonl"], tmp_path / "x.json").added == 5
        with pytest.raises(UsageError, match=r"/none\.jsonl; name each file") as missing:
            import_logs([f"{address}/none.jsonl"], tmp_path / "y.json")
        assert str(missing.value).startswith(f"there is no log at {address}/none.jsonl")
    with web_server(www, pages=True) as (address, _):
        # Whatever it is asked for there is a page: none is taken for what goes with a log.
        assert import_logs([f"{address}/logs/a.jsonl"], tmp_path / "z.json").added == 5


@pytest.mark.parametrize(
    "key", ["logs/../../etc/a.jsonl", "logs/a\\b.jsonl", f"logs/{'x' * 300}.jsonl"]
)
def test_keys_that_are_no_names_of_files_are_refused(
    memory: Any, tmp_path: Path, make_rows: MakeRows, key: str
) -> None:
    memory.store[f"/b/{key}"] = memory.store.get("/b/x") or _file(memory, make_rows(0, 3))
    with pytest.raises(UsageError, match="a part of it is no name of a file"):
        import_logs(["memory://b/logs"], tmp_path / "x.json")


def _file(memory: Any, data: bytes) -> Any:
    memory.pipe_file("/other", data)
    return memory.store.pop("/other")


def test_a_key_that_is_a_file_and_a_folder(
    s3: Any, bucket: str, tmp_path: Path, make_rows: MakeRows
) -> None:
    put((s3, bucket), "logs/a.jsonl", make_rows(0, 3))
    put((s3, bucket), "logs/a.jsonl/b.jsonl", make_rows(3, 6))
    put((s3, bucket), "logs/", b"")
    put((s3, bucket), "doubled//a.jsonl", make_rows(0, 3))
    with pytest.raises(UsageError, match="a part of it is no name of a file"):
        import_logs([f"{bucket}/doubled"], tmp_path / "x.json")
    with pytest.raises(UsageError, match=r"/logs/a\.jsonl is a file and a folder at once"):
        import_logs([f"{bucket}/logs"], tmp_path / "x.json")


def test_a_dataset_that_can_only_be_read_is_refused_before_a_log_is_asked_for(
    memory: Any, tmp_path: Path
) -> None:
    for dataset in ("https://host/x.json", "hf://datasets/a/b/x.json"):
        with pytest.raises(StoreError, match="can only be read"):
            import_logs(["memory://b/none.jsonl"], dataset)


def test_a_dataset_behind_a_url_is_made_extended_and_read(
    place: Place, make_rows: MakeRows, tmp_path: Path
) -> None:
    from reasonscape.datasets.config import Dataset

    log = put(place, "logs/a.jsonl", make_rows(0, 20))
    more = put(place, "logs/b.jsonl", make_rows(20, 40, model="other", base_task="new"))
    url = f"{place[1]}/data/x.json"
    report = import_logs([log], url)
    assert (str(report.config), str(report.store)) == (url, f"{place[1]}/data/x")
    system = place[0]
    config = f"{url.partition('://')[2]}"
    written = json.loads(system.cat_file(config))
    assert written["store"] == "x" and [one["label"] for one in written["evals"]] == ["m"]
    written["base_tasks"]["add"]["label"] = "My own word"
    system.pipe_file(config, json.dumps(written).encode())
    import_logs([more], url)
    dataset = Dataset.open(url)
    assert dataset.base_task_label("add") == "My own word"
    assert [one.label for one in dataset.config.evals] == ["m", "other"]
    assert str(dataset.path) == url and dataset.store().row_count() == 40
    bare = Dataset.open(f"{place[1]}/data/x")
    assert bare.store().row_count() == 40 and bare.name == "x"
    (tmp_path / "local.json").write_text(json.dumps({"store": f"{place[1]}/data/x"}))
    mixed = Dataset.open(tmp_path / "local.json")
    assert mixed.store().row_count() == 40
    import_logs([log], tmp_path / "local.json")
    with pytest.raises(UsageError, match=r"neither there nor the name of a config; name .*\.json"):
        import_logs([log], f"{place[1]}/data/nothing")
    with pytest.raises(UsageError, match=r"no dataset .*/none.json: there is no such config"):
        Dataset.open(f"{place[1]}/data/none.json")
    system.pipe_file(config, b"{}")
    with pytest.raises(UsageError, match=r"/data/x.json"):
        Dataset.open(url)
