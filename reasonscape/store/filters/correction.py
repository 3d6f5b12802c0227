"""Guess what a filter that is not JSON was meant to say, and show it as a line to paste.

Only used to word an error: a guess is never run.
"""

from __future__ import annotations

import json
import re
from typing import Final

EXAMPLE_ID: Final = "e1a2b3"
"""Stands in a corrected line where an eval id has to be put."""

_TOKEN: Final = re.compile(
    r"""
    (?P<double>"(?:[^"\\]|\\.)*")
  | (?P<single>'(?:[^'\\]|\\.)*')
  | (?P<curly>[\u201c\u201d\u201e](?P<inner>[^\u201c\u201d]*)[\u201c\u201d])
  | (?P<place><[^<>{}\[\]"]*>)
  | (?P<mark>[{}\[\],:])
  | (?P<space>\s+)
  | (?P<word>[^\s{}\[\],:"'<>]+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\Z")
_CONSTANTS: Final = {"true": "true", "false": "false", "null": "null", "none": "null"}
_OPENING: Final = {"{": "}", "[": "]"}
_LONGEST: Final = 2_000


def corrected_filters(text: str) -> str:
    r"""Return a sentence with the corrected line, or an empty string if none can be guessed.

    Examples
    --------
    >>> corrected_filters('{"eval_id": [e1a2b3], "base_task": "arithmetic",}')
    'write --filters \'{"eval_id": ["e1a2b3"], "base_task": "arithmetic"}\''
    >>> corrected_filters("<...>")
    'write an id that `analyze.py evals` shows, as in --filters \'{"eval_id": ["e1a2b3"]}\''
    """
    if len(text) > _LONGEST:
        return ""
    stripped = text.strip()
    # cmd.exe knows no single quotes: they arrive as part of the argument.
    from_cmd = stripped.startswith("'") or '\\"' in stripped
    if stripped.startswith("'"):
        stripped = stripped[1:].removesuffix("'")
    if '\\"' in stripped and not _loads(stripped):
        stripped = stripped.replace('\\"', '"')
    if re.fullmatch(r"<[^<>]*>", stripped):
        # A placeholder for the whole of it.
        return example_line(json.dumps({"eval_id": [EXAMPLE_ID]}))
    if not stripped.startswith("{"):
        # A bare `"key": value` wants its braces only.
        if stripped.startswith("[") or ":" not in stripped:
            return ""
        stripped = "{" + stripped + "}"
    tokens, placeholder = _tokens(stripped)
    repaired = _closed(tokens)
    if not _loads(repaired):
        return ""
    return _sentence(repaired, placeholder=placeholder, from_cmd=from_cmd)


def example_line(text: str) -> str:
    r"""Word the remedy for a placeholder that was left in a filter.

    Examples
    --------
    >>> example_line('{"eval_id": ["e1a2b3"]}')
    'write an id that `analyze.py evals` shows, as in --filters \'{"eval_id": ["e1a2b3"]}\''
    """
    return _sentence(text, placeholder=True, from_cmd=False)


def _sentence(text: str, *, placeholder: bool, from_cmd: bool) -> str:
    import shlex

    # As JSON escapes it, so that the line is one line and still works when pasted.
    text = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
    line = f"--filters {shlex.quote(text)}"
    if from_cmd:
        escaped = text.replace('"', '\\"')
        line = f'--filters "{escaped}" (in cmd.exe) or {line} (in other shells)'
    if placeholder:
        return f"write an id that `analyze.py evals` shows, as in {line}"
    return f"write {line}"


def _tokens(text: str) -> tuple[list[str], bool]:
    """Return JSON tokens as near to the text as possible; whether a placeholder was among them."""
    found: list[str] = []
    placeholder = False
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if match.group("curly") is not None:
            found.append(json.dumps(match.group("inner"), ensure_ascii=False))
        elif kind == "single":
            found.append(json.dumps(token[1:-1].replace("'", "'"), ensure_ascii=False))
        elif kind == "place":
            placeholder = True
            found.append(json.dumps(EXAMPLE_ID))
        elif kind == "word":
            found.append(_word(token))
        elif kind == "space":
            found.append(" " if found and not found[-1].isspace() else "")
        else:
            found.append(token)
    return found, placeholder


def _word(token: str) -> str:
    if _NUMBER.match(token):
        return token
    return _CONSTANTS.get(token.lower()) or json.dumps(token, ensure_ascii=False)


def _closed(tokens: list[str]) -> str:
    """Join tokens without trailing commas and with every bracket closed."""
    out: list[str] = []
    open_brackets: list[str] = []

    def drop_comma() -> None:
        while out and (out[-1] == "," or not out[-1].strip()):
            out.pop()

    for token in tokens:
        if token in _OPENING:
            open_brackets.append(_OPENING[token])
        elif token in ("}", "]"):
            drop_comma()
            while open_brackets and open_brackets[-1] != token:
                out.append(open_brackets.pop())
            if not open_brackets:
                continue
            open_brackets.pop()
        out.append(token)
    drop_comma()
    return "".join(out).strip() + "".join(reversed(open_brackets))


def _loads(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
