"""The native format: one sample a line, the field names of the store."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from reasonscape.ingest.fields import FIELDS, SampleBuilder
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.json_lines import read_json_lines
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.params import ParamReader
from reasonscape.ingest.rows import RowError, shown
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

UNKNOWN: Final = 50
MORE_UNKNOWN: Final = "more keys are unknown and were left out"
KEYS: Final = frozenset((*FIELDS, "params", "grade_source"))


def read_samples(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read a log in the native sample format (docs/import.md), plain or compressed.

    Unknown keys do not cost the row: they are left out and named once a key in the notices.

    Parameters
    ----------
    path
        JSON Lines, plain, gzip or zstd.
    options
        See `ReadOptions`.

    Yields
    ------
    Sample or Refusal
        One for each row, in the order of the log.

    Raises
    ------
    UsageError
        The file is empty or is no JSON Lines file.
    """
    builder = SampleBuilder.of_log(path, options)
    reader = ParamReader(options.notices, spellings=options.spellings)
    unknown = dict[str, str]()
    may_lack_grade = options.grade is not None or options.grades is not None

    def convert(row: dict[str, Any], number: int, exact: bool) -> Sample:
        if not row.keys() <= KEYS:
            for key in row.keys() - KEYS:
                # Near misses are sought for so many: a row may hold a million keys.
                if key in unknown or len(unknown) < UNKNOWN:
                    said = unknown.get(key) or unknown_key(key)
                    options.notices.add(unknown.setdefault(key, said))
                else:
                    options.notices.add(MORE_UNKNOWN)
        if not may_lack_grade and "correct" not in row and "score" not in row:
            raise RowError(
                "missing_field", "one of 'correct' and 'score' is required, or --grade", "correct"
            )
        params, labels = dict[str, float](), dict[str, str]()
        given = row.get("params")
        if given is not None:
            if type(given) is not dict:
                raise RowError("wrong_type", f"expected an object, found {shown(given)}", "params")
            reader.read(given, params, labels)
        options.axes.read_named(row, reader, params, labels)
        return builder.build(row, params, labels, number, exact=exact)

    return read_json_lines(path, options, convert)


def unknown_key(key: str) -> str:
    """Say that a key is not of the native format, with its near misses.

    Examples
    --------
    >>> unknown_key("respons")
    "the key 'respons' is unknown and was left out; did you mean response or reasoning?"
    """
    near = get_close_matches(key, sorted(KEYS), n=2)
    guess = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"the key {key[:60]!r} is unknown and was left out{guess}"


def _is_samples(head: Head) -> bool:
    return head.row is not None and "model" in head.row and "base_task" in head.row


SAMPLES: Final = Format(
    "samples",
    "ReasonScape's own sample records, JSON Lines",
    _is_samples,
    read_samples,
    Declared(
        native={field: f"`{field}`" for field in FIELDS},
        inferred={},
    ),
)
