"""Chat templates: what they render, what they must not do, and readings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reasonscape.errors import UsageError
from reasonscape.text import rendering
from reasonscape.text.chat_templates import ChatTemplate, chat_template
from reasonscape.text.readings import Reading, reading
from reasonscape.text.rendering import Limits, rendered
from reasonscape.text.tokenizers import tokenizer

pytest.importorskip("jinja2")

CHAT = """\
{%- for message in messages %}
    {{- '<|' + message.role + '|>\\n' + message['content'] + eos_token }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|assistant|>\\n' }}
{%- endif %}
"""


def render(source: str, *prompts: str | None, **tokens: str) -> list[str | None]:
    found: list[str | None] = (
        ChatTemplate("t", source, tokens).render(pa.array(prompts, pa.string())).to_pylist()
    )
    return found


def refusal(source: str, prompt: str = "one", limits: Limits = rendering.LIMITS) -> str:
    with pytest.raises(UsageError) as told:
        rendered(source, {}, pa.array([prompt]), "t", limits)
    assert told.value.message.startswith("the chat template t cannot be rendered: ")
    assert told.value.message.isprintable()
    return told.value.message.removeprefix("the chat template t cannot be rendered: ")


def test_a_prompt_is_the_only_message_of_a_user() -> None:
    prompts = ["1 < 2 & {{ x }}", None, "", "🐈\n猫"]
    around = "<|user|>\n{}</s><|assistant|>\n"
    expected = [None if one is None else around.replace("{}", one) for one in prompts]
    assert render(CHAT, *prompts, eos_token="</s>") == expected


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = pa.array(["a", None, "bb", "", "🐈" * 9, "c"], pa.large_string())
    template = ChatTemplate("t", "<{{ messages[0].content }}>")
    whole = template.render(prompts)
    monkeypatch.setattr(rendering, "_ROWS", 2)
    monkeypatch.setattr(rendering, "_BYTES", 10)
    assert template.render(prompts).equals(whole)
    assert whole.to_pylist() == ["<a>", None, "<bb>", "<>", "<" + "🐈" * 9 + ">", "<c>"]
    assert template.render(prompts.slice(2)).equals(whole.slice(2))


def test_nothing_to_render() -> None:
    assert render("x") == []
    assert render("x", None) == [None]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # transformers 5.24: utils.chat_template_utils.render_jinja_template([[message]], template).
        ("{{ messages | tojson }}", '[{"role": "user", "content": "<é>"}]'),
        ("{% if true %}\n  a\n  {% endif %}\nb", "  a\nb"),
        ("{{ missing }}{{ missing is defined }}{{ tools is none }}", "FalseTrue"),
        ("{% for i in [1, 2] %}{{ i }}{% break %}{% endfor %}", "1"),
        ("{% generation %}{{ messages[0].content }}{% endgeneration %}", "<é>"),
        ("{{ messages[0].content[::-1] | upper }}", ">É<"),
        ("{% set ns = namespace(n=2) %}{% set ns.n = ns.n * 3 %}{{ ns.n ** 2 }}", "36"),
    ],
)
def test_as_hugging_face_renders(source: str, expected: str) -> None:
    assert render(source, "<é>") == [expected]


def test_it_is_always_the_same_day() -> None:
    assert render("{{ strftime_now('%d %b %Y') }}", "one") == ["01 Jan 2025"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ raise_exception('no\n\x1b[31mroles') }}", "it says: no  [31mroles"),
        ("{% if %}", "TemplateSyntaxError in line 1"),
        ("{{ missing.role }}", "UndefinedError: 'missing' is undefined"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ '\\ud800' }}", "UnicodeEncodeError"),
        ("{% include '/etc/hosts' %}", "no loader"),
        ("{{ lipsum() }}", "'lipsum' is undefined"),
        ("{{ [1, 2] | random }}", "No filter named 'random'"),
    ],
)
def test_what_cannot_be_rendered_is_said(source: str, why: str) -> None:
    assert why in refusal(source)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ ''.__class__ }}", "it asks for __class__ of a str"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "it asks for __class__"),
        ("{{ '' | attr('__class__') }}", "it asks for __class__"),
        ("{{ messages.__init__.__globals__ }}", "it asks for __init__"),
        ("{{ cycler.__init__.__globals__.os }}", "it asks for __init__"),
        ("{{ raise_exception.__globals__ }}", "it asks for __globals__ of a function"),
        ("{{ '{0.__class__}'.format(1) }}", "it asks for __class__"),
        ("{{ messages.append(1) }}", "it asks for append of a list"),
    ],
)
def test_objects_are_out_of_reach(source: str, why: str) -> None:
    assert why in refusal(source)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ 'x' * 10**9 }}", "it repeats something too often"),
        ("{{ 10**9 * ['x'] }}", "it repeats something too often"),
        ("{{ 9 ** (9 ** 9) }}", "it makes too large a number"),
        ("{% for i in range(10**12) %}{% endfor %}", "Range too big"),
        ("{% for i in range(99999) %}0123456789abcdef{% endfor %}", "it writes too much"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "it calls itself without end"),
    ],
)
def test_what_is_too_much_is_refused_everywhere(source: str, why: str) -> None:
    assert why in refusal(source)


ENDLESS = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    "source",
    [
        "{{ '%3000000000d' % 1 }}",
        "{{ '{:3000000000}'.format(1) }}",
        "{{ 'x' | center(3000000000) }}",
        (
            "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}"
            "{% endfor %}"
        ),
        "{{ 'a'.replace('', 'b' * 999999).replace('b', 'c' * 999999) }}",
        ENDLESS,
    ],
)
def test_memory_and_time_are_limited_by_the_system(source: str) -> None:
    pytest.importorskip("resource")
    # Which limit is met first is the machine's affair.
    why = refusal(source, limits=Limits(seconds=1.0, memory=1 << 28, wall=60.0))
    assert "it needs too much memory" in why or "it takes more than 1 s for a prompt" in why


def test_time_is_limited_where_the_system_does_not_help() -> None:
    limits = Limits(seconds=1e6, wall=1.0)
    assert refusal(ENDLESS, limits=limits) == "it takes more than 1 s for a batch"


def test_only_some_prompts_may_be_too_much() -> None:
    source = "{{ messages[0].content * 1000 }}"
    assert render(source, "x" * 1000) == ["x" * 1_000_000]
    assert refusal(source, "x" * 2000) == "it repeats something too often"


def test_all_renderings_together_are_limited() -> None:
    with pytest.raises(UsageError, match="it writes too much"):
        rendered("0123456789", {}, pa.array(["a"] * 11), "t", Limits(output=100))


def test_jinja_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'reasonscape\[tokenizers\]'"):
        render("x", "y")


def write(folder: Path, name: str, content: Any) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")


def test_templates_of_a_config(tmp_path: Path) -> None:
    token = {"__type": "AddedToken", "content": "<s>"}
    config = {"bos_token": token, "eos_token": "</s>", "pad_token": None, "chat_template": "A"}
    write(tmp_path, "tokenizer_config.json", config)
    found = chat_template("tokenizer_config.json", tmp_path)
    assert (found.source, found.tokens) == ("A", {"bos_token": "<s>", "eos_token": "</s>"})
    assert chat_template(".", tmp_path).source == "A"
    named = [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]
    write(tmp_path, "tokenizer_config.json", config | {"chat_template": named})
    assert chat_template(str(tmp_path)).source == "D"
    write(tmp_path, "chat_template.jinja", "{{ bos_token }}é")
    bare = chat_template("chat_template.jinja", tmp_path)
    assert bare.render(pa.array(["x"])).to_pylist() == ["<s>é"]
    del config["chat_template"]
    write(tmp_path, "tokenizer_config.json", config)
    assert chat_template("tokenizer_config.json", tmp_path).source == bare.source


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("tokenizer_config.json", "{", "is not JSON"),
        ("tokenizer_config.json", "[" * 100_000, "is not JSON"),
        ("tokenizer_config.json", "[]", "has no chat template"),
        ("tokenizer_config.json", '{"chat_template": [1]}', "has no chat template"),
        ("other.jinja", None, "cannot be read"),
    ],
)
def test_files_without_a_template(name: str, content: str | None, why: str, tmp_path: Path) -> None:
    if content is not None:
        write(tmp_path, name, content)
    with pytest.raises(UsageError, match=why):
        chat_template(name, tmp_path)


def test_a_template_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.jinja").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="is not UTF-8"):
        chat_template("a.jinja", tmp_path)


def test_fingerprints_tell_templates_apart() -> None:
    made = [
        Reading(tokenizer("bytes")),
        Reading(tokenizer("words")),
        Reading(tokenizer("bytes"), ChatTemplate("a", "x")),
        Reading(tokenizer("bytes"), ChatTemplate("a", "y")),
        Reading(tokenizer("bytes"), ChatTemplate("a", "x", {"bos_token": "<s>"})),
    ]
    assert len({one.fingerprint for one in made}) == len(made)
    renamed = Reading(tokenizer("bytes"), ChatTemplate("b", "x"))
    assert renamed.fingerprint == made[2].fingerprint


def test_a_reading_is_template_then_tokenizer(tmp_path: Path) -> None:
    write(tmp_path, "chat.jinja", "<{{ messages[0].content }}>")
    found = reading("words", template="chat.jinja", beside=tmp_path)
    assert found.name == "words, chat template chat.jinja"
    assert found.described == {"tokenizer": "words", "template": "chat.jinja"}
    assert found.encode(pa.array(["1 2", None])).tokens.lengths.tolist() == [5, 0]
    plain = reading("words")
    assert (plain.name, plain.described) == ("words", {"tokenizer": "words"})
    assert plain.encode(pa.array(["1 2", None])).tokens.lengths.tolist() == [3, 0]


@pytest.mark.parametrize("source", ["hello", "", "{{ nope }}", "x" * 99])
def test_a_template_that_leaves_the_prompt_out_is_refused(source: str) -> None:
    one = Reading(tokenizer("bytes"), ChatTemplate("t.jinja", source))
    with pytest.raises(UsageError, match="leaves the prompt out"):
        one.encode(pa.array(["What is 2 + 2?", None, " "]))


def test_a_template_may_change_white_space() -> None:
    source = "{{ messages[0].content | replace(' ', '_') | upper }}{{ messages[0].content[:4] }}"
    one = Reading(tokenizer("bytes"), ChatTemplate("t.jinja", source))
    assert len(one.encode(pa.array(["What is 2 + 2?"]))) == 1
