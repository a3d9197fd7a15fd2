"""A past of twelve quarters that is replayed: steady sales, then what a test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from support_scenario import write_scenario

from allocopt.scenario import Scenario, load_scenario

# Ann has time for one of two units, and a change costs nothing.
YAML = """
calendar: {period: quarter, plan_periods: 3}
coverage: {every_unit: false}
workload: {hard: true}
handover: {loss: 0}
solver: {gap: 0}
forecast: {recipe: fast}
"""
UNITS = "unit,territory,segment,hours,rep\nu1,East,Key,10,Ann\nu2,West,Key,10,\n"
REPS = "rep,hours,cost\nAnn,10,0\n"
SEGMENTS = "segment,margin\nKey,1\n"
QUARTERS = [f"{year}-{month:02d}-15" for year in (2023, 2024, 2025) for month in (1, 4, 7, 10)]
# What each unit sold in the nine quarters before those that are played.
STEADY = {"u1": [100.0] * 9, "u2": [10.0] * 9}
QUOTAS = (
    "rep,start,quota\nAnn,2024-12-29,90\nAnn,2025-03-29,40\nAnn,2025-06-28,50\nAnn,2025-09-28,60\n"
)


def history(later: Mapping[str, Sequence[float]], rep: str = "") -> str:
    """Sales of each unit: what was steady, then what came."""
    rows = [
        f"{day},{unit},{amount},{rep}"
        for unit, before in STEADY.items()
        for day, amount in zip(QUARTERS, [*before, *later[unit]], strict=True)
    ]
    return "\n".join(["date,unit,sales,rep", *rows])


def past(
    folder: Path, later: Mapping[str, Sequence[float]], yaml: str = "", **tables: str
) -> Scenario:
    """A scenario whose last three quarters of history are `later`."""
    own = {"units": UNITS, "reps": REPS, "segments": SEGMENTS, "history": history(later)}
    return load_scenario(write_scenario(folder, YAML + yaml, **{**own, **tables}))


MOVED = {"u1": [0.0, 0.0, 0.0], "u2": [1000.0, 1000.0, 1000.0]}
AS_PLANNED = {"u1": [100.0] * 3, "u2": [10.0] * 3}
