"""Strategy in the making: what the data suggests where nobody has written a strategy yet.

Each proposal is one sentence with its figures; documents mark them as proposed from the data.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.formats import known
from allocopt.documents.voice import Voice

# A place must matter before its growth is worth a sentence.
LEAST_SHARE = 0.02
# Fastest and slowest that are nearer to each other than this are noise.
LEAST_DIFFERENCE = 0.02
MOST_NAMED = 3
IDLE, FULL = 0.8, 0.97
TOP_UNITS = 0.2


def propose_strategy(facts: Facts, voice: Voice) -> list[str]:
    """Sentences about growth, concentration, uncovered potential, selling time and levers."""
    return [
        *_growth(facts, voice),
        *_concentration(facts, voice),
        *_potential(facts, voice),
        *_time(facts, voice),
        *_levers(facts, voice),
    ]


def _growth(facts: Facts, voice: Voice) -> Iterator[str]:
    """The fastest and the slowest of the territories and segments that matter."""
    for column, table_name in (("segment", "segments"), ("territory", "territories")):
        table = facts.by(column)
        table = table[(table["share"] >= LEAST_SHARE) & table["growth"].notna()]
        if len(table) < 2:
            continue
        table = table.sort_values("growth", ascending=False, kind="stable")
        if table["growth"].iloc[0] - table["growth"].iloc[-1] < LEAST_DIFFERENCE:
            continue
        best, worst = str(table.index[0]), str(table.index[-1])
        yield voice.say(
            f"proposal.growth_{column}",
            best=facts.name_of(table_name, best),
            best_change=voice.show.change(float(table["growth"].iloc[0])),
            worst=facts.name_of(table_name, worst),
            worst_change=voice.show.change(float(table["growth"].iloc[-1])),
        )


def _concentration(facts: Facts, voice: Voice) -> Iterator[str]:
    """How much of sales comes from the largest fifth of the units."""
    sales = facts.units["sales"].dropna().sort_values(ascending=False)
    if len(sales) < 5:
        return
    largest = max(1, round(len(sales) * TOP_UNITS))
    share = ratio(float(sales.iloc[:largest].sum()), float(sales.sum()))
    if known(share):
        yield voice.say.count("proposal.concentration", largest, share=voice.show.percent(share, 0))


def _potential(facts: Facts, voice: Voice) -> Iterator[str]:
    """Territories with the most potential beyond planned sales."""
    table = facts.by("territory")
    open_potential = (table["potential"] - table["sales"]).dropna().sort_values(ascending=False)
    open_potential = open_potential[open_potential > 0][:MOST_NAMED]
    if len(open_potential):
        yield voice.say(
            "proposal.potential", places=_named(open_potential, "territories", facts, voice)
        )


def _time(facts: Facts, voice: Voice) -> Iterator[str]:
    """Reps who are full, and reps who have time left."""
    used = facts.reps["utilisation"].dropna()
    for key, chosen in (("full", used[used >= FULL]), ("idle", used[used < IDLE])):
        if len(chosen):
            names = [facts.name_of("reps", str(rep)) for rep in chosen.index[:MOST_NAMED]]
            yield voice.say.count(f"proposal.{key}", len(chosen), names=voice.show.join(names))


def _levers(facts: Facts, voice: Voice) -> Iterator[str]:
    """The lever that brings most sales for each unit of money on average."""
    levers = facts.lever_spend[facts.lever_spend["spend"] > 0]
    returns = (levers["lift"] / levers["spend"]).dropna().sort_values(ascending=False)
    if len(returns) > 1:
        best, worst = str(returns.index[0]), str(returns.index[-1])
        yield voice.say(
            "proposal.levers",
            best=facts.name_of("levers", best),
            best_return=voice.show.number(float(returns.iloc[0]), 2),
            worst=facts.name_of("levers", worst),
            worst_return=voice.show.number(float(returns.iloc[-1]), 2),
        )


def _named(amounts: pd.Series[float], table: str, facts: Facts, voice: Voice) -> str:
    """`name (amount)` for each entry of a series, in one line."""
    return voice.show.join(
        [
            voice.say(
                "general.with", name=facts.name_of(table, str(key)), value=voice.show.money(value)
            )
            for key, value in amounts.items()
        ]
    )
