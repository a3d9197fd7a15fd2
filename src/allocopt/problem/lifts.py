"""Lift curves: which cells a lever works in, and what past spend already brings there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.problem.curves import Curve, lift_curve
from allocopt.problem.demand import CELL
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class LiftCurve:
    """How spend on one lever lifts sales in one cell.

    `curves` has one piecewise curve per plan period: effective spend [currency/period] → lift
    [currency/period]. `carryover` is the share of the last period's effective spend that still works;
    `carried_in` the effective spend left over from before the plan [currency/period].
    """

    lever: str
    territory: str
    segment: str
    curves: tuple[Curve, ...]
    spend_max: float
    spend_min_if_any: float
    carryover: float
    carried_in: float

    @property
    def key(self) -> tuple[str, str, str]:
        """Lever, territory, segment."""
        return (self.lever, self.territory, self.segment)


@dataclass(frozen=True)
class _Row:
    """One row of `responses`, in plan periods, for one cell."""

    lever: str
    territory: str
    segment: str
    shape: Curve  # effective spend [currency/period] → lift [share of demand, or currency/period]
    of_demand: bool
    carryover: float
    spend_max: float
    spend_min_if_any: float


def lift_curves(
    scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame
) -> tuple[tuple[LiftCurve, ...], pd.DataFrame, tuple[str, ...]]:
    """Lift curves by lever and cell, demand without the lift of past spend, and what to tell.

    `demand`: unit × period. Where actual spend of a lever is known, its mean over the last year is taken
    to have made part of the history; that lift leaves demand, because the plan decides spend anew.
    """
    ranked = [
        found for response in _responses(scenario) for found in _cells_of(scenario, units, response)
    ]
    rows = _most_specific(ranked)
    spent = _past_spend(scenario, rows, units, demand)
    members = units.groupby(CELL).groups
    base = _without_past_lift(scenario, units, demand, rows, spent)
    lifts = tuple(_lift(row, base.loc[members[row.territory, row.segment]], spent) for row in rows)
    return lifts, base, _notes(scenario, rows)


def _responses(scenario: Scenario) -> list[pd.Series]:
    table = scenario.table("responses")
    return [row for _, row in table.iterrows()]


def _cells_of(scenario: Scenario, units: pd.DataFrame, row: pd.Series) -> list[tuple[int, _Row]]:
    """The cells with units that a row of `responses` speaks about, with how closely it names them."""
    tree = scenario.territory_tree
    named = {*units["territory"]}
    depth = 0
    if isinstance(row["territory"], str):
        named &= {row["territory"], *tree.descendants(row["territory"])}
        depth = 2 * (1 + len(tree.ancestors(row["territory"])))
    segments = {row["segment"]} if isinstance(row["segment"], str) else {*units["segment"]}
    depth += int(isinstance(row["segment"], str))
    cells = units[CELL].drop_duplicates()
    chosen = cells[cells["territory"].isin(named) & cells["segment"].isin(segments)]
    template = _template(scenario, row)
    return [
        (depth, _Row(template.lever, territory, segment, *_rest(template)))
        for territory, segment in zip(chosen["territory"], chosen["segment"], strict=True)
    ]


def _rest(row: _Row) -> tuple[Curve, bool, float, float, float]:
    return row.shape, row.of_demand, row.carryover, row.spend_max, row.spend_min_if_any


def _template(scenario: Scenario, row: pd.Series) -> _Row:
    """A row of `responses` in plan periods, its cell left open."""
    factor = scenario.calendar.input_factor
    of_demand = row["lift_unit"] == "share"
    carryover = 0.0 if pd.isna(row["carryover"]) else float(row["carryover"])
    most = None if pd.isna(row["spend_max"]) else float(row["spend_max"]) * factor
    # What carries over reaches parts of the curve that the spend of one period does not.
    end = None if carryover > 0 else most or None
    least = float(np.nan_to_num(row["spend_min_if_any"])) * factor
    shape = lift_curve(
        str(row["form"]),
        1.0 if pd.isna(row["shape"]) else float(row["shape"]),
        float(row["half"]) * factor,
        float(row["lift_max"]) * (1.0 if of_demand else factor),
        end,
    )
    return _Row(
        lever=str(row["lever"]),
        territory="",
        segment="",
        shape=shape,
        of_demand=of_demand,
        carryover=carryover,
        # Where nothing limits spend, what is asked for or promised can be spent beyond the curve's end.
        spend_max=max(shape.x[-1], least, _asked_spend(scenario)) if most is None else most,
        spend_min_if_any=least,
    )


def _asked_spend(scenario: Scenario) -> float:
    """The largest amount that any rule or promise wants to be spent. [currency]"""
    spend = scenario.table("spend")
    promised = spend.loc[spend["kind"] == "committed"].groupby("lever")["spend"].sum()
    bounds = [bound.min or 0.0 for bound in scenario.config.budget.by]
    return float(max([0.0, *scenario.table("levers")["total_min"].dropna(), *promised, *bounds]))


def _most_specific(ranked: list[tuple[int, _Row]]) -> list[_Row]:
    """One row per lever and cell: the one that names its place most closely."""
    best: dict[tuple[str, str, str], tuple[int, _Row]] = {}
    for depth, row in ranked:
        key = (row.lever, row.territory, row.segment)
        if key not in best or depth >= best[key][0]:
            best[key] = (depth, row)
    return [row for _, row in best.values()]


def _past_spend(
    scenario: Scenario, rows: list[_Row], units: pd.DataFrame, demand: pd.DataFrame
) -> pd.DataFrame:
    """Actual spend of the year before the plan; rows (lever, territory, segment), columns periods ago.

    Column 0 is the period just before the plan. Spend that names no cell is spread by demand.
    """
    calendar = scenario.calendar
    spend = scenario.table("spend")
    past = spend[
        (spend["kind"].fillna("actual") == "actual") & (spend["date"] < calendar.plan_start)
    ]
    past = past[past["date"] >= calendar.plan_start - pd.DateOffset(years=1)]
    weight = demand.sum(axis=1).groupby([units["territory"], units["segment"]]).sum()
    amounts: dict[tuple[str, str, str], np.ndarray] = {}
    places = zip(
        past["lever"], past["territory"].fillna(""), past["segment"].fillna(""), strict=True
    )
    now = calendar.number_of(pd.Series([calendar.plan_start])).iloc[0]
    periods_ago = now - 1 - calendar.number_of(past["date"])
    for ago, place, money in zip(periods_ago, places, past["spend"], strict=True):
        cells = [row for row in rows if _may_work_in(scenario, row, *place)]
        share = np.array([weight[row.territory, row.segment] for row in cells])
        share = share / share.sum() if share.sum() > 0 else np.ones(len(cells)) / max(len(cells), 1)
        for row, part in zip(cells, share, strict=True):
            line = amounts.setdefault(
                (row.lever, row.territory, row.segment), np.zeros(calendar.season)
            )
            line[min(ago, calendar.season - 1)] += part * money
    return pd.DataFrame.from_dict(amounts, orient="index", columns=range(calendar.season))


def _may_work_in(scenario: Scenario, row: _Row, lever: str, territory: str, segment: str) -> bool:
    """Whether spend on a lever may have worked in the row's cell; "" = no place is named."""
    return (
        row.lever == lever
        and segment in ("", row.segment)
        and (not territory or scenario.territory_tree.contains(territory, row.territory))
    )


def _without_past_lift(
    scenario: Scenario,
    units: pd.DataFrame,
    demand: pd.DataFrame,
    rows: list[_Row],
    spent: pd.DataFrame,
) -> pd.DataFrame:
    """Demand net of the lift that mean past spend has brought, for units forecast from history."""
    if not scenario.table("demand").empty or spent.empty:
        return demand
    by_cell: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        by_cell.setdefault((row.territory, row.segment), []).append(row)
    base = demand.copy()
    from_history = units[units["demand"].isna()].groupby(CELL).groups
    for cell, inside in by_cell.items():
        members = list(from_history.get(cell, []))
        total = demand.loc[members].sum()
        share, amount = _steady_lift(inside, spent)
        net = ((total - amount).clip(lower=0.0) / (1 + share)) / total.where(total > 0, 1.0)
        base.loc[members] = demand.loc[members] * net
    return base


def _steady_lift(rows: list[_Row], spent: pd.DataFrame) -> tuple[float, float]:
    """Lift at mean past spend, as a share of demand and as an amount [currency/period]."""
    share = amount = 0.0
    for row in rows:
        key = (row.lever, row.territory, row.segment)
        if key not in spent.index:
            continue
        effective = _mean_spend(spent.loc[[key]]) / (1 - min(row.carryover, 0.999))
        lift = float(row.shape(effective))
        share, amount = (share + lift, amount) if row.of_demand else (share, amount + lift)
    return share, amount


def _mean_spend(line: pd.DataFrame) -> float:
    """Mean over the periods since spending began, at most a year."""
    values = line.to_numpy(dtype=float)[0]
    known = np.flatnonzero(values)
    return float(values.sum() / (known[-1] + 1)) if len(known) else 0.0


def _lift(row: _Row, demand: pd.DataFrame, spent: pd.DataFrame) -> LiftCurve:
    key = (row.lever, row.territory, row.segment)
    carried = 0.0
    if key in spent.index:
        line = spent.loc[[key]].to_numpy(dtype=float)[0]
        carried = float((line * row.carryover ** np.arange(len(line))).sum())
    height = demand.sum() if row.of_demand else pd.Series(1.0, index=demand.columns)
    return LiftCurve(
        *key,
        curves=tuple(row.shape.scaled(1.0, float(level)) for level in height),
        spend_max=row.spend_max,
        spend_min_if_any=row.spend_min_if_any,
        carryover=row.carryover,
        carried_in=carried,
    )


def _notes(scenario: Scenario, rows: list[_Row]) -> tuple[str, ...]:
    """Says for which levers past spend is unknown."""
    spend = scenario.table("spend")
    known = {*spend.loc[spend["kind"].fillna("actual") == "actual", "lever"]}
    unknown = sorted({row.lever for row in rows} - known)
    if not unknown or not scenario.table("demand").empty:
        return ()
    return (
        "No past spend is known for "
        + ", ".join(unknown)
        + ": demand is assumed to contain none of its lift, so the plan may count it twice.",
    )
