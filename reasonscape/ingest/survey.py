"""What logs hold, counted in one pass without keeping a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reasonscape.ingest.fields import FIELDS
from reasonscape.store.sample import Sample

MAX_LEVELS: Final = 64
"""Levels that are told apart; beyond, an axis is continuous or names single questions."""
MAX_NAMES: Final = 300
_LONGEST: Final = 80
_DEFAULTS: Final = {
    "stop": "unknown",
    "stop_source": "unknown",
    "chance_source": "unknown",
    "template": "",
    "sampler": "",
}


@dataclass(slots=True)
class Levels:
    """The values of one coordinate or metadata field.

    Attributes
    ----------
    rows
        Rows that have it.
    values
        Distinct values with their counts, the first `MAX_LEVELS` of them.
    more
        There are more values than those.
    low, high
        Range of its numbers.
    """

    rows: int = 0
    values: dict[str | float, int] = field(default_factory=dict)
    more: bool = False
    low: float | None = None
    high: float | None = None

    def add(self, value: str | float) -> None:
        """Count one more value."""
        self.rows += 1
        if not isinstance(value, str):
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)
        elif len(value) > _LONGEST:
            value = value[: _LONGEST - 1] + "…"
        if value in self.values:
            self.values[value] += 1
        elif len(self.values) < MAX_LEVELS:
            self.values[value] = 1
        else:
            self.more = True

    @property
    def is_numeric(self) -> bool:
        """Whether all its values are numbers."""
        return not any(isinstance(value, str) for value in self.values)


@dataclass(slots=True)
class Group:
    """Rows of one eval or one task, how many are graded, and how many of those are right."""

    rows: int = 0
    graded: int = 0
    right: int = 0

    def add(self, sample: Sample) -> None:
        """Count one more sample."""
        self.rows += 1
        if sample.correct is not None:
            self.graded += 1
            self.right += sample.correct


@dataclass(slots=True)
class Survey:
    """Counts over samples and over the metadata they came with; bounded, whatever logs hold."""

    rows: int = 0
    fields: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    stops: dict[tuple[str, str], int] = field(default_factory=dict)
    evals: dict[tuple[str, str, str], Group] = field(default_factory=dict)
    tasks: dict[tuple[str, str], Group] = field(default_factory=dict)
    axes: dict[str, Levels] = field(default_factory=dict)
    metadata: dict[str, Levels] = field(default_factory=dict)

    def add(self, sample: Sample) -> None:
        """Count one more sample."""
        self.rows += 1
        for name in FIELDS:
            if _is_known(name, getattr(sample, name)):
                self.fields[name] += 1
        ending = (sample.stop, sample.stop_source)
        self.stops[ending] = self.stops.get(ending, 0) + 1
        _group(self.evals, (sample.model, sample.template, sample.sampler)).add(sample)
        _group(self.tasks, (sample.base_task, sample.task)).add(sample)
        for name, number in sample.params.items():
            self._count(self.axes, name, number)
        for name, text in sample.labels.items():
            self._count(self.axes, name, text)

    def watch(self, metadata: Mapping[str, Any]) -> None:
        """Count the scalars of one row's metadata under their paths."""
        for path, value in _leaves(metadata, "", 0):
            self._count(self.metadata, path, value)

    def _count(self, table: dict[str, Levels], name: str, value: str | float) -> None:
        levels = table.get(name)
        if levels is None:
            if len(table) >= MAX_NAMES:
                return
            levels = table[name] = Levels()
        levels.add(value)


def _group(table: dict[Any, Group], key: Any) -> Group:
    """The group of a key; beyond `MAX_NAMES` all further ones share one without a name."""
    found = table.get(key)
    if found is None:
        if len(table) >= MAX_NAMES:
            key = ("further ones",) + ("",) * (len(key) - 1)
        found = table.setdefault(key, Group())
    return found


def _is_known(name: str, value: object) -> bool:
    if name == "reasoning_kind":
        return value != "none"
    return value is not None and value != _DEFAULTS.get(name)


def _leaves(value: object, path: str, depth: int) -> Iterator[tuple[str, str | float]]:
    if isinstance(value, Mapping) and depth < 8:
        for key, part in value.items():
            step = f".{key}" if path else key
            yield from _leaves(
                part, path + (step if key.isidentifier() else f"[{key!r}]"), depth + 1
            )
    elif isinstance(value, str | int | float):
        yield path, value if isinstance(value, str) else _number(value)


def _number(value: float) -> str | float:
    """A number of JSON; one that is too large for a float is shown as text."""
    try:
        return float(value)
    except OverflowError:
        return "a number too large"
