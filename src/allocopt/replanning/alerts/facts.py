"""Facts: what needs no test - hours beyond those there are, a market share, silence, overdue actions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.notes import Note
from allocopt.replanning.alerts import advice
from allocopt.replanning.alerts.alert import Alert, called
from allocopt.replanning.alerts.review import Review, first_of_run
from allocopt.replanning.performance.figures import hours_table
from allocopt.replanning.performance.market import market_shares
from allocopt.replanning.performance.page import amount_text
from allocopt.tables.catalogue.goals import ENDED


def capacity_alerts(review: Review) -> Iterator[Alert]:
    """Reps who gave, or are planned to give, more than `alerts.hours_above` of their selling time."""
    most = review.section.hours_above
    if not most:
        return
    given = hours_table(review.books).rename(columns={"given": "hours"})
    yield from _overrun(review, given[given["available"] > 0], planned=False)
    yield from _overrun(review, _planned_hours(review), planned=True)


def _overrun(review: Review, hours: pd.DataFrame, *, planned: bool) -> Iterator[Alert]:
    """Alerts of reps whose `hours` over all periods of the table are beyond those `available`."""
    overtime = review.course.scenario.config.workload.overtime_max if planned else 0.0
    most = review.section.hours_above * (1 + overtime)
    sums = hours.groupby("rep", sort=False)[["hours", "available"]].sum()
    for rep, (used, available) in zip(sums.index, sums.to_numpy(), strict=True):
        if used <= most * available:
            continue
        rows = hours[(hours["rep"] == rep) & (hours["hours"] > most * hours["available"])]
        text = Note(
            f"{rep} {'is planned to give' if planned else 'has given'} {used:,.0f} h of selling time where "
            f"there are {available:,.0f} h.",
            f"{rep}{'计划投入' if planned else '已投入'}销售时间 {used:,.0f} 小时，"
            f"可用 {available:,.0f} 小时。",
        )
        say = advice.fewer_units if planned else advice.real_hours
        share, since = used / available, str(rows["period"].min())
        suggestion = say(review, str(rep), used / len(hours[hours["rep"] == rep]))
        yield Alert("capacity", f"rep={rep}", since, share, most, text, suggestion)


def _planned_hours(review: Review) -> pd.DataFrame:
    """rep, period, hours, available of periods to come that are planned beyond the selling time."""
    plan = review.course.plan if review.outlook is None else review.outlook.plan
    rules = plan["limits"]
    rows = rules[(rules["rule"] == "selling_time_limit") & rules["period"].isin(review.course.open)]
    rows = rows[(rows["upper"] > 0) & (rows["activity"] > rows["upper"])]
    names = {"item": "rep", "activity": "hours", "upper": "available"}
    return rows.rename(columns=names)[["rep", "period", "hours", "available"]]


def market_alerts(review: Review) -> Iterator[Alert]:
    """The company and territories whose market share is below `alerts.market_share_below`."""
    least = review.section.market_share_below
    if least is None:
        return
    shares = market_shares(review.books).dropna(subset="value").sort_values("period")
    for scope, rows in shares.groupby("scope", sort=False):
        since = first_of_run(dict(zip(rows["period"], rows["value"] < least, strict=True)))
        if not since:
            continue
        share, period = float(rows["value"].iloc[-1]), rows["period"].iloc[-1]
        name, zh = called(str(scope).partition("=")[2])
        text = Note(
            f"{name}: market share {share:.1%} in {period}, below {least:.1%}.",
            f"{zh}：{period} 市场份额 {share:.1%}，低于 {least:.1%}。",
        )
        yield Alert(
            "market_share", str(scope), since, share, least, text, advice.market(str(scope))
        )


def unreported_alerts(review: Review) -> Iterator[Alert]:
    """Territories of which no row has come for periods in which something was planned."""
    missing = review.books.unreported.groupby(review.books.units["territory"]).sum()
    for territory, row in zip(missing.index, missing.to_numpy(), strict=True):
        silent = [review.course.closed[place] for place in np.flatnonzero(row > 0)]
        if not silent:
            continue
        amount, periods = float(row.sum()), ", ".join(silent)
        planned = amount_text(amount)
        text = Note(
            f"{territory} has not reported {periods}: {planned} were planned there. Its sales are "
            "unknown, not zero.",
            f"{territory} 尚未上报 {'、'.join(silent)}：计划 {planned}。其销售额未知，并非为零。",
        )
        suggestion = advice.ask_for_sales(review, str(territory), silent)
        scope = f"territory={territory}"
        yield Alert("unreported", scope, silent[0], amount, 0.0, text, suggestion)


def overdue_alerts(review: Review) -> Iterator[Alert]:
    """Actions whose last day is over and that are not done."""
    course = review.course
    actions = course.table("actions")
    status = actions["status"].fillna("").str.strip().str.casefold()
    late = actions[(actions["due"] <= course.through) & ~status.isin(ENDED)]
    for row in late.to_dict("records"):
        due, owner = row["due"], row["owner"] if isinstance(row["owner"], str) else ""
        days = (course.through - due).days
        text = Note(
            f"“{row['action']}” was due on {due:%Y-%m-%d}, {days} days before the end of the last period.",
            f"“{row['action']}”应于 {due:%Y-%m-%d} 完成，至上一周期末已逾期 {days} 天。",
        )
        since = course.calendar.label(course.calendar.start(due))
        suggestion = advice.ask_owner(owner)
        yield Alert("overdue", f"action={row['action']}", since, float(days), 0.0, text, suggestion)
