"""Goals: what was asked for, what the plan reaches, and the facts that make a goal SMART."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import pandas as pd

from allocopt.documents.blocks import Section, bullets, columns, notice, section, table
from allocopt.documents.facts import Facts
from allocopt.documents.formats import known
from allocopt.documents.measures import measure_name, measure_value
from allocopt.documents.text import known_text
from allocopt.documents.voice import Voice
from allocopt.plan import OPTIONAL_TABLES
from allocopt.results.goals import LESS_IS_BETTER

# A goal counts as reached when less than this part of it is missing.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class GoalFacts:
    """One goal with what the plan reaches of it; unknown numbers are NaN, unknown texts blank."""

    name: str
    measure: str
    scope: str
    amount: float
    planned: float
    start: object
    due: object
    owner: str = ""
    reason: str = ""
    unit: str = ""
    probability: float = nan

    @property
    def is_ceiling(self) -> bool:
        """Whether the goal is kept by staying below it."""
        return self.measure.partition(":")[0] in LESS_IS_BETTER

    @property
    def gap(self) -> float:
        """How much the plan misses the goal by; negative when it does better."""
        missing = self.amount - self.planned
        return -missing if self.is_ceiling else missing

    @property
    def is_reached(self) -> bool:
        """Whether the plan reaches the goal; false when that is unknown."""
        return self.gap <= TOLERANCE * abs(self.amount)


def goals_section(facts: Facts, voice: Voice) -> Section:
    """Goals of the configuration, targets of the table, the company's quota."""
    goals = _all_goals(facts, voice)
    proposed = not any((*_configured(facts), *_targets(facts)))
    blocks = [
        notice(voice.say("goals.proposed")) if proposed else None,
        table(
            voice.say("goals.table"),
            columns("goal measure #amount @due owner #planned #gap", voice),
            [_row(goal, voice) for goal in goals],
            voice,
        ),
        table(
            voice.say("goals.smart"),
            columns("specific measurable achievable relevant time_bound", voice),
            [_smart(goal, facts, voice) for goal in goals],
            voice,
        ),
        bullets(list(_remarks(facts, voice)), voice.say("goals.remarks")),
    ]
    return section("goals", voice, blocks)


def _remarks(facts: Facts, voice: Voice) -> Iterator[str]:
    """What each goal lacks of the five criteria, in the document's language where it is known."""
    known_in = facts.summary.get("translations", {}).get(voice.say.language, {})
    for row in _judged(facts).to_dict("records"):
        if note := known_text(row["note"]):
            yield voice.say("goals.remark", name=row["name"], note=known_in.get(note, note))


def _judged(facts: Facts) -> pd.DataFrame:
    """The plan's table `goals`; plans of earlier versions have none."""
    empty = pd.DataFrame(columns=list(OPTIONAL_TABLES["goals"]))
    return facts.plan.tables.get("goals", empty)


def missed_goals(facts: Facts, voice: Voice) -> int:
    """How many goals of the document the plan is known to miss."""
    goals = _all_goals(facts, voice)
    return sum(known(goal.gap) and not goal.is_reached for goal in goals)


def _all_goals(facts: Facts, voice: Voice) -> list[GoalFacts]:
    """Goals that people set, else those that are proposed; then the company's quota."""
    given = [*_configured(facts), *_targets(facts)]
    return [*(given or _proposed(facts, voice)), *_quota(facts, voice)]


def _configured(facts: Facts) -> Iterator[GoalFacts]:
    calendar = facts.scenario.calendar
    judged = _judged(facts).drop_duplicates("name").set_index("name")
    planned, odds = judged["planned"].astype(float), judged["probability"].astype(float)
    for goal in facts.scenario.config.goals:
        scope = goal.scope or "company"
        found = planned.get(goal.name, nan)
        yield GoalFacts(
            goal.text or goal.name,
            goal.measure,
            scope,
            nan if goal.amount is None else goal.amount,
            found if known(found) else facts.kpi(goal.measure or "sales", scope),
            goal.start or calendar.plan_start,
            goal.due or calendar.plan_end,
            goal.owner,
            goal.reason,
            goal.unit,
            probability=odds.get(goal.name, nan),
        )


def _targets(facts: Facts) -> Iterator[GoalFacts]:
    """Targets of targets.csv with the plan's answer to each."""
    known_targets = facts.scenario.table("targets").drop_duplicates("name").set_index("name")
    for row in facts.table("targets").to_dict("records"):
        given = known_targets.loc[row["name"]] if row["name"] in known_targets.index else {}
        yield GoalFacts(
            str(row["name"]),
            known_text(given.get("measure")) or "sales",
            known_text(given.get("scope")) or "company",
            float(row["goal"]),
            # Of a target that reaches beyond the plan, a part is no answer.
            float(row["planned"]) if known(row["gap"]) else nan,
            given.get("start"),
            given.get("end"),
            known_text(given.get("owner")),
            probability=float(row["probability"]),
        )


def _proposed(facts: Facts, voice: Voice) -> Iterator[GoalFacts]:
    """Goals that say what the plan reaches, where nobody has set any."""
    calendar = facts.scenario.calendar
    for measure, amount in (("sales", facts.sales()), ("contribution", facts.contribution())):
        if known(amount):
            name = voice.say(f"goals.propose_{measure}")
            yield GoalFacts(
                name, measure, "company", amount, amount, calendar.plan_start, calendar.plan_end
            )


def _quota(facts: Facts, voice: Voice) -> Iterator[GoalFacts]:
    """The company's quota as a goal of its own."""
    if known(facts.company_quota):
        calendar = facts.scenario.calendar
        yield GoalFacts(
            voice.say("goals.quota"),
            "quota",
            "company",
            facts.company_quota,
            facts.sales(),
            calendar.plan_start,
            calendar.plan_end,
        )


def _row(goal: GoalFacts, voice: Voice) -> list[str]:
    return [
        goal.name,
        measure_name(goal.measure, voice),
        measure_value(goal.measure, goal.amount, voice, goal.unit),
        voice.show.date(goal.due),
        goal.owner,
        measure_value(goal.measure, goal.planned, voice, goal.unit),
        _missing(goal, voice),
    ]


def _missing(goal: GoalFacts, voice: Voice) -> str:
    """What is missing to the goal, or that nothing is."""
    if goal.is_reached:
        return voice.say("goals.gap_kept" if goal.is_ceiling else "goals.gap_reached")
    return measure_value(goal.measure, goal.gap, voice, goal.unit)


def _smart(goal: GoalFacts, facts: Facts, voice: Voice) -> list[str]:
    """Specific, measurable, achievable, relevant, time-bound."""
    amount = measure_value(goal.measure, goal.amount, voice, goal.unit)
    where = facts.scope_name(goal.scope) or voice.say("general.company")
    dates = voice.say(
        "general.from_to", first=voice.show.date(goal.start), last=voice.show.date(goal.due)
    )
    return [
        voice.say("goals.specific", name=goal.name.rstrip(".。"), scope=where),
        f"{measure_name(goal.measure, voice)} {amount}".strip(),
        _achievable(goal, voice),
        goal.reason or voice.show.unknown,
        dates,
    ]


def _achievable(goal: GoalFacts, voice: Voice) -> str:
    """Whether the plan reaches the goal, and with which probability where that is known."""
    if not known(goal.gap):
        return voice.show.unknown
    key = "missed" if not goal.is_reached else "kept" if goal.is_ceiling else "reached"
    gap = measure_value(goal.measure, abs(goal.gap), voice, goal.unit)
    text = voice.say(f"goals.{key}", gap=gap)
    if known(goal.probability):
        text += voice.say("goals.probability", share=voice.show.percent(goal.probability, 0))
    return text
