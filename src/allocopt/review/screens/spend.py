"""Spend of the screen `money`, by what it is added up by: by lever, channel, place, segment or period."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block
from allocopt.documents.facts import Facts
from allocopt.documents.figures import budget_chart
from allocopt.documents.sections.quotas import in_currency
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.screens.curves import returns
from allocopt.review.tallies.chart import SideRow, SideTexts, side_chart
from allocopt.review.tallies.money import (
    lever_tally,
    spend_by,
)
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.view import View

LEVER = "lever"


def spend_panel(view: View, cut: str) -> Panel | None:
    """Spend by what the address asks for: a chart, and rows where it is not by lever."""
    say = view.voice.say
    if cut == LEVER:
        blocks: list[Block | None] = [_lever_chart(view), *returns(view)]
    else:
        blocks = [_cut_chart(view, cut), _cut_grid(view, cut)]
    title = say("review.money.spend_by", what=say(f"review.money.by.{cut}"))
    return panel("spend", title, blocks, width="half")


def _lever_chart(view: View) -> Block | None:
    """Spend by lever and segment; of both plans where there is a what-if."""
    if view.after is None:
        return budget_chart(view.facts, view.voice)
    was, now = lever_tally(view.facts), lever_tally(view.latest)
    return _spend_sides(view, LEVER, was, now, "most")


def _cut_chart(view: View, cut: str) -> Block | None:
    was, now = (spend_by(facts, cut) for facts in (view.facts, view.latest))
    return _spend_sides(view, cut, was, now)


def _spend_sides(
    view: View, cut: str, was: pd.DataFrame, now: pd.DataFrame, limit: str = ""
) -> Block | None:
    """A bar per part for its spend, with what it was before."""
    say = view.voice.say
    rows = [
        SideRow(
            label=_part_name(view, cut, key),
            tag=f"{cut}:{key}" if key else "",
            was=float(was["spend"].get(key, 0.0)),
            now=float(now["spend"].get(key, 0.0)),
            limit=float(now[limit].get(key, float("nan"))) if limit else float("nan"),
        )
        for key in map(str, SideTable(now, was).keys)
    ]
    texts = SideTexts(
        f"chart-spend-{cut}",
        say("review.money.spend_by", what=say(f"review.money.by.{cut}")),
        say("review.money.spend_desc"),
        say("column.spend"),
        say("review.money.most"),
    )
    return side_chart(rows, texts, view.voice.show.tick, view.voice)


def _part_name(view: View, cut: str, key: str) -> str:
    """What a part of the spend is called; blank keys are the whole company."""
    if not key:
        return view.voice.say("general.everywhere")
    if cut == "period":
        return view.voice.show.period(key)
    return view.latest.scope_name(f"{cut}={key}")


def _cut_grid(view: View, cut: str) -> Block | None:
    """Spend, lift and what a unit of money brings, by part."""
    say, show = view.voice.say, view.voice.show
    was = _cut_frame(view, view.facts, cut) if view.after is not None else None
    table = SideTable(_cut_frame(view, view.latest, cut), was)
    heads = [
        SideColumn("name", say(f"review.money.by.{cut}")),
        SideColumn("spend", say("column.spend"), show.amount),
        SideColumn("lift", say("column.lift"), show.amount),
        SideColumn("per_spend", say("column.lift_per_spend"), lambda value: show.number(value, 2)),
    ]
    sorts = [one.key if cut != "period" else "" for one in heads]
    shown = listing(table.whole(), view, "parts", sorts=sorts, searched=("name",), most=36)
    rows = [
        row(table.cells(key, heads), mark=f"{cut}:{key}" if key else "")
        for key in map(str, shown.frame.index)
    ]
    caption = in_currency("review.money.parts_table", view.latest, view.voice)
    return grid(caption, [one.head for one in heads], rows, shown.around)


def _cut_frame(view: View, facts: Facts, cut: str) -> pd.DataFrame:
    table = spend_by(facts, cut)
    return table.assign(
        name=[_part_name(view, cut, str(key)) for key in table.index],
        per_spend=table["lift"] / table["spend"].where(table["spend"] > 0),
    )
