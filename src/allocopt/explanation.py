"""Why a plan is as it is: by unit, by rep, and by what binds."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import Plan
from allocopt.problem import Problem, build_problem
from allocopt.scenario import Scenario
from allocopt.tables.text import nearest

Explanation = tuple[list[str], pd.DataFrame]
Row = Mapping[Hashable, Any]  # cells by column

# A limit binds when less than this share of it is left.
BINDING = 1e-6


def explain_unit(plan: Plan, scenario: Scenario, unit: str) -> Explanation:
    """Why a unit has its rep, and what each other eligible rep would mean.

    Table: rep, chosen, distance [km], hours [h], free_hours [h], sales at standard hours, handover_loss
    and value [currency], all over the horizon.
    """
    _must_know("unit", unit, plan["assignments"]["unit"])
    problem = build_problem(scenario, plan["forecast"])
    rows = plan["assignments"]
    rows = rows[rows["unit"] == unit]
    table = _candidates(problem, plan, unit, set(rows["rep"]))
    placed = [_placed(row, unit, several=len(rows) > 1) for row in rows.to_dict("records")]
    sentences = [*placed, _sold(plan, unit), *_supported(plan, unit)]
    others = table[table["chosen"] == "no"]
    if others.empty:
        sentences.append(
            "No other rep is eligible: territories, segments, distance or a lock exclude all."
        )
    sentences += [_why_not(other) for other in others.head(2).to_dict("records")]
    return sentences, table


def _row_of(table: pd.DataFrame, key: str, name: str) -> Row:
    return table[table[key] == name].to_dict("records")[0]


def _placed(row: Row, unit: str, *, several: bool) -> str:
    """Who has the unit, and why; with its days and its part where that is not all."""
    name = f" ({row['name']})" if row["name"] else ""
    place = f"{unit}{name}, {row['territory']} / {row['segment']}"
    when = f" from {row['start'][:10]} to {row['end'][:10]}" if several else ""
    if not row["rep"]:
        return f"{place}: left open{when}."
    part = f" for {row['share']:.0%} of it" if row["share"] < 1 - BINDING else ""
    before = f"; before: {row['before']}" if row["before"] else ""
    return f"{place}: covered by {row['rep']}{when}{part} ({row['reason']}{before})."


def _sold(plan: Plan, unit: str) -> str:
    sales = plan["sales"]
    sums = sales[sales["unit"] == unit][["sales", "demand", "lift", "spend"]].sum()
    share = f" ({sums['sales'] / sums['demand']:.0%} of demand)" if sums["demand"] > 0 else ""
    return (
        f"Planned sales {sums['sales']:,.0f} of demand {sums['demand']:,.0f}{share}; "
        f"lift {sums['lift']:,.0f} from spend of {sums['spend']:,.0f}."
    )


def _supported(plan: Plan, unit: str) -> Iterator[str]:
    """Who of the specialists supports the unit."""
    if "support" not in plan.tables:
        return
    rows = plan["support"]
    for rep, own in rows[rows["unit"] == unit].groupby("rep", sort=False):
        hours, sales = own["hours"].sum(), own["sales"].sum()
        yield f"{rep} supports it with {hours:,.1f} h, which add {sales:,.0f} of sales."


def _candidates(problem: Problem, plan: Plan, unit: str, chosen: Collection[str]) -> pd.DataFrame:
    """Eligible reps of a unit, the chosen one first, then by what they would bring."""
    pairs = problem.pairs.loc[[unit]].droplevel("unit")
    reps = plan["reps"].set_index("rep")
    free = (reps["hours"] - reps["load"]).reindex(pairs.index)
    weight = _by_candidate(problem.stint_weight, unit, pairs.index)
    needed = _by_candidate(problem.stint_weight * problem.need.loc[unit], unit, pairs.index)
    owner = problem.units["owner"][unit]
    loss = float(problem.handover.loss.loc[[unit]].iloc[0])
    moved = (pairs.index != owner) & (owner != "")
    table = pd.DataFrame(
        {
            "rep": pairs.index,
            "chosen": ["yes" if rep in chosen else "no" for rep in pairs.index],
            "distance": pairs["distance"].to_numpy(),
            "hours": (pairs["hours"] * needed + pairs["travel"] * weight).to_numpy(),
            "free_hours": free.to_numpy(),
            "sales": _by_candidate(problem.stint_sales, unit, pairs.index).to_numpy(),
            "handover_loss": [
                loss * (1 - problem.likeness[unit, rep]) if move else 0.0
                for rep, move in zip(pairs.index, moved, strict=True)
            ],
            "value": pairs["value"].to_numpy(),
        }
    )
    margin = float(problem.units["margin"][unit])
    worth = margin * table["sales"] - table["handover_loss"] + table["value"]
    order = pd.DataFrame({"other": table["chosen"] != "yes", "worth": -worth})
    return table.loc[order.sort_values(["other", "worth"], kind="stable").index].reset_index(
        drop=True
    )


def _by_candidate(frame: pd.DataFrame, unit: str, reps: pd.Index) -> pd.Series[float]:
    """A frame by stint, added up over the horizon for each candidate of a unit."""
    of_unit = frame[frame.index.get_level_values("unit") == unit].sum(axis=1)
    return of_unit.groupby(level="rep").sum().reindex(reps).fillna(0.0)


def _why_not(other: Row) -> str:
    hours, free, loss = other["hours"], other["free_hours"], other["handover_loss"]
    room = "has room for it" if free >= hours else f"has only {max(free, 0.0):,.0f} h left"
    cost = f", and the handover would lose {loss:,.0f}" if loss > 0 else ""
    return f"{other['rep']} could cover it for {hours:,.0f} h, {room}{cost}."


def explain_rep(plan: Plan, scenario: Scenario, rep: str) -> Explanation:
    """What a rep has to do and to sell. Table: the rep's units with hours, sales and demand."""
    _must_know("rep", rep, plan["reps"]["rep"])
    row = _row_of(plan["reps"], "rep", rep)
    mine = plan["assignments"]
    units = mine[mine["rep"] == rep][["unit", "name", "territory", "segment", "before", "reason"]]
    hours = plan["time"][plan["time"]["rep"] == rep].groupby("unit")["hours"].sum()
    sales = plan["sales"].groupby("unit")[["sales", "demand"]].sum()
    table = units.assign(
        hours=units["unit"].map(hours),
        sales=units["unit"].map(sales["sales"]),
        demand=units["unit"].map(sales["demand"]),
    )
    given = mine[(mine["before"] == rep) & (mine["rep"] != rep)]["unit"].tolist()
    taken = table[(table["before"] != "") & (table["before"] != rep)]["unit"].tolist()
    sentences = [
        _loaded(rep, row, len(table)),
        _quota(plan, rep),
        f"Gives away {_names(given)}; takes over {_names(taken)}.",
    ]
    bound, _ = explain_limits(plan, scenario, item=rep)
    return sentences + bound[:3], table.reset_index(drop=True)


def _loaded(rep: str, row: Row, units: int) -> str:
    if row["hired"] == "no":
        return f"{rep} is an open position that the plan does not fill."
    used = f" ({row['load'] / row['hours']:.0%})" if row["hours"] > 0 else ""
    overtime = f", {row['overtime']:,.0f} h of it overtime" if row["overtime"] > 0 else ""
    return f"{rep}: {units} units, {row['load']:,.0f} of {row['hours']:,.0f} h{used}{overtime}."


def _quota(plan: Plan, rep: str) -> str:
    quotas = plan["quotas"]
    mine = quotas[(quotas["level"] == "rep") & (quotas["rep"] == rep)]
    if mine.empty:
        return "No quota."
    quota, expected = mine["quota"].sum(), mine["expected"].sum()
    before = mine["before"].sum(min_count=1)
    change = f", before {before:,.0f}" if before == before and before > 0 else ""  # noqa: PLR0124 - NaN
    return f"Quota {quota:,.0f} against expected sales of {expected:,.0f}{change}."


def _names(units: list[str]) -> str:
    shown = ", ".join(units[:5])
    return (shown + (f" and {len(units) - 5} more" if len(units) > 5 else "")) or "nothing"


def explain_limits(plan: Plan, scenario: Scenario, item: str | None = None) -> Explanation:
    """What binds, those first that bring most when loosened. `item` narrows it to one thing.

    Table: as limits.csv, only rows at their limit, with the rule's sentence. The value of one more is the
    dual of the linear model with all assignments fixed.
    """
    limits = plan["limits"]
    if item is not None:
        limits = limits[(limits["item"] == item) | limits["item"].str.endswith(f"/{item}")]
    size = limits[["activity", "lower", "upper"]].abs().max(axis=1).clip(lower=1.0)
    binding = limits[limits["slack"] <= BINDING * size]
    binding = binding.assign(meaning=binding["rule"].map(plan.summary["rules"]))
    binding = binding.sort_values("value_of_one_more", ascending=False, na_position="last")
    worth = binding[binding["value_of_one_more"] > 0].drop_duplicates(["rule", "item"])
    sentences = [_bound(row) for row in worth.head(5).to_dict("records")]
    sentences += [
        _missed(plan, row)
        for row in plan["shortfalls"].to_dict("records")
        if item is None or item in row["item"].split("/")
    ][:5]
    if not sentences:
        sentences = ["No limit with a price binds: more hours or budget would bring nothing."]
    return sentences, binding.reset_index(drop=True)


def _bound(row: Row) -> str:
    what = " ".join(name for name in (row["item"], row["period"]) if name)
    return (
        f"{row['meaning']} Binding for {what}: "
        f"one more would bring {row['value_of_one_more']:,.2f} (assignments kept)."
    )


def _missed(plan: Plan, row: Row) -> str:
    what = f"{row['item']} {row['period']}".strip()
    return (
        f"{plan.summary['rules'][row['rule']]} Missed for {what} by {row['amount']:,.1f}, "
        f"at {row['price']:,.2f} each."
    )


def _must_know(kind: str, name: str, known: pd.Series[str]) -> None:
    """Raises DataError with the nearest name when the plan has no such thing."""
    if name in set(known):
        return
    raise DataError(
        [
            Finding(
                Severity.PROBLEM,
                f"the plan has no {kind} of this name",
                value=name,
                expected=f"a {kind} of the plan",
                nearest=nearest(name, known.tolist()),
                code=f"unknown-{kind}",
            )
        ]
    )
