"""Business checks: what must hold across tables and configuration before a plan makes sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from allocopt.checks import (
    absences,
    adjacency,
    approval,
    defaults,
    forecasts,
    goals,
    levers,
    overlays,
    overrides,
    places,
    quota,
    reps,
    risk,
    seasonality,
    segments,
    settings,
    supply,
    targets,
    travel,
    units,
    unused,
)
from allocopt.checks.subject import Subject
from allocopt.errors import Finding, Severity

MOST_LISTED = 50

CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    segments.check_margins,
    segments.check_responses,
    units.check_hours,
    units.check_demand,
    units.check_shares,
    units.check_locks,
    units.check_renewals,
    units.check_owners,
    units.check_families,
    units.check_apart,
    reps.check_present,
    reps.check_dates,
    reps.check_positions,
    reps.check_replaced,
    reps.check_hire_dates,
    reps.check_costs,
    reps.check_quota_changes,
    reps.check_headcount,
    absences.check_absences,
    seasonality.check_seasonality,
    overlays.check_overlays,
    overrides.check_overrides,
    overrides.check_one_name,
    overrides.check_decided_locks,
    overrides.check_decided_hours,
    quota.check_decided_quotas,
    quota.check_decided_total,
    quota.check_cuts,
    quota.check_repeated,
    quota.check_round_to,
    quota.check_attainable,
    quota.check_quota_weights,
    quota.check_pay_at_plan,
    quota.check_commission,
    quota.check_tree,
    levers.check_levers,
    levers.check_curves,
    levers.check_points,
    levers.check_fits,
    levers.check_spend_of_plan,
    levers.check_steady,
    levers.check_budget_periods,
    supply.check_supply,
    places.check_places,
    adjacency.check_adjacency,
    settings.check_scopes,
    settings.check_demand_changes,
    settings.check_measures,
    travel.check_travel,
    settings.check_level,
    settings.check_target,
    targets.check_amounts,
    targets.check_targets,
    goals.check_goals,
    forecasts.check_libraries,
    forecasts.check_levels,
    forecasts.check_recast,
    defaults.check_handover_loss,
    defaults.check_similarity,
    defaults.check_overtime_cost,
    defaults.check_quota_target,
    defaults.check_hiring,
    defaults.check_variable_pay,
    defaults.check_balanced_measures,
    defaults.check_visits,
    risk.check_samples,
    risk.check_risk,
    risk.check_reactive,
    risk.check_contingency,
    approval.check_parts,
    approval.check_signatures,
    unused.check_unused,
)


def check_business(subject: Subject) -> tuple[Finding, ...]:
    """Findings of all business checks, in their order."""
    findings = [finding for check in CHECKS for finding in _first(check(subject))]
    return (*_missing_tables(subject), *findings)


def _first(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The first findings of one check, and one that says how many more there are."""
    yield from islice(findings, MOST_LISTED)
    rest = list(findings)
    if rest:
        yield replace(
            rest[0],
            message=f"{len(rest)} more findings of this kind, the next: {rest[0].message}",
            code="more-findings",
            count=len(rest),
        )


def _missing_tables(subject: Subject) -> Iterator[Finding]:
    """Without units and reps there is nothing to plan, though there may be something to forecast."""
    missing = [name for name in ("units", "reps") if subject.table(name).empty]
    if not missing:
        return
    names = " and ".join(f"{name}.csv" for name in missing)
    there = all(name in subject.files for name in missing)
    can_forecast = not (subject.table("history").empty and subject.table("demand").empty)
    yield Finding(
        Severity.WARNING if can_forecast else Severity.PROBLEM,
        f"there is no row in {' and '.join(missing)}: no plan can be made",
        mend=f"fill in {names}" if there else f"add {names}, or name their source under `tables`",
        code="missing-table",
    )
