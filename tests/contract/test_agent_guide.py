"""What agents read is short, and says what the program has."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import typer

from reasonscape.cli.app import app
from reasonscape.diagnosis.confidence import MOST
from reasonscape.runs.gate_conditions import VERDICTS, parse_gates
from reasonscape.runs.schema_results import result_definitions
from tests.contract.source_tree import ROOT

GUIDE = ROOT / "docs" / "agents.md"
SKILL = ROOT / "docs" / "skill" / "SKILL.md"
MOST_CHARACTERS = 6_250
"""About 1,500 tokens: what an agent can spare before it has seen any data."""

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def test_the_guide_and_the_skill_are_what_the_code_says() -> None:
    script = ROOT / "scripts" / "agent_guide.py"
    made = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")


def test_the_skill_has_front_matter_and_is_short() -> None:
    text = SKILL.read_text(encoding="utf-8")
    head = re.match(r"---\nname: ([a-z-]{1,64})\ndescription: (.{1,1024})\n---\n", text)
    assert head
    assert ": " not in head[2], "YAML would read a mapping"
    assert len(text) - head.end() <= MOST_CHARACTERS


def _keys(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
        return own.union(*map(_keys, schema.values())) if schema else own
    return set().union(*map(_keys, schema)) if isinstance(schema, list) and schema else set()


def test_every_field_is_one_that_results_have() -> None:
    table = re.search(r"^\| field \|.*?\n\n", guide(), re.MULTILINE | re.DOTALL)
    assert table
    named = set(re.findall(r"`([a-z_]+)`", table[0]))
    assert len(named) > 20
    assert named - _keys(result_definitions()) == set()


def test_every_option_is_one_that_a_command_has() -> None:
    known = {word for command in COMMANDS.values() for p in command.params for word in p.opts}
    assert set(re.findall(r"--[a-z][a-z-]+", guide())) - known == {"--help"}


def test_every_command_is_in_the_guide_or_for_people() -> None:
    for_people = {"export", "import", "plant", "store"}
    told = {name for name in COMMANDS if re.search(rf"`(?:analyze\.py )?{name}[ `]", guide())}
    assert told == set(COMMANDS) - for_people


@pytest.mark.parametrize(
    ("command", "conditions"),
    [
        ("surface", ["accuracy<0.8", "accuracy.high<0.8", "pattern:accuracy_cliff"]),
        ("diagnose", ["cause:underthinking", "cause:underthinking>=0.6", "red_flag"]),
        ("triage", ["suspect", "suspect:underthinking"]),
        ("compare", ["difference<-0.02", *(f"verdict:{one}" for one in VERDICTS)]),
    ],
)
def test_conditions_in_the_guide_are_understood(command: str, conditions: list[str]) -> None:
    assert len(parse_gates(conditions, command)) == len(conditions)
    kinds = {re.split(r"[:.<]", condition)[0] for condition in conditions}
    gates = guide().partition("<!-- made: gates -->")[2]
    assert [kind for kind in kinds if kind not in gates] == []


def test_the_highest_confidence_is_quoted() -> None:
    assert f"It is at most {MOST}." in " ".join(guide().split())
