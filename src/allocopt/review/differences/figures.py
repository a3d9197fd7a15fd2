"""Sentences about money, goals and key figures."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.goals import GoalFacts, given_goals
from allocopt.documents.language.amounts import points
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import KPI_KINDS, measure_name, measure_value
from allocopt.documents.language.voice import Voice
from allocopt.review.differences.sentence import Sentence
from allocopt.whatif.difference import Difference

# Shares that change by less than this are told among the smaller ones.
POINTS = 0.02
# A lever that changes by this part of all spend is worth a sentence, however small that is beside sales.
OF_SPEND = 0.05
SHARES = ("balance_spread", "attain_probability", "share_at_quota", "target_probability")


def money(difference: Difference, after: Facts, voice: Voice) -> Iterator[Sentence]:
    """Levers on which more or less is spent."""
    total = after.spend()
    for row in difference.money.to_dict("records"):
        was, now = float(row["before"]), float(row["after"])
        share = ratio(now, was) - 1
        said = "spend_new" if not was else "spend_none" if not now else "spend"
        yield Sentence(
            "money",
            voice.say(
                f"review.difference.{said}",
                lever=after.name_of("levers", str(row["lever"])),
                was=voice.show.money(was),
                now=voice.show.money(now),
                change=voice.show.change(share),
            ),
            f"lever:{row['lever']}",
            abs(now - was),
            always=abs(now - was) >= OF_SPEND * total,
        )


def goals(before: Facts, after: Facts, voice: Voice) -> Iterator[Sentence]:
    """Goals that are missed now and were reached, or the other way round."""
    was = {(goal.key, goal.scope): goal for goal in given_goals(before)}
    for goal in given_goals(after):
        earlier = was.get((goal.key, goal.scope))
        if not known(goal.gap):
            continue
        if earlier is None or not known(earlier.gap) or earlier.is_reached != goal.is_reached:
            yield _goal(goal, voice)


def _goal(goal: GoalFacts, voice: Voice) -> Sentence:
    said = "goal_reached" if goal.is_reached else "goal_missed"
    amounts = {"amount": goal.amount, "planned": goal.planned, "gap": abs(goal.gap)}
    shown = {
        name: measure_value(goal.measure, value, voice, goal.unit)
        for name, value in amounts.items()
    }
    is_money = not goal.unit and KPI_KINDS.get(goal.measure or "sales") == "money"
    return Sentence(
        "goal",
        voice.say(f"review.difference.{said}", name=goal.name.rstrip("。."), **shown),
        worth=abs(goal.gap) if is_money else 0.0,
        always=True,
    )


def shares(before: Facts, after: Facts, voice: Voice) -> Iterator[Sentence]:
    """How evenly work is spread, and how likely quotas and targets are reached, where that changes."""
    for name in _share_kpis(after):
        was, now = before.kpi(name), after.kpi(name)
        if not known(was) or not known(now) or was == now:
            continue
        text = voice.say(
            "review.difference.share",
            name=measure_name(name, voice),
            was=voice.show.percent(was),
            now=voice.show.percent(now),
            change=points(now - was, voice),
        )
        yield Sentence("share", text, always=abs(now - was) >= POINTS)


def _share_kpis(facts: Facts) -> list[str]:
    table = facts.table("kpis")
    rows = table[table["scope"] == "company"]
    return [str(name) for name in rows["kpi"].unique() if str(name).partition(":")[0] in SHARES]
