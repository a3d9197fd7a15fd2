"""Judgement: what reps and managers expect, corrected by how right they were.

The latest statement of each scope is multiplied by its past ratio of actual to stated sales, drawn
to that of all scopes and to 1 while it has spoken seldom (Theil 1966, "Applied Economic
Forecasting", ch. 2: correction of bias), and shared among its series by the statistical forecast.
Where scopes overlap, the one with the fewest series speaks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.opinions.baseline import Baseline
from allocopt.forecasting.opinions.opinion import Opinion, TrackRecord
from allocopt.forecasting.opinions.scopes import Members, Places, find_members
from allocopt.forecasting.opinions.statements import Statements, read_statements
from allocopt.notes import Note

SOURCE = "judgement"
# What is assumed before a scope has spoken counts as much as this many of its statements.
PRIOR_STATEMENTS = 6.0
RATIO_LEAST, RATIO_MOST = 0.2, 5.0


def read_judgement(judgement: pd.DataFrame, baseline: Baseline, places: Places) -> Opinion | None:
    """Opinion of the table `judgement`; None where nothing is said of the targets."""
    statements = read_statements(judgement, baseline.calendar, baseline.start)
    members = find_members(statements.scopes, places)
    origins = range(len(baseline.todays))
    totals = _totals(members, np.stack([baseline.means(origin) for origin in origins]))
    said = np.stack([_said(statements, totals[k], baseline, k) for k in origins])
    said[:, members.sizes == 0] = np.nan
    if np.isnan(said[-1]).all():
        return None
    actual = _totals(members, baseline.actual)
    ratios = np.stack(
        [past_ratio(said[:k], np.where(_known(baseline, k), actual[:k], np.nan)) for k in origins]
    )
    used = said * ratios[:, :, None]
    record = TrackRecord(statements.scopes, totals[:-1], said[:-1], used[:-1], actual)
    mean, speaker = narrowest(used[-1], members, baseline.mean)
    kinds = tuple(sorted(statements.scopes["kind"].unique()))
    number = pd.Index(kinds).get_indexer(statements.scopes["kind"])
    kind = np.where(speaker >= 0, number[np.maximum(speaker, 0)], -1)
    return Opinion(SOURCE, mean, kinds, kind, record, _notes(statements, members))


def _said(
    statements: Statements, totals: FloatArray, baseline: Baseline, origin: int
) -> FloatArray:
    """What had been said of the targets of an origin, (scope, target)."""
    is_today = origin == len(baseline.origins)
    amounts = statements.amounts(None if is_today else baseline.todays[origin])
    return statements.at_targets(amounts, baseline.periods(origin), totals)


def _known(baseline: Baseline, origin: int) -> BoolArray:
    """Which outcomes of earlier origins were known at an origin, (earlier, 1, target)."""
    return baseline.known_at(origin)[:origin, None, :]


def _totals(members: Members, values: FloatArray) -> FloatArray:
    """Sums of (origin, series, target) per scope, (origin, scope, target)."""
    shape = (len(values), len(members.sizes), values.shape[2])
    return np.array([members.total(some) for some in values]).reshape(shape)


def past_ratio(said: FloatArray, actual: FloatArray) -> FloatArray:
    """Sum of actual by sum of stated sales per scope, drawn to that of all scopes, and that to 1.

    Both have shape (origin, scope, target), NaN where unknown; the ratio has shape (scope,).
    """
    known = ~np.isnan(said + actual)
    stated = np.where(known, said, 0.0).sum(axis=(0, 2))
    came = np.where(known, actual, 0.0).sum(axis=(0, 2))
    count = known.sum(axis=(0, 2))
    everybody = [np.array([part.sum()]) for part in (stated, came, count)]
    pooled = _drawn(everybody[0], everybody[1], everybody[2], prior=np.ones(1))
    return _drawn(stated, came, count, prior=pooled)


def _drawn(stated: FloatArray, came: FloatArray, count: IntArray, prior: FloatArray) -> FloatArray:
    """Ratio of sums, drawn to a prior that counts as much as `PRIOR_STATEMENTS`."""
    raw = np.where(stated > 0, came / np.where(stated > 0, stated, 1.0), prior)
    trust = count / (count + PRIOR_STATEMENTS)
    return np.clip(prior + trust * (raw - prior), RATIO_LEAST, RATIO_MOST)


def narrowest(
    amounts: FloatArray, members: Members, base: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Amounts (scope, target) shared among series by `base`, and which scope spoke.

    Both have shape (series, target): NaN and −1 where no scope speaks. Of several scopes the one
    with the fewest series speaks, of equal ones the first.
    """
    scope, series = members.pairs
    rank = np.argsort(np.argsort(members.sizes, kind="stable"), kind="stable")
    speaks = ~np.isnan(amounts)[scope]
    nobody = len(members.sizes)
    best = np.full(base.shape, nobody)
    np.minimum.at(best, series, np.where(speaks, rank[scope][:, None], nobody))
    speaker = np.append(np.argsort(rank), -1)[best]
    by_base, even = members.rates(amounts, base)
    chosen, column = np.maximum(speaker, 0), np.arange(base.shape[1])
    shared = np.maximum(base, 0.0) * by_base[chosen, column] + even[chosen, column]
    return np.where(speaker >= 0, shared, np.nan), speaker


def _notes(statements: Statements, members: Members) -> tuple[Note, ...]:
    """What people should know of how the judgements were read."""
    outside = statements.scopes.loc[members.sizes == 0, "scope"]
    if len(outside) == 0:
        return statements.notes
    named, more = outside.head(5), len(outside) > 5
    note = Note(
        f"Judgements of {', '.join(named)}{' …' if more else ''} "
        "are about no place that has a forecast.",
        f"{'、'.join(named)}{'等' if more else ''}的一线判断找不到对应的预测对象。",
    )
    return (*statements.notes, note)
