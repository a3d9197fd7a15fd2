"""Parts: the effects of items in whole cents, and the same divided over the reps who are credited."""

from __future__ import annotations

import numpy as np

from allocopt.replanning.course import Course
from allocopt.replanning.variance.cents import CENTS, divided, shared_out, to_totals, whole_cents
from allocopt.replanning.variance.credit import Holders, holders
from allocopt.replanning.variance.effects import Effects
from allocopt.replanning.variance.items import Ints, Items
from allocopt.replanning.variance.scopes import CAUSES, Parts

CREDIT, REST = CAUSES.index("credit"), CAUSES.index("rest")
# What is below this is rounding of floating numbers. [cents]
NOTHING = 1e-6
# Causes that came from hours of single reps, and the hours that tell whose.
BY_HOURS = {"vacancy": "vacant", "ramp": "ramping"}


def of_items(items: Items, effects: Effects) -> Parts:
    """Effects of items in cents; the causes of an item and period add up to actual − plan."""
    exact = np.stack([effects.amounts.get(name, np.zeros(items.shape)) for name in CAUSES], axis=2)
    known = ~np.isnan(exact)
    plan, actual = whole_cents(items.plan), whole_cents(items.actual)
    cents = np.nan_to_num(exact) * CENTS
    cents[np.abs(cents) < NOTHING] = 0.0
    # What is nothing stays nothing; where all causes are, the rest takes a cent of rounding.
    moved = cents != 0
    moved[:, :, REST] |= ~moved.any(axis=2)
    flat = moved.ravel()
    group = np.repeat(np.arange(plan.size), len(CAUSES))[flat]
    causes = np.zeros(exact.size, dtype=np.int64)
    causes[flat] = shared_out(cents.ravel()[flat], group, (actual - plan).ravel())
    return Parts(items.names, plan, actual, causes.reshape(exact.shape), known)


def of_reps(course: Course, items: Items, effects: Effects, parts: Parts) -> Parts:
    """The parts of items divided over those who held them; sales credited to others are `credit`."""
    held = holders(course, items)
    plan = divided(parts.plan, held.item, held.share)
    causes = np.zeros((*plan.shape, len(CAUSES)), dtype=np.int64)
    for k, name in enumerate(CAUSES):
        weight = held.share
        if name in BY_HOURS:
            weight = held.weights(effects.coverage.time, BY_HOURS[name], items.shape)
        causes[:, :, k] = divided(parts.causes[:, :, k], held.item, weight)
    expected = plan + causes.sum(axis=2)
    actual = np.where(held.named[held.item], _sold_by(items, held, parts.actual), expected)
    causes[:, :, CREDIT] = actual - expected
    known = parts.known[held.item].copy()
    known[:, :, CREDIT] = held.told[held.item]
    names = items.names.iloc[held.item].reset_index(drop=True).assign(rep=held.rep)
    return Parts(names, plan, actual, causes, known)


def _sold_by(items: Items, held: Holders, totals: Ints) -> Ints:
    """Actual sales by pair in cents; what names no rep goes to those who hold the item."""
    named = np.zeros(items.shape)
    np.add.at(named, held.item, held.sold)
    exact = (held.sold + held.share * (items.actual - named)[held.item]) * CENTS
    return to_totals(exact, held.item, totals)
