"""Advice: what to do about an alert, and the command for it where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from allocopt.notes import Note, few
from allocopt.replanning.alerts.alert import REPLAN, Advice
from allocopt.replanning.alerts.review import Review
from allocopt.replanning.performance.page import amount_text

Row = Mapping[Any, Any]


def reach(review: Review, row: Row) -> Advice:
    """What would close the gap to the year's plan: for the company by a question to the plan."""
    missing = row["year_plan"] - row["landing"]
    spans = review.books.spans
    # The question is about all that is left of the plan, which must be the year then.
    ends = spans.year_of(spans.closed - 1).stop == spans.calendar.plan_periods
    if row["scope"] == "company" and missing > 0 and ends:
        command = f"allocopt whatif PLAN --reach sales={row['year_plan'] - row['ytd_actual']:.0f}"
        told = Note(
            f"The year lands {amount_text(missing)} short; ask what would make up for it.",
            f"全年预计缺口 {amount_text(missing)}，可用计划试算剩余周期如何补足。",
        )
        return Advice(told, command)
    sellers, sellers_zh = _sellers(review, row)
    told = Note(
        f"Ask {sellers} what is missing, enter it as judgement, and solve the rest again.",
        f"向{sellers_zh}了解缺口原因，录入判断（judgement），并重新求解剩余周期。",
    )
    return Advice(told, REPLAN)


def _sellers(review: Review, row: Row) -> tuple[str, str]:
    """Who sells in a territory or segment, or for a manager, the largest first."""
    scope, item = row["scope"], row["item"]
    books = review.books
    if scope == "manager":
        return few(list(books.teams.get(item, ())), "reps")
    chosen = pd.Series(True, books.units.index)
    if scope == "territory":
        inside = review.course.scenario.territory_tree.within([item])
        chosen = books.units["territory"].isin(inside)
    if scope == "segment":
        chosen = books.units["segment"] == item
    of_rep = books.credit.of(books.planned.where(chosen, 0.0)).sum(axis=1)
    names = list(of_rep[of_rep > 0].sort_values(ascending=False).index)
    return few(names, "reps") if names else ("whoever sells there", "当地负责人")


def lighter_quota(item: str) -> Advice:
    """A quota for the rest that follows what is expected."""
    told = Note(
        f"Ask {item} what is missing, or let what is left of the quotas follow the forecast.",
        f"向{item}了解缺口原因，或让剩余指标随预测下调。",
    )
    return Advice(told, f"{REPLAN} --quotas relief")


def replan(*, low: bool) -> Advice:
    """Forecast again with what came."""
    more = "" if low else " There is more to sell: let hours and budget follow."
    more_zh = "" if low else "销售高于预期：可让工时和预算跟上。"
    told = Note(
        f"Re-forecast with what came and solve the rest again.{more}",
        f"用最新实际重新预测并求解剩余周期。{more_zh}",
    )
    return Advice(told, REPLAN)


def refit(*, low: bool) -> Advice:
    """Fit the forecast anew."""
    way, way_zh = ("down", "下调") if low else ("up", "上调")
    told = Note(
        f"Fit the forecast anew, which takes it {way}, and solve the rest again.",
        f"重新拟合预测（将{way_zh}），并求解剩余周期。",
    )
    return Advice(told, f"{REPLAN} --set replan.refit=always")


def real_hours(review: Review, rep: str, used: float) -> Advice:
    """Plan with the hours that are given, or give less."""
    hours = used / review.course.calendar.input_factor
    told = Note(
        f"Ask {rep} where the time goes, or plan with the hours that are given.",
        f"向{rep}了解时间去向，或按实际投入工时制定计划。",
    )
    return Advice(told, f"{REPLAN} --set 'tables.reps.\"{rep}\".hours={hours:.0f}'")


def fewer_units(review: Review, rep: str, used: float) -> Advice:
    """Let nobody be planned beyond the hours there are."""
    told = Note(
        f"Move units of {rep} to somebody with time, or hire.",
        f"将{rep}的部分覆盖单元转给有余力的人，或招聘。",
    )
    return Advice(told, f"{REPLAN} --set workload.hard=true")


def market(scope: str) -> Advice:
    """Give more time and money to a market that is being lost."""
    place = scope.partition("=")[2] or "the market"
    place_zh = scope.partition("=")[2] or "市场"
    told = Note(
        f"Look into who wins in {place}, and what more coverage brings.",
        f"了解{place_zh}的竞争情况，以及增加覆盖能带来什么。",
    )
    return Advice(told, "allocopt explain PLAN --limits")


def shift_budget(review: Review, channel: str) -> Advice:
    """Shift what is still to be spent on a channel to the lever that brings most."""
    levers = review.course.scenario.table("levers")
    own = list(levers.loc[levers["channel"] == channel, "lever"])
    best, left = _best_lever(review, own)
    if not own or not best:
        return ask_why(channel)
    command = " ".join(f"--set 'tables.levers.\"{lever}\".total_max=0'" for lever in own)
    money = amount_text(left)
    told = Note(
        f"Ask who runs {channel} what happened, or shift budget from {', '.join(own)} "
        f"({money} to come) to {best}.",
        f"向 {channel} 负责人了解原因，或将 {'、'.join(own)} 的剩余预算（{money}）转到 {best}。",
    )
    return Advice(told, f"{REPLAN} {command}")


def _best_lever(review: Review, own: Sequence[str]) -> tuple[str, float]:
    """The other lever with the largest planned return of the rest, and what the own ones still spend."""
    plan = review.course.plan if review.outlook is None else review.outlook.plan
    rest = plan["budget"]
    rest = rest[rest["period"].isin(review.course.open)]
    sums: pd.DataFrame = rest.groupby("lever")[["spend", "lift"]].sum()
    left = float(sums.loc[sums.index.isin(own), "spend"].sum())
    others = sums[~sums.index.isin(own) & (sums["spend"] > 0)]
    if others.empty or not left:
        return "", left
    return str((others["lift"] / others["spend"]).idxmax()), left


def ask_why(item: str) -> Advice:
    """Ask what happened."""
    return Advice(Note(f"Ask who runs {item} what happened.", f"向 {item} 负责人了解原因。"))


def ask_for_sales(review: Review, territory: str, periods: Sequence[str]) -> Advice:
    """Ask for what has not been reported."""
    row = {"scope": "territory", "item": territory}
    sellers, sellers_zh = _sellers(review, row)
    told = Note(
        f"Ask {sellers} for the sales of {', '.join(periods)}, and read them in.",
        f"请{sellers_zh}上报 {'、'.join(periods)} 的销售额并读入。",
    )
    return Advice(told, REPLAN)


def ask_owner(owner: str) -> Advice:
    """Ask for a new day, or have it closed."""
    who, who_zh = owner or "its owner", owner or "负责人"
    return Advice(
        Note(
            f"Ask {who} for a new day, or have its status set to done.",
            f"请{who_zh}确定新的完成日期，或在行动计划中将其状态设为已完成。",
        )
    )
