"""Inputs for the fuzz targets, drawn from a grammar and then, in a share, damaged."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.ingest.fuzz.hostile import value, written

MARKUP: Final = (
    "<script>window.ran=1</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))", "![x](http://e/x.png)", "<http://e.example>", "`` ` ``",
    "| a | b |", "\n# h\n- x\n", "</script><!--", "{{7*7}}{% raw %}",
    "<a href='http://e'>x</a>", "$x$", "%{x}",
    "&lt;b&gt;&#60;", "\x1b]8;;http://e\x07x", "\u202e", "\ud800", "\u2028", "**b** __c__ ~~d~~",
    "http://e.example/x", "=cmd|' /C calc'!A0", "a\\", "\\`", "\\|", "x" * 400, "\r", "\x00",
)  # fmt: skip
SQL: Final = (
    "x' OR 1=1 --", '" OR 1=1 --', '"; DROP TABLE samples; --', "1); COPY samples TO 'x'; --",
    "read_csv('/etc/passwd')", "?", "$1", ":name", "/*", "E'\\''", "%", "*", "[", "a[!b-]*?",
    "\\x{110000}", "(?:a*)*b", "ATTACH 'x' AS y", "SELECT", "ORDER BY",
)  # fmt: skip
KEYS: Final = (
    "length", "depth", "model", "model_name", "template", "sampler", "base_task", "task", "item_id",
    "eval_id", "outcome", "correct", "stop", "repeat", "max_tokens", "score", "f.ratio", "tier",
    "tiers", "groups", "any", "not", 'a"b', "both", "param.both", "label.both", "param.length",
)  # fmt: skip
FORMS: Final = ("min", "max", ">", ">=", "<", "<=", "not", "like", "in", "minn")
CONFIG: Final[dict[str, Any]] = {
    "schema_version": 1, "name": "n", "store": "s",
    "evals": [
        {"filters": {"model": {"like": "a*"}}, "label": "A", "groups": ["g"], "tokenizer": "t"},
        {"filters": {"any": [{"model": "b"}, {"eval_id": "e1a2b3"}]}, "chat_template": "c"},
    ],
    "groups": {"g": {"tokenizer": "o200k_base"}, "h": {}},
    "tiers": {"easy": {"length": {"max": 9}}, "hard": {"any": [{"tier": "easy"}, {"depth": 3}]}},
    "base_tasks": {
        "t": {
            "label": "T", "chance": 0.25, "correct_at": 0.5, "tiers": ["easy"],
            "axes": {"length": {"label": "L", "harder": "up", "scale": "log", "bins": 4}},
            "confounders": ["label.both"],
            "surfaces": [{"id": "i", "x": "length", "y": "depth", "where": {"tier": "hard"}}],
        },
    },
}  # fmt: skip
MAPPING: Final[dict[str, Any]] = {
    "description": "d", "detect": ["a", "b"],
    "columns": {
        "model": "meta.model ?? 'm'", "base_task": {"const": "t"}, "item_id": "id",
        "correct": "score >= 0.5 and not skipped", "stop": {"from": "x", "lookup": {"a": "stop"}},
        "response": "choices[0].message['content']", "prompt": "q + ' ' + text(n)",
    },
    "params": {"length": "length(q)", "ratio": "n / 2 - 1"}, "param_objects": ["meta.params"],
    "drop_params": ["*_id"], "markers": {"open": "<think>", "close": "</think>"}, "correct_at": 1,
}  # fmt: skip
ROW: Final[dict[str, Any]] = {
    "model": "m", "base_task": "t", "item_id": "1", "correct": True, "score": 0.5, "repeat": 0,
    "prompt": "p", "reasoning": "r", "response": "<think>a</think>b", "answer": "1", "target": "1",
    "stop": "stop", "max_tokens": 100, "completion_tokens": 9, "params": {"length": 3, "kind": "x"},
    "meta": {"model": "m", "params": {"a": 1}}, "id": 7, "q": "how?", "n": 4,
    "choices": [{"message": {"content": "c"}}],
}  # fmt: skip


def text(rng: random.Random) -> str:
    """A text that means something to somebody: markup, SQL, odd characters, or nothing."""
    pick = rng.random()
    if pick < 0.45:
        return rng.choice(MARKUP)
    if pick < 0.7:
        return rng.choice(SQL)
    if pick < 0.85:
        return "".join(rng.choice(MARKUP + SQL) for _ in range(rng.randint(2, 4)))
    return "".join(chr(rng.choice((rng.randrange(256), rng.randrange(0x11000)))) for _ in range(9))


def scalar(rng: random.Random) -> Any:
    """A value of a filter."""
    known = ("m", "t", "e1a2b3", "easy", "hard", "g", "timeout", 3, 18.5, True, False, None, 0, -1)
    return (
        rng.choice(known) if rng.random() < 0.6 else text(rng) if rng.random() < 0.7 else value(rng)
    )


def test_of_key(rng: random.Random, depth: int) -> Any:
    """The value that a key has in a filter."""
    pick = rng.random()
    if pick < 0.4 or depth > 4:
        return scalar(rng)
    if pick < 0.6:
        return [scalar(rng) for _ in range(rng.randrange(5))]
    forms = rng.choices(FORMS, k=rng.randint(1, 3))
    return {form: test_of_key(rng, depth + 1) for form in forms}


def filter_object(rng: random.Random, depth: int = 0) -> Any:
    """A filter, most of it well formed."""
    found: dict[str, Any] = {}
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3))):
        key = rng.choice(KEYS) if rng.random() < 0.9 else text(rng)
        if key == "any" and depth < 5:
            found[key] = [filter_object(rng, depth + 1) for _ in range(rng.randint(0, 3))]
        else:
            found[key] = test_of_key(rng, depth)
    return found


def changed(
    tree: Any, rng: random.Random, fresh: Callable[[random.Random], Any], rate: float | None = None
) -> Any:
    """A copy of a tree with some of its parts exchanged, taken out, renamed or doubled."""
    rate = rng.choice((0.005, 0.02, 0.06)) if rate is None else rate
    if rng.random() < rate:
        return fresh(rng)
    if isinstance(tree, dict):
        found = {}
        for key, part in tree.items():
            if rng.random() > rate / 2:
                name = key if rng.random() > rate / 4 else text(rng)
                found[name] = changed(part, rng, fresh, rate)
        return found
    if isinstance(tree, list):
        parts = [changed(part, rng, fresh, rate) for part in tree if rng.random() > rate / 2]
        return parts * (2 if rng.random() < rate else 1)
    return tree


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes with a few of them changed, doubled or lost."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(out) + 1)
        pick = rng.random()
        if pick < 0.4:
            out[at : at + 1] = bytes([rng.choice(b'{}[]",:\\0\x00\xff\xc3\xed\n\x1b tfn-e.')])
        elif pick < 0.6:
            del out[at : at + rng.randint(1, 20)]
        elif pick < 0.8:
            out[at:at] = out[at : at + rng.randint(1, 30)]
        else:
            del out[at:]
    return bytes(out)


def filters(rng: random.Random) -> bytes:
    """The text of a filter."""
    return written(filter_object(rng), plain=rng.random() < 0.5)


def _part(rng: random.Random) -> Any:
    return filter_object(rng) if rng.random() < 0.3 else scalar(rng)


def configs(rng: random.Random) -> bytes:
    """The text of a dataset config."""
    config = changed(CONFIG, rng, _part)
    if rng.random() < 0.2 and isinstance(config, dict):
        # Tiers of tiers: in circles, deep, or each several times the next.
        count = rng.choice((3, 10, 30))
        config["tiers"] = {
            f"t{n}": {"any": [{"tier": f"t{rng.randrange(n, count)}"} for _ in range(2)]}
            if n < count - 1 and rng.random() < 0.9
            else filter_object(rng)
            for n in range(count)
        }
    return written(config, plain=rng.random() < 0.5)


_WORDS: Final = (
    *("a", "meta.model", "x[0]", "['odd']", "1", "2.5", "1e9", "'t'", '"u"', "null", "true"),
    *("??", "==", "!=", "<", ">=", "+", "-", "*", "/", "(", ")", ",", "?", ":", "and", "or", "not"),
    *(
        "length(",
        "text(",
        "number(",
        "lower(",
        "part(",
        "join(",
        "contains(",
        "q",
        "n",
        "choices",
        ".",
        "[",
    ),
)


def _spec(rng: random.Random) -> Any:
    pick = rng.random()
    if pick < 0.7:
        return " ".join(rng.choice(_WORDS) for _ in range(rng.randint(1, 9)))
    if pick < 0.85:
        return {"from": _spec(rng), "default": scalar(rng)}
    return scalar(rng)


def mappings(rng: random.Random) -> bytes:
    """The text of a mapping file, and behind a line break a row that it reads."""
    mapping = written(changed(MAPPING, rng, _spec))
    return mapping + b"\n" + written(changed(ROW, rng, value))


def reader(rng: random.Random) -> bytes:
    """One to three rows of a log."""
    rows = [written(changed(ROW, rng, value)) for _ in range(rng.choice((1, 1, 2, 3)))]
    return rng.choice((b"\n", b"\n", b"\r\n", b"\r")).join(rows)


def report(rng: random.Random) -> bytes:
    """A text for the fields of a report."""
    return text(rng).encode("utf-8", "surrogatepass")


INPUTS: Final[dict[str, Callable[[random.Random], bytes]]] = {
    "filters": filters, "configs": configs, "mappings": mappings, "reader": reader,
    "report": report,
}  # fmt: skip


def drawn(target: str, seed: int) -> bytes:
    """The input that a seed stands for."""
    rng = random.Random(seed)
    data = INPUTS[target](rng)
    return damaged(data, rng) if rng.random() < 0.3 else data


def samples(target: str, count: int) -> Sequence[bytes]:
    """Undamaged inputs, as a first corpus."""
    return [INPUTS[target](random.Random(-seed)) for seed in range(1, count + 1)]
