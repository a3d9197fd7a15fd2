"""Lessons: what worked and what did not, and what the next plan starts from."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    notice,
    prose,
    section,
)
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.deviations import company_deviation, material
from allocopt.documents.facts.outcomes import forecast_errors, growth_of, unit_outcomes
from allocopt.documents.facts.progress import result, standing
from allocopt.documents.figures.variance import cause_name
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.indicators import lever_returns
from allocopt.documents.sections.variance import deviation_sentence

# A return this far from plan, as a share of it, asks for a new look at the curve.
OFF_CURVE = 0.15
# Attainment of a quota below or above which it was set too high or too low.
TOO_HIGH, TOO_LOW = 0.8, 1.2
# Units that sold less than this part of their plan; a forecast that leans by more than this.
UNDER, LEAN = 0.8, 0.05
MOST_NAMED, MOST_UNITS = 5, 10
# What no plan can act on.
UNEXPLAINED = frozenset({"rest", "unreported"})


def lessons_section(facts: Facts, voice: Voice) -> Section:
    """What people write of the year; proposals from causes, places and levers."""
    worked, failed = list(_told(facts, voice, good=True)), list(_told(facts, voice, good=False))
    badge = voice.say("lessons.proposed")
    blocks = [
        prose(facts.scenario.config.document.lessons),
        bullets(worked, voice.say("lessons.worked"), badge),
        bullets(failed, voice.say("lessons.failed"), badge),
    ]
    return section("lessons", voice, blocks)


def next_year_section(facts: Facts, voice: Voice) -> Section:
    """Growth, customers, curves, units and quotas that the next plan should start from."""
    blocks = [
        bullets(list(_inputs(facts, voice))),
        *(_growth(scope, facts, voice) for scope in ("segment", "territory")),
        _units(facts, voice),
        notice(voice.say("next_year.roll")),
    ]
    return section("next_year", voice, blocks)


def _told(facts: Facts, voice: Voice, *, good: bool) -> Iterator[str]:
    """Causes that did most for the company, places and people off their plan, levers off theirs."""
    whole = company_deviation(facts)
    sign = 1 if good else -1
    for cause, amount in whole.told.items() if whole else ():
        if amount * sign > 0 and cause not in UNEXPLAINED:
            key = "cause_up" if good else "cause_down"
            size = voice.show.money(abs(amount))
            meaning = voice.say.get(f"variance.meaning.{cause}", "")
            yield voice.say(
                f"lessons.{key}", cause=cause_name(cause, voice), amount=size, meaning=meaning
            )
    for deviation in material(facts)[:MOST_NAMED]:
        if deviation.amount * sign > 0:
            yield deviation_sentence(deviation, facts, voice)
    for lever, told in lever_returns(facts).items():
        came, planned = told["return_on_spend"]
        off = ratio(came, planned) - 1
        if known(off) and off * sign > OFF_CURVE:
            yield voice.say(
                "lessons.lever",
                lever=facts.name_of("levers", lever),
                came=voice.show.number(came, 2),
                planned=voice.show.number(planned, 2),
            )


def _inputs(facts: Facts, voice: Voice) -> Iterator[str]:
    """What to change in the inputs, each with its figures."""
    say, show = voice.say, voice.show
    won, lost = result(facts, "new_customers"), result(facts, "lost_customers")
    if known(won) and known(lost):
        yield say("next_year.customers", won=show.number(won), lost=show.number(lost))
    curves = [
        voice.say(
            "general.with",
            name=facts.name_of("levers", lever),
            value=show.change(ratio(*told["return_on_spend"]) - 1),
        )
        for lever, told in lever_returns(facts).items()
        if abs(ratio(*told["return_on_spend"]) - 1) > OFF_CURVE
    ]
    if curves:
        yield say("next_year.curves", names=show.join(curves))
    reps = standing(facts, "rep")
    reached = (reps["ytd_actual"] / reps["quota"].where(reps["quota"] > 0)).dropna()
    for key, chosen in (
        ("too_high", reached[reached < TOO_HIGH]),
        ("too_low", reached[reached > TOO_LOW].iloc[::-1]),
    ):
        if len(chosen):
            named = [
                say("general.with", name=facts.name_of("reps", str(rep)), value=show.percent(share))
                for rep, share in chosen[:MOST_NAMED].items()
            ]
            yield say(f"next_year.{key}", names=show.join(named))
    yield from _leaning(facts, voice)


def _leaning(facts: Facts, voice: Voice) -> Iterator[str]:
    """Places and segments whose forecast was clearly too high or too low."""
    for column, names in (("segment", "segments"), ("territory", "territories")):
        bias = forecast_errors(facts, column)["bias"].dropna()
        bias = bias[bias.abs() > LEAN].sort_values(key=abs, ascending=False)[:MOST_NAMED]
        if len(bias):
            named = [
                voice.say(
                    "general.with",
                    name=facts.name_of(names, str(key)),
                    value=voice.show.change(float(value)),
                )
                for key, value in bias.items()
            ]
            yield voice.say(f"next_year.bias_{column}", names=voice.show.join(named))


def _growth(scope: str, facts: Facts, voice: Voice) -> Block | None:
    """What each segment or territory sold, and by how much it grew."""
    names = {"segment": "segments", "territory": "territories"}[scope]
    held = set(facts.units[scope])
    grown = [entry for entry in growth_of(facts, scope) if entry[0] in held]
    grown.sort(key=lambda entry: -ratio(entry[1], entry[2]))
    rows = [
        [
            facts.name_of(names, item),
            voice.show.compact(before),
            voice.show.compact(actual),
            voice.show.change(ratio(actual, before) - 1),
        ]
        for item, actual, before in grown
    ]
    return lean_table(
        voice.say(f"next_year.growth_{scope}"), f"{scope} #prior_year #actual #growth", rows, voice
    )


def _units(facts: Facts, voice: Voice) -> Block | None:
    """Units that sold far less than planned, by what they lack."""
    units = unit_outcomes(facts)
    short = units[units["attained"] < UNDER].assign(lack=lambda one: one["plan"] - one["actual"])
    rows = [
        [
            facts.name_of("units", str(unit)),
            voice.show.compact(row["plan"]),
            voice.show.compact(row["actual"]),
            voice.show.percent(row["attained"]),
        ]
        for unit, row in short.sort_values("lack", ascending=False, kind="stable").iterrows()
    ]
    return lean_table(
        voice.say("next_year.units"),
        "unit #planned #actual #attained",
        rows,
        voice,
        most=MOST_UNITS,
    )
