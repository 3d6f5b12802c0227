"""Which samples the store refuses, and what it mends in somebody's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import fsum, isfinite
from operator import attrgetter
from typing import Final
from urllib.parse import quote

from reasonscape.store.sample import Sample
from reasonscape.store.schema import GRADE_SOURCES, LABEL, PARAM, TEXT_FIELDS

STOPS: Final = frozenset({"stop", "length", "filter", "error", "unknown"})
MAX_FOLDER_BYTES: Final = 240
_GRADE_SOURCES: Final = frozenset({None, *GRADE_SOURCES})
_INT_MAX: Final = 2**31 - 1

_NAMES: Final = (
    "model",
    "template",
    "sampler",
    "base_task",
    "task",
    "item_id",
    "chance_source",
    "stop_source",
    "tokens_source",
    "source",
    "reasoning_kind",
    "stop",
)
_COUNTS: Final = (
    "repeat",
    "max_tokens",
    "prompt_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "source_row",
)
_OPTIONAL: Final = frozenset({"item_id", "tokens_source"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that is not stored, and why.

    Attributes
    ----------
    source, row
        The log and the row in it, from 1.
    field
        The field at fault; empty where it is the row as a whole.
    reason
        Stable short code.
    detail
        What was found, in words.
    """

    source: str
    row: int
    field: str
    reason: str
    detail: str


def task_folder(base_task: str) -> str:
    """Folder of a base task's files; no character of the name can leave it.

    Examples
    --------
    >>> task_folder("../a b")
    'base_task=..%2Fa%20b'
    """
    return "base_task=" + quote(base_task, safe="")


_TYPES: Final[dict[str, frozenset[type]]] = {
    **{name: frozenset({str}) for name in _NAMES},
    **{name: frozenset({str, type(None)}) for name in (*_OPTIONAL, *TEXT_FIELDS)},
    **{name: frozenset({int, type(None)}) for name in _COUNTS},
    "source_row": frozenset({int}),
    "grade_source": frozenset({str, type(None)}),
    "correct": frozenset({bool, type(None)}),
    "answered": frozenset({bool, type(None)}),
    "score": frozenset({float, int, type(None)}),
    "chance": frozenset({float, int, type(None)}),
    "params": frozenset({dict}),
    "labels": frozenset({dict}),
}
_NUMBERS: Final = frozenset({float, int, bool})


def refusals(samples: Sequence[Sample]) -> list[Refusal | None]:
    """Say for each sample why it cannot be stored, ``None`` where it can.

    Whole columns are looked at first, which costs a tenth of looking at each row; the rows are
    looked at only if something is wrong in one of them.
    """
    if _all_sound(samples):
        return [None] * len(samples)
    return [refusal(sample) for sample in samples]


def _all_sound(samples: Sequence[Sample]) -> bool:
    """Whether every sample can be stored; may say no for one that can, never the reverse."""
    columns = {name: list(map(attrgetter(name), samples)) for name in _TYPES}
    if any(not _TYPES[name].issuperset(map(type, values)) for name, values in columns.items()):
        return False
    tasks = set(columns["base_task"])
    if not all(task and "\0" not in task for task in tasks):
        return False
    if any(len(task_folder(task)) > MAX_FOLDER_BYTES for task in tasks if not _has_surrogate(task)):
        return False
    if not STOPS.issuperset(columns["stop"]):
        return False
    if not _GRADE_SOURCES.issuperset(columns["grade_source"]):
        return False
    for name in _COUNTS:
        counts = [value for value in columns[name] if value]
        if counts and not (min(counts) >= 0 and max(counts) <= _INT_MAX):
            return False
    params, labels = columns["params"], columns["labels"]
    keys = {key for names in {*map(tuple, params), *map(tuple, labels)} for key in names}
    if any(_key_fault("param", key) for key in keys):
        return False
    values = list(chain.from_iterable(found.values() for found in labels))
    if any(type(value) is not str for value in values):
        return False
    words = chain(*([v for v in columns[name] if v] for name in _NAMES), values)
    numbers = list(chain.from_iterable(found.values() for found in params))
    if not _NUMBERS.issuperset(map(type, numbers)) or _has_surrogate("".join(words)):
        return False
    return _sum_is_finite(chain(numbers, *(filter(None, columns[n]) for n in ("score", "chance"))))


def _sum_is_finite(numbers: Iterable[float]) -> bool:
    try:
        return isfinite(fsum(numbers))
    except (OverflowError, ValueError):
        return False


def refusal(sample: Sample) -> Refusal | None:
    """Say why a sample cannot be stored, ``None`` where it can."""
    fault = (
        _name_fault(sample)
        or _count_fault(sample)
        or _grade_fault(sample)
        or _coordinate_fault(sample)
        or _text_fault(sample)
    )
    if fault is None:
        return None
    source: object = sample.source
    row: object = sample.source_row
    return Refusal(
        source if isinstance(source, str) else repr(source),
        row if isinstance(row, int) else 0,
        *fault,
    )


class Spellings:
    """Names of coordinates by lower case: in SQL and in Delta, case does not tell names apart.

    Parameters
    ----------
    known
        Columns that the store has.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._first = {name.lower(): name for name in known}

    def clash(self, sample: Sample) -> Refusal | None:
        """Refuse a sample with a name that was first seen in other letters."""
        names = [PARAM + name for name in sample.params] + [LABEL + name for name in sample.labels]
        for name in names:
            first = self._first.setdefault(name.lower(), name)
            if first != name:
                detail = f"{name} and {first} differ in nothing but upper and lower case"
                return Refusal(sample.source, sample.source_row, name, "name_clash", detail)
        return None

    def clashes(self, samples: Sequence[Sample]) -> list[Refusal | None]:
        """As :meth:`clash` for each sample; looks at each kind of sample once."""
        kinds = {(tuple(sample.params), tuple(sample.labels)): sample for sample in samples}
        first = dict(self._first)
        found = [self.clash(sample) for sample in kinds.values()]
        if not any(found):
            return [None] * len(samples)
        self._first = first  # the order of rows decides, not that of kinds
        return [self.clash(sample) for sample in samples]


def _name_fault(sample: Sample) -> tuple[str, str, str] | None:
    for name in _NAMES:
        value = getattr(sample, name)
        if value is None and name in _OPTIONAL:
            continue
        if not isinstance(value, str):
            return name, "wrong_type", f"{name} must be text, found {type(value).__name__}"
        if not value.isascii() and _has_surrogate(value):
            return name, "lone_surrogate", f"{name} holds half of a character (lone surrogate)"
    if not sample.base_task:
        return "base_task", "missing", "base_task is empty"
    if "\0" in sample.base_task:
        return "base_task", "bad_name", "base_task holds a NUL character"
    if len(task_folder(sample.base_task)) > MAX_FOLDER_BYTES:
        return "base_task", "name_too_long", "base_task is too long for the name of a folder"
    if sample.stop not in STOPS:
        return "stop", "bad_value", f"stop must be one of {', '.join(sorted(STOPS))}"
    return None


def _count_fault(sample: Sample) -> tuple[str, str, str] | None:
    for name in _COUNTS:
        value = getattr(sample, name)
        if value is None:
            continue
        if type(value) is not int:
            return name, "wrong_type", f"{name} must be a whole number, found {value!r:.40}"
        if not 0 <= value <= _INT_MAX:
            return name, "out_of_range", f"{name} must lie in 0..{_INT_MAX}, found {value:.4g}"
    return None


def _grade_fault(sample: Sample) -> tuple[str, str, str] | None:
    for name in ("correct", "answered"):
        value = getattr(sample, name)
        if value is not None and type(value) is not bool:
            return name, "wrong_type", f"{name} must be true or false, found {value!r:.40}"
    if not _known_source(sample.grade_source):
        return "grade_source", "bad_value", f"grade_source must be {' or '.join(GRADE_SOURCES)}"
    for name in ("score", "chance"):
        fault = _number_fault(name, getattr(sample, name), optional=True)
        if fault:
            return fault
    return None


def _known_source(value: object) -> bool:
    return value is None or (isinstance(value, str) and value in _GRADE_SOURCES)


def _coordinate_fault(sample: Sample) -> tuple[str, str, str] | None:
    for name, number in sample.params.items():
        fault = _key_fault("param", name) or _number_fault(f"params.{name}", number)
        if fault:
            return fault
    for name, label in sample.labels.items():
        fault = _key_fault("label", name)
        if fault:
            return fault
        if not isinstance(label, str):
            found = type(label).__name__
            return f"labels.{name}", "wrong_type", f"label {name} must be text, found {found}"
        if not label.isascii() and _has_surrogate(label):
            return f"labels.{name}", "lone_surrogate", f"label {name} holds a lone surrogate"
    return None


def _key_fault(kind: str, name: object) -> tuple[str, str, str] | None:
    if not isinstance(name, str) or not name or "\0" in name or _has_surrogate(name):
        return f"{kind}s", "bad_name", f"a {kind} must have a name of whole characters"
    return None


def _number_fault(
    name: str, value: object, *, optional: bool = False
) -> tuple[str, str, str] | None:
    if value is None and optional:
        return None
    if not isinstance(value, int | float):
        return name, "wrong_type", f"{name} must be a number, found {type(value).__name__}"
    try:
        finite = isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        return name, "not_finite", f"{name} must be a finite number, found {value!r:.40}"
    return None


def _text_fault(sample: Sample) -> tuple[str, str, str] | None:
    for name in TEXT_FIELDS:
        value = getattr(sample, name)
        if value is not None and not isinstance(value, str):
            return name, "wrong_type", f"{name} must be text, found {type(value).__name__}"
    return None


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def whole_characters(text: str | None) -> str | None:
    r"""Text with each half of a character replaced by U+FFFD.

    A trace that was cut in the middle of an emoji ends in such a half. Refusing its row would
    drop exactly the truncated answers, so the row is kept and the half is marked.

    Examples
    --------
    >>> whole_characters("cut \ud83d") == "cut \N{REPLACEMENT CHARACTER}"
    True
    """
    if text is None or text.isascii() or not _has_surrogate(text):
        return text
    # A proper pair that came as two escapes is one character, only lone halves are marked.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
