"""A plan becomes Samples: the records that every reader of logs makes too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reasonscape.ingest.stops import infer_stop
from reasonscape.planted.design import Plan, PlannedEval, PlannedTask
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.planted.failure_kinds import FOLLOWS, item_kind
from reasonscape.planted.failure_traces import Voice, write_kind
from reasonscape.planted.fragmenting import fragmented_items
from reasonscape.planted.items import make_item
from reasonscape.planted.mechanisms import Mechanism
from reasonscape.planted.nuisance import Nuisance
from reasonscape.planted.question import Item, Size
from reasonscape.planted.traces import DIGITS_PER_TRACE, Fate, Passages, write_trace
from reasonscape.planted.truth import GroupTruth, positions, stream
from reasonscape.store.sample import Sample

CONFOUNDER = "prob_dewhitespace"
_LARGEST = 200
_TRIES = 50


def planted_samples(plan: Plan, passages: Passages | None = None) -> Iterator[Sample]:
    """Yield every completion of the plan, one (eval, task) after the other.

    Parameters
    ----------
    plan
        What to plant.
    passages
        Passages for the traces instead of the project's own grammar.

    Yields
    ------
    Sample
        ``plan.rows`` of them; the same plan and passages give the same samples.

    Examples
    --------
    >>> from reasonscape.planted.design import mechanism_plan
    >>> first = next(planted_samples(mechanism_plan("healthy", axes=1)))
    >>> first.params, first.stop, first.max_tokens
    ({'length': 3.0}, 'stop', 8192)
    """
    row = 0
    for task in plan.tasks:
        items = task_items(plan, task) if plan.texts else None
        for planned in plan.evals:
            truth, draws = draw_group(plan, task, planned)
            for sample in _completions(plan, task, planned, truth, draws, items, passages):
                row += 1
                sample.source_row = row
                yield sample


def planted_source(plan: Plan) -> str:
    """Return the ``source`` of all rows of a plan; it says that they are planted."""
    return f"planted:{plan.name}"


def item_name(cell: int, item: int) -> str:
    """Return the id of an item: cell and number within it."""
    return f"c{cell:03d}-{item:03d}"


def cell_coordinates(task: PlannedTask) -> list[tuple[dict[str, float], dict[str, str]]]:
    """Return params and labels of every cell, last axis fastest."""
    found = []
    for place in positions(task).tolist():
        params: dict[str, float] = {}
        labels: dict[str, str] = {}
        for axis, index in zip(task.axes, place, strict=True):
            level = axis.levels[index]
            if isinstance(level, str):
                labels[axis.name] = level
            else:
                params[axis.name] = float(level)
        found.append((params, labels))
    return found


def task_items(plan: Plan, task: PlannedTask) -> list[Item]:
    """Make the questions of a task: ``items`` for every cell, equal for all evals."""
    rng = stream(plan, "questions", task.name)
    again = stream(plan, "questions again", task.name)
    made: list[Item] = []
    seen: set[str] = set()
    breaks = fragmented_items(plan, task).reshape(task.cells, task.items).tolist()
    for place, in_cell in zip(positions(task).tolist(), breaks, strict=True):
        size = _size(task, place)
        for turn, breaks_here in enumerate(in_cell):
            asked = replace(size, fragmented=breaks_here, turn=turn)
            item = make_item(task.grammar, asked, rng)
            # Other questions stay as they are: asking again draws from a stream of its own.
            tries = _TRIES if plan.distinct else 0
            while tries and item.prompt in seen:
                item = make_item(task.grammar, asked, again)
                tries -= 1
            seen.add(item.prompt)
            made.append(item)
    return made


def _size(task: PlannedTask, place: list[int]) -> Size:
    """How large the questions of a cell are: its first two ordered axes, and the confounder."""
    sizes, dewhitespace = [], 0.0
    for axis, index in zip(task.axes, place, strict=True):
        level = axis.levels[index]
        if isinstance(level, str):
            if axis.confounder:
                # How it is written: from the first level as ever to the last without spaces.
                dewhitespace = index / max(len(axis.levels) - 1, 1)
            continue
        if axis.name == CONFOUNDER:
            dewhitespace = float(level)
        elif not axis.confounder:
            whole = float(level).is_integer() and 0 <= level <= _LARGEST
            sizes.append(int(level) if whole else index + 2)
    sizes += [0, 0]
    return Size(sizes[0], sizes[1], dewhitespace)


def _completions(
    plan: Plan,
    task: PlannedTask,
    planned: PlannedEval,
    truth: GroupTruth,
    draws: Draws,
    items: list[Item] | None,
    passages: Passages | None,
) -> Iterator[Sample]:
    cells = cell_coordinates(task)
    how = truth.mechanism
    names = (planned.model, planned.template, planned.sampler, task.name)
    digits = stream(plan, "words", *names).integers(
        2**40, size=(task.rows if items else 0, DIGITS_PER_TRACE)
    )
    columns = (
        draws.cell.tolist(),
        draws.item.tolist(),
        draws.repeat.tolist(),
        draws.right.tolist(),
        draws.correct.tolist(),
        draws.truncated.tolist(),
        draws.answered.tolist(),
        draws.looped.tolist(),
        draws.circling.tolist(),
        draws.stumbling.tolist(),
        draws.tokens.tolist(),
    )
    for row, values in enumerate(zip(*columns, strict=True)):
        cell, number, repeat, right, correct, truncated, answered, *ways, tokens = values
        params, labels = cells[cell]
        sample = Sample(
            model=planned.model,
            template=planned.template,
            sampler=planned.sampler,
            base_task=task.name,
            task=task.name,
            item_id=item_name(cell, number),
            repeat=repeat,
            params=dict(params),
            labels=_labels(labels, how, number),
            correct=correct,
            grade_source="native",
            chance=task.chance,
            chance_source="row",
            answered=answered,
            stop="length" if truncated else "stop",
            stop_source="native",
            max_tokens=how.thinking.cap,
            completion_tokens=tokens,
            tokens_source="native",
            source=planted_source(plan),
        )
        if items is not None:
            fate = Fate(right, truncated, answered, *ways)
            item = items[cell * task.items + number]
            _add_texts(sample, plan, item, fate, digits[row].tolist(), passages, how, number)
        if plan.nuisance is not None:
            _leave_out(sample, plan.nuisance, looped=ways[0])
        yield sample


def _labels(labels: Mapping[str, str], how: Mechanism, number: int) -> dict[str, str]:
    """Of the cell, and the kind of the item where failures may follow it."""
    return {**labels, "kind": item_kind(number)} if how.kind in FOLLOWS else dict(labels)


def _leave_out(sample: Sample, nuisance: Nuisance, *, looped: bool) -> None:
    """Take away what the log does not say."""
    if nuisance.reasoning != "kept":
        if nuisance.reasoning == "visible" and sample.reasoning is not None:
            if looped:
                # What shows its reasoning and loops says nothing after it.
                sample.response, sample.answer, sample.answered = None, None, False
            sample.response = "\n".join(filter(None, (sample.reasoning, sample.response)))
        sample.reasoning, sample.reasoning_kind = None, "none"
    unclosed = sample.reasoning is not None and sample.response is None
    if not nuisance.tokens:
        sample.completion_tokens, sample.tokens_source = None, None
    if not nuisance.stops:
        # As every reader of a log without stop reasons does.
        sample.stop, sample.stop_source = infer_stop(
            sample.completion_tokens, sample.max_tokens, unclosed, sample.answered
        )


def _add_texts(
    sample: Sample,
    plan: Plan,
    item: Item,
    fate: Fate,
    digits: list[int],
    passages: Passages | None,
    how: Mechanism,
    number: int,
) -> None:
    short, long = plan.trace_chars
    tokens, cap = sample.completion_tokens or 0, sample.max_tokens or 1
    chars = short + (long - short) * tokens // cap
    loop_from = how.thinking.loop_from
    if passages is None and how.kind in FOLLOWS:
        voice = Voice(FOLLOWS[how.kind], number, how.style)
        written = write_kind(item, fate, voice, chars=chars, digits=digits, loop_from=loop_from)
    else:
        written = write_trace(
            item,
            fate,
            chars=chars,
            digits=digits,
            passages=passages,
            loop_from=loop_from,
            any_loop=plan.nuisance is not None,
        )
    sample.prompt, sample.target = item.prompt, item.target
    # About four characters a token; a planted prompt has no tokenizer of its own.
    sample.prompt_tokens = 8 + len(item.prompt) // 4
    sample.reasoning, sample.reasoning_kind = written.reasoning, "full"
    sample.response, sample.answer = written.response, written.answer
