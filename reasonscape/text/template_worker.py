"""Renders a chat template in a process of its own; started by `reasonscape.text.rendering`.

A template comes from a stranger. Jinja's sandbox keeps it from objects; this process keeps it from
endless time and memory. It is run as a file, so it imports nothing of this package.

Input: one line of JSON (source, tokens, limits, path), then the sizes of all prompts (64 bits, this
machine's order), then their bytes. Output: ``+``, then sizes and bytes of all renderings in the
same form; or ``-`` and a sentence that says what was wrong.
"""

from __future__ import annotations

import contextlib
import json
import sys
from array import array
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, NoReturn


class RefusedError(Exception):
    """What a template must not do."""


def main() -> None:
    """Read a template and prompts, write renderings."""
    given, out = sys.stdin.buffer, sys.stdout.buffer
    job = json.loads(given.readline())
    sizes = array("q")
    sizes.frombytes(given.read(8 * job["prompts"]))
    sys.path[:] = job["path"]
    try:
        found = list(_renderings(job, given, sizes))
    # Whatever a stranger's template brings about is to be reported, not shown as a traceback.
    except MemoryError:
        _refuse(out, "it needs too much memory")
    except RecursionError:
        _refuse(out, "it calls itself without end")
    except Exception as error:
        _refuse(out, _sentence(error))
    else:
        out.write(b"+" + array("q", map(len, found)).tobytes())
        for rendering in found:
            out.write(rendering)


def _renderings(job: dict[str, Any], given: BinaryIO, sizes: array[int]) -> Iterator[bytes]:
    limits = job["limits"]
    start = _limited(limits)
    start()
    template = _environment(limits["size"]).from_string(job["source"])
    left = limits["output"]
    for size in sizes:
        content = given.read(size).decode()
        start()
        rendering = template.render(
            messages=[{"role": "user", "content": content}],
            add_generation_prompt=True,
            tools=None,
            documents=None,
            **job["tokens"],
        ).encode()
        left -= len(rendering)
        if len(rendering) > limits["size"] + size or left < 0:
            raise RefusedError("it writes too much")
        yield rendering


def _limited(limits: dict[str, Any]) -> Callable[[], None]:
    """Limit this process where the system can; return what begins the time of the next prompt."""
    try:
        import resource
        import signal
    except ImportError:
        return lambda: None
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))

    def start() -> None:
        # Ends the process, as no handler of ours would run in the middle of one long operation.
        signal.setitimer(signal.ITIMER_PROF, limits["seconds"])

    return start


def _environment(most: int) -> Any:
    from jinja2.ext import Extension, loopcontrols
    from jinja2.nodes import Node, Scope
    from jinja2.parser import Parser
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(Extension):
        """``{% generation %}`` marks what a model wrote; here it changes nothing."""

        tags = {"generation"}  # noqa: RUF012

        def parse(self, parser: Parser) -> Node:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return Scope(body, lineno=line)

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("*", "**"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            for one, other in ((left, right), (right, left)):
                if isinstance(one, int) and hasattr(other, "__len__") and one * len(other) > most:
                    raise RefusedError("it repeats something too often")
            whole = isinstance(left, int) and isinstance(right, int)
            if operator == "**" and whole and left.bit_length() * right > most:
                raise RefusedError("it makes too large a number")
            return super().call_binop(context, operator, left, right)

        def unsafe_undefined(self, obj: Any, attribute: str) -> NoReturn:
            raise RefusedError(f"it asks for {attribute} of a {type(obj).__name__}")

    made = Environment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    # Chance would give other tokens each time.
    del made.globals["lipsum"], made.filters["random"]
    made.filters["tojson"] = _as_json
    made.globals["raise_exception"] = _raise
    made.globals["strftime_now"] = _fixed_day
    return made


def _as_json(value: Any, ensure_ascii: bool = False, **how: Any) -> str:
    """As models are trained on it; Jinja's own writes <, > and & as escapes."""
    return json.dumps(value, ensure_ascii=ensure_ascii, **how)


def _raise(message: str) -> NoReturn:
    raise RefusedError(f"it says: {message}")


def _fixed_day(form: str) -> str:
    # Nor may the tokens change from day to day.
    return datetime(2025, 1, 1).strftime(form)


def _sentence(error: Exception) -> str:
    said = " ".join(str(error).split())
    line = getattr(error, "lineno", None)
    where = f" in line {line}" if line else ""
    return said if isinstance(error, RefusedError) else f"{type(error).__name__}{where}: {said}"


def _refuse(out: BinaryIO, sentence: str) -> None:
    shown = "".join(char if char.isprintable() else " " for char in sentence)[:200]
    out.write(b"-" + shown.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
