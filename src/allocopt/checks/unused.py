"""What this version reads and checks, and does not plan with yet: the one list of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from allocopt.checks.subject import Subject, about, plural
from allocopt.config import Config
from allocopt.errors import Finding, Severity

UNUSED = "read and checked, but not used by the planning model of this version"

TABLES = (
    *("absences", "workload", "supply", "overlays", "commission", "market", "kpi_values"),
    *("actions", "overrides", "adjacency", "products", "quota_history"),
    "actuals",
)


class Unused(NamedTuple):
    """A setting that changes nothing yet. A hard rule that is ignored would make the plan wrong."""

    path: tuple[str, ...]
    is_asked: Callable[[Config], bool]
    hard: bool = False


SETTINGS = (
    Unused(("contiguity", "hard"), lambda config: config.contiguity.hard, hard=True),
    Unused(("contiguity", "cut_price"), lambda config: config.contiguity.cut_price > 0),
    Unused(("risk", "weight"), lambda config: config.risk.weight > 0, hard=True),
    Unused(("risk", "samples"), lambda config: config.risk.samples > 0),
    Unused(("calendar", "working_days"), lambda config: config.calendar.working_days is not None),
    Unused(("quota", "attain_probability"), lambda c: c.quota.attain_probability is not None),
    Unused(("quota", "weights", "pipeline"), lambda c: c.quota.weights.pipeline > 0),
    Unused(("quota", "round_to"), lambda config: config.quota.round_to is not None),
    Unused(("incentive",), lambda config: "incentive" in config.model_fields_set),
    Unused(("alerts",), lambda config: "alerts" in config.model_fields_set),
    Unused(("visibility",), lambda config: "visibility" in config.model_fields_set),
)


def check_unused(subject: Subject) -> Iterator[Finding]:
    """Says what has no effect, and refuses hard rules that would be ignored."""
    for name in TABLES:
        if not subject.table(name).empty:
            yield subject.say(Severity.WARNING, name, f"{name}: {UNUSED}", code="unused-table")
    for setting in SETTINGS:
        if not setting.is_asked(subject.config):
            continue
        place, name = subject.place(*setting.path), ".".join(setting.path)
        severity = Severity.PROBLEM if setting.hard else Severity.WARNING
        yield Finding(
            severity,
            f"{name}: {UNUSED}",
            file=place.file,
            line=place.line,
            position=place.position,
            mend="take it out: a plan that ignores it would be wrong" if setting.hard else "",
            code="unused-setting",
        )
    yield from _unused_columns(subject)
    yield from _unused_targets(subject)


def _unused_columns(subject: Subject) -> Iterator[Finding]:
    """Cells that ask for something which the plan does not do."""
    units, levers = subject.table("units"), subject.table("levers")
    shared = units.loc[units["share_max"] > 1, "unit"].tolist()
    once = levers.loc[levers["commit"] == "horizon", "lever"].tolist()
    for table, column, names in (("units", "share_max", shared), ("levers", "commit", once)):
        if names:
            message = f"{column} of {plural(names, 'row', 'rows')}: {UNUSED}"
            yield subject.say(
                Severity.WARNING, table, message, column, code="unused-column", **about(names)
            )
    measure = subject.config.measure.sales
    if subject.table("history")[measure].notna().any():
        message = f"sales are those of the column sales; {measure} beside it: {UNUSED}"
        yield subject.say(
            Severity.WARNING, "history", message, measure, code="unused-column", names=(measure,)
        )


def _unused_targets(subject: Subject) -> Iterator[Finding]:
    targets = subject.table("targets")
    for row in targets[targets["kind"] == "floor"].itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "targets",
            f"the floor {row.name} is {UNUSED}",
            "kind",
            mend="make it a goal: a plan that ignores a floor would be wrong",
            code="unused-floor",
        )
    priced = targets.loc[(targets["kind"] != "floor") & (targets["price"] > 0), "name"].tolist()
    if priced:
        message = f"the price of targets ({', '.join(priced[:5])}): {UNUSED}"
        yield subject.say(Severity.WARNING, "targets", message, "price", code="unused-price")
