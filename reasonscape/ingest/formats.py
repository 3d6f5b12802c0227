"""The log formats that are read, and how a log is recognised."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import orjson

from reasonscape.errors import UsageError
from reasonscape.ingest.format import Format, Head
from reasonscape.ingest.lines import MAX_ROW_BYTES, Blocks, check_is_lines
from reasonscape.ingest.mapping import load_mapping, shipped_mappings
from reasonscape.ingest.readers.every_eval_ever.reader import EVERY_EVAL_EVER
from reasonscape.ingest.readers.helm.reader import HELM
from reasonscape.ingest.readers.inspect.reader import INSPECT
from reasonscape.ingest.readers.lighteval.reader import LIGHTEVAL
from reasonscape.ingest.readers.lm_eval.reader import LM_EVAL
from reasonscape.ingest.readers.mapped import MAPPED
from reasonscape.ingest.readers.openai.reader import OPENAI
from reasonscape.ingest.readers.planbench.reader import PLANBENCH
from reasonscape.ingest.readers.reasoning_gym import REASONING_GYM
from reasonscape.ingest.readers.samples import SAMPLES
from reasonscape.ingest.readers.table.reader import TABLE
from reasonscape.ingest.rows import RowError, check_values

FORMATS: Final[tuple[Format, ...]] = (
    SAMPLES,
    REASONING_GYM,
    EVERY_EVAL_EVER,
    HELM,
    INSPECT,
    LIGHTEVAL,
    LM_EVAL,
    PLANBENCH,
    TABLE,
    OPENAI,
    MAPPED,
)
"""Every format that is read; the first that recognises a log reads it."""

# Logs of other harnesses, by the keys of their first row or document: named, not guessed at.
_OTHERS: Final = (("a prediction file of OpenCompass", frozenset(("origin_prompt", "prediction"))),)

_DATASET_KEYS: Final = frozenset(
    ("schema_version", "name", "store", "evals", "groups", "base_tasks", "tiers")
)
_LARGEST_CONFIG: Final = 1 << 20
_LONGEST_HEADER: Final = 64 << 10
_COLUMN: Final = re.compile(r'"?[^\W\d][\w. /-]{0,100}"?')


class CompanionError(UsageError):
    """A file is no log itself but goes with logs of a format."""

    def __init__(self, path: Path, format: Format) -> None:
        super().__init__(
            f"{path} goes with logs of the format {format.name} and has no rows of its own",
            remedy="give the log, or the folder that holds both",
        )


def format_named(name: str) -> Format:
    """Find a format by its name.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    names = [known.name for known in FORMATS]
    raise UsageError(
        f"no log format {name!r}",
        remedy=f"use one of {', '.join(names)}",
        did_you_mean=get_close_matches(name, names, n=1),
    )


def sniff(path: Path) -> Format:
    """Recognise the format of a log by its content, not its name.

    Raises
    ------
    CompanionError
        It goes with logs of a format, and is read by way of them.
    UsageError
        It is empty, or of no format that is read; the error says what to do about it.
    """
    head = _head(path)
    for known in FORMATS:
        if known.companion(head):
            raise CompanionError(path, known)
        if known.sniff(head):
            return known
    raise _unrecognised(head)


def _head(path: Path) -> Head:
    blocks, parts, held = Blocks(path), list[bytes](), 0
    for block in blocks:
        parts.append(block)
        held += len(block)
        # One whole row is enough; one that no reader would hold is not held here either.
        if b"\n" in block or held > MAX_ROW_BYTES:
            break
    raw = b"".join(parts)
    if not raw:
        if blocks.fault is not None:
            raise UsageError(f"{path} is damaged: {blocks.fault.detail}", remedy="get a new copy")
        raise UsageError(f"{path} is empty", remedy="give a log that has rows")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    for line in raw.split(b"\n", 100):
        row = _parsed(line)
        if isinstance(row, dict):
            return Head(path, raw, row)
    return Head(path, raw, None)


def _parsed(line: bytes) -> object:
    """What a line holds, None if it is no JSON; NaN is read, as Python writes it into logs."""
    try:
        check_values(line)
        return orjson.loads(line)
    except RowError:
        return None
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(line.decode())
    except (ValueError, RecursionError):
        return None


def _is_dataset(head: Head) -> bool:
    if len(head.bytes) > _LARGEST_CONFIG or b'"store"' not in head.bytes:
        return False
    whole = _parsed(head.bytes) or head.row  # a line of a config may be an object by itself
    return isinstance(whole, dict) and "store" in whole and whole.keys() <= _DATASET_KEYS


def _is_csv(head: Head) -> bool:
    first, line_break, _ = head.bytes[:_LONGEST_HEADER].partition(b"\n")
    names = first.decode("utf-8", "replace").strip().split(",")
    return (
        bool(line_break)
        and head.row is None
        and len(names) > 1
        and all(_COLUMN.fullmatch(name) for name in names)
    )


def _unrecognised(head: Head) -> UsageError:
    path = head.path
    if head.bytes.startswith(b"PK\x03\x04"):
        return UsageError(
            f"{path} is a ZIP archive, but no Inspect log",
            remedy="unpack it, and give the log in it",
        )
    if head.bytes.startswith(b"PAR1"):
        return UsageError(
            f"{path} is a Parquet file, but neither details of lighteval nor sample records",
            remedy="give rs.import_table the table and say which column is what",
        )
    if _is_dataset(head):
        return UsageError(
            f"{path} is the config of a dataset, not a log",
            remedy="give the logs, and the config after --dataset",
        )
    if _is_csv(head):
        return UsageError(
            f"{path} is CSV, which is not read as a log",
            remedy="give a Parquet file (of a dataset: export --to x.parquet --texts), or a frame "
            "to rs.import_table",
        )
    keys = head.row.keys() if head.row is not None else set[str]()
    for name, marks in _OTHERS:
        if marks <= keys or all(b'"%s"' % mark.encode() in head.bytes for mark in marks):
            return UsageError(
                f"{path} looks like {name}, which is not read yet",
                remedy="convert it to sample records, or map its rows with --map (docs/import.md)",
            )
    for name in shipped_mappings():
        if set(load_mapping(name).detect) <= keys:
            return UsageError(
                f"{path} holds rows of a foreign layout, the one of the mapping {name}",
                remedy=f"add --map {name}",
            )
    try:
        check_is_lines(path, head.bytes)
    except UsageError as error:
        return error
    if head.row is None:
        return UsageError(
            f"{path} is of no known log format: no JSON object in its first lines",
            remedy=f"name the format with --as ({', '.join(known.name for known in FORMATS)})",
        )
    shown = ", ".join(repr(key[:40]) for key in list(keys)[:8])
    return UsageError(
        f"{path} holds JSON rows of an unknown layout, with the keys {shown}",
        remedy="say with --map map.json where model, base_task and correct or score stand "
        "(docs/import.md)",
    )
