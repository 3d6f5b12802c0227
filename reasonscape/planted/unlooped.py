"""Texts that repeat much and do not loop: numbers, tables, code, many languages, lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

Rng = np.random.Generator

_NOUNS: Final = (
    "amount angle area balance batch budget cell charge colour count delay depth distance edge "
    "energy entry factor field flow frame gain group height index item kind label layer length "
    "level limit link margin mass matrix mode node offset order owner pair part path phase place "
    "point price range rank rate record region result row sample scale score shape side size slot "
    "source speed stage start state step stock sum table target task time token total track type "
    "unit value vector volume weight width zone"
)
_LANGUAGES: Final = {
    "zh": "我们 首先 计算 然后 因此 结果 等于 这个 数字 需要 检查 如果 所以 答案 第一 第二 最后 "
    "可能 条件 满足 假设 不同 方法 问题 考虑 之前 之后 左边 右边 每个 变成 得到 还有 剩下 正确",
    "ja": "まず 次に 計算 する です から ので 答え は 数字 を 確認 して みる と もし ならば 最後 "
    "に なる 考える 必要 が ある 条件 左 右 それぞれ 違う 方法 問題 結果 同じ 残り 正しい こと",
    "ru": "сначала потом поэтому число равно нужно проверить если ответ первый второй последний "
    "может условие пусть другой способ задача рассмотрим слева справа каждый получаем остаётся "
    "верно тогда значит сумма больше меньше шаг снова здесь после перед всего",
    "el": "πρώτα μετά άρα αριθμός ίσος πρέπει έλεγχος αν απάντηση δεύτερο τελευταίο μπορεί συνθήκη "
    "έστω άλλος τρόπος πρόβλημα αριστερά δεξιά κάθε παίρνουμε μένει σωστό τότε άθροισμα βήμα",
    "hi": "पहले फिर इसलिए संख्या बराबर जाँच यदि उत्तर दूसरा अंतिम शर्त मान लो अलग तरीका समस्या बाएँ "
    "दाएँ प्रत्येक मिलता शेष सही तब योग अधिक कम चरण",
    "ar": "أولا ثم لذلك العدد يساوي يجب التحقق إذا الجواب الثاني الأخير شرط لنفرض طريقة أخرى "
    "المسألة يسار يمين كل نحصل يبقى صحيح عندئذ المجموع أكبر أقل خطوة",
    "de": "zuerst danach also zahl gleich muss prüfen wenn antwort zweite letzte kann bedingung "
    "sei anderer weg aufgabe links rechts jede ergibt bleibt richtig dann summe größer kleiner",
}
_ENDS: Final = {"zh": "。", "ja": "。", "hi": " ।"}


def digits(rng: Rng, chars: int) -> str:
    """Numbers: a matrix, a list, or long additions."""
    style = rng.integers(3)
    parts, size = list[str](), 0
    while size < chars:
        if style == 0:
            parts.append(" ".join(map(str, rng.integers(0, 10, 12))) + "\n")
        elif style == 1:
            parts.append(", ".join(map(str, rng.integers(-999, 1000, 20))) + ", ")
        else:
            a, b = rng.integers(10, 10**6, 2)
            parts.append(f"{a} + {b} = {a + b}\n")
        size += len(parts[-1])
    return "".join(parts)


def table(rng: Rng, chars: int) -> str:
    """A table with words and numbers, in Markdown or with commas."""
    columns = int(rng.integers(3, 7))
    head = rng.choice(_NOUNS.split(), columns, replace=False)
    markdown = bool(rng.integers(2))
    rule = "|" + " --- |" * columns + "\n"
    parts = ["| " + " | ".join(head) + " |\n" + rule if markdown else ",".join(head) + "\n"]
    worded = rng.random(columns) < 0.4
    size = len(parts[0])
    while size < chars:
        cells = [
            str(rng.choice(_NOUNS.split())) if word else str(round(float(rng.lognormal(3, 1)), 1))
            for word in worded
        ]
        line = "| " + " | ".join(cells) + " |\n" if markdown else ",".join(cells) + "\n"
        parts.append(line)
        size += len(line)
    return "".join(parts)


def code(rng: Rng, chars: int) -> str:
    """Program text with the idioms that code repeats."""
    parts, size = list[str](), 0
    while size < chars:
        a, b, c, d = rng.choice(_NOUNS.split(), 4, replace=False)
        lines = [
            f"def {a}_{b}({c}, {d}={rng.integers(9)}):",
            f"    if {c} > {d}:",
            f"        return {c} - {rng.integers(99)}",
            f"    for i in range(len({c})):",
            f"        {d} += {c}[i] * {rng.integers(2, 12)}",
            f"    elif {d} == {rng.integers(20)} and not {b}:",
            f'    raise ValueError("{a} is not a {d}")',
            f"    {a} = self.{b}.get({c!r}, None)",
            f"    assert {d}_{c}(x, {rng.integers(50)}) == {rng.integers(100)}",
            f"    while {c} < {rng.integers(10, 500)}:",
            f"        {c} = {c} // 2 if {c} % 2 == 0 else 3 * {c} + 1",
            f"    return {{{c!r}: {c}, {d!r}: {d}}}",
        ]
        keep = sorted(rng.choice(len(lines) - 1, int(rng.integers(3, 9)), replace=False) + 1)
        parts.append("\n".join([lines[0], *(lines[i] for i in keep)]) + "\n\n")
        size += len(parts[-1])
    return "".join(parts)


def foreign(rng: Rng, chars: int) -> str:
    """Sentences of random words in one of seven languages."""
    language = str(rng.choice(list(_LANGUAGES)))
    words = _LANGUAGES[language].split()
    between = "" if language in ("zh", "ja") else " "
    end = _ENDS.get(language, ".")
    parts, size = list[str](), 0
    while size < chars:
        chosen = rng.choice(words, int(rng.integers(4, 13)))
        number = str(rng.integers(1000)) if rng.random() < 0.3 else ""
        parts.append(between.join([*chosen, number]).rstrip() + end + between)
        size += len(parts[-1])
    return "".join(parts)


def enumeration(rng: Rng, chars: int) -> str:
    """A list: one lead for all lines, something of its own in each; half of them conclude."""
    a, b = rng.choice(_NOUNS.split(), 2, replace=False)
    lead = str(
        rng.choice(
            [
                f"Step {{i}}: consider the {a} of the",
                f"{{i}}. The {a} is compared with the",
                f"- Case {{i}}: if {a} holds for",
                f"Check {{i}} ({a} against {b}):",
            ]
        )
    )
    parts, size, i = list[str](), 0, 1
    while size < chars:
        own = " ".join(rng.choice(_NOUNS.split(), int(rng.integers(4, 10))))
        parts.append(f"{lead.format(i=i)} {own}, which gives {rng.integers(100)}.\n")
        size += len(parts[-1])
        i += 1
    if rng.integers(2):
        parts.append(f"\nSo the answer follows from the {b} and is {rng.integers(1000)}.")
    return "".join(parts)


WRITERS: Final[dict[str, Callable[[Rng, int], str]]] = {
    "digits": digits,
    "table": table,
    "code": code,
    "foreign": foreign,
    "enumeration": enumeration,
}
