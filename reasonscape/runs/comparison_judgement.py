"""From numbers to statements: correction, verdict, caveats and warnings."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from reasonscape.findings.wording import listed, percent
from reasonscape.runs.comparison_result import Comparison, Measurement
from reasonscape.runs.comparison_words import decide, signed_points, statement
from reasonscape.stats.detectable import POWER, items_to_detect, items_to_exclude
from reasonscape.stats.multiplicity import benjamini_hochberg, holm

if TYPE_CHECKING:
    from reasonscape.runs.comparison import CompareOptions, Family
    from reasonscape.runs.comparison_sides import Side

PLANNED: Final = 10
"""Tasks up to which naming them in the filters makes their tests planned ones."""

EXCLUDING: Final = 1.34
"""Items to exclude a margin over those to detect it: (1.96 + 1.28)^2 / (1.96 + 0.84)^2."""

UNPAIRED: Final = (
    "not paired: A and B answered different items here, so their difference is also that of the "
    "items"
)
NO_PROMPT: Final = "the log has no prompt for some shared ids, so they were not paired (--by-id)"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Comparisons with the numbers behind each, in the order they are shown."""

    comparisons: tuple[Comparison, ...]
    measured: tuple[Measurement, ...]
    families: Mapping[str, Family]
    warnings: tuple[str, ...]


def judged(
    measured: Sequence[Measurement],
    alone: Sequence[str],
    sides: tuple[Side, Side],
    filters: Mapping[str, Any],
    options: CompareOptions,
) -> Judgement:
    """Correct, decide and say; all tasks together come first, each a test of its own."""
    from reasonscape.runs.comparison import Family

    together = [one for one in measured if not one.subject]
    tasks = [one for one in measured if one.subject]
    planned = _planned(filters, len(tasks))
    p = [one.p for one in tasks]
    q = (holm(p) if planned else benjamini_hochberg(p)).tolist()
    order = sorted(range(len(tasks)), key=lambda i: (q[i], _p(p[i]), tasks[i].subject))
    kinds: list[Literal["task", "item"]] = ["task", "item"]
    told = [
        _comparison(one, one.p, 1, kinds[i], sides, filters, options)
        for i, one in enumerate(together)
    ]
    told += [_comparison(tasks[i], q[i], len(tasks), None, sides, filters, options) for i in order]
    family = Family("holm" if planned else "benjamini_hochberg", len(tasks))
    return Judgement(
        comparisons=tuple(told),
        measured=(*together, *(tasks[i] for i in order)),
        families={"tasks": family},
        warnings=tuple(_warnings(together or tasks, tasks, alone, sides)),
    )


def _planned(filters: Mapping[str, Any], tasks: int) -> bool:
    """Whether the user named the tasks, and few of them: then the tests were planned."""
    named = filters.get("base_task")
    listed_ones = [named] if isinstance(named, str) else named
    return isinstance(listed_ones, list) and 0 < tasks <= min(PLANNED, len(listed_ones))


def _comparison(
    one: Measurement,
    q: float,
    tests: int,
    weighting: Literal["task", "item"] | None,
    sides: tuple[Side, Side],
    filters: Mapping[str, Any],
    options: CompareOptions,
) -> Comparison:
    verdict, reason = decide(one, q, options.margin)
    scope: dict[str, Any] = {**filters, "any": [dict(side.written) for side in sides]}
    if one.subject:
        scope["base_task"] = one.subject
    return Comparison(
        id=_identity(sides, one.subject, weighting),
        scope=scope,
        base_task=one.subject or None,
        weighting=weighting,
        verdict=verdict,
        reason=reason,
        design=one.design,
        statement=_headed(one, weighting)
        + statement(one, verdict, reason, q, options.margin, tests),
        effect=one.effect,
        p=None if math.isnan(one.p) else one.p,
        q=None if math.isnan(one.p) else float(q),
        n={"pairs": one.pairs, "only_a": one.only_a, "only_b": one.only_b, **one.n},
        evidence=_evidence(one, options),
        caveats=tuple(_caveats(one)),
    )


def _headed(one: Measurement, weighting: str | None) -> str:
    names = {"task": "tasks weighted equally: ", "item": "shared items weighted equally: "}
    return names[weighting] if weighting else f"{one.label}: "


def _evidence(one: Measurement, options: CompareOptions) -> dict[str, Any]:
    found: dict[str, Any] = {
        "accuracy_a": one.accuracy_a,
        "accuracy_b": one.accuracy_b,
        "difference_if_truncated_otherwise": list(one.bounds),
        "smallest_detectable": one.smallest_detectable,
        "margin": options.margin,
    }
    if one.only_a or one.only_b or one.design != "paired":
        found["all_items"] = {"a": one.raw_a, "b": one.raw_b}
    if one.table is not None:
        found["discordance"] = asdict(one.table)
    if options.power:
        found["plan"] = _plan(one, options)
    return found


def _plan(one: Measurement, options: CompareOptions) -> dict[str, Any]:
    """Items that would settle it; over several tasks the same number from each."""
    target = options.margin if options.target is None else options.target
    if math.isnan(one.discordance):
        # Over tasks, and unpaired: what can be seen shrinks with the root of the items.
        items = one.pairs or min(one.only_a, one.only_b)
        found = 1.0 if math.isnan(one.smallest_detectable) else one.smallest_detectable
        detect = math.ceil(items * (found / target) ** 2)
        exclude = math.ceil(items * (found / options.margin) ** 2 * EXCLUDING)
    else:
        detect = items_to_detect(min(target / one.size, 1.0), one.discordance) or 0
        exclude = items_to_exclude(options.margin / one.size, one.discordance)
    return {
        "power": POWER,
        "target": target,
        "items_to_detect": detect,
        "items_to_exclude": exclude,
        "each_side": one.design == "unpaired",
    }


def _caveats(one: Measurement) -> list[str]:
    found = []
    if one.design != "paired":
        found.append(UNPAIRED)
    elif one.only_a or one.only_b:
        found.append(
            f"{one.only_a:,} items of A alone and {one.only_b:,} of B alone are in no number here"
        )
    low, high = one.bounds
    if low <= 0.0 <= high and (one.effect.low > 0.0 or one.effect.high < 0.0):
        found.append(
            "truncated answers count as wrong; as right they could turn it: the difference lies "
            f"between {signed_points(low)} and {signed_points(high)} points"
        )
    if one.other_prompts:
        found.append(f"{one.other_prompts:,} pairs by id have different prompts")
    if one.unknown_prompt:
        found.append(NO_PROMPT)
    return found


def _warnings(
    heads: Sequence[Measurement],
    tasks: Sequence[Measurement],
    alone: Sequence[str],
    sides: tuple[Side, Side],
) -> list[str]:
    found = []
    head = heads[0]
    unpaired = [one for one in tasks if one.design != "paired"]
    if unpaired:
        names = listed([one.label for one in unpaired])
        found.append(f"no shared items, so not paired, but compared with all items: {names}")
    if head.only_a or head.only_b:
        found.append(_simpson(head))
    if alone:
        found.append(f"left out, for only one side has graded samples: {listed(list(alone))}")
    if head.unknown_prompt:
        found.append(f"{head.unknown_prompt:,} items on both sides have no prompt: --by-id pairs")
    cut = head.n["truncated_a"] + head.n["truncated_b"]
    if cut:
        low, high = (signed_points(x) for x in head.bounds)
        found.append(
            f"{cut:,.0f} truncated answers count as wrong; whatever they were, A - B lies between "
            f"{low} and {high} points"
        )
    found += [
        f"{side.name} is a group, not one eval: its answers to an item are averaged"
        for side in sides
        if not side.eval_id
    ]
    return found


def _simpson(head: Measurement) -> str:
    """What raw accuracies of different items would have said."""
    raw, fair = head.raw_a - head.raw_b, head.effect.value
    said = (
        f"A and B were not asked the same items ({head.only_a:,} of A alone, {head.only_b:,} of B "
        f"alone): their raw accuracies, {percent(head.raw_a)} and {percent(head.raw_b)}, are not "
        "to be compared"
    )
    if raw * fair < 0.0:
        said += (
            f"; they would say {signed_points(raw)} points, the comparison {signed_points(fair)}"
        )
    return said


def _identity(sides: tuple[Side, Side], base_task: str, weighting: str | None) -> str:
    """Stable over runs: the same question keeps its id."""
    key = json.dumps([[s.written for s in sides], base_task, weighting], sort_keys=True)
    return "c" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _p(p: float) -> float:
    return 2.0 if math.isnan(p) else p
