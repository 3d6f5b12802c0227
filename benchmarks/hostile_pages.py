"""A store with script in every text, through every command that writes pages, in a real browser.

    python -m benchmarks.hostile_pages [--rows N] [--keep FOLDER]

Markup, script, links, addresses on loopback, template marks and escape sequences stand in every
text field of a log and of the dataset config. Every lens, diagnose, compare and triage then write
all their pages, reports, tables and words on a terminal. Each page is opened in headless Chromium,
its tabs are clicked and its points hovered. Printed a page: scripts that ran, requests that left
it (the browser's own account, and what a server on loopback was asked for), links that lead
elsewhere, errors of the console. Then what a reader of Markdown finds in each report beyond plain
text and the pictures beside it, and control characters in any output. Ends with 1 if anything is
found, and with 2 where there is no browser.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from benchmarks.fuzz_report import steers
from reasonscape.cli.app import run
from reasonscape.runs.pictures import HINT, find_browser
from tests.report.browser import Browser

COMMANDS = (
    "surface d.json --figures 9 --output-dir out/surface",
    "compression d.json --figures 9 --show-text 2 --output-dir out/compression",
    "hazard d.json --figures 9 --output-dir out/hazard",
    "fft d.json --figures 9 --output-dir out/fft",
    "failures d.json --figures 9 --show-text 2 --output-dir out/failures",
    "traces d.json --figures 9 --output-dir out/traces",
    "diagnose d.json --figures 9 --output-dir out/diagnose",
    "triage d.json --output-dir out/triage",
    "compare d.json {a} {b} --figures 9 --output-dir out/compare",
    "evals d.json", "tasks d.json --detail", "schema d.json", "evals d.json --format markdown",
)  # fmt: skip
TASKS = (
    "<img src=//127.0.0.1:{port}/t onerror=ran=1>|",
    "[x](javascript:1)</title><svg onload=ran=1>`",
)
"""Base tasks are names of folders as well, and shorter."""
HOVER = """(async () => {
  let count = 0;
  for (const plot of document.querySelectorAll('.js-plotly-plot')) {
    for (let i = 0; i < Math.min(plot.data.length, 12); i++) {
      const t = plot._fullData[i], at = t.scene ?? (t.xaxis ?? 'x') + (t.yaxis ?? 'y');
      try { Plotly.Fx.hover(plot, [{curveNumber: i, pointNumber: 0}], [at]); count++; } catch (e) {}
      await new Promise(done => setTimeout(done, 5));
    }
  }
  for (const tab of document.querySelectorAll('[role=tab], summary, th button')) tab.click();
  for (const a of document.querySelectorAll('main a, svg a, .js-plotly-plot a'))
    a.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
  await new Promise(done => setTimeout(done, 200));
  return count;
})()"""
LINKS = """[...document.querySelectorAll('a, area, iframe, img, link, form, object, embed')].filter(
  e => !e.closest('.modebar')).map(e => e.href?.baseVal ?? e.href ?? e.src ?? e.outerHTML)
  .filter(u => u && !u.startsWith(location.href.split('#')[0] + '#') && !/^(data|blob):/.test(u))"""


class Server(ThreadingHTTPServer):
    """Counts who asks it for anything."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Note the path."""
        assert isinstance(self.server, Server)
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def payload(field: str, port: int) -> str:
    """What stands in a field: short enough for a name."""
    at = f"//127.0.0.1:{port}/{field}"
    return (
        f"{field}<img src=http:{at} onerror=window.ran='{field}'>"
        f'"><svg onload=ran=1><script>window.ran=1</script>'
        f"<a href='javascript:ran=1'>a</a>[x](javascript:ran=1)![y](http:{at})|`{{{{7*7}}}}\x1b[31m"
    )


def rows(count: int, port: int) -> Iterator[str]:
    """A log whose every text is a payload, with answers that get worse with length."""
    rng = random.Random(1)
    words = ["so", "then", "we", "add", "check", "carry", "the", "sum", "wait", "digit", "hence"]

    def name(field: str) -> str:
        return payload(field, port)

    for number in range(count):
        length, right = number % 6, rng.random() > (number % 6) / 7
        thought = " ".join(rng.choice(words) for _ in range(30 + 20 * length))
        if not right:
            thought += " wait again first " * (5 + 4 * length)
        yield json.dumps(
            {
                "model": name(f"model{number % 2}"), "template": name("template"),
                "sampler": name("sampler"), "base_task": TASKS[number % 4 // 2].format(port=port),
                "task": name("variant"), "item_id": name(f"i{number // 2}"), "correct": right,
                "prompt": name("prompt") + f" {number} add " * (length + 2),
                "reasoning": name("r") + thought + name("end"), "response": name("response"),
                "answer": name("answer"), "target": name("target"), "stop": "stop",
                "completion_tokens": len(thought.split()),
                "params": {name("length"): length, name("kind"): name(f"k{number % 3}"),
                           "depth": number % 3},
            }
        )  # fmt: skip


def config(path: Path, port: int) -> None:
    """Labels, groups and tiers of the config are payloads as well."""
    document = json.loads(path.read_text())
    for number, entry in enumerate(document["evals"]):
        entry["label"] = payload("label" + str(number), port)
        entry["groups"] = [payload("group", port)]
        entry["tokenizer"] = "o200k_base"
    length = payload("length", port)
    for task in document["base_tasks"].values():
        task["label"] = payload("tlabel", port)
        task["axes"] = {length: {"label": payload("axis", port), "unit": payload("unit", port)}}
        task["surfaces"] = [{"id": payload("surface", port), "x": length, "y": "depth"}]
    document["tiers"] = {payload("tier", port): {"depth": 1}}
    document["name"] = payload("dataset", port)
    path.write_text(json.dumps(document))


def said(line: list[str]) -> tuple[int, str]:
    """The exit code of a command, and all that it said."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(line)
        out.flush()
    held = out.buffer
    assert isinstance(held, io.BytesIO)
    return code, held.getvalue().decode("utf-8", "replace") + err.getvalue()


def made(port: int, count: int) -> list[str]:
    """Import and run everything here; what a terminal would obey."""
    Path("log.jsonl").write_text("\n".join(rows(count, port)))
    found = list[str]()
    lines = ["import log.jsonl --dataset d.json"]
    a, b = (json.dumps({"model": payload(f"model{n}", port)}) for n in (0, 1))
    for number, line in enumerate([*lines, *COMMANDS]):
        words = [one.format(a=a, b=b) if one in ("{a}", "{b}") else one for one in line.split()]
        code, text = said(words)
        print(f"{words[0]}: exit {code}", file=sys.stderr, flush=True)
        if code not in (0, 3):
            found.append(f"{line}: exit {code}, {text[-300:]!r}")
        if steers(text.replace("\t", " ")):
            found.append(f"{line}: control characters on the terminal")
        if number == 0:
            config(Path("d.json"), port)
    return found


def seen(browser: Browser, page: Path, server: Server) -> list[Any]:
    """What a page did."""
    server.asked.clear()
    browser.open(page)
    hovered = browser.ask(HOVER)
    ran = browser.ask("[window.ran, window.alerted].filter(x => x !== undefined)")
    links = browser.ask(LINKS)
    asked = [url for url in browser.requests() if not url.startswith("file:")] + server.asked
    return [hovered, ran, asked, links, browser.errors()]


def in_markdown(report: Path) -> list[str]:
    """Links, pictures and HTML of a report, but the pictures that lie beside it."""
    tokens = MarkdownIt("commonmark").enable("table").parse(report.read_text())
    found = []
    for token in (*tokens, *(child for one in tokens for child in one.children or ())):
        beside = token.type == "image" and (report.parent / str(token.attrs["src"])).is_file()
        if token.type in ("html_inline", "html_block", "link_open", "image") and not beside:
            found.append(f"{report}: {token.type} {token.content[:80]}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=480)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    program = find_browser()
    if program is None:
        print(HINT)
        return 2
    server = Server()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        os.chdir(chosen.keep or temporary)
        found = made(server.server_port, chosen.rows)
        outside = [
            one for one in Path().iterdir() if one.name not in ("log.jsonl", "d.json", "d", "out")
        ]
        found += [f"written beside the output: {one}" for one in outside]
        print("page | hovered | scripts that ran | requests | links elsewhere | console errors")
        with Browser(program) as browser:
            for page in sorted(Path("out").rglob("*.html")):
                told = seen(browser, page.absolute(), server)
                print(page, told[0], *(len(one) for one in told[1:]), sep=" | ", flush=True)
                found += [f"{page}: {one}" for part in told[1:] for one in part]
        for path in sorted(Path("out").rglob("*.md")):
            found += in_markdown(path)
        for path in [*Path("out").rglob("*.md"), *Path("out").rglob("*.csv")]:
            if steers(path.read_text().replace("\t", " ").replace("\r\n", "\n")):
                found.append(f"{path}: control characters")
        print(f"{len(found)} findings", *(one[:400] for one in found[:40]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
