"""What stands around the panels of every figure of traces and time: heads, legends and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from reasonscape.figures.panels import Panels
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    FONT_SIZE,
    HEAD,
    TITLE_SIZE,
    head,
    legend,
    white_layout,
)
from reasonscape.figures.wording import plain_text

#: Pixels above the panels of a figure without a legend.
BARE_HEAD = HEAD - 34


#: Mean width of a character of a whole line, which holds wide and narrow ones.
_MEAN_WIDTH = 0.5


class Content(Protocol):
    """What every content of a panel has."""

    @property
    def title(self) -> str:
        """Title of the figure."""

    @property
    def eval_label(self) -> str:
        """Name of the eval."""

    @property
    def panel(self) -> str:
        """Name of the panel where it is not the eval's."""


def panel_titles(contents: Sequence[Content]) -> list[str]:
    """Name of each panel: eval, level and title, each where it tells panels apart."""
    several_evals = len({each.eval_label for each in contents}) > 1
    several_titles = len({each.title for each in contents}) > 1
    names = []
    for each in contents:
        parts = [each.eval_label] if several_evals or not each.panel else []
        parts += [each.panel] if each.panel else []
        parts += [each.title] if several_titles else []
        names.append(" · ".join(parts))
    return names


def frame(
    contents: Sequence[Content], panels: Panels, words: str, *, otherwise: str
) -> dict[str, Any]:
    """Layout of head, legend and panel names, cut to the figure's width.

    Parameters
    ----------
    contents
        One for each panel.
    panels
        Where the panels stand.
    words
        What the figure shows, for the line under the title.
    otherwise
        Title where the contents' titles differ.
    """
    layout = white_layout(panels.width, panels.height)
    titles = list(dict.fromkeys(each.title for each in contents))
    evals = list(dict.fromkeys(each.eval_label for each in contents))
    title = titles[0] if len(titles) == 1 else otherwise
    room = panels.width - 40
    if len(evals) == 1 and evals[0]:
        left = int(room / (FONT_SIZE * _MEAN_WIDTH)) - len(words) - 3
        if len(contents) == 1 and contents[0].panel:
            half = max(left // 2, 8)
            named = f"{plain_text(evals[0], half)} · {plain_text(contents[0].panel, half)}"
        else:
            named = plain_text(evals[0], max(left, 12))
        words = f"{named} · {words}"
    layout["title"] = head(
        plain_text(title, max(int(room / (TITLE_SIZE * CHARACTER_WIDTH)), 20)), words
    )
    layout["legend"] = legend(panels.height) | {
        "x": panels.boxes[0].x[0], "traceorder": "normal", "itemsizing": "trace", "itemwidth": 44,
    }  # fmt: skip
    names = panel_titles(contents)
    layout["annotations"] = (
        [panels.title(index, name) for index, name in enumerate(names)] if panels.titled else []
    )
    layout["shapes"] = []
    return layout
