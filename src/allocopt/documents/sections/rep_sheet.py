"""Rep sheet: what one rep is asked for and expected to sell, in cards, two small charts and a table."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import (
    Block,
    Column,
    Section,
    cards,
    chart,
    notice,
    section,
    table,
)
from allocopt.documents.charts import sheet
from allocopt.documents.facts import Facts, numbers, ratio
from allocopt.documents.facts.holdings import holdings
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.quotas import in_currency, spans_of

AMOUNTS = ["quota", "expected"]


def rep_sheet_section(facts: Facts, voice: Voice) -> Section:
    """Quota and expected sales, over the plan and through it, and what the units bring."""
    quotas = own_quotas(facts)
    headlines = [entry for entry in _headlines(quotas, facts, voice) if entry[1]]
    blocks = [
        None if len(facts.units) else notice(voice.say("rep_sheet.no_units")),
        cards(headlines) if headlines else None,
        _charts(quotas, facts, voice),
        _through_the_plan(quotas, facts, voice),
    ]
    return section("rep_sheet", voice, blocks)


def own_quotas(facts: Facts) -> pd.DataFrame:
    """quota and expected of the rep by period, those of an overlay for who has no own. [currency]"""
    rows = facts.table("quotas")
    levels = [rows[rows["level"] == level] for level in ("overlay", "rep")]
    found = next((level for level in levels if len(level)), rows.iloc[:0])
    return found.groupby("period", sort=False)[AMOUNTS].sum(min_count=1)


def _headlines(quotas: pd.DataFrame, facts: Facts, voice: Voice) -> Iterator[tuple[str, str, str]]:
    """Label, value and note of each headline figure; a blank value is not known."""
    say, show = voice.say, voice.show
    quota, expected = (float(value) for value in quotas.sum(min_count=1))
    share = ratio(expected, quota)
    yield say("card.own_quota"), show.money(quota) if quota else "", _period_note(facts, voice)
    yield (
        say("card.own_expected"),
        show.money(expected) if known(expected) else "",
        say("card.of_quota", share=show.percent(share)) if known(share) else "",
    )
    yield _units(facts, voice)
    hours, load = (float(facts.reps[name].sum(min_count=1)) for name in ("hours", "load"))
    used = ratio(load, hours)
    yield (
        say("card.time"),
        say("general.hours", n=show.number(load)) if load else "",
        say("card.of_hours", share=show.percent(used, 0)) if known(used) else "",
    )


def _period_note(facts: Facts, voice: Voice) -> str:
    """The periods that the plan runs over."""
    first, last = (voice.show.short_period(facts.periods[k]) for k in (0, -1))
    return first if first == last else voice.say("general.from_to", first=first, last=last)


def _units(facts: Facts, voice: Voice) -> tuple[str, str, str]:
    """How many units, and how many of them are new."""
    new = facts.changes.loc[facts.changes["rep"] == facts.subject.key, "unit"].nunique()
    number = len(facts.units)
    return (
        voice.say("card.own_units"),
        voice.show.number(number) if number else "",
        voice.say.count("card.new_units", new) if new else "",
    )


def _charts(quotas: pd.DataFrame, facts: Facts, voice: Voice) -> Block | None:
    """Quota by period with the expected sales as a line, and the units that bring most."""
    periods = [
        sheet.Column(
            voice.show.short_period(str(label)), float(row["quota"]), float(row["expected"])
        )
        for label, row in quotas.iterrows()
    ]
    sales = holdings(facts)["sales"]
    items = [
        sheet.Item(facts.name_of("units", unit), value)
        for unit, value in numbers(sales[sales > 0]).items()
    ]
    if len(periods) < 2 or not quotas["quota"].sum() > 0:
        periods = []
    if not periods and len(items) < 2:
        return None
    titles = (voice.say("chart.quota"), voice.say("chart.expected"), voice.say("rep_sheet.by_unit"))
    words = {name: voice.say(f"rep_sheet.chart.{name}") for name in ("title", "desc")}
    geometry = sheet.sheet_chart(
        periods, items, titles, voice.show.tick, {"id": "chart-rep-sheet", **words}
    )
    return chart(geometry)


def _through_the_plan(quotas: pd.DataFrame, facts: Facts, voice: Voice) -> Block | None:
    """Quota and expected sales per quarter, and their sums."""
    spans = spans_of(facts)
    sums = quotas.groupby(quotas.index.map(spans), sort=False).sum(min_count=1)
    sums = sums.reindex(list(dict.fromkeys(spans.values())))
    sums.loc["total"] = quotas.sum(min_count=1)
    if not sums["quota"].sum() > 0:
        return None
    show = voice.show
    rows = [[voice.say(f"column.{name}"), *map(show.amount, sums[name])] for name in AMOUNTS]
    shares = sums["expected"] / sums["quota"].where(sums["quota"] > 0)
    rows.append([voice.say("column.expected_share"), *map(show.percent, shares)])
    heads: list[Column] = [
        (voice.say("column.by_period"), "text"),
        *((show.period(str(label)), "number") for label in sums.index[:-1]),
        (voice.say("general.total"), "number"),
    ]
    return table(in_currency("rep_sheet.table", facts, voice), heads, rows, voice)
