"""Runs chat templates where they can do no harm: in a process with limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.errors import UsageError
from reasonscape.text.buffers import Texts, flat_texts

if TYPE_CHECKING:
    import pyarrow as pa

_WORKER: Final = Path(__file__).with_name("template_worker.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a template may take.

    Windows limits neither a process's time nor its memory this way, and macOS not the memory: there
    only ``wall``, ``size`` and ``output`` hold, and memory is bounded against repetition alone.

    Attributes
    ----------
    seconds
        Processor time of one prompt.
    memory
        Bytes of the whole process.
    size
        Bytes that one rendering may have beyond its prompt; also the longest repetition.
    output
        Bytes of all renderings of a batch.
    wall
        Seconds of a batch, and where the system has no processor time, the only limit of time.
    """

    seconds: float = 2.0
    memory: int = 1 << 30
    size: int = 1 << 20
    output: int = 1 << 27
    wall: float = 120.0


LIMITS: Final = Limits()
_ROWS: Final = 8192
_BYTES: Final = 1 << 24


def rendered(
    source: str, tokens: Mapping[str, str], prompts: pa.Array, name: str, limits: Limits = LIMITS
) -> pa.Array:
    """Render a template once for each prompt, as the only message of a user.

    Parameters
    ----------
    source
        The template.
    tokens
        Special tokens by their names in templates, as ``bos_token``.
    prompts
        Strings, NULL for none.
    name
        What errors call the template.
    limits
        What it may take.

    Returns
    -------
    pyarrow.Array
        ``large_string``; NULL where the prompt is NULL.

    Raises
    ------
    UsageError
        The template is no template, refuses a prompt, or goes beyond a limit; or Jinja is not
        installed.
    """
    import pyarrow as pa

    if find_spec("jinja2") is None:
        raise UsageError(
            f"the chat template {name} needs the Python package jinja2, which is not installed",
            remedy="pip install 'reasonscape[tokenizers]'",
        )
    parts = [_part(source, tokens, part, name, limits) for part in _batches(flat_texts(prompts))]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.large_string())


def _batches(texts: Texts) -> Iterator[Texts]:
    ends = np.cumsum(texts.sizes)
    first = 0
    while first < len(texts):
        taken = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, taken + _BYTES, side="right"))
        last = min(max(last, first + 1), first + _ROWS)
        yield texts.part(first, last)
        first = last


def _part(
    source: str, tokens: Mapping[str, str], texts: Texts, name: str, limits: Limits
) -> pa.Array:
    import pyarrow as pa

    there = np.flatnonzero(texts.valid)
    spans = zip(texts.start[there].tolist(), texts.end[there].tolist(), strict=True)
    job = {
        "source": source,
        "tokens": dict(tokens),
        "limits": asdict(limits),
        "prompts": len(there),
        "path": [entry for entry in sys.path if entry],
    }
    sizes = texts.sizes[there].astype("=i8").tobytes()
    said = [json.dumps(job).encode(), b"\n", sizes, *(texts.data[a:b].tobytes() for a, b in spans)]
    answer = _answer(b"".join(said), name, limits)
    lengths = np.zeros(len(texts), dtype=np.int64)
    lengths[there] = np.frombuffer(answer, dtype="=i8", offset=1, count=len(there))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    content = pa.py_buffer(answer).slice(1 + 8 * len(there))
    valid = pa.array(texts.valid).buffers()[1]
    found = pa.Array.from_buffers(
        pa.large_string(), len(texts), [valid, pa.py_buffer(offsets), content]
    )
    # Its maker ran a stranger's program.
    found.validate(full=True)
    return found


def _answer(said: bytes, name: str, limits: Limits) -> bytes:
    """What the worker writes for one batch.

    A fresh process each time: `-I` keeps the folder and the environment of the user out of it.
    """
    command = [sys.executable, "-I", "-B", str(_WORKER)]
    kept = {key: os.environ[key] for key in ("SYSTEMROOT", "TEMP") if key in os.environ}
    try:
        done = subprocess.run(
            command, input=said, capture_output=True, timeout=limits.wall, check=False, env=kept
        )
    except subprocess.TimeoutExpired:
        raise _refusal(name, f"it takes more than {limits.wall:g} s for a batch") from None
    if done.returncode == 0 and done.stdout[:1] == b"+":
        return done.stdout
    if done.stdout[:1] == b"-":
        raise _refusal(name, done.stdout[1:].decode("utf-8", "replace"))
    if hasattr(signal, "SIGPROF") and done.returncode == -signal.SIGPROF:
        raise _refusal(name, f"it takes more than {limits.seconds:g} s for a prompt")
    raise _refusal(name, f"its process ended with {done.returncode}")


def _refusal(name: str, why: str) -> UsageError:
    return UsageError(
        f"the chat template {name} cannot be rendered: {why}",
        remedy="correct the template, or leave it out",
    )
