"""Credit: whose sales a unit's are, by what the plan assigned at the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.calendar import Calendar, share_of_periods
from allocopt.results.quotas import above
from allocopt.scenario import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Credit:
    """Part of each unit's sales that counts for each rep.

    Row k says that `share[k]` (by period) of unit `unit[k]` counts for `reps[rep[k]]`; `unit` are rows of
    a frame whose index is `units`.
    """

    units: pd.Index
    reps: pd.Index
    unit: Ints
    rep: Ints
    share: Floats

    def of(self, amounts: pd.DataFrame) -> pd.DataFrame:
        """Amounts unit × period as rep × period; of the first periods where not all are given."""
        credited = self.of_array(amounts.reindex(self.units).to_numpy(dtype=float))
        return pd.DataFrame(credited, index=self.reps, columns=amounts.columns)

    def of_array(self, amounts: Floats) -> Floats:
        """The same of an array whose rows are those of `units`."""
        parts = amounts[self.unit] * self.share[:, : amounts.shape[1]]
        result = np.zeros((len(self.reps), parts.shape[1]))
        np.add.at(result, self.rep, parts)
        return result

    def over(self, columns: Sequence[int]) -> Credit:
        """The credit of some periods."""
        return replace(self, share=self.share[:, list(columns)])


def credit_of(assignments: pd.DataFrame, units: pd.Index, calendar: Calendar) -> Credit:
    """Credit by the table `assignments` of a plan; a share of the period's days where a rep has a part.

    What nobody covers counts for nobody.
    """
    rows = assignments[(assignments["rep"].fillna("") != "") & assignments["unit"].isin(units)]
    first, last = (pd.to_datetime(rows[name]) for name in ("start", "end"))
    share = share_of_periods(first, last, calendar) * rows["share"].to_numpy(dtype=float)[:, None]
    reps = pd.Index(rows["rep"].astype("str").unique(), dtype="str")
    return Credit(
        units=units,
        reps=reps,
        unit=units.get_indexer(pd.Index(rows["unit"])),
        rep=reps.get_indexer(pd.Index(rows["rep"])),
        share=share,
    )


def teams(managers: Mapping[str, str], reps: Sequence[str]) -> dict[str, list[str]]:
    """By manager the reps of the team, whoever is led by one of them included.

    `managers` names the manager of each rep, "" where there is none.
    """
    found: dict[str, list[str]] = {name: [] for name in sorted({*managers.values()} - {""})}
    for rep in reps:
        for name in {rep, *above(managers, rep)} & found.keys():
            found[name].append(rep)
    return {name: team for name, team in found.items() if team}


def leaders(scenario: Scenario) -> dict[str, str]:
    """Manager of each rep, "" where there is none."""
    table = scenario.table("reps")
    return dict(zip(table["rep"], table["manager"].fillna("").astype("str"), strict=True))
