"""Resource allocation: people, selling time, money and the territories they go to."""

from __future__ import annotations

from allocopt.documents.blocks import Block, Section, columns, heading, notice, section, table
from allocopt.documents.changes import change_columns
from allocopt.documents.facts import Facts, ratio, records
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.figures import (
    balance_chart,
    budget_chart,
    contribution_chart,
    handover_chart,
    lever_chart,
    load_chart,
    territory_chart,
)
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.coverage import people_here, people_table
from allocopt.plan import CONTRIBUTION_PARTS


def resources_section(facts: Facts, voice: Voice) -> Section:
    """People, territories and money."""
    is_part = facts.subject != COMPANY
    people = people_table(people_here(facts), facts, voice) if is_part else _people(facts, voice)
    blocks = [
        *headed(voice.say("resources.people"), [people, *_people_charts(facts, voice)]),
        *headed(voice.say("resources.territories"), _places(facts, voice)),
        *headed(voice.say("resources.money"), _money(facts, voice)),
    ]
    return section("resources", voice, blocks)


def _people_charts(facts: Facts, voice: Voice) -> list[Block | None]:
    """Load, balance where the scenario asks for it, and who hands over, which a part says elsewhere."""
    asked = bool(facts.scenario.config.balance)
    return [
        load_chart(facts, voice),
        balance_chart(facts, voice) if asked else None,
        handover_chart(facts, voice) if facts.subject == COMPANY else None,
    ]


def headed(text: str, blocks: list[Block | None]) -> list[Block | None]:
    """Blocks under their heading; nothing where none of them has anything to show."""
    return [heading(text), *blocks] if any(block is not None for block in blocks) else []


def _places(facts: Facts, voice: Voice) -> list[Block | None]:
    """Territories; one alone is what the whole document is about."""
    if facts.subject != COMPANY and facts.units["territory"].nunique() < 2:
        return []
    tree, key = facts.scenario.territory_tree, facts.subject.key
    # A part's document says elsewhere what lies right below it.
    is_told = facts.subject.kind == "territory" and set(facts.units["territory"]) <= {
        key,
        *tree.children(key),
    }
    return [territory_chart(facts, voice), None if is_told else _territories(facts, voice)]


def _money(facts: Facts, voice: Voice) -> list[Block | None]:
    """Levers and cells, and the way to the contribution, which only the company has."""
    whole = facts.subject == COMPANY
    account = [contribution_chart(facts, voice), _contribution(facts, voice)] if whole else []
    if not facts.spend() > 0:
        return [notice(voice.say("resources.no_money")), *account]
    levers = _levers(facts, voice) if len(facts.lever_spend) else None
    charts = [budget_chart(facts, voice), lever_chart(facts, voice)]
    return [*charts, levers, _cells(facts, voice), *account]


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
    return lean_table(voice.say("resources.people_table"), heads, rows, voice, total)


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
    return lean_table(voice.say("resources.territory_table"), heads, rows, voice)


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
    return lean_table(voice.say("resources.lever_table"), heads, rows, voice, total)


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
        if known(facts.part(name)) and facts.part(name)
    ]
    # Without the cost of people, which not everybody may see, nothing adds up.
    if not known(facts.contribution()):
        return None
    total = [voice.say("kpi.contribution"), voice.show.money(facts.contribution())]
    heads = columns("part #sum", voice)
    return table(voice.say("resources.contribution_table"), heads, rows, voice, total)
