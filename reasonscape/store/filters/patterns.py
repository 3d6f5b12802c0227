r"""Shell patterns to regular expressions for RE2, as DuckDB has it.

The rules are those of Python's ``fnmatch.fnmatchcase``: ``*`` any text, ``?`` one character,
``[a-c]`` one of, ``[!a]`` none of, a bracket that is never closed is itself; newlines count as
characters. Every character of the pattern is written as a code point, so that none can mean
anything to the regular expression.
"""

from __future__ import annotations

_NEVER = r"[^\x{0}-\x{10FFFF}]"


def shell_pattern(pattern: str) -> str:
    r"""Translate a shell pattern to an RE2 expression for a full match.

    Examples
    --------
    >>> shell_pattern("a*[!b]")
    '(?s)\\x{61}.*[^\\x{62}-\\x{62}]'
    """
    out, place = ["(?s)"], 0
    while place < len(pattern):
        character = pattern[place]
        place += 1
        if character == "*":
            if out[-1] != ".*":
                out.append(".*")
        elif character == "?":
            out.append(".")
        elif character == "[" and (end := _closing(pattern, place)) is not None:
            out.append(_one_of(pattern[place:end]))
            place = end + 1
        else:
            out.append(_literal(character))
    return "".join(out)


def _closing(pattern: str, start: int) -> int | None:
    """Return where the bracket that opened before ``start`` closes; a first ``]`` is a member."""
    place = start
    if pattern[place : place + 1] == "!":
        place += 1
    if pattern[place : place + 1] == "]":
        place += 1
    end = pattern.find("]", place)
    return None if end < 0 else end


def _one_of(inside: str) -> str:
    negated = inside.startswith("!")
    members = inside[1:] if negated else inside
    ranges, place = [], 0
    while place < len(members):
        low = high = members[place]
        if members[place + 1 : place + 2] == "-" and place + 2 < len(members):
            high = members[place + 2]
            place += 2
        place += 1
        if low <= high:
            ranges.append(f"{_literal(low)}-{_literal(high)}")
    if not ranges:
        return "." if negated else _NEVER
    return f"[{'^' if negated else ''}{''.join(ranges)}]"


def _literal(character: str) -> str:
    return f"\\x{{{ord(character):X}}}"
