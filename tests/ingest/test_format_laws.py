"""What holds for every format that is read, each seen on its golden logs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest import formats
from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.format import Format
from reasonscape.ingest.formats import FORMATS, format_named, sniff
from reasonscape.ingest.importing import ImportReport, import_logs
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.readers.mapped import MAPPED
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store
from reasonscape.store.writing import ConflictError
from tests.ingest.golden_edits import answered_differently, records, shorter
from tests.ingest.golden_logs import NAMES, Golden, golden

EVERY = pytest.mark.parametrize("name", NAMES)
# What a field is where a log does not say it.
_UNKNOWN: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(FIELDS, (None,)),
    **dict.fromkeys(("template", "sampler", "task"), ("",)),
    **dict.fromkeys(("chance_source", "stop", "stop_source"), ("unknown",)),
    "reasoning_kind": ("none",),
}


def logs_of(name: str) -> Golden:
    return golden(format_named(name))


def samples_of(found: Golden, folder: Path) -> list[Sample]:
    every = (one for log in found.logs for one in records(found, log, folder))
    return [one for one in every if isinstance(one, Sample)]


def is_known(sample: Sample, field: str) -> bool:
    return getattr(sample, field) not in _UNKNOWN[field]


@EVERY
def test_a_golden_log_is_recognised_by_content_alone(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    for log in found.logs:
        path = tmp_path / "any.name"
        path.write_bytes(found.files[log])
        if found.format is MAPPED:
            with pytest.raises(UsageError):
                sniff(path)
        else:
            assert sniff(path) is found.format, log


@EVERY
def test_no_other_format_claims_it(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    for path in found.written(tmp_path):
        head = formats._head(path)
        claims = [one.name for one in FORMATS if one.sniff(head)]
        assert claims == ([] if found.format is MAPPED else [name]), path
        assert [one.name for one in FORMATS if one.companion(head)] == [], path


@EVERY
def test_a_folder_gives_its_logs_and_nothing_else(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    if found.format is MAPPED:
        return
    # What grades them is named by the user, and lies wherever it lies.
    files = {name: data for name, data in found.files.items() if not name.startswith("grades/")}
    paths = replace(found, files=files).written(tmp_path)
    listed = find_logs([tmp_path])
    assert {(log.path, log.format.name) for log in listed.logs} == {(one, name) for one in paths}
    assert listed.passed == ()


@EVERY
def test_declarations_name_fields_once(name: str) -> None:
    declared = format_named(name).declares
    assert declared.native.keys() | declared.inferred.keys() <= set(FIELDS)
    # What some logs say and others do not may be inferred there, and is declared as that.
    for field in declared.native.keys() & declared.inferred.keys():
        assert declared.inferred[field].startswith(("else ", "without ")), field
    assert declared.native.keys() | declared.inferred.keys() >= {"model", "base_task"}
    phrases = [*declared.native.values(), *declared.inferred.values(), *declared.metadata.values()]
    assert [text for text in phrases if not text.strip() or "\n" in text] == []


@EVERY
def test_what_is_declared_is_there(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    samples = samples_of(found, tmp_path)
    declared = found.format.declares
    missing = [
        field
        for field in (*declared.native, *declared.inferred)
        if not any(is_known(sample, field) for sample in samples)
    ]
    assert missing == []


@EVERY
def test_what_is_not_declared_is_unknown(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    declared = found.format.declares
    others = [field for field in FIELDS if field not in {*declared.native, *declared.inferred}]
    known = {
        field: getattr(sample, field)
        for sample in samples_of(found, tmp_path)
        for field in others
        if is_known(sample, field)
        # A task without a variant is its base task.
        and (field != "task" or sample.task != sample.base_task)
    }
    assert known == {}


@EVERY
def test_rows_are_numbered(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    for log in found.logs:
        rows = [
            one.source_row if isinstance(one, Sample) else one.row
            for one in records(found, log, tmp_path)
        ]
        assert rows, log
        assert rows[0] >= 1, log
        assert rows == sorted(set(rows)), log


class Dataset:
    """A dataset of one format's logs, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def take(self, found: Golden, logs: tuple[str, ...], **choices: Any) -> ImportReport:
        place = self.folder / "logs"
        found.written(place)
        report = import_logs(
            [place / log for log in logs],
            self.folder / "x.json",
            features=False,
            **found.choices(place),
            **choices,
        )
        stored = report.added + report.unchanged + report.replaced + report.repeated
        assert report.rows == stored + report.refused
        return report

    def state(self) -> tuple[int, str]:
        store = Store.open(self.folder / "x")
        return store.row_count(), store.content_hash()


@EVERY
def test_importing_twice_changes_nothing(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    for number, log in enumerate(found.logs):
        dataset = Dataset(tmp_path / str(number))
        first = dataset.take(found, (log,))
        before = dataset.state()
        again = dataset.take(found, (log,))
        assert (again.added, again.replaced, again.repeated) == (0, 0, 0), log
        assert again.unchanged + again.refused == first.rows, log
        assert dataset.state() == before, log


@EVERY
def test_a_log_that_has_grown_adds_its_new_rows(tmp_path: Path, name: str) -> None:
    found = logs_of(name)
    grown = 0
    for number, log in enumerate(found.logs):
        earlier = shorter(found, log, tmp_path / "try")
        if earlier is None:
            continue
        dataset = Dataset(tmp_path / str(number))
        first = dataset.take(earlier, (log,))
        second = dataset.take(found, (log,))
        assert second.unchanged == first.added, log
        assert second.added == second.rows - second.refused - first.added > 0, log
        whole = Dataset(tmp_path / f"whole-{number}")
        whole.take(found, (log,))
        assert dataset.state()[0] == whole.state()[0], log
        grown += 1
    assert grown, "no log of this format could be shortened: its rows are nowhere to be found"


@EVERY
def test_changed_rows_follow_on_conflict(tmp_path: Path, name: str) -> None:
    found, changed = logs_of(name), 0
    for number, log in enumerate(found.logs):
        edited = answered_differently(found, log, tmp_path / "try")
        if edited is None:
            continue
        other, count = edited
        dataset = Dataset(tmp_path / str(number))
        rows = dataset.take(found, (log,)).added
        before = dataset.state()
        with pytest.raises(ConflictError) as caught:
            dataset.take(other, (log,))
        assert caught.value.count == count, log
        assert dataset.state() == before
        assert dataset.take(other, (log,), on_conflict="replace").replaced == count, log
        assert dataset.state()[0] == rows
        assert dataset.take(found, (log,), on_conflict="repeat").repeated == count, log
        assert dataset.state()[0] == rows + count
        assert dataset.take(found, (log,), on_conflict="repeat").repeated == 0, log
        changed += 1
    assert changed, "no log of this format has an answer that could be changed"


def test_names_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_a_format_without_golden_logs_fails() -> None:
    unknown = Format("unheard_of", "", lambda head: False, FORMATS[0].read)
    with pytest.raises(AssertionError, match="unheard_of has no golden log"):
        golden(unknown)
