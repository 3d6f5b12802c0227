"""What the user should know about caps, counts and cut-offs of one base task."""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.findings.wording import percent
from reasonscape.lenses.hazard.options import HazardOptions
from reasonscape.lenses.hazard.result import Caps, Comparison, EvalHazard

LABELS = 4

IN_BYTES = (
    "in bytes there is no cap, as cut-offs fall where their tokens ran out; curves go to the "
    "longest trace"
)
UNSURE = (
    "the log does not say of every trace whether it was cut off, so that wrong ends may be cut-offs"
)

LOST = {
    "no_time": "have no count of their length",
    "ungraded": "ungraded",
    "failed": "failed in the harness",
}


def notes_of(
    base_task: str,
    evals: Sequence[EvalHazard],
    options: HazardOptions,
    comparisons: Sequence[Comparison] = (),
) -> list[str]:
    """One sentence for each peculiarity, with the evals that have it."""
    timed = [one for one in evals if one.caps is not None]
    in_tokens = [(one, one.caps) for one in timed if one.caps is not None and one.unit == "tokens"]
    notes = [*_about_evals(evals), *_about_caps(in_tokens), *_about_counts(evals)]
    if options.truncation == "event" and timed:
        notes.append(
            "the cut-off is an end of its own (--truncation event); ends in the last percent of "
            "the cap are left out of the relative hazard"
        )
    notes += _about_comparisons(evals, comparisons)
    return [f"{base_task}: {note}" for note in notes]


def _about_evals(evals: Sequence[EvalHazard]) -> list[str]:
    """What is true of some of the evals, each said with their names unless it is true of all."""
    timed = [one for one in evals if one.caps is not None]
    said: list[tuple[str, list[EvalHazard]]] = [
        (
            "no token counts and no traces, so no time",
            [one for one in evals if one.caps is None and one.dropped.get("no_time")],
        ),
        (
            IN_BYTES,
            [one for one in timed if one.unit == "trace_bytes"],
        ),
        (
            "there is no reasoning, so time is the length of the visible answer",
            [one for one in timed if one.only_answers],
        ),
        (
            "no trace was cut off, so every end is seen",
            [one for one in timed if one.counts["truncated"] == 0],
        ),
        (
            UNSURE,
            [one for one in timed if one.stop_known < 1.0],
        ),
    ]
    said += [
        (
            f"token counts are not the server's own, but {name}",
            [one for one in timed if one.recounted == name],
        )
        for name in sorted({one.recounted for one in timed if one.recounted})
    ]
    return [
        note if len(about) == len(evals) else f"{note} ({_some([one.label for one in about])})"
        for note, about in said
        if about
    ]


def _about_counts(evals: Sequence[EvalHazard]) -> list[str]:
    notes = []
    native = [one for one in evals if one.unit == "tokens" and not one.recounted and one.caps]
    if len({one.subject.model for one in native}) > 1:
        notes.append("tokens are each model's own: a token of one is not a token of another")
    for reason, words in LOST.items():
        lost = sum(one.dropped.get(reason, 0) for one in evals)
        if lost:
            notes.append(f"{lost:,} samples are left out: {words}")
    return notes


def _about_comparisons(evals: Sequence[EvalHazard], comparisons: Sequence[Comparison]) -> list[str]:
    names = {one.subject.eval_id: one.label for one in evals}
    return [
        f"{percent(pair.left_out)} of the items lie where {names[pair.a]} and {names[pair.b]} "
        "have no sample of both, and are left out of their comparison"
        + ("; that is too much to compare them" if pair.undecided else "")
        for pair in comparisons
        if pair.left_out > 0.0
    ]


def _about_caps(evals: Sequence[tuple[EvalHazard, Caps]]) -> list[str]:
    notes = []
    unknown = [one.label for one, caps in evals if caps.unknown]
    if unknown:
        notes.append(
            "max_tokens is not recorded, so curves go to the longest trace that was seen, and "
            f"where others were cut off is taken from their own length ({_some(unknown)})"
        )
    for one, caps in evals:
        if len(caps.known) < 2:
            continue
        every = ", ".join(f"{cap:,.0f}" for cap in caps.known[:5])
        beyond = (
            "caps go with difficulty, so nothing is said beyond the smallest one"
            if caps.by_difficulty
            else f"the budget curve goes on to {caps.largest:,.0f}, from the traces that may"
        )
        notes.append(
            f"{one.label} has several caps ({every}{' …' if len(caps.known) > 5 else ''}); caps "
            f"are strata, curves go to {caps.until:,.0f}; {beyond}"
        )
    return notes


def _some(labels: Sequence[str]) -> str:
    return ", ".join(labels[:LABELS]) + (" …" if len(labels) > LABELS else "")
