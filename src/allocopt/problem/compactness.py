"""Compactness: how long the borders between reps are, and whose units hang together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.problem.problem import Problem


def held_on(
    problem: Problem, shares: pd.Series[float]
) -> Iterator[tuple[pd.Timestamp, pd.DataFrame]]:
    """Each day on which some window starts, and who has what from then on: unit × rep, shares.

    `shares` by stint, as in Decisions and Evidence.
    """
    days = problem.windows.days
    held = shares.reset_index(name="share").join(days, on=["unit", "window"])
    for day in sorted(days["start"].unique()):
        under_way = held[(held["start"] <= day) & (day <= held["end"])]
        wide = under_way.pivot_table(index="unit", columns="rep", values="share", aggfunc="sum")
        yield pd.Timestamp(day), wide.reindex(problem.units.index).fillna(0.0)


def border_length(problem: Problem, shares: pd.Series[float]) -> float:
    """Length of the borders between units of different reps, averaged over the days of the plan.

    Of a border, the part lies between different reps that reps of its first unit have there and not on
    the other side; a part of the other unit that is left open borders on nobody.
    """
    lengths = problem.contiguity.borders.length
    a, b = (lengths.index.get_level_values(side) for side in ("a", "b"))
    times = list(held_on(problem, shares))
    ends = [*(day for day, _ in times[1:]), problem.calendar.plan_end + pd.Timedelta(days=1)]
    total, whole = 0.0, (ends[-1] - times[0][0]).days
    for (begin, held), end in zip(times, ends, strict=True):
        left_open = np.clip(1.0 - held.sum(axis=1), 0.0, None).loc[b].to_numpy()[:, None]
        apart = held.loc[a].to_numpy() - held.loc[b].to_numpy() - left_open
        between = np.clip(apart, 0.0, None).sum(axis=1)
        total += float(between @ lengths.to_numpy()) * (end - begin).days / whole
    return total
