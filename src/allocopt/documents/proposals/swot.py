"""Strengths, weaknesses, opportunities and threats that follow from the plan's figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import binding_rules
from allocopt.documents.facts.goals import missed_goals
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.proposals import signals
from allocopt.documents.proposals.words import name_reps_by_time, name_some, with_figures

Propose = Callable[[Facts, Voice], Iterator[str]]
# Growth beyond the company's, and a fall, that are more than rounding.
LEAST_LEAD, LEAST_FALL = 0.02, -0.005
# Half an interval that is as wide as the forecast says that little is known.
WIDE = 1.0
# Margins, and shares of sales in few units, that are worth a sentence.
LEAST_MARGIN_LEAD, CONCENTRATED = 0.02, 0.5


def propose_swot(quadrant: str, facts: Facts, voice: Voice) -> list[str]:
    """Sentences for one quadrant; none where the data has nothing to say."""
    return list(_QUADRANTS[quadrant](facts, voice))


def _strengths(facts: Facts, voice: Voice) -> Iterator[str]:
    """Segments that outgrow the company, high margins, quotas that were reached."""
    growth, company = signals.growth(facts, "segment"), facts.growth()
    ahead = growth[growth > company + LEAST_LEAD]
    if len(ahead):
        segments = _segments(ahead, voice.show.change, facts, voice)
        yield voice.say("swot.fast_segments", segments=segments, company=voice.show.change(company))
    table = signals.margins(facts)
    if len(table):
        average = float(table["earned"].sum() / table["sales"].sum())
        high = table.loc[table["margin"] > average + LEAST_MARGIN_LEAD, "margin"]
        if len(high):
            segments = _segments(high, voice.show.percent, facts, voice)
            yield voice.say(
                "swot.high_margin", segments=segments, average=voice.show.percent(average)
            )
    yield from _attained(facts, voice, above=True)


def _weaknesses(facts: Facts, voice: Voice) -> Iterator[str]:
    """Concentration, missed quotas and goals, reps without time or work, units that nobody covers."""
    found = signals.concentration(facts)
    if found is not None and found.share >= CONCENTRATED:
        share = voice.show.percent(found.share, 0)
        yield voice.say.count("swot.concentrated", found.largest, share=share)
    yield from _attained(facts, voice, above=False)
    yield from name_reps_by_time("swot", facts, voice)
    missed = [goal.key for goal in missed_goals(facts, voice) if goal.key]
    if missed:
        yield voice.say.count("swot.missed", len(missed), names=voice.show.join(missed))
    held = facts.table("assignments")
    left = held.loc[held["rep"].map(known_text) == "", "unit"].nunique()
    if left:
        yield voice.say.count("swot.uncovered", int(left))


def _opportunities(facts: Facts, voice: Voice) -> Iterator[str]:
    """Open potential, rules whose loosening pays, levers with room."""
    left = signals.open_potential(facts, "segment")
    if len(left):
        segments = _segments(left, voice.show.money, facts, voice)
        yield voice.say("swot.potential", segments=segments)
    binding = binding_rules(facts, voice)
    if binding:
        rule = binding[0]
        yield voice.say("swot.binding", rule=rule.sentence, item=rule.item, value=rule.percent_more)
    room = signals.room_for_spend(facts)
    if len(room):
        best = room.iloc[0]
        yield voice.say(
            "swot.room",
            lever=facts.name_of("levers", str(room.index[0])),
            returns=voice.show.number(float(best["returns"]), 2),
            spend=voice.show.money(float(best["spend"])),
            most=voice.show.money(float(best["most"])),
        )


def _threats(facts: Facts, voice: Voice) -> Iterator[str]:
    """Segments that fall, uncertain demand, large units that change hands, people who leave."""
    growth = signals.growth(facts, "segment")
    falling = growth[growth < LEAST_FALL].sort_values(kind="stable")
    if len(falling):
        segments = _segments(falling, voice.show.change, facts, voice)
        yield voice.say("swot.falling", segments=segments)
    spread = signals.forecast_spread(facts)
    if known(spread):
        interval = float(facts.summary.get("forecast", {}).get("interval") or float("nan"))
        share, level = voice.show.percent(spread, 0), voice.show.percent(interval, 0)
        key = "swot.spread_wide" if spread >= WIDE else "swot.spread"
        yield voice.say(key, share=share, level=level)
    largest = signals.largest_units(facts)
    moved = largest[largest.index.isin(facts.handovers["unit"])]
    if len(moved):
        names = name_some("units", [str(unit) for unit in moved.index], facts, voice)
        amount = voice.show.money(float(moved.sum()))
        yield voice.say.count("swot.large_handovers", len(moved), names=names, amount=amount)
    yield from _leavers(facts, voice)


def _attained(facts: Facts, voice: Voice, *, above: bool) -> Iterator[str]:
    """Attainment of all, where it is known and on the asked side of one."""
    found = signals.attainment(facts)
    if found is None or not known(found.company) or (found.company >= 1) != above:
        return
    key = "swot.attained_of_plan" if found.of_plan else "swot.attained_of_quota"
    yield voice.say(
        key,
        share=voice.show.percent(found.company, 1),
        last=voice.show.period(found.last),
    )


def _leavers(facts: Facts, voice: Voice) -> Iterator[str]:
    """Reps who leave within the plan, where the reader may know."""
    reps, end = facts.scenario.table("reps"), facts.scenario.calendar.plan_end
    leaves = (reps["status"].map(known_text) == "leaving") | (pd.to_datetime(reps["end"]) < end)
    leaves &= reps["rep"].isin(facts.reps.index)
    if leaves.any():
        names = name_some("reps", [str(rep) for rep in reps.loc[leaves, "rep"]], facts, voice)
        yield voice.say.count("swot.leavers", int(leaves.sum()), names=names)


def _segments(
    values: pd.Series[float], show: Callable[[float], str], facts: Facts, voice: Voice
) -> str:
    return with_figures(values, lambda key: facts.name_of("segments", str(key)), show, voice)


_QUADRANTS: Mapping[str, Propose] = MappingProxyType(
    {
        "strengths": _strengths,
        "weaknesses": _weaknesses,
        "opportunities": _opportunities,
        "threats": _threats,
    }
)
