"""Requests that a log answers: what was asked of which model with which settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.file_names import plain_name
from reasonscape.ingest.json_lines import json_rows
from reasonscape.ingest.keyed_rows import KeyedRows
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.openai.messages import asked
from reasonscape.ingest.rows import RowError
from reasonscape.ingest.settings import sampler_of

MOST_FILES: Final = 200
"""Files beside a log that are looked at for its requests."""

SETTINGS: Final = (
    *("temperature", "top_p", "top_k", "min_p", "presence_penalty", "frequency_penalty"),
    *("repetition_penalty", "reasoning_effort", "verbosity", "max_tokens"),
)
_CAPS: Final = ("max_completion_tokens", "max_output_tokens", "max_tokens")
_LINES: Final = (".jsonl", ".ndjson", ".json")
_ROLES: Final = re.compile(
    r"(?<![a-z])(in|out|inputs?|outputs?|requests?|reqs?|responses?|results?|completions?|errors?"
    r"|answers?|prompts?)(?![a-z])",
    re.IGNORECASE,
)


def is_request(row: Mapping[str, Any] | None) -> bool:
    """Whether a row asks for a completion and does not answer."""
    return (
        row is not None
        and "custom_id" in row
        and isinstance(row.get("body"), dict)
        and "response" not in row
    )


def settings_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a sample that a request gives: model, sampler, cap.

    The sampler is named by the temperature and its like, the effort of reasoning and the cap: the
    same questions asked with another cap are another eval.
    """
    cap = next((body[key] for key in _CAPS if body.get(key) is not None), None)
    reasoning = body.get("reasoning")
    effort = body.get("reasoning_effort")
    if effort is None and isinstance(reasoning, dict):
        effort = reasoning.get("effort")
    given = [(key, body[key]) for key in SETTINGS if key in body]
    given += [("reasoning_effort", effort), ("max_tokens", cap)]
    return {
        "model": body.get("model") or None,
        "sampler": _sampler(
            # 1, 1.0 and true are one key of a cache unless their types are part of it.
            tuple((key, type(v), v) for key, v in given if isinstance(v, str | int | float))
        ),
        "max_tokens": cap,
    }


@lru_cache(maxsize=1024)
def _sampler(given: tuple[tuple[str, type, Any], ...]) -> str:
    return sampler_of({key: value for key, _, value in given}, SETTINGS)


def request_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of a sample that a request gives, the prompt included.

    Raises
    ------
    RowError
        Its messages are none.
    """
    fields = settings_of(body)
    messages = next(
        (body[key] for key in ("messages", "input", "prompt") if body.get(key) is not None), None
    )
    if messages is not None:
        question = asked(messages, body.get("instructions"))
        fields |= {"prompt": question.prompt, "template": question.template}
    return fields


class Requests:
    """The requests of a batch by ``custom_id``; of each only what a sample holds is kept.

    The index holds at most 32 MiB in memory, the rest in a temporary file.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        self._rows = KeyedRows(str(path))
        for number, row in enumerate(_rows(path, options), 1):
            if row is None:
                continue
            try:
                if isinstance(row, RowError):
                    raise row
                self._add(number, row)
            except RowError:
                options.notices.add(f"requests in {path.name} that cannot be read")

    def _add(self, number: int, row: dict[str, Any]) -> None:
        key, body = row.get("custom_id"), row.get("body")
        if not isinstance(key, str) or not isinstance(body, dict):
            raise RowError("missing_field", "no 'custom_id' or 'body'")
        fields = {"fields": request_fields(body), "metadata": body.get("metadata")}
        earlier = self._rows.add(key, number, fields)
        if earlier is not None:
            raise UsageError(
                f"{self.path} asks {key[:60]!r} twice, in rows {earlier} and {number}",
                remedy="answers cannot be told apart then: give each request its own custom_id",
            )

    def find(self, key: object) -> tuple[dict[str, Any], Any] | None:
        """Give the fields and the metadata of a request."""
        found = self._rows.find(key) if isinstance(key, str) else None
        return None if found is None else (found["fields"], found["metadata"])


def requests_of(log: Path, options: ReadOptions) -> Requests | None:
    """Find the requests that a batch output answers, and index them.

    The file that was named; else the one beside the log whose name is alike but for words such as
    input and output; else the only file of requests beside it.

    Raises
    ------
    UsageError
        The file that was named is not there or holds no requests.
    """
    if options.requests is not None:
        if not options.requests.is_file():
            raise UsageError(
                f"there is no file of requests at {options.requests}",
                remedy="check the path after --requests",
            )
        if not _holds_requests(options.requests):
            raise UsageError(
                f"{options.requests} holds no requests with a custom_id and a body",
                remedy="name the file that was sent as the batch",
            )
        return Requests(options.requests, options)
    found = [path for path in _beside(log) if _holds_requests(path)]
    alike = [path for path in found if _stem(path) == _stem(log)]
    chosen = alike if len(alike) == 1 else found
    if len(chosen) == 1 and not alike:
        options.notices.add(f"the requests of {log.name} are those of {chosen[0].name} beside it")
    if len(chosen) == 1:
        return Requests(chosen[0], options)
    if found:
        options.notices.add(
            f"{len(found)} files of requests lie beside {log.name} and none is named like it: "
            "say which with --requests"
        )
    else:
        options.notices.add(
            f"no requests beside {log.name}: prompts and settings are unknown (--requests)"
        )
    return None


def _beside(log: Path) -> Iterator[Path]:
    try:
        names = sorted(log.parent.iterdir())
    except OSError:
        return
    lines = (path for path in names if plain_name(path.name).endswith(_LINES))
    for path in islice(lines, MOST_FILES):
        if path.is_file() and path.resolve() != log.resolve():
            yield path


def _holds_requests(path: Path) -> bool:
    try:
        first = next((row for row in _rows(path, ReadOptions()) if row is not None), None)
    except (UsageError, OSError):
        return False
    return isinstance(first, dict) and is_request(first)


def _rows(path: Path, options: ReadOptions) -> Iterator[dict[str, Any] | RowError | None]:
    # The progress of an import is that of its logs.
    quiet = ReadOptions(max_row_bytes=options.max_row_bytes, notices=Notices())
    return json_rows(path, quiet)


def _stem(path: Path) -> str:
    """The name of a log without its endings and without words that say which side it is."""
    return re.sub(r"[\W_]+", "", _ROLES.sub("", log_name(path))).casefold()


def log_name(path: Path) -> str:
    """Name a log by its file.

    Examples
    --------
    >>> log_name(Path("runs/gsm8k.jsonl.gz"))
    'gsm8k'
    """
    name = plain_name(path.name)
    for ending in _LINES:
        name = name.removesuffix(ending)
    return name or path.name
