#!/usr/bin/env python3
"""Print docs/schema.md from the code: ``.venv/bin/python scripts/schema_page.py > docs/schema.md``.

A test compares the page with what this prints, so a column cannot change without the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from markdown_tables import table  # noqa: E402

from reasonscape.errors import ReasonScapeError  # noqa: E402
from reasonscape.findings.finding import Effect, Finding  # noqa: E402
from reasonscape.runs.schema import describe  # noqa: E402
from reasonscape.store.schema import (  # noqa: E402
    FEATURE_COLUMNS,
    SAMPLE_COLUMNS,
    TEXT_COLUMNS,
    Column,
)

INTRODUCTION = """\
# Schema: columns, findings, exit codes

Made from the code by `scripts/schema_page.py`; `python analyze.py schema` gives the same as JSON,
with a dataset also its own keys. What the fields of a result mean is in [output.md](output.md).
"""
SAMPLES = """\
## Table `samples`

One row is one completion. NULL means that the log does not say; nothing is invented. Besides these
columns a store has one for each difficulty coordinate that was imported: `param.NAME` (DOUBLE) for
numbers and `label.NAME` (VARCHAR) for names. In [filters](filters.md) the bare name is enough.
"""
FEATURES = """\
## Features of the trace

Columns of `samples` too, measured when a log is imported, so that no lens reads text; `import
--no-features` leaves them NULL and `store refresh` fills them in. The trace is `reasoning` if the
log has it in full, else the response. What the columns mean exactly, and when there is no trace,
is in [import.md](import.md). In filters they have their full name, as in
`{"f.loop_covered": {"min": 0.3}}`; lists cannot be compared.
"""
TEXTS = """\
## Table `texts`

The long strings of the same rows, read only where they are shown. `sample_uid` and `import_id`
join the two tables. Both are Delta Lake tables of zstd Parquet files that any reader opens.
"""
OUTCOMES = """\
## Outcomes

The filter key `outcome` is derived; the first that holds:

| outcome | when | in accuracy |
|---|---|---|
| failed | `stop` = error: the harness failed, not the model | left out and counted |
| correct | `correct` | right |
| truncated | `stop` = length | wrong; the other bound counts it as right |
| ungraded | `correct` is NULL | left out and counted |
| unanswered | `answered` is false, or `stop` = filter | wrong |
| incorrect | anything else | wrong |
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_columns(), OUTCOMES, *_results(), *_exit_codes()])


def _columns() -> Iterator[str]:
    for introduction, columns in (
        (SAMPLES, SAMPLE_COLUMNS),
        (FEATURES, FEATURE_COLUMNS),
        (TEXTS, TEXT_COLUMNS),
    ):
        yield introduction
        yield table(("column", "type", "unit", "meaning"), map(_column, columns))


def _column(column: Column) -> tuple[str, str, str, str]:
    return f"`{column.name}`", column.type, column.unit, column.meaning


def _results() -> Iterator[str]:
    described = describe(None)
    yield "## Findings\n"
    yield f"Verdicts: {_code(described['verdicts'])}.\n"
    patterns = described["patterns"].items()
    yield table(
        ("lens", "failure patterns", "reassurance"),
        [
            (name, _code(p["failure"]), _code(list(filter(None, [p["reassurance"]]))))
            for name, p in patterns
        ],
    )
    for kind, title in ((Finding, "a finding"), (Effect, "its `effect`")):
        types = [(f"`{field.name}`", f"`{field.type}`") for field in fields(kind)]
        yield table((f"field of {title}", "type in Python"), types)


def _exit_codes() -> Iterator[str]:
    yield "## Exit codes\n"
    rows = [
        ("0", "", "Done; also when the findings are `insufficient_evidence`."),
        ("1", "`internal`", "An error of the program itself; or `store verify` found damage."),
        *((str(k.exit_code), f"`{k.code}`", _first_line(k)) for k in _errors()),
    ]
    yield table(("exit code", "`error.code`", "meaning"), rows)


def _errors() -> list[type[ReasonScapeError]]:
    """Every class of error that a user may see, by exit code, the general before the special."""
    found: list[type[ReasonScapeError]] = []
    todo = ReasonScapeError.__subclasses__()
    while todo:
        kind = todo.pop(0)
        found.append(kind)
        todo += kind.__subclasses__()
    return sorted(found, key=lambda kind: kind.exit_code)


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").split("\n")[0].replace("``", "`")


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    print(page(), end="")
