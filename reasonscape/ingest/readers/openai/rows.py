"""Rows of OpenAI-style logs -> completions, with what row, request and metadata say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from reasonscape.ingest.json_lines import json_rows
from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.openai.bodies import completions, is_body, message_values
from reasonscape.ingest.readers.openai.messages import asked
from reasonscape.ingest.readers.openai.names import is_name, item_of, task_in
from reasonscape.ingest.readers.openai.requests import (
    Requests,
    is_request,
    log_name,
    request_fields,
    requests_of,
    settings_of,
)
from reasonscape.ingest.reasoning import THINK
from reasonscape.ingest.rows import RowError, shown

PREVAILING_ROWS: Final = 1000
"""Rows at the beginning of a log that tell which model it is of, for requests that failed."""

_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,15})?")
_SAID: Final = ("target", "correct", "score", "base_task", "task")


class OpenaiRows:
    """The rows of one log, and what is known of the log as a whole."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options
        self._name = log_name(path)
        self._requests: Requests | None = None
        self._looked = False
        self._prevailing: str | None = None

    def native(self) -> Iterator[NativeRow | RowError | None]:
        """Give the completions of each row, in the order of the log."""
        for row in json_rows(self._path, self._options):
            if row is None or isinstance(row, RowError):
                yield row
                continue
            try:
                # A row is read whole before its first sample goes out: half a row is none.
                yield from list(self.of_row(row))
            except RowError as error:
                yield error

    def of_row(self, row: dict[str, Any]) -> Iterator[NativeRow]:
        """Give the completions of one row.

        Raises
        ------
        RowError
            It holds none, or is malformed.
        """
        if is_request(row):
            raise RowError("no_response", "a request without its response")
        if isinstance(row.get("messages"), list) and not is_body(row.get("response")):
            yield self._finished(row, *_conversation(row))
            return
        request = row.get("request")
        is_bare = any(isinstance(row.get(key), list) for key in ("choices", "output"))
        body = row if is_bare else _body(row)
        if isinstance(request, dict):
            asked_for = inner(request)
            fields, metadata = request_fields(asked_for), asked_for.get("metadata")
        elif "custom_id" in row:
            fields, metadata = self._asked(row["custom_id"])
        else:
            fields, metadata = {}, None
        if not fields:
            fields = _own_settings(body)
        for values in completions(body):
            answered = body.get("model")
            if values.get("stop") == "error" and not answered:
                answered = self._model()
            model = answered if isinstance(answered, str) and answered else fields.get("model")
            yield self._finished(
                row, {**fields, **values, "model": model}, (metadata, body.get("metadata"))
            )

    def _asked(self, key: object) -> tuple[dict[str, Any], Any]:
        if not self._looked:
            self._looked = True
            self._requests = requests_of(self._path, self._options)
        if self._requests is None:
            return {}, None
        found = self._requests.find(key)
        if found is None:
            self._options.notices.add(f"no such request in {self._requests.path.name}")
            return {}, None
        return found

    def _finished(
        self, row: dict[str, Any], values: dict[str, Any], metadata: tuple[Any, ...]
    ) -> NativeRow:
        """Add what the row says beside the completion, and what names it."""
        own = None if row.get("metadata") in metadata else row.get("metadata")
        known = _merged(own, *map(_plain, metadata))
        for name in _SAID:
            value = row.get(name, known.get(name))
            if value is not None and (name not in ("base_task", "task") or is_name(value)):
                values.setdefault(name, value)
        if isinstance(choices := row.get("choices", known.get("choices")), list):
            values.setdefault("choices", choices)
        if not values.get("model"):
            values["model"] = self._unnamed_model(row, known)
        values["item_id"] = item_of(row)
        self._name_task(values)
        self._hide(values)
        return NativeRow(values, {"metadata": {k: v for k, v in known.items() if k not in _SAID}})

    def _unnamed_model(self, row: dict[str, Any], metadata: Mapping[str, Any]) -> str:
        for model in (row.get("model"), metadata.get("model")):
            if is_name(model):
                return str(model)
        self._options.notices.add(f"no model in the log: {self._name!r}, from its name")
        return self._name

    def _name_task(self, values: dict[str, Any]) -> None:
        if is_name(values.get("base_task")):
            return
        if is_name(values.get("task")):
            values["base_task"] = values["task"]
        elif self._options.base_task:
            values["base_task"] = self._options.base_task
        elif (named := task_in(values["item_id"])) is not None:
            values["base_task"], values["task"] = named
        else:
            values["base_task"] = self._name
            # The file of grades may name it still.
            if self._options.grades is None:
                self._options.notices.add(
                    f"no task in the log: {self._name!r}, from its name (--base-task)"
                )

    def _hide(self, values: dict[str, Any]) -> None:
        """Say that reasoning was counted and is not there, unless it stands in the response."""
        thought = values.get("reasoning_tokens")
        if type(thought) is not int or thought <= 0 or values.get("reasoning_kind"):
            return
        markers, text = self._options.markers or THINK, values.get("response")
        if not values.get("reasoning") and not (
            isinstance(text, str) and (markers.open in text or markers.close in text)
        ):
            values["reasoning_kind"] = "hidden"

    def _model(self) -> str | None:
        """The model that answered the first rows, if it is one."""
        if self._prevailing is None:
            quiet = ReadOptions(max_row_bytes=self._options.max_row_bytes)
            models = set[str]()
            for row in islice(json_rows(self._path, quiet), PREVAILING_ROWS):
                body = row.get("response") if isinstance(row, dict) else None
                model = inner(body).get("model") if isinstance(body, dict) else None
                if isinstance(model, str) and model:
                    models.add(model)
            self._prevailing = models.pop() if len(models) == 1 else ""
        return self._prevailing or None


def _body(row: dict[str, Any]) -> dict[str, Any]:
    """The body that answers; for a request that failed one that says so."""
    response = row.get("response")
    if response is None:
        if row.get("error") is None:
            raise RowError("missing_field", "neither a response nor an error", "response")
        return {"error": row["error"]}
    if not isinstance(response, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(response)}", "response")
    status = response.get("status_code")
    body = inner(response)
    failed = row.get("error") is not None or (type(status) is int and status >= 400)
    if failed and not isinstance(body.get("choices"), list):
        return {"error": row.get("error") or body.get("error") or status, **_model_of(body)}
    return body


def inner(value: dict[str, Any]) -> dict[str, Any]:
    """Give the body of a request or response, or itself where it has none."""
    body = value.get("body")
    return body if isinstance(body, dict) else value


def _model_of(body: dict[str, Any]) -> dict[str, Any]:
    return {"model": body["model"]} if isinstance(body.get("model"), str) else {}


def _own_settings(body: dict[str, Any]) -> dict[str, Any]:
    """Settings that a body of the responses API repeats, its instructions among them."""
    if body.get("object") != "response" and not isinstance(body.get("output"), list):
        return {}
    question = asked([], body.get("instructions"))
    return {**settings_of(body), "template": question.template}


def _conversation(row: dict[str, Any]) -> tuple[dict[str, Any], tuple[Any, ...]]:
    messages = row["messages"]
    places = [
        place
        for place, message in enumerate(messages)
        if isinstance(message, dict) and message.get("role") == "assistant"
    ]
    if not places:
        raise RowError("no_response", "no message of the assistant", "messages")
    question = asked(messages[: places[-1]])
    values = {
        **settings_of(row),
        "prompt": question.prompt,
        "template": question.template,
        **message_values(messages[places[-1]]),
        "stop": row.get("finish_reason"),
    }
    usage = row.get("usage")
    if isinstance(usage, dict):
        values |= {name: usage.get(name) for name in ("prompt_tokens", "completion_tokens")}
    return values, ()


def _plain(metadata: object) -> object:
    """Metadata of the API, which holds nothing but texts, with the numbers that they write."""
    if not isinstance(metadata, dict):
        return None
    return {
        key: float(value)
        if key not in _SAID and isinstance(value, str) and _NUMBER.fullmatch(value)
        else value
        for key, value in metadata.items()
    }


def _merged(*parts: object) -> dict[str, Any]:
    """Metadata of the row, its request and its response; the first that names a key counts."""
    known: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, dict):
            known = {**part, **known}
    return known
