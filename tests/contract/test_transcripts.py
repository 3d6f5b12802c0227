"""The reading of documents themselves: which commands are found, and what agrees with what."""

from __future__ import annotations

import pytest

from tests.contract.transcripts import Step, agrees, steps, unlabelled_commands

CONSOLE = """Text.

```console
$ echo one
one
$ echo two \\
    three
two three
```
"""


def test_a_console_block_is_commands_with_their_output() -> None:
    assert list(steps(CONSOLE)) == [
        Step("bash", 4, "echo one", "one", 0),
        Step("bash", 6, "echo two \\\n    three", "two three", 0),
    ]


def test_scripts_are_run_for_their_exit_code() -> None:
    found = list(steps("```bash\nmake demo\ntrue\n```\n\n```python\nimport os\n```\n"))
    assert found == [
        Step("bash", 2, "true", None, 0),
        Step("python", 7, "import os", None, 0),
    ]


def test_make_and_other_languages_are_not_run() -> None:
    assert list(steps("```bash\nmake demo\nmake test\n```\n```json\n{}\n```\n")) == []


def test_a_mark_before_a_block_changes_it() -> None:
    [step] = steps("<!-- exit: 2 -->\n```console\n$ false\n```\n")
    assert (step.exit_code, step.output) == (2, "")
    assert list(steps("<!-- no-run: needs a key -->\n\n```bash\nrm x\n```\n")) == []


def test_skipping_needs_a_reason() -> None:
    assert len(list(steps("<!-- no-run: -->\n```bash\ntrue\n```\n"))) == 1


def test_a_mark_is_for_the_next_block_only() -> None:
    text = "<!-- no-run: x -->\n```bash\nfalse\n```\n\n```bash\ntrue\n```\n"
    assert [step.command for step in steps(text)] == ["true"]


def test_a_block_in_a_list_loses_its_indent() -> None:
    [step] = steps("1. First\n\n   ```console\n   $ echo a\n   a\n   ```\n")
    assert (step.command, step.output) == ("echo a", "a")


def test_commands_in_blocks_without_a_language_are_found() -> None:
    text = "```bash\npython analyze.py x\n```\n\n```\nreasonscape/\npython analyze.py y\n```\n"
    assert list(unlabelled_commands(text)) == ["python analyze.py y"]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a  \nb", "a\nb  \n", True),
        ("a", "a\nb", False),
        ("...", "", True),
        ("...\nz", "a\nb\nz", True),
        ("took ... s (x+y)", "took 3 s (x+y)", True),
        ("took ... s", "took 3\n s", False),
        ("a.c", "abc", False),
    ],
)
def test_what_agrees(shown: str, printed: str, same: bool) -> None:
    assert agrees(shown, printed) is same
