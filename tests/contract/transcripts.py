"""Commands in Markdown and what they print.

- A ``console`` block holds ``$ command`` lines, each followed by the exact output; a line ``...``
  stands for any lines, ``...`` within a line for any text. A command goes on after a ``\\``.
- A ``bash`` or ``python`` block is run as one script and must exit with 0.
- ``<!-- exit: 2 -->`` before a block: every command of it exits with 2.
- ``<!-- no-run: reason -->`` before a block: it is not run.

Commands of one document run in order in one folder. Lines that begin with ``make`` are not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BLOCK = re.compile(
    r"^(?P<marks>(?:[ ]*<!--.*?-->\n\s*)*)"
    r"^(?P<indent>[ ]*)```(?P<kind>console|bash|sh|shell|python)\n"
    r"(?P<body>.*?)^[ ]*```[ ]*$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """One command to run: where it stands, what it prints (None: anything), how it exits."""

    kind: str
    line: int
    command: str
    output: str | None
    exit_code: int


def steps(markdown: str) -> Iterator[Step]:
    """The commands of a document, in order."""
    for block in BLOCK.finditer(markdown):
        if re.search(r"<!--\s*no-run:\s*\w", block["marks"]):
            continue
        line = markdown.count("\n", 0, block.start("body")) + 1
        code = re.search(r"<!--\s*exit:\s*(\d+)\s*-->", block["marks"])
        exit_code = int(code[1]) if code else 0
        body = re.sub(rf"^{block['indent']}", "", block["body"], flags=re.MULTILINE)
        if block["kind"] == "console":
            yield from _console(body, line, exit_code)
        elif script := _without_make(body):
            kind = "python" if block["kind"] == "python" else "bash"
            yield Step(kind, line, script, None, exit_code)


def unlabelled_commands(markdown: str) -> Iterator[str]:
    """Commands of ours in blocks without a language, which would never be run."""
    for block in re.finditer(r"^ *```(.*)\n((?:.*\n)*?) *```$", markdown, re.MULTILINE):
        if not block[1].strip():
            yield from re.findall(
                r"^ *(?:\$ )?(?:python analyze\.py|reasonscape) .*", block[2], re.M
            )


def _console(body: str, first: int, exit_code: int) -> Iterator[Step]:
    lines = body.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        after = start + 1
        while lines[after - 1].endswith("\\"):
            after += 1
        command = "\n".join(lines[start:after])[2:]
        if _without_make(command):
            output = "\n".join(lines[after:end])
            yield Step("bash", first + start, command, output, exit_code)


def _without_make(script: str) -> str:
    kept = [line for line in script.splitlines() if not re.match(r"make\b", line)]
    return "\n".join(kept).strip()


def agrees(expected: str, printed: str) -> bool:
    """Whether a program printed what the document shows, apart from trailing blanks.

    Examples
    --------
    >>> agrees("total 3 in ... s", "total 3 in 0.2 s  \\n")
    True
    >>> agrees("first\\n...\\nlast", "first\\nlast")
    True
    >>> agrees("first\\n...", "second")
    False
    """
    pattern = ""
    for line in _trimmed(expected):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.split("..."))) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in _trimmed(printed))) is not None


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]
