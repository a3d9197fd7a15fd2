"""Defaults that drive money or people: each is said to be assumed where it takes effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from allocopt.checks.subject import Subject, about, plural
from allocopt.errors import Finding, Severity
from allocopt.horizon import company_targets
from allocopt.tables import look_up


def check_handover_loss(subject: Subject) -> Iterator[Finding]:
    """What a handover loses, where somebody may lose a unit and no segment says it."""
    if "loss" in subject.config.handover.model_fields_set:
        return
    units = subject.table("units").dropna(subset=["rep"])
    own = look_up(subject.table("segments"), "segment", "handover_loss", units["segment"])
    if own.isna().any():
        loss = subject.config.handover.loss
        message = f"handover.loss is not given: {loss:.0%} of a year's sales assumed"
        yield _assumed_setting(subject, ("handover", "loss"), message, "assumed-handover-loss")


def check_similarity(subject: Subject) -> Iterator[Finding]:
    """How alike successors are, where that is worth something and not said of every pair."""
    if subject.config.handover.similarity == 0.0 or subject.config.pairs.complete:
        return
    message = (
        "pairs.fit is not given for every pair: how alike two reps are in experience, role, home and"
        " segments assumed"
    )
    yield subject.say(Severity.ASSUMPTION, "pairs", message, "fit", code="assumed-similarity")


def check_overtime_cost(subject: Subject) -> Iterator[Finding]:
    """What an hour beyond the selling time costs, where there may be one."""
    section = subject.config.workload
    possible = not section.hard or section.overtime_max > 0
    if possible and section.overtime_cost is None and not subject.table("reps").empty:
        message = "workload.overtime_cost is not given: twice what an average hour brings assumed"
        path = ("workload", "overtime_cost")
        yield _assumed_setting(subject, path, message, "assumed-overtime-cost")


def check_quota_target(subject: Subject) -> Iterator[Finding]:
    """What the quotas add up to, where neither the configuration nor a target says it."""
    if subject.table("reps").empty or subject.config.quota.target is not None:
        return
    if company_targets(subject.table("targets"), subject.calendar).empty:
        total = "expected sales" if subject.config.quota.method == "expected" else "demand"
        message = f"quota.target is not given: quotas that add up to {total} assumed"
        yield _assumed_setting(subject, ("quota", "target"), message, "assumed-target")


def check_hiring(subject: Subject) -> Iterator[Finding]:
    """What filling a position costs, and when somebody can be in it."""
    reps, section = subject.table("reps"), subject.config.headcount
    positions = reps[reps["status"] == "open"]
    if positions.empty or section.max == 0:
        return
    if "hire_cost" not in section.model_fields_set:
        message = "headcount.hire_cost is not given: 0 assumed"
        path = ("headcount", "hire_cost")
        yield _assumed_setting(subject, path, message, "assumed-hire-cost")
    at_once = positions.loc[positions["start"].isna() & positions["lead_time"].isna(), "rep"]
    if len(at_once):
        names = plural(at_once.tolist(), "open position", "open positions")
        message = f"neither start nor lead_time of {names} is given: the plan's start assumed"
        yield _assumed(subject, "reps", message, "lead_time", "assumed-start", at_once.tolist())


def check_variable_pay(subject: Subject) -> Iterator[Finding]:
    """Variable pay that is known of some reps only; a team without any is nothing to remark on."""
    reps = subject.table("reps")
    unknown = reps.loc[reps["variable_pay"].isna(), "rep"].tolist()
    if unknown and len(unknown) < len(reps):
        message = f"the variable pay of {plural(unknown, 'rep', 'reps')} is not given: 0 assumed"
        yield _assumed(subject, "reps", message, "variable_pay", "assumed-variable-pay", unknown)


def check_balanced_measures(subject: Subject) -> Iterator[Finding]:
    """A unit whose measure is unknown weighs nothing in the balance."""
    units = subject.table("units")
    measures = dict.fromkeys(balance.measure for balance in subject.config.balance)
    for measure in measures:
        if measure in ("demand", "hours"):  # they have checks of their own
            continue
        amounts = _amounts(subject, measure)
        unknown = units.loc[amounts.index[amounts.isna()], "unit"].tolist()
        if unknown:
            names = plural(unknown, "unit", "units")
            message = f"the balanced measure {measure} of {names} is not given: 0 assumed"
            yield _assumed(subject, "units", message, measure, "assumed-measure", unknown)


def _amounts(subject: Subject, measure: str) -> pd.Series[Any]:
    """A measure of each unit: its own column, else that of its territory; empty for no measure."""
    units, territories = subject.table("units"), subject.table("territories")
    if measure in units:
        return pd.to_numeric(units[measure], errors="coerce")
    if measure in territories and pd.api.types.is_numeric_dtype(territories[measure]):
        return look_up(territories, "territory", measure, units["territory"])
    return pd.Series(dtype=float)


def check_visits(subject: Subject) -> Iterator[Finding]:
    """Travel hours are those of visits: without their number there is no travel."""
    if subject.config.coverage.travel_speed is None:
        return
    units = subject.table("units")
    standard = look_up(subject.table("segments"), "segment", "visits", units["segment"])
    unknown = units.loc[units["visits"].fillna(standard).isna(), "unit"].tolist()
    if unknown:
        message = (
            f"the visits of {plural(unknown, 'unit', 'units')} are not given: no travel assumed"
        )
        yield _assumed(subject, "units", message, "visits", "assumed-visits", unknown)


def _assumed(
    subject: Subject, table: str, message: str, column: str, code: str, names: Sequence[str]
) -> Finding:
    kind = Severity.ASSUMPTION
    return subject.say(kind, table, message, column, code=code, **about(names))


def _assumed_setting(subject: Subject, path: tuple[str, str], message: str, code: str) -> Finding:
    mend = f"set {'.'.join(path)} in scenario.yaml to choose another"
    file = subject.place(*path).file
    return Finding(Severity.ASSUMPTION, message, file=file, mend=mend, code=code)
