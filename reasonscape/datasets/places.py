"""Values of a JSON document that know their path, so that an error can name it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reasonscape.errors import ConfigError
from reasonscape.store.filters.reading import RepeatedKeys


@dataclass(frozen=True, slots=True)
class Place:
    """A value at a JSON path of a file; methods check its type and return it.

    Examples
    --------
    >>> Place({"bins": 4}, "$.axes.length", "x.json").whole("bins")
    4
    """

    value: Any
    path: str
    file: str

    def error(self, found: str, remedy: str = "", near: Collection[str] = ()) -> ConfigError:
        """Word a problem at this place."""
        return ConfigError(
            f"{self.file}: {found} at {self.path}", remedy=remedy, did_you_mean=list(near)
        )

    def mapping(self) -> Mapping[str, Any]:
        """Check that this is an object without repeated keys."""
        if not isinstance(self.value, dict):
            raise self.error(f"needs an object, has {kind(self.value)}")
        if isinstance(self.value, RepeatedKeys):
            raise self.error(f"the key {self.value.repeated!r} stands twice")
        return self.value

    def only(self, keys: Collection[str]) -> Mapping[str, Any]:
        """Check that this is an object with no other keys."""
        found = self.mapping()
        for key in found:
            if key not in keys:
                near = difflib.get_close_matches(key.lower(), keys, 1, 0.5)
                raise self.error(
                    f"unknown key {key[:80]!r}", f"valid keys: {', '.join(keys)}", near
                )
        return found

    def at(self, key: str | int) -> Place:
        """Go one step down."""
        step = f"[{key}]" if isinstance(key, int) else f".{key}"
        if isinstance(key, str) and not key.replace("_", "a").replace("-", "a").isalnum():
            step = f"[{key!r}]"
        return Place(self.value[key], self.path + step, self.file)

    def text(self, key: str, default: str = "") -> str:
        """Read a text."""
        return self.at(key).as_text() if key in self.value else default

    def as_text(self) -> str:
        """Check that this is a text."""
        if not isinstance(self.value, str):
            raise self.error(f"needs a text, has {kind(self.value)}")
        return self.value

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """Read a number within bounds; ``None`` where there is none."""
        if self.value.get(key) is None:
            return None
        return self.at(key).as_number(low, high)

    def as_number(self, low: float = -math.inf, high: float = math.inf) -> float:
        """Check that this is a number within bounds."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.error(f"needs a number, has {kind(self.value)}")
        if not low <= self.value <= high or not math.isfinite(self.value):
            raise self.error(f"{self.value} is not between {low:g} and {high:g}")
        return float(self.value)

    def whole(self, key: str, low: int = 0, high: int = 10**9) -> int | None:
        """Read a whole number within bounds; ``None`` where there is none."""
        if self.value.get(key) is None:
            return None
        place = self.at(key)
        if isinstance(place.value, bool) or not isinstance(place.value, int):
            raise place.error(f"needs a whole number, has {kind(place.value)}")
        if not low <= place.value <= high:
            raise place.error(f"{place.value} is not between {low} and {high}")
        return place.value

    def choice(self, key: str, choices: Collection[str]) -> str | None:
        """Read one of some words; ``None`` where there is none."""
        if self.value.get(key) is None:
            return None
        place = self.at(key)
        if place.value not in choices or not isinstance(place.value, str):
            near = difflib.get_close_matches(str(place.value), choices, 1)
            listed = " or ".join(repr(choice) for choice in choices)
            raise place.error(f"needs {listed}, has {place.value!r:.80}", near=near)
        return place.value

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts; none where the key is not there."""
        return tuple(place.as_text() for place in self.list(key))

    def list(self, key: str) -> tuple[Place, ...]:
        """Read a list; empty where the key is not there."""
        if key not in self.value:
            return ()
        place = self.at(key)
        if not isinstance(place.value, list):
            raise place.error(f"needs a list, has {kind(place.value)}")
        return tuple(place.at(index) for index in range(len(place.value)))

    def items(self, key: str) -> dict[str, Place]:
        """Read an object of named things; empty where the key is not there."""
        if key not in self.value:
            return {}
        place = self.at(key)
        return {name: place.at(name) for name in place.mapping()}


def kind(value: Any) -> str:
    """Name what a JSON value is.

    Examples
    --------
    >>> kind([1]), kind("a")
    ('a list', "the text 'a'")
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return f"the text {value!r:.60}" if isinstance(value, str) else f"the number {value!r:.40}"
