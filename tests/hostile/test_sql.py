"""Nothing but places carries values; a connection that reads a store reads nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.fuzz_targets import COLUMNS, check_sql
from reasonscape.cli.app import run
from reasonscape.datasets.config import Dataset
from reasonscape.errors import FilterError, ReasonScapeError, StoreError
from reasonscape.store.engine import EngineError, quote_text
from reasonscape.store.filters import compile_filters, parse_filters
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.tables import Store
from tests.cli.typed import row

PAYLOADS = (
    "x' OR 1=1 --", '" OR 1=1 --', "'; DROP TABLE samples; --", "x'); COPY (SELECT 1) TO 'out'; --",
    "' || (SELECT content FROM read_text('/etc/passwd')) || '", "ATTACH 'out.db' AS x",
    "INSTALL httpfs; LOAD httpfs", "PRAGMA database_list", "?", "$1", "\\' OR TRUE", "e'\\x27'",
    "\u2019 OR TRUE", "\uff07 OR TRUE", "SELECT", "*", "%", "a\0b", "x" * 70_000, "\u202e\u2028",
)  # fmt: skip


def filters(text: str) -> list[dict[str, object]]:
    """A payload in each place that a filter has."""
    return [
        {"model": text}, {"model": [text, "m", None]}, {"model": {"like": text[:900]}},
        {"model": {"not": {">": text}}}, {"eval_id": text}, {"outcome": text}, {text: 1},
        {text: {"min": 1}}, {"param." + text: None}, {"length": {text: 1}}, {"tier": text},
        {"groups": [[text]]}, {"any": [{"base_task": text}, {"length": 1, "template": text}]},
    ]  # fmt: skip


@pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))
def test_sql_has_names_in_quotes_and_places(text: str) -> None:
    columns = {**COLUMNS, **({f"param.{text}": "DOUBLE"} if "\0" not in text else {})}
    for one in filters(text):
        try:
            where = compile_filters(parse_filters(one), columns)
        except FilterError:
            continue
        for name in where.columns:
            assert quote_identifier(name) in where.sql or name in ("stop", "correct", "answered")
        check_sql(where, columns)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """A store of 60 rows in a folder of its own."""
    log, place = tmp_path / "log.jsonl", tmp_path / "store" / "d.json"
    log.write_text("\n".join(row(item_id=str(i), params={"length": i % 4}) for i in range(60)))
    place.parent.mkdir()
    assert run(["import", str(log), "--dataset", str(place)]) == 0
    log.unlink()
    return Dataset.open(place)


def test_no_payload_changes_a_store_or_touches_a_file(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = (dataset.store().content_hash(), dataset.store().row_count())
    places = sorted(Path(dataset.store_path).rglob("*"))
    for text in PAYLOADS:
        for one in filters(text):
            try:
                where = dataset.where(parse_filters(one))
                scan = dataset.store().scan(where.columns)
                sql = f"SELECT count(*) FROM {scan} WHERE {where.sql}"
                count = dataset.store().rows(sql, where.params)[0][0]
                assert count in (0, before[1]), (one, count)  # rows differ in no text but their id
            except ReasonScapeError as error:
                assert str(error).isprintable()
    dataset.store().refresh()
    assert (dataset.store().content_hash(), dataset.store().row_count()) == before
    assert sorted(Path(dataset.store_path).rglob("*")) == places
    assert list(here.iterdir()) == []


def test_a_store_s_connection_reads_that_store_and_nothing_else(
    dataset: Dataset, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    out = tmp_path / "out"
    connection = dataset.store().connect()
    for sql in (
        f"SELECT * FROM read_csv({quote_text(str(other))})",
        f"SELECT * FROM read_text({quote_text(str(other))})",
        f"SELECT * FROM glob({quote_text(str(tmp_path / '*'))})",
        f"COPY (SELECT 1) TO {quote_text(str(out))}",
        f"ATTACH {quote_text(str(out))} AS x",
        f"EXPORT DATABASE {quote_text(str(out))}",
        "INSTALL httpfs", "LOAD httpfs", "SET memory_limit = '1GB'", "PRAGMA enable_profiling",
        "SET enable_external_access = true", "RESET lock_configuration", "SELECT * FROM other",
    ):  # fmt: skip
        with pytest.raises(EngineError):
            connection.execute(sql)
    assert not out.exists()


def test_stores_with_odd_names_and_links_are_read(dataset: Dataset, tmp_path: Path) -> None:
    store = tmp_path / "a'b[1]*?, é"
    dataset.store_path.rename(store)
    (tmp_path / "link").symlink_to(store)
    (store / "samples").rename(tmp_path / "elsewhere")
    (store / "samples").symlink_to(tmp_path / "elsewhere")
    for place in (store, tmp_path / "link"):
        opened = Store.open(place)
        assert opened.rows(f"SELECT count(model) FROM {opened.scan()}")[0][0] == 60


@pytest.mark.parametrize("path", ["../../victim.parquet", "/etc/passwd", "a/../../b", "%2e%2e/x"])
def test_a_log_that_names_files_elsewhere_is_refused(dataset: Dataset, path: str) -> None:
    log = max((dataset.store_path / "samples" / "_delta_log").glob("*.json"))
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    for action in actions:
        if "add" in action:
            action["add"]["path"] = path
    log.write_text("\n".join(map(json.dumps, actions)))
    with pytest.raises(StoreError, match="outside of the store"):
        Store.open(dataset.store_path).row_count()
