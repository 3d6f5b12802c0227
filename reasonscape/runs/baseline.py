"""Diagnosis against a working model: what got worse, and which patterns are new."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from reasonscape.diagnosis.regression import below
from reasonscape.errors import UsageError
from reasonscape.findings.finding import Effect, Finding
from reasonscape.findings.verdict import Subject
from reasonscape.runs.command_lines import command_line

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.selection import Selected

NAMED: Final = 5
"""(eval, task) pairs that one note names."""

IDENTITY: Final = ("eval_id", "model", "model_name", "template", "sampler", "groups")
"""Filter keys that say whose rows are wanted, not which questions."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One pattern of one (eval, task) beside the baseline's.

    ``apart`` says that the two intervals share no value, or that one is present and the other
    absent.
    """

    eval_id: str
    model: str
    base_task: str
    lens: str
    pattern: str
    verdict: str
    baseline_verdict: str
    effect: float
    baseline_effect: float
    apart: bool


def resolved_baseline(dataset: Dataset, named: str) -> str:
    """Find the eval that was named, by id, unique beginning of an id, or model.

    Raises
    ------
    UsageError
        If there is none, or several.
    """
    from reasonscape.store.filters.eval_ids import SHORTEST
    from reasonscape.store.selection.names import eval_names

    names = eval_names(dataset.store())
    if named in names:
        return named
    found = [one for one, (model, _, _) in names.items() if model == named]
    if not found and len(named) >= SHORTEST:
        found = [one for one in names if one.startswith(named)]
    if len(found) == 1:
        return found[0]
    models = sorted({model for model, _, _ in names.values()})
    if found:
        raise UsageError(
            f"{len(found)} evals are {named!r}",
            remedy=f"name one by its id: {', '.join(sorted(found)[:5])}",
        )
    raise UsageError(
        f"no eval is {named!r}",
        remedy="name the baseline by its id or its model; evals are listed by: "
        + command_line("evals", dataset.path),
        did_you_mean=get_close_matches(named, models, 2),
    )


def beside(written: Mapping[str, Any], baseline: str) -> dict[str, Any]:
    """The filter that also selects the baseline's answers to the same questions."""
    if not any(key in written for key in IDENTITY):
        return dict(written)
    shared = {key: value for key, value in written.items() if key not in IDENTITY}
    return {"any": [dict(written), {**shared, "eval_id": [baseline]}]}


def contrasts(findings: Sequence[Finding], baseline: str) -> tuple[Contrast, ...]:
    """Every pattern of every other eval beside the baseline's on the same task."""
    theirs = {(f.base_task, f.pattern): f for f in findings if f.eval_id == baseline}
    return tuple(
        _contrast(finding, theirs[finding.base_task, finding.pattern])
        for finding in findings
        if finding.eval_id != baseline and (finding.base_task, finding.pattern) in theirs
    )


def _contrast(here: Finding, there: Finding) -> Contrast:
    mine, other = here.effect, there.effect
    apart = {here.verdict, there.verdict} == {"present", "absent"}
    if mine is not None and other is not None and mine.name == other.name:
        apart = apart or mine.low > other.high or mine.high < other.low
    return Contrast(
        eval_id=here.eval_id,
        model=here.model,
        base_task=here.base_task,
        lens=here.lens,
        pattern=here.pattern,
        verdict=here.verdict,
        baseline_verdict=there.verdict,
        effect=math.nan if mine is None else mine.value,
        baseline_effect=math.nan if other is None else other.value,
        apart=apart,
    )


def below_baseline(
    dataset: Dataset, selected: Selected, findings: Sequence[Finding], baseline: str
) -> list[Finding]:
    """For every other eval: how many fewer of the same items it solves than the baseline.

    Accuracy is compared item by item where hashes agree; q is over all (eval, task) of the run.
    """
    from reasonscape.stats.multiplicity import benjamini_hochberg
    from reasonscape.stats.paired import paired_difference
    from reasonscape.store.selection.paired_items import paired_items

    who = {(f.eval_id, f.base_task): f.model for f in findings if f.eval_id != baseline}
    store, where = dataset.store(), selected.where
    made = []
    for (eval_id, base_task), model in who.items():
        sums = paired_items(store, where, base_task, (), (baseline, eval_id))
        totals = [float(each.sum()) for each in (sums.pairs, sums.sum_d, sums.sum_d2)]
        found = paired_difference(totals[0], totals[1], totals[2])
        effect = Effect(
            "baseline_minus_eval",
            float(found.difference[0]),
            "accuracy",
            float(found.low[0]),
            float(found.high[0]),
            found.level,
        )
        made.append((Subject(eval_id, model, base_task), effect, float(found.p[0]), int(totals[0])))
    p_values = [1.0 if math.isnan(p) else p for _, _, p, _ in made]
    q_values = benjamini_hochberg(p_values)
    return [
        below(subject, effect, p=p, q=float(q), items=items)
        for (subject, effect, _, items), p, q in zip(made, p_values, q_values, strict=True)
    ]


def without_contrast(lost: Sequence[Finding]) -> list[str]:
    """What a reader must know who asked for a baseline and got no comparison with it."""
    if not lost:
        return ["the filters select no eval but the baseline, so there is nothing to contrast"]
    apart = [one for one in lost if one.reason == "no_shared_items"]
    if not apart:
        return []
    who = ", ".join(f"{one.model} on {one.base_task}" for one in apart[:NAMED])
    more = f" and {len(apart) - NAMED} more" if len(apart) > NAMED else ""
    return [
        f"no regression can be seen, for the baseline answered none of the items of {who}{more}"
    ]
