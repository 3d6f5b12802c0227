"""Names that point elsewhere: nothing is written outside of the store and the output folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonscape.cli.app import run
from reasonscape.errors import OutputError
from reasonscape.runs.folder import OutputFolder
from reasonscape.runs.pictures import write_beside
from reasonscape.store.tables import Store
from tests.cli.typed import row

NAMES = (
    "..", "../../up", "/etc/cron.d/x", "C:\\x", "\\\\host\\share", "CON", "nul.txt", "a/../../b",
    "~root", "$HOME", "%2e%2e%2fup", ".hidden", "-rf", "x:stream", "a\u2215b", "é" * 20, "a b\tc",
)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "a" / "b"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    monkeypatch.setattr("reasonscape.runs.pictures.find_browser", lambda: None)
    return place


def outside(here: Path) -> list[Path]:
    """What is on the way to here and was not made by the fixture."""
    top = here.parent.parent
    return [
        one for one in [*top.iterdir(), *here.parent.iterdir()] if one not in (here.parent, here)
    ]


def test_names_in_rows_make_no_path(here: Path) -> None:
    rows = [
        row(
            base_task=name,
            task=name,
            model=name,
            item_id=f"{name}{i}",
            params={"n": i % 2, name: i},
        )
        for name in NAMES
        for i in range(2)
    ]
    Path("log.jsonl").write_text("\n".join(rows))
    assert run(["import", "log.jsonl", "--dataset", "d.json"]) == 0
    assert run(["surface", "d.json", "--figures", "1", "--output-dir", "out"]) == 0
    own = {"log.jsonl", "d.json", "d", "out"}
    assert {one.name for one in here.iterdir()} == own
    assert outside(here) == []
    tables = [one for one in Path("d").rglob("*.parquet") if one.parent.parent.name == "samples"]
    assert len({one.parent for one in tables}) == len(NAMES)


def test_ids_of_a_config_make_no_path(here: Path) -> None:
    Path("log.jsonl").write_text(
        "\n".join(row(item_id=str(i), params={"n": i % 3, "m": i % 2}) for i in range(30))
    )
    assert run(["import", "log.jsonl", "--dataset", "d.json"]) == 0
    config = json.loads(Path("d.json").read_text())
    config["name"] = "../../name"
    surfaces = [{"id": name, "x": "n", "y": "m"} for name in NAMES]
    config["base_tasks"]["t"] = {"label": "../../t", "surfaces": surfaces}
    Path("d.json").write_text(json.dumps(config))
    assert run(["surface", "d.json", "--figures", "40", "--output-dir", "out"]) in (0, 2)
    assert outside(here) == []
    assert {one.name for one in here.iterdir()} <= {"log.jsonl", "d.json", "d", "out"}


def test_links_in_a_folder_of_logs_lead_nowhere_and_are_not_written_to(here: Path) -> None:
    logs = here / "logs"
    logs.mkdir()
    secret = here / "secret.txt"
    secret.write_text("root:x:0:0\n")
    (logs / "good.jsonl").write_text("\n".join(row(item_id=str(i)) for i in range(3)))
    (logs / "loop").symlink_to(logs)
    (logs / "gone.jsonl").symlink_to(here / "nothing")
    (logs / "secret.jsonl").symlink_to(secret)
    assert run(["import", "logs", "--dataset", "d.json"]) in (0, 4)
    assert secret.read_text() == "root:x:0:0\n"
    assert outside(here) == []


@pytest.mark.parametrize("place", ["x" * 300, "/proc/x/y", "log.jsonl/x"])
def test_an_output_that_cannot_be_is_one_sentence(
    here: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    Path("log.jsonl").write_text("\n".join(row(item_id=str(i)) for i in range(3)))
    assert run(["import", "log.jsonl", "--dataset", "d.json"]) == 0
    capsys.readouterr()
    for words in (["--output-dir", place], ["--output", place + ".html"]):
        assert run(["surface", "d.json", *words]) in (2, 3)
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_an_output_named_in_python_is_no_worse(here: Path, name: str) -> None:
    with pytest.raises(OutputError):
        OutputFolder(here / name)
    with pytest.raises(OutputError):
        write_beside(here / name, b"x")
    assert list(here.iterdir()) == []


def test_line_ends_that_only_some_programs_know_do_not_break_the_log(here: Path) -> None:
    names = ["a\u2028b", "a\u2029b", "a\x85b", "a\x0bb", "a\x0cb", "a\x1cb", "a\rb", "a\nb"]
    rows = [row(base_task=name, model=name, item_id="1", params={name: 1}) for name in names]
    Path("log.jsonl").write_text("\n".join(rows))
    for _ in range(2):
        assert run(["import", "log.jsonl", "--dataset", "d.json"]) == 0
    assert Store.open(here / "d").base_tasks() == tuple(sorted(names))
    assert run(["store", "verify", "d.json"]) == 0
