"""Attainable quotas: up to which share of expected sales a quota is reached with a given probability."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.notes import Note
from allocopt.problem.demand_samples import DemandSamples
from allocopt.scenario import Scenario

Floats = npt.NDArray[np.float64]


def attainable_shares(
    probability: float | None,
    units: pd.DataFrame,
    reps: pd.DataFrame,
    demand: pd.DataFrame,
    samples: DemandSamples | None,
) -> pd.DataFrame | None:
    """The most of a quota as a share of expected sales; rep × period, None where nothing is asked.

    The share that sales of the rep's units of today pass with the probability, by the samples of their
    demand together; of all units for a rep without any. Exact while a rep keeps these units and they are
    all or nothing; otherwise an approximation, as a quantile of a sum is not linear in the assignment. The
    table `attainment` says which probability came out.
    """
    if probability is None or samples is None:
        return None
    owners = [np.asarray(units["owner"] == rep) for rep in reps.index]
    members = np.array([own if own.any() else np.ones(len(units), bool) for own in owners])
    weighted = members[:, :, None] * demand.to_numpy()[None]
    mean = weighted.sum(axis=1)
    moved = np.stack([(weighted * r).sum(axis=1) for _, r in samples.outcomes(units)])
    share = np.ones_like(moved)
    np.divide(moved, mean[None], out=share, where=mean[None] > 0)
    return pd.DataFrame(passed_with(share, probability, samples.weight), reps.index, demand.columns)


def unheld(scenario: Scenario, samples: DemandSamples | None) -> tuple[Note, ...]:
    """Says that no quota could be held to its probability, where history is too short for any outcomes."""
    asked = scenario.config.quota.attain_probability is not None
    if not asked or samples is not None:
        return ()
    return (
        Note(
            "History is too short to know how demand may come: no quota is held to the probability asked.",
            "历史太短，无法得知需求的可能走势：没有指标按所要求的达成概率设定。",
        ),
    )


def passed_with(values: Floats, probability: float, weight: Floats) -> Floats:
    """The highest value (sample, …) that outcomes of at least this probability reach."""
    order = np.argsort(-values, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0)
    first = (reached >= probability - 1e-9).argmax(axis=0)
    chosen = np.take_along_axis(order, np.expand_dims(first, 0), axis=0)
    return np.asarray(np.take_along_axis(values, chosen, axis=0)[0])
