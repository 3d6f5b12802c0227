"""What a screen calls suspect; where a lens asks the same, its own threshold is taken."""

from __future__ import annotations

from typing import Final

from reasonscape.findings.thresholds import (
    CAPABLE,
    CLIFF_FALL,
    DECLINE_FALL,
    HAZARD_RATIO,
    LOOP_SHARE,
    OVERTHINK_RATIO,
    SPREAD,
    TRUNCATION_SHARE,
    UNDERTHINK_RATIO,
)

THRESHOLDS: Final = {
    "low_accuracy": 0.2,
    "below_others": 0.2,
    "fall": 0.7 * DECLINE_FALL,
    "factor": 0.2,
    "scatter": SPREAD,
    "truncated": TRUNCATION_SHARE,
    "loops": LOOP_SHARE,
    "unanswered": 0.1,
    "short_wrong": UNDERTHINK_RATIO,
    "long_wrong": OVERTHINK_RATIO,
    "early_wrong": HAZARD_RATIO,
    "late_wrong": HAZARD_RATIO,
}
"""Signal -> effect from which it counts; its size is the family of one (eval, task).

A straight slope loses seven tenths or more of its whole fall between the easy and the hard third.
"""

ACCURACY_LOST: Final = CAPABLE
"""Accuracy in excess of guessing that `low_accuracy` is tested against."""

CUT_ANYWAY: Final = 0.3
"""Truncated among failures that `truncated` is tested against: what another cause may bring."""

CUT_AT_LEAST: Final = 0.05
"""Truncated among all samples below which truncation explains too little to look into."""

UNANSWERED_ANYWAY: Final = 0.05
"""Share without an answer that `unanswered` is tested against."""

CONFOUNDED: Final = 0.1
"""Difference between levels of an axis that only changes how a question is written."""

STEP: Final = CLIFF_FALL
"""Drop between neighbouring levels from which a fall looks like a cliff."""

STEP_PART: Final = 0.6
"""Part of the whole fall that this drop must make up."""

MOST_TASKS: Final = 0.5
"""Part of an eval's tasks (of three or more) that a signal must show in to be systemic."""

WIDE: Final = 0.1
"""Half width of the accuracy's interval from which nothing suspicious means too little data."""
