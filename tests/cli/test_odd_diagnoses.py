"""``diagnose`` and ``triage`` on small and odd stores: said plainly, and nothing hidden."""

from __future__ import annotations

from pathlib import Path

from tests.cli.typed import Type, log, refused, row

ESCAPE = "red\x1b[31m"


def store(typed: Type, *models: str, apart: bool = False, **changes: object) -> str:
    """60 samples of each model; ``apart`` gives each model items of its own."""
    rows = [
        row(
            **{
                "model": model, "item_id": f"{model if apart else ''}{i}", "prompt": f"add {i}",
                "correct": i % 3 > 0, "params": {"n": i % 4}, **changes,
            }
        )
        for model in models
        for i in range(60)
    ]  # fmt: skip
    assert typed("import", log("log.jsonl", rows), "--dataset", "d.json").code == 0
    return "d.json"


def test_detail_shows_every_note_and_finding_as_text(typed: Type) -> None:
    data = store(typed, "A", "B")
    brief, whole = typed("diagnose", data), typed("diagnose", data, "--detail")
    assert "more notes (--detail" in brief.out and "? early_hazard" not in brief.out
    assert "more notes" not in whole.out
    assert whole.out.count("? early_hazard") == 2, "one for each eval"
    assert whole.out.count("note: ") > brief.out.count("note: ")
    assert "…" not in whole.out
    cut = typed("diagnose", data, "--detail", "--limit", "1")
    assert "more hypotheses (--limit, or --output-dir)" in cut.out


def test_a_baseline_of_other_items_is_said_first(typed: Type) -> None:
    done = typed("diagnose", store(typed, "A", "B", apart=True), "--baseline", "A")
    notes = [line for line in done.out.splitlines() if line.startswith("note: ")]
    assert notes[0] == (
        "note: no regression can be seen, for the baseline answered none of the items of B on t"
    )


def test_a_baseline_alone_contrasts_nothing(typed: Type) -> None:
    done = typed("diagnose", store(typed, "A"), "--baseline", "A")
    assert done.code == 0
    assert "note: the filters select no eval but the baseline" in done.out


def test_an_unknown_baseline_names_a_command_that_works(typed: Type) -> None:
    data = store(typed, "A")
    done = typed("diagnose", data, "--baseline", "zz")
    refused(done)
    assert f"python analyze.py evals {data}" in done.err


def test_ungraded_rows_are_named_as_the_reason(typed: Type) -> None:
    done = typed("diagnose", store(typed, "A", correct=None))
    assert done.code == 3
    assert "in the 60 samples that matched (all of them are ungraded)" in done.err


def test_one_is_one_and_no_suspect_leaves_no_gap(typed: Type) -> None:
    assert typed("import", log("log.jsonl", [row()]), "--dataset", "d.json").code == 0
    assert typed("diagnose", "d.json").out.startswith("1 sample (1 correct)\n")
    done = typed("triage", "d.json")
    assert done.out.startswith("1 sample, 1 (eval, task) pair: ")
    assert "\n\n\n" not in done.out


def test_the_report_of_a_hostile_log_steers_no_terminal(typed: Type) -> None:
    done = typed("diagnose", store(typed, ESCAPE), "--output-dir", "out", "--figures", "0")
    assert done.code == 0, done.err
    text = Path("out/report.md").read_text()
    assert "\x1b" not in text and "red\\\\x1b" in text
    assert "not decided(" not in text and "not decided (" in text


def test_no_lens_is_said_to_have_seen_what_was_not_there(typed: Type) -> None:
    done = typed("diagnose", store(typed, "A", params={}))
    assert "not measured: compression (no_trace)" in done.out
    assert "nothing in length" not in done.out
    assert "no lens that had something to read" in done.out
