"""The output of a sample of Inspect: the final completion, the first where there are several."""

from __future__ import annotations

from typing import Any

from reasonscape.ingest.readers.inspect.attachments import Resolve
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.readers.inspect.reasoning import content_reasoning
from reasonscape.ingest.readers.inspect.text import content_text, tool_call_text
from reasonscape.ingest.rows import RowError, shown


class Output:
    """What the model gave last.

    Parameters
    ----------
    output
        ``output`` of a sample.

    Attributes
    ----------
    choices
        How many completions there are; 0 where no generation came to an end.
    stop_reason
        The word of the log.
    usage
        Tokens of the generation.
    error
        Message of a refused generation.
    message
        The message of the first completion.

    Raises
    ------
    RowError
        A member of it has the wrong type.
    """

    def __init__(self, output: Parts) -> None:
        choices = output.items("choices")
        first = Parts.of(choices[0] if choices else {}, output.notices, "output.choices")
        self.choices = len(choices)
        self.stop_reason = first.get("stop_reason")
        self.usage = output.get("usage")
        self.error = output.get("error")
        self.message = first.part("message")
        self._text = output.get("completion")
        if self._text is not None and not isinstance(self._text, str):
            raise RowError("wrong_type", f"expected text, found {shown(self._text)}", "completion")

    def completion(self, resolve: Resolve) -> dict[str, Any]:
        """Give the fields of text and reasoning.

        The text is that of ``completion``, which an agent may have set to the answer it submitted,
        else that of the message; of a message that only calls tools, the calls.
        """
        content: Any = ""
        if not self._text or not self.message.is_text("content"):
            content = self.message.get("content") or ""
        reasoning, kind = content_reasoning(content, resolve, "output")
        old = self.message.get("reasoning")
        if reasoning is None and isinstance(old, str) and old:
            reasoning, kind = resolve(old), "full"  # logs before reasoning was content
        text = resolve(self._text) if self._text else content_text(content, resolve, "output")
        if not text and isinstance(calls := self.message.get("tool_calls"), list):
            text = "\n".join(tool_call_text(one, resolve) for one in calls if isinstance(one, dict))
        values: dict[str, Any] = {"response": text if self.choices or text else None}
        if kind != "none":
            values["reasoning_kind"], values["reasoning"] = kind, reasoning
        return values
