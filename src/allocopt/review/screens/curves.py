"""Curves of the screen `money`: each response curve, where we are on it, and what it returns."""

from __future__ import annotations

from allocopt.documents.blocks import Block, notice
from allocopt.documents.figures import lever_chart
from allocopt.review.panels import Panel, grid, pair, panel, row
from allocopt.review.tallies.money import (
    curve_tally,
)
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.view import View


def curves_panel(view: View) -> Panel | None:
    """Each response curve with where we are on it; both plans where there is a what-if."""
    say = view.voice.say
    if view.after is None:
        return panel(
            "curves",
            say("review.money.curves"),
            [lever_chart(view.facts, view.voice)],
            width="half",
        )
    before, after = (lever_chart(facts, view.voice) for facts in (view.facts, view.after))
    sides = pair((say("review.before"), before), (say("review.after"), after))
    return panel("curves", say("review.money.curves"), [sides])


def each_curve_panel(view: View) -> Panel | None:
    """The returns in a panel of their own, where another cut stands beside the curves."""
    return panel("each-curve", view.voice.say("review.money.each_curve"), returns(view))


def returns(view: View) -> list[Block | None]:
    """The curves in rows: spend per period in the plan and today, and the return, with what that is."""
    say, facts = view.voice.say, view.latest
    table = curve_tally(facts)
    if table.empty:
        return []
    table = table.assign(
        name=[facts.name_of("levers", str(key)) for key in table["lever"]],
        place=[facts.name_of("territories", str(key)) for key in table["territory"]],
        kind=[facts.name_of("segments", str(key)) for key in table["segment"]],
    )
    sides = SideTable(table.set_axis([str(number) for number in table.index]))
    heads = sides.kept(_curve_columns(view))
    rows = [
        row(sides.cells(key, heads), mark=f"lever:{lever}")
        for key, lever in zip(sides.now.index, table["lever"], strict=True)
    ]
    period = say(f"general.period.{facts.scenario.calendar.period}")
    currency = facts.scenario.config.scenario.currency
    caption = say("review.money.curves_table", period=period, currency=currency).rstrip()
    return [
        grid(caption, [one.head for one in heads], rows),
        notice(say("review.money.curve_note")),
    ]


def _curve_columns(view: View) -> list[SideColumn]:
    say, show = view.voice.say, view.voice.show

    def times(value: float) -> str:
        return show.number(value, 2)

    return [
        SideColumn("name", say("column.lever")),
        SideColumn("place", say("column.territory")),
        SideColumn("kind", say("column.segment")),
        SideColumn("planned", say("column.spend"), show.amount),
        SideColumn("today", say("chart.today"), show.amount),
        SideColumn("lift", say("column.lift"), show.amount),
        SideColumn("average", say("review.money.average"), times),
        SideColumn("marginal", say("review.money.marginal"), times),
    ]
