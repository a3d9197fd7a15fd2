"""Summary: a contingency pack as a page that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

import pandas as pd

from allocopt.notes import Note

if TYPE_CHECKING:
    from allocopt.contingency.pack import Alternative

MOST_LINES = 8

TITLE = Note("Contingency pack", "应急计划")
INTRODUCTION = Note(
    "Each plan below is solved in advance. Its trigger says when to take it. What it brings is compared "
    "with carrying on the present plan in the same circumstances.",
    "以下各方案均已提前求解。触发条件说明何时启用；效益与在同样情形下继续执行现行计划相比较。",
)
AMOUNTS = Note("Amounts are in {currency}.", "金额单位：{currency}。")
WORDS: Mapping[str, Note] = {
    "trigger": Note("Trigger", "触发条件"),
    "chance": Note("Probability", "概率"),
    "kept": Note("Contribution when carrying on", "继续执行现行计划的贡献"),
    "new": Note("Contribution with the new plan", "启用新方案的贡献"),
    "gain": Note("Gain", "增益"),
    "moves": Note("Units that change hands", "更换负责人的单元"),
    "money": Note("Spend that changes", "投入变化"),
    "quotas": Note("Quotas that change", "指标变化"),
    "none": Note("Nothing", "无"),
    "more": Note("{n} more", "另有 {n} 项"),
    "colon": Note(": ", "："),
    "no plan": Note("No plan was found", "没有可行方案"),
    "not kept": Note("The present plan cannot be carried on", "现行计划无法继续执行"),
}


def summary_text(alternatives: Sequence[Alternative], language: str) -> str:
    """The pack as Markdown, in English or Chinese."""
    blocks = [f"# {TITLE.said_in(language)}", INTRODUCTION.said_in(language)]
    if currency := _currency(alternatives):
        blocks.append(AMOUNTS.said_in(language).format(currency=currency))
    blocks += [block for each in alternatives for block in _section(each, language)]
    return "\n\n".join(blocks) + "\n"


def _currency(alternatives: Sequence[Alternative]) -> str:
    """The currency of all amounts; blank where it is not told or nothing was solved."""
    told = (
        each.plan.summary["scenario"]["currency"] for each in alternatives if each.plan is not None
    )
    return _plain(next(told, ""))


def _section(each: Alternative, language: str) -> Iterator[str]:
    trigger, word = each.world.trigger, {key: n.said_in(language) for key, n in WORDS.items()}
    yield f"## {_plain(each.world.name)}"
    facts = [f"{word['trigger']}{word['colon']}{_plain(trigger.sentence.said_in(language))}"]
    if not isnan(trigger.probability):
        facts.append(f"{word['chance']}{word['colon']}{trigger.probability:.0%}")
    if each.kept_reason:
        facts.append(f"{word['not kept']}{word['colon']}{_plain(each.kept_reason)}")
    else:
        facts.append(f"{word['kept']}{word['colon']}{each.kept:,.0f}")
    if each.plan is None:
        facts.append(f"{word['no plan']}{word['colon']}{_plain(each.reason)}")
    else:
        facts.append(f"{word['new']}{word['colon']}{each.contribution:,.0f}")
    if not isnan(each.gain):
        facts.append(f"{word['gain']}{word['colon']}{each.gain:,.0f}")
    yield "\n".join(f"- {fact}" for fact in facts)
    yield from _changes(each, word)


def _changes(each: Alternative, word: Mapping[str, str]) -> Iterator[str]:
    if each.difference is None:
        return
    moves = [
        f"{unit}: {before} → {after}"
        for unit, before, after in each.difference.moves[["unit", "before", "after"]].to_numpy()
    ]
    yield _listed(word["moves"], moves, word)
    yield _listed(word["money"], _amounts(each.difference.money, "lever"), word)
    yield _listed(word["quotas"], _amounts(each.difference.quotas, "rep"), word)


def _amounts(table: pd.DataFrame, key: str) -> list[str]:
    rows = zip(table[key], table["before"], table["after"], strict=True)
    return [f"{name}: {before:,.0f} → {after:,.0f}" for name, before, after in rows]


def _listed(title: str, lines: Sequence[str], word: Mapping[str, str]) -> str:
    """A heading with the first lines below it, and how many more there are."""
    shown = [_plain(line) for line in lines[:MOST_LINES]] or [word["none"]]
    if len(lines) > MOST_LINES:
        shown.append(word["more"].format(n=len(lines) - MOST_LINES))
    return "\n".join([f"{title} ({len(lines)})", "", *(f"- {line}" for line in shown)])


def _plain(text: str) -> str:
    """Text of tables that Markdown does not read as its own signs."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in text)
