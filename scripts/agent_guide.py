#!/usr/bin/env python3
"""Fill in what docs/agents.md quotes from the code, and write docs/skill/SKILL.md from it.

``.venv/bin/python scripts/agent_guide.py`` writes both; with ``--check`` nothing is written, and
the exit code is 1 where one of them is not what would be written. Text between ``<!-- made: NAME
-->`` and ``<!-- end -->`` is made here; the rest of the guide is written by hand.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import typer  # noqa: E402

from reasonscape.cli.app import app  # noqa: E402
from reasonscape.findings.hypothesis import CAUSES  # noqa: E402
from reasonscape.findings.thresholds import FAILURE_PATTERNS, POOL_PATTERNS, REASSURANCE_PATTERNS  # noqa: E402
from reasonscape.runs.gate_conditions import names_of  # noqa: E402
from reasonscape.runs.schema import FILTER_FORMS, exit_codes  # noqa: E402

GUIDE = ROOT / "docs" / "agents.md"
SKILL = ROOT / "docs" / "skill" / "SKILL.md"
MADE = re.compile(r"(<!-- made: ([\w ]+) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)
FRONT = """\
---
name: reasonscape
description: {description}
---
<!-- Made by scripts/agent_guide.py. -->

"""
DESCRIPTION = (
    "Find out why, where, how and when a reasoning model fails, from stored eval results. Use it to"
    " triage or diagnose evals, compare two models, or gate a pipeline on eval quality."
)
RARE = (
    "--output-dir", "--output", "--figures", "--seed", "--jobs", "--bins", "--capable", "--segment",
    "--prompts", "--no-template", "--target", "--format", "--outcome", "--method", "--embedding",
    "--text", "--most", "--permutations", "--export-vectors", "--show-text", "--layout", "--start",
    "--end", "--shapes", "--kind", "--k",
)  # fmt: skip
"""Options that an agent seldom needs, or that the guide names elsewhere; ``--help`` has them."""

LISTED = (
    "evals", "tasks", "triage", "diagnose", "surface", "fft", "compression", "hazard", "failures",
    "traces", "compare", "schema",
)  # fmt: skip
EVERYWHERE = 5
"""Commands of the guide that must have an option for it to be named once for all."""


def filled(guide: str) -> str:
    """The guide with every made part as the code has it now."""
    return MADE.sub(lambda part: f"{part[1]}{PARTS[part[2]]()}{part[4]}", guide)


def skill(guide: str) -> str:
    """The skill file: the guide without marks of ours, links as from its own folder."""
    body = re.sub(r"<!-- (?:made: [\w ]+|end) -->\n", "", guide)
    body = re.sub(r"\]\((?!\w+:)([^)]+)\)", r"](../\1)", body)
    # The same commands as in the guide, where they are run.
    body = body.replace("```bash\n", "<!-- no-run: as agents.md -->\n```bash\n")
    return FRONT.format(description=DESCRIPTION) + body


CHOICES = 3
"""Values of an option that are named; ``--help`` names more."""


def _commands() -> dict[str, Any]:
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def _options(command: Any) -> dict[str, Any]:
    return {p.opts[0]: p for p in command.params if p.param_type_name == "option"}


def _shared() -> list[str]:
    commands = _commands()
    seen = [name for one in LISTED for name in _options(commands[one])]
    return [n for n in dict.fromkeys(seen) if seen.count(n) >= EVERYWHERE and n not in RARE]


def command_lines() -> str:
    """One line a command: how it is written, and what it is for."""
    commands, shared = _commands(), _shared()
    return "".join(_command_lines(commands, shared))


def _command_lines(commands: dict[str, Any], shared: Iterable[str]) -> Iterator[str]:
    for name in LISTED:
        command = commands[name]
        arguments = [p.metavar for p in command.params if p.param_type_name == "argument"]
        own = [o for n, o in _options(command).items() if n not in (*shared, *RARE)]
        words = " ".join([name, *arguments, *map(_usage, own)])
        # The question that it answers; what comes behind it is for people who choose.
        says = re.split(r"[:;(.?]", command.help, maxsplit=1)[0].strip()
        yield f"- `{words}`: {says[0].lower()}{says[1:]}\n"
    options = _options(commands["surface"])
    named = [f"`{name}` ({_says(options[name])})" for name in shared]
    yield f"\nMost take {', '.join(named)}; `--help` has more.\n"


def _usage(option: Any) -> str:
    if option.is_flag:
        return f"[{option.opts[0]}]"
    choices = getattr(option.type, "choices", None)
    if choices:
        value = "|".join(choices) if len(choices) <= CHOICES else "KIND"
    else:
        value = option.metavar or ("TEXT" if option.type.name == "str" else "N")
    return f"[{option.opts[0]} {value}]"


def _says(option: Any) -> str:
    says = re.split(r"[;,.]", str(option.help), maxsplit=1)[0]
    choices = getattr(option.type, "choices", None)
    says = "|".join(choices) if choices else says
    return says if choices else says[0].lower() + says[1:]


def filter_forms() -> str:
    """One line of forms, as they are written."""
    forms = (f"{what} `{json.dumps(form)}`" for what, form in FILTER_FORMS.items())
    return f"{'; '.join(forms)}.\n"


def pattern_names() -> str:
    """Patterns by lens: failures, then the reassurance."""
    return "".join(
        f"- {lens}: {', '.join(names)}; all well: {REASSURANCE_PATTERNS[lens]}\n"
        for lens, names in FAILURE_PATTERNS.items()
    ) + "".join(f"- {lens}: {', '.join(names)}\n" for lens, names in POOL_PATTERNS.items())


def cause_names() -> str:
    """All causes."""
    return f"{', '.join(f'`{one}`' for one in CAUSES)}.\n"


def exit_lines() -> str:
    """Exit codes with the words of ``error.code``."""
    codes = (f"{code} {words}" for code, words in exit_codes().items())
    return f"{' · '.join(codes)} · 130 interrupted.\n"


def gate_names() -> str:
    """What ``--fail-on`` knows, kind by kind."""
    kinds = names_of("diagnose")
    shares = ", ".join((*kinds["share"], *kinds["count"]))
    verdicts = "|".join(names_of("compare")["verdict"])
    return (
        f"numbers with `< <= > >=`: {shares}; lenses and diagnose: `pattern:NAME`; diagnose: "
        f"`cause:NAME`, `cause:NAME>=0.6`, `red_flag`; triage: `suspect`, `suspect:NAME`; compare: "
        f"`difference<-0.02`, `verdict:{verdicts}`.\n"
    )


PARTS: dict[str, Callable[[], str]] = {
    "commands": command_lines,
    "filters": filter_forms,
    "patterns": pattern_names,
    "causes": cause_names,
    "exit codes": exit_lines,
    "gates": gate_names,
}


def main() -> int:
    """Write both files, or say which is stale."""
    guide = filled(GUIDE.read_text(encoding="utf-8"))
    stale = 0
    for path, text in ((GUIDE, guide), (SKILL, skill(guide))):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in sys.argv[1:]:
            print(f"{path.relative_to(ROOT)} is stale: run scripts/agent_guide.py")
            stale = 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
