"""Names that somebody chose to do harm: stored whole, found again, never markup, path or SQL."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.typed import Type, log, refused, row, small

NAMES = [
    "a'b", 'a"b', "a;DROP TABLE samples;--", "../../../etc/passwd", "/etc/passwd", "..", ".",
    "line\nbreak", "tab\tx", "😀 emoji", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "[click](javascript:alert(1))",
    "<b>bold</b><br><a href='http://e'>x</a>", "*a* _b_ `c` | d", "a%2Fb%00c", "base_task=x",
    "a*b?c[d]", "=1+1", "{{7*7}}", "${HOME}", "\x1b[31m", "NULL", "true", "1", "-1", "$1", "?1",
    " lead ", "\\", "@file", "--help", "x=1/y=2", "é" * 30,
]  # fmt: skip
FIELDS = ("model", "template", "sampler", "base_task", "task", "item_id")
ROWS = 12


@pytest.fixture
def hostile(typed: Type) -> str:
    """A dataset in which every identity field, param and label has each of the names once."""
    rows = []
    for number, name in enumerate(NAMES):
        for field in (*FIELDS, "key", "value"):
            for i in range(ROWS):
                identity: dict[str, object] = {
                    "base_task": f"t{number % 3}", "task": "v", "item_id": f"{number}-{field}-{i}",
                    "correct": i % 3 > 0, "params": {"length": i % 4},
                }  # fmt: skip
                if field == "key":
                    identity["params"] = {"length": i % 4, name: i % 2}
                elif field == "value":
                    identity["params"] = {"length": i % 4, "label": name}
                else:
                    identity[field] = name if field != "item_id" else f"{name}{i}"
                rows.append(row(**identity))
    assert typed("import", log("log.jsonl", rows), "--dataset", "d.json").code == 0
    return "d.json"


def test_every_name_is_stored_whole_and_found_by_a_filter(typed: Type, hostile: str) -> None:
    def samples(**filters: object) -> int:
        words = ("evals", hostile, "--filters", json.dumps(filters), "--format", "json")
        listed = json.loads(typed(*words, "--limit", 9999).out)
        return sum(one["samples"] for one in listed["evals"])

    assert typed("store", "verify", hostile).code == 0
    for number, name in enumerate(NAMES):
        # Each field meets a third of the names: every kind of them, in a third of the time.
        first = ("model", "template", "base_task")[number % 3]
        assert samples(**{first: name}) == ROWS, (first, name)
        second, value, found = (
            (f"param.{name}", 1, ROWS // 2), ("label", name, ROWS), ("item_id", f"{name}3", 1),
        )[number % 3]  # fmt: skip
        assert samples(**{second: value}) == found, (second, name)


def test_listings_hold_no_control_characters_and_one_line_a_row(typed: Type, hostile: str) -> None:
    for command in ("evals", "tasks"):
        out = typed(command, hostile, "--limit", 9999).out
        rows = json.loads(typed(command, hostile, "--limit", 9999, "--format", "json").out)[command]
        assert out.count("\n") == len(rows) + 1
        assert "\x1b" not in out
        assert "\t" not in out


LIVE = re.compile(
    r"<script>alert|<img src=x|<a href='http|<b>bold|\\u003c(script\\u003ealert|img|a )"
)


def test_pages_and_report_hold_names_as_text_and_files_stay_inside(
    typed: Type, hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pages are what this is about; a browser for the PNGs would only cost time.
    monkeypatch.setattr("reasonscape.runs.pictures.find_browser", lambda: None)
    marked = [name for name in NAMES if set("<[./=") & set(name)]
    before = set(Path().rglob("*"))
    chosen = json.dumps({"base_task": marked})
    done = typed("surface", hostile, "--filters", chosen, "--output-dir", "out", "--figures", 16)
    assert done.code == 0, done.err
    new = set(Path().rglob("*")) - before
    # Besides the output folder only what the store remembers of itself.
    elsewhere = {path for path in new if path.parts[0] != "out"}
    assert elsewhere <= {Path("d/cache"), Path("d/cache/names.json")}
    for path in new:
        assert re.fullmatch(r"[\w.-]+", path.name), path
        assert len(path.name) < 120
    summary = json.loads(Path("out/summary.json").read_text())
    names = [one["path"] for one in summary["artifacts"]]
    assert len({name.casefold() for name in names}) == len(names)
    for page in Path("out").rglob("*.html"):
        assert not LIVE.search(page.read_text()), page
    # In code, spans as well as indented commands, everything is text.
    report = re.sub(r"`[^`\n]*`|(?m:^      .*$)", "", Path("out/report.md").read_text())
    assert not re.search(r"(?<!\\)<(script|img|a|b|br)\b", report)
    assert not re.search(r"(?<!\\)\[click", report)
    for table in Path("out").rglob("*.csv"):
        assert not re.search(r"(?m)(^|,)\"?[=@]", table.read_text()), table


def test_two_tasks_never_share_a_file(typed: Type) -> None:
    rows = [
        row(base_task=task, item_id=str(i), correct=i % 2 > 0, params={"length": i % 4})
        for task in ("1", "-1", "1-", "$1", "A", "a")
        for i in range(40)
    ]
    assert typed("import", log("l.jsonl", rows), "--dataset", "d.json").code == 0
    assert typed("surface", "d.json", "--output-dir", "out", "--figures", 1).code == 0
    summary = json.loads(Path("out/summary.json").read_text())
    drawn = [one["run"].split("--output-dir ")[1] for one in summary["not_drawn"]]
    assert len({name.casefold() for name in drawn}) == len(drawn) == 11


FILTERS = [
    '{"model\\"; DROP TABLE samples; --": 1}', '{"1=1) OR (1": 1}', '{"length": "1 OR 1=1"}',
    '{"length": {"min": "1; select 1"}}', '{"length": {"min": 1, "drop": 2}}', '{"length": []}',
    '{"length": {}}', '{"length": [[1]]}', '{"any": 1}', '{"any": []}', '{"tier": "x"}',
    '{"groups": 5}', "[]", "1", "nope", "{", '{"a": 1, "a": 2}', '{"length": NaN}',
    '{"length": 1e999}', '{"model": "<target-eval>"}', '{"eval_id": [e1a2b3]}', '{"eval_id": "e"}',
    "@missing.json", "@.", "@good.jsonl", "good.json", '{"model": "\\ud800"}', '{"": 1}',
    '{"correct": "yes"}', '{"outcome": "wrong"}', '{"length": {"like": "*"}}', "-",
    '{"any":[' * 3000 + "{}" + "]}" * 3000, json.dumps({"length": list(range(20_000))}),
]  # fmt: skip


def test_a_wrong_filter_is_one_sentence_in_every_command(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = small(typed)
    # A program may be started without any stdin.
    monkeypatch.setattr("sys.stdin", None)
    for text in FILTERS:
        for command in ("evals", "tasks", "surface"):
            refused(typed(command, dataset, "--filters", text))
    assert typed("store", "verify", dataset).code == 0


@pytest.mark.parametrize(
    "text", ['{"model": "x\' OR 1=1 --"}', '{"model": "a\\u0000b"}', '{"repeat": 1e20}']
)
def test_a_strange_value_matches_nothing(typed: Type, text: str) -> None:
    dataset = small(typed)
    for command in ("evals", "tasks", "surface"):
        refused(typed(command, dataset, "--filters", text), code=3)


def test_near_misses_ignore_case_and_name_base_tasks(typed: Type) -> None:
    dataset = small(typed)
    assert "did you mean length?" in typed("evals", dataset, "--filters", '{"LENGTH": 1}').err
    assert "no base task 'tt'" in typed("evals", dataset, "--filters", '{"base_task": "tt"}').err
