"""Who may serve what, by territory, segment and pair; distance is the plan's own business."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.checks.subject import Subject

Matrix = npt.NDArray[np.bool_]


def present_reps(subject: Subject) -> pd.DataFrame:
    """Reps that can work in the plan: there at some time, and no position that may not be filled."""
    reps = subject.table("reps")
    gone = reps["end"] < subject.calendar.plan_start
    late = (reps["start"] > subject.calendar.plan_end) | subject.never_filled
    unwanted = (reps["status"] == "open") & (subject.config.headcount.max == 0)
    return reps[~(gone | late | unwanted)]


def eligible(subject: Subject) -> Matrix:
    """Unit × present rep: whether the rep may serve the unit. A locked owner always may."""
    units, reps = subject.table("units"), present_reps(subject)
    matrix = np.zeros((len(units), len(reps)), dtype=bool)
    pairs = subject.table("pairs")
    rows = pd.Index(units["unit"]).get_indexer(pd.Index(pairs["unit"]))
    columns = pd.Index(reps["rep"]).get_indexer(pd.Index(pairs["rep"]))
    known = (rows >= 0) & (columns >= 0)
    allowed = pairs["allowed"].fillna(value=True).to_numpy(dtype=bool)
    if not subject.config.pairs.complete:
        matrix = _by_scope(subject, units, reps)
        stated = known & pairs["allowed"].notna().to_numpy()
        matrix[rows[stated], columns[stated]] = allowed[stated]
    else:
        matrix[rows[known], columns[known]] = allowed[known]
    return matrix | _locked(subject, units, reps)


def _by_scope(subject: Subject, units: pd.DataFrame, reps: pd.DataFrame) -> Matrix:
    codes, territories = pd.factorize(units["territory"])
    kinds, segments = pd.factorize(units["segment"])
    matrix = np.ones((len(units), len(reps)), dtype=bool)
    for column, rep in enumerate(reps[["territories", "segments"]].itertuples(index=False)):
        if nodes := _names(rep.territories):
            matrix[:, column] &= np.isin(territories, list(subject.tree.within(nodes)))[codes]
        if wanted := _names(rep.segments):
            matrix[:, column] &= np.isin(segments, wanted)[kinds]
    # Specialists support the units of others: they own those that `pairs` names, and no more.
    matrix[:, reps["rep"].isin(subject.table("overlays")["rep"])] = False
    return matrix


def _names(cell: object) -> list[str]:
    return [n.strip() for n in cell.split(";") if n.strip()] if isinstance(cell, str) else []


def _locked(subject: Subject, units: pd.DataFrame, reps: pd.DataFrame) -> Matrix:
    matrix = np.zeros((len(units), len(reps)), dtype=bool)
    held = subject.locks
    rows = pd.Index(units["unit"]).get_indexer(held.index)
    columns = pd.Index(reps["rep"]).get_indexer(pd.Index(held["rep"]))
    known = columns >= 0
    matrix[rows[known], columns[known]] = True
    return matrix
