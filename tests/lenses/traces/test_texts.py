"""What logs say reaches no folder unasked, and nothing that reads it as more than text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.typed import Type, log, refused, row

SECRET = "this sentence of seven words stays hidden here for good as nobody asked"
HOSTILE = "<script>alert(1)</script> \x1b[31mred\x1b[0m\nnext <img src=x onerror=alert(2)>"
BAD_ID = "<b>id</b>\x1b]0;x\x07"


@pytest.fixture
def dataset(typed: Type) -> str:
    rows = [
        row(
            item_id=f"{BAD_ID} {i}", model=m, base_task="t<i>", correct=(i + (m == "a")) % 2 == 0,
            params={"n": i % 5 // 3, "kind": f"<u>{i // 2 % 2}</u>"}, prompt="p",
            response=f"{HOSTILE if (i + (m == 'a')) % 2 else 'all is well so far'} {i}. {SECRET}",
        )
        for i in range(40)
        for m in ("a", "<i>b</i>")
    ]  # fmt: skip
    done = typed("import", log("log.jsonl", rows), "--dataset", "d.json")
    assert done.code == 0, done.err
    return "d.json"


def files(folder: str) -> dict[str, str]:
    return {
        str(path): path.read_text(errors="replace")
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and path.suffix != ".png"
    }


def harmless(text: str) -> bool:
    """No tag of a log's text, and nothing that a terminal would obey."""
    tags = ("<script>alert", "<img src=x", "<b>id", "<u>0", "<i>b")
    return "\x1b" not in text and not any(tag in text for tag in tags)


@pytest.mark.parametrize("command", ["failures", "traces"])
def test_hostile_text_stays_text(typed: Type, dataset: str, command: str) -> None:
    words = ("--layout", "pca") if command == "traces" else ("--k", 2, "--permutations", 19)
    for form in ("table", "markdown", "csv"):
        done = typed(command, dataset, *words, "--format", form)
        assert done.code == 0, done.err
        assert "\x1b" not in done.out + done.err
        assert "\x07" not in done.out + done.err
    done = typed(command, dataset, *words, "--show-text", 2, "--output", "page.html")
    assert done.code == 0, done.err
    assert "\x1b" not in done.out + done.err
    assert not any(line.startswith("next <img") for line in done.out.splitlines())
    assert harmless(Path("page.html").read_text())


def test_hostile_text_of_a_map_stays_text(typed: Type, dataset: str) -> None:
    done = typed(
        "traces", dataset, "--analysis", "interactive", "--layout", "pca", "--show-text", 2,
        "--output", "map.html",
    )  # fmt: skip
    assert done.code == 0, done.err
    page = Path("map.html").read_text()
    assert harmless(page)
    assert "red" in page  # the excerpt is there, as text


@pytest.mark.parametrize("command", ["failures", "traces"])
def test_no_sentence_is_written_unless_texts_were_asked_for(
    typed: Type, dataset: str, command: str
) -> None:
    words = ("--layout", "pca") if command == "traces" else ("--k", 2, "--permutations", 19)
    told = [typed(command, dataset, *words, "--figures", 0, "--output-dir", "quiet")]
    told.append(typed(command, dataset, *words, "--format", "json", "--detail"))
    for done in told:
        assert done.code == 0, done.err
        assert SECRET not in done.out + done.err
    assert Path("quiet/summary.json").exists()
    assert [name for name, text in files("quiet").items() if SECRET in text] == []


def test_texts_that_were_asked_for_are_shown_around_their_phrase(typed: Type, dataset: str) -> None:
    done = typed(
        "traces", dataset, "--analysis", "phrases", "--show-text", 1, "--figures", 0,
        "--output-dir", "told",
    )  # fmt: skip
    assert done.code == 0, done.err
    shown = [name for name, text in files("told").items() if SECRET[:20] in text]
    assert any("phrases" in name for name in shown), files("told").keys()


def test_markers_are_said_and_cut(typed: Type, dataset: str) -> None:
    done = typed(
        "traces", dataset, "--analysis", "length", "--start", "x'\n{{", "--end", "nowhere",
        "--format", "json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert any(
        "whole where a marker is missing" in note for note in json.loads(done.out)["warnings"]
    )
    refused(typed("traces", dataset, "--start", "\x1b[1m"))
    refused(typed("traces", dataset, "--start", ""))


@pytest.mark.parametrize(
    "rows",
    [
        [row(item_id=str(i), response="so it is done", params={"n": 1}) for i in range(30)],
        [row(item_id=str(i), response="", params={"n": 1}, correct=i % 2 > 0) for i in range(30)],
        [row(item_id="1", response="one alone", params={"n": 1})],
        [row(item_id=str(i), params={"n": 1}, correct=i % 2 > 0) for i in range(30)],
        [row(item_id=str(i), response="the of and", correct=i % 2 > 0) for i in range(30)],
    ],
    ids=["all right", "empty", "one", "hidden", "stop words"],
)
def test_odd_traces_have_a_clear_answer(typed: Type, rows: list[str]) -> None:
    done = typed("import", log("log.jsonl", rows), "--dataset", "d.json")
    assert done.code == 0, done.err
    for words in ((), ("--output-dir", "out", "--figures", 0)):
        done = typed("traces", "d.json", *words, "--format", "json", "--detail")
        assert done.code == 0, done.err
        answer = json.loads(done.out)
        assert not any(one["verdict"] == "present" for one in answer["findings"])
    assert "not decided" in typed("traces", "d.json").out
