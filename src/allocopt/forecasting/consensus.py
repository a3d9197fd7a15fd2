"""Consensus: the statistical forecast blended with what the pipeline and the field expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.opinions import (
    Baseline,
    Opinion,
    Places,
    blend,
    read_judgement,
    read_pipeline,
)
from allocopt.forecasting.record import Record
from allocopt.forecasting.sources import Sources
from allocopt.forecasting.trials import Trials
from allocopt.notes import Note
from allocopt.territory_tree import TerritoryTree


@dataclass(frozen=True)
class Consensus:
    """`mean` (series, plan period) [currency/period], and what it was blended from.

    `sources` holds the mean of each opinion by its name, NaN where it is silent; `weights` how much
    each one counted and why.
    """

    mean: FloatArray
    sources: dict[str, FloatArray] = field(default_factory=dict)
    weights: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[Note, ...] = ()


def has_opinions(sources: Sources) -> bool:
    """Whether anybody but statistics speaks."""
    return bool(len(sources.table("pipeline")) or len(sources.table("judgement")))


def find_consensus(
    statistical: FloatArray, record: Record, trials: Trials, calendar: Calendar, sources: Sources
) -> Consensus:
    """The statistical forecast (series, plan period) with the opinions of the tables blended in."""
    if not has_opinions(sources):
        return Consensus(statistical)
    baseline = _baseline(statistical, record, trials, calendar)
    series = record.judged.series
    tree = TerritoryTree.of_tables(sources.table("territories"), series["territory"])
    places = Places(series, tree, sources.table("units"))
    pipeline, judgement = sources.table("pipeline"), sources.table("judgement")
    deals = read_pipeline(pipeline, baseline, places) if len(pipeline) else None
    said = read_judgement(judgement, baseline, places) if len(judgement) else None
    heard = {"pipeline": deals.opinion if deals else None, "judgement": said}
    silent = tuple(
        _silent(name)
        for name, opinion in heard.items()
        if opinion is None and len(sources.table(name))
    )
    blended = _blended(statistical, [opinion for opinion in heard.values() if opinion is not None])
    return replace(blended, notes=(*blended.notes, *silent))


def _silent(table: str) -> Note:
    return Note(
        f"The table {table} says nothing that was known by the plan's start about its periods: "
        "not used.",
        f"表 {table} 中没有计划开始前已知、且涉及计划期的内容：未使用。",
    )


def _blended(statistical: FloatArray, opinions: Sequence[Opinion]) -> Consensus:
    if not opinions:
        return Consensus(statistical)
    blended = blend(statistical, opinions)
    notes = tuple(note for opinion in opinions for note in opinion.notes)
    means = {opinion.source: opinion.mean for opinion in opinions}
    return Consensus(np.maximum(blended.mean, 0.0), means, blended.table, notes)


def _baseline(
    statistical: FloatArray, record: Record, trials: Trials, calendar: Calendar
) -> Baseline:
    """What opinions are compared with; without a past where history is not in plan periods."""
    judged, targets = record.judged, statistical.shape[1]
    lead = judged.calendar.distance(judged.end, calendar.plan_start)
    same = judged.calendar.period == calendar.period
    comparable = same and lead < trials.origins.horizon
    places = list(range(len(trials))) if comparable else []
    series = slice(record.structure.aggregates, None)
    past, actual = (
        _padded(array[places][:, series, lead : lead + targets], targets)
        for array in (trials.forecast, trials.actual)
    )
    starts = [judged.periods.starts[trials.origins.places[place] + lead] for place in places]
    return Baseline(
        judged.series,
        calendar,
        calendar.plan_start,
        statistical,
        pd.DatetimeIndex(starts),
        past,
        actual,
        lead,
    )


def _padded(values: FloatArray, targets: int) -> FloatArray:
    """Values (origin, series, target) with unknown targets after those that are there."""
    missing = targets - values.shape[2]
    return np.pad(values, ((0, 0), (0, 0), (0, missing)), constant_values=np.nan)
