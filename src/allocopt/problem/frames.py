"""Frames: who is there, what units need and what they may bring, by unit, rep and pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from allocopt.problem.curves import Curve
from allocopt.problem.tenures import Tenures
from allocopt.problem.windows import Windows


@dataclass(frozen=True)
class Frames:
    """What a problem says of its units and reps one by one.

    units: index unit; territory, segment, owner ("" = vacant), locked, locked_to (a rep), lock (why),
        lock_until, renewal, renewal_near (the day after which it is near), family, apart, share_max, hours
        [h/period], margin [share of sales], potential [currency/period, NaN = unknown], name.
    reps: index rep; status, territory, manager, hours [h/period], productivity, cost, variable_pay,
        pay_at_plan, quota_before [currency/period].
    pairs: index (unit, rep), eligible pairs only; hours and travel [h/period], value [currency per
        horizon], fit [0–1].
    windows: the windows of each unit, and its stints. tenures: when each rep may be there.
    need: unit × period, factor on the hours of the unit and of its pairs.
    demand, ceiling: unit × period [currency/period]; the most a unit may buy is `ceiling` (inf =
        unknown).
    responses: by unit, share of demand against the share of standard hours; units without one are
        all or nothing.
    """

    units: pd.DataFrame
    reps: pd.DataFrame
    pairs: pd.DataFrame
    windows: Windows
    tenures: Tenures
    need: pd.DataFrame
    demand: pd.DataFrame
    ceiling: pd.DataFrame
    responses: Mapping[str, Curve]
