"""Values that no reader expects, and a JSON writer that can write what no JSON writer writes."""

from __future__ import annotations

import json
import random
import re
from typing import Any, Final

_MARK: Final = re.compile(r'"@@raw-(\d+)@@"')


class Raw:
    """Text that stands in the JSON as it is, right or wrong."""

    def __init__(self, text: str) -> None:
        self.text = text


class Twice(str):
    """A key that is equal to no other, so that an object can hold the same name twice."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def nested(opening: str, closing: str, depth: int, inner: str = "") -> Raw:
    """Brackets or objects within each other."""
    return Raw(opening * depth + inner + closing * depth)


_TEXTS: Final = (
    *("", " ", "x", "0", "1", "-1", "true", "null", "NaN", "Infinity", "1e999", "C", "I"),
    *("\x00", "a\nb", "\x1b[31mred\x07", "\u202e\ufeff", "\U0001f600", "'; drop table samples; --"),
    *("../../../etc/passwd", "attachment://0000", "</think>", "<think>", "<think>" * 50),
    *("2024-13-45T99:99:99", "/", "a/b", "%s{}", "x" * 300, "word " * 20_000),
)
_NUMBERS: Final = (
    *(0, 1, -1, 2, 0.5, -0.0, 1e308, -1e308, 5e-324, 2**31, 2**53 + 1, 2**63, -(2**63), 10**30),
    *(10**400, float("nan"), float("inf"), float("-inf"), 10**12),
)
_WRONG: Final = (
    *("1e999", '"\\ud800"', '"a\\udc00b"', "1" * 5000, "0." + "1" * 5000, "01", "-", "'x'", "nul"),
    *('"\\x"', '"tab\there"', "{,}", "[1,]", '{"a": 1, "a": 2}', '{"a" : 1, "a" : 2}', '"open'),
)


def _lists(rng: random.Random) -> list[Any]:
    return rng.choice(
        (
            [],
            [[]],
            [None],
            [1, "a", None, {}],
            [{}],
            [[[[["deep"]]]]],
            [0] * 5000,
            [""] * 50,
            [True],
        )
    )


def _objects(rng: random.Random) -> dict[str, Any]:
    return rng.choice(
        (
            *({}, {"": None}, {"a": {"b": 1}}, {"type": "text"}, {"value": [1]}, {"\x00": "\n"}),
            *({"a.b": 1, "a": {"b": 2}}, {str(n): n for n in range(1000)}, {"id": {"id": {}}}),
        )
    )


def _deep(rng: random.Random) -> Raw:
    depth = rng.choice((40, 200, 900, 3000, 20_000))
    if rng.random() < 0.5:
        return nested("[", "]", depth)
    return nested('{"a":', "}", depth, "1")


def value(rng: random.Random) -> Any:
    """Draw any value at all."""
    kind = rng.random()
    if kind < 0.12:
        return None
    if kind < 0.22:
        return rng.random() < 0.5
    if kind < 0.42:
        return rng.choice(_NUMBERS)
    if kind < 0.62:
        return rng.choice(_TEXTS)
    if kind < 0.75:
        return _lists(rng)
    if kind < 0.88:
        return _objects(rng)
    return _deep(rng) if kind < 0.93 else Raw(rng.choice(_WRONG))


def written(tree: Any, *, indent: int | None = None, plain: bool = True) -> bytes:
    """Write a tree with its raw parts and doubled keys; halves of characters stay as escapes."""
    parts: list[str] = []

    def mark(part: object) -> str:
        assert isinstance(part, Raw)
        parts.append(part.text)
        return f"@@raw-{len(parts) - 1}@@"

    text = json.dumps(tree, default=mark, indent=indent, ensure_ascii=plain)
    text = _MARK.sub(lambda found: parts[int(found[1])], text)
    return text.encode("utf-8", "surrogatepass")
