"""What the user should know about caps, counts and cut-offs of one base task."""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.findings.wording import percent
from reasonscape.lenses.hazard.options import HazardOptions
from reasonscape.lenses.hazard.result import Caps, Comparison, EvalHazard

LABELS = 4


def notes_of(
    base_task: str,
    evals: Sequence[EvalHazard],
    options: HazardOptions,
    comparisons: Sequence[Comparison] = (),
) -> list[str]:
    """One sentence for each peculiarity, with the evals that have it."""
    found = [(one, one.caps) for one in evals if one.caps is not None]
    notes = []

    def some(labels: Sequence[str]) -> str:
        """The evals that a note is about, unless it is about all of them."""
        return "" if len(labels) == len(evals) else f" ({_some(labels)})"

    without = [one.label for one in evals if one.caps is None]
    if without:
        notes.append(f"no token counts and no traces, so no time{some(without)}")
    notes += _about_caps([(one, caps) for one, caps in found if one.unit == "tokens"])
    in_bytes = [one.label for one, _ in found if one.unit == "trace_bytes"]
    if in_bytes:
        notes.append(
            "in bytes there is no cap, as cut-offs fall where their tokens ran out; curves go to "
            f"the longest trace{some(in_bytes)}"
        )
    answers = [one.label for one, _ in found if one.only_answers]
    if answers:
        notes.append(
            f"there is no reasoning, so time is the length of the visible answer{some(answers)}"
        )
    models = {one.subject.model for one, _ in found if one.unit == "tokens" and not one.recounted}
    if len(models) > 1:
        notes.append("tokens are each model's own: a token of one is not a token of another")
    uncut = [one.label for one, _ in found if one.counts["truncated"] == 0]
    if uncut:
        notes.append(f"no trace was cut off, so every end is seen{some(uncut)}")
    for name in sorted({one.recounted for one, _ in found if one.recounted}):
        labels = [one.label for one, _ in found if one.recounted == name]
        notes.append(f"token counts are not the server's own, but {name}{some(labels)}")
    unsure = [one.label for one, _ in found if one.stop_known < 1.0]
    if unsure:
        notes.append(
            "the log does not say of every trace whether it was cut off, so that wrong ends may be "
            f"cut-offs{some(unsure)}"
        )
    for reason, words in (("no_time", "have no count of their length"), ("ungraded", "ungraded"),
                          ("failed", "failed in the harness")):  # fmt: skip
        lost = sum(one.dropped.get(reason, 0) for one in evals)
        if lost:
            notes.append(f"{lost:,} samples are left out: {words}")
    if options.truncation == "event" and found:
        notes.append(
            "the cut-off is an end of its own (--truncation event); ends in the last percent of "
            "the cap are left out of the relative hazard"
        )
    names = {one.subject.eval_id: one.label for one in evals}
    notes += [
        f"{percent(pair.left_out)} of the items lie where {names[pair.a]} and {names[pair.b]} "
        "have no sample of both, and are left out of their comparison"
        + ("; that is too much to compare them" if pair.undecided else "")
        for pair in comparisons
        if pair.left_out > 0.0
    ]
    return [f"{base_task}: {note}" for note in notes]


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
