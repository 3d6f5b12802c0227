"""Every command line of the failure-diagnosis workflow, as its text prints it.

The text is not part of the project: it lies beside the real logs. Each of its lines is typed on the
dataset planted for it, with placeholders replaced by quoted ids; as printed, a line with a
placeholder is refused with the line as it should be.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.workflow import Analyze, eval_id
from tests.cli.workflow_text import Line, bare_options, command_lines

pytestmark = pytest.mark.slow
TEXT = "four-lens-workflow.txt"
EVALS = {
    "<target-eval>": "target-model",
    "<target>": "target-model",
    "<model-a>": "model-a",
    "<model-b>": "model-b",
}


@pytest.fixture(scope="module")
def lines(shared_data: Path) -> list[Line]:
    """The commands of the text; none may have been missed."""
    path = shared_data.parent / "reference" / TEXT
    if not path.is_file():
        pytest.skip(f"the workflow's text is not here: no {TEXT} beside the real logs")
    text = path.read_text(encoding="utf-8")
    found = command_lines(text)
    assert len(found) == len(re.findall(r"python \S*analyze\.py", text))
    assert found
    return found


def typed(line: Line, analyze: Analyze) -> list[str]:
    """The line with its placeholders filled in; an unknown placeholder is a line not covered."""

    def quoted(placeholder: str) -> str:
        assert placeholder in EVALS, f"line {line.number}: nothing is known of {placeholder}"
        return json.dumps(eval_id(analyze, EVALS[placeholder]))

    return line.filled(quoted, bare_options(eval_id(analyze, "target-model")))


def output_of(words: list[str]) -> Path | None:
    """Where a line writes to."""
    named = [words[i + 1] for i, word in enumerate(words) if word in ("--output", "--output-dir")]
    return Path(named[0]) if named else None


def test_every_line_runs_with_its_placeholders_filled_in(
    lines: list[Line], analyze: Analyze
) -> None:
    for line in lines:
        # A page instead of a picture, and folders without: a browser takes seconds for each.
        words = [re.sub(r"\.png$", ".html", word) for word in typed(line, analyze)]
        quick = ["--figures", "0"] if "--output-dir" in words else []
        code, out, err = analyze(*words, *quick)
        assert code == 0, f"line {line.number}: {shlex.join(words)}\n{err}"
        assert out
        written = output_of(words)
        if written is None:
            continue
        if "--output-dir" in words:
            assert (written / "summary.json").is_file(), line
        else:
            assert written.is_file(), line


def test_as_printed_a_placeholder_is_refused_with_the_corrected_line(
    lines: list[Line], analyze: Analyze
) -> None:
    printed = [line for line in lines if line.is_template]
    assert printed
    for line in printed:
        words = [word if i != 1 else "data/dataset-m12x.json" for i, word in enumerate(line.words)]
        written = output_of(words)
        before = written is not None and written.exists()
        code, out, err = analyze(*words)
        assert (code, out) == (2, ""), line
        assert err.count("\n") == 1, err
        shown = re.search(r"--filters '(\{.*\})'", err)
        assert shown, f"line {line.number}: no corrected line in {err}"
        corrected = json.loads(shown[1])
        asked = re.search(r'"base_task": "(\w+)"', line.words[3])
        assert corrected.get("base_task") == (asked[1] if asked else corrected.get("base_task"))
        assert written is None or written.exists() == before
