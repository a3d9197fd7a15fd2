"""Executive summary: headline figures, and the few sentences that matter."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import Section, bullets, cards, prose, section
from allocopt.documents.changes import change_note
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.binding import binding_rules
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.figures import forecast_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice

MOST_NAMED = 5
# Parts of the contribution that changes cost.
CHANGES = ("hire_cost", "overtime", "handover_loss")


def summary_section(facts: Facts, voice: Voice) -> Section:
    """The summary that people read who read nothing else."""
    headlines = [entry for entry in _headlines(facts, voice) if entry[1] != voice.show.unknown]
    is_part = facts.subject != COMPANY
    blocks = [
        cards(headlines) if headlines else None,
        # What people wrote sums up the company's plan, not a part of it.
        None if is_part else prose(facts.scenario.config.document.summary),
        bullets(list(_sentences(facts, voice))),
        forecast_chart(facts, voice),
    ]
    return section("summary", voice, blocks)


def _headlines(facts: Facts, voice: Voice) -> Iterator[tuple[str, str, str]]:
    """Label, value and comparison of each headline figure."""
    say, show = voice.say, voice.show
    contribution = facts.contribution()
    margin = ratio(contribution, facts.sales())
    yield say("card.sales"), show.money(facts.sales()), change_note(facts, voice)
    yield (
        say("card.contribution"),
        show.money(contribution),
        say("card.of_sales", share=show.percent(margin)) if known(margin) else "",
    )
    yield _quota(facts, voice)
    levers = int((facts.lever_spend["spend"] > 0).sum())
    yield (
        say("card.spend"),
        show.money(facts.spend()),
        say.count("card.levers", levers) if levers else "",
    )
    hires = len(facts.hires)
    yield (
        say("card.reps"),
        show.number(len(facts.active_reps)),
        say.count("card.hires", hires) if hires else "",
    )
    share = facts.handover_share()
    yield (
        say("card.handovers"),
        show.number(facts.handovers["unit"].nunique()),
        say("card.of_demand", share=show.percent(share)) if known(share) else "",
    )


def _quota(facts: Facts, voice: Voice) -> tuple[str, str, str]:
    """The quota with planned sales as a share of it; of a part whose reps sell elsewhere, too, theirs."""
    say, show, quota = voice.say, voice.show, facts.company_quota
    share = ratio(facts.sales(), quota)
    if facts.subject != COMPANY and not known(quota):
        theirs = float(facts.rep_quotas["quota"].sum(min_count=1))
        return say("card.their_quota"), show.money(theirs), say("card.elsewhere")
    note = say("card.expected", share=show.percent(share)) if known(share) else ""
    return say("card.quota"), show.money(quota), note


def _sentences(facts: Facts, voice: Voice) -> Iterator[str]:
    """Sales, contribution, money, hires, handovers, what binds, and how good the plan is."""
    yield from _about_sales(facts, voice)
    yield from _about_contribution(facts, voice)
    yield from _about_people(facts, voice)
    binding = binding_rules(facts, voice)
    if binding:
        rule = binding[0]
        yield voice.say(
            "summary.binding", rule=rule.sentence, item=rule.item, value=rule.percent_more
        )
    gap = float(facts.summary.get("gap", float("nan")))
    if facts.subject == COMPANY and facts.summary.get("status") == "feasible" and known(gap):
        yield voice.say("summary.feasible", gap=voice.show.percent(gap, 2))


def _about_sales(facts: Facts, voice: Voice) -> Iterator[str]:
    """Planned sales against the same periods of the past."""
    show = voice.show
    planned, past = facts.compared
    growth = facts.growth()
    if known(growth):
        change = show.percent(abs(growth))
        way = "level" if change == show.percent(0.0) else "up" if growth > 0 else "down"
        yield voice.say(
            f"summary.sales_{way}",
            sales=show.money(facts.compared_sales()),
            first=show.period(planned[0]),
            last=show.period(planned[-1]),
            change=change,
            past=show.money(facts.past_sales()),
            past_first=show.period(past[0]),
            past_last=show.period(past[-1]),
        )
    elif known(facts.sales()):
        yield voice.say("summary.sales_alone", sales=show.money(facts.sales()))


def _about_contribution(facts: Facts, voice: Voice) -> Iterator[str]:
    """What is left of the margin on sales after spend, people and changes."""
    amounts = {
        "contribution": facts.contribution(),
        "margin": facts.part("margin_on_sales"),
        "spend": 0.0 - facts.part("spend"),
        "people": 0.0 - facts.part("people"),
        "variable": 0.0 - facts.part("variable_pay"),
        "changes": 0.0 - sum(facts.part(name) for name in CHANGES),
    }
    if all(known(value) for value in amounts.values()):
        shown = {name: voice.show.money(value) for name, value in amounts.items()}
        yield voice.say("summary.contribution", **shown)


def _about_people(facts: Facts, voice: Voice) -> Iterator[str]:
    """Positions that are filled, and units that change their rep."""
    hires = facts.hires
    if len(hires):
        names = voice.show.join(
            [facts.name_of("reps", str(rep)) for rep in hires.index[:MOST_NAMED]]
        )
        if len(hires) > MOST_NAMED:
            names += voice.say.count("general.and_more", len(hires) - MOST_NAMED)
        yield voice.say.count("summary.hires", len(hires), names=names)
    elif facts.open_positions():
        yield voice.say.count("summary.no_hires", facts.open_positions())
    changed = facts.handovers["unit"].nunique()
    if changed:
        share = facts.handover_share()
        key = "summary.handovers" if known(share) else "summary.handovers_alone"
        yield voice.say.count(key, changed, share=voice.show.percent(share))
    elif len(facts.table("assignments")):
        yield voice.say("summary.no_handovers")
