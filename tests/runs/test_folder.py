"""The output folder: nothing of anybody else's is ever touched, and a kill leaves no dead end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonscape.errors import OutputError
from reasonscape.runs.folder import JOURNAL, SUMMARY, OutputFolder


def write(path: Path, *names: str) -> None:
    with OutputFolder(path) as folder:
        for name in names:
            folder.write(name, name)
        folder.finish({"ok": True})


def names(path: Path) -> list[str]:
    return sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())


def test_summary_lists_every_artifact_with_its_hash(tmp_path: Path) -> None:
    write(tmp_path / "out", "a.txt", "tables/b.csv")
    listed = json.loads((tmp_path / "out" / SUMMARY).read_text())["artifacts"]
    assert [entry["path"] for entry in listed] == ["a.txt", "tables/b.csv"]
    assert listed[0]["sha256"].startswith("18b7cb099a9ea3f5")  # sha256sum of "a.txt"


def test_a_second_run_replaces_and_removes_only_its_own(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    (tmp_path / "mine.txt").write_text("keep")
    write(tmp_path, "b.txt", "c.txt")
    assert names(tmp_path) == ["b.txt", "c.txt", "mine.txt", SUMMARY]


def test_an_unlisted_file_in_the_way_is_an_error_and_survives(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(OutputError, match="in the way"):
        write(tmp_path, "a.txt")
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "mine"


def test_a_failed_run_leaves_the_earlier_one_whole(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    with pytest.raises(RuntimeError), OutputFolder(tmp_path) as folder:
        folder.write("a.txt", "new")
        folder.write("z.txt", "new")
        raise RuntimeError
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def test_a_killed_run_does_not_block_the_next(tmp_path: Path) -> None:
    # What a kill between two renames leaves: a journal and a file no summary lists yet.
    (tmp_path / JOURNAL).write_text(json.dumps({"artifacts": ["a.txt", "b.txt"]}))
    (tmp_path / "a.txt").write_text("half")
    write(tmp_path, "a.txt")
    assert names(tmp_path) == ["a.txt", SUMMARY]


def test_a_listed_name_that_leaves_the_folder_is_never_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("safe")
    out = tmp_path / "out"
    out.mkdir()
    hostile = [{"path": "../victim.txt"}, {"path": str(victim)}]
    (out / SUMMARY).write_text(json.dumps({"artifacts": hostile}))
    write(out, "a.txt")
    assert victim.read_text() == "safe"


@pytest.mark.parametrize("text", ["not json", "[]", '{"artifacts": 3}', "{}"])
def test_a_foreign_summary_is_not_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / SUMMARY).write_text(text)
    with pytest.raises(OutputError, match="not a summary"):
        write(tmp_path, "a.txt")
    assert (tmp_path / SUMMARY).read_text() == text


def test_a_path_that_is_a_file_or_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="cannot write"):
            OutputFolder(path)


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"), OutputFolder(tmp_path) as folder:
        folder.stage("a.txt", full)
    assert names(tmp_path) == []
