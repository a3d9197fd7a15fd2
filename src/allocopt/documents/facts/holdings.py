"""Holding: the units of a part of the plan, with what each is to bring, the time it gets and who has it."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice

# Sales that A units bring together, and A and B units: the usual cut of Pareto's curve.
CLASSES = (("A", 0.7), ("B", 0.9), ("C", 1.0))


def holdings(facts: Facts) -> pd.DataFrame:
    """Per unit of a part, largest sales first: territory, segment, name, potential, demand, sales,
    spend [currency per horizon], hours, open [currency], first and last (days), class.

    `open` is the potential beyond all that is planned to be sold there; `class` is A, B or C by what the
    units bring together. Of a rep these are the sales, the hours and the days of that rep.
    """
    table: pd.DataFrame = facts.once("holdings", lambda: _holdings(facts))
    return table


def _holdings(facts: Facts) -> pd.DataFrame:
    units = facts.units
    hours = facts.table("time").groupby("unit")["hours"].sum(min_count=1)
    helped = facts.table("support")
    if facts.subject.kind == "rep" and len(helped):
        units = units.assign(sales=units["sales"].fillna(helped.groupby("unit")["sales"].sum()))
        hours = hours.add(helped.groupby("unit")["hours"].sum(), fill_value=0.0)
    stays = facts.table("assignments").groupby("unit")
    days = {"first": stays["start"].min(), "last": stays["end"].max()}
    table = units.join(hours).assign(**days)
    table = table.assign(open=facts.open_potential)
    table = table.sort_values("sales", ascending=False, kind="stable")
    # `class` is no name that Python takes as a keyword.
    return table.assign(**{"class": classes(table["sales"])})


def classes(sales: pd.Series[float]) -> list[str]:
    """A, B or C of each unit, largest sales first: A until the first 70 % of all sales, B until 90 %.

    Blank where no sales are known.
    """
    total = float(sales.sum())
    if not total > 0:
        return [""] * len(sales)
    reached = (sales.fillna(0.0).cumsum() - sales.fillna(0.0)) / total
    return [
        next(name for name, part in CLASSES if before < part or part == 1.0) for before in reached
    ]


def days_held(first: object, last: object, facts: Facts, voice: Voice) -> str:
    """From when to when somebody has a unit; blank where that is the whole plan."""
    calendar = facts.scenario.calendar
    begins, ends = pd.Timestamp(str(first)), pd.Timestamp(str(last))
    if pd.isna(begins) or pd.isna(ends):
        return ""
    show = voice.show
    if begins > calendar.plan_start and ends < calendar.plan_end:
        return voice.say("general.from_to", first=show.date(begins), last=show.date(ends))
    if begins > calendar.plan_start:
        return voice.say("my_units.from", day=show.date(begins))
    return voice.say("my_units.until", day=show.date(ends)) if ends < calendar.plan_end else ""
