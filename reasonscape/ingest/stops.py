"""Why a generation ended: the source's own word, or what the counts and the text show."""

from __future__ import annotations

from typing import Final

from reasonscape.ingest.rows import RowError, shown

STOPS: Final = ("stop", "length", "filter", "error", "unknown")
STOP_SOURCES: Final = ("native", "inferred_cap", "inferred_unclosed_think", "unknown")

# Words that APIs and harnesses use for the same five ends.
STOP_WORDS: Final[dict[str, str]] = {word: word for word in STOPS} | {
    "": "unknown",
    "content_filter": "filter",
    "end_turn": "stop",
    "endoftext": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "function_call": "stop",
    "max_output_tokens": "length",
    "max_tokens": "length",
    "model_length": "length",
    "refusal": "filter",
    "safety": "filter",
    "stop_sequence": "stop",
    "tool_calls": "stop",
    "tool_use": "stop",
}


def read_stop(value: object) -> str | None:
    """Read a stop reason; ``None`` and ``unknown`` mean that the source does not know it.

    Raises
    ------
    RowError
        ``wrong_type`` or ``bad_value``: a word that is not known must not be guessed.

    Examples
    --------
    >>> read_stop("max_tokens"), read_stop("STOP"), read_stop(None)
    ('length', 'stop', None)
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise RowError("wrong_type", f"expected text, found {shown(value)}", "stop")
    stop = STOP_WORDS.get(value) or STOP_WORDS.get(value.strip().lower())
    if stop is None:
        words = ", ".join(STOPS)
        raise RowError("bad_value", f"expected one of {words}, found {shown(value)}", "stop")
    return None if stop == "unknown" else stop


def infer_stop(
    completion_tokens: int | None,
    max_tokens: int | None,
    unclosed: bool,
    answered: bool | None,
) -> tuple[str, str]:
    """Infer the stop reason and name its source, where the log does not record it.

    Counts decide where they are known: at ``max_tokens - 1`` or more the cap cut the completion,
    below it the completion ended by itself even if its reasoning is unclosed (some models write
    the answer inside the block). Without counts, reasoning that was opened and never closed is
    taken as cut, unless an answer was read, which a cut completion would not have reached.

    Examples
    --------
    >>> infer_stop(2047, 2048, False, None)
    ('length', 'inferred_cap')
    >>> infer_stop(500, 2048, True, False)
    ('stop', 'inferred_cap')
    >>> infer_stop(None, None, True, None)
    ('length', 'inferred_unclosed_think')
    """
    if completion_tokens is not None and max_tokens is not None:
        return ("length" if completion_tokens >= max_tokens - 1 else "stop"), "inferred_cap"
    if unclosed and answered is not True:
        return "length", "inferred_unclosed_think"
    return "unknown", "unknown"
