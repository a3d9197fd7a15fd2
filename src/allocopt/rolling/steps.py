"""Steps: how each table goes from one year to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from allocopt.rolling.actuals import placed
from allocopt.rolling.alike import named_alike
from allocopt.rolling.changes import Reason
from allocopt.rolling.year import Year
from allocopt.tables import CONTRACT


class Step(NamedTuple):
    """What happens to one table, and why; `inside`: also between two periods of one plan."""

    table: str
    apply: Callable[[Year, pd.DataFrame], pd.DataFrame]
    reason: Reason
    inside: bool = True


def give_to_last_owner(year: Year, units: pd.DataFrame) -> pd.DataFrame:
    """units.rep is who has the unit on the plan's last day; since is when that began."""
    stays = year.stays.reindex(units["unit"])
    known = ~stays["rep"].isin(["", *year.gone])
    owner = stays["rep"].where(known).set_axis(units.index).astype(units["rep"].dtype)
    since = stays["since"].where(known).set_axis(units.index)
    changed = units["rep"].fillna("") != owner.fillna("")
    return units.assign(rep=owner, since=units["since"].where(~changed, since))


def open_locks(year: Year, units: pd.DataFrame) -> pd.DataFrame:
    """A lock that has run out is taken off."""
    over = units["lock_until"] < year.start
    return units.assign(lock=units["lock"].mask(over), lock_until=units["lock_until"].mask(over))


def drop_leavers(year: Year, reps: pd.DataFrame) -> pd.DataFrame:
    """Reps whose last day has passed are not there any more."""
    return reps[~reps["rep"].isin(year.gone)].reset_index(drop=True)


def seat_hires(year: Year, reps: pd.DataFrame) -> pd.DataFrame:
    """A position that the plan has filled is active from its first day; its ramp goes on from there."""
    first = pd.to_datetime(pd.Series([year.hired.get(rep) for rep in reps["rep"]], reps.index))
    filled = first.notna() & (reps["status"] == "open")
    return reps.assign(
        status=reps["status"].mask(filled, "active"),
        start=reps["start"].where(~filled, first),
        lead_time=reps["lead_time"].mask(filled),
    )


def take_quotas(year: Year, reps: pd.DataFrame) -> pd.DataFrame:
    """quota_before is the quota of the plan's last period, per input period."""
    quotas = year.plan["quotas"]
    last = quotas[(quotas["level"] == "rep") & (quotas["period"] == year.calendar.labels[-1])]
    quota = last.set_index("rep")["quota"] / year.calendar.input_factor
    return reps.assign(quota_before=reps["rep"].map(quota).fillna(reps["quota_before"]))


def drop_rows_of_leavers(table: str) -> Callable[[Year, pd.DataFrame], pd.DataFrame]:
    """Rows of a table that have a rep who is gone in their key."""
    keys = [
        name
        for name in CONTRACT[table].key
        if "reps" in CONTRACT[table].by_name[name].refers
        and not CONTRACT[table].by_name[name].former
    ]

    def drop(year: Year, frame: pd.DataFrame) -> pd.DataFrame:
        lost = frame[keys].isin(year.gone).any(axis=1)
        return frame[~lost].reset_index(drop=True)

    return drop


def drop_targets_of_leavers(year: Year, targets: pd.DataFrame) -> pd.DataFrame:
    """Targets of a rep who is gone."""
    lost = targets["scope"].isin([f"rep={rep}" for rep in year.gone])
    return targets[~lost].reset_index(drop=True)


def drop_past(column: str) -> Callable[[Year, pd.DataFrame], pd.DataFrame]:
    """Rows whose last day, by this column, lies before the next plan."""

    def drop(year: Year, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[~(frame[column] < year.start)].reset_index(drop=True)

    return drop


def drop_past_decisions(year: Year, overrides: pd.DataFrame) -> pd.DataFrame:
    """Decisions on periods that have passed; a lock holds until it expires."""
    lasts = (overrides["kind"] == "lock") & ~(overrides["expires"] < year.start)
    past = (overrides["period"] < year.start) & ~lasts
    return overrides[~past].reset_index(drop=True)


def drop_kept_promises(year: Year, spend: pd.DataFrame) -> pd.DataFrame:
    """Spend that was promised for days that have passed."""
    past = (spend["kind"] == "committed") & (spend["date"] < year.start)
    return spend[~past].reset_index(drop=True)


def append_actual_spend(year: Year, spend: pd.DataFrame) -> pd.DataFrame:
    """What was spent, at the end of the spend of before."""
    came = year.came.get("spend")
    return (
        spend
        if came is None
        else append_rows(spend, came.assign(kind=came["kind"].fillna("actual")))
    )


def append_actuals(year: Year, history: pd.DataFrame) -> pd.DataFrame:
    """Actual sales at the end of the history, named as it names them."""
    came = year.came.get("actuals")
    if came is None:
        return history
    units = year.scenario.table("units").set_index("unit")
    return append_rows(history, named_alike(placed(came, units), placed(history, units)))


def append_quotas(year: Year, past: pd.DataFrame) -> pd.DataFrame:
    """The quotas of the plan, at the end of those of before."""
    quotas = year.plan["quotas"]
    own = quotas[(quotas["level"] == "rep") & quotas["quota"].notna()]
    starts = dict(zip(year.calendar.labels, year.calendar.starts, strict=True))
    rows = pd.DataFrame(
        {
            "rep": own["rep"],
            "start": own["period"].map(starts),
            "quota": own["quota"] / year.calendar.input_factor,
        }
    )
    before = past[
        ~pd.MultiIndex.from_frame(past[["rep", "start"]]).isin(
            list(zip(rows["rep"], rows["start"], strict=True))
        )
    ]
    return append_rows(before, rows)


def move_targets(year: Year, targets: pd.DataFrame) -> pd.DataFrame:
    """Targets of the time that has passed, for the next; their amounts stay until somebody decides."""
    past = targets["end"] < year.start
    return targets.assign(
        name=targets["name"].where(~past, targets["name"].map(year.renamed)),
        start=targets["start"].where(~past, year.moved(targets["start"])),
        end=targets["end"].where(~past, year.moved_end(targets["end"])),
    )


def append_rows(frame: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Rows added below, in the columns and kinds of the table."""
    rows = more.reindex(columns=frame.columns)
    for column, kind in frame.dtypes.items():
        rows[column] = rows[column].where(rows[column].notna(), np.nan).astype(kind)
    return (
        pd.concat([frame, rows], ignore_index=True) if len(frame) else rows.reset_index(drop=True)
    )


GONE = Reason("the rep has gone before the new plan starts", "该代表在新计划开始前已离开")
PAST = Reason("it lies before the new plan", "早于新计划期")

STEPS = (
    Step("units", give_to_last_owner, Reason("the plan's last owner", "计划期末的负责人")),
    Step("units", open_locks, Reason("the lock has run out", "锁定已到期")),
    Step("reps", drop_leavers, GONE),
    Step("reps", seat_hires, Reason("the plan filled the position", "计划中该岗位已到岗")),
    Step(
        "reps",
        take_quotas,
        Reason("the plan's quota of its last period", "计划最后一期的指标"),
        inside=False,
    ),
    *(
        Step(name, drop_rows_of_leavers(name), GONE)
        for name in ("pairs", "absences", "overlays", "overrides")
    ),
    Step("absences", drop_past("end"), PAST),
    Step("overrides", drop_past("expires"), Reason("it has expired", "人工调整已失效")),
    Step("overrides", drop_past_decisions, PAST),
    Step("supply", drop_past("period"), PAST),
    # Inside a horizon a row of a year still holds for what is left of it.
    Step("demand", drop_past("period"), PAST, inside=False),
    Step("history", append_actuals, Reason("actual sales", "实际销售"), inside=False),
    Step("spend", drop_kept_promises, PAST),
    Step("spend", append_actual_spend, Reason("actual spend", "实际投入"), inside=False),
    Step(
        "quota_history",
        append_quotas,
        Reason("the quotas of the plan", "计划的指标"),
        inside=False,
    ),
    Step("targets", drop_targets_of_leavers, GONE),
    Step(
        "targets",
        move_targets,
        Reason(
            "moved on with the plan; the amount is last year's and is to be decided",
            "随计划顺延；数值仍为上期数值，待确定",
            undecided=True,
        ),
        inside=False,
    ),
)
