"""Quotas and KPIs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allocopt.documents.blocks import Block, Column, Section, columns, notice, section, table
from allocopt.documents.facts import Facts, ratio, records
from allocopt.documents.figures import attainment_chart, quota_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import KPI_KINDS, measure_name, measure_value
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

# More columns than this do not fit a printed page.
MOST_QUARTERS = 8


def quotas_section(facts: Facts, voice: Voice) -> Section:
    """Each rep's quota, how it runs through the year, and the plan's key figures."""
    blocks: list[Block | None] = [notice(voice.say("quotas.none"))]
    if len(facts.rep_quotas):
        blocks = [
            None if facts.has_own_reps() else notice(voice.say("quotas.elsewhere")),
            quota_chart(facts, voice),
            _quotas(facts, voice),
            attainment_chart(facts, voice),
            _by_quarter(facts, voice),
        ]
    return section("quotas", voice, [*blocks, _kpis(facts, voice)])


def _quotas(facts: Facts, voice: Voice) -> Block | None:
    """Quota, expected and past quota of each rep over the whole plan, to the unit of currency."""
    show = voice.show
    quotas = facts.rep_quotas.sort_values("quota", ascending=False, kind="stable")
    rows = [
        [
            facts.name_of("reps", rep),
            show.amount(row["quota"]),
            show.amount(row["expected"]),
            show.percent(ratio(row["expected"], row["quota"])),
            show.amount(row["before"]),
            show.change(ratio(row["quota"], row["before"]) - 1),
        ]
        for rep, row in records(quotas)
    ]
    sums = quotas[["quota", "expected"]].sum(min_count=1)
    total = [
        voice.say("general.total"),
        show.amount(sums["quota"]),
        show.amount(sums["expected"]),
        show.percent(ratio(float(sums["expected"]), float(sums["quota"]))),
        "",
        "",
    ]
    heads = columns("rep #quota #expected #expected_share #before #quota_change", voice)
    return lean_table(in_currency("quotas.table", facts, voice), heads, rows, voice, total)


def _by_quarter(facts: Facts, voice: Voice) -> Block | None:
    """Quota of each rep per quarter of the fiscal year; per year in long plans, else per period."""
    rows = facts.table("quotas")
    rows = rows[rows["level"] == "rep"]
    quarters = spans_of(facts)
    spread = rows.assign(quarter=rows["period"].map(quarters)).pivot_table(
        index="rep", columns="quarter", values="quota", aggfunc="sum", sort=False
    )
    spread = spread.reindex(columns=list(dict.fromkeys(quarters.values())))
    if spread.shape[1] < 2:
        return None
    heads: list[Column] = [
        (voice.say("column.rep"), "text"),
        *((voice.show.period(str(label)), "number") for label in spread.columns),
    ]
    body = [
        [facts.name_of("reps", rep), *(voice.show.amount(float(cell)) for cell in row)]
        for rep, row in zip(spread.index, spread.to_numpy(), strict=True)
    ]
    sums = [voice.show.amount(float(value)) for value in spread.sum(min_count=1)]
    total = [voice.say("general.total"), *sums]
    caption = in_currency(f"quotas.by.{_span_name(facts)}", facts, voice)
    return table(caption, heads, body, voice, total)


def quarters_of(facts: Facts) -> dict[str, str]:
    """Label of the quarter (of the year, in long plans) that each planned period begins in."""
    calendar = facts.scenario.calendar
    starts = pd.Series(calendar.starts)
    labels: pd.Series[str] = starts.map(calendar.label).astype("str")
    for period in ("quarter", "year"):
        if calendar.period not in (period, "year"):
            labels = replace(calendar, period=period).label_of(starts)
        if labels.nunique() <= MOST_QUARTERS:
            break
    return dict(zip(calendar.labels, labels, strict=True))


def _span_name(facts: Facts) -> str:
    """What the spans of the plan are: its own periods, years or quarters."""
    calendar, spans = facts.scenario.calendar, set(spans_of(facts).values())
    if spans == set(calendar.labels):
        return calendar.period
    years = replace(calendar, period="year").label_of(pd.Series(calendar.starts))
    return "year" if spans == set(years) else "quarter"


def spans_of(facts: Facts) -> dict[str, str]:
    """Label of the quarter or year that each planned period begins in; its own in a short plan."""
    spans: dict[str, str] = (facts.whole or facts).once("quarters", lambda: quarters_of(facts))
    labels = facts.scenario.calendar.labels
    if len(set(spans.values())) == 1 and len(labels) <= MOST_QUARTERS:
        return dict(zip(labels, labels, strict=True))
    return spans


def _kpis(facts: Facts, voice: Voice) -> Block | None:
    """The company's key figures over the whole plan."""
    table_rows = facts.table("kpis")
    company = table_rows[
        (table_rows["scope"] == "company") & (table_rows["period"].map(known_text) == "")
    ]
    order = list(KPI_KINDS)
    found = {str(row["kpi"]): float(row["value"]) for row in company.to_dict("records")}
    ranked = sorted(
        (name for name in found if name.partition(":")[0] in KPI_KINDS),
        key=lambda name: order.index(name.partition(":")[0]),
    )
    rows = [
        [measure_name(name, voice), measure_value(name, found[name], voice)]
        for name in ranked
        if known(found[name])
    ]
    return table(voice.say("quotas.kpis"), columns("kpi #value", voice), rows, voice)


def in_currency(key: str, facts: Facts, voice: Voice) -> str:
    """A caption that ends with the currency of the table's amounts."""
    currency = facts.scenario.config.scenario.currency
    caption = voice.say(key)
    return (
        voice.say("general.in_currency", text=caption, currency=currency) if currency else caption
    )
