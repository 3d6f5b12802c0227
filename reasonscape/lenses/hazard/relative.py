"""Odds of a wrong end along time, within strata of difficulty and cap."""

from __future__ import annotations

from functools import partial

import numpy as np

from reasonscape.findings.later import Later
from reasonscape.lenses.hazard.caps import before_the_last_percent, cap_codes
from reasonscape.lenses.hazard.ends import CUT_OFF, WRONG, independent_share
from reasonscape.lenses.hazard.options import Truncation
from reasonscape.lenses.hazard.result import Relative
from reasonscape.lenses.hazard.selection import EvalTimes
from reasonscape.stats.codes import dense_codes, paired_codes
from reasonscape.stats.hazard_step import fit_hazard_step
from reasonscape.stats.relative_hazard import relative_hazard
from reasonscape.stats.strata import difficulty_strata

BINS = 8


def relative_of(one: EvalTimes, n_levels: tuple[int, ...], truncation: Truncation) -> Relative:
    """Measure the relative hazard of one eval; traces that were cut off have no end."""
    ends = one.ends
    ended = ends.cause != CUT_OFF
    keep = ended & before_the_last_percent(ends) if truncation == "event" else ended
    time, item = ends.time[keep], ends.item[keep]
    wrong = ends.cause[keep] == WRONG
    strata = difficulty_strata(~wrong, item, ends.coords[keep], n_levels, one.chance)
    # Medians and odds of different caps are not compared: they are strata of their own.
    cap = cap_codes(ends)[keep]
    group, _ = paired_codes(strata.group, cap)
    # A slow item loses more of its repeats to the cap, and is then more easily right or wrong in
    # all that are left: items are compared with those that have as many ends.
    place, items = dense_codes(item)
    ends_left = np.bincount(place, minlength=items)[place]
    stratum, _ = paired_codes(paired_codes(strata.stratum, cap)[0], ends_left)
    own, _ = paired_codes(item, cap)
    alone = relative_hazard(time, wrong, item, own, group, bins=0).late_early
    course = partial(relative_hazard, time, wrong, item, stratum, group)
    scale = independent_share(wrong, item, group)
    return Relative(
        halves=course(bins=0),
        later_course=Later(partial(course, bins=BINS)),
        later_step=Later(partial(fit_hazard_step, time, wrong, group, scale=scale)),
        kind=strata.kind,
        strata=strata.n_strata,
        informative=strata.informative,
        wrong_items=dense_codes(item[wrong])[1],
        right_items=dense_codes(item[~wrong])[1],
        same_items=alone,
        left_out=int(ended.sum() - keep.sum()),
    )
