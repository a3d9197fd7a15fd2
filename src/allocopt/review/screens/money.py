"""The screen `money`: what each lever gets and brings, where we are on its curve, and which limits hold."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import pandas as pd

from allocopt.documents.blocks import Block, notice, prose
from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import item_name, rule_sentence
from allocopt.documents.figures import budget_chart, lever_chart
from allocopt.documents.language.text import known_text
from allocopt.documents.sections.quotas import in_currency
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, Screen, choice, grid, pair, panel, row, screen
from allocopt.review.quick import asks, change_button
from allocopt.review.tallies.chart import SideRow, SideTexts, side_chart
from allocopt.review.tallies.figures import Figure, sided_headlines
from allocopt.review.tallies.money import (
    average_return,
    curve_tally,
    cuts,
    lever_tally,
    money_limits,
    spend_by,
    total_limit,
)
from allocopt.review.tallies.sides import Write, is_other, number_at
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.view import View

LEVER = "lever"
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
        _spend(view),
        _curves(view),
        _limits(view),
        None if _cut(view) == LEVER else _each_curve(view),
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
        SideColumn("least", say("review.money.least"), _limit(view)),
        SideColumn("most", say("review.money.most"), _limit(view)),
        SideColumn("lift", say("column.lift"), show.amount),
        SideColumn("sales_share", say("review.money.sales_share"), show.percent),
        SideColumn("per_spend", say("column.lift_per_spend"), times),
        SideColumn("average", say("review.money.average"), times),
        SideColumn("marginal", say("review.money.marginal"), times),
        SideColumn("asked", say("review.money.asked"), times),
    ]


def _limit(view: View) -> Write:
    """How a limit is written; blank where there is none."""
    return lambda value: view.voice.show.amount(value) if isfinite(value) else ""


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


def _spend(view: View) -> Panel | None:
    """Spend by what the address asks for: a chart, and rows where it is not by lever."""
    say, cut = view.voice.say, _cut(view)
    if cut == LEVER:
        blocks: list[Block | None] = [_lever_chart(view), *_returns(view)]
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


def _curves(view: View) -> Panel | None:
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


def _limits(view: View) -> Panel | None:
    """Limits on money: where the plan stands to each, and what one more unit of money brings."""
    say, show, facts = view.voice.say, view.voice.show, view.latest
    limits = money_limits(facts)
    items, periods = (limits[name].map(known_text) for name in ("item", "period"))
    rules = limits["rule"]
    table = limits.assign(
        where=[_limit_name(view, item) for item in items],
        when=[show.period(label) if label else "" for label in periods],
        said=[rule_sentence(str(rule), facts, view.voice).rstrip(".。") for rule in rules],
        left=limits["slack"].clip(lower=0.0),
        mark=("lever:" + items).where(rules == "lever_budget", ""),
    )
    table.index = pd.Index([str(number) for number in range(len(table))])
    sides = SideTable(table)
    heads = sides.kept(_limit_columns(view))
    shown = listing(table, view, "limits", sorts=[one.key for one in heads], searched=("where",))
    rows = [
        row(sides.cells(key, heads), mark=str(mark))
        for key, mark in zip(shown.frame.index, shown.frame["mark"], strict=True)
    ]
    caption = in_currency("review.money.limits_table", facts, view.voice)
    blocks = [
        grid(caption, [one.head for one in heads], rows, shown.around) if rows else None,
        notice(say("review.money.one_more_note")) if rows else None,
    ]
    return panel("limits", say("review.money.limits"), blocks)


def _limit_columns(view: View) -> list[SideColumn]:
    say, show = view.voice.say, view.voice.show
    return [
        SideColumn("where", say("column.where")),
        SideColumn("said", say("column.rule")),
        SideColumn("when", say("column.period")),
        SideColumn("activity", say("column.planned"), show.amount),
        SideColumn("lower", say("review.money.least"), _limit(view)),
        SideColumn("upper", say("review.money.most"), _limit(view)),
        SideColumn("left", say("review.money.left"), show.amount),
        SideColumn(
            "value_of_one_more", say("review.money.one_more"), lambda value: show.number(value, 3)
        ),
    ]


def _limit_name(view: View, item: str) -> str:
    """What a limit is about: the company, a lever, or a scope such as `channel=online`."""
    kind, _, key = item.partition("=")
    if key:
        name = view.latest.scope_name(item)
        label = view.voice.say.get(f"review.money.by.{kind}", kind)
        return view.voice.say("general.with", name=name, value=label)
    return item_name(item, view.latest, view.voice)


def _each_curve(view: View) -> Panel | None:
    """The returns in a panel of their own, where another cut stands beside the curves."""
    return panel("each-curve", view.voice.say("review.money.each_curve"), _returns(view))


def _returns(view: View) -> list[Block | None]:
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
