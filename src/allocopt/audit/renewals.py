"""Renewals: units that are renewed soon keep their reps."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.audit.evidence import Evidence, beyond


def renewals(e: Evidence) -> Iterator[str]:
    """No rep who could stay on has less of a unit than before when its renewal is near."""
    shares = e.shares.to_dict()
    before_of = {(unit, window): before for unit, before, window in e.problem.renewals}
    for unit, rep, window in e.problem.stints:
        before = before_of.get((unit, window))
        if before is None or not e.problem.may_stay_on(unit, rep, window):
            continue
        had, has = shares.get((unit, rep, before), 0.0), shares.get((unit, rep, window), 0.0)
        if beyond(had, has):
            yield f"kept_before_renewal: {unit} leaves {rep} on {window}, before its renewal"
