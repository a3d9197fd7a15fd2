"""Variance: why sales differ from plan, by cause."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import Block, Section, bullets, notice, section
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.deviations import Deviation, company_deviation, material
from allocopt.documents.figures import variance_chart
from allocopt.documents.figures.variance import cause_name
from allocopt.documents.language.amounts import signed
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

MOST_TOLD = 12
# Items of these scopes have names in tables of the scenario.
TABLES = {"territory": "territories", "segment": "segments", "rep": "reps", "unit": "units"}


def variance_section(facts: Facts, voice: Voice) -> Section:
    """The way from plan to actual, what each cause is, and which places and people differ most."""
    whole = company_deviation(facts)
    if whole is None:
        return section("variance", voice, [])
    blocks = [
        *([bullets([deviation_sentence(whole, facts, voice)])] if whole.told else []),
        variance_chart(facts, voice),
        _causes(whole, voice),
        *_items(facts, voice),
    ]
    return section("variance", voice, blocks)


def deviation_sentence(deviation: Deviation, facts: Facts, voice: Voice) -> str:
    """By how much something is above or below its plan, and what did it."""
    side = "above" if deviation.amount > 0 else "below"
    return voice.say(
        f"variance.{side}",
        where=deviation_name(deviation, facts, voice),
        size=voice.show.money(abs(deviation.amount)),
        share=voice.show.percent(abs(deviation.share)),
        causes=causes_text(deviation, voice),
    )


def causes_text(deviation: Deviation, voice: Voice) -> str:
    """`coverage −95.6k, market +9.5k`: the causes that did most."""
    told = [
        voice.say("variance.amount", cause=cause_name(cause, voice), amount=signed(amount, voice))
        for cause, amount in deviation.told.items()
    ]
    return voice.show.join(told)


def deviation_name(deviation: Deviation, facts: Facts, voice: Voice) -> str:
    """The name of what differs."""
    if not deviation.item:
        return facts.scope_name(str(facts.subject)) or voice.say("variance.whole")
    return facts.name_of(TABLES[deviation.scope], deviation.item)


def _causes(whole: Deviation, voice: Voice) -> Block | None:
    """Each known cause with its amount and what it means."""
    rows = [
        [
            cause_name(cause, voice),
            signed(amount, voice),
            voice.show.change(ratio(amount, whole.plan)),
            voice.say.get(f"variance.meaning.{cause}", ""),
        ]
        for cause, amount in whole.causes.items()
        if amount
    ]
    return lean_table(voice.say("variance.causes"), "cause #sum #of_plan meaning", rows, voice)


def _items(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """The places, segments and reps whose difference matters, with their causes."""
    rows = [
        [
            voice.say(f"variance.scope.{deviation.scope}"),
            deviation_name(deviation, facts, voice),
            voice.show.compact(deviation.plan),
            signed(deviation.amount, voice),
            voice.show.change(deviation.share),
            causes_text(deviation, voice),
        ]
        for deviation in material(facts)
    ]
    yield lean_table(
        voice.say("variance.items"),
        "kind item #plan_to_date #difference #of_plan causes",
        rows,
        voice,
        most=MOST_TOLD,
    )
    if not rows:
        yield notice(voice.say("variance.none"))
