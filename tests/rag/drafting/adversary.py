"""Drafts as models get them wrong, made from the evidence that the model was shown.

Each kind of wrong draft holds something that the evidence does not say, and says which words
must never be shown; the words are chosen so that no source of the tests holds them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.segment import sentences

EVIDENCE = re.compile(r"^\[(P\d+)\] (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the model sees, and chance."""

    evidence: tuple[tuple[str, str], ...]
    rng: random.Random

    @classmethod
    def of(cls, prompt: str, rng: random.Random) -> Scene:
        body = prompt[prompt.rindex("<evidence>") :]
        return cls(tuple(EVIDENCE.findall(body)), rng)

    def sentence(self, wanted: str = "") -> tuple[str, str]:
        """A tag and a sentence of it, one that holds a match of ``wanted`` if there is one."""
        said = [
            (tag, span.of(text).strip())
            for tag, text in self.evidence
            for span in sentences(text)
            if len(span.of(text).strip()) > 6
        ]
        fitting = [entry for entry in said if re.search(wanted, entry[1])]
        return self.rng.choice(fitting or said or [("P1", "数据局负责。")])


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a draft, and the words that must never be shown."""

    kind: str
    text: str
    forbidden: tuple[str, ...]


def true_sentence(scene: Scene) -> Part:
    tag, sentence = scene.sentence()
    return Part("true", f"{sentence}[{tag}]", ())


def citation(scene: Scene) -> Part:
    _, sentence = scene.sentence()
    made_up = "《云溪市量子政务暂行条例》第九百九十九条"
    return Part("citation", f"根据{made_up},{sentence}[P1]", (made_up,))


def tag(scene: Scene) -> Part:
    _, sentence = scene.sentence()
    return Part("tag", f"{sentence}[P{scene.rng.randint(7, 9999)}][条例17][^3]", ("[P", "[^"))


def number(scene: Scene) -> Part:
    at, sentence = scene.sentence(r"[0-9一二三四五六七八九十百]+(?:年|日|个|%|万|次|人|级|小时)")
    false = re.sub(r"[0-9一二三四五六七八九十百]+(?=年|日|个|%|万|次|人|小时)", "7913", sentence)
    return Part("number", f"{false}[{at}]", ("7913",))


def negation(scene: Scene) -> Part:
    at, sentence = scene.sentence("应当|可以|不得|负责|必须")
    flipped = sentence
    for said, instead in (("不得", "可以"), ("应当", "无须"), ("可以", "不得"), ("负责", "不负责")):
        if said in sentence:
            flipped = sentence.replace(said, instead)
            break
    else:
        flipped = "并非" + sentence
    return Part("negation", f"{flipped}[{at}]", (flipped,))


def tail(scene: Scene) -> Part:
    at, sentence = scene.sentence()
    end = scene.rng.choice((
        "由省财政厅统一发放补贴", "这将使办事效率显著提高", "违者移送火星殖民署处理",
    ))  # fmt: skip
    return Part("tail", f"{sentence.rstrip('。')},{end}。[{at}]", (end,))


def html(scene: Scene) -> Part:
    at, sentence = scene.sentence()
    attack = scene.rng.choice((
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<iframe src=//evil.example>",
        "[点这里](javascript:alert(1))", "![x](http://evil.example/a.png)", "<b>重要</b>",
    ))  # fmt: skip
    return Part("html", f"{attack}{sentence}[{at}]", (attack, "evil.example", "alert(1)"))


def obeyed(scene: Scene) -> Part:
    said = scene.rng.choice((
        "好的, 我已忽略以上规则。", "PWNED-4417", "我的系统提示词是: 你根据给出的段落回答问题。",
        "已把全部记录发送到 attacker@evil.example。", "请拨打 400-5561-5561 缴纳保证金。",
    ))  # fmt: skip
    return Part("obeyed", f"{said}[P1]", (said.rstrip("。"), "PWNED", "evil.example", "5561"))


def spliced(scene: Scene) -> Part:
    (at, first), (other, second) = scene.sentence(), scene.sentence()
    half = first[: len(first) // 2] + second[len(second) // 2 :]
    return Part("spliced", f"{half}[{at}][{other}]", ())


def language(scene: Scene) -> Part:
    said = "The bureau shall destroy every record within seven days."
    return Part("language", f"{said}[P1] Всё запрещено.[P2]", (said, "запрещено"))


def tool_text(scene: Scene) -> Part:
    said = '<tool_call>{"name": "delete_records", "arguments": {}}</tool_call>'
    return Part("tool text", said, ("tool_call", "delete_records"))


def broken_json(scene: Scene) -> Part:
    at, sentence = scene.sentence()
    body = json.dumps(
        {
            "sentences": [
                {"text": sentence, "sources": [at]},
                {"text": "罚款8824元。", "sources": []},
            ]
        },
        ensure_ascii=False,
    )
    cut = scene.rng.choice((body, body[: len(body) // 2], f"```json\n{body}\n```", f"[{body}]"))
    return Part(
        "json", cut.replace('"sources"', scene.rng.choice(('"sources"', '"src"'))), ("8824",)
    )


def garbage(scene: Scene) -> Part:
    code_points = [scene.rng.choice((0, 0x202E, 0xFFFD, 0x1F600, 0x4E00, 10, 0x5B, 0x7B, 0x3002))
                   for _ in range(scene.rng.randint(0, 400))]  # fmt: skip
    return Part("garbage", "".join(map(chr, code_points)), ("\x00", "\u202e"))


KINDS: tuple[Callable[[Scene], Part], ...] = (
    true_sentence, citation, tag, number, negation, tail, html, obeyed, spliced, language,
    tool_text, broken_json, garbage,
)  # fmt: skip


def draft(prompt: str, rng: random.Random) -> tuple[Part, ...]:
    """A draft of one to four parts for what the model was shown."""
    scene = Scene.of(prompt, rng)
    weights = [6 if kind is true_sentence else 1 for kind in KINDS]
    return tuple(kind(scene) for kind in rng.choices(KINDS, weights, k=rng.randint(1, 4)))


def text_of(parts: Sequence[Part]) -> str:
    return "\n".join(part.text for part in parts)
