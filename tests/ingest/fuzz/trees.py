"""Damage to JSON: keys dropped, doubled and renamed, values of another type, parts swapped."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.ingest.fuzz import hostile
from tests.ingest.fuzz.byte_strings import damaged

Place = tuple[Any, Any]
"""A list or an object, and the index or key in it."""


def places(tree: Any) -> list[Place]:
    """Every place in a tree, those near the root first."""
    found, level = list[Place](), [tree]
    while level:
        below = []
        for part in level:
            for key, value in _entries(part):
                found.append((part, key))
                if isinstance(value, dict | list):
                    below.append(value)
        level = below
    return found


def _entries(part: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(part, dict):
        yield from part.items()
    elif isinstance(part, list):
        yield from enumerate(part)


def _replace(place: Place, tree: Any, rng: random.Random) -> None:
    place[0][place[1]] = hostile.value(rng)


def _drop(place: Place, tree: Any, rng: random.Random) -> None:
    del place[0][place[1]]


def _double(place: Place, tree: Any, rng: random.Random) -> None:
    part, key = place
    same = part[key] if rng.random() < 0.3 else hostile.value(rng)
    if isinstance(part, dict):
        part[hostile.Twice(key)] = same
    else:
        part.insert(key, same)


def _rename(place: Place, tree: Any, rng: random.Random) -> None:
    part, key = place
    if isinstance(part, dict):
        name = str(key)
        names = (
            name.upper(),
            name[:-1],
            name + "s",
            "",
            name + "\n",
            "x" * 300,
            "\x1b[2J",
            " " + name,
        )
        part[rng.choice(names)] = part.pop(key)
    else:
        part.reverse()


def _swap(place: Place, tree: Any, rng: random.Random) -> None:
    part, key = place
    other, name = rng.choice(places(tree))
    # Copies: a part put into itself would be a ring, which no file can hold.
    one, two = copy.deepcopy(part[key]), copy.deepcopy(other[name])
    part[key] = two
    if other is part or rng.random() < 0.5:
        other[name] = one


def _retype(place: Place, tree: Any, rng: random.Random) -> None:
    part, key = place
    value = part[key]
    text = value if isinstance(value, str) else hostile.written(value).decode("utf-8", "replace")
    shapes: list[Any] = [text, [value], {"value": value}, {str(key): value}, [[value]], len(text)]
    if isinstance(value, list) and value:
        shapes += [value[0], dict(zip(map(str, range(len(value))), value, strict=True)), value * 3]
    if isinstance(value, dict) and value:
        shapes += [list(value), list(value.values()), next(iter(value.values()))]
    if isinstance(value, int | float) and abs(value) < 1e290:
        shapes += [-value, value + 0.5, value * 10**9, float(value), bool(value)]
    if isinstance(value, str):
        shapes += [value * 3, value[: len(value) // 2], value + "\x00", value[::-1]]
    part[key] = rng.choice(shapes)


def _everywhere(place: Place, tree: Any, rng: random.Random) -> None:
    """Do one thing to a key wherever it stands, as another version of a harness would."""
    _, key = place
    if not isinstance(key, str):
        return _replace(place, tree, rng)
    drops, value = rng.random() < 0.4, hostile.value(rng)
    for part, name in places(tree):
        if name == key and isinstance(part, dict) and key in part:
            if drops:
                del part[key]
            else:
                part[key] = value
    return None


_WAYS: Final[tuple[Callable[[Place, Any, random.Random], None], ...]] = (
    *(_replace, _replace, _replace, _replace, _drop, _drop, _double, _rename, _swap, _swap),
    *(_retype, _retype, _retype, _everywhere, _everywhere),
)


def change(tree: Any, rng: random.Random) -> Any:
    """Change a tree in one to three places; it may be given back as something else altogether."""
    if rng.random() < 0.02:
        return rng.choice((hostile.value(rng), [tree], {"data": tree}))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        all_places = places(tree)
        if not all_places:
            return hostile.value(rng)
        # Half of the strikes go to the first places, which say what the whole log is.
        near = rng.random() < 0.5
        place = rng.choice(all_places[: max(20, len(all_places) // 10)] if near else all_places)
        rng.choice(_WAYS)(place, tree, rng)
    return tree


def document(data: bytes, rng: random.Random) -> bytes:
    """Change a JSON document."""
    if rng.random() < 0.2:
        return damaged(data, rng)
    try:
        tree = change(json.loads(data), rng)
    except (ValueError, RecursionError):  # it was changed before, into what cannot be read
        return damaged(data, rng)
    return hostile.written(tree, indent=rng.choice((None, None, 2)), plain=rng.random() < 0.5)


def lines(data: bytes, rng: random.Random) -> bytes:
    """Change JSON Lines: one row or all of them."""
    rows = data.splitlines()
    way, row = rng.random(), rng.randrange(len(rows))
    if way < 0.2:
        return damaged(data, rng)
    if way < 0.7:
        rows[row] = hostile.written(change(json.loads(rows[row]), rng), plain=rng.random() < 0.5)
    elif way < 0.8:
        trees = [json.loads(one) for one in rows]
        _everywhere(rng.choice(places(trees[row]) or [(trees, row)]), trees, rng)
        rows = [hostile.written(tree) for tree in trees]
    else:
        _rearrange(rows, row, rng)
    ending = rng.choice((b"\n", b"\n", b"\n", b"\r\n", b"\n\n"))
    return ending.join(rows) + (b"" if rng.random() < 0.2 else ending)


def _rearrange(rows: list[bytes], row: int, rng: random.Random) -> None:
    extra = (b"", b"null", b"[]", b"{}", b"{", b"\x00", b'"text"', b"3", b"[" * 3000, rows[row])
    way = rng.randrange(6)
    if way == 0:
        del rows[row]
    elif way == 1:
        rows.insert(row, rng.choice(extra))
    elif way == 2:
        rng.shuffle(rows)
    elif way == 3:
        rows[row] += rng.choice(rows)
    elif way == 4:
        rows[row] = damaged(rows[row], rng)
    else:
        rows[row:] = [rows[row]] * rng.choice((2, 50))
