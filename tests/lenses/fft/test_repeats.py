"""The same prompts say the same: in any order, from the cache, beside other evals and tasks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import reasonscape
from reasonscape.runs.lens_run import LensRun
from reasonscape.text import prompt_tokens
from tests.cli.typed import Type
from tests.lenses.fft.logs import (
    by_pattern,
    dataset,
    declare,
    question,
    rows,
    said,
    verdicts,
    without,
)

LOG = rows(120, model="a") + rows(120, model="b", seed=2)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dataset(tmp_path_factory.mktemp("store"), LOG)


def _copy(store: Path, folder: Path) -> Path:
    """The store as it is now, without its cache."""
    shutil.copytree(store.parent, folder / "copy", ignore=shutil.ignore_patterns("cache"))
    return folder / "copy" / store.name


def _tables(run: LensRun) -> str:
    return repr(run.lens.tables(run.results))


def test_the_order_of_rows_does_not_matter(store: Path, tmp_path: Path) -> None:
    first = reasonscape.fft(store, tokenizer="words")
    second = reasonscape.fft(dataset(tmp_path, LOG[::-1]), tokenizer="words")
    assert said(first) == said(second)
    assert _tables(first).replace("tokenised_now", "") == _tables(second).replace(
        "tokenised_now", ""
    )


def test_two_runs_write_the_same_bytes(typed: Type, store: Path, tmp_path: Path) -> None:
    config = _copy(store, tmp_path)
    written = []
    for name in ("zero", "one", "two"):
        done = typed(
            "fft", config, "--tokenizer", "words", "--seed", "3", "--figures", "0",
            "--output-dir", tmp_path / name,
        )  # fmt: skip
        assert done.code == 0
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        written.append({p.relative_to(tmp_path / name): p.read_bytes() for p in files})
    tables = {path for path in written[0] if path.suffix == ".csv"}
    assert tables
    # Only how many prompts were tokenised differs between the first run and the second.
    assert {p for p in tables if written[0][p] != written[1][p]} <= {Path("tables/prompts.csv")}
    same = {p for p in written[1] if p.name not in ("summary.json", "report.md")}
    assert {p: written[1][p] for p in same} == {p: written[2][p] for p in same}


def test_the_second_run_reads_no_prompt(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _copy(store, tmp_path)
    first = reasonscape.fft(config, tokenizer="words")
    assert first.table["tokenised_now"].to_list() == [120, 120]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("prompts were read")

    monkeypatch.setattr(prompt_tokens, "prompts", refuse)
    second = reasonscape.fft(config, tokenizer="words")
    assert second.table["tokenised_now"].to_list() == [0, 0]
    assert said(first) == said(second)
    # Another tokenizer reads them anew.
    pytest.importorskip("bpe_openai")
    with pytest.raises(AssertionError, match="were read"):
        reasonscape.fft(config, tokenizer="words", against="o200k_base")


@pytest.mark.parametrize("damage", ["broken", "no folder"])
def test_a_cache_that_cannot_be_used_costs_only_time(
    store: Path, tmp_path: Path, damage: str
) -> None:
    config = _copy(store, tmp_path)
    first = reasonscape.fft(config, tokenizer="words")
    cache = config.with_suffix("") / "cache"
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files
    if damage == "broken":
        for path in files:
            path.write_bytes(b"broken")
    else:
        shutil.rmtree(cache)
        cache.write_bytes(b"a file in the place of the folder")
    second = reasonscape.fft(config, tokenizer="words")
    assert second.table["tokenised_now"].to_list() == [120, 120]
    assert said(first) == said(second)


def test_prompts_added_later_are_read_alone(store: Path, tmp_path: Path) -> None:
    config = _copy(store, tmp_path)
    reasonscape.fft(config, tokenizer="words")
    more = [one | {"item_id": f"y{i}", "prompt": question(900 + i)} for i, one in
            enumerate(rows(30, model="a", seed=5))]  # fmt: skip
    log = tmp_path / "more.jsonl"
    log.write_text("".join(json.dumps(one) + "\n" for one in more), encoding="utf-8")
    reasonscape.import_logs(log, config, features=False)
    after = reasonscape.fft(config, tokenizer="words")
    assert set(after.table["tokenised_now"].to_list()) == {30}
    whole = reasonscape.fft(dataset(_made(tmp_path, "whole"), LOG + more), tokenizer="words")
    assert said(after) == said(whole)


def _made(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def test_other_evals_and_tasks_change_no_verdict(tmp_path: Path) -> None:
    longer = [one | {"base_task": "u", "prompt": f"{one['prompt']} {one['prompt']} please"}
              for one in LOG]  # fmt: skip
    # Model b answers questions of its own as well, of other lengths.
    own = [one | {"model": "b", "item_id": f"z{i}", "prompt": question(500 + i, 60)}
           for i, one in enumerate(rows(80, seed=3))]  # fmt: skip
    config = dataset(tmp_path, LOG + longer + own)
    # What the data say of a direction may differ with the data.
    declare(config, base_tasks={name: {"axes": {"level": {"harder": "up"}}} for name in "tu"})
    every = said(reasonscape.fft(config, tokenizer="words"))
    alone = said(reasonscape.fft(config, {"model": "a", "base_task": "t"}, tokenizer="words"))
    among = [one for one in every if (one["model"], one["base_task"]) == ("a", "t")]
    assert [one["verdict"] for one in alone] == [one["verdict"] for one in among]
    assert [one["evidence"]["segment"] for one in alone] == [
        one["evidence"]["segment"] for one in among
    ]
    assert [one["statement"] for one in alone] == [one["statement"] for one in among]


def test_short_prompts_of_another_eval_hide_no_period(tmp_path: Path) -> None:
    config = tmp_path / "d.json"
    reasonscape.plant("bandgain", config)
    short = [{"model": "b", "base_task": "arithmetic", "item_id": f"s{i}", "correct": i % 3 > 0,
              "prompt": f"What is {i} plus {i * 7}?", "params": {"length": 8}}
             for i in range(90)]  # fmt: skip
    log = tmp_path / "short.jsonl"
    log.write_text("".join(json.dumps(one) + "\n" for one in short), encoding="utf-8")
    reasonscape.import_logs(log, config, features=False)
    mine = by_pattern(reasonscape.fft(config), "bandgain")
    assert verdicts(mine)["band_limited_gain"] == "present"


def test_a_question_with_no_prompt_in_one_log_has_that_of_the_other(tmp_path: Path) -> None:
    log = rows(model="a") + [without(one, "prompt") for one in rows(model="b", seed=1)]
    run = reasonscape.fft(dataset(tmp_path, log), tokenizer="words")
    assert {f.model: f.n["left_out"] for f in run.findings} == {"a": 0, "b": 60}


def test_shown_prompts_are_those_of_the_eval(tmp_path: Path) -> None:
    other = [row | {"model": "b", "prompt": f"Of b: {row['prompt']}"} for row in rows()]
    run = reasonscape.fft(dataset(tmp_path, [*rows(), *other]), tokenizer="words", show_text=3)
    shown = {
        one.subject.model: [b"".join(prompt.pieces) for prompt in one.shown]
        for one in run.results[0].evals
    }
    assert len(shown["m"]) == len(shown["b"]) == 3
    assert all(text.startswith(b"Question") for text in shown["m"])
    assert all(text.startswith(b"Of b: Question") for text in shown["b"])
