"""Customers: what the good ones have in common, learnt as a few rules from the attributes of units.

A regression tree (Breiman, Friedman, Olshen and Stone, 1984), three questions deep, pruned by
cross-validation to the simplest tree within one standard error of the best. Rules are told only where
they say more of customers that they were not learnt from than the average of all does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from sklearn.model_selection import RepeatedKFold
from sklearn.tree import DecisionTreeRegressor

from allocopt.forecasting.arrays import FloatArray, IntArray

Relation = Literal["is", "is_not", "at_least", "below", "between"]

LEAST_UNITS = 20
# A rule holds for at least this many units, and for this part of all.
LEAST_HELD, LEAST_SHARE = 5, 0.05
DEPTH, FOLDS, REPEATS, SEED = 3, 5, 4, 20260101
# So many names are told as what a customer is, and not as what it is not.
FEW_NAMES = 2
# Rules are learnt from as many units at most; they are counted on all.
MOST_LEARNT = 4000
# Standard errors by which rules must beat the average, and within which a simpler tree is as good.
# Of tables of pure noise about one in fifty gets rules then.
SURE, AS_GOOD = 1.0, 1.0


@dataclass(frozen=True)
class Condition:
    """What a customer is like in one attribute.

    `values` are names for `is` and `is_not`, one number for `at_least` and `below`, two for `between`
    (from the first up to, without, the second). `or_unknown`: so are those of whom it is not known.
    """

    attribute: str
    relation: Relation
    values: tuple[str, ...] | tuple[float, ...]
    or_unknown: bool = False


@dataclass(frozen=True)
class CustomerGroup:
    """Units that meet all conditions: how many, their share of worth, and worth per effort."""

    conditions: tuple[Condition, ...]
    units: int
    share: float
    value: float


@dataclass(frozen=True)
class CustomerProfile:
    """The groups, best first; none when no attribute tells good customers from others.

    `attributes` are those that were looked at, `average` is worth per effort of all `units`, `explained`
    the share of its variance that the rules explain in units they were not learnt from.
    """

    groups: tuple[CustomerGroup, ...]
    attributes: tuple[str, ...]
    units: int
    average: float
    explained: float = math.nan


@dataclass(frozen=True)
class _Question:
    """A column of the tree: an attribute's number, or whether the attribute is `name`."""

    attribute: str
    name: str | None
    answers: FloatArray


def learn_customers(
    attributes: pd.DataFrame, worth: pd.Series[float], effort: pd.Series[float]
) -> CustomerProfile | None:
    """The profile of good customers; None with fewer than 20 units whose worth and effort are known, and
    where no attribute divides them.

    `attributes` has a row per unit: numbers, and names for what has kinds. A good customer has much
    `worth` [currency] for the `effort` [h] it takes; effort weighs, so that values add up.
    """
    rows = attributes.sort_index()
    worth, effort = worth.reindex(rows.index), effort.reindex(rows.index)
    known = worth.notna() & (effort > 0)
    rows, worth, effort = rows[known], worth[known], effort[known]
    if len(rows) < LEAST_UNITS:
        return None
    questions = tuple(_questions(rows))
    if not questions:
        return None
    asked = tuple(dict.fromkeys(question.attribute for question in questions))
    alike = CustomerProfile((), asked, len(rows), float(worth.sum() / effort.sum()))
    value = np.asarray(worth / effort, dtype=np.float64)
    weight = np.asarray(effort, dtype=np.float64)
    answers = np.column_stack([question.answers for question in questions])
    learnt = _sample(len(rows))
    penalty, explained = _pruning(answers[learnt], value[learnt], weight[learnt])
    if not explained > 0:
        return alike
    tree = _tree(len(learnt), penalty).fit(answers[learnt], value[learnt], weight[learnt])
    groups = _groups(tree, questions, rows, worth, effort)
    return replace(alike, groups=tuple(groups), explained=explained)


def _sample(number: int) -> IntArray:
    """Which units rules are learnt from, in their order."""
    if number <= MOST_LEARNT:
        return np.arange(number)
    return np.sort(np.random.default_rng(SEED).choice(number, MOST_LEARNT, replace=False))


def _questions(rows: pd.DataFrame) -> Iterator[_Question]:
    """What may be asked: numbers that differ, and names that enough units bear; never the same twice."""
    least, asked = _least(len(rows)), set()
    for question in _all_questions(rows, least):
        key = np.nan_to_num(question.answers, nan=-np.inf).tobytes()
        opposite = (1.0 - question.answers).tobytes() if question.name is not None else key
        if key not in asked and opposite not in asked:
            asked.add(key)
            yield question


def _all_questions(rows: pd.DataFrame, least: int) -> Iterator[_Question]:
    for attribute, cells in rows.items():
        if pd.api.types.is_numeric_dtype(cells):
            if cells.nunique() > 1:
                yield _Question(str(attribute), None, cells.to_numpy(float, na_value=math.nan))
            continue
        names = cells.astype(str).where(cells.notna())
        held = names.value_counts()
        for name in sorted(held.index[(held >= least) & (held <= len(rows) - least)]):
            yield _Question(str(attribute), name, np.asarray(names == name, dtype=np.float64))


def _least(number: int) -> int:
    """How many units a rule must hold for."""
    return max(LEAST_HELD, math.ceil(LEAST_SHARE * number))


def _tree(number: int, penalty: float = 0.0) -> DecisionTreeRegressor:
    return DecisionTreeRegressor(
        max_depth=DEPTH, min_samples_leaf=_least(number), ccp_alpha=penalty, random_state=SEED
    )


def _pruning(answers: FloatArray, value: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Penalty of the simplest tree that is as good as the best, and what it explains out of sample.

    Explained is 0 when even the best tree is no better than the average by a standard error.
    """
    path = _tree(len(value)).cost_complexity_pruning_path(answers, value, weight)
    alphas = np.unique(np.maximum(path.ccp_alphas, 0.0))
    # A penalty between two steps of the path stands for the lower one (Breiman et al., 1984, ch. 3.4).
    penalties = np.sqrt(alphas[:-1] * alphas[1:])
    if len(penalties) == 0:
        return 0.0, 0.0
    errors = weight * _errors(answers, value, weight, penalties)
    alone, errors = errors[-1], errors[:-1]
    best = int(np.argmin(errors.sum(axis=1)))
    gain = alone - errors[best]
    if gain.mean() <= SURE * _standard_error(gain):
        return 0.0, 0.0
    worse = errors - errors[best]
    as_good = [row.mean() <= AS_GOOD * _standard_error(row) for row in worse]
    simplest = max(k for k, good in enumerate(as_good) if good)
    return float(penalties[simplest]), float(1.0 - errors[simplest].sum() / alone.sum())


def _errors(
    answers: FloatArray, value: FloatArray, weight: FloatArray, penalties: FloatArray
) -> FloatArray:
    """Mean squared error of each unit where it was held out: a row per penalty, last that of the mean."""
    errors = np.zeros((len(penalties) + 1, len(value)))
    folds = RepeatedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=SEED)
    for seen, held in folds.split(answers):
        fitted = [
            _tree(len(value), penalty).fit(answers[seen], value[seen], weight[seen])
            for penalty in penalties
        ]
        guesses = [tree.predict(answers[held]) for tree in fitted]
        guesses.append(np.full(len(held), np.average(value[seen], weights=weight[seen])))
        errors[:, held] += (np.array(guesses) - value[held]) ** 2 / REPEATS
    return errors


def _standard_error(values: FloatArray) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def _groups(
    tree: DecisionTreeRegressor,
    questions: tuple[_Question, ...],
    rows: pd.DataFrame,
    worth: pd.Series[float],
    effort: pd.Series[float],
) -> list[CustomerGroup]:
    """The leaves of the tree as groups of all units."""
    leaf = tree.apply(np.column_stack([question.answers for question in questions]))
    groups = []
    for node, path in _paths(tree).items():
        held = leaf == node
        groups.append(
            CustomerGroup(
                tuple(_conditions(path, questions, rows, rows[held])),
                int(held.sum()),
                float(worth[held].sum() / worth.sum()),
                float(worth[held].sum() / effort[held].sum()),
            )
        )
    return sorted(groups, key=lambda group: group.value, reverse=True)


# A step of a path: which question, the threshold, whether the answer is above it.
_Path = tuple[tuple[int, float, bool], ...]


def _paths(tree: DecisionTreeRegressor) -> dict[int, _Path]:
    """How each leaf is reached, from the root."""
    shape, paths = tree.tree_, {}
    waiting: list[tuple[int, _Path]] = [(0, ())]
    while waiting:
        node, path = waiting.pop()
        if shape.children_left[node] < 0:
            paths[node] = path
            continue
        step = int(shape.feature[node]), float(shape.threshold[node])
        waiting.append((int(shape.children_left[node]), (*path, (*step, False))))
        waiting.append((int(shape.children_right[node]), (*path, (*step, True))))
    return paths


def _conditions(
    path: _Path, questions: tuple[_Question, ...], rows: pd.DataFrame, held: pd.DataFrame
) -> Iterator[Condition]:
    """The steps of a path as one condition per attribute, in the order of the path."""
    steps: dict[str, list[tuple[_Question, float, bool]]] = {}
    for number, threshold, above in path:
        question = questions[number]
        steps.setdefault(question.attribute, []).append((question, threshold, above))
    for attribute, asked in steps.items():
        if asked[0][0].name is None:
            yield _bounds(attribute, asked, bool(held[attribute].isna().any()))
        else:
            answers = {str(question.name): above for question, _, above in asked}
            yield _named(attribute, answers, rows[attribute], held[attribute])


def _bounds(
    attribute: str, asked: list[tuple[_Question, float, bool]], or_unknown: bool
) -> Condition:
    """Numbers from the largest lower to the smallest upper bound, both as units have them."""
    # The tree compares in single precision.
    ends = [(_next(question.answers, threshold), above) for question, threshold, above in asked]
    lower = max((end for end, above in ends if above), default=None)
    upper = min((end for end, above in ends if not above), default=None)
    if lower is None:
        return Condition(attribute, "below", (float(upper or 0.0),), or_unknown)
    if upper is None:
        return Condition(attribute, "at_least", (lower,), or_unknown)
    return Condition(attribute, "between", (lower, upper), or_unknown)


def _next(answers: FloatArray, threshold: float) -> float:
    """The smallest answer above a threshold."""
    return float(np.min(answers[answers.astype(np.float32) > threshold]))


def _named(
    attribute: str, answers: Mapping[str, bool], cells: pd.Series[str], held: pd.Series[str]
) -> Condition:
    """One name, or the names that are left where these are few, or those that are not meant."""
    chosen = [name for name, is_it in answers.items() if is_it]
    if chosen:
        return Condition(attribute, "is", tuple(chosen))
    left = sorted(set(cells.dropna().astype(str)) - set(answers))
    if len(left) <= max(len(answers), FEW_NAMES) and not held.isna().any():
        return Condition(attribute, "is", tuple(left))
    return Condition(attribute, "is_not", tuple(answers))
