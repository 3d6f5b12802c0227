"""What expressions of mapping files may do to values: comparisons, arithmetic, functions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from reasonscape.ingest.rows import RowError, shown


def _is_number(value: object) -> bool:
    return type(value) is int or type(value) is float


def _fail(what: str, *values: object) -> RowError:
    found = " and ".join(shown(value) for value in values)
    return RowError("expression", f"{what} is not possible for {found}")


def is_true(value: object) -> bool | None:
    """Truth of a JSON value in a condition: only true, false and null have one."""
    if value is None or type(value) is bool:
        return value
    raise RowError("expression", f"expected true or false in a condition, found {shown(value)}")


def _equal(a: Any, b: Any) -> bool:
    return (type(a) is type(b) or (_is_number(a) and _is_number(b))) and bool(a == b)


def _ordered(sign: str, apply: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(a: Any, b: Any) -> bool:
        if (_is_number(a) and _is_number(b)) or (type(a) is str and type(b) is str):
            return apply(a, b)
        raise _fail(f"the comparison {sign}", a, b)

    return compare


COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": _equal,
    "!=": lambda a, b: not _equal(a, b),
    "<": _ordered("<", operator.lt),
    "<=": _ordered("<=", operator.le),
    ">": _ordered(">", operator.gt),
    ">=": _ordered(">=", operator.ge),
}


def _arithmetic(sign: str, apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compute(a: Any, b: Any) -> Any:
        if sign == "+" and type(a) is str and type(b) is str:
            return a + b
        if not (_is_number(a) and _is_number(b)):
            raise _fail(f"the sign {sign}", a, b)
        try:
            return apply(a, b)
        except ZeroDivisionError:
            return None
        except OverflowError as error:
            raise _fail(f"the sign {sign}", a, b) from error

    return compute


ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": _arithmetic("+", operator.add),
    "-": _arithmetic("-", operator.sub),
    "*": _arithmetic("*", operator.mul),
    "/": _arithmetic("/", operator.truediv),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language: how many arguments, and what it does."""

    least: int
    most: int
    usage: str
    apply: Callable[..., Any]


def _text_of(value: object) -> str:
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if _is_number(value):
        return str(value)
    raise _fail("conversion to text", value)


def _on_text(apply: Callable[..., Any]) -> Callable[..., Any]:
    def run(value: Any, *rest: Any) -> Any:
        if value is None or None in rest:
            return None
        if type(value) is not str or any(type(part) is not str for part in rest):
            raise _fail("a text function", value, *rest)
        return apply(value, *rest)

    return run


def _number(value: Any) -> Any:
    if value is None or _is_number(value):
        return value
    if type(value) is bool:
        return int(value)
    if type(value) is str and len(value) < 400:
        try:
            return float(value.strip())
        except ValueError:
            return None
    raise _fail("conversion to a number", value)


def _join(separator: Any, *parts: Any) -> Any:
    if separator is None or None in parts:
        return None
    return _text_of(separator).join(_text_of(part) for part in parts)


def _part(value: Any, separator: Any, index: Any) -> Any:
    if value is None:
        return None
    if type(value) is not str or type(separator) is not str or type(index) is not int:
        raise _fail("part(text, separator, index)", value, separator, index)
    parts = value.split(separator) if separator else [value]
    return parts[index] if -len(parts) <= index < len(parts) else None


def _length(value: Any) -> Any:
    if value is None:
        return None
    if type(value) not in (str, list, dict):
        raise _fail("length", value)
    return len(value)


FUNCTIONS: Final[dict[str, Function]] = {
    "contains": Function(2, 2, "(text, part)", _on_text(lambda text, part: part in text)),
    "ends_with": Function(2, 2, "(text, end)", _on_text(str.endswith)),
    "join": Function(2, 16, "(separator, value, ...)", _join),
    "length": Function(1, 1, "(text, list or object)", _length),
    "lower": Function(1, 1, "(text)", _on_text(str.lower)),
    "number": Function(1, 1, "(value); null where it is none", _number),
    "part": Function(3, 3, "(text, separator, index)", _part),
    "starts_with": Function(2, 2, "(text, start)", _on_text(str.startswith)),
    "strip": Function(1, 1, "(text)", _on_text(str.strip)),
    "text": Function(1, 1, "(value)", lambda value: None if value is None else _text_of(value)),
    "upper": Function(1, 1, "(text)", _on_text(str.upper)),
}
