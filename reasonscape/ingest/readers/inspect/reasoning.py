"""Reasoning in the content of Inspect's messages."""

from __future__ import annotations

from reasonscape.ingest.readers.inspect.attachments import Resolve
from reasonscape.ingest.readers.inspect.text import content_parts
from reasonscape.ingest.rows import RowError, shown


def content_reasoning(content: object, resolve: Resolve, field: str) -> tuple[str | None, str]:
    """Reasoning in a message's content, and which kind it is.

    What is redacted is encrypted and never taken; its summary is, where there is one. Reasoning of
    which a part is a summary or redacted is a summary; all of it redacted without one is hidden.

    Returns
    -------
    tuple of (str or None, str)
        The text, and ``full``, ``summary``, ``hidden`` or ``none``.

    Examples
    --------
    >>> block = {"type": "reasoning", "reasoning": "gAAAA...", "redacted": True}
    >>> content_reasoning([block], lambda text: text, "output")
    (None, 'hidden')
    >>> content_reasoning([block | {"summary": "I add."}], lambda text: text, "output")
    ('I add.', 'summary')
    """
    if not isinstance(content, list):
        return None, "none"
    texts, kinds = list[str](), set[str]()
    for part in content_parts(content, field):
        if part.get("type") != "reasoning":
            continue
        reasoning, summary, redacted = (part.get(k) for k in ("reasoning", "summary", "redacted"))
        for name, text in (("reasoning", reasoning), ("summary", summary)):
            if text is not None and not isinstance(text, str):
                raise RowError("wrong_type", f"{name} is {shown(text)}", field)
        if reasoning and not redacted:
            texts.append(resolve(reasoning))
            kinds.add("full")
        elif summary:
            texts.append(resolve(summary))
            kinds.add("summary")
        elif redacted:
            kinds.add("hidden")
    if not texts:
        return None, "hidden" if kinds else "none"
    return "\n\n".join(texts), "full" if kinds == {"full"} else "summary"
