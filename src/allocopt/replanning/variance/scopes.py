"""Scopes: what a variance is told of - the company, nodes, segments, units, reps and products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from allocopt.replanning.variance.items import Flags, Floats, Ints

CAUSES = (
    *("market", "vacancy", "ramp", "coverage", "spend", "price", "mix", "volume", "timing"),
    *("rest", "credit", "unreported"),
)
UNREPORTED = CAUSES.index("unreported")
TO_DATE = ""


@dataclass(frozen=True)
class Parts:
    """Plan, actual and causes of rows that are not divided further, in cents.

    `names` says what each row belongs to. plan, actual: row × period; causes, known: row × period ×
    cause. Causes of a row and period add up to actual − plan.
    """

    names: pd.DataFrame
    plan: Ints
    actual: Ints
    causes: Ints
    known: Flags


@dataclass(frozen=True)
class Scope:
    """Plan, actual and causes of the items of one scope; the last column is all closed periods together.

    plan, actual [cents]: item × column; causes [cents] and `known`, the share of plan and actual of which a
    cause is known: item × column × cause.
    """

    items: tuple[str, ...]
    plan: Ints
    actual: Ints
    causes: Ints
    known: Floats

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Place of each item."""
        return {item: k for k, item in enumerate(self.items)}


def added_up(parts: Parts, groups: Sequence[tuple[str, Ints]]) -> Scope:
    """Parts added up by item; each item comes with the rows that belong to it."""
    names = tuple(name for name, _ in groups)
    count = [len(rows) for _, rows in groups]
    member = np.concatenate([rows for _, rows in groups])
    owner = np.repeat(np.arange(len(groups)), count)
    shape = (len(groups), len(parts.names))
    summing = csr_matrix((np.ones(len(member), dtype=np.int64), (owner, member)), shape)
    return _scope(names, parts, summing)


def _scope(names: tuple[str, ...], parts: Parts, summing: csr_matrix) -> Scope:
    rows = len(parts.names)

    def total(amounts: Ints) -> Ints:
        by_period = (summing @ amounts.reshape(rows, -1)).reshape(len(names), *amounts.shape[1:])
        return np.concatenate([by_period, by_period.sum(axis=1, keepdims=True)], axis=1)

    weight = np.maximum(np.abs(parts.plan) + np.abs(parts.actual), 1)
    # What has not been reported is one cause, and says nothing of the others.
    weight[parts.causes[:, :, UNREPORTED] != 0] = 0
    told, whole = total(parts.known * weight[:, :, None]), total(weight)[:, :, None]
    known = np.divide(told, whole, out=np.ones(told.shape), where=whole > 0)
    return Scope(names, total(parts.plan), total(parts.actual), total(parts.causes), known)
