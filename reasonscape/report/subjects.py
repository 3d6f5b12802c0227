"""The part of a summary that is about one (eval, task), arranged as the page shows it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reasonscape.report.limits import limits
from reasonscape.report.vocabulary import LENSES, NO_FAILURE, NOTHING_TO_READ, reason_words

SHAPE_LENSES: Final = ("failures", "traces")
"""Lenses over all tasks and evals; they weigh in no cause."""

SUBJECTS: Final = 12
"""Sections of a page; other pairs stand in the overview only."""

Row = Mapping[str, Any]
_ORDER: Final = {"present": 0, "insufficient_evidence": 1, "absent": 2}


@dataclass(frozen=True, slots=True)
class LensCard:
    """One lens on one (eval, task)."""

    lens: str
    side: str
    question: str
    measured: bool
    reason: str
    claim: Row | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything about one (eval, task).

    Attributes
    ----------
    key
        Its id in the page, the same for the same pair.
    leading
        The hypothesis of rank 1.
    alternatives
        The others, the surest first.
    support, against
        Findings that speak for and against the leading one.
    limits
        What limits the verdict, in sentences.
    redraw
        The command that draws its pictures, where they are not drawn.
    """

    key: str
    leading: Row
    alternatives: Sequence[Row]
    cards: Sequence[LensCard]
    support: Sequence[Row]
    against: Sequence[Row]
    findings: Sequence[Row]
    limits: Sequence[str]
    redraw: str

    @property
    def pair(self) -> tuple[str, str]:
        """The eval's id and the task."""
        return self.leading["eval_id"], self.leading["base_task"]


def leading(summary: Row) -> list[Row]:
    """Hypotheses of rank 1, in the order of the summary: the most suspect first."""
    return [one for one in summary["hypotheses"] if one["rank"] == 1]


def subjects(summary: Row, drawn: Sequence[tuple[str, str]], most: int = SUBJECTS) -> list[Subject]:
    """The pairs that get a section: those with pictures, then failing ones, then the first.

    Parameters
    ----------
    summary
        The content of ``summary.json`` of a diagnosis.
    drawn
        Eval and task of each picture.
    most
        How many at most.
    """
    first = leading(summary)
    seen = set(drawn)
    order = sorted(
        first,
        key=lambda one: (
            (one["eval_id"], one["base_task"]) not in seen,
            one["cause"] in NO_FAILURE,
        ),
    )
    kept = [
        one
        for place, one in enumerate(order[:most])
        if place == 0 or _pair(one) in seen or one["cause"] not in NO_FAILURE
    ]
    wanted = {_pair(one) for one in kept}
    by_pair: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for finding in summary["findings"]:
        if _pair(finding) in wanted:
            by_pair[_pair(finding)].append(finding)
    return [
        _subject(summary, one, by_pair[_pair(one)], number) for number, one in enumerate(kept, 1)
    ]


def shape_findings(summary: Row, most: int = 8) -> list[Row]:
    """What was found of the shapes of failures: over all that was selected, then pair by pair."""
    found = [
        one
        for one in summary["findings"]
        if one["lens"] in SHAPE_LENSES and one["verdict"] == "present"
    ]
    return sorted(found, key=lambda one: bool(one["eval_id"] and one["base_task"]))[:most]


def _pair(one: Row) -> tuple[str, str]:
    return one["eval_id"], one["base_task"]


def _subject(summary: Row, first: Row, findings: Sequence[Row], number: int) -> Subject:
    others = [one for one in summary["hypotheses"] if _pair(one) == _pair(first)]
    known = {finding["id"]: finding for finding in findings}
    cards = tuple(_card(summary, name, findings) for name in LENSES)
    return Subject(
        key=f"s{number}",
        leading=first,
        alternatives=tuple(one for one in others if one["rank"] > 1),
        cards=cards,
        support=tuple(known[name] for name in first["support"] if name in known),
        against=tuple(known[name] for name in first["against"] if name in known),
        findings=tuple(findings),
        limits=tuple(limits(first, findings, [c for c in cards if not c.measured])),
        redraw=_redraw(summary, first),
    )


def _card(summary: Row, name: str, findings: Sequence[Row]) -> LensCard:
    about: Row = summary.get("lenses", {}).get(name, {})
    mine = [f for f in findings if f["lens"] == name]
    blind = [f["reason"] for f in mine if f["reason"] in NOTHING_TO_READ]
    measured = len(blind) < len(mine)
    reason = Counter(blind).most_common(1)[0][0] if blind else about.get("reason")
    return LensCard(
        lens=name,
        side=LENSES[name][0],
        question=about.get("question") or LENSES[name][1],
        measured=measured,
        reason="" if measured else reason_words(reason or "nothing to measure"),
        claim=_strongest(mine) if measured else None,
        counts=dict(Counter(f["verdict"] for f in mine if f["reason"] not in NOTHING_TO_READ)),
    )


def _strongest(findings: Sequence[Row]) -> Row | None:
    """A failure that is present, else a reassurance, else what came nearest to a failure."""

    def rank(finding: Row) -> tuple[int, int, float]:
        tested = finding["q"] is not None
        q = finding["q"] if tested else 2.0
        return _ORDER.get(finding["verdict"], 3), not tested, q

    return min(findings, key=rank, default=None)


def _redraw(summary: Row, first: Row) -> str:
    for one in summary.get("not_drawn", ()):
        if first["eval_id"] in one["run"] and one["title"] == (
            f"{first['model']} on {first['base_task']}"
        ):
            return str(one["run"])
    return ""
