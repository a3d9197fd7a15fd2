"""Why a unit has its rep, why not the next two, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from allocopt.explanation.alternatives import Alternative, Asked, alternatives
from allocopt.explanation.candidates import candidates
from allocopt.explanation.case import Case, case_of
from allocopt.explanation.depth import Depth
from allocopt.explanation.explained import Cells, Explanation, must_know
from allocopt.explanation.forced import held_by, unlocked
from allocopt.explanation.trials import Trials, Tried
from allocopt.explanation.why_not import why_not
from allocopt.explanation.words import number, texts
from allocopt.explanation.worths import Ground, ground_of, not_best
from allocopt.notes import CHINESE, Note
from allocopt.plan import Plan
from allocopt.problem import Problem
from allocopt.scenario import Scenario

# A share that is less than this below 1 is all.
ROUNDING = 1e-6
LOCKED = "locked: "


def explain_unit(
    plan: Plan, scenario: Scenario, unit: str, depth: Depth | None = None
) -> Explanation:
    """Why a unit has its rep, what the next two would mean, and what would give it to them.

    Table: rep, chosen, distance [km], hours [h], free_hours [h], sales at standard hours, handover_loss
    and value [currency], all over the horizon. Details, amounts [currency over the horizon]: alternatives
    (rep, change, at_least, at_most, method, reduced_cost, in_the_way, impossible), parts (rep, part,
    change), moves (rep, unit, before, after), conditions (rep, kind, item, amount, sentence, solved: yes or
    no). Raises DataError when the plan has no such unit.
    """
    must_know("unit", unit, plan["assignments"]["unit"].tolist())
    depth = depth or Depth()
    case = case_of(plan, scenario)
    trials = Trials(depth, case.limits)
    rows = plan["assignments"][plan["assignments"]["unit"] == unit]
    ground = ground_of(case, depth, trials)
    problem = unlocked(case, unit) if case.problem.units["locked"][unit] else case.problem
    table = candidates(problem, plan, unit, set(rows["rep"]))
    asked = Asked(case, problem, unit, _stays(case, problem, unit, rows, ground, trials))
    others = table.loc[table["chosen"] == "no", "rep"].tolist()
    found = alternatives(asked, others, ground, trials)
    told = rows.to_dict("records")
    sentences = [
        *(_placed(row, unit, several=len(rows) > 1) for row in told),
        _sold(plan, unit),
        *_supported(plan, unit),
        *_lock(case, asked, ground, trials),
        *why_not(found, unit),
        *not_best(case, ground),
    ]
    return Explanation(tuple(sentences), table, _details(found))


def _stays(
    case: Case,
    problem: Problem,
    unit: str,
    rows: pd.DataFrame,
    ground: Ground,
    trials: Trials,
) -> Tried | None:
    """The plan in which the unit stays as it is, to compare with; None where nothing is solved again."""
    base, today = ground.base, set(rows["rep"])
    if base is None:
        return None
    if len(today) != 1 or "" in today:
        return base
    rep = next(iter(today))
    if base.holders[unit] == rep:
        return base
    return trials.one(held_by(problem, unit, rep), 0.5)


def _placed(row: Cells, unit: str, *, several: bool) -> Note:
    """Who has the unit, and why; with its days and its part where that is not all."""
    name = f" ({row['name']})" if isinstance(row["name"], str) and row["name"] else ""
    place = f"{unit}{name}, {row['territory']} / {row['segment']}"
    first, last = str(row["start"])[:10], str(row["end"])[:10]
    when = (f" from {first} to {last}", f"，{first} 至 {last}") if several else ("", "")
    if not row["rep"]:
        return Note(f"{place}: left open{when[0]}.", f"{place}：未分配{when[1]}。")
    share = f"{row['share']:.0%}"
    part = (f" for {share} of it", f"（{share}）") if row["share"] < 1 - ROUNDING else ("", "")
    before = (
        (f"; before: {row['before']}", f"；此前：{row['before']}") if row["before"] else ("", "")
    )
    reason = str(row["reason"])
    return Note(
        f"{place}: covered by {row['rep']}{when[0]}{part[0]} ({reason}{before[0]}).",
        f"{place}：由 {row['rep']} 负责{when[1]}{part[1]}（{_reason_zh(reason)}{before[1]}）。",
    )


def _reason_zh(reason: str) -> str:
    """A reason in Chinese, as the documents have it."""
    known = texts(CHINESE)["reasons"]
    if reason.startswith(LOCKED):
        why = reason.removeprefix(LOCKED)
        return known["locked"].format(why=known.get(why, why))
    return known.get(reason, reason)


def _sold(plan: Plan, unit: str) -> Note:
    sales = plan["sales"]
    sums = sales[sales["unit"] == unit][["sales", "demand", "lift", "spend"]].sum()
    share = f"{sums['sales'] / sums['demand']:.0%}" if sums["demand"] > 0 else ""
    told = {name: number(float(sums[name])) for name in sums.index}
    of_demand = (f" ({share} of demand)", f"（为需求的 {share}）") if share else ("", "")
    return Note(
        f"Planned sales {told['sales']} of demand {told['demand']}{of_demand[0]}; "
        f"lift {told['lift']} from spend of {told['spend']}.",
        f"计划销售额 {told['sales']}，需求 {told['demand']}{of_demand[1]}；"
        f"投入 {told['spend']} 带来增量 {told['lift']}。",
    )


def _supported(plan: Plan, unit: str) -> Iterator[Note]:
    """Who of the specialists supports the unit."""
    if "support" not in plan.tables:
        return
    rows = plan["support"]
    for rep, own in rows[rows["unit"] == unit].groupby("rep", sort=False):
        hours, sales = f"{own['hours'].sum():,.1f}", number(float(own["sales"].sum()))
        yield Note(
            f"{rep} supports it with {hours} h, which add {sales} of sales.",
            f"{rep} 提供 {hours} 小时支持，增加销售额 {sales}。",
        )


def _lock(case: Case, asked: Asked, ground: Ground, trials: Trials) -> Iterator[Note]:
    """Where a locked unit would be without its lock."""
    if asked.problem is case.problem:
        return
    free = None if ground.base is None else trials.one(asked.problem, 0.5)
    if free is None or ground.base is None or not free.proven:
        yield Note(
            "It is locked: other reps are told as if it were not.", "已锁定：以下按未锁定比较。"
        )
        return
    gain = free.objective - ground.base.objective
    rep, today = free.holders[asked.unit], ground.base.holders[asked.unit]
    if rep == today:
        yield Note(
            f"If the lock were lifted, {today} would keep it all the same.",
            f"即使解除锁定，仍由 {today} 负责。",
        )
    else:
        yield Note(
            f"If the lock were lifted, {rep or 'nobody'} would have it, and the plan would be better by "
            f"{number(gain)}.",
            f"若解除锁定，将由 {rep or '无人'} 负责，计划改善 {number(gain)}。",
        )


def _details(found: Sequence[Alternative]) -> dict[str, pd.DataFrame]:
    rows = [
        (
            *(other.rep, other.change.value, other.change.at_least, other.change.at_most),
            *(other.change.method, other.reduced_cost),
            *(" ".join(x.sentence for x in other.obstacles), other.impossible),
        )
        for other in found
    ]
    columns = ["rep", "change", "at_least", "at_most", "method", "reduced_cost"]
    return {
        "alternatives": pd.DataFrame(rows, columns=[*columns, "in_the_way", "impossible"]),
        "parts": pd.DataFrame(
            [(other.rep, part, amount) for other in found for part, amount in other.parts.items()],
            columns=["rep", "part", "change"],
        ),
        "moves": pd.DataFrame(
            [(other.rep, *move) for other in found for move in other.moves],
            columns=["rep", "unit", "before", "after"],
        ),
        "conditions": pd.DataFrame(
            [
                (other.rep, c.kind, c.item, c.amount, str(c.phrase), "yes" if c.solved else "no")
                for other in found
                for c in other.conditions
            ],
            columns=["rep", "kind", "item", "amount", "sentence", "solved"],
        ),
    }
