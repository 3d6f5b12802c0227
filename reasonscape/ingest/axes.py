"""Which of the things that a harness knows of a question become coordinates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.expression import Expression, compile_expression
from reasonscape.ingest.params import MAX_DEPTH, ParamReader
from reasonscape.ingest.rows import RowError

AUTO: Final = "auto"
NONE: Final = "none"
LONGEST_LABEL: Final = 40
_NAMED: Final = re.compile(r"\s*([^\W\d][\w.-]*)\s*=(?!=)\s*(.+)$", re.DOTALL)
_PATH: Final = re.compile(r"[^\W\d]\w*(\.\w+|\[[^\]]+\])*|\[[^\]]+\](\.\w+|\[[^\]]+\])*")
# Last words of names that say what a question is, not how hard it is: its text, its answer, its
# place. With or without an s at the end.
_WORDS: Final = """
    a answer ans canary choice comment completion context correct created date doc email expected
    explanation file filename goal gold guid hash hypothesis id idx index input instance key label
    link message name note option output passage path premise problem prompt q query question
    rationale reference repo response sample seed sentence sha solution statement system target
    text time timestamp title token uid url uri user uuid
"""
_NO_COORDINATE: Final = re.compile(rf"(^|_)({'|'.join(_WORDS.split())})\d*s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Axes:
    """The coordinates that are read from metadata.

    Attributes
    ----------
    named
        Name -> expression, as ``--axes`` gave them; None takes what looks like a coordinate.
    watch
        Shown the metadata of each row, for a survey.
    unseen
        Those of ``named`` whose paths no row had yet, by name.
    """

    named: tuple[tuple[str, Expression], ...] | None = None
    watch: Callable[[Mapping[str, Any]], None] | None = None
    unseen: dict[str, Expression] = field(default_factory=dict)

    def read(
        self,
        metadata: Mapping[str, Any],
        reader: ParamReader,
        params: dict[str, float],
        labels: dict[str, str],
    ) -> None:
        """Add the coordinates of one row.

        Raises
        ------
        RowError
            A value is none that can be stored, or an expression does not fit it.
        """
        if self.watch is not None:
            self.watch(metadata)
        if self.named is None:
            for name, value in likely_coordinates(metadata):
                if name not in params and name not in labels:
                    reader.add(name, value, params, labels)
            return
        self.read_named(metadata, reader, params, labels)

    def read_named(
        self,
        row: Mapping[str, Any],
        reader: ParamReader,
        params: dict[str, float],
        labels: dict[str, str],
    ) -> None:
        """Add only what ``--axes`` named; for rows that have coordinates of their own."""
        if self.unseen:
            held = dict(row)
            for name in [n for n, one in self.unseen.items() if one.leads_somewhere(held)]:
                del self.unseen[name]
        for name, expression in self.named or ():
            try:
                value = expression.evaluate(dict(row))
            except RowError as error:
                raise RowError(error.reason, error.detail, f"params.{name}") from error
            if type(value) is dict:
                reader.read(value, params, labels, f"{name}.")
            elif value is not None:
                reader.add(name, value, params, labels)


def parse_axes(texts: Sequence[str]) -> Axes:
    """Read what ``--axes`` gave: ``NAME=EXPRESSION`` or a path, or alone ``auto`` or ``none``.

    Raises
    ------
    UsageError
        ``auto`` or ``none`` stand beside others, or a name is there twice.
    ConfigError
        An expression cannot be read.

    Examples
    --------
    >>> [name for name, _ in parse_axes(["doc.level", "n=length(doc.question)"]).named]
    ['level', 'n']
    >>> parse_axes([]).named is None, parse_axes(["none"]).named
    (True, ())
    """
    if not texts or list(texts) == [AUTO]:
        return Axes()
    if list(texts) == [NONE]:
        return Axes(())
    named = dict[str, Expression]()
    for text in texts:
        found = _NAMED.match(text)
        expression = compile_expression(found[2] if found else text, "--axes")
        name = found[1] if found else _last_step(expression)
        if name in named:
            raise UsageError(f"--axes names {name!r} twice", remedy="give each axis its own name")
        named[name] = expression
    unseen = {name: expression for name, expression in named.items() if expression.paths}
    return Axes(tuple(named.items()), unseen=unseen)


def _last_step(expression: Expression) -> str:
    """Name an axis that is a path by its last step."""
    text = expression.text.strip()
    if text in (AUTO, NONE):
        raise UsageError(
            f"--axes {text} stands beside other axes", remedy=f"leave {text} or the others away"
        )
    if len(expression.paths) != 1 or not _PATH.fullmatch(text):
        raise UsageError(
            f"--axes {text!r} is computed and has no name", remedy=f"write NAME={text!r}"
        )
    return str(expression.paths[0][-1])


def likely_coordinates(metadata: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    r"""Give the scalars that look like coordinates, by their flattened names.

    Numbers, truth values and short texts of one line, unless the last part of the name is one of
    what a question is (its text, answer, place) rather than of how hard it is. The rule looks at
    one row only, so that a log that grows never changes what its earlier rows said. A name is that
    of the path below ``doc``, ``metadata`` and so on; where two agree, the first counts.

    Examples
    --------
    >>> doc = {"level": 3, "subject": "algebra", "answer": 4, "question": "?", "cot": "a\nb"}
    >>> list(likely_coordinates({"doc": doc}))
    [('level', 3), ('subject', 'algebra')]
    """
    seen = set[str]()
    for part in metadata.values():
        if isinstance(part, Mapping):
            for name, value in _scalars(part, "", 0):
                if name.casefold() not in seen:
                    seen.add(name.casefold())
                    yield name, value


def _scalars(part: Mapping[str, Any], prefix: str, depth: int) -> Iterable[tuple[str, Any]]:
    if depth > MAX_DEPTH:
        return
    for key, value in part.items():
        if _NO_COORDINATE.search(key):
            continue
        if isinstance(value, Mapping):
            yield from _scalars(value, f"{prefix}{key}.", depth + 1)
        elif _is_coordinate(value):
            yield prefix + key, value


def _is_coordinate(value: object) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_LABEL and "\n" not in value and value == value.strip()
    if isinstance(value, bool | int):
        return abs(value) < 10**15
    return isinstance(value, float) and abs(value) < 1e15  # also leaves NaN out
