"""People: who works in a place, and a scenario without some of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from allocopt.config import Setting
from allocopt.scenario import Scenario, change_scenario
from allocopt.whatif.origin import setting_maker

COMPANY = ""


def reps_in(scenario: Scenario, territory: str, day: pd.Timestamp) -> pd.DataFrame:
    """Reps who work on a day and belong to a territory or to a place in it; rows of `reps`, in order.

    A rep belongs where `territory` says, else where all `territories` lie that the rep may cover, else
    where most of the rep's units are. Open positions are nobody. `COMPANY` is every place.
    """
    reps = scenario.table("reps")
    there = reps[
        (reps["status"] != "open")
        & ~(reps["end"] < day)
        & ~(reps["start"] > scenario.calendar.plan_end)
    ]
    if territory == COMPANY:
        return there
    inside = scenario.territory_tree.within([territory])
    return there[[_belongs(scenario, row, inside) for row in there.to_dict("records")]]


def _belongs(scenario: Scenario, rep: Mapping[Hashable, Any], inside: frozenset[str]) -> bool:
    if isinstance(home := rep["territory"], str):
        return home in inside
    if isinstance(named := rep["territories"], str):
        return set(_words(named)) <= inside
    units = scenario.table("units")
    own = units.loc[units["rep"] == rep["rep"], "territory"]
    return bool(len(own)) and own.mode().iloc[0] in inside


def _words(text: str) -> Iterator[str]:
    return (word.strip() for word in text.split(";") if word.strip())


def without(
    scenario: Scenario, reps: Sequence[str], day: pd.Timestamp, origin: str, *, may_leave_open: bool
) -> Scenario:
    """The scenario in which some reps are gone from a day on; locks to them end.

    `may_leave_open`: units may stay without a rep, which is asked for where nobody else may serve them.
    Raises DataError when the scenario is not sound without them.
    """
    settings = [*departures(scenario, reps, day, origin)]
    if may_leave_open:
        settings.append(setting_maker(origin)(("coverage", "every_unit"), False))
    return change_scenario(scenario, settings)


def departures(
    scenario: Scenario, reps: Sequence[str], day: pd.Timestamp, origin: str
) -> Iterator[Setting]:
    """Settings by which some reps are gone from a day on; locks to them end."""
    make = setting_maker(origin)
    table, units = scenario.table("reps"), scenario.table("units")
    last = (day - pd.Timedelta(days=1)).date().isoformat()
    for rep in reps:
        start = table.loc[table["rep"] == rep, "start"].iloc[0]
        if start >= day:
            yield make(("override", "reps", rep), "remove")
        else:
            yield make(("override", "reps", rep, "end"), last)
            yield make(("override", "reps", rep, "status"), "leaving")
    for unit in units.loc[units["rep"].isin(list(reps)) & units["lock"].notna(), "unit"]:
        yield make(("override", "units", unit, "lock"), None)
