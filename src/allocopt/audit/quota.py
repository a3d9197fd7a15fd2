"""Quota: bounds, sums and what misses the target; rounding, cuts, the tree and what quotas pay."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.audit.evidence import TOLERANCE, Evidence, cells_beyond, differs

# Levels of the table whose rows are quotas of their own, not parts of a rep's.
LEVELS = ("company", "manager", "rep", "overlay")


def exact_quotas(e: Evidence) -> pd.DataFrame:
    """Quotas of the reps before rounding; rep × period, 0 of reps who are not there."""
    column = "unrounded" if "unrounded" in e.plan["quotas"] else "quota"
    return e.quotas("rep", column).reindex(e.problem.reps.index).fillna(0.0)


def proportional_quotas(e: Evidence) -> pd.DataFrame:
    """The proportional share of the target of each rep; rep × period."""
    rule, problem = e.problem.quota, e.problem
    if rule.target is None:
        return e.credited * (1 + rule.over_assignment)
    return rule.asked * problem.by_rep(e.shares, rule.index) * rule.relief


def quotas(e: Evidence) -> Iterator[str]:
    """Quotas keep their bounds, add up, and what misses the target is listed."""
    rule, given, share = e.problem.quota, exact_quotas(e), proportional_quotas(e)
    # A target that is given is asked for whole, whether or not every unit has a rep.
    target = float(share.to_numpy().sum()) if rule.target is None else rule.asked
    missing = float(e.shortfall("quota_target").sum())
    if differs(abs(target - float(given.to_numpy().sum())), missing, target):
        yield f"quota_target: quotas add up to {given.to_numpy().sum():,.6g}, {target:,.6g} asked"
    if not rule.bounded:
        yield from cells_beyond("quota_share", (given - share).abs(), share * 0.0, target)
    yield from _bounds(e, given, target)
    total, reps = e.quotas("company").sum(), e.quotas("rep").sum()
    if any(differs(total[period], reps[period], target) for period in e.periods):
        yield "quotas: the company's quota is not the sum of the reps'"


def _bounds(e: Evidence, given: pd.DataFrame, target: float) -> Iterator[str]:
    rule, lower, upper = e.problem.quota, *_limits(e)
    yield from cells_beyond("quota_floor", lower, given, target)
    yield from cells_beyond("quota_ceiling", given, upper, target)
    decided = _decided(e)
    away = (given - decided).abs().fillna(0.0)
    yield from cells_beyond("quota_decided", away, away * 0.0, target)
    if rule.attainable is not None:
        most = _most_attainable(e)
        free = most.where(decided.isna(), np.inf)
        yield from cells_beyond("quota_attainable", given, free, target)


def _decided(e: Evidence) -> pd.DataFrame:
    """Decided quotas, none while the rep is not there; unknown elsewhere."""
    return e.problem.quota.decided.mul(e.taken(e.problem.tenures.presence) > 0)


def _most_attainable(e: Evidence) -> pd.DataFrame:
    """Quotas that are reached with the probability asked; infinite where none is asked; rep × period."""
    share = e.problem.quota.attainable
    return e.credited * 0.0 + np.inf if share is None else share * e.credited


def _limits(e: Evidence) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Least and most quota of each rep; rep × period. A decided quota is both."""
    rule, present = e.problem.quota, e.taken(e.problem.tenures.presence)
    upper = present.mul(rule.upper.where(rule.upper < math.inf, 0.0), axis=0)
    unbounded = (present > 0).mul(rule.upper == math.inf, axis=0)
    upper = upper.mask(unbounded, np.inf)
    decided = _decided(e)
    return decided.fillna(present.mul(rule.lower, axis=0)), decided.fillna(upper)


def rounding(e: Evidence) -> Iterator[str]:
    """Rounded quotas are multiples within their bounds, and their sum is the nearest that these allow."""
    step = e.problem.quota.round_to
    if step is None:
        return
    given = e.quotas("rep").reindex(e.problem.reps.index).fillna(0.0)
    exact = exact_quotas(e)
    lower, upper = _limits(e)
    upper = upper.clip(upper=_most_attainable(e).mask(_decided(e).notna(), np.inf))
    least, most = lower.clip(upper=exact), upper.clip(lower=exact).where(exact > 0, 0.0)
    yield from cells_beyond("rounding", least, given, step)
    yield from cells_beyond("rounding", given, most, step)
    lowest = (least / step - TOLERANCE).apply(np.ceil) * step
    highest = (most / step + TOLERANCE).apply(np.floor) * step
    # Where the bounds have no multiple between them, a quota stays as it is.
    possible = lowest <= highest
    rest = (given - (given / step).round() * step).abs()
    yield from cells_beyond("rounding", rest.where(possible, 0.0), rest * 0.0, step)
    low, high = (float(x.where(possible, exact).to_numpy().sum()) for x in (lowest, highest))
    total, nearest = (
        float(given.to_numpy().sum()),
        min(max(float(exact.to_numpy().sum()), low), high),
    )
    if possible.to_numpy().all() and abs(total - nearest) > step * (0.5 + 1e-6):
        yield f"rounding: quotas add up to {total:,.6g}, far from {nearest:,.6g}"


def cuts(e: Evidence) -> Iterator[str]:
    """The parts of every rep's quota add up to it."""
    table = e.plan["quotas"]
    quota = table[table["level"] == "rep"].groupby(["rep", "period"])["quota"].sum()
    for level in table["level"].unique():
        if level in LEVELS:
            continue
        parts = table[table["level"] == level].groupby(["rep", "period"])["quota"].sum()
        both = pd.DataFrame({"quota": quota, "parts": parts}).fillna(0.0)
        for place, whole, sum_of_parts in both.itertuples(name=None):
            if differs(whole, sum_of_parts):
                yield f"cuts: parts by {level} of {'/'.join(place)} add up to {sum_of_parts:,.6g}"


def tree(e: Evidence) -> Iterator[str]:
    """Children add up to their parent, every grain to the same, and the company is the whole plan."""
    if "quota_tree" not in e.plan.tables:
        return
    table, amounts = e.plan["quota_tree"], ["top_down", "quota", "bottom_up"]
    key = ["tree", "grain", "period"]
    below = table[table["parent"] != ""].groupby([*key, "parent"])[amounts].sum()
    nodes = table[~table["node"].str.startswith("rep=")].groupby([*key, "node"])[amounts].sum()
    above = nodes.rename_axis([*key, "parent"]).reindex(below.index)
    if any(
        differs(a, b) for a, b in zip(below.to_numpy().flat, above.to_numpy().flat, strict=True)
    ):
        yield "quota_tree: the parts of a node do not add up to it"
    company = table[table["node"] == "company"].groupby(["tree", "grain"])[amounts].sum()
    planned = {
        "quota": e.quotas("rep").to_numpy().sum(),
        "bottom_up": e.credited.to_numpy().sum(),
        "top_down": company["top_down"].iloc[0],
    }
    for column, amount in planned.items():
        if any(differs(found, amount) for found in company[column]):
            yield f"quota_tree: {column} of the company is not {amount:,.6g}"


def attainment(e: Evidence) -> Iterator[str]:
    """Probabilities are shares, and what the company pays on average is the sum over its reps."""
    table = e.plan["quotas"]
    chance = table["attain_probability"].dropna()
    if not chance.between(-TOLERANCE, 1 + TOLERANCE).all():
        yield "attainment: a probability is no share of one"
    paid = table.groupby(["level", "period"])["payout_mean"].sum(min_count=1).unstack("level")
    for period, row in paid.iterrows():
        if row["company"] >= 0 and differs(row["company"], row["rep"]):
            yield f"attainment: pay of {period} is {row['company']:,.6g}, of reps {row['rep']:,.6g}"
