"""Profile: what a part of the plan is, as the head of its document says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# Columns of `units` that tell of an account, beside where it is.
ACCOUNT_FACTS = ("parent_account", "industry", "lifecycle")


def profile(facts: Facts, voice: Voice) -> dict[str, str]:
    """What a territory, an account or a rep is: entries of the head by the name of their label."""
    makers = {"rep": _rep, "territory": _territory, "account": _account}
    make = makers.get(facts.subject.kind)
    return {} if make is None else {name: text for name, text in make(facts, voice) if text}


def manager_of(facts: Facts) -> str:
    """The name of the rep's manager; blank where nobody is named, and for other parts."""
    return facts.name_of("reps", known_text(_row_of_rep(facts).get("manager")))


def _rep(facts: Facts, voice: Voice) -> Iterator[tuple[str, str]]:
    row = _row_of_rep(facts)
    yield "role", known_text(row.get("role"))
    yield "territory", facts.name_of("territories", known_text(row.get("territory")))
    yield "manager", manager_of(facts)
    # A position that the plan fills has nobody yet, and begins on a day of its own.
    if facts.subject.key in facts.hires.index:
        start = facts.hires.loc[facts.subject.key, "start"]
        yield "position", voice.say("head.filled_from", day=voice.show.date(start))
    elif known_text(row.get("status")) == "open":
        yield "position", voice.say("head.left_open")


def _row_of_rep(facts: Facts) -> dict[str, Any]:
    if facts.subject.kind != "rep":
        return {}
    rows = (facts.whole or facts).once("rows of reps", lambda: _rows_of_reps(facts))
    found: dict[str, Any] = rows.get(facts.subject.key, {})
    return found


def _rows_of_reps(facts: Facts) -> dict[str, dict[Any, Any]]:
    """The row of each rep in the scenario."""
    rows = facts.scenario.table("reps").to_dict("records")
    return {str(row["rep"]): row for row in rows}


def _territory(facts: Facts, voice: Voice) -> Iterator[tuple[str, str]]:
    above = facts.scenario.territory_tree.ancestors(facts.subject.key)
    if above:
        yield "part_of", facts.name_of("territories", above[0])


def _account(facts: Facts, voice: Voice) -> Iterator[tuple[str, str]]:
    table = facts.scenario.table("units")
    own = table[table["unit"].isin(facts.units.index)]
    for name in ACCOUNT_FACTS:
        texts = dict.fromkeys(known_text(cell) for cell in own[name]) if name in own else {}
        named = [text for text in texts if text and text != facts.subject.key]
        yield name, voice.show.join(named)
    for name, column in (("territories", "territory"), ("segments", "segment")):
        keys = dict.fromkeys(known_text(cell) for cell in own[column])
        label = column if len(keys) == 1 else name
        yield label, voice.show.join([facts.name_of(name, key) for key in keys])
    dates = own["renewal"].dropna() if "renewal" in own else own["unit"].iloc[:0]
    if len(dates):
        yield "renewal", voice.show.date(min(dates))
