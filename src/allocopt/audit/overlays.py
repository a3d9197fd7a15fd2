"""Overlays: support that specialists give."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, cells_beyond
from allocopt.problem.overlays import served_share


def overlays(e: Evidence) -> Iterator[str]:
    """Specialists support units of the reps whom they serve, while they are there, at most in full."""
    problem, given = e.problem, e.support
    for specialist, unit in given.index.difference(problem.support.full.index):
        yield f"support_of_served: {specialist} cannot support {unit}"
    known = given.reindex(problem.support.full.index).fillna(0.0)
    for overlay in problem.overlays:
        mine = known.index.get_level_values("specialist") == overlay.rep
        full = problem.support.full[mine]
        share = served_share(
            overlay, e.shares, problem.windows, full.index.get_level_values("unit")
        )
        yield from cells_beyond("support_of_served", known[mine], full * share.to_numpy())
        there = e.taken(problem.tenures.presence).loc[overlay.rep]
        yield from cells_beyond("support_of_filled_positions", known[mine], full * there)
    yield from cells_beyond("support_of_served", -known, known * 0.0)


def support_lift(e: Evidence) -> pd.DataFrame:
    """Sales that support adds; unit × period [currency]."""
    worth = e.problem.support.worth
    gained = e.support.reindex(worth.index).fillna(0.0) * worth
    of_units = gained.groupby(level="unit").sum()
    return of_units.reindex(e.problem.units.index).fillna(0.0)
