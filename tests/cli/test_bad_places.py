"""Output that cannot be written, odd data, and processes that are stopped or meet each other."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.typed import Type, log, refused, row, small

Started = subprocess.CompletedProcess[bytes]


def start(checkout: Path, *words: str, **options: object) -> Started:
    command = [sys.executable, str(checkout / "analyze.py"), *words]
    done: Started = subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload]
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert b"internal error" not in done.stderr, done.stderr.decode()
    return done


def test_what_is_not_ours_in_an_output_folder_is_never_touched(typed: Type) -> None:
    dataset = small(typed)
    for name in ("report.md", "summary.json", "tables"):
        Path(name + ".d").mkdir()
        (Path(name + ".d") / name).write_text("mine")
        refused(typed("surface", dataset, "--output-dir", name + ".d", "--figures", 0))
        assert (Path(name + ".d") / name).read_text() == "mine"
    Path("ours").mkdir()
    Path("ours/notes.txt").write_text("mine")
    lying = {"artifacts": [{"path": "../victim"}, {"path": str(Path("victim").resolve())}]}
    Path("ours/summary.json").write_text(json.dumps(lying))
    Path("victim").write_text("mine")
    assert typed("surface", dataset, "--output-dir", "ours", "--figures", 0).code == 0
    assert Path("victim").read_text() == Path("ours/notes.txt").read_text() == "mine"
    Path("linked").mkdir()
    Path("linked/report.md").symlink_to("../victim")
    refused(typed("surface", dataset, "--output-dir", "linked", "--figures", 0))
    assert Path("victim").read_text() == "mine"


def test_an_output_path_that_cannot_be_written_is_named(typed: Type) -> None:
    dataset = small(typed)
    Path("file").write_text("mine")
    Path("folder.html").mkdir()
    for place in ("file", "file/below"):
        refused(typed("surface", dataset, "--output-dir", place, "--figures", 0))
    for picture in ("no/such/x.html", "folder.html", "x.gif", dataset):
        refused(typed("surface", dataset, "--output", picture))
    assert Path("file").read_text() == "mine"
    assert typed("store", "verify", dataset).code == 0


@pytest.mark.parametrize("room", [0, 100, 20_000])
def test_a_full_disk_costs_the_import_and_nothing_else(
    typed: Type, checkout: Path, room: int
) -> None:
    dataset = small(typed)
    config = Path(dataset).read_bytes()
    log("big.jsonl", [row(item_id=str(i), prompt=os.urandom(200).hex()) for i in range(500)])

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    for words in (
        ("import", "big.jsonl", "--dataset", dataset),
        ("surface", dataset, "--output-dir", "out", "--figures", "0"),
    ):
        done = start(checkout, *words, preexec_fn=little_room)
        assert done.returncode == 2 or words[0] == "surface", done
        assert done.returncode == 0 or done.stderr.count(b"\n") == 1
    assert Path(dataset).read_bytes() == config
    verified = json.loads(typed("store", "verify", dataset, "--format", "json").out)
    assert (verified["ok"], verified["samples"]) == (True, 60)


def some(count: int = 120, **changes: object) -> list[str]:
    toss = random.Random(1)
    return [
        row(
            **{"item_id": str(i), "correct": toss.random() < 0.5, "params": {"l": i % 4}, **changes}
        )
        for i in range(count)
    ]


ODD: dict[str, list[str]] = {
    "ungraded": some(correct=None),
    "failed": some(stop="error"),
    "level of ungraded rows only": [
        *some(), *(row(item_id=f"u{i}", correct=None, params={"l": 9}) for i in range(9)),
    ],
    "one row": [row()],
    "one row with axes": [row(params={"a": 1, "b": 2})],
    "constant param": some(params={"l": 5}),
    "NaN params": [one.replace('"l": 1', '"l": NaN') for one in some()],
    "huge params": [
        row(item_id=str(i), correct=i % 3 > 0, params={"l": (1e308, -1e308, 0, 5e-324)[i % 4]})
        for i in range(80)
    ],
    "text and numbers": [*some(60), *some(60, base_task="t", params={"l": "x"}, task="v")],
    "truncated all": some(correct=False, stop="length"),
    "chance almost 1": some(chance=0.999999),
    "names as axes": some(params={"<b>x</b>": 1, "a\"b'; drop": 2}),
    "2,000 levels": [
        row(item_id=str(i), correct=i % 3 > 0, params={"n": i, "s": f"v{i}"}) for i in range(2_000)
    ],
    "60 evals": [one for e in range(60) for one in some(40, model=f"m{e}")],
}  # fmt: skip


@pytest.mark.parametrize("rows", ODD.values(), ids=ODD)
def test_odd_data_goes_through_every_command(typed: Type, rows: list[str]) -> None:
    assert typed("import", log("l.jsonl", rows), "--dataset", "d.json").code == 0
    for words in (["evals"], ["tasks"], ["tasks", "--detail"], ["surface"]):
        for form in ("table", "json", "csv", "markdown"):
            done = typed(words[0], "d.json", *words[1:], "--format", form)
            assert done.code == 0, done.err
            assert "NaN" not in done.out or form != "json"
    assert typed("surface", "d.json", "--output-dir", "out", "--figures", 0).code == 0
    drawn = typed("surface", "d.json", "--output", "x.html")
    assert drawn.code in (0, 3), drawn.err
    assert typed("store", "verify", "d.json").code == 0


def test_an_axis_of_too_many_texts_is_refused(typed: Type) -> None:
    typed("import", log("l.jsonl", ODD["2,000 levels"]), "--dataset", "d.json")
    refused(typed("surface", "d.json", "--axis", "s"))


CONFIGS = [
    "", "nope", "[]", "{}", '{"store": 5}', '{"store": "d", "nam": "x"}',
    '{"store": "d", "schema_version": 99}', '{"store": "d", "store": "e"}', '{"store": ""}',
    '{"store": "a\\u0000b"}', '{"store": "d", "name": "x\\ud800"}', '{"store": "d", "evals": {}}',
    '{"store": "d", "evals": [{"filter": {}}]}',
    '{"store": "d", "base_tasks": {"t": {"chance": 2}}}',
    '{"store": "d", "base_tasks": {"t": {"chance": 1}}}',
    '{"store": "d", "base_tasks": {"t": {"chance": NaN}}}', "[" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", CONFIGS)
def test_a_wrong_config_is_named_and_left_as_it_is(typed: Type, text: str) -> None:
    small(typed)
    Path("c.json").write_text(text)
    for command in ("evals", "tasks", "surface"):
        refused(typed(command, "c.json"))
    refused(typed("import", "good.jsonl", "--dataset", "c.json"))
    assert Path("c.json").read_text() == text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_import_leaves_the_last_good_version(
    typed: Type, checkout: Path, number: signal.Signals
) -> None:
    dataset = small(typed)
    log("big.jsonl", [row(item_id=str(i), prompt="p" * 300) for i in range(20_000)])
    command = [sys.executable, str(checkout / "analyze.py"), "import", "big.jsonl"]
    with subprocess.Popen([*command, "--dataset", dataset], stderr=subprocess.PIPE) as running:
        while running.poll() is None and not any(Path("d/staging").glob("*/*.parquet")):
            time.sleep(0.01)
        running.send_signal(number)
        assert running.stderr is not None
        err = running.stderr.read()
    assert b"Traceback" not in err
    assert running.returncode == (130 if number == signal.SIGINT else -number)
    verified = json.loads(typed("store", "verify", dataset, "--format", "json").out)
    assert (verified["ok"], verified["samples"]) == (True, 60)
    log("big.jsonl", [row(item_id=str(i), prompt="p" * 300, model="n") for i in range(50)])
    assert typed("import", "big.jsonl", "--dataset", dataset).code == 0
    assert typed("store", "compact", dataset).code == 0
    assert json.loads(typed("store", "verify", dataset, "--format", "json").out)["ok"]


def test_imports_at_once_all_land(typed: Type, checkout: Path) -> None:
    for name in ("a", "b"):
        log(f"{name}.jsonl", [row(item_id=str(i), model=name, params={name: i}) for i in range(50)])
    command = [sys.executable, str(checkout / "analyze.py"), "import"]
    running = [
        subprocess.Popen([*command, f"{name}.jsonl", "--dataset", "d.json"], stdout=subprocess.PIPE)
        for name in ("a", "b", "a")
    ]
    for one in running:
        one.communicate()
        assert one.returncode == 0
    info = json.loads(typed("store", "info", "d.json", "--format", "json").out)
    assert info["rows"] == 100
    assert typed("store", "verify", "d.json").code == 0
    assert len(json.loads(Path("d.json").read_text())["evals"]) == 2


@pytest.mark.parametrize("words", [["evals"], ["surface", "--format", "json"]])
def test_neither_locale_nor_home_nor_folder_matters(
    typed: Type, checkout: Path, words: list[str]
) -> None:
    place = Path("a b é😀 \"q'x")
    place.mkdir()
    dataset = str(place / "dä ta.json")
    log("l.jsonl", [row(item_id=str(i), model="mé😀", params={"l": i % 3}) for i in range(30)])
    assert typed("import", "l.jsonl", "--dataset", dataset).code == 0
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = start(checkout, words[0], str(Path(dataset).resolve()), *words[1:], cwd="/", env=bare)
    assert done.returncode == 0, done.stderr
    assert "mé😀" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(("redirect", "code"), [("| head -c 1", 0), (">&-", 0), (">/dev/full", 2)])
def test_a_reader_that_goes_away_is_no_crash(
    typed: Type, checkout: Path, redirect: str, code: int
) -> None:
    dataset = small(typed)
    words = f"'{sys.executable}' '{checkout / 'analyze.py'}' surface {dataset} --format json"
    script = f"{words} {redirect}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_file_name_that_is_not_unicode(typed: Type, checkout: Path) -> None:
    log("l.jsonl", [row()])
    try:
        os.link(b"l.jsonl", b"l\xff.jsonl")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    name = os.fsdecode(b"l\xff.jsonl")
    assert start(checkout, "import", name, "--dataset", "d.json").returncode == 0
    assert start(checkout, "import", name, "--dataset", os.fsdecode(b"\xff.json")).returncode == 2
    assert typed("store", "verify", "d.json").code == 0
