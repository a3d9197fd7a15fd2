"""Differences: what one plan has otherwise than another, as tables of who, how much and where."""

from __future__ import annotations

from allocopt.documents.blocks import Block, columns, table
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.language.amounts import signed
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.whatif.difference import NOBODY, Difference, difference_of

MOST_MOVES, MOST_QUOTAS = 12, 15


def difference_between(before: Facts, after: Facts) -> Difference:
    """What changes from one plan to another; within a part where the second is about one.

    Raises DataError for plans in different currencies or periods.
    """
    found = difference_of(before.plan, after.plan)
    if after.subject == COMPANY or after.extent is None:
        return found
    extent = after.extent
    return Difference(
        figures=found.figures,
        parts=found.parts,
        moves=found.moves[found.moves["unit"].isin(extent.units)],
        quotas=found.quotas[found.quotas["rep"].isin(extent.reps)],
        money=found.money,
    )


def moves(
    difference: Difference, facts: Facts, voice: Voice, most: int = MOST_MOVES
) -> Block | None:
    """Units that somebody else covers, the largest first."""
    rows = [
        [
            facts.name_of("units", str(row["unit"])),
            holders(str(row["before"]), facts, voice),
            holders(str(row["after"]), facts, voice),
            voice.show.compact(float(row["demand"])),
        ]
        for row in difference.moves.to_dict("records")
    ]
    heads = columns("unit from to #demand", voice)
    return table(voice.say("differences.moves"), heads, rows, voice, most=most)


def holders(text: str, facts: Facts, voice: Voice) -> str:
    """`Ann + Ben`, or one rep and who follows in the plan, by their names."""
    first, *later = (
        " + ".join(
            voice.say("appendix.left_open") if rep == NOBODY else facts.name_of("reps", rep)
            for rep in turn.split(" + ")
        )
        for turn in text.split(" → ")
    )
    return first + "".join(voice.say("differences.then", rep=rep) for rep in later)


def quotas(
    difference: Difference, facts: Facts, voice: Voice, most: int = MOST_QUOTAS
) -> Block | None:
    """Quotas that differ as they are written, the largest change first."""
    rows = [
        [
            facts.name_of("reps", str(row["rep"])),
            voice.show.compact(row["before"]),
            voice.show.compact(row["after"]),
            signed(row["change"], voice),
            voice.show.change(ratio(row["after"], row["before"]) - 1),
        ]
        for row in difference.quotas.to_dict("records")
        if voice.show.compact(row["before"]) != voice.show.compact(row["after"])
    ]
    heads = columns("rep #was #now #difference #change", voice)
    return lean_table(voice.say("differences.quotas"), heads, rows, voice, most=most)


def money(difference: Difference, facts: Facts, voice: Voice) -> Block | None:
    """Spend on levers that differs, the largest change first."""
    rows = [
        [
            facts.name_of("levers", str(row["lever"])),
            voice.show.compact(row["before"]),
            voice.show.compact(row["after"]),
            signed(row["change"], voice),
        ]
        for row in difference.money.to_dict("records")
    ]
    heads = columns("lever #was #now #difference", voice)
    return table(voice.say("differences.money"), heads, rows, voice)
