"""Where lighteval puts details and results, and what their places say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

DETAILS, RESULTS = "details", "results"
_FILE: Final = re.compile(r"details_(?P<task>.+?)_(?P<time>\d+-\d+-\d+T.*)\.parquet")
_HUB: Final = "details_"


def task_and_time(path: Path) -> tuple[str, str | None]:
    """Read the name of a details file.

    Examples
    --------
    >>> task_and_time(Path("details_gsm8k|5_2026-01-02T03-04-05.6.parquet"))
    ('gsm8k|5', '2026-01-02T03-04-05.6')
    """
    named = _FILE.fullmatch(path.name)
    return (named["task"], named["time"]) if named else (path.stem, None)


def results_places(path: Path, time: str) -> Iterator[Path]:
    """Give the places where results may lie: in lighteval's own tree, else beside or above."""
    name = f"{RESULTS}_{time}.json"
    place = _details_place(path)
    if place is not None:
        parts = path.parts
        yield Path(*parts[:place], RESULTS, *parts[place + 1 : -2], name)
    yield path.with_name(name)
    yield path.parent.parent / name


def _details_place(path: Path) -> int | None:
    places = [place for place, part in enumerate(path.parts[:-2]) if part == DETAILS]
    return places[-1] if places else None


def model_of(path: Path) -> str | None:
    """Give the model in ``details/{model}/{time}/`` or in ``details_{org}__{model}``."""
    place = _details_place(path)
    if place is not None:
        return "/".join(path.parts[place + 1 : -2]) or None
    for part in reversed(path.parts[:-1]):
        if part.startswith(_HUB):
            return part.removeprefix(_HUB).removesuffix("_private").replace("__", "/") or None
    return None


def split_task(name: str) -> tuple[str, str, int | None]:
    """Split the name of a task into task, family and number of examples in the prompt.

    It is ``name|n`` or, in older versions, ``suite|name|n``, where a subset follows a colon.

    Examples
    --------
    >>> split_task("mmlu:philosophy|5"), split_task("leaderboard|gsm8k|0")
    (('mmlu:philosophy', 'mmlu', 5), ('leaderboard|gsm8k', 'gsm8k', 0))
    """
    parts = name.split("|")
    shots = None
    if len(parts) > 1 and re.fullmatch(r"\d{1,4}", parts[-1]):
        shots = int(parts.pop())
    return "|".join(parts), parts[-1].partition(":")[0], shots
