"""The command lines of a workflow's text: as printed, and with its placeholders filled in."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.cli.workflow import DATASET

COMMAND = "python analyze.py "
PLACEHOLDER = re.compile(r"<[\w.-]+>")


@dataclass(frozen=True)
class Line:
    """One command: its words as printed, placeholders and all."""

    number: int
    words: tuple[str, ...]

    @property
    def is_template(self) -> bool:
        """Whether something has to be filled in before it can run."""
        return any(PLACEHOLDER.search(word) for word in self.words)

    def filled(self, named: Callable[[str], str], options: Mapping[str, str]) -> list[str]:
        """Words to type: ``<...>`` in a filter becomes a quoted id, a bare ``<...>`` an option."""
        return [
            options[word] if word in options else PLACEHOLDER.sub(lambda m: named(m[0]), word)
            for word in self.words
        ]


def command_lines(text: str) -> list[Line]:
    """Every command of a text; one that goes on after a backslash is one command.

    Examples
    --------
    >>> [line.words for line in command_lines("a\\npython analyze.py evals x.json --search m")]
    [('evals', 'x.json', '--search', 'm')]
    """
    found = []
    lines = text.splitlines()
    for start, line in enumerate(lines):
        if COMMAND not in line:
            continue
        whole, after = line, start + 1
        while whole.endswith("\\"):
            whole = f"{whole[:-1]} {lines[after]}"
            after += 1
        # Two commands in one line of prose stand one after the other, and a dash may close them.
        for part in whole.split(COMMAND)[1:]:
            words = shlex.split(part.strip().removesuffix(" -"))
            found.append(Line(start + 1, tuple(words)))
    return found


def bare_options(eval_id: str) -> dict[str, str]:
    """What stands for a whole word: the dataset, and the filters."""
    filters = {"eval_id": [eval_id], "base_task": "arithmetic"}
    return {"<dataset>": DATASET, "<...>": json.dumps(filters)}
