"""Words: what rules and steps are called, and the buttons that try them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allocopt.documents.blocks import MARKS, Column
from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import rule_sentence
from allocopt.documents.language.formats import known
from allocopt.review.limits.loosening import Loosening
from allocopt.review.quick import asks, change_button
from allocopt.review.tallies.sides import sided
from allocopt.review.view import View

LOCK = "unit_locked"


def rule_name(rule: str, view: View) -> str:
    """The short name of a rule; its sentence where there is none."""
    sentence = rule_sentence(rule, view.facts, view.voice).rstrip(".。")
    return view.voice.say.get(f"review.limits.rule.{rule}", sentence)


def heads(view: View, keys: str) -> list[Column]:
    """Columns named by keys of `review.limits.column`, marked as in `documents.blocks.columns`."""
    return [
        (view.voice.say(f"review.limits.column.{key.lstrip('#@')}"), MARKS.get(key[0], "text"))
        for key in keys.split()
    ]


def two(now: float, after: float, write: Callable[[float], str]) -> str:
    """A value, and that of the answer where there is one and it is another."""
    return sided(now, after, write) if known(after) else write(now)


def mark_of(rule: str, item: str, facts: Facts) -> str:
    """What a limit is about, as rows and charts mark it; blank where that is no one thing."""
    part = item.rpartition("/")[2]
    if rule == LOCK:
        return f"unit:{part}"
    if rule == "lever_budget":
        return f"lever:{part}"
    scope, _, key = part.partition("=")
    if scope in ("territory", "segment") and key:
        return part.replace("=", ":", 1)
    reps = facts.once("rep keys", lambda: frozenset(facts.scenario.table("reps")["rep"]))
    return f"rep:{part}" if part in reps else ""


def buttons(moves: list[Loosening], view: View) -> list[dict[str, Any]]:
    """A what-if for each step; none for those who ask none, and none while presenting."""
    if not asks(view):
        return []
    hint = view.voice.say("review.limits.try")
    return [
        change_button(view, _step(one, view), one.kind, one.values, hint)
        for one in moves
        if _is_own(one, view)
    ]


def _is_own(one: Loosening, view: View) -> bool:
    """Whether what would change is the person's to change; the rules of the whole are nobody's part."""
    named = {name: one.values.get(name, "") for name in ("unit", "rep")}
    return view.person.within(view.facts.scenario, **named)


def _step(one: Loosening, view: View) -> str:
    """`+1 h`, `+10 %`."""
    show = view.voice.show
    amount = show.tick(one.step)
    return view.voice.say(f"review.limits.step.{one.unit}", n=amount)
