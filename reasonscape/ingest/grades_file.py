"""The rows of a file of grades: JSON Lines, CSV, or one JSON object by keys."""

from __future__ import annotations

import codecs
import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.lines import Blocks, LineFault, Lines
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.rows import RowError, read_row, shown

KEYS: Final = ("custom_id", "item_id", "id")
"""Names of the key, the first that a row has; ``item_id`` beside ``custom_id`` is a field."""

GradeRow = tuple[int, str, dict[str, Any], set[str]]
"""Number of the row, key, fields of a sample, and names that are none."""

_FIELDS: Final = frozenset((*FIELDS, "params", "choices")) - {"chance_source"}
_TEXTS: Final = ("item_id", "answer", "target")
_TRUTH: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_TRUTHS: Final = frozenset(("correct", "answered"))
_NUMBERS: Final = frozenset(("score", "chance"))
_WHOLE: Final = frozenset(
    ("repeat", "max_tokens", "prompt_tokens", "completion_tokens", "reasoning_tokens")
)
_SEPARATORS: Final = ",;\t"


def grade_rows(path: Path) -> Iterator[GradeRow]:
    """Read a file of grades.

    Raises
    ------
    UsageError
        It cannot be read, or a row of it is malformed; the error names the row.
    """
    if not path.exists():
        raise UsageError(
            f"there is no file of grades at {path}", remedy="check the path after --grades"
        )
    try:
        blocks = Blocks(path)
        first = next(iter(blocks), b"").removeprefix(codecs.BOM_UTF8).lstrip()
    except OSError as error:
        raise UsageError(
            f"the grades {path} cannot be read: {error.strerror or error}",
            remedy="check the path and its permissions",
        ) from error
    if blocks.fault is not None:
        raise UsageError(f"{path} is damaged: {blocks.fault.detail}", remedy="get an intact copy")
    if not first:
        raise UsageError(f"{path} is empty", remedy="give a file that holds grades")
    if not first.startswith(b"{"):
        rows = _csv_rows(path)
    elif _is_lines(first):
        rows = _json_rows(path)
    else:
        rows = _object_rows(path)
    for number, row in rows:
        try:
            yield _grade_row(number, row)
        except RowError as error:
            raise _malformed(path, number, f"{error.field or 'row'}: {error.detail}") from error


def _is_lines(first: bytes) -> bool:
    """Whether the first line is a grade by itself, not an object of all grades or its beginning."""
    try:
        row = read_row(first.split(b"\n", 1)[0].strip(), Notices())
    except RowError:
        return False
    return any(type(row.get(key)) in (str, int) for key in KEYS)


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, raw in Lines(path):
        try:
            if isinstance(raw, LineFault):
                raise RowError(raw.reason, raw.detail)
            yield number, read_row(raw, Notices())
        except RowError as error:
            raise _malformed(path, number, error.detail) from error


def _object_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, (key, value) in enumerate(read_document(path, ReadOptions()).items(), 1):
        if isinstance(value, bool):
            yield number, {"custom_id": key, "correct": value}
        elif isinstance(value, int | float):
            yield number, {"custom_id": key, "score": value}
        elif isinstance(value, dict):
            yield number, {"custom_id": key, **{k: v for k, v in value.items() if k != "custom_id"}}
        else:
            found = f"the grade of {key[:60]!r} is {shown(value)}"
            raise _malformed(path, number, f"{found}, neither true, false, a number nor an object")


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    blocks = Blocks(path)
    lines = _text_lines(path, blocks)
    header = next(lines, "").strip()
    separator = max(_SEPARATORS, key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=separator), [])]
    if not any(key in names for key in KEYS):
        raise UsageError(
            f"{path} has no column {KEYS[0]} among {', '.join(names)[:200]!r}",
            remedy="grades are JSON Lines, CSV with a header, or one JSON object by custom_id",
        )
    if len(set(names)) != len(names):
        raise UsageError(f"{path} has a column twice", remedy="keep one of them")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, 2):
            if not cells:
                continue
            if len(cells) != len(names):
                raise _malformed(path, number, f"{len(cells)} cells under {len(names)} names")
            row = {name: cell for name, cell in zip(names, cells, strict=True) if cell.strip()}
            yield number, _typed(row, path, number)
    except csv.Error as error:
        raise _malformed(path, reader.line_num + 1, str(error)) from error
    if blocks.fault is not None:
        raise UsageError(f"{path} is damaged: {blocks.fault.detail}", remedy="get an intact copy")


def _text_lines(path: Path, blocks: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends, for a reader of CSV, which joins those within quotes."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    held = ""
    try:
        for block in blocks:
            *whole, held = (held + decoder.decode(block)).split("\n")
            yield from (line + "\n" for line in whole)
        held += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8", remedy="save it as UTF-8") from error
    if held:
        yield held


def _typed(row: Mapping[str, str], path: Path, number: int) -> dict[str, Any]:
    """Cells of CSV as JSON would have them."""
    typed: dict[str, Any] = {}
    for name, cell in row.items():
        try:
            if name in _TRUTHS:
                typed[name] = _TRUTH[cell.strip().casefold()]
            elif name in _WHOLE:
                typed[name] = int(cell)
            elif name in _NUMBERS:
                typed[name] = float(cell)
            elif name.startswith(("params.", "param.")):
                typed[name] = _number_or_text(cell)
            else:
                typed[name] = cell
        except (KeyError, ValueError) as error:
            raise _malformed(path, number, f"{name} cannot be {cell[:40]!r}") from error
    return typed


def _number_or_text(cell: str) -> float | str:
    try:
        number = float(cell)
    except ValueError:
        return cell
    return number if math.isfinite(number) else cell


def _grade_row(number: int, row: dict[str, Any]) -> GradeRow:
    name = next((key for key in KEYS if row.get(key) is not None), None)
    if name is None:
        raise RowError("missing_field", f"no {' or '.join(KEYS)}")
    key = row.pop(name)
    if type(key) not in (str, int) or key == "":
        raise RowError("wrong_type", f"expected text, found {shown(key)}", name)
    fields, params = dict[str, Any](), dict[str, Any]()
    given = row.pop("params", None)
    if isinstance(given, dict):
        params.update(given)
    elif given is not None:
        raise RowError("wrong_type", f"expected an object, found {shown(given)}", "params")
    unknown = set[str]()
    for field, value in row.items():
        if value is None:
            continue
        if field in _FIELDS:
            fields[field] = _checked(field, value)
        elif field.startswith(("params.", "param.")):
            params[field.partition(".")[2]] = value
        elif len(unknown) < 10:
            unknown.add(field)
    if params:
        fields["params"] = params
    return number, str(key), fields, unknown


def _checked(field: str, value: Any) -> Any:
    if field in _TRUTHS and type(value) is not bool and value not in (0, 1):
        raise RowError("wrong_type", f"expected true or false, found {shown(value)}", field)
    if field in _NUMBERS and (type(value) not in (int, float) or not abs(value) < math.inf):
        raise RowError("wrong_type", f"expected a number, found {shown(value)}", field)
    if field in _WHOLE and type(value) is not int:
        raise RowError("wrong_type", f"expected a whole number, found {shown(value)}", field)
    if field in _TEXTS and type(value) is float:
        return repr(value)
    return value


def _malformed(path: Path, number: int, detail: str) -> UsageError:
    return UsageError(f"row {number} of the grades {path}: {detail}", remedy="mend that row")
