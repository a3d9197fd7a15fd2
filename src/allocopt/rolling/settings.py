"""Settings: how scenario.yaml goes from one year to the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pandas as pd

from allocopt.config import Config
from allocopt.config.document import Goal
from allocopt.config.rules import Headcount
from allocopt.rolling.changes import Change, Reason
from allocopt.rolling.year import Year

NEXT = Reason("the day after the plan's last one", "计划最后一天的次日")
DECIDE = Reason(
    "this year's figure stands until somebody decides", "沿用本期数值，待确定", undecided=True
)
HIRES = Reason(
    "how many are to be hired is to be decided; the plan has filled its positions",
    "招聘人数待确定；本期岗位已到岗",
    undecided=True,
)
MOVED = Reason(
    "moved on with the plan; its amount is to be decided",
    "随计划顺延；数值待确定",
    undecided=True,
)
PASSED = Reason("it lies before the new plan", "早于新计划期")
RENAMED = Reason("the new year", "新的年度")
# Limits that were meant for the year that has passed, and that no rule moves on.
FIGURES = (("quota", "target"), ("budget", "total_max"), ("headcount", "max"))
FILE = "scenario.yaml"


def roll_settings(year: Year) -> tuple[Config, tuple[Change, ...]]:
    """The configuration of the next plan, and what differs."""
    config = year.scenario.config
    calendar = config.calendar.model_copy(update={"plan_start": year.start.date()})
    section = config.scenario.model_copy(
        update={"title": year.renamed(config.scenario.title), "name": ""}
    )
    updated: dict[str, object] = {
        "calendar": calendar,
        "scenario": section,
        "headcount": _free_to_hire(year, config.headcount),
    }
    goals = tuple(_goal(year, goal) for goal in config.goals)
    if goals:
        updated["goals"] = goals
    rolled = config.model_copy(update=updated)
    changes = (
        *_differing(year, config, rolled),
        *_goal_changes(config.goals, goals),
        *_undecided(config),
    )
    return rolled, changes


def _differing(year: Year, config: Config, rolled: Config) -> Iterator[Change]:
    before, after = (f"{day:%Y-%m-%d}" for day in (year.calendar.plan_start, year.start))
    yield Change(FILE, "calendar.plan_start", "", before, after, NEXT)
    before, after = config.scenario.title, rolled.scenario.title
    if before != after:
        yield Change(FILE, "scenario.title", "", before, after, RENAMED)
    fewest = {"headcount.min": config.headcount.min} | {
        f"headcount.by.{number}.min": bound.min for number, bound in enumerate(config.headcount.by)
    }
    for key, least in fewest.items():
        if least:
            yield Change(FILE, key, "", f"{least}", "0", HIRES)
    before, after = (_days(each.headcount.hire_dates) for each in (config, rolled))
    if before != after:
        yield Change(FILE, "headcount.hire_dates", "", before, after, PASSED)


def _days(dates: Sequence[dt.date | None]) -> str:
    return " ".join(str(day) for day in dates)


def _goal(year: Year, goal: Goal) -> Goal:
    """A goal of the time that has passed, for the next."""
    if goal.due is None or pd.Timestamp(goal.due) >= year.start:
        return goal
    due = year.moved_end(pd.Series([pd.Timestamp(goal.due)])).iloc[0].date()
    update: dict[str, str | dt.date] = {"name": year.renamed(goal.name), "due": due}
    if goal.start is not None:
        update["start"] = year.moved(pd.Series([pd.Timestamp(goal.start)])).iloc[0].date()
    return goal.model_copy(update=update)


def _goal_changes(before: tuple[Goal, ...], after: tuple[Goal, ...]) -> Iterator[Change]:
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        for key in ("name", "start", "due"):
            was, now = getattr(old, key), getattr(new, key)
            if was != now:
                yield Change(FILE, f"goals.{number}.{key}", "", str(was), str(now), MOVED)


def _undecided(config: Config) -> Iterator[Change]:
    """Figures of this year that stand, named so that somebody decides."""
    for section, key in FIGURES:
        value = getattr(getattr(config, section), key)
        if value is not None:
            yield Change(FILE, f"{section}.{key}", "", f"{value:g}", f"{value:g}", DECIDE)


def _free_to_hire(year: Year, headcount: Headcount) -> Headcount:
    """Fewest hires and days of hire of this year are no rule of the next."""
    by = tuple(bound.model_copy(update={"min": 0}) for bound in headcount.by)
    dates = tuple(day for day in headcount.hire_dates if day and pd.Timestamp(day) >= year.start)
    return headcount.model_copy(update={"min": 0, "by": by, "hire_dates": dates})
