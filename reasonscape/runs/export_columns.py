"""Which columns an export or a data frame has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.store.schema import LABEL, PARAM
from reasonscape.store.selection.whole_rows import OUTCOME, WORDS


def chosen_columns(
    stored: Mapping[str, str], asked: str | Iterable[str] | None, *, texts: bool
) -> tuple[str, ...]:
    """Resolve the columns that were asked for; all, without any.

    Parameters
    ----------
    stored
        Columns of the store's samples.
    asked
        Full names, bare names of coordinates, or shell patterns of full names; several in one
        text are separated by commas.
    texts
        Also all columns of texts.

    Raises
    ------
    UsageError
        A name or pattern fits no column.

    Examples
    --------
    >>> stored = {"model": "VARCHAR", "param.n": "DOUBLE", "label.kind": "VARCHAR"}
    >>> chosen_columns(stored, "model,n,label.*,response", texts=False)
    ('model', 'param.n', 'label.kind', 'response')
    >>> chosen_columns(stored, None, texts=False)
    ('model', 'outcome', 'label.kind', 'param.n')
    """
    words = tuple(WORDS) if texts else ()
    names = _split(asked)
    if not names:
        return (*_in_order(stored), *words)
    known = (*stored, OUTCOME, *WORDS)
    found = dict[str, None]()
    for name in names:
        found |= dict.fromkeys(_matching(name, known))
    return tuple(found | dict.fromkeys(words))


def _split(asked: str | Iterable[str] | None) -> list[str]:
    if asked is None:
        return []
    given: object = asked
    several = isinstance(given, Iterable) and not isinstance(given, str)
    parts: list[object] = list(asked) if several else [given]
    for part in parts:
        if not isinstance(part, str):
            raise UsageError(
                f"columns has {part!r:.40}, which is no name",
                remedy='give names as text, as columns="model,correct"',
            )
    return [name.strip() for part in parts for name in str(part).split(",") if name.strip()]


def _matching(name: str, known: Sequence[str]) -> list[str]:
    if name in known:
        return [name]
    found = [one for one in (PARAM + name, LABEL + name) if one in known]
    found = found or [one for one in known if fnmatchcase(one, name)]
    if not found:
        raise UsageError(
            f"no column {name!r}",
            remedy="use a column of `analyze.py schema`, param.NAME, label.NAME, outcome or a text",
            did_you_mean=get_close_matches(name, known, n=2),
        )
    return found


_LAST: Final = ("f.", LABEL, PARAM)


def _in_order(stored: Mapping[str, str]) -> list[str]:
    """The declared columns, the outcome, then coordinates, then features."""
    plain = [name for name in stored if not name.startswith(_LAST)]
    axes = sorted(name for name in stored if name.startswith((LABEL, PARAM)))
    return [*plain, OUTCOME, *axes, *(name for name in stored if name.startswith("f."))]
