"""Coverage: who covers the units of a territory or an account, with how much time and for what sales."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block, Section, columns, notice, section, table
from allocopt.documents.facts import Facts, records
from allocopt.documents.figures import load_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.quotas import in_currency


def coverage_section(facts: Facts, voice: Voice) -> Section:
    """Who covers what here, who helps, and how full their time is."""
    people = people_here(facts)
    blocks = [
        _one_face(people, facts, voice),
        people_table(people, facts, voice),
        _support(facts, voice),
        load_chart(facts, voice) if len(people) > 1 else None,
    ]
    return section("coverage", voice, blocks)


def people_here(facts: Facts) -> pd.DataFrame:
    """Per rep, largest sales first: units, hours and sales in the part [h, currency per horizon].

    `available` are all hours of the rep, `used` the share of them that is planned, here and elsewhere.
    """
    here = facts.credits.groupby("rep")["sales"].sum(min_count=1).to_frame()
    held = facts.table("assignments").groupby("rep")["unit"].nunique().rename("units")
    hours = facts.table("time").groupby("rep")["hours"].sum(min_count=1)
    people = here.join([held, hours], how="outer")
    people = people[people.index != ""]
    available = facts.reps[["hours", "utilisation"]]
    people = people.join(available.set_axis(["available", "used"], axis="columns"))
    return people.sort_values("sales", ascending=False, kind="stable")


def people_table(people: pd.DataFrame, facts: Facts, voice: Voice) -> Block | None:
    """The reps of a part, with sums of what they do here; cost and leavers are not shown."""
    show = voice.show
    rows = [
        [
            facts.name_of("reps", rep),
            show.number(row["units"]),
            show.amount(row["sales"]),
            show.number(row["hours"]),
            show.number(row["available"]),
            show.percent(row["used"], 0),
        ]
        for rep, row in records(people)
    ]
    sums = people[["sales", "hours"]].sum(min_count=1)
    covered = facts.table("assignments")
    number = covered.loc[covered["rep"].isin(people.index), "unit"].nunique()
    total = [
        voice.say("general.total"),
        *(
            show.number(number),
            show.amount(float(sums["sales"])),
            show.number(float(sums["hours"])),
        ),
        *("", ""),
    ]
    heads = columns("rep #units #sales #own_hours #available #utilisation", voice)
    caption = in_currency("coverage.table", facts, voice)
    return lean_table(caption, heads, rows, voice, total if len(rows) > 1 else ())


def _one_face(people: pd.DataFrame, facts: Facts, voice: Voice) -> Block | None:
    """Whether the customer meets one person or several."""
    if facts.subject.kind != "account":
        return None
    names = [facts.name_of("reps", str(rep)) for rep in people.index]
    if not names:
        return notice(voice.say("coverage.nobody"))
    if len(names) == 1:
        return notice(voice.say("coverage.one_face", rep=names[0]))
    return notice(voice.say("coverage.several", names=voice.show.join(names)))


def _support(facts: Facts, voice: Voice) -> Block | None:
    """Who helps the reps here: hours, and the sales that come from it."""
    helped = facts.table("support").groupby("rep")[["hours", "sales"]].sum(min_count=1)
    roles = facts.scenario.table("reps").drop_duplicates("rep").set_index("rep").get("role")
    rows = [
        [
            facts.name_of("reps", rep),
            "" if roles is None or not isinstance(roles.get(rep), str) else roles[rep],
            voice.show.number(row["hours"]),
            voice.show.amount(row["sales"]) if known(row["sales"]) else "",
        ]
        for rep, row in records(helped)
    ]
    heads = columns("rep role #own_hours #added", voice)
    return table(in_currency("coverage.support", facts, voice), heads, rows, voice)
