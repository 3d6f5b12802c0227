"""Verdicts and sentences of a comparison, made from its numbers."""

from __future__ import annotations

import math

from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED, Q_PRESENT
from reasonscape.findings.wording import percent
from reasonscape.runs.comparison_result import Measurement, Verdict

FEWEST_DISCORDANT = 6
"""Discordant items below which the exact test cannot reach p = 0.05."""


def decide(one: Measurement, q: float, margin: float) -> tuple[Verdict, str | None]:
    """The verdict, and why there is none where there is none.

    Better: q < 0.05 and the interval on one side of zero. No difference: the interval inside the
    margin. A difference that is both is better, by less than the margin.
    """
    if _compared(one) < MIN_ITEMS_CLAIMED:
        return "not_decided", "few_items"
    effect = one.effect
    if q < Q_PRESENT and (effect.low > 0.0 or effect.high < 0.0):
        return ("a_better" if effect.value > 0.0 else "b_better"), None
    if -margin < effect.low and effect.high < margin:
        return "no_difference", None
    if one.p < Q_PRESENT <= q:
        return "not_decided", "not_after_correction"
    table = one.table if one.design == "paired" else None
    if table is not None and table.a_more + table.b_more < FEWEST_DISCORDANT:
        return "not_decided", "few_discordant"
    return "not_decided", "wide_interval"


def statement(
    one: Measurement, verdict: Verdict, reason: str | None, q: float, margin: float, tests: int
) -> str:
    """One sentence: verdict, effect, interval, n, p and q."""
    return f"{_verdict(one, verdict, reason, margin)}: {_numbers(one)} ({_chances(one, q, tests)})"


def signed_points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign and one decimal.

    Examples
    --------
    >>> signed_points(0.0312), signed_points(-0.25), signed_points(0.0)
    ('+3.1', '-25.0', '0.0')
    """
    shown = f"{100 * difference:+.1f}"
    return "0.0" if shown in ("+0.0", "-0.0") else shown


def margin_words(margin: float) -> str:
    """A margin in points.

    Examples
    --------
    >>> margin_words(0.02), margin_words(0.01), margin_words(0.005)
    ('2 points', '1 point', '0.5 points')
    """
    shown = f"{100 * margin:g}"
    return f"{shown} point" if shown == "1" else f"{shown} points"


def p_words(p: float) -> str:
    """A p-value in as many digits as it is worth.

    Examples
    --------
    >>> p_words(0.0312), p_words(0.5), p_words(1e-7), p_words(1e-99)
    ('0.031', '0.5', '1e-07', '< 1e-12')
    """
    return "< 1e-12" if p < 1e-12 else f"{p:.2g}"


def _verdict(one: Measurement, verdict: Verdict, reason: str | None, margin: float) -> str:
    if verdict == "no_difference":
        return f"no difference larger than {margin_words(margin)}"
    if verdict == "not_decided":
        found = one.smallest_detectable
        small = "" if math.isnan(found) else f", {100 * found:.1f} points would mostly be found"
        why = {
            "few_items": "too few items",
            "few_discordant": "too few items differ",
            "not_after_correction": "not after correction",
        }
        return f"not decided ({why.get(reason or '', 'the interval is wide')}{small})"
    better = "A is better" if verdict == "a_better" else "B is better"
    inside = -margin < one.effect.low and one.effect.high < margin
    return f"{better}, by less than {margin_words(margin)}" if inside else better


def _numbers(one: Measurement) -> str:
    effect = one.effect
    low, high = signed_points(effect.low), signed_points(effect.high)
    if one.design == "unpaired":
        where = f"{one.pairs + one.only_a:,} items of A and {one.pairs + one.only_b:,} of B"
    elif one.design == "mixed":
        where = f"{one.pairs:,} shared items and others"
    else:
        where = f"{one.pairs:,} shared items" if one.pairs != 1 else "1 shared item"
    return (
        f"A {percent(one.accuracy_a)}, B {percent(one.accuracy_b)}, A - B = "
        f"{signed_points(effect.value)} points [{low}, {high}] on {where}"
    )


def _chances(one: Measurement, q: float, tests: int) -> str:
    if math.isnan(one.p):
        return "not tested"
    corrected = f", q = {p_words(q)} over {tests} tests" if tests > 1 else ""
    return f"p = {p_words(one.p)}{corrected}".replace("= <", "<")


def _compared(one: Measurement) -> float:
    """Items behind the comparison; of two sides the smaller one."""
    return one.pairs + (0 if one.design == "paired" else min(one.only_a, one.only_b))
