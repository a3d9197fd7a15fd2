"""Adjustments: the forecast made again, and what the plan for the rest changes and why it pays."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import Any

from allocopt.documents.blocks import Block, Section, bullets, section
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.progress import is_over, is_reviewed, review_of
from allocopt.documents.facts.reasons import handover_reason
from allocopt.documents.figures import change_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

MOST_MOVES = 20


def adjustments_section(facts: Facts, voice: Voice) -> Section:
    """Old and new forecast of the rest, doing nothing beside the new plan, moves and their worth."""
    if not is_reviewed(facts.plan) or is_over(facts):
        return section("adjustments", voice, [])
    blocks = [
        bullets(list(_sentences(facts, voice))),
        *_reforecast(facts, voice),
        *_moves(facts, voice),
    ]
    return section("adjustments", voice, blocks)


def _sentences(facts: Facts, voice: Voice) -> Iterator[str]:
    review, say = review_of(facts), voice.say
    if not review.get("solved"):
        yield say("adjustments.not_solved")
        return
    yield from _forecast(facts, voice)
    stays = review.get("unchanged", {}).get("contribution")
    new = facts.contribution()
    # A reader who may not see the contribution sees neither.
    if known(new) and isinstance(stays, int | float):
        yield say(
            "adjustments.worth" if new - stays > 0 else "adjustments.worth_nothing",
            stays=voice.show.money(stays),
            new=voice.show.money(new),
            gain=voice.show.money(new - stays),
        )
    moved = facts.table("moves")["unit"].nunique()
    yield say.count("adjustments.moves", moved) if moved else say("adjustments.no_moves")
    yield say.get(f"adjustments.quotas.{review.get('quotas')}", "")


def _forecast(facts: Facts, voice: Voice) -> Iterator[str]:
    """Demand of the rest as it was expected and as it is now."""
    was, now = _cells(facts)[["was", "now"]].sum(min_count=1)
    if known(was) and known(now):
        yield voice.say(
            "adjustments.forecast",
            was=voice.show.money(was),
            now=voice.show.money(now),
            change=voice.show.change(ratio(now, was) - 1),
        )


def _cells(facts: Facts) -> Any:
    """Rows of the forecast made again that add up: those of cells."""
    rows = facts.table("reforecast")
    return rows[rows["unit"].map(known_text) == ""]


def _reforecast(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """Old and new forecast of the rest by territory or segment."""
    show = voice.show
    for column, names in (("territory", "territories"), ("segment", "segments")):
        sums = _cells(facts).groupby(column)[["was", "now"]].sum(min_count=1)
        sums = sums.assign(change=sums["now"] / sums["was"].where(sums["was"] > 0) - 1)
        sums = sums.sort_values("change", kind="stable")
        rows = [
            [
                facts.name_of(names, str(key)),
                show.compact(was),
                show.compact(now),
                show.change(change),
            ]
            for key, was, now, change in sums.itertuples()
        ]
        if len(rows) > 1:
            yield lean_table(
                voice.say(f"adjustments.reforecast_{column}"),
                f"{column} #forecast_was #forecast_now #change",
                rows,
                voice,
            )


def _moves(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """Each handover of the new plan with what it brings, and how few of them bring most."""
    show, moves = voice.show, facts.table("moves")
    rows = [
        [
            facts.name_of("units", str(row["unit"])),
            facts.name_of("reps", known_text(row["before"])),
            facts.name_of("reps", known_text(row["rep"])),
            show.date(row["start"]),
            show.compact(row["demand"]),
            show.compact(row["worth"]),
            handover_reason(row, facts, voice),
        ]
        for row in moves.sort_values("worth", ascending=False, kind="stable").to_dict("records")
    ]
    keys = "unit from to @date #demand #worth reason"
    yield lean_table(voice.say("adjustments.moves_table"), keys, rows, voice, most=MOST_MOVES)
    yield change_chart(facts, voice)


def gain_of_change(facts: Facts) -> float:
    """What the new plan for the rest brings beyond doing nothing; unknown where that is hidden."""
    stays = review_of(facts).get("unchanged", {}).get("contribution")
    return facts.contribution() - float(stays) if isinstance(stays, int | float) else nan
