"""Resource allocation: people, selling time, money and the territories they go to."""

from __future__ import annotations

from allocopt.documents.blocks import Block, Section, columns, heading, notice, section, table
from allocopt.documents.changes import change_columns
from allocopt.documents.facts import Facts, ratio, records
from allocopt.documents.figures import budget_chart, load_chart, territory_chart
from allocopt.documents.text import known_text
from allocopt.documents.voice import Voice
from allocopt.plan import CONTRIBUTION_PARTS


def resources_section(facts: Facts, voice: Voice) -> Section:
    """People, territories and money."""
    money = facts.spend() > 0
    blocks = [
        heading(voice.say("resources.people")),
        _people(facts, voice),
        load_chart(facts, voice),
        heading(voice.say("resources.territories")),
        territory_chart(facts, voice),
        _territories(facts, voice),
        heading(voice.say("resources.money")),
        *(
            [budget_chart(facts, voice), _levers(facts, voice), _cells(facts, voice)]
            if money
            else [notice(voice.say("resources.no_money"))]
        ),
        _contribution(facts, voice),
    ]
    return section("resources", voice, blocks)


def _people(facts: Facts, voice: Voice) -> Block | None:
    """Reps with their units and selling time; no cost and no leavers, which not everybody may see."""
    show, reps = voice.show, facts.active_reps
    expected = facts.rep_quotas["expected"].reindex(reps.index)
    rows = [
        [
            facts.name_of("reps", rep),
            facts.name_of("territories", known_text(row["territory"])),
            show.number(row["units"]),
            show.number(row["hours"]),
            show.number(row["load"]),
            show.percent(row["utilisation"], 0),
            show.compact(float(expected[rep])),
            voice.say("general.yes") if rep in facts.hires.index else "",
        ]
        for rep, row in records(reps)
    ]
    heads = columns("rep territory #units #hours #load #utilisation #expected hired", voice)
    sums = reps[["hours", "load"]].sum(min_count=1)
    total = [
        voice.say("general.total"),
        "",
        show.number(_covered(facts)),
        *(show.number(sums[name]) for name in ("hours", "load")),
        show.percent(ratio(float(sums["load"]), float(sums["hours"])), 0),
        show.compact(float(expected.sum(min_count=1))),
        "",
    ]
    return table(voice.say("resources.people_table"), heads, rows, voice, total)


def _covered(facts: Facts) -> int:
    """Units that somebody has: one that changes hands or is shared counts once."""
    held = facts.table("assignments")
    return int(held.loc[held["rep"].map(known_text) != "", "unit"].nunique())


def _territories(facts: Facts, voice: Voice) -> Block | None:
    show = voice.show
    rows = [
        [
            facts.name_of("territories", name),
            show.number(row["units"]),
            show.compact(row["demand"]),
            show.compact(row["sales"]),
            show.percent(row["share"]),
            show.change(row["growth"]),
            show.compact(row["spend"]),
        ]
        for name, row in records(facts.by("territory"))
    ]
    heads = change_columns("territory #units #demand #sales #share", "#spend", facts, voice)
    return table(voice.say("resources.territory_table"), heads, rows, voice)


def _levers(facts: Facts, voice: Voice) -> Block | None:
    show, levers = voice.show, facts.lever_spend
    rows = [
        [
            facts.name_of("levers", lever),
            show.compact(row["spend"]),
            show.percent(ratio(row["spend"], facts.spend())),
            show.compact(row["lift"]),
            show.number(ratio(row["lift"], row["spend"]), 2),
        ]
        for lever, row in records(levers)
    ]
    lift = float(levers["lift"].sum(min_count=1))
    total = [
        voice.say("general.total"),
        show.compact(facts.spend()),
        show.percent(1.0),
        show.compact(lift),
        show.number(ratio(lift, facts.spend()), 2),
    ]
    heads = columns("lever #spend #share_of_spend #lift #lift_per_spend", voice)
    return table(voice.say("resources.lever_table"), heads, rows, voice, total)


def _cells(facts: Facts, voice: Voice) -> Block | None:
    """Spend and lift per territory and segment, largest first; blank scopes are the whole company."""
    budget = facts.table("budget")
    keys = [budget[name].map(known_text) for name in ("territory", "segment")]
    sums = budget.groupby(keys)[["spend", "lift"]].sum(min_count=1)
    sums = sums[sums["spend"] > 0].sort_values("spend", ascending=False, kind="stable")
    everywhere = voice.say("general.everywhere")
    rows = [
        [
            facts.name_of("territories", territory) or everywhere,
            facts.name_of("segments", segment) or everywhere,
            voice.show.compact(float(spend)),
            voice.show.compact(float(lift)),
        ]
        for (territory, segment), spend, lift in zip(
            sums.index, sums["spend"], sums["lift"], strict=True
        )
    ]
    heads = columns("territory segment #spend #lift", voice)
    return table(voice.say("resources.cell_table"), heads, rows, voice)


def _contribution(facts: Facts, voice: Voice) -> Block | None:
    """From the margin on sales to the contribution."""
    rows = [
        [voice.say(f"part.{name}"), voice.show.money(facts.part(name))]
        for name in CONTRIBUTION_PARTS
        if facts.part(name)
    ]
    total = [voice.say("kpi.contribution"), voice.show.money(facts.contribution())]
    heads = columns("part #sum", voice)
    return table(voice.say("resources.contribution_table"), heads, rows, voice, total)
