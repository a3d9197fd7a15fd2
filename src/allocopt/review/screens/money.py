"""The screen `money`: what each lever gets and brings, where we are on its curve, and which limits hold."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import pandas as pd

from allocopt.documents.blocks import Block, prose
from allocopt.documents.facts import Facts
from allocopt.documents.sections.quotas import in_currency
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, Screen, choice, grid, panel, row, screen
from allocopt.review.quick import asks, change_button
from allocopt.review.screens.curves import curves_panel, each_curve_panel
from allocopt.review.screens.money_limits import limit_text, limits_panel
from allocopt.review.screens.spend import LEVER, spend_panel
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.tallies.money import (
    average_return,
    cuts,
    lever_tally,
    total_limit,
)
from allocopt.review.tallies.sides import is_other, number_at
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.view import View

# What a button changes a lever's money by.
STEP = 0.1


def money_screen(view: View) -> Screen:
    """Levers, spend and limits; a sentence where the plan spends on nothing."""
    if lever_tally(view.latest).empty and lever_tally(view.facts).empty:
        say = view.voice.say
        told = panel("none", say("review.money.none"), [prose(say("review.money.how"))])
        return screen("money", view.voice, [told])
    panels = [
        _totals(view),
        _levers(view),
        spend_panel(view, _cut(view)),
        curves_panel(view),
        limits_panel(view),
        None if _cut(view) == LEVER else each_curve_panel(view),
    ]
    return screen("money", view.voice, panels, list(_controls(view)))


def _controls(view: View) -> Iterator[Block]:
    """What spend is added up by."""
    say = view.voice.say
    options = [(one, say(f"review.money.by.{one}")) for one in _cuts(view)]
    if len(options) > 1:
        yield choice("by", say("review.money.add_up"), options, _cut(view))


def _cuts(view: View) -> tuple[str, ...]:
    return (LEVER, *cuts(view.latest))


def _cut(view: View) -> str:
    return view.option("by", _cuts(view))


def _totals(view: View) -> Panel | None:
    """All spend, what it brings, and how much of sales that is."""
    now, was = _sums(view.latest), _sums(view.facts)
    say, show = view.voice.say, view.voice.show
    most = total_limit(view.latest)
    note = say("review.money.of_most", most=show.money(most)) if isfinite(most) else ""
    figures = [
        Figure(say("card.spend"), now["spend"], show.money, was["spend"], note),
        Figure(say("review.money.lift"), now["lift"], show.money, was["lift"]),
        Figure(
            say("review.money.sales_share"),
            now["share"],
            show.percent,
            was["share"],
            is_share=True,
        ),
        Figure(
            say("review.money.average"),
            now["average"],
            lambda value: show.number(value, 2),
            was["average"],
            say("review.money.average_note"),
        ),
    ]
    return panel("totals", say("review.money.totals"), [sided_headlines(figures, view.voice)])


def _sums(facts: Facts) -> dict[str, float]:
    table = lever_tally(facts)
    return {
        "spend": facts.spend(),
        "lift": float(table["lift"].sum(min_count=1)),
        "share": float(table["sales_share"].sum(min_count=1)),
        "average": average_return(facts),
    }


def _levers(view: View) -> Panel | None:
    """Per lever spend and what it brings, its limits and its return; buttons ask for more and less."""
    say = view.voice.say
    was = _lever_frame(view.facts) if view.after is not None else None
    table = SideTable(_lever_frame(view.latest), was)
    heads = table.kept(_lever_columns(view))
    sorts = [one.key for one in heads]
    shown = listing(table.whole(), view, "levers", sorts=sorts, searched=("name", LEVER))
    rows = [
        row(
            table.cells(lever, heads),
            mark=f"lever:{lever}",
            act=list(_lever_buttons(view, lever)) if asks(view) else (),
            badge=say("review.changed") if _is_changed(table, lever) else "",
        )
        for lever in map(str, shown.frame.index)
    ]
    caption = in_currency("review.money.levers_table", view.latest, view.voice)
    block = grid(caption, [one.head for one in heads], rows, shown.around)
    return panel("levers", say("review.money.levers"), [block])


def _lever_frame(facts: Facts) -> pd.DataFrame:
    table = lever_tally(facts)
    keys = [str(key) for key in table.index]
    return table.assign(lever=keys, name=[facts.name_of("levers", key) for key in keys])


def _lever_columns(view: View) -> list[SideColumn]:
    say, show = view.voice.say, view.voice.show

    def times(value: float) -> str:
        return show.number(value, 2)

    return [
        SideColumn("name", say("column.lever")),
        SideColumn("spend", say("column.spend"), show.amount),
        SideColumn("least", say("review.money.least"), limit_text(view)),
        SideColumn("most", say("review.money.most"), limit_text(view)),
        SideColumn("lift", say("column.lift"), show.amount),
        SideColumn("sales_share", say("review.money.sales_share"), show.percent),
        SideColumn("per_spend", say("column.lift_per_spend"), times),
        SideColumn("average", say("review.money.average"), times),
        SideColumn("marginal", say("review.money.marginal"), times),
        SideColumn("asked", say("review.money.asked"), times),
    ]


def _is_changed(table: SideTable, lever: str) -> bool:
    """Whether a what-if changes what a lever gets or what it brings."""
    if table.was is None or table.state(lever):
        return table.was is not None
    names = ("spend", "lift", "least", "most", "asked")
    return any(
        is_other(number_at(table.was, lever, name), number_at(table.now, lever, name))
        for name in names
    )


def _lever_buttons(view: View, lever: str) -> Iterator[dict[str, Any]]:
    """A tenth more, a tenth less, and no more than now; limits that allow it stay as they are."""
    say = view.voice.say
    table = lever_tally(view.latest)
    if lever not in table.index or not number_at(table, lever, "spend") > 0:
        return
    spend, least, most = (number_at(table, lever, name) for name in ("spend", "least", "most"))
    more, less = spend * (1 + STEP), spend * (1 - STEP)
    share = view.voice.show.percent(STEP, 0)
    asked = [
        ("more", more, max(more, most) if isfinite(most) else most),
        ("less", min(least, less) if isfinite(least) else least, less),
        ("cap", least, spend),
    ]
    for name, low, high in asked:
        values = {LEVER: lever, "least": _entry(low), "most": _entry(high)}
        hint = say(f"review.money.{name}_hint", share=share)
        yield change_button(view, say(f"review.money.{name}", share=share), LEVER, values, hint)


def _entry(amount: float) -> str:
    """An amount as a field takes it; blank = no limit."""
    return f"{amount:.2f}" if isfinite(amount) else ""
