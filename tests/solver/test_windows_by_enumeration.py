"""Windows against an enumeration of all plans, whose worth is computed by the day."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from support_plan import FULL_MARGIN, planned

FIRST, LAST = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31")
DAYS = pd.date_range(FIRST, LAST)
# The year after a change is longer than the plan, so a handover loses LOSS of all that is left.
LOSS = 0.2
YAML = f"""
coverage: {{every_unit: false}}
workload: {{hard: true}}
handover: {{loss: {LOSS}}}
"""


def draw(seed):
    """Two units and three reps, of whom one ends and one starts inside the plan."""
    random = np.random.default_rng(seed)
    units = [
        (
            f"u{n}",
            random.integers(3, 9),
            random.integers(20, 200),
            random.choice(["", "Ann", "Bob"]),
        )
        for n in range(2)
    ]
    ends, starts = FIRST + pd.to_timedelta(random.integers(10, 80, 2), unit="D")
    reps = [
        ("Ann", random.integers(5, 14), 1.0, FIRST, ends),
        ("Bob", random.integers(5, 14), 0.8, FIRST, LAST),
        ("Cid", random.integers(5, 14), random.choice([1.0, 1.4]), starts, LAST),
    ]
    return units, reps


def tables(units, reps):
    """The same as tables."""
    rows = ["unit,territory,segment,hours,demand,rep"]
    rows += [f"{u},East,Key,{hours},{demand},{owner}" for u, hours, demand, owner in units]
    people = ["rep,hours,productivity,start,end"]
    for rep, hours, productivity, start, end in reps:
        begins = "" if start == FIRST else f"{start:%Y-%m-%d}"
        people.append(
            f"{rep},{hours},{productivity},{begins},{'' if end == LAST else f'{end:%Y-%m-%d}'}"
        )
    return {"units": "\n".join(rows), "reps": "\n".join(people)}


def best(units, reps):
    """The most that any plan brings: a rep for each unit, or none, in each stretch of the same people."""
    days = sorted({FIRST, *(r[3] for r in reps), *(r[4] + pd.Timedelta(days=1) for r in reps)})
    starts = [day for day in days if day <= LAST]
    ends = [day - pd.Timedelta(days=1) for day in starts[1:]] + [LAST]
    there = [
        [None, *(r for r in reps if r[3] <= start and end <= r[4])]
        for start, end in zip(starts, ends, strict=True)
    ]
    spans = [(a <= DAYS) & (b >= DAYS) for a, b in zip(starts, ends, strict=True)]
    share = 1 / DAYS.days_in_month.to_numpy()
    lines = [[_line(u, chosen, starts, spans, share) for chosen in product(*there)] for u in units]
    return max(
        sum(line[0] for line in both) for both in product(*lines) if _fits(both, reps, share)
    )


def _line(unit, chosen, starts, spans, share):
    """What a unit brings with these reps, and the hours that it takes of each rep by day."""
    _, hours, demand, owner = unit
    worth, taken, before = 0.0, {}, owner
    for rep, start, span in zip(chosen, starts, spans, strict=True):
        name = rep[0] if rep else ""
        if owner and before and before != name:
            worth -= LOSS * demand * share[start <= DAYS].sum()
        if rep:
            worth += demand * rep[2] * share[span].sum()
            taken[name] = taken.get(name, 0.0) + hours * share * span
        before = name
    return worth, taken


def _fits(both, reps, share):
    months = DAYS.month.to_numpy()
    for name, hours, _, start, end in reps:
        load = sum((line[1].get(name, 0.0 * share) for line in both), 0.0 * share)
        has = hours * share * ((start <= DAYS) & (end >= DAYS))
        for month in (1, 2, 3):
            if load[months == month].sum() > has[months == month].sum() + 1e-9:
                return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_is_better_than_the_one_that_is_found(tmp_path, seed):
    units, reps = draw(seed)
    plan = planned(tmp_path, YAML, months=3, segments=FULL_MARGIN, **tables(units, reps))
    assert plan.summary["objective"] == pytest.approx(best(units, reps), rel=1e-6, abs=1e-6)
