"""One try of a reader on a damaged log, judged: what it may do, and what is a finding."""

from __future__ import annotations

import faulthandler
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

from reasonscape.errors import ReasonScapeError, UsageError
from reasonscape.ingest.format import Format
from reasonscape.ingest.formats import sniff
from reasonscape.ingest.options import ReadOptions
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

MAX_CPU_SECONDS: Final = 20.0
MAX_WALL_SECONDS: Final = 120.0
MAX_EXTRA_MIB: Final = 300
MAX_MESSAGE: Final = 600
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,40}")
_TEXT: Final = (str,)
_MAY_LACK: Final = (type(None),)
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    **dict.fromkeys(("model", "base_task", "template", "sampler", "task"), _TEXT),
    **dict.fromkeys(("chance_source", "stop", "stop_source", "source", "reasoning_kind"), _TEXT),
    **dict.fromkeys(("item_id", "prompt", "reasoning", "response"), (*_TEXT, *_MAY_LACK)),
    **dict.fromkeys(("answer", "target", "tokens_source"), (*_TEXT, *_MAY_LACK)),
    **dict.fromkeys(("repeat", "max_tokens", "prompt_tokens"), (int, *_MAY_LACK)),
    **dict.fromkeys(("completion_tokens", "reasoning_tokens"), (int, *_MAY_LACK)),
    **dict.fromkeys(("correct", "answered"), (bool, *_MAY_LACK)),
    **dict.fromkeys(("score", "chance"), (float, *_MAY_LACK)),
    "source_row": (int,),
    "params": (dict,),
    "labels": (dict,),
}


class HangError(BaseException):
    """A reader took longer than it may; no reader catches this."""


@dataclass
class Outcome:
    """What a reader did.

    Attributes
    ----------
    error
        Class of the error that refused the whole log, empty if it was read.
    finding
        What it must not do, empty if it did nothing of that.
    """

    samples: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    error: str = ""
    finding: str = ""
    seconds: float = 0.0
    extra_mib: int = 0


@contextmanager
def guard() -> Iterator[None]:
    """End what hangs: by the time it computes, so that a busy machine ends nothing else."""

    def end(number: int, frame: FrameType | None) -> None:
        raise HangError

    old = [(kind, signal.signal(kind, end)) for kind in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, MAX_CPU_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, MAX_WALL_SECONDS)
    # Code outside of Python is not interrupted by a signal: it is ended, with a trace.
    faulthandler.dump_traceback_later(2 * MAX_WALL_SECONDS, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for kind, handler in old:
            signal.signal(kind, handler)


def judged(action: Callable[[Outcome], None]) -> Outcome:
    """Do something to a log and judge how it ended."""
    outcome = Outcome()
    before, start = reset_peak(), time.process_time()
    try:
        with guard():
            action(outcome)
    except UsageError as error:
        outcome.error = type(error).__name__
        outcome.finding = outcome.finding or message_fault(error)
    except HangError:
        outcome.finding = f"took more than {MAX_CPU_SECONDS:g} s"
    except Exception as error:
        outcome.finding = f"{type(error).__name__}: {str(error)[:200]!r} at {_where(error)}"
    outcome.seconds = time.process_time() - start
    outcome.extra_mib = peak() - before
    if not outcome.finding and outcome.extra_mib > MAX_EXTRA_MIB:
        outcome.finding = f"took {outcome.extra_mib} MiB of memory"
    return outcome


def read(format: Format, path: Path, make_options: Callable[[], ReadOptions]) -> Outcome:
    """Recognise a log, then read it with a format whatever it was recognised as."""

    def action(outcome: Outcome) -> None:
        try:
            sniff(path)
        except UsageError as error:
            outcome.finding = message_fault(error)
        row, options = 0, make_options()
        for record in format.read(path, options):
            if isinstance(record, Refusal):
                outcome.refused[record.reason] += 1
                fault, number = refusal_fault(record), record.row
            else:
                outcome.samples += 1
                fault, number = sample_fault(record), record.source_row
            if number < row:
                fault = f"row {number} after row {row}"
            row = number
            outcome.finding = outcome.finding or fault
        for line in options.notices.lines():
            if _CONTROL.search(line) or len(line) > MAX_MESSAGE:
                outcome.finding = outcome.finding or f"the notice {line[:200]!r}"

    return judged(action)


def message_fault(error: ReasonScapeError) -> str:
    """Say what is wrong with the words of an error, nothing if they are as they must be."""
    if not error.remedy:
        return f"an error without a remedy: {error.message[:200]!r}"
    if _CONTROL.search(str(error)):
        return f"an error with control characters: {str(error)[:300]!r}"
    if len(str(error)) > MAX_MESSAGE:
        return f"an error of {len(str(error))} characters: {str(error)[:200]!r}"
    return ""


def refusal_fault(refusal: Refusal) -> str:
    """Say what is wrong with a refusal."""
    if not _CODE.fullmatch(refusal.reason):
        return f"the reason {refusal.reason!r}"
    if not refusal.detail or len(refusal.detail) > MAX_MESSAGE:
        return f"a detail of {len(refusal.detail)} characters for {refusal.reason}"
    if _CONTROL.search(refusal.detail) or len(refusal.field) > MAX_MESSAGE:
        return f"the detail {refusal.detail[:200]!r} of {refusal.field[:100]!r}"
    return ""


def sample_fault(sample: Any) -> str:
    """Say which field of a sample is none that the store takes."""
    if type(sample) is not Sample:
        return f"gave a {type(sample).__name__}"
    for name, kinds in _TYPES.items():
        if type(getattr(sample, name)) not in kinds:
            return f"{name} is a {type(getattr(sample, name)).__name__}"
    if not sample.model or not sample.base_task:
        return "a sample without model or base_task"
    if any(type(key) is not str for part in (sample.params, sample.labels) for key in part):
        return "the name of a coordinate is no text"
    if any(type(value) is not float for value in sample.params.values()):
        return "a param is no float"
    if any(type(value) is not str for value in sample.labels.values()):
        return "a label is no text"
    return ""


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def reset_peak() -> int:
    """Forget the peak of the memory so far; the memory in use now, MiB (0 where unknown)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return peak()


def peak() -> int:
    """Most memory in use since the last reset, MiB; 0 where the system does not say it."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) >> 10 if found else 0
