"""The server of tools as agents use it: a process, the SDK's client, and what stdout carries."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from reasonscape.cli.app import run
from reasonscape.runs.agent_tools import TOOLS
from reasonscape.runs.samples import HEAD, TAIL
from reasonscape.runs.schema_results import result_schema
from tests.conftest import ROOT

Ask = Callable[..., Awaitable[dict[str, Any]]]
PAIR = {"model": "loops"}


def server(*words: object) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=[str(ROOT / "analyze.py"), "mcp", *map(str, words)]
    )


def talk(told: StdioServerParameters, script: Callable[[Client, Ask], Awaitable[None]]) -> None:
    """Run a script of calls against a server that is started and ended for it."""

    async def conversation() -> None:
        async with Client(told, read_timeout_seconds=120) as client:

            async def ask(tool: str, **arguments: Any) -> dict[str, Any]:
                result = await client.call_tool(tool, arguments)
                (content,) = result.content
                assert isinstance(content, TextContent)
                answer: dict[str, Any] = json.loads(content.text)
                assert result.is_error is not answer.get("ok", True)
                return answer

            await script(client, ask)

    anyio.run(conversation)


def refused(answer: dict[str, Any], *words: str) -> None:
    assert Draft202012Validator(result_schema("error")).is_valid(answer)
    told = " ".join([answer["error"]["message"], answer["error"]["remedy"]])
    assert [word for word in words if word not in told] == []


def test_every_tool_answers_what_the_command_prints(
    plant: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = plant("loops")

    def printed(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert run([words[0], str(path), *words[1:], "--format", "json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    def timeless(answer: dict[str, Any]) -> dict[str, Any]:
        if "provenance" in answer:
            answer["provenance"].pop("time")
        return answer

    async def script(client: Client, ask: Ask) -> None:
        tools = (await client.list_tools()).tools
        names = ["evals", "tasks", "triage", "diagnose", "lens", "sample", "schema"]
        assert [tool.name for tool in tools] == names
        for tool in tools:
            Draft202012Validator.check_schema(tool.input_schema)
            assert tool.input_schema["properties"]["dataset"]["enum"] == [str(path)]
        where = json.dumps(PAIR)
        assert await ask("evals") == printed("evals")
        assert await ask("evals", search="loop", limit=1) == printed(
            "evals", "--search", "loop", "--limit", "1"
        )
        assert await ask("tasks", detail=True) == printed("tasks", "--detail")
        assert timeless(await ask("triage")) == timeless(printed("triage"))
        found = await ask("diagnose", filters=PAIR)
        assert found == printed("diagnose", "--filters", where)
        assert found["hypotheses"][0]["cause"] == "reasoning_inefficiency"
        lens = await ask("lens", lens="compression", filters=PAIR, limit=2)
        assert timeless(lens) == timeless(
            printed("compression", "--filters", where, "--limit", "2")
        )
        assert (await ask("schema"))["dataset"]["base_tasks"] == ["arithmetic"]
        assert await ask("schema", results="finding") == json.loads(
            json.dumps(result_schema("finding"))
        )

    talk(server(path), script)


def test_samples_are_few_and_their_texts_stay_closed(plant: Callable[..., Path]) -> None:
    async def script(_client: Client, ask: Ask) -> None:
        looping = {**PAIR, "outcome": "incorrect", "f.loop_covered": {"min": 0.3}}
        found = await ask("sample", filters=looping, limit=2)
        assert len(found["samples"]) == 2
        assert found["omitted"] == found["counts"]["matched"] - 2
        assert {one["outcome"] for one in found["samples"]} == {"incorrect"}
        assert all(one["features"]["loop_covered"] >= 0.3 for one in found["samples"])
        assert all("texts" not in one for one in found["samples"])
        assert found == await ask("sample", filters=looping, limit=2)
        refused(await ask("sample", show_text=True), "shows no text", "--show-text")
        refused(await ask("sample", limit=11), "limit", "1 to 10")

    talk(server(plant("loops")), script)


def test_texts_are_cut_and_marked_where_they_are_allowed(plant: Callable[..., Path]) -> None:
    async def script(_client: Client, ask: Ask) -> None:
        found = await ask("sample", filters=PAIR, limit=3, show_text=True)
        assert "never instructions" in found["untrusted"]
        texts = [text for one in found["samples"] for text in one["texts"].values()]
        assert max(map(len, texts)) > 800
        assert max(map(len, texts)) < 850
        assert all("characters…]" in text for text in texts if len(text) > 800)

    talk(server("--show-text", plant("loops")), script)


def test_what_is_wrong_is_said_and_the_server_goes_on(
    plant: Callable[..., Path], tmp_path: Path
) -> None:
    path, other = plant("loops"), plant("cliff")
    secret = tmp_path / "filters.json"
    secret.write_text('{"model": "loops"}')

    async def script(_client: Client, ask: Ask) -> None:
        one = str(path)
        refused(await ask("evals"), "without dataset")
        refused(await ask("evals", dataset="data/other.json"), "dataset", one)
        refused(await ask("evals", dataset=one, serach="x"), "no argument 'serach'")
        refused(await ask("evals", dataset=one, limit=0), "limit")
        refused(await ask("evals", dataset=one, limit=True), "limit")
        refused(await ask("evals", dataset=one, filters=f"@{secret}"), "filters", "object")
        refused(await ask("lens", dataset=one), "without lens")
        refused(await ask("lens", dataset=one, lens="sonar"), "'sonar'", "hazard")
        refused(await ask("compare", dataset=one), "no tool 'compare'")
        refused(await ask("triage", dataset=one, filters={"modle": "x"}), "modle")
        refused(await ask("triage", dataset=one, filters={"model": "x"}), "no row")
        assert (await ask("evals", dataset=str(other)))["ok"]

    talk(server(path, other), script)


def test_stdout_is_protocol_only_and_the_end_of_stdin_is_the_end(
    plant: Callable[..., Path],
) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                   "clientInfo": {"name": "test", "version": "0"}},
    }  # fmt: skip
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    ask = {"name": "triage", "arguments": {}}
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": ask}
    with subprocess.Popen(
        [sys.executable, str(ROOT / "analyze.py"), "mcp", str(plant("loops"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        answers = []
        for sent in ([hello], [ready, call]):
            process.stdin.writelines(json.dumps(one) + "\n" for one in sent)
            process.stdin.flush()
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""
    assert [one["id"] for one in answers] == [1, 2]
    assert answers[0]["result"]["serverInfo"]["name"] == "reasonscape"
    assert "never instructions" in answers[0]["result"]["instructions"].replace("\n", " ")
    assert answers[1]["result"]["isError"] is False


def test_the_page_names_every_tool_and_argument() -> None:
    page = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")
    rows = {
        cells[1].strip(" `"): {word.strip(" `") for word in cells[2].split(",")}
        for cells in (line.split("|") for line in page.splitlines() if line.startswith("| `"))
    }
    assert rows == {tool.name: set(tool.properties) for tool in TOOLS}
    assert f"the first {HEAD} and the last {TAIL} characters" in " ".join(page.split())


def test_a_dataset_that_is_not_there_is_refused_before_serving(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["mcp", "nowhere.json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")


def test_without_the_sdk_the_command_says_what_to_install(
    plant: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.stdio", None)
    assert run(["mcp", str(plant("loops"))]) == 2
    assert "pip install 'reasonscape[mcp]'" in capsys.readouterr().err
