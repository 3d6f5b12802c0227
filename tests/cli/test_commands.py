"""Commands as a user types them: stdout is data, stderr is talk, exit codes are a promise."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.cli.app import run

Plant = Callable[..., Path]


@pytest.fixture
def cliff(plant: Plant) -> str:
    return str(plant("cliff"))


class Typed:
    """What one command line did."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *words: str) -> None:
        capsys.readouterr()
        self.code = run(list(words))
        self.out, self.err = capsys.readouterr()

    def json(self) -> dict[str, Any]:
        def refuse(word: str) -> Any:
            raise AssertionError(f"{word} is not strict JSON")

        document = json.loads(self.out, parse_constant=refuse)
        assert isinstance(document, dict)
        return document


Type = Callable[..., Typed]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Type:
    return lambda *words: Typed(capsys, *words)


def test_help_names_every_command_and_the_exit_codes(typed: Type) -> None:
    done = typed("--help")
    assert done.code == 0
    for name in ("import", "evals", "tasks", "surface", "schema", "store", "plant", "Exit codes"):
        assert name in done.out


def test_version(typed: Type) -> None:
    assert typed("--version").out.startswith("reasonscape 0.")


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["evals"],
        ["evals", "no-such.json"],
        ["surface", "no-such.json", "--capable", "7"],
        ["surface", "x.json", "--output", "picture.gif"],
    ],
)
def test_a_wrong_command_line_is_one_sentence_and_exit_2(typed: Type, words: list[str]) -> None:
    done = typed(*words)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err


def test_an_error_is_json_too_when_json_was_asked_for(typed: Type, cliff: str) -> None:
    done = typed("evals", cliff, "--filters", '{"lenght": 3}', "--format", "json")
    error = done.json()["error"]
    assert done.code == 2
    assert error["code"] == "filter"
    assert "length" in error["did_you_mean"]
    assert error["remedy"]


def test_nothing_matched_is_exit_3(typed: Type, cliff: str) -> None:
    for command in ("evals", "tasks", "surface"):
        done = typed(command, cliff, "--filters", '{"length": 999}')
        assert done.code == 3, done.err
        assert "analyze.py" in done.err


def test_evals_json_has_counts_interval_and_bounds(typed: Type, cliff: str) -> None:
    document = typed("evals", cliff, "--format", "json").json()
    best = document["evals"][0]
    assert best["label"].startswith("healthy")
    assert best["low"] < best["accuracy"] < best["high"]
    assert best["accuracy"] == pytest.approx(best["correct"] / best["samples"])


def test_search_narrows_and_says_when_nothing_is_left(typed: Type, cliff: str) -> None:
    assert (
        len(typed("evals", cliff, "--search", "HEALTHY", "--format", "json").json()["evals"]) == 1
    )
    assert typed("evals", cliff, "--search", "zebra").code == 3


def test_every_format_of_a_listing_has_the_same_rows(typed: Type, cliff: str) -> None:
    rows = list(csv.reader(io.StringIO(typed("evals", cliff, "--format", "csv").out)))
    assert len(rows) == 3
    assert len({len(row) for row in rows}) == 1
    assert typed("evals", cliff, "--format", "markdown").out.count("\n") == 4
    assert typed("evals", cliff).out.count("\n") == 3


def test_limit_bounds_stdout_and_says_so(typed: Type, cliff: str) -> None:
    done = typed("evals", cliff, "--limit", "1")
    assert done.out.count("\n") == 2
    assert "1 more" in done.err


def test_tasks_knows_axes_levels_and_surfaces(typed: Type, cliff: str) -> None:
    task = typed("tasks", cliff, "--format", "json").json()["tasks"][0]
    assert task["surfaces"] == ["length-depth"]
    levels = typed("tasks", cliff, "--detail", "--format", "json", "--limit", "99").json()["levels"]
    assert next(row["level"] for row in levels if row["axis"] == "length") == "3"


def test_surface_json_is_bounded_and_counts_what_it_leaves_out(typed: Type, cliff: str) -> None:
    document = typed("surface", cliff, "--format", "json", "--limit", "2").json()
    assert next(f["pattern"] for f in document["findings"]) == "accuracy_cliff"
    assert document["findings_omitted"] == 10
    assert document["counts"]["matched"] == sum(document["counts"]["by_outcome"].values())
    assert len(typed("surface", cliff, "--format", "json").out) < 9000


def test_surface_finds_the_planted_cliff_where_it_was_planted(typed: Type, cliff: str) -> None:
    document = typed("surface", cliff, "--format", "json", "--detail").json()
    found = {(f["model"], f["pattern"]): f for f in document["findings"]}
    one = found["cliff", "accuracy_cliff"]
    assert one["verdict"] == "present"
    assert (one["evidence"]["last_good"], one["evidence"]["first_bad"]) == ("12", "15")
    assert found["healthy", "accuracy_cliff"]["verdict"] == "absent"


def test_an_output_folder_is_complete_and_its_next_commands_work(
    typed: Type, cliff: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = typed("surface", cliff, "--output-dir", "out", "--figures", "1")
    assert done.code == 0, done.err
    summary = json.loads(Path("out/summary.json").read_text())
    for artifact in summary["artifacts"]:
        assert (Path("out") / artifact["path"]).stat().st_size == artifact["bytes"]
    written = {p.relative_to("out").as_posix() for p in Path("out").rglob("*") if p.is_file()}
    assert written == {a["path"] for a in summary["artifacts"]} | {"summary.json"}
    for step in (*summary["next"], *summary["not_drawn"][:1]):
        words = shlex.split(step["run"])
        assert words[:2] == ["python", "analyze.py"]
        again = typed(*words[2:], "--figures", "0")
        assert again.code == 0, again.err


def test_the_same_seed_gives_the_same_bytes(typed: Type, cliff: str, tmp_path: Path) -> None:
    folders = []
    for name in ("a", "b"):
        typed("surface", cliff, "--output-dir", str(tmp_path / name), "--figures", "0")
        files = {p.name: p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        summary = json.loads(files.pop("summary.json"))
        summary["provenance"].pop("time")
        report = b"".join(
            line for line in files.pop("report.md").splitlines() if b"time" not in line
        )
        summary["artifacts"] = [a for a in summary["artifacts"] if a["path"] != "report.md"]
        folders.append((files, summary, report))
    assert folders[0] == folders[1]


def test_one_page_can_be_written_by_name(typed: Type, cliff: str, tmp_path: Path) -> None:
    page = tmp_path / "surface.html"
    assert typed("surface", cliff, "--output", str(page)).code == 0
    text = page.read_text()
    assert "<!doctype html>" in text
    assert "https://cdn" not in text[:2000]


def test_axes_can_be_chosen_and_wrong_ones_are_named(typed: Type, cliff: str) -> None:
    document = typed("surface", cliff, "--axis", "depth", "--format", "json").json()
    assert document["options"]["axes"] == ["depth"]
    done = typed("surface", cliff, "--axis", "dept")
    assert done.code == 2
    assert "did you mean depth?" in done.err


def test_schema_is_strict_json_with_every_column(typed: Type, cliff: str) -> None:
    document = typed("schema", cliff).json()
    assert "sample_uid" in {column["name"] for column in document["samples"]}
    assert "param.length" in document["dataset"]["params"]
    assert document["exit_codes"]["3"] == "no_rows"


def test_store_verbs(typed: Type, cliff: str) -> None:
    assert typed("store", "info", cliff, "--format", "json").json()["rows"] == 2304
    assert typed("store", "verify", cliff, "--format", "json").json()["ok"] is True
    listed = typed("store", "imports", cliff, "--format", "json").json()["imports"]
    assert listed[0]["rows"] == 2304
    wrong = typed("store", "delete", cliff, listed[0]["import_id"] + "x")
    assert wrong.code == 2
    assert listed[0]["import_id"] in wrong.err


def test_import_refuses_bad_rows_keeps_good_ones_and_exits_4(typed: Type, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    good = {"model": "m", "base_task": "t", "item_id": "1", "correct": True}
    log.write_text(json.dumps(good) + "\n" + '{"model": "m"}\n' + "not json\n")
    config = str(tmp_path / "d.json")
    done = typed("import", str(log), "--dataset", config)
    assert done.code == 4
    assert "row 2" in done.err
    assert "row 3" in done.err
    assert typed("store", "info", config, "--format", "json").json()["rows"] == 1
    again = typed("import", str(log), "--dataset", config, "--allow-partial", "--format", "json")
    assert again.code == 0
    assert again.json()["unchanged"] == 1


def test_control_characters_of_a_log_do_not_reach_the_terminal(typed: Type, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    row = {"model": "m\u001b[2J", "base_task": "t\n\u0007", "item_id": "1", "correct": True}
    log.write_text(json.dumps(row))
    config = str(tmp_path / "d.json")
    for words in (["import", str(log), "--dataset", config], ["evals", config], ["tasks", config],
                  ["surface", config]):  # fmt: skip
        done = typed(*words)
        assert done.code == 0, done.err
        assert "\x1b" not in done.out + done.err
        assert "\x07" not in done.out + done.err
