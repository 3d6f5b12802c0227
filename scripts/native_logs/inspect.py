#!/usr/bin/env python3
"""Run Inspect itself on a few questions with its mock model, and keep the logs.

``python scripts/native_logs/inspect.py OUT`` writes the golden logs under OUT. It needs what
``inspect.txt`` names, and no network.
"""

from __future__ import annotations

import sys

# This file is called as a module of the standard library: its folder must not be looked at first.
sys.path.pop(0)

import argparse
import os
import re
import tempfile
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from inspect_ai import Task, eval, task
from inspect_ai._util.zipfile import zipfile_compress_kwargs  # zstd, as Inspect writes it
from inspect_ai.dataset import Sample
from inspect_ai.log import (
    ProvenanceData,
    convert_eval_logs,
    edit_score,
    invalidate_samples,
    read_eval_log,
    write_eval_log,
)
from inspect_ai.log._recorders.chunked import convert_eval_logs_to_chunked
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageUser,
    ContentImage,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import (
    Score,
    ScoreEdit,
    Scorer,
    Target,
    accuracy,
    choice,
    match,
    mean,
    model_graded_qa,
    scorer,
)
from inspect_ai.solver import (
    Generate,
    Solver,
    TaskState,
    chain,
    generate,
    multiple_choice,
    solver,
    system_message,
)
from inspect_ai.tool import Tool, ToolCall, tool

MODEL = "mockllm/table"
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
TIMES = re.compile(r'(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)(?=")')


def said(
    content: str | list[Any],
    tokens: int,
    stop: str = "stop",
    *,
    thought: int | None = None,
    cached: int | None = None,
    call: tuple[str, dict[str, Any]] | None = None,
) -> ModelOutput:
    """One answer of the model, with the usage that it takes."""
    calls = [ToolCall(id=f"call_{call[0]}", function=call[0], arguments=call[1])] if call else None
    message = ChatMessageAssistant(content=content, tool_calls=calls, source="generate")
    usage = ModelUsage(
        input_tokens=20,
        output_tokens=tokens,
        total_tokens=20 + tokens + (cached or 0),
        input_tokens_cache_read=cached,
        reasoning_tokens=thought,
    )
    return ModelOutput(
        model="table",
        choices=[ChatCompletionChoice(message=message, stop_reason=stop)],  # type: ignore[arg-type]
        usage=usage,
    )


# --- sums: epochs, several scorers, every end of a generation, an error ---------------------------
SUMS = [
    (1, "What is 2 + 2?", "4", 1, said("The sum is 4", 9)),
    (2, "What is 3 + 5?", "8", 1, said("The sum is 9", 9)),
    (3, "What is 12 + 30?", "42", 2, said("I add 12 and 30 and then", 64, "max_tokens")),
    (4, "What is 50 + 7?", "57", 2, said("", 1, "content_filter")),
    (5, "What is 25 + 75?", "100", 3, said("The sum is 100", 11, cached=300)),
    (6, "What is 99 + 1?", "100", 3, None),
]


@scorer(metrics={"length": [mean()], "polite": [mean()]})
def rubric() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        text = state.output.completion
        return Score(value={"length": len(text), "polite": 0.5 if text else False})

    return score


@task
def sums(level: str = "easy", seed: int = 7) -> Task:
    dataset = [
        Sample(
            id=item,
            input=question,
            target=target,
            metadata={"digits": digits, "carry": item % 2 == 0, "origin": {"book": "primer"}},
        )
        for item, question, target, digits, _ in SUMS
    ]
    return Task(
        dataset=dataset,
        solver=[system_message("Answer with the sum."), generate()],
        scorer=[match(location="end", numeric=True), rubric()],
        config=GenerateConfig(temperature=0.5, max_tokens=64),
        epochs=2,
    )


# --- letters: choices, one question with two right answers ---------------------------------------
LETTERS = [
    ("capital-fr", "Capital of France?", ("Paris", "Rome", "Oslo", "Bonn"), "A", "A"),
    ("capital-no", "Capital of Norway?", ("Paris", "Rome", "Oslo", "Bonn"), "C", "D"),
    ("prime", "Which are primes?", ("2", "3", "4"), ["A", "B"], "A, B"),
]


@task
def letters() -> Task:
    dataset = [
        Sample(id=item, input=question, choices=list(choices), target=target)
        for item, question, choices, target, _ in LETTERS
    ]
    return Task(dataset=dataset, solver=multiple_choice(multiple_correct=True), scorer=choice())


@task
def picks() -> Task:
    """The questions with one right answer, of which one may be picked."""
    dataset = [
        Sample(id=item, input=question, choices=list(choices), target=target)
        for item, question, choices, target, _ in LETTERS
        if isinstance(target, str)
    ]
    return Task(dataset=dataset, solver=multiple_choice(), scorer=choice())


# --- thoughts: kinds of reasoning, content of several parts, every form of grade -----------------
def thought(text: str, summary: str | None = None, *, redacted: bool = False) -> ContentReasoning:
    return ContentReasoning(reasoning=text, summary=summary, redacted=redacted)


THOUGHTS: list[tuple[str, ModelOutput, Any]] = [
    ("full", said([thought("I see one dot."), ContentText(text="A dot")], 30, thought=22), "C"),
    (
        "summary",
        said([thought("gAAAA-sealed", "Looked.", redacted=True), ContentText(text="A dot")], 41),
        "P",
    ),
    ("sealed", said([thought("gAAAA-sealed", redacted=True), ContentText(text="Dot")], 52), "I"),
    ("marked", said("<think>Is it a dot?</think>A dot", 13), "N"),
    ("unscored", said([ContentText(text="A"), ContentText(text="dot")], 3), float("nan")),
    ("number", said("0.75 of a dot", 6), 0.75),
    ("truth", said("True", 1), True),
    ("word", said("yes", 1), "yes"),
    ("figure", said("0.25", 3), "0.25"),
]


@scorer(metrics=[mean(), accuracy()])
def by_table() -> Scorer:
    values = {name: value for name, _, value in THOUGHTS}

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=values[str(state.sample_id)], answer=state.output.completion)

    return score


@scorer(metrics=[])
def listed() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=[1, 0.5])

    return score


@task
def thoughts() -> Task:
    question = [ContentText(text="What is in the picture?"), ContentImage(image=PIXEL)]
    dataset = [
        Sample(
            id=name,
            input=[ChatMessageUser(content=[*question, ContentText(text=f"Picture {name}.")])],
            target="A dot",
        )
        for name, _, _ in THOUGHTS
    ]
    return Task(dataset=dataset, solver=generate(), scorer=[by_table(), listed()])


# --- errands: several turns with a tool, limits, a grader that is the same model -----------------
@tool
def look() -> Tool:
    async def execute(place: str) -> str:
        """Look somewhere.

        Args:
            place: Where to look.
        """
        return f"There is a key in the {place}. " + "Nothing else is to be seen. " * 20

    return execute


@solver
def errand() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.tools = [look()]
        return await generate(state, tool_calls="loop")

    return solve


ERRANDS = [
    ("drawer", "Find the key.", None),
    ("endless", "Look everywhere.", None),
    ("costly", "Think about keys.", None),
]


@task
def errands() -> Task:
    dataset = [Sample(id=item, input=question, target="drawer") for item, question, _ in ERRANDS]
    return Task(
        dataset=dataset,
        solver=errand(),
        scorer=model_graded_qa(),
        message_limit=7,
        token_limit=2500,
        config=GenerateConfig(max_tokens=500),
    )


def turn(messages: list[ChatMessage]) -> ModelOutput:
    """What the model says in an errand, by how often it has spoken."""
    text = messages[0].text
    if "assessing a submitted answer" in text or "[Question]" in text:
        return said("GRADE: C", 700)
    spoken = sum(message.role == "assistant" for message in messages)
    if "Find the key" in text:
        if spoken:
            return said("It is in the drawer", 8)
        return said("I look.", 12, "tool_calls", call=("look", {"place": "drawer"}))
    if "Look everywhere" in text:
        return said("On.", 5, "tool_calls", call=("look", {"place": f"room {spoken}"}))
    return said("Hm.", 2400, "tool_calls", call=("look", {"place": "pocket"}))


def table(messages: list[ChatMessage], *_: Any) -> ModelOutput:
    """Answer of the model to a conversation."""
    question = next(message.text for message in reversed(messages) if message.role == "user")
    for _item, asked, _target, _digits, output in SUMS:
        if asked == question:
            if output is None:
                raise ValueError("the table has no answer")
            return output
    for _name, asked, _choices, _right, letter in LETTERS:
        if asked in question:
            return said(f"ANSWER: {letter}", 4)
    for name, output, _ in THOUGHTS:
        if f"Picture {name}." in question:
            return output
    return turn(messages)


def run(build: Any, folder: Path, **options: Any) -> Path:
    """Run a task; the path of its log."""
    logs = eval(
        build,
        model=get_model(MODEL, custom_outputs=table, memoize=False),
        log_dir=str(folder),
        display="none",
        fail_on_error=False,
        log_format="eval",
        **options,
    )
    return Path(logs[0].location)


def scrubbed(text: str) -> str:
    """Take out what is of this run only: times, places, memory addresses."""
    text = TIMES.sub("2026-01-02T03:04:05+00:00", text)
    text = re.sub(r'"traceback(_ansi)?":( ?)"(\\.|[^"\\])*"', r'"traceback\1":\2"(left out)"', text)
    text = re.sub(r'"revision":( ?)\{[^{}]*\}', r'"revision":\1null', text)
    text = re.sub(r" at 0x[0-9a-f]+", " at 0x0", text)
    return re.sub(r'(?<="task_file":)"[^"]*"|(?<="task_file": )"[^"]*"', '"sums.py"', text)


def kept(log: Path, out: Path) -> None:
    """Copy a log without what is of this run only."""
    if log.suffix == ".json":
        out.write_text(scrubbed(log.read_text()))
    else:
        with ZipFile(log) as old, ZipFile(out, "w", **zipfile_compress_kwargs) as new:
            for name in dict.fromkeys(old.namelist()):
                member = ZipInfo(name, date_time=(2026, 1, 2, 3, 4, 4))
                member.compress_type = zipfile_compress_kwargs["compression"]
                new.writestr(member, scrubbed(old.read(name).decode()))
    size = out.stat().st_size
    print(f"{out.name}: {size:,} bytes")
    if size > 60_000:
        raise SystemExit(f"{out} is larger than a golden log may be")


@solver
def only_the_sum() -> Solver:
    """What the task does by itself, as a solver of its own."""
    return chain(system_message("Answer with the sum."), generate())


def golden(out: Path, folder: Path) -> None:
    """Write all golden logs."""
    for build in (sums(), letters(), picks(), thoughts(), errands()):
        # One run is given its solver, as a user does who asks in another way than the task.
        given = {"solver": only_the_sum()} if build.name == "sums" else {}
        log = run(build, folder / build.name, **given)
        kept(log, out / f"{build.name}.eval")
    logs = {name: next((folder / name).glob("*.eval")) for name in ("letters", "errands")}

    document = read_eval_log(str(logs["letters"]))
    by = ProvenanceData(author="owner", reason="graded by hand")
    edit_score(document, "capital-no", "choice", ScoreEdit(value="C", provenance=by))
    first = next(one for one in document.samples or () if one.id == "capital-fr")
    document = invalidate_samples(document, [str(first.uuid)], by)
    edited = folder / "edited.eval"
    write_eval_log(document, str(edited))
    kept(edited, out / "edited.eval")

    convert_eval_logs(str(logs["letters"]), "json", str(folder / "json"))
    kept(next((folder / "json").glob("*.json")), out / "letters.json")
    convert_eval_logs_to_chunked(str(logs["errands"]), str(folder / "chunked"), chunk_size=4)
    kept(next((folder / "chunked").glob("*.eval")), out / "chunked.eval")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        os.chdir(temporary)  # not in a repository, of which the log would tell
        golden(out, Path(temporary))


if __name__ == "__main__":
    main()
