"""Quotas: what each rep was asked for by every way of setting quotas, beside what was sold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.replanning.performance.amounts import Books
from allocopt.replanning.replay.known import set_inside
from allocopt.replanning.replay.span import Span
from allocopt.replanning.replay.walk import Standing, Walk
from allocopt.rolling.actuals import PLACE, placed
from allocopt.scenario import Scenario

# Ways of setting quotas; the loop's before and after the turn that preceded a period are the last two.
WAYS = ("company", "proportional", "unchanged", "before", "after")
COLUMNS = ("period", "rep", *WAYS, "actual", "actual_unchanged", *(f"error_{way}" for way in WAYS))
ERRORS = ("way", "period", "reps", "quota", "actual", "error", "wape")
ALL = ""


def quota_table(walk: Walk, scenario: Scenario) -> pd.DataFrame:
    """Quotas, actual sales and absolute errors by played period and rep [currency/period]; `COLUMNS`.

    `actual` is what the rep of the plan in force sold. Where rows of sales name no rep, each plan's quotas
    stand beside the sales of the units that it gave the rep: `actual_unchanged` is that of the first plan,
    which the company's and proportional quotas stand beside as well. `scenario` is the one of today, whose
    `quota_history` has the company's.
    """
    sold = {id(each): _sold(walk, each) for each in walk.standings}
    company = company_quotas(scenario, walk.span)
    shares = sales_shares(walk.first)
    frames = []
    for place, label in enumerate(walk.span.labels):
        before, after = walk.in_force(place)
        first = _quotas(walk.first, label)
        told = {
            "company": company.get(label, pd.Series(dtype=float)),
            "proportional": shares.reindex(first.index).fillna(0.0) * float(first.sum()),
            "unchanged": first,
            "before": _quotas(before, label),
            "after": _quotas(after, label),
            "actual": sold[id(after)][place],
            "actual_unchanged": sold[id(walk.first)][place],
            "actual_before": sold[id(before)][place],
        }
        frames.append(_of_period(label, pd.DataFrame(told)))
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]


def _of_period(label: str, table: pd.DataFrame) -> pd.DataFrame:
    """One period's rows: everybody with a quota or sales, errors beside what each way's reps sold."""
    asked = (table[list(WAYS)].fillna(0.0) != 0).any(axis=1)
    sold = table["actual"].fillna(0.0) != 0
    table = table[asked | sold].rename_axis("rep").reset_index().assign(period=label)
    actual = {"after": "actual", "before": "actual_before"}
    names = ["actual", "actual_unchanged", "actual_before"]
    table[names] = table[names].fillna(0.0)
    errors = {
        f"error_{way}": (table[way] - table[actual.get(way, "actual_unchanged")]).abs()
        for way in WAYS
    }
    return table.assign(**errors).sort_values("rep", kind="stable")


def error_table(quotas: pd.DataFrame) -> pd.DataFrame:
    """Sums over reps who have a quota, by way and period, "" for all periods; `ERRORS`.

    `wape` is the sum of absolute errors over that of actual sales.
    """
    rows = [
        _errors(quotas if period == ALL else quotas[quotas["period"] == period], way, str(period))
        for way in WAYS
        for period in (*quotas["period"].unique(), ALL)
        if quotas[way].notna().any()
    ]
    return pd.DataFrame(rows, columns=list(ERRORS))


def _errors(quotas: pd.DataFrame, way: str, period: str) -> tuple[object, ...]:
    rows = quotas[quotas[way].notna()]
    actual = "actual" if way in ("before", "after") else "actual_unchanged"
    sums = rows[[way, actual, f"error_{way}"]].sum()
    sold, error = float(sums[actual]), float(sums[f"error_{way}"])
    wape = error / sold if sold > 0 else np.nan
    return (way, period, rows["rep"].nunique(), float(sums[way]), sold, error, wape)


def company_quotas(scenario: Scenario, span: Span) -> dict[str, pd.Series[float]]:
    """By played period the company's quotas: those in force in its middle [currency/period]."""
    rows = scenario.table("quota_history")
    rows = rows[set_inside(rows["start"], span)].sort_values("start", kind="stable")
    return dict(_company_quotas(rows, span.played))


def _company_quotas(
    rows: pd.DataFrame, calendar: Calendar
) -> Iterator[tuple[str, pd.Series[float]]]:
    for label, start, end in zip(calendar.labels, calendar.starts, calendar.ends, strict=True):
        held = rows[rows["start"] <= start + (end - start) / 2]
        last = held.drop_duplicates("rep", keep="last").set_index("rep")["quota"]
        if len(last):
            yield label, last * calendar.input_factor


def sales_shares(first: Standing) -> pd.Series[float]:
    """Share of each rep in the sales of the year before the origin, of reps who are there then.

    Rows that name no rep count for whom their unit belonged to then; those that name no unit either for
    the units of their cell, by their demand in the first plan.
    """
    then = first.scenario
    origin, units = then.calendar.plan_start, then.table("units").set_index("unit")
    year = placed(then.table("history"), units)
    year = year[year["date"] >= origin - pd.DateOffset(years=1)]
    seller = year["rep"].fillna(year["unit"].map(units["rep"]))
    nobody = year["rep"].isna() & year["unit"].isna()
    shared = _of_cells(year[nobody], units.assign(demand=_demand(first)))
    sums = year["sales"].groupby(seller).sum().add(shared, fill_value=0.0).clip(lower=0.0)
    sums = sums[sums.index.isin(then.table("reps")["rep"])]
    return sums / sums.sum() if sums.sum() > 0 else sums * np.nan


def _of_cells(rows: pd.DataFrame, units: pd.DataFrame) -> pd.Series[float]:
    """Sales of cells by rep: each unit's part is that of its demand in the cell."""
    cell = [units["territory"], units["segment"]]
    part = units["demand"] / units.groupby(cell)["demand"].transform("sum")
    sold = rows.groupby(list(PLACE))["sales"].sum()
    amounts = part * sold.reindex(pd.MultiIndex.from_arrays(cell)).to_numpy(dtype=float)
    by_rep: pd.Series[float] = amounts.groupby(units["rep"]).sum()
    return by_rep


def _demand(first: Standing) -> pd.Series[float]:
    """Demand of each unit over the horizon of a plan [currency]."""
    return first.plan["sales"].groupby("unit")["demand"].sum()


def _quotas(standing: Standing, label: str) -> pd.Series[float]:
    """Quotas of reps in one period."""
    rows = standing.plan.whole("quotas")
    rows = rows[(rows["level"] == "rep") & (rows["period"] == label)]
    return rows.groupby("rep")["quota"].sum(min_count=1)


def _sold(walk: Walk, standing: Standing) -> pd.DataFrame:
    """What each rep sold by a plan's assignments; rep × played place, no row of sales is none sold."""
    actual = Books(walk.course(standing)).reps.actual
    return actual.reindex(columns=list(range(walk.span.number))).fillna(0.0)
