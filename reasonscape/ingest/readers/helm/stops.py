"""Why a generation ended, as HELM and the services behind it say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reasonscape.ingest.readers.helm.state import part
from reasonscape.ingest.readers.helm.stats import FINISH

_POLICY: Final = "the prompt violates openai's content policy"
# Words of the services behind HELM that it passes on as they are.
_WORDS: Final[dict[str, str]] = {
    "blocklist": "filter",
    "complete": "stop",
    "content_filtered": "filter",
    "finish": "stop",
    "guardrail_intervened": "filter",
    "prohibited_content": "filter",
    "recitation": "filter",
    "spii": "filter",
    "stop_criteria_met": "stop",
}


def stop_of(completion: Mapping[str, Any], stats: Mapping[str, float]) -> str | None:
    """Read why a completion ended, in the words of a sample; None where nothing says it.

    Parameters
    ----------
    completion
        One of the result's completions.
    stats
        What HELM measured, of which ``finish_reason_*`` stand in for a missing reason.

    Raises
    ------
    RowError
        The reason has the wrong type.
    """
    reason = part(completion.get("finish_reason"), dict, "finish_reason") or {}
    word: str | None = part(reason.get("reason"), str, "finish_reason.reason")
    if word is None:
        found = [one for one in FINISH if stats.get(f"finish_reason_{one}") == 1]
        word = found[0] if len(found) == 1 else None
    if word is None:
        return None
    word = word.removeprefix("FinishReason.").strip().lower()
    return "filter" if word.startswith(_POLICY) else _WORDS.get(word, word)
