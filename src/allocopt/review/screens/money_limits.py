"""Limits of the screen `money`: where the plan stands to each, and what one more unit of money brings."""

from __future__ import annotations

from math import isfinite

import pandas as pd

from allocopt.documents.blocks import notice
from allocopt.documents.facts.binding import item_name, rule_sentence
from allocopt.documents.language.text import known_text
from allocopt.documents.sections.quotas import in_currency
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.tallies.money import (
    money_limits,
)
from allocopt.review.tallies.sides import Write
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.view import View


def limits_panel(view: View) -> Panel | None:
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
        SideColumn("lower", say("review.money.least"), limit_text(view)),
        SideColumn("upper", say("review.money.most"), limit_text(view)),
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


def limit_text(view: View) -> Write:
    """How a limit is written; blank where there is none."""
    return lambda value: view.voice.show.amount(value) if isfinite(value) else ""
