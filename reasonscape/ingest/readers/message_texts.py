"""Messages and media of a request as one text."""

from __future__ import annotations

from typing import Any

from reasonscape.ingest.rows import RowError, shown


def messages_text(messages: object, field: str) -> str:
    r"""Give a conversation as text; one message of the user alone is its own text.

    Raises
    ------
    RowError
        A message has none of the forms that are known.

    Examples
    --------
    >>> messages_text([{"role": "user", "content": "2+2?"}], "messages")
    '2+2?'
    >>> messages_text(
    ...     [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"}],
    ...     "messages",
    ... )
    'system: Be brief.\n\nuser: 2+2?'
    """
    if not isinstance(messages, list):
        raise RowError("wrong_type", f"expected a list, found {shown(messages)}", field)
    said = []
    for one in messages:
        role = one.get("role") if isinstance(one, dict) else None
        if not isinstance(role, str):
            raise RowError("wrong_type", f"a message that is {shown(one)}", field)
        said.append((role, _content(one.get("content"), field)))
    if len(said) == 1 and said[0][0] == "user":
        return said[0][1]
    return "\n\n".join(f"{role}: {text}" for role, text in said)


def _content(content: object, field: str) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise RowError("wrong_type", f"expected text, found {shown(content)}", field)
    parts = []
    for one in content:
        if isinstance(one, dict) and isinstance(one.get("text"), str):
            parts.append(one["text"])
        elif isinstance(one, dict) and isinstance(one.get("type"), str):
            parts.append(f"[{one['type']}]")
        else:
            raise RowError("wrong_type", f"a part of a message that is {shown(one)}", field)
    return "\n".join(parts)


def media_text(media: Any, field: str) -> str:
    """Give media as text: texts as they are, anything else by its type.

    Raises
    ------
    RowError
        It is no list of media.

    Examples
    --------
    >>> media_text(
    ...     {
    ...         "media_objects": [
    ...             {"content_type": "image/png", "location": "a.png"},
    ...             {"content_type": "text/plain", "text": "How many?"},
    ...         ]
    ...     },
    ...     "prompt",
    ... )
    '[image/png]How many?'
    """
    objects = media.get("media_objects") if isinstance(media, dict) else None
    if not isinstance(objects, list):
        raise RowError("wrong_type", f"expected media, found {shown(media)}", field)
    parts = []
    for one in objects:
        text = one.get("text") if isinstance(one, dict) else None
        kind = one.get("content_type") if isinstance(one, dict) else None
        if isinstance(text, str):
            parts.append(text)
        elif isinstance(kind, str):
            parts.append(f"[{kind}]")
        else:
            raise RowError("wrong_type", f"media that are {shown(one)}", field)
    return "".join(parts)
