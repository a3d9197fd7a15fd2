"""Why not: what the other reps would mean for a unit, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allocopt.explanation.alternatives import Alternative
from allocopt.explanation.limits import change_words
from allocopt.explanation.words import ALONE, METHODS, joined, names, number, part_note, signed
from allocopt.notes import Note

MOST_PARTS = 4


def why_not(found: Sequence[Alternative], unit: str) -> Iterator[Note]:
    """What each of the other reps would mean for a unit, and what would give it to them."""
    if not found:
        yield Note(
            "No other rep is eligible: territories, segments or distance exclude all.",
            "没有其他合格的代表：区域、细分或距离均不符合。",
        )
    for other in found:
        yield _why_not(other, unit)
        yield from (obstacle.sentence for obstacle in other.obstacles)
        if other.moves:
            yield _moved(other)
        yield from _conditions(other)


def _conditions(other: Alternative) -> Iterator[Note]:
    """What would give the unit to the rep; all that is asked for together where nothing was solved."""
    alone = [condition.phrase for condition in other.conditions if not condition.solved]
    if alone:
        phrase = joined(alone, (" and ", "，且"))
        yield Note(
            f"Alone it could go to {other.rep} without loss with {phrase}.",
            f"若{phrase.zh}，则可单独改由 {other.rep} 负责而无损失。",
        )
    for condition in other.conditions:
        if condition.solved:
            yield Note(
                f"It would go to {other.rep} with {condition.phrase}.",
                f"若{condition.phrase.zh}，则由 {other.rep} 负责。",
            )


def _why_not(other: Alternative, unit: str) -> Note:
    """What another rep would mean, part by part."""
    if other.impossible:
        return Note(
            f"{other.rep} instead: no plan has {unit} there. {other.impossible}",
            f"改由 {other.rep}：没有可行的计划。{other.impossible}",
        )
    change, (english, chinese) = other.change, change_words(other.change)
    if not change.at_least < change.at_most:
        english = chinese = signed(change.value)
    method = METHODS[change.method]
    parts = sorted(other.parts.items(), key=lambda part: -abs(part[1]))[:MOST_PARTS]
    notes = [part_note(name) for name, _ in parts]
    amounts = [signed(amount) for _, amount in parts]
    pairs = [
        Note(f"{note} {amount}", f"{note.zh} {amount}")
        for note, amount in zip(notes, amounts, strict=True)
    ]
    told = joined(pairs) if pairs else Note("no part changes", "各项不变")
    relaxed = _relaxed(other)
    return Note(
        f"{other.rep} instead: {english} ({method}): {told}{relaxed}.",
        f"改由 {other.rep}：{chinese}（{method.zh}）：{told.zh}{relaxed.zh}。",
    )


def _relaxed(other: Alternative) -> Note:
    """What the linear relaxation loses, beside an estimate that lets nobody else move."""
    if other.change.method != ALONE or math.isnan(other.reduced_cost):
        return Note("", "")
    loss = number(-other.reduced_cost)
    return Note(
        f"; the linear relaxation, in which all may move, loses {loss}",
        f"；线性松弛（其他单元可变动）损失 {loss}",
    )


def _moved(other: Alternative) -> Note:
    """Who else would move."""
    moved = [f"{unit} ({before or '–'} → {after or '–'})" for unit, before, after in other.moves]
    english, chinese = names(moved)
    return Note(f"Then these move as well: {english}.", f"同时变动：{chinese}。")
