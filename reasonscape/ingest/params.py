"""The difficulty coordinates of a row: numbers to ``params``, texts to ``labels``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.rows import RowError, shown

MAX_NAMES: Final = 4096
MAX_DEPTH: Final = 32
NAN_MISSING: Final = "NaN read as missing"


class ParamReader:
    """Reads objects of parameters into two flat dicts.

    Parameters
    ----------
    notices
        Told about NaN and about names that differ only in case.
    drop
        Shell patterns of flattened names that are not wanted.
    spellings
        Names that the store already has; a name that differs from one only in case is read as
        that one, since column names are compared without case.
    """

    def __init__(
        self, notices: Notices, drop: Iterable[str] = (), spellings: Iterable[str] = ()
    ) -> None:
        self._notices = notices
        self._drop = tuple(drop)
        self._spelling = {name.casefold(): name for name in spellings}
        self._names: dict[str, str | None] = {}

    def read(
        self,
        source: Mapping[str, Any],
        params: dict[str, float],
        labels: dict[str, str],
        prefix: str = "",
        depth: int = 0,
    ) -> None:
        """Read one object: nested objects flatten with dots, lists become compact JSON labels.

        Raises
        ------
        RowError
            ``not_finite``, ``out_of_range``, ``duplicate_param``, ``too_many_params`` or
            ``too_deep``.
        """
        if depth > MAX_DEPTH:
            raise RowError("too_deep", "the object is nested too deeply", _field(prefix))
        for key, value in source.items():
            if type(value) is dict:
                self.read(value, params, labels, f"{prefix}{key}.", depth + 1)
            elif value is not None:
                self.add(prefix + key if prefix else key, value, params, labels)

    def add(
        self, key: str, value: object, params: dict[str, float], labels: dict[str, str]
    ) -> None:
        """Read one parameter that is neither null nor an object."""
        name = self._names[key] if key in self._names else self._name(key)
        if name is None:
            return
        if name in params or name in labels:
            raise RowError("duplicate_param", f"{name!r} is there twice in one row", _field(name))
        kind = type(value)
        if kind is str:
            labels[name] = value  # type: ignore[assignment]
        elif kind is list:
            labels[name] = _compact(value)
        elif (number := self._number(value, name)) is not None:
            params[name] = number

    def _number(self, value: object, name: str) -> float | None:
        if not isinstance(value, int | float):
            raise RowError("wrong_type", f"cannot be stored: {shown(value)}", _field(name))
        try:
            number = float(value)
        except OverflowError as error:
            raise RowError("out_of_range", "the integer is too large", _field(name)) from error
        if math.isfinite(number):
            return number
        if math.isnan(number):
            self._notices.add(NAN_MISSING)
            return None
        raise RowError("not_finite", f"expected a finite number, found {number}", _field(name))

    def _name(self, key: str) -> str | None:
        if any(fnmatchcase(key, pattern) for pattern in self._drop):
            name = None
        else:
            name = self._spelling.setdefault(key.casefold(), key)
            if name != key:
                self._notices.add(f"the parameter {key!r} is read as {name!r}: names ignore case")
        if len(self._names) >= MAX_NAMES:
            raise RowError(
                "too_many_params", f"more than {MAX_NAMES:,} parameter names in one log", "params"
            )
        self._names[key] = name
        return name


def _field(name: str) -> str:
    return f"params.{name}"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
