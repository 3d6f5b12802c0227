"""The small language of mapping files: paths, comparisons, defaults; compiled to closures.

Grammar, loosest first (each level left-associative)::

    choice  := default ["?" choice ":" choice]
    default := either ("??" either)*
    either  := both ("or" both)*
    both    := negated ("and" negated)*
    negated := "not" negated | compared
    compared:= sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
    sum     := term (("+" | "-") term)*
    term    := atom (("*" | "/") atom)*
    atom    := number | text | "true" | "false" | "null" | name "(" args ")" | path
             | "(" choice ")" | "-" atom
    path    := (name | "[" text "]") ("." name | "[" (integer | text) "]")*

Nothing here can reach Python: the only values are JSON's and the only functions those listed.
Missing is null; null goes through arithmetic and comparisons as null, so that what the log does
not know stays unknown. ``x == null`` asks whether ``x`` is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from reasonscape.errors import ConfigError
from reasonscape.ingest.closures import (
    Evaluate,
    applied,
    binary,
    both,
    constant,
    either,
    fallback,
    has_path,
    negation,
    pick,
    presence,
    walk,
)
from reasonscape.ingest.operations import ARITHMETIC, COMPARISONS, FUNCTIONS

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>\?\?|==|!=|<=|>=|[-+*/<>().,?:\[\]]))""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}
MAX_TOKENS: Final = 400
MAX_DEPTH: Final = 50


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    Attributes
    ----------
    evaluate
        Row -> value.
    paths
        The paths it reads, each as its steps.
    key
        The key of the row, where the expression is nothing else.
    """

    text: str
    evaluate: Evaluate
    paths: tuple[tuple[str | int, ...], ...]
    key: str | None = None

    def leads_somewhere(self, row: dict[str, Any]) -> bool:
        """Tell whether the row has one of the paths, be it null there."""
        return any(has_path(row, path) for path in self.paths)


def compile_expression(text: str, where: str = "expression") -> Expression:
    """Compile an expression.

    Parameters
    ----------
    text
        The expression.
    where
        JSON path of the expression in its mapping file, for the error.

    Raises
    ------
    ConfigError
        It does not parse; the error shows the place.

    Examples
    --------
    >>> passed = compile_expression("score >= 0.99")
    >>> passed.evaluate({"score": 1.0}), passed.evaluate({"score": 0.5}), passed.evaluate({})
    (True, False, None)
    >>> compile_expression("choices[0].message.content ?? ''").evaluate({"choices": []})
    ''
    """
    parser = _Parser(text, where)
    evaluate = parser.parse()
    plain = text.strip()
    key = plain if parser.paths == [(plain,)] else None
    return Expression(text, evaluate, tuple(parser.paths), key)


class _Parser:
    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self.paths: list[tuple[str | int, ...]] = []
        self._tokens: list[tuple[str, str, int]] = []
        self._at = self._depth = 0

    def fail(self, found: str, at: int) -> NoReturn:
        raise ConfigError(
            f"{self.where}: {self.text!r} is no valid expression: {found} at character {at + 1}",
            remedy="write a path (meta.len, choices[0].text, ['odd name']), a constant ('text', "
            "1) or a comparison (score >= 0.99)",
        )

    def parse(self) -> Evaluate:
        at = 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if match is None:
                start = len(self.text) - len(self.text[at:].lstrip())
                self.fail(f"unexpected {self.text[start]!r}", start)
            kind = match.lastgroup or ""
            self._tokens.append((kind, match[kind], match.start(kind)))
            at = match.end()
            if len(self._tokens) > MAX_TOKENS:
                self.fail(f"more than {MAX_TOKENS} words and signs", match.start(kind))
        self._tokens.append(("end", "", len(self.text)))
        value = self._choice()
        if self._tokens[self._at][0] != "end":
            self._unexpected()
        return value

    def _unexpected(self) -> NoReturn:
        kind, text, at = self._tokens[self._at]
        self.fail("unexpected end" if kind == "end" else f"unexpected {text!r}", at)

    def _take(self, *texts: str) -> str | None:
        kind, text, _ = self._tokens[self._at]
        if kind in ("sign", "name") and text in texts:
            self._at += 1
            return text
        return None

    def _expect(self, text: str) -> None:
        if self._take(text) is None:
            self._unexpected()

    def _choice(self) -> Evaluate:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail("nested too deeply", self._tokens[self._at][2])
        value = self._default()
        if self._take("?"):
            chosen = self._choice()
            self._expect(":")
            value = pick(value, chosen, self._choice())
        self._depth -= 1
        return value

    def _default(self) -> Evaluate:
        value = self._either()
        while self._take("??"):
            value = fallback(value, self._either())
        return value

    def _either(self) -> Evaluate:
        value = self._both()
        while self._take("or"):
            value = either(value, self._both())
        return value

    def _both(self) -> Evaluate:
        value = self._negated()
        while self._take("and"):
            value = both(value, self._negated())
        return value

    def _negated(self) -> Evaluate:
        count = 0
        while self._take("not"):
            count += 1
        value = self._compared()
        for _ in range(min(count, 2 - count % 2)):
            value = negation(value)
        return value

    def _compared(self) -> Evaluate:
        left = self._sum()
        sign = self._take(*COMPARISONS)
        if sign is None:
            return left
        start = self._at
        right = self._sum()
        if sign in ("==", "!=") and self._tokens[start][1] == "null" and self._at == start + 1:
            return presence(left, missing=sign == "==")
        return binary(COMPARISONS[sign], left, right)

    def _sum(self) -> Evaluate:
        value = self._term()
        while sign := self._take("+", "-"):
            value = binary(ARITHMETIC[sign], value, self._term())
        return value

    def _term(self) -> Evaluate:
        value = self._atom()
        while sign := self._take("*", "/"):
            value = binary(ARITHMETIC[sign], value, self._atom())
        return value

    def _atom(self) -> Evaluate:
        kind, text, _ = self._tokens[self._at]
        if kind == "number":
            self._at += 1
            return constant(int(text) if text.isdigit() else float(text))
        if kind == "text":
            self._at += 1
            return constant(_unquote(text))
        if kind == "name":
            if text in ("true", "false", "null"):
                self._at += 1
                return constant({"true": True, "false": False, "null": None}[text])
            if self._tokens[self._at + 1][1] == "(" and self._tokens[self._at + 1][0] == "sign":
                return self._call(text)
            return self._path()
        if text == "[" and kind == "sign":
            return self._path()
        if self._take("("):
            value = self._choice()
            self._expect(")")
            return value
        negative = 0
        while self._take("-"):
            negative += 1
        if not negative:
            self._unexpected()
        value = self._atom()
        return binary(ARITHMETIC["-"], constant(0), value) if negative % 2 else value

    def _call(self, name: str) -> Evaluate:
        at = self._tokens[self._at][2]
        function = FUNCTIONS.get(name)
        if function is None:
            self.fail(f"unknown function {name!r} (known: {', '.join(sorted(FUNCTIONS))})", at)
        self._at += 2
        arguments: list[Evaluate] = []
        while not self._take(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._choice())
        if not function.least <= len(arguments) <= function.most:
            self.fail(f"{name} takes {function.usage}", at)
        return applied(function.apply, arguments)

    def _path(self) -> Evaluate:
        steps: list[str | int] = []
        if self._tokens[self._at][0] == "name":
            steps.append(self._tokens[self._at][1])
            self._at += 1
        while True:
            if steps and self._take("."):
                kind, text, _ = self._tokens[self._at]
                if kind != "name":
                    self._unexpected()
                steps.append(text)
                self._at += 1
            elif self._take("["):
                steps.append(self._index())
            else:
                break
        self.paths.append(tuple(steps))
        return walk(steps)

    def _index(self) -> str | int:
        sign = -1 if self._take("-") else 1
        kind, text, _ = self._tokens[self._at]
        if kind == "number" and text.isdigit():
            index: str | int = sign * int(text)
        elif kind == "text" and sign == 1:
            index = _unquote(text)
        else:
            self._unexpected()
        self._at += 1
        self._expect("]")
        return index


def _unquote(text: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1])
