"""``report.md`` of a diagnosis: what the page says, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from reasonscape.report.markdown_text import code, compact, escaped, one_line
from reasonscape.report.numerals import chance_words, count_words, effect_words
from reasonscape.report.overview import Matrix, cause_counts, flag_counts, matrix
from reasonscape.report.subjects import (
    LensCard,
    Subject,
    leading,
    shape_findings,
    subjects,
)
from reasonscape.report.vocabulary import (
    NO_FAILURE,
    VERDICTS,
    cause_name,
    confidence_word,
    reason_words,
    side,
)

FINDINGS: Final = 100
"""Rows of the table of findings."""

WARNINGS: Final = 40

Row = Mapping[str, Any]


def render_diagnosis(summary: Row, pictures: Sequence[str]) -> str:
    """Write the report from the summary alone, so that both always agree.

    Parameters
    ----------
    summary
        The content of ``summary.json`` of a diagnosis.
    pictures
        Relative names of picture files, in the order they are shown.
    """
    first = leading(summary)
    shown = subjects(summary, ())
    parts = [*_verdict(summary, first)]
    if len(first) > 1:
        parts += [_matrix(matrix(first)), *_systemic(summary.get("systemic", ()))]
    for one in shown:
        parts += _subject(one, alone=len(first) == 1)
    parts += _shapes(summary)
    parts += [f"![{escaped(name)}]({name})" for name in pictures]
    parts += _next(summary["next"])
    parts += _warnings(summary)
    parts += _findings(summary, shown)
    parts.append(_provenance(summary["provenance"]))
    return "\n\n".join(parts) + "\n"


def _verdict(summary: Row, first: Sequence[Row]) -> Iterator[str]:
    if not first:
        yield "# No cause could be ranked"
    elif len(first) == 1:
        yield f"# {_who(first[0])}: {cause_name(first[0]['cause']).headline}"
    else:
        failing = sum(one["cause"] not in NO_FAILURE for one in first)
        yield f"# {failing:,} of {len(first):,} pairs of eval and task fail"
        said = (f"{cause_name(name).short} {count:,}" for name, count in cause_counts(first))
        yield "Leading causes: " + ", ".join(said) + "."
        flags = [f"{escaped(flag)} ({count:,})" for flag, count in flag_counts(first)]
        if flags:
            yield "**Red flags:** " + ", ".join(flags)
    counts = summary["counts"]
    outcomes = ", ".join(f"{n:,} {name}" for name, n in counts["by_outcome"].items() if n)
    yield (
        f"Dataset `{code(summary['dataset'])}`, filters `{code(compact(summary['filters']))}`: "
        f"{counts['matched']:,} samples matched, {counts['used']:,} used ({outcomes})."
    )


def _subject(one: Subject, *, alone: bool) -> Iterator[str]:
    top = one.leading
    if not alone:
        yield f"## {_who(top)}: {cause_name(top['cause']).headline}"
    yield (
        f"{escaped(top['statement'])}. **{confidence_word(top['confidence']).capitalize()}** "
        f"(confidence {top['confidence']:.2f})."
    )
    if top["red_flags"]:
        yield "**Red flags:** " + ", ".join(escaped(flag) for flag in top["red_flags"])
    yield _table(
        ("lens", "pattern", "verdict", "claim", "effect", "n", "q"),
        [_card(card) for card in one.cards],
    )
    for title, found in (("For it", one.support), ("Against it", one.against)):
        if found:
            yield f"{title}: " + "; ".join(f"{f['lens']} {_pattern(f)}" for f in found) + "."
    if one.alternatives:
        yield "Other causes:\n\n" + _bullets(
            f"{cause_name(h['cause']).short} ({h['confidence']:.2f}): {escaped(h['statement'])}"
            for h in one.alternatives
        )
    yield "What to do:\n\n" + _bullets(escaped(action) for action in top["actions"])
    if one.limits:
        yield "Limits of the data:\n\n" + _bullets(escaped(limit) for limit in one.limits)


def _card(card: LensCard) -> tuple[str, ...]:
    name = f"{card.side} ({card.lens})"
    if not card.measured or card.claim is None:
        return name, "", "not measured", escaped(card.reason), "", "", ""
    claim = card.claim
    return name, _pattern(claim), *_numbers(claim)


def _numbers(finding: Row) -> tuple[str, ...]:
    reason = f"({reason_words(finding['reason'])})" if finding["reason"] else ""
    return (
        f"{VERDICTS.get(finding['verdict'], finding['verdict'])} {escaped(reason)}".rstrip(),
        escaped(finding["statement"]),
        escaped(effect_words(finding["effect"])),
        count_words(finding["n"]),
        escaped(chance_words(finding["q"])),
    )


def _shapes(summary: Row) -> Iterator[str]:
    """The groups that failures fall into, and what marks a wrong trace."""
    found = summary.get("shapes")
    if not found or not (found["clusters"] or found["phrases"]):
        return
    yield (
        f"## Shapes of failures\n\nGroups of {found['failures']:,} failures over all that was "
        "selected, by the words of their traces. They weigh in no cause. Quoted words are the "
        "models' own."
    )
    stated = [escaped(one["statement"]) for one in shape_findings(summary)]
    if stated:
        yield _bullets(stated)
    if found["clusters"]:
        heads = ("cluster", "failures", "share", "found again", "what sets its words apart")
        yield _table(heads, [_group(one) for one in found["clusters"]])
    if found["phrases"]:
        marks = ", ".join(f"“{escaped(one)}”" for one in found["phrases"])
        yield f"Phrases that mark a wrong end at equal difficulty and length: {marks}."


def _group(one: Row) -> tuple[str, ...]:
    again = {None: "", True: "yes", False: "no"}[one["confirmed"]]
    share = f"{one['share']:.0%} [{100 * one['low']:.0f}, {100 * one['high']:.0f}]"
    told = ", ".join(f"“{escaped(phrase)}”" for phrase in one["phrases"])
    return str(one["number"] or "none"), f"{one['failures']:,}", share, again, told


def _matrix(table: Matrix) -> str:
    heads = [table.rows, *(escaped(name) for _, name in table.heads)]
    rows = []
    for key, name in table.names:
        cells = [table.cells.get((key, head)) for head, _ in table.heads]
        rows.append((escaped(name), *(_cell(cell) for cell in cells)))
    more = [
        f"{count:,} more {what}s"
        for count, what in ((table.more_rows, table.rows), (table.more_columns, table.columns))
        if count
    ]
    text = "## Overview\n\n" + _table(heads, rows)
    return text + (f"\n\nAnd {' and '.join(more)}, none with more failures." if more else "")


def _cell(one: Row | None) -> str:
    return "" if one is None else f"{cause_name(one['cause']).short} {one['confidence']:.2f}"


def _systemic(found: Sequence[Row]) -> list[str]:
    lines = [
        f"{cause_name(one['cause']).short} leads in {one['count']} of {one['among']} "
        f"{'tasks of' if one['of'] == 'eval' else 'evals on'} {escaped(one['name'])}"
        for one in found[:8]
    ]
    if len(found) > len(lines):
        lines.append(f"and {len(found) - len(lines)} more")
    return ["Alike across tasks or evals:\n\n" + _bullets(lines)] if lines else []


def _next(steps: Sequence[Row]) -> list[str]:
    if not steps:
        return []
    lines = [f"- {escaped(step['why'])}\n\n      {one_line(step['run'])}" for step in steps]
    return ["## Next\n\n" + "\n".join(lines)]


def _warnings(summary: Row) -> list[str]:
    dropped = summary["counts"]["dropped"].items()
    lines = [f"{count:,} samples are left out: {reason_words(why)}" for why, count in dropped]
    lines += summary["warnings"][:WARNINGS]
    if len(summary["warnings"]) > WARNINGS:
        lines.append(f"and {len(summary['warnings']) - WARNINGS} more in summary.json")
    return ["## Warnings\n\n" + _bullets(escaped(line) for line in lines)] if lines else []


def _findings(summary: Row, shown: Sequence[Subject]) -> Iterator[str]:
    findings = [f for one in shown for f in one.findings] or list(summary["findings"])
    rows = [
        (_who(f), escaped(side(f["lens"])), _pattern(f), *_numbers(f)) for f in findings[:FINDINGS]
    ]
    if rows:
        heads = ("eval and task", "lens", "pattern", "verdict", "statement", "effect", "n", "q")
        yield "## Findings\n\n" + _table(heads, rows)
    left = len(summary["findings"]) - len(rows)
    if left > 0:
        yield f"And {left:,} more in `tables/findings.csv` and `summary.json`."


def _provenance(made: Row) -> str:
    # Without the time, as in the report of a lens: the same run gives the same bytes.
    pairs = [f"{key} {compact(value)}" for key, value in made.items() if key != "time"]
    return "Made by " + escaped("; ".join(pairs)) + "."


def _who(one: Row) -> str:
    return f"{escaped(one['model'])} on {escaped(one['base_task'])}"


def _pattern(finding: Row) -> str:
    return f"`{code(finding['pattern'])}`"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
