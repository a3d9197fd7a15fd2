"""Units: hours, demand, locks, and what keeps them together or apart."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.checks.eligibility import eligible, present_reps
from allocopt.checks.subject import Subject, about, named, plural
from allocopt.errors import Finding, Severity
from allocopt.locks import renews_soon
from allocopt.tables import among, look_up


def check_hours(subject: Subject) -> Iterator[Finding]:
    """A unit without hours and without visits × hours per visit is served in no time."""
    units = subject.table("units")
    segments = subject.table("segments")
    visits = look_up(segments, "segment", "visits", units["segment"])
    needed = units["visits"].fillna(visits) * look_up(
        segments, "segment", "hours_per_visit", units["segment"]
    )
    unknown = units["hours"].isna() & needed.isna() & ~among(units["unit"], _listed_hours(subject))
    without = units.loc[unknown, "unit"].tolist()
    if without:
        message = f"{plural(without, 'unit', 'units')} without hours: no selling time assumed"
        mend = "give units.hours, or visits and hours_per_visit of the segment"
        yield subject.say(
            Severity.ASSUMPTION,
            "units",
            message,
            "hours",
            mend=mend,
            code="assumed-hours",
            **about(without),
        )


def _listed_hours(subject: Subject) -> pd.Index:
    """Units whose hours every listed pair gives; where pairs are complete, no other hours count."""
    if not subject.config.pairs.complete:
        return pd.Index([])
    pairs = subject.table("pairs")
    given = pairs["hours"].notna().groupby(pairs["unit"]).all()
    return given.index[given]


def check_demand(subject: Subject) -> Iterator[Finding]:
    """Which of several sources of demand counts, and which units have none."""
    units, demand = subject.table("units"), subject.table("demand")
    history = subject.table("history")
    if len(demand) and len(history):
        message = "demand is given beside history: it counts, and nothing is forecast"
        yield subject.say(Severity.NOTICE, "demand", message, code="demand-wins")
    source = demand if len(demand) else history
    cells = pd.MultiIndex.from_frame(source[["territory", "segment"]])
    own = pd.MultiIndex.from_frame(units[["territory", "segment"]])
    known = units["demand"].notna() | among(units["unit"], source["unit"]) | own.isin(cells)
    without = units.loc[~known, "unit"].tolist()
    if without:
        message = (
            f"{plural(without, 'unit', 'units')} without demand, history or forecast: 0 assumed"
        )
        yield subject.say(
            Severity.ASSUMPTION, "units", message, "demand", code="no-demand", **about(without)
        )
    low = units.loc[units["potential"] < units["demand"], "unit"].tolist()
    if low:
        message = f"the potential of {plural(low, 'unit', 'units')} is below demand: demand counts"
        yield subject.say(
            Severity.NOTICE, "units", message, "potential", code="low-potential", count=len(low)
        )


def check_shares(subject: Subject) -> Iterator[Finding]:
    """A unit has one rep or more, and no part of a rep."""
    units = subject.table("units")
    most = units["share_max"]
    wrong = units[most.notna() & ((most < 1) | (most % 1 != 0))]
    for unit, value in zip(wrong["unit"], wrong["share_max"], strict=True):
        yield subject.say(
            Severity.PROBLEM,
            "units",
            f"unit {unit} cannot have this number of reps",
            "share_max",
            value=f"{value:g}",
            expected="a whole number of at least 1; blank for one rep",
            code="share-max",
        )


def check_locks(subject: Subject) -> Iterator[Finding]:
    """A lock needs an owner who stays as long as the lock holds."""
    every, units = subject.table("units"), subject.locked_units
    until = every["lock_until"]
    holds = every["lock"].notna() & (until.isna() | (until >= subject.calendar.plan_start))
    without = holds & every["rep"].isna() & ~among(every["unit"], units["unit"])
    aimless = every.loc[every["lock"].isna() & until.notna(), "unit"].tolist()
    if aimless:
        message = f"{plural(aimless, 'unit', 'units')} with lock_until and no lock: they are free"
        yield subject.say(
            Severity.WARNING,
            "units",
            message,
            "lock_until",
            mend="say in lock why the unit must stay, or take the day out",
            code="lock-until-without-lock",
            **about(aimless),
        )
    vacant = every.loc[without, "unit"].tolist()
    if vacant:
        message = f"the lock of {plural(vacant, 'unit', 'units')} has no owner: it does nothing"
        yield subject.say(
            Severity.WARNING, "units", message, "lock", code="lock-without-owner", **about(vacant)
        )
    reps = subject.table("reps").drop_duplicates("rep").set_index("rep")
    gone = reps["end"] < subject.calendar.plan_start
    leaving = reps[(reps["status"] == "leaving") | gone]
    # What people decided is told of by the check of overrides.
    stated = units[~units["unit"].isin(subject.decided("lock")["unit"])]
    kept = stated[stated["rep"].isin(leaving.index)]
    ends = leaving["end"].reindex(kept["rep"]).set_axis(kept.index)
    outlasts = kept["lock_until"].isna() | ends.isna() | (kept["lock_until"] > ends)
    for row in kept[outlasts].itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "units",
            f"unit {row.unit} is locked to {row.rep}, who leaves",
            "lock",
            mend="take the lock off, or end it with lock_until",
            code="locked-to-leaver",
        )


def check_renewals(subject: Subject) -> Iterator[Finding]:
    """A unit that renews soon and whose rep leaves before then is no lock, but somebody should know."""
    units = subject.table("units")
    soon = units[renews_soon(subject) & units["rep"].notna()]
    lost = soon.loc[~among(soon["unit"], subject.locks.index), "unit"].tolist()
    if lost:
        message = f"the rep of {plural(lost, 'unit', 'units')} leaves before its renewal"
        yield subject.say(
            Severity.WARNING,
            "units",
            message,
            "renewal",
            mend="lock the unit to a successor by an override, or see the rep's last day",
            code="renewal-without-rep",
            **about(lost),
        )


def check_owners(subject: Subject) -> Iterator[Finding]:
    """Some present rep may serve each unit, and one rep all units of a family."""
    if not subject.config.coverage.every_unit or subject.table("reps").empty:
        return
    units, may_serve = subject.table("units"), eligible(subject)
    served_by_any = pd.Series(may_serve.any(axis=1), index=units.index)
    alone = units.loc[~served_by_any]
    for row in alone.itertuples(index=False):
        near = _nearest_reps(subject, row.territory)
        yield subject.say(
            Severity.PROBLEM,
            "units",
            f"no rep may serve unit {row.unit} (territory {row.territory}, segment {row.segment})",
            mend=f"widen reps.territories or reps.segments of {near}, or set coverage.every_unit: false",
            code="no-eligible-rep",
        )
    served = units.loc[served_by_any].dropna(subset=["family"])
    shared = pd.DataFrame(may_serve[served.index], served.index).groupby(served["family"]).all()
    split = shared.index[~shared.any(axis=1)]
    members = served.groupby("family")["unit"]
    for family in split:
        yield subject.say(
            Severity.PROBLEM,
            "units",
            f"no single rep may serve the whole family {family}"
            f" ({named(members.get_group(family))})",
            "family",
            mend="split the family, or widen what one rep may serve",
            code="split-family",
        )


def check_families(subject: Subject) -> Iterator[Finding]:
    """Locked members of a family share their rep."""
    locked = subject.locked_units.dropna(subset=["rep", "family"])
    for family, members in locked.groupby("family"):
        if members["rep"].nunique() > 1:
            yield subject.say(
                Severity.PROBLEM,
                "units",
                f"family {family} is locked to several reps ({named(members['rep'].unique())})",
                "lock",
                mend="unlock all but one, or split the family",
                code="locked-apart",
            )


def check_apart(subject: Subject) -> Iterator[Finding]:
    """Units that go to different reps are few enough, of different families, and not locked together."""
    units, locked = subject.table("units").dropna(subset=["apart"]), subject.locked_units
    together = locked.dropna(subset=["apart", "rep"])
    for row in together[together.duplicated(["apart", "rep"])].itertuples(index=False):
        yield _apart_problem(subject, row.apart, f"has two units locked to {row.rep}")
    family = units.dropna(subset=["family"])
    for group in family.loc[family.duplicated(["apart", "family"]), "apart"].unique():
        yield _apart_problem(subject, group, "has two units of one family")
    if units.empty or not subject.config.coverage.every_unit:
        return
    may_serve = pd.DataFrame(eligible(subject)[units.index], units.index)
    reps = may_serve.groupby(units["apart"]).any().sum(axis=1)
    sizes = units.groupby("apart").size()
    for group in sizes.index[sizes > reps]:
        message = f"has {sizes[group]} units, and only {reps[group]} reps may serve them"
        yield _apart_problem(subject, group, message)


def _apart_problem(subject: Subject, group: object, message: str) -> Finding:
    return subject.say(
        Severity.PROBLEM, "units", f"the apart group {group} {message}", "apart", code="apart-group"
    )


def _nearest_reps(subject: Subject, territory: object) -> str:
    """Reps whose territories lie nearest in the tree."""
    reps = present_reps(subject)
    above = {str(territory), *subject.tree.ancestors(str(territory))}

    def common(row: tuple[object, object, object]) -> int:
        nodes = str(row[1]).split(";") if isinstance(row[1], str) else [str(row[2])]
        return max(
            len(above & {node.strip(), *subject.tree.ancestors(node.strip())}) for node in nodes
        )

    rows = list(reps[["rep", "territories", "territory"]].itertuples(index=False, name=None))
    return named([row[0] for row in sorted(rows, key=common, reverse=True)[:3]])
