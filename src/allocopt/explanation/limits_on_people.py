"""Limits on people: hours, positions, handovers, bands and travel, each as a loosening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from allocopt.explanation.loosening import Loosening, money_step, phrased, with_rule
from allocopt.explanation.words import grain
from allocopt.problem import Problem
from allocopt.problem.balance import BalanceRule
from allocopt.problem.headcount import HeadcountRule

# What is one step of a tolerance. [share of a fair share]
POINT = 0.01
TOLERANCE = "balance_tolerance"


def limits_on_people(problem: Problem) -> Iterator[Loosening]:
    """Every limit on people that can be moved."""
    yield from _hours(problem)
    for place, bound in enumerate(problem.headcount):
        yield from _headcount(problem, place, bound)
    yield from _handovers(problem)
    for place, rule in enumerate(problem.balance):
        yield _tolerance(problem, place, rule)
        if rule.most_outside is not None:
            yield _outside(problem, place, rule, rule.most_outside)
    yield from _travel(problem)


def _hours(problem: Problem) -> Iterator[Loosening]:
    """Selling time of each rep, in every period by the part of it in which the rep is there."""
    english, chinese = grain(problem.calendar.period)
    for rep in problem.reps.index:
        share = problem.most_presence.loc[rep]
        periods = share.index[share > 0]
        if len(periods):
            yield Loosening(
                "selling_time_limit",
                rep,
                "",
                1.0,
                phrased(f"{{n}} h more per {english} for {rep}", f"{rep} 每{chinese}多 {{n}} 小时"),
                partial(_with_hours, problem, rep),
                tuple(("selling_time_limit", (rep, t), float(share[t])) for t in periods),
            )


def _with_hours(problem: Problem, rep: str, amount: float) -> Problem:
    tenures = problem.tenures
    time = tenures.selling_time.copy()
    more = time.loc[[rep]] + amount * tenures.presence.loc[[rep]]
    time.loc[[rep]] = more.clip(lower=0.0)
    return replace(problem, tenures=replace(tenures, selling_time=time))


def _headcount(problem: Problem, place: int, rule: HeadcountRule) -> Iterator[Loosening]:
    rows = (("headcount_limit", (rule.scope,), 1.0),)
    if rule.upper < len(rule.reps):
        phrase = phrased(f"{{n}} more position in {rule.scope}", f"{rule.scope} 多填 {{n}} 个岗位")
        yield Loosening(
            *("headcount_limit", rule.scope, "", 1.0, phrase),
            lambda n: with_rule(problem, "headcount", place, upper=rule.upper + round(n)),
            rows,
        )
    if rule.lower > 0:
        phrase = phrased(
            f"{{n}} position less that must be filled in {rule.scope}",
            f"{rule.scope} 必须填补的岗位少 {{n}} 个",
        )
        yield Loosening(
            *("headcount_limit", rule.scope, "", 1.0, phrase),
            lambda n: with_rule(problem, "headcount", place, lower=max(rule.lower - round(n), 0)),
            rows,
            floor=True,
        )


def _handovers(problem: Problem) -> Iterator[Loosening]:
    rule = problem.handover
    if (units := rule.max_units) is not None:
        yield Loosening(
            *("handover_limit", "units", "", 1.0),
            phrased("{n} more unit that may change its rep", "可多交接 {n} 个单元"),
            lambda n: replace(problem, handover=replace(rule, max_units=units + round(n))),
            (("handover_limit", ("units",), 1.0),),
        )
    if (sales := rule.max_sales) is not None:
        yield Loosening(
            *("handover_limit", "sales", "", money_step(sales)),
            phrased("{n} more demand that may change its rep", "可多交接 {n} 的需求"),
            lambda n: replace(problem, handover=replace(rule, max_sales=sales + n)),
            (("handover_limit", ("sales",), 1.0),),
        )
    if (reps := rule.max_reps) is not None:
        yield Loosening(
            *("touched_limit", "company", "", 1.0),
            phrased("{n} more rep who may lose or get a unit", "可多 {n} 名代表受交接影响"),
            lambda n: replace(problem, handover=replace(rule, max_reps=reps + round(n))),
            (("touched_limit", (), 1.0),),
        )


def fair_shares(rule: BalanceRule) -> dict[str, float]:
    """What each rep's band lies around: the largest of the rep's tenures. [measure]"""
    fair = rule.middle.groupby("rep").max()
    return {str(rep): float(amount) for rep, amount in fair.items()}


def _tolerance(problem: Problem, place: int, rule: BalanceRule) -> Loosening:
    """Bands of a measure, for all reps at once; an amount of 1 is a point."""
    fair = fair_shares(rule)
    wider = POINT * rule.middle
    return Loosening(
        *(TOLERANCE, rule.measure, "", 1.0),
        phrased(
            f"{{n}} % more of the fair share as tolerance for {rule.measure}",
            f"{rule.measure} 的容差放宽公平份额的 {{n}}%",
        ),
        lambda n: with_rule(
            problem, "balance", place, lower=rule.lower - n * wider, upper=rule.upper + n * wider
        ),
        tuple(
            (side, (rule.measure, rep), POINT * fair[rep])
            for rep in rule.reps
            for side in ("balance_floor", "balance_ceiling")
        ),
    )


def _outside(problem: Problem, place: int, rule: BalanceRule, most: float) -> Loosening:
    return Loosening(
        *("outside_limit", rule.measure, "", 1.0),
        phrased(
            f"{{n}} more of {rule.measure} outside its bands", f"{rule.measure} 区间外可多 {{n}}"
        ),
        lambda n: with_rule(problem, "balance", place, most_outside=most + n),
        (("outside_limit", (rule.measure,), 1.0),),
    )


def _travel(problem: Problem) -> Iterator[Loosening]:
    rule = problem.travel
    if rule is not None and (most := rule.most) is not None:
        yield Loosening(
            *("travel_limit", "company", "", 1.0),
            phrased("{n} h more travel of all reps", "全体代表可多出行 {n} 小时"),
            lambda n: replace(problem, travel=replace(rule, most=most + n)),
            (("travel_limit", ("company",), 1.0),),
        )
