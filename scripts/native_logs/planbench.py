#!/usr/bin/env python3
"""Write response files as PlanBench writes them, of planning problems made and solved here.

``python scripts/native_logs/planbench.py OUT`` writes files of each layout that PlanBench has had
under OUT, in its own folders. PlanBench cannot be installed: it has no package, needs planners and
validators that are compiled beside it, and asks paid APIs. So its files are built from its list of
fields. Needs nothing but Python.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from pathlib import Path
from typing import Any

COLOURS = {"a": "red", "b": "blue", "c": "orange", "d": "yellow", "e": "white"}
TABLE = "table"
# Of each block what it lies on: at the start, and as it is wanted.
PROBLEMS = [
    ({"a": TABLE, "b": TABLE}, {"a": "b"}),
    ({"a": "b", "b": TABLE}, {"b": "a"}),
    ({"a": TABLE, "b": "a", "c": TABLE}, {"c": "a"}),
    ({"a": TABLE, "b": "a", "c": "b"}, {"a": "b", "b": "c"}),
    ({"a": TABLE, "b": "a", "c": "b", "d": TABLE}, {"d": "b"}),
    ({"a": "d", "b": TABLE, "c": "b", "d": TABLE}, {"b": "d", "d": "c"}),
]
State = tuple[tuple[str, str], ...]


def actions(state: State) -> list[tuple[list[str], State]]:
    """Moves of one block: taking it and setting it down, with what comes of it."""
    under = dict(state)
    clear = [block for block in under if block not in under.values()]
    found = []
    for block in clear:
        free = under[block] == TABLE
        taken = f"(pick-up {block})" if free else f"(unstack {block} {under[block]})"
        for place in [TABLE, *clear]:
            if place in (block, under[block]):
                continue
            set_down = f"(put-down {block})" if place == TABLE else f"(stack {block} {place})"
            found.append(([taken, set_down], tuple(sorted({**under, block: place}.items()))))
    return found


def solved(start: dict[str, str], goal: dict[str, str]) -> list[str]:
    """The shortest plan, found breadth first."""
    first: State = tuple(sorted(start.items()))
    known, queue = {first}, deque([(first, [])])
    while queue:
        state, plan = queue.popleft()
        if all(dict(state)[block] == below for block, below in goal.items()):
            return plan
        for steps, after in actions(state):
            if after not in known:
                known.add(after)
                queue.append((after, [*plan, *steps]))
    raise ValueError("no plan")


def english(start: dict[str, str], goal: dict[str, str]) -> str:
    def lies(block: str, below: str) -> str:
        place = "on the table" if below == TABLE else f"on the {COLOURS[below]} block"
        return f"the {COLOURS[block]} block is {place}"

    now = ", ".join(lies(*one) for one in start.items())
    wanted = " and ".join(lies(*one) for one in goal.items())
    return f"[STATEMENT]\nAt first {now}.\nIn the end I want that {wanted}.\n"


def asked(number: int, example: int | None = None) -> str:
    rules = "I move one block at a time, and only one that nothing lies on. What do I do?\n\n"
    if example is None:
        return rules + english(*PROBLEMS[number]) + "\nGive me the actions."
    shown = "\n".join(solved(*PROBLEMS[example]))
    before = f"{english(*PROBLEMS[example])}\n[PLAN]\n{shown}\n[PLAN END]\n\n"
    return f"{rules}{before}{english(*PROBLEMS[number])}\n[PLAN]"


def in_pddl(number: int) -> str:
    start, goal = PROBLEMS[number]
    first = "".join(f"  (on {block} {below})\n" for block, below in start.items())
    wanted = "".join(f" (on {block} {below})" for block, below in goal.items())
    return (
        "Find a plan.\n[DOMAIN]\n(define (domain blocks) (:types block))\n[QUERY PROBLEM]\n"
        f"(define (problem p{number})\n(:objects {' '.join(start)} - block ; of one kind\n"
        f"  {TABLE} - place)\n(:init\n{first})\n(:goal (and{wanted})))\n\n[PLAN]"
    )


def words(plan: list[str]) -> str:
    return "The plan:\n" + "\n".join(
        f"{n}. {step.strip('()').replace('-', ' ')}" for n, step in enumerate(plan, 1)
    )


def instance(number: int, response: str | None, plan: list[str] | None, **more: Any) -> Any:
    """One instance, answered with ``response``, from which ``plan`` was extracted."""
    right = solved(*PROBLEMS[number])
    made: dict[str, Any] = {
        "instance_id": number + 1,
        "query": asked(number),
        "ground_truth_plan": "".join(f"{step}\n" for step in right),
    }
    if response is not None:
        made["llm_raw_response"] = response
    if plan is not None:
        made["extracted_llm_plan"] = "\n".join(plan)
    if response:
        made["llm_correct"] = plan == right
    return {**made, **more}


def body(model: str, text: str, tokens: tuple[int, int, int], finish: str, **message: Any) -> Any:
    """A chat completion as the clients of the APIs write it."""
    prompt, completion, reasoning = tokens
    return {
        "id": "chatcmpl-golden",
        "choices": [
            {
                "finish_reason": finish,
                "index": 0,
                "logprobs": None,
                "message": {
                    "content": text, "refusal": None, "role": "assistant", "function_call": None,
                    "tool_calls": None, **message,
                },
            }
        ],
        "created": 0,
        "model": model,
        "object": "chat.completion",
        "usage": {
            "completion_tokens": completion,
            "prompt_tokens": prompt,
            "total_tokens": prompt + completion,
            "completion_tokens_details": {"reasoning_tokens": reasoning},
        },
        "time_taken": 1.5,
        "costs": {"input": 0, "output": 0, "total": 0},
    }  # fmt: skip


def thinker() -> list[Any]:
    """Reasoning beside the answer, and each way a completion may end."""
    found = []
    ends = ["stop", "stop", "length", "content_filter"]
    for number, finish in enumerate(ends):
        plan = solved(*PROBLEMS[number])
        text = words(plan if number != 1 else plan[:-1]) if finish == "stop" else ""
        thought = f"First I look at problem {number + 1}."
        made = body(
            "thinker-2", text, (100 + number, 60 + number, 40), finish, reasoning_content=thought
        )
        extracted = (plan if number != 1 else plan[:-1]) if text else None
        found.append(instance(number, text, extracted, response_object=made))
    found.append(instance(4, None, None))  # not answered
    plan = solved(*PROBLEMS[5])
    text = f"<think>All of it.</think>{words(plan)}"
    found.append(instance(5, text, plan, response_object={"response": text}))
    return found


def hidden() -> list[Any]:
    """Reasoning that is counted and not shown."""
    found = []
    for number in (0, 1, 2):
        plan = solved(*PROBLEMS[number])
        text = words(plan)
        made = body("hidden-1-2026", text, (90, 300 + number, 256), "stop")
        raw = "\n".join(plan) + "\n[PDDL PLAN END]"
        found.append(
            instance(number, text, plan, response_object=made, raw_translation=raw)
        )  # fmt: skip
    return found


def plain() -> list[Any]:
    """One example in the prompt, no response objects; a message of Anthropic's; an empty answer."""
    found = []
    for number in (1, 2, 3, 4):
        plan = solved(*PROBLEMS[number])
        made = instance(number, words(plan), plan, example_instance_ids=[number])
        found.append({**made, "query": asked(number, number - 1)})
    found[1].pop("extracted_llm_plan")  # no plan could be read
    found[1]["llm_correct"] = False
    found[2].update(extracted_llm_plan="", llm_correct=False, llm_raw_response="There is none.")
    found[3]["response_object"] = {
        "id": "msg_golden",
        "type": "message",
        "role": "assistant",
        "model": "plain-3",
        "content": [{"type": "text", "text": found[3]["llm_raw_response"]}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 210, "output_tokens": 77},
    }
    found.append({**instance(5, "", None), "query": asked(5, 4), "example_instance_ids": [5]})
    return found


def unsolvable() -> list[Any]:
    """Problems in PDDL, graded a second time by hand."""
    found = []
    for number, by_hand in ((2, -2), (3, 1), (4, 0)):
        made = instance(number, "(pick-up a)", ["(pick-up a)"], query=in_pddl(number))
        found.append({**made, "ground_truth_plan": "", "llm_correct": False, "correct": by_hand})
    found[2]["ground_truth_plan"] = "unsolvable"
    plan = solved(*PROBLEMS[5])
    cost = f"; cost = {len(plan)} (unit cost)\n"
    made = instance(5, "\n".join(plan), plan, query=in_pddl(5))
    found.append({**made, "ground_truth_plan": made["ground_truth_plan"] + cost, "correct": 1})
    return found


def older() -> list[Any]:
    """Plans as lists, and a grade of another name."""
    found = []
    for number in (0, 1):
        plan = solved(*PROBLEMS[number])
        made = instance(number, words(plan), plan)
        made.pop("llm_correct")
        made.update(ground_truth_plan=plan, extracted_llm_plan=plan[number:], correct=number == 0)
        made["relaxed_checks"] = {"no_relax": -number}
        found.append(made)
    return found


def main() -> None:
    out = Path(sys.argv[1])
    zero, kind = "task_1_plan_generation_zero_shot", "zeroshot"
    files = [
        ("blocksworld_3", "thinker-api", zero, zero, kind, thinker()),
        ("blocksworld_3", "hidden_chat", zero, zero, kind, hidden()),
        ("blocksworld_3", "hidden_chat", f"{zero}_run1", zero, kind, hidden()[:2]),
        ("blocksworld_3", "plain_aws", zero[:-10], zero[:-10], "oneshot", plain()),
        ("unsolvable_blocksworld", "plain_aws", f"{zero}_pddl", f"{zero}_pddl", "oneshot",
         unsolvable()),
        ("mystery_blocksworld", "old_chat", "task_1_zero_shot_plan_generation", "t1", kind,
         older()),
    ]  # fmt: skip
    for domain, engine, name, task, prompt_type, instances in files:
        log: dict[str, Any] = {"task": task, "prompt_type": prompt_type, "domain": domain}
        if task == "t1":
            log["domain"] = f"{domain}_zero_shot"
        log |= {"instances": instances, "engine": engine}
        path = out / domain / engine / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(log, indent=4))


if __name__ == "__main__":
    main()
