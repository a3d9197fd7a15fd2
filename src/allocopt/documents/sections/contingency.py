"""Contingency: what may come, how it is seen, who acts, and the plan that is ready for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    heading,
    notice,
    section,
)
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.language.amounts import signed
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.differences import difference_between, money, moves, quotas

Row = dict[str, Any]
MOST_LISTED = 8
# Names that allocopt gives to worlds; what follows is the place or the rep.
GIVEN = ("demand-low", "demand-high", "lose", "budget-cut", "supply-cut")


def contingency_section(facts: Facts, voice: Voice) -> Section:
    """All alternatives with what each brings, and what to watch for."""
    rows = _rows(facts)
    if not rows:
        return section("contingency", voice, [])
    blocks = [
        notice(voice.say.count("contingency.introduction", len(rows))),
        _overview(rows, facts, voice),
        _watch(rows, facts, voice),
    ]
    return section("contingency", voice, blocks)


def alternatives_section(facts: Facts, voice: Voice) -> Section:
    """Each alternative: when to take it, who acts, what it changes."""
    blocks = [block for row in _rows(facts) for block in _alternative(row, facts, voice)]
    return section("alternatives", voice, blocks)


def world_name(row: Row, facts: Facts, voice: Voice) -> str:
    """What people call a world: given names are put into words, own ones stay."""
    name = str(row["name"])
    key = next((key for key in GIVEN if name == key or name.startswith(f"{key}-")), "")
    if not key:
        return name
    place = facts.scope_name(known_text(row["scope"]))
    kind = key.replace("-", "_")
    return voice.say(
        f"contingency.name.{kind}_in" if place else f"contingency.name.{kind}", place=place
    )


def owner_of(scope: str, facts: Facts) -> str:
    """Who acts: the manager of the rep or of most reps there, else who answers for the company."""
    kind, _, key = scope.partition("=")
    reps = facts.scenario.table("reps")
    if kind == "rep":
        chosen = reps["rep"] == key
    elif kind == "territory":
        inside = facts.scenario.territory_tree.within([key])
        units = facts.units.index[facts.units["territory"].isin(inside)]
        held = facts.table("assignments")
        chosen = reps["rep"].isin(held.loc[held["unit"].isin(units), "rep"])
    else:
        return _owner_of_company(facts)
    managers = reps.loc[chosen, "manager"].map(known_text)
    managers = managers[managers != ""]
    if managers.empty:
        return _owner_of_company(facts)
    return facts.name_of("reps", str(managers.mode().iloc[0]))


def _owner_of_company(facts: Facts) -> str:
    targets = facts.scenario.table("targets")
    whole = targets[targets["scope"].map(known_text).isin(["", "company"])]
    owners = [known_text(owner) for owner in whole["owner"] if known_text(owner)]
    return owners[0] if owners else facts.scenario.config.document.author


def trigger_text(row: Row, facts: Facts, voice: Voice) -> str:
    """What calls for the plan, with names and amounts as the document writes them.

    The pack's own words stand for what is no measure of sales and no lost rep.
    """
    name, scope = str(row["name"]), known_text(row["scope"])
    place = facts.scope_name(scope) or voice.say("general.company")
    if name.startswith("lose-") and scope.startswith("rep="):
        return voice.say("contingency.notice", rep=place)
    side = next((side for side in ("low", "high") if name.startswith(f"demand-{side}")), "")
    if side and known(row["sales"]):
        return voice.say(
            f"contingency.{side}",
            place=place,
            by=voice.show.date(row["by"]),
            sales=voice.show.money(row["sales"]),
            share=voice.show.percent(row["share_of_plan"], 0),
        )
    own = known_text(row.get(f"trigger_{voice.say.language.partition('-')[0]}"))
    return own or known_text(row["trigger"])


def _rows(facts: Facts) -> list[Row]:
    rows = [] if facts.pack is None else facts.pack.to_dict("records")
    return [{str(name): cell for name, cell in row.items()} for row in rows]


def _overview(rows: list[Row], facts: Facts, voice: Voice) -> Block | None:
    """What each alternative is for, how likely it is and what it brings."""
    show = voice.show
    body = [
        [
            world_name(row, facts, voice),
            trigger_text(row, facts, voice),
            show.percent(row["probability"], 0),
            show.compact(row["contribution_kept"]),
            show.compact(row["contribution"]),
            signed(row["gain"], voice),
            show.number(row["units_moved"]),
        ]
        for row in rows
    ]
    keys = "world trigger #probability #carried_on #changed #gain #moved"
    return lean_table(voice.say("contingency.overview"), keys, body, voice)


def _watch(rows: list[Row], facts: Facts, voice: Voice) -> Block | None:
    """The indicator of each alternative: what is planned, what calls for it, until when, who acts."""
    show = voice.show
    body = [
        [
            world_name(row, facts, voice),
            _indicator(row, facts, voice),
            show.compact(ratio(row["sales"], row["share_of_plan"])),
            show.compact(row["sales"]),
            show.date(known_text(row["by"]) or None),
            owner_of(known_text(row["scope"]), facts),
        ]
        for row in rows
        if known(row["sales"])
    ]
    return lean_table(
        voice.say("contingency.watch"),
        "world indicator #planned #threshold @by_day owner",
        body,
        voice,
    )


def _indicator(row: Row, facts: Facts, voice: Voice) -> str:
    """Sales of the place from the plan's start."""
    place = facts.scope_name(known_text(row["scope"])) or voice.say("general.company")
    return voice.say("contingency.sales_of", place=place)


def _alternative(row: Row, facts: Facts, voice: Voice) -> Iterator[Block | None]:
    yield heading(world_name(row, facts, voice))
    yield bullets(list(_facts_of(row, facts, voice)))
    other = next((one for one in facts.beside if one.name == row["name"]), None)
    if other is None:
        yield notice(voice.say("contingency.no_plan", reason=known_text(row["reason"])))
        return
    difference = difference_between(facts, other)
    yield moves(difference, facts, voice, MOST_LISTED)
    yield quotas(difference, facts, voice, MOST_LISTED)
    yield money(difference, facts, voice)


def _facts_of(row: Row, facts: Facts, voice: Voice) -> Iterator[str]:
    """Trigger, chance, who acts, and what carrying on and changing bring."""
    say, show = voice.say, voice.show
    yield say("contingency.trigger", trigger=trigger_text(row, facts, voice))
    if known(row["probability"]):
        yield say("contingency.chance", share=show.percent(row["probability"], 0))
    if owner := owner_of(known_text(row["scope"]), facts):
        yield say("contingency.owner", owner=owner)
    if known(row["gain"]):
        amounts = {
            "kept": show.money(row["contribution_kept"]),
            "changed": show.money(row["contribution"]),
            "gain": show.money(row["gain"]),
        }
        yield say("contingency.gain", **amounts)
    elif known(row["contribution"]) and known_text(row["reason"]):
        yield say("contingency.not_kept", changed=show.money(row["contribution"]))
    if known(row["units_moved"]):
        yield say.count("contingency.moved", int(row["units_moved"]))
