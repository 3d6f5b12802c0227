"""What the command prints and draws: prompts as somebody's text, JSON strict and bounded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import reasonscape
from reasonscape.runs.pictures import PLOTLY_JS, html_page
from tests.cli.typed import Type
from tests.lenses.fft.logs import dataset, rows

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)> \x1b]0;owned\x07 \u202eleft "
    "\u2066 \x00\x01 [click](javascript:alert(1)) {{7*7}} \nnote: all is well\n\r\x85 done é🐈 "
)
LIVE = re.compile(r"(<|\\u003c)(script(>|\\u003e)alert|img src)")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    log = [one | {"prompt": HOSTILE * 2 + str(one["prompt"])} for one in rows()]
    return dataset(tmp_path, log)


def refuse(word: str) -> Any:
    raise AssertionError(f"{word} in strict JSON")


@pytest.mark.parametrize("tokenizer", ["words", "bytes"])
@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
def test_shown_prompts_reach_no_terminal_as_control(
    typed: Type, hostile: Path, form: str, tokenizer: str
) -> None:
    done = typed("fft", hostile, "--show-text", 2, "--tokenizer", tokenizer, "--format", form)
    assert done.code == 0
    assert all(c.isprintable() or c == "\n" for c in done.out + done.err)
    assert "\nnote: all is well" not in done.out


def test_shown_prompts_are_no_markup(hostile: Path, tmp_path: Path) -> None:
    run = reasonscape.fft(hostile, tokenizer="words", show_text=2)
    run.save(tmp_path / "out", figures=0)
    written = [path for path in (tmp_path / "out").rglob("*") if path.suffix != ".parquet"]
    texts = [path.read_text(encoding="utf-8") for path in written if path.is_file()]
    view = next(drawing for drawing in run.drawings if "tokens" in drawing.name)
    figure = run.figure(view)
    texts.append(html_page(figure, name="x", title="x", plotly_js=PLOTLY_JS))
    assert "owned" in texts[-1]
    for text in texts:
        assert not LIVE.search(text)
        assert not set(text) & set("\u202e\u2066\x07\x00\x1b")
        assert not any(escape in text for escape in ("\\u202e", "\\u0007", "\\u001b"))


def test_the_token_view_holds_the_prompt(hostile: Path) -> None:
    run = reasonscape.fft(hostile, tokenizer="words", show_text=3)
    shown = run.results[0].evals[0].shown
    assert len(shown) == 3
    texts = {(HOSTILE * 2 + str(one["prompt"])).encode() for one in rows()}
    for one in shown:
        assert b"".join(one.pieces) in texts
        assert len(one.marks) == len(one.pieces)
        assert ((one.marks >= 0.0) & (one.marks <= 1.0)).all()


def test_no_text_unless_asked_for(typed: Type, hostile: Path, tmp_path: Path) -> None:
    done = typed("fft", hostile, "--output-dir", "out", "--figures", 0, "--detail")
    assert "owned" not in done.out
    for path in (tmp_path / "out").rglob("*"):
        if path.suffix in (".html", ".md", ".json", ".csv"):
            assert "owned" not in path.read_text(encoding="utf-8"), path


def test_json_is_strict_and_bounded(typed: Type, tmp_path: Path) -> None:
    config = dataset(tmp_path, [
        one | {"model": f"m{k}", "base_task": f"t{k % 4}"}
        for k in range(24) for one in rows(14, seed=k)
    ])  # fmt: skip
    done = typed("fft", config, "--format", "json", "--tokenizer", "words")
    assert done.code == 0
    document = json.loads(done.out, parse_constant=refuse)
    assert document["ok"]
    assert len(document["findings"]) <= 30
    assert len(done.out) < 60_000
    limited = typed("fft", config, "--format", "json", "--tokenizer", "words", "--limit", 2)
    assert len(json.loads(limited.out, parse_constant=refuse)["findings"]) == 2
    table = typed("fft", config, "--tokenizer", "words")
    assert table.out.count("\n") < 60
