"""Parts of a document and a response of lighteval, each of the type it must have."""

from __future__ import annotations

from typing import Any

from reasonscape.ingest.readers.lighteval.details import Detail
from reasonscape.ingest.readers.message_texts import messages_text
from reasonscape.ingest.rows import RowError, members, shown


def text_of(part: dict[str, Any], name: str) -> str | None:
    """Take a text; None where it is missing.

    Raises
    ------
    RowError
        It is something else.
    """
    value = part.get(name)
    if value is None or isinstance(value, str):
        return value
    raise RowError("wrong_type", f"expected text, found {shown(value)}", name)


def integer_of(part: dict[str, Any], name: str) -> int | None:
    """Take an integer; None where it is missing.

    Raises
    ------
    RowError
        It is something else.
    """
    value = part.get(name)
    if value is None or type(value) is int:
        return value
    raise RowError("wrong_type", f"expected an integer, found {shown(value)}", name)


def texts_of(part: dict[str, Any], name: str) -> list[str | None]:
    """Take a list of texts, of which each may be missing; empty where it is missing itself.

    Raises
    ------
    RowError
        It is something else.
    """
    value = part.get(name)
    if value is None:
        return []
    if isinstance(value, list) and all(one is None or isinstance(one, str) for one in value):
        return value
    raise RowError("wrong_type", f"expected a list of texts, found {shown(value)}", name)


def specific_of(doc: dict[str, Any]) -> dict[str, Any]:
    """Give what the task knows of the question."""
    return members(doc.get("specific"))


def prompt_of(detail: Detail) -> str | None:
    """Give what the model was given; the bare question where that is not stored.

    Raises
    ------
    RowError
        It is something else.
    """
    given = detail.response.get("input")
    if isinstance(given, str) and given:
        return given
    if isinstance(given, list) and given:
        return messages_text(given, "input")
    return text_of(detail.doc, "query")


def choices_of(doc: dict[str, Any]) -> list[str]:
    """Give the choices, or the references of a question that has none.

    Raises
    ------
    RowError
        It is something else.
    """
    value = doc.get("choices")
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    raise RowError("wrong_type", f"expected a list of texts, found {shown(value)}", "choices")


def gold_places(doc: dict[str, Any], choices: int) -> list[int]:
    """Give the places of the right choices.

    Raises
    ------
    RowError
        It is something else.
    """
    value = doc.get("gold_index")
    places = value if isinstance(value, list) else [] if value is None else [value]
    if not all(type(place) is int for place in places):
        raise RowError("wrong_type", f"expected an index, found {shown(value)}", "gold_index")
    # Python's own meaning of a negative index, which lighteval has as well.
    return [place % choices for place in places if -choices <= place < choices]


def golds_of(doc: dict[str, Any]) -> list[str]:
    """Give the right choices."""
    choices = choices_of(doc)
    return [choices[place] for place in gold_places(doc, len(choices))]
