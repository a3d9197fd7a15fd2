"""Goals as documents show them: those that people set, else those that the plan proposes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from allocopt.checks.goals import LESS_IS_BETTER
from allocopt.documents.facts import Facts
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# A goal counts as reached when less than this part of it is missing.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class GoalFacts:
    """One goal with what the plan reaches of it; unknown numbers are NaN, unknown texts blank.

    `key` is its name in the plan's tables, `scope` where it holds, such as `territory=East`.
    """

    key: str
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


def all_goals(facts: Facts, voice: Voice) -> list[GoalFacts]:
    """Goals that people set for the subject, else proposals; then its quota."""
    return [*(given_goals(facts) or _proposed(facts, voice)), *_quota(facts, voice)]


def given_goals(facts: Facts) -> list[GoalFacts]:
    """Goals of the configuration and of the table `targets` whose scope lies in the subject."""
    goals = [*_configured(facts), *_targets(facts)]
    return [goal for goal in goals if _is_inside(goal.scope, facts)]


def missed_goals(facts: Facts, voice: Voice) -> list[GoalFacts]:
    """The goals that the plan is known to miss."""
    goals = all_goals(facts, voice)
    return [goal for goal in goals if known(goal.gap) and not goal.is_reached]


def judged_goals(facts: Facts) -> pd.DataFrame:
    """The plan's table `goals` by name; plans of earlier versions have no rows."""
    table = (facts.whole or facts).table("goals")
    return table.drop_duplicates("name").set_index("name")


def _is_inside(scope: str, facts: Facts) -> bool:
    """Whether a scope lies in what the document is about; in the company everything does."""
    if facts.extent is None:
        return True
    kind, _, key = scope.partition("=")
    if facts.subject.kind == "territory" and kind == "territory":
        return key in facts.extent.territories
    if facts.subject.kind == "territory" and kind == "rep":
        return key in facts.extent.reps
    return scope == str(facts.subject)


def _figure(measure: str, scope: str, facts: Facts) -> float:
    """The plan's figure for a scope; facts of a part have their own figures as the company's."""
    return facts.kpi(measure or "sales", "company" if scope == str(facts.subject) else scope)


def _configured(facts: Facts) -> Iterator[GoalFacts]:
    calendar, judged = facts.scenario.calendar, judged_goals(facts)
    for goal in facts.scenario.config.goals:
        scope = goal.scope or "company"
        said: Any = judged.loc[goal.name] if goal.name in judged.index else {}
        # What the plan could not say of a goal stays unknown; plans of earlier versions have not judged.
        planned = said["planned"] if len(said) else _figure(goal.measure, scope, facts)
        yield GoalFacts(
            key=goal.name,
            name=goal.text or goal.name,
            measure=goal.measure,
            scope=scope,
            amount=nan if goal.amount is None else goal.amount,
            planned=float(planned),
            start=goal.start or facts.begun,
            due=goal.due or calendar.plan_end,
            owner=goal.owner,
            reason=goal.reason,
            unit=goal.unit,
            probability=float(said.get("probability", nan)),
        )


def _targets(facts: Facts) -> Iterator[GoalFacts]:
    """Targets of targets.csv with the plan's answer to each."""
    known_targets = facts.scenario.table("targets").drop_duplicates("name").set_index("name")
    for row in (facts.whole or facts).table("targets").to_dict("records"):
        given: Any = known_targets.loc[row["name"]] if row["name"] in known_targets.index else {}
        yield GoalFacts(
            key=str(row["name"]),
            name=str(row["name"]),
            measure=known_text(given.get("measure")) or "sales",
            scope=known_text(given.get("scope")) or "company",
            amount=float(row["goal"]),
            # Of a target that reaches beyond the plan, a part is no answer.
            planned=float(row["planned"]) if known(row["gap"]) else nan,
            start=given.get("start"),
            due=given.get("end"),
            owner=known_text(given.get("owner")),
            probability=float(row["probability"]),
        )


def _proposed(facts: Facts, voice: Voice) -> Iterator[GoalFacts]:
    """Goals that say what the plan reaches, where nobody has set any."""
    for measure, amount in (("sales", facts.sales()), ("contribution", facts.contribution())):
        if known(amount):
            yield _of_plan(measure, amount, amount, facts, voice.say(f"goals.propose_{measure}"))


def _quota(facts: Facts, voice: Voice) -> Iterator[GoalFacts]:
    """The quota of the company, or of the part, as a goal of its own."""
    if known(facts.company_quota):
        kind = facts.subject.kind
        name = voice.say("goals.quota" if kind == "company" else "goals.quota_of_part")
        yield _of_plan("quota", facts.company_quota, facts.sales(), facts, name)


def _of_plan(measure: str, amount: float, planned: float, facts: Facts, name: str) -> GoalFacts:
    """A goal for the plan's whole time."""
    calendar = facts.scenario.calendar
    start, due = calendar.plan_start, calendar.plan_end
    return GoalFacts("", name, measure, str(facts.subject), amount, planned, start, due)
