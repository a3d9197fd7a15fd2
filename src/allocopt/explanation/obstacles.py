"""Obstacles: which rules stand in the way when one unit goes to another rep and all else stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from allocopt.explanation.case import Case
from allocopt.explanation.limits_on_people import POINT, TOLERANCE, fair_shares
from allocopt.explanation.words import names, not_filled, number, rounded_up
from allocopt.notes import Note
from allocopt.plan import Plan
from allocopt.problem import Problem

# Less than this is rounding. [unit of the rule]
NOTHING = 1e-6


@dataclass(frozen=True)
class Obstacle:
    """A rule in the way: what it says, and by how much which limit must move for it to give way.

    `rule` and `item` name a loosening, "" where none helps; `amount` [unit of the limit]. What is not
    `hard` can be passed at a price.
    """

    sentence: Note
    rule: str = ""
    item: str = ""
    amount: float = 0.0
    hard: bool = True


def obstacles(case: Case, problem: Problem, unit: str, rep: str) -> list[Obstacle]:
    """What is in the way of a unit that alone goes to a rep, who does not have it."""
    return [
        *_group(case, problem, unit, rep),
        *_position(case, rep),
        *_full(case, problem, unit, rep),
        *_bands(case, problem, unit, rep),
        *_ceilings(case, problem, unit, rep),
    ]


def _group(case: Case, problem: Problem, unit: str, rep: str) -> Iterator[Obstacle]:
    group = problem.units["apart"][unit]
    rows = case.plan["assignments"]
    own = rows.loc[rows["rep"] == rep, "unit"]
    alike = [u for u in own if problem.units["apart"].get(u) == group and u != unit]
    if isinstance(group, str) and group and alike:
        english, chinese = names(alike)
        yield Obstacle(
            Note(
                f"{rep} has {english} of the same apart group.",
                f"{rep} 已负责同一互斥组的 {chinese}。",
            )
        )


def is_hired(plan: Plan, rep: str) -> bool:
    """Whether a rep is there in the plan."""
    rows = plan["reps"]
    return bool((rows.loc[rows["rep"] == rep, "hired"] != "no").all())


def _position(case: Case, rep: str) -> Iterator[Obstacle]:
    """A position that is not filled; in the way where no more of its scope may be."""
    if is_hired(case.plan, rep):
        return
    hired = [other for other in case.problem.open_reps if is_hired(case.plan, other)]
    bounds = [rule for rule in case.problem.headcount if rep in rule.reps]
    full = [rule for rule in bounds if len({*hired} & {*rule.reps}) >= rule.upper]
    yield Obstacle(not_filled(rep), hard=False)
    for rule in full:
        yield Obstacle(
            Note(
                f"No more positions may be filled in {rule.scope}.",
                f"{rule.scope} 可填补的岗位已达上限。",
            ),
            *("headcount_limit", rule.scope, 1.0),
        )


def hours_with(problem: Problem, unit: str, rep: str) -> pd.Series[float]:
    """Hours that a unit takes of a rep, at standard hours where it has a response; by period [h]."""
    mine = problem.by_stint.of_pair(unit, rep)
    hours = problem.pairs["hours"][unit, rep] * problem.need.loc[unit]
    travel = problem.pairs["travel"][unit, rep]
    weight = problem.stint_weight.loc[mine].sum()
    taken: pd.Series[float] = weight * hours + weight * travel
    return taken


def free_hours(case: Case, rep: str) -> pd.Series[float]:
    """Selling time that a rep has left in the plan; by period, below 0 where there is overtime [h]."""
    limits = case.plan["limits"]
    rows = limits[(limits["rule"] == "selling_time_limit") & (limits["item"] == rep)]
    left: pd.Series[float] = (rows["upper"] - rows["activity"]).set_axis(rows["period"])
    return left.reindex(list(case.problem.periods)).fillna(0.0)


def _full(case: Case, problem: Problem, unit: str, rep: str) -> Iterator[Obstacle]:
    need, free, rule = hours_with(problem, unit, rep), free_hours(case, rep), problem.workload
    short = (need - free).where(need > 0, 0.0)
    if float(short.max()) <= NOTHING:
        return
    worst, missing = str(short.idxmax()), float(short.max())
    limit = rule.overtime_max * problem.selling_time.loc[rep]
    fits = not rule.hard or bool((short <= limit + NOTHING).all())
    # The part of a period in which a rep is there bears all of its hours.
    present = problem.most_presence.T[rep]
    amount = float((short / present.where(present > 0)).max())
    told = number(rounded_up(missing))
    yield Obstacle(
        Note(f"{rep} is full: {told} h short in {worst}.", f"{rep} 已满：{worst} 缺 {told} 小时。"),
        *("selling_time_limit", rep, amount),
        hard=not fits,
    )


def _bands(case: Case, problem: Problem, unit: str, rep: str) -> Iterator[Obstacle]:
    """Bands that the new rep would pass, and those that the reps of today would fall below."""
    rows = case.plan["assignments"]
    today = [r for r in rows.loc[rows["unit"] == unit, "rep"] if r]
    for rule in problem.balance:
        amounts = rule.amounts[rule.amounts.index.get_level_values("unit") == unit]
        amount, fair = float(amounts.sum()), fair_shares(rule)
        sides = [("balance_ceiling", rep, amount)]
        sides += [("balance_floor", other, amount) for other in today if len(today) == 1]
        for side, whose, more in sides:
            outside = _outside(case, side, rule.measure, whose, more)
            if outside > NOTHING * max(abs(amount), 1.0) and fair.get(whose, 0.0) > 0:
                yield Obstacle(
                    _band_note(side, rule.measure, whose, outside),
                    TOLERANCE,
                    rule.measure,
                    outside / (POINT * fair[whose]),
                    rule.hard,
                )


def _outside(case: Case, side: str, measure: str, rep: str, more: float) -> float:
    """How much more than now lies outside one side of a band, when the rep carries more, or less."""
    limits = case.plan["limits"]
    row = limits[(limits["rule"] == side) & (limits["item"] == f"{measure}/{rep}")]
    if row.empty:
        return 0.0
    now = float(row["activity"].iloc[0])
    if side == "balance_ceiling":
        most = float(row["upper"].iloc[0])
        return max(now + more - most, 0.0) - max(now - most, 0.0)
    least = float(row["lower"].iloc[0])
    return max(least - now + more, 0.0) - max(least - now, 0.0)


def _band_note(side: str, measure: str, rep: str, outside: float) -> Note:
    told = number(rounded_up(outside))
    if side == "balance_ceiling":
        return Note(
            f"{rep} would carry {told} more {measure} than the band.",
            f"{rep} 的 {measure} 将超出区间 {told}。",
        )
    return Note(
        f"{rep} would carry {told} less {measure} than the band.",
        f"{rep} 的 {measure} 将低于区间 {told}。",
    )


def _ceilings(case: Case, problem: Problem, unit: str, rep: str) -> Iterator[Obstacle]:
    """Ceilings on handovers that a unit which leaves its owner would pass."""
    owner, rule = problem.units["owner"][unit], problem.handover
    rows = case.plan["assignments"]
    stays = bool((rows.loc[rows["unit"] == unit, "rep"] == owner).all())
    if not stays or owner == rep or unit not in rule.counted:
        return
    limits = case.plan["limits"]
    used = limits[limits["rule"] == "handover_limit"].set_index("item")
    more = {"units": 1.0, "sales": float(rule.sales.loc[[unit]].iloc[0])}
    for what in used.index:
        beyond = float(used["activity"][what]) + more[what] - float(used["upper"][what])
        if beyond > NOTHING:
            yield Obstacle(
                Note("No more units may change their rep.", "可交接的单元已达上限。"),
                "handover_limit",
                what,
                beyond,
            )
