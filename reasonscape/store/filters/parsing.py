"""A JSON object to a tree of conditions; every form that is not in the table is refused."""

from __future__ import annotations

import difflib
import json
import math
import numbers
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final

from reasonscape.errors import FilterError
from reasonscape.store.filters.conditions import (
    MAX_DEPTH,
    MAX_PATTERN,
    MAX_VALUES,
    All,
    Among,
    AnyOf,
    Compare,
    Condition,
    InGroup,
    InTier,
    Like,
    Missing,
    Not,
    Operator,
    Scalar,
)
from reasonscape.store.filters.reading import RepeatedKeys, read_filters

ALIASES: Final = {"model_name": "model", "tiers": "tier"}
_RANGE: Final[Mapping[str, Operator]] = {
    "min": ">=",
    "max": "<=",
    ">": ">",
    ">=": ">=",
    "<": "<",
    "<=": "<=",
}
_PLACEHOLDER: Final = re.compile(r"(.*\.)?(eval_id|model|model_name)\b")
"""Keys whose values `<target-eval>` and the like stand for in docs; elsewhere `<eos>` is text."""
_UNFILLED: Final = re.compile(r"<[\w .:/-]{0,60}>")
_SHOWN: Final = 2_000
"""Characters of a filter that an error shows whole."""
_FORMS: Final = (*_RANGE, "not", "like")
_HELP: Final = (
    'a value is a text, number, true, false, null, a list of these, {"min": 18, "max": 24},'
    ' {">": 18}, {"not": ...} or {"like": "llama-*"}'
)


def parse_filters(source: str | Mapping[str, Any] | None) -> Condition:
    """Turn a filter into a tree of conditions.

    Parameters
    ----------
    source
        A mapping in the forms of docs/filters.md, the same as JSON text (also ``@file.json`` or
        ``-``), or nothing for every row.

    Raises
    ------
    FilterError
        For anything that is not one of the forms; the message names the place.

    Examples
    --------
    >>> parse_filters({"length": [18, 24]})
    All(parts=(Among(key='length', values=(18, 24), missing=False),))
    """
    mapping = read_filters(source) if source is None or isinstance(source, str) else source
    if not isinstance(mapping, Mapping):
        raise FilterError(
            f"a filter is one object, not {_kind(mapping)}", remedy='as in {"length": [18, 24]}'
        )
    return _Parser(mapping).object(mapping, "", 1)


@dataclass
class _Parser:
    """Counts values over the whole filter; ``where`` in its methods is the place for errors."""

    whole: Mapping[str, Any]
    values: int = field(default=0)

    def object(self, mapping: Mapping[str, Any], where: str, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise FilterError(
                f"the filter is nested more than {MAX_DEPTH} deep", remedy="write it flatter"
            )
        if isinstance(mapping, RepeatedKeys):
            raise FilterError(
                f"the filter has the key {mapping.repeated!r} twice{_at(where)}",
                remedy='for several values write a list; for OR write {"any": [{...}, {...}]}',
            )
        parts: dict[str, Condition] = {}
        for written, value in mapping.items():
            if not isinstance(written, str):
                raise FilterError(f"a filter key must be text, not {_kind(written)}{_at(where)}")
            key = ALIASES.get(written, written)
            if key in parts:
                raise FilterError(
                    f"the filter has both {key!r} and its alias{_at(where)}",
                    remedy="write one of them, with a list for several values",
                )
            parts[key] = self.entry(key, value, f"{where}.{written}" if where else written, depth)
        return All(tuple(parts.values()))

    def entry(self, key: str, value: Any, where: str, depth: int) -> Condition:
        if key == "any":
            return self.alternatives(value, where, depth)
        if key == "tier":
            return self.names(value, where, InTier, nested=False)
        if key == "groups":
            return self.names(value, where, InGroup, nested=True)
        _checked_text(key, where)
        return self.test(key, value, where, depth)

    def alternatives(self, value: Any, where: str, depth: int) -> Condition:
        if not _is_list(value) or not value:
            raise FilterError(
                f"{where!r} needs a list of objects", remedy='as in {"any": [{...}, {...}]}'
            )
        parts = []
        for index, part in enumerate(value):
            place = f"{where}[{index}]"
            if not isinstance(part, Mapping):
                raise FilterError(f"{place!r} must be an object, not {_kind(part)}")
            self.count()
            parts.append(self.object(part, place, depth + 1))
        return AnyOf(tuple(parts))

    def names(
        self, value: Any, where: str, node: type[InTier] | type[InGroup], *, nested: bool
    ) -> Condition:
        """A tier or group, a list for any of them, in groups a nested list for all of them."""
        if isinstance(value, Mapping) and list(value) == ["not"]:
            return Not(self.names(value["not"], f"{where}.not", node, nested=nested))
        listed = list(value) if _is_list(value) else [value]
        parts: list[Condition] = []
        for item in listed:
            self.count()
            if isinstance(item, str):
                parts.append(node(item))
            elif nested and _is_list(item) and item and all(isinstance(i, str) for i in item):
                for _ in item:
                    self.count()
                parts.append(All(tuple(node(name) for name in item)))
            else:
                hint = ' or [["a", "b"]] for both' if nested else ""
                raise FilterError(
                    f"{where!r} needs names, not {_kind(item)}",
                    remedy=f'as in "a", ["a", "b"] for any of them{hint}',
                )
        if not parts:
            raise _empty_list(where)
        return parts[0] if not _is_list(value) else AnyOf(tuple(parts))

    def test(self, key: str, value: Any, where: str, depth: int) -> Condition:
        """One key's value in any of its forms."""
        if depth > MAX_DEPTH:
            raise FilterError(f"the filter is nested more than {MAX_DEPTH} deep")
        if value is None:
            self.count()
            return Missing(key)
        if isinstance(value, Mapping):
            return self.forms(key, value, where, depth)
        if not _is_list(value):
            return Compare(key, "=", self.scalar(value, where))
        if not len(value):
            raise _empty_list(where)
        scalars, missing = [], False
        # A set has no order of its own, and the same filter must give the same SQL.
        for index, item in enumerate(sorted(value, key=repr) if isinstance(value, Set) else value):
            if item is None:
                missing = True
            else:
                scalars.append(self.scalar(item, f"{where}[{index}]"))
        return Among(key, tuple(scalars), missing)

    def forms(self, key: str, mapping: Mapping[str, Any], where: str, depth: int) -> Condition:
        if isinstance(mapping, RepeatedKeys):
            raise FilterError(f"{where!r} has the key {mapping.repeated!r} twice")
        if not mapping:
            raise FilterError(f"{where!r} is an empty object", remedy=_HELP)
        parts: list[Condition] = []
        for form, value in mapping.items():
            place = f"{where}.{form}"
            if form == "not":
                parts.append(Not(self.test(key, value, place, depth + 1)))
            elif form == "like":
                parts.append(Like(key, self.pattern(value, place)))
            elif form in _RANGE:
                parts.append(Compare(key, _RANGE[form], self.bound(value, place)))
            else:
                near = difflib.get_close_matches(str(form), _FORMS, 2)
                raise FilterError(
                    f"{where!r} has the unknown form {form!r:.60}",
                    remedy=_HELP,
                    did_you_mean=near,
                )
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def bound(self, value: Any, where: str) -> Scalar:
        if value is None or isinstance(value, bool | Mapping) or _is_list(value):
            raise FilterError(f"{where!r} needs a number or a text, not {_kind(value)}")
        return self.scalar(value, where)

    def pattern(self, value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise FilterError(
                f"{where!r} needs one text with * or ?, not {_kind(value)}",
                remedy='for several patterns write {"any": [{...}, {...}]}',
            )
        if len(value) > MAX_PATTERN:
            raise FilterError(f"{where!r} is longer than {MAX_PATTERN} characters")
        self.count()
        return _checked_text(value, where)

    def scalar(self, value: Any, where: str) -> Scalar:
        self.count()
        if isinstance(value, str):
            if _PLACEHOLDER.match(where) and _UNFILLED.fullmatch(value):
                raise self.placeholder(value, where)
            return _checked_text(value, where)
        # A value of numpy's, or an enum's, is taken as the plain Python value it stands for.
        if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
            return bool(value)
        if isinstance(value, numbers.Integral):
            return int(value)
        if isinstance(value, numbers.Real):
            number = float(value)
            if math.isfinite(number):
                return number
            raise FilterError(f"{where!r} is not a finite number", remedy="for missing write null")
        raise FilterError(f"{where!r} cannot be {_kind(value)}", remedy=_HELP)

    def placeholder(self, value: str, where: str) -> FilterError:
        from reasonscape.store.filters.correction import EXAMPLE_ID, example_line

        try:
            text = json.dumps(self.whole, ensure_ascii=False)
        except (TypeError, ValueError):
            text = "{...}"
        if len(text) > _SHOWN:
            text = json.dumps({where: value}, ensure_ascii=False)
        text = text.replace(json.dumps(value, ensure_ascii=False), json.dumps(EXAMPLE_ID))
        return FilterError(
            f"{where!r} still holds the placeholder {value}", remedy=example_line(text)
        )

    def count(self) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise FilterError(
                f"the filter has more than {MAX_VALUES:,} values",
                remedy="select by a param, label, tier or group instead",
            )


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence | Set) and not isinstance(value, str | bytes)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "an object"
    if _is_list(value):
        return "a list"
    if isinstance(value, str):
        return "a text"
    return "a number" if isinstance(value, numbers.Number) else f"a {type(value).__name__}"


def _checked_text(text: str, where: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise FilterError(
            f"{where!r:.80} holds half of a surrogate pair, which is no text"
        ) from None
    return text


def _empty_list(where: str) -> FilterError:
    return FilterError(
        f"the list of {where!r} is empty, so no row can match",
        remedy="leave the key out for every row, or write null for missing values",
    )


def _at(where: str) -> str:
    return f" in {where!r}" if where else ""
