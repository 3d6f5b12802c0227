#!/usr/bin/env python3
"""Print docs/formats.md from the code: ``.venv/bin/python scripts/formats_page.py``.

A test compares the page with what this prints, so a reader cannot change without the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from markdown_tables import table  # noqa: E402

from reasonscape.ingest.fields import FIELDS  # noqa: E402
from reasonscape.ingest.format import Format  # noqa: E402
from reasonscape.ingest.formats import FORMATS  # noqa: E402

INTRODUCTION = """\
# Log formats: what each says of a sample

Made from the readers' declarations by `scripts/formats_page.py`. How to import, choose scores and
axes is in [import.md](import.md); how to write a reader in [add-a-reader.md](add-a-reader.md).

**native**: the log says it. **inferred**: concluded from something else in the log, as its section
says. Empty: the format does not say it, and the column is NULL (or `unknown`); nothing is invented.
What one log in particular has is shown by `python analyze.py import LOG --dry-run`.
"""
OWN = ("samples", "mapped", "table")
"""Formats whose fields are whatever the user gives: they have no column in the overview."""


def page() -> str:
    """The whole page."""
    foreign = [known for known in FORMATS if known.name not in OWN]
    return "\n".join([INTRODUCTION, *_overview(foreign), *(_section(f) for f in FORMATS)])


def _overview(formats: Sequence[Format]) -> Iterator[str]:
    yield "## Overview\n"
    rows = [[f"`{name}`", *(_mark(known, name) for known in formats)] for name in FIELDS]
    yield table(["field", *(f"`{known.name}`" for known in formats)], rows)


def _mark(known: Format, name: str) -> str:
    if name in known.declares.native:
        return "native"
    return "inferred" if name in known.declares.inferred else ""


def _section(known: Format) -> str:
    declares = known.declares
    lines = [f"## `{known.name}`\n", f"{known.meaning[0].upper()}{known.meaning[1:]}.\n"]
    if known.companions:
        names = ", ".join(f"`{name}`" for name in known.companions)
        lines.append(f"Read by way of the logs they go with: {names}.\n")
    if known.name not in OWN:
        rows = [
            *((f"`{name}`", "native", how) for name, how in declares.native.items()),
            *((f"`{name}`", "inferred", how) for name, how in declares.inferred.items()),
        ]
        lines.append(table(("field", "", "where it stands"), rows))
        unknown = [f"`{n}`" for n in FIELDS if n not in {**declares.native, **declares.inferred}]
        if unknown:
            lines.append(f"Unknown: {', '.join(unknown)}.\n")
    if declares.metadata:
        lines.append("Paths of `--axes` start from:\n")
        lines.append(table(("path", "what it is"), _code_first(declares.metadata.items())))
    return "\n".join(lines)


def _code_first(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"`{name}`", meaning) for name, meaning in pairs]


if __name__ == "__main__":
    print(page(), end="")
