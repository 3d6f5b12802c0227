"""The requests of one lm-eval row and what came back: texts, or log-likelihoods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from reasonscape.ingest.readers.message_texts import messages_text
from reasonscape.ingest.rows import RowError, shown


@dataclass(frozen=True, slots=True)
class Request:
    """One request: what the model read, and a continuation to judge or how to generate one.

    Where a text is only rated as a whole it has neither.
    """

    prompt: str
    continuation: str | None
    settings: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely a continuation is, and whether it is what the model would say."""

    log: float
    is_greedy: bool | None


def requests_of(row: Mapping[str, Any]) -> list[Request]:
    """Read ``arguments``: ``{"gen_args_0": {"arg_0": ..., "arg_1": ...}}``, before lists of pairs.

    Raises
    ------
    RowError
        They have neither form.
    """
    given = row.get("arguments")
    pairs: list[tuple[object, object]] = []
    if isinstance(given, dict):
        for number in range(len(given)):
            one = given.get(f"gen_args_{number}")
            if not isinstance(one, dict):
                raise RowError("wrong_type", f"expected an object, found {shown(one)}", "arguments")
            pairs.append((one.get("arg_0"), one.get("arg_1")))
    elif isinstance(given, list):
        for one in given:
            if not isinstance(one, list) or not one:
                raise RowError("wrong_type", f"expected a list, found {shown(one)}", "arguments")
            pairs.append((one[0], one[1] if len(one) > 1 else None))
    if not pairs:
        raise RowError("missing_field", f"no requests: {shown(given)}", "arguments")
    return [_request(prompt, second) for prompt, second in pairs]


def _request(prompt: object, second: object) -> Request:
    return Request(
        prompt_text(prompt),
        second if isinstance(second, str) else None,
        second if isinstance(second, dict) else None,
    )


def prompt_text(prompt: object) -> str:
    r"""Give a prompt as text; messages, which chat runs log as JSON in a list, with their roles.

    Raises
    ------
    RowError
        It is neither.

    Examples
    --------
    >>> prompt_text("2+2=")
    '2+2='
    >>> prompt_text(
    ...     ['[{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]']
    ... )
    'user: 1+1?\n\nassistant: 2'
    """
    if isinstance(prompt, list) and len(prompt) == 1 and isinstance(prompt[0], str):
        prompt = prompt[0]
    messages = prompt
    if isinstance(prompt, str):
        if not prompt.startswith("[{"):
            return prompt
        try:
            messages = orjson.loads(prompt)
        except orjson.JSONDecodeError:
            return prompt
    try:
        return messages_text(messages, "arguments")
    except RowError:
        if isinstance(prompt, str):
            return prompt  # a text that only begins as messages do
        raise


def responses_of(row: Mapping[str, Any]) -> list[list[Any]]:
    """Read ``resps``: for each request all its repeats.

    Raises
    ------
    RowError
        It is no list of lists.
    """
    given = row.get("resps")
    if not isinstance(given, list) or not all(isinstance(one, list) and one for one in given):
        raise RowError("wrong_type", f"expected a list of lists, found {shown(given)}", "resps")
    return given


def likelihood(value: object) -> Likelihood | None:
    """Read a log-likelihood, which newer logs write as text; None where it is none.

    Examples
    --------
    >>> likelihood(["-1.5", "True"]), likelihood([-1.5, False]), likelihood("-1.5")
    (Likelihood(log=-1.5, is_greedy=True), Likelihood(log=-1.5, is_greedy=False), None)
    """
    if not isinstance(value, list) or len(value) != 2:
        return None
    log = _float(value[0])
    greedy = {"True": True, "False": False, True: True, False: False}
    second = value[1]
    if log is None or not isinstance(second, str | bool) or second not in greedy:
        return None
    return Likelihood(log, greedy[second])


def _float(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
