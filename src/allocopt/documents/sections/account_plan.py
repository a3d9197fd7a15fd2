"""Account plan: what an account is to bring, where it stands, and how much is open."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Block, Column, Section, cards, section, table
from allocopt.documents.changes import change_note
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.goals import given_goals
from allocopt.documents.facts.holdings import holdings
from allocopt.documents.figures import forecast_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.goals import goals_section
from allocopt.documents.sections.my_money import spend_table
from allocopt.documents.sections.quotas import in_currency, spans_of
from allocopt.documents.sections.territory_plan import unit_table


def account_plan_section(facts: Facts, voice: Voice) -> Section:
    """Sales, potential and time of the account; its course; its units; the money spent there."""
    headlines = [entry for entry in _headlines(facts, voice) if entry[1]]
    several = len(facts.units) > 1
    blocks = [
        cards(headlines) if headlines else None,
        forecast_chart(facts, voice),
        _by_period(facts, voice),
        unit_table(facts, voice) if several else None,
        spend_table(facts, voice),
    ]
    return section("account_plan", voice, blocks)


def own_goals_section(facts: Facts, voice: Voice) -> Section:
    """Goals that people set for the account; nothing is proposed."""
    if not given_goals(facts):
        return section("goals", voice, [])
    return goals_section(facts, voice)


def _headlines(facts: Facts, voice: Voice) -> Iterator[tuple[str, str, str]]:
    """Label, value and note of each headline figure; a blank value is not known."""
    say, show = voice.say, voice.show
    rows = holdings(facts)
    sums = rows[["sales", "potential", "open", "hours", "spend"]].sum(min_count=1)
    sales, potential, left, hours, spend = (float(value) for value in sums)
    yield say("card.sales"), _money(sales, voice), change_note(facts, voice)
    share = ratio(sales, potential)
    yield (
        say("card.potential"),
        _money(potential, voice),
        say("card.covered", share=show.percent(share, 0)) if known(share) else "",
    )
    yield say("card.open"), _money(left, voice), ""
    time = say("general.hours", n=show.number(hours)) if known(hours) else ""
    yield say("card.time"), time, ""
    yield say("card.own_spend"), _money(spend, voice) if spend else "", ""
    number = len(rows)
    yield say("card.own_units"), show.number(number) if number > 1 else "", ""


def _money(amount: float, voice: Voice) -> str:
    return voice.show.money(amount) if known(amount) else ""


def _by_period(facts: Facts, voice: Voice) -> Block | None:
    """Planned sales by segment and quarter, with their sums."""
    spans = spans_of(facts)
    spread = facts.unit_sales.assign(span=facts.unit_sales["period"].map(spans)).pivot_table(
        index="segment", columns="span", values="sales", aggfunc="sum", sort=False
    )
    spread = spread.reindex(columns=list(dict.fromkeys(spans.values())))
    if spread.empty or spread.isna().all(axis=None):
        return None
    lines = [
        _line(facts.name_of("segments", known_text(segment)), row, voice)
        for segment, row in spread.iterrows()
    ]
    total = _line(voice.say("general.total"), spread.sum(min_count=1), voice)
    heads: list[Column] = [
        (voice.say("column.segment"), "text"),
        *((voice.show.period(str(label)), "number") for label in spread.columns),
        (voice.say("general.total"), "number"),
    ]
    caption = in_currency("account_plan.by_period", facts, voice)
    return table(caption, heads, lines, voice, total if len(lines) > 1 else ())


def _line(name: str, amounts: pd.Series[float], voice: Voice) -> list[str]:
    """A name, the amounts, and their sum."""
    return [name, *map(voice.show.amount, amounts), voice.show.amount(float(amounts.sum()))]
