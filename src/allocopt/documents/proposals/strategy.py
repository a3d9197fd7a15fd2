"""A strategy in the making: one sentence with its figures for each thing that the data shows."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.documents.proposals import signals
from allocopt.documents.proposals.words import name_reps_by_time, with_figures

# Fastest and slowest that are nearer to each other than this are noise.
LEAST_DIFFERENCE = 0.02


def propose_strategy(facts: Facts, voice: Voice) -> list[str]:
    """Sentences about growth, concentration, attainment, potential, selling time and levers."""
    return [
        *_growth(facts, voice),
        *_concentration(facts, voice),
        *_attainment(facts, voice),
        *_potential(facts, voice),
        *_neglected(facts, voice),
        *name_reps_by_time("proposal", facts, voice),
        *_levers(facts, voice),
    ]


def _growth(facts: Facts, voice: Voice) -> Iterator[str]:
    """The fastest and the slowest of the territories and segments that matter."""
    for column, table_name in (("segment", "segments"), ("territory", "territories")):
        growth = signals.growth(facts, column)
        if len(growth) < 2 or growth.iloc[0] - growth.iloc[-1] < LEAST_DIFFERENCE:
            continue
        yield voice.say(
            f"proposal.growth_{column}",
            best=facts.name_of(table_name, str(growth.index[0])),
            best_change=voice.show.change(float(growth.iloc[0])),
            worst=facts.name_of(table_name, str(growth.index[-1])),
            worst_change=voice.show.change(float(growth.iloc[-1])),
        )


def _concentration(facts: Facts, voice: Voice) -> Iterator[str]:
    """How much of sales comes from the largest fifth of the units."""
    found = signals.concentration(facts)
    if found is not None:
        yield voice.say.count(
            "proposal.concentration",
            found.largest,
            share=voice.show.percent(found.share, 0),
            as_if=voice.show.number(found.as_if),
            units=voice.show.number(len(facts.units)),
        )


def _attainment(facts: Facts, voice: Voice) -> Iterator[str]:
    """How many reps came up to their quota, or to their plan since it runs."""
    found = signals.attainment(facts)
    if found is None or len(found.reps) < 2:
        return
    ranked = found.reps.sort_values(ascending=False, kind="stable")
    yield voice.say(
        "proposal.attainment_of_plan" if found.of_plan else "proposal.attainment_of_quota",
        last=voice.show.period(found.last),
        reached=voice.show.number(int((ranked >= 1).sum())),
        reps=voice.show.number(len(ranked)),
        best=facts.name_of("reps", str(ranked.index[0])),
        best_share=voice.show.percent(float(ranked.iloc[0]), 0),
        worst=facts.name_of("reps", str(ranked.index[-1])),
        worst_share=voice.show.percent(float(ranked.iloc[-1]), 0),
    )


def _potential(facts: Facts, voice: Voice) -> Iterator[str]:
    """Territories with the most potential beyond planned sales."""
    left = signals.open_potential(facts, "territory")
    if len(left) > 1:
        places = with_figures(
            left, lambda key: facts.name_of("territories", str(key)), voice.show.money, voice
        )
        yield voice.say("proposal.potential", places=places)


def _neglected(facts: Facts, voice: Voice) -> Iterator[str]:
    """Units with the most potential beyond planned sales that get little selling time for it."""
    units = signals.neglected_units(facts)
    if len(units):
        named = with_figures(
            units["open"], lambda key: facts.name_of("units", str(key)), voice.show.money, voice
        )
        yield voice.say("proposal.neglected", units=named)


def _levers(facts: Facts, voice: Voice) -> Iterator[str]:
    """The lever that brings most sales for each unit of money on average."""
    returns = signals.lever_returns(facts)["returns"].dropna()
    if signals.differ(returns):
        yield voice.say(
            "proposal.levers",
            best=facts.name_of("levers", str(returns.index[0])),
            best_return=voice.show.number(float(returns.iloc[0]), 2),
            worst=facts.name_of("levers", str(returns.index[-1])),
            worst_return=voice.show.number(float(returns.iloc[-1]), 2),
        )
