"""One execution of a fuzz target, judged, and the tally of many."""

from __future__ import annotations

import contextlib
import hashlib
import re
import signal
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, Protocol

from reasonscape.errors import ReasonScapeError

MAX_CPU_SECONDS: Final = 5.0
MAX_MESSAGE: Final = 6000
"""Characters of an error: a list of names is in some, a whole input in none."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_OWN: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\d+|\{.*|\[.*|valid keys:.*|names? .*|:.*")


class Target(Protocol):
    """Something that reads an input."""

    def run(self, data: bytes) -> str:
        """Read to the end; the text of the refusal, empty where it was read."""
        ...


class HangError(BaseException):
    """An execution took longer than it may; no reader catches this."""


@dataclass
class Tally:
    """What became of the executions of one target by one engine."""

    target: str
    engine: str
    executions: int = 0
    read: int = 0
    refused: int = 0
    seconds: float = 0.0
    refusals: dict[str, int] = field(default_factory=dict)
    crashes: dict[str, int] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """The tally as JSON has it."""
        return asdict(self)

    def run(self, target: Target, data: bytes, keep: Path) -> None:
        """Execute once and count how it ended."""
        self.executions += 1
        signal.setitimer(signal.ITIMER_PROF, MAX_CPU_SECONDS)
        try:
            refusal = target.run(data)
        except HangError:
            self.crash(f"more than {MAX_CPU_SECONDS:g} s", data, keep)
        except ReasonScapeError as error:
            refusal = str(error)
            if fault := message_fault(error):
                self.crash(fault, data, keep)
            self.refuse(refusal)
        except Exception as error:
            self.crash(f"{type(error).__name__} at {_where(error)}", data, keep)
        else:
            if refusal:
                self.refuse(refusal)
            else:
                self.read += 1
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def refuse(self, text: str) -> None:
        """Count a refusal by its words, without what is the input's own."""
        self.refused += 1
        kind = _OWN.sub("", text)[:80]
        self.refusals[kind] = self.refusals.get(kind, 0) + 1

    def crash(self, kind: str, data: bytes, keep: Path) -> None:
        """Count a crash; the first of its kind is kept as a file."""
        self.crashes[kind] = self.crashes.get(kind, 0) + 1
        name = f"{self.target}-{hashlib.sha256(kind.encode()).hexdigest()[:10]}"
        with contextlib.suppress(FileExistsError), (keep / name).open("xb") as file:
            file.write(data)
            print(f"crash of {self.target}: {kind}\n  input {data[:300]!r}\n  kept in {name}")
            traceback.print_exc()


def message_fault(error: ReasonScapeError) -> str:
    """Say what is wrong with the words of an error; nothing where nothing is."""
    text = str(error)
    if _CONTROL.search(text):
        return f"an error of several lines or with control characters at {_where(error)}"
    if len(text) > MAX_MESSAGE:
        return f"an error of more than {MAX_MESSAGE} characters at {_where(error)}"
    return ""


def text_of(data: bytes) -> str:
    """Bytes as text, halves of characters kept where the rest is sound."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def guard() -> None:
    """From now on an execution that computes for too long is ended."""

    def end(number: int, frame: FrameType | None) -> None:
        raise HangError

    signal.signal(signal.SIGPROF, end)


def _where(error: BaseException) -> str:
    """The innermost line of the package or of a target."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if "reasonscape" in one.filename or "fuzz_" in one.filename]
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "?"
