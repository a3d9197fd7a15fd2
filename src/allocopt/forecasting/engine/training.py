"""Training: the members of a forecast, what each of them weighs, and how they did in hold-outs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.engine.holdout import Holdout, Past, hold_out
from allocopt.forecasting.engine.members import FEW_NODES, Base, Members, train_members
from allocopt.forecasting.engine.residuals import Residuals
from allocopt.forecasting.engine.task import Task
from allocopt.forecasting.engine.weight import NOT_TESTED, Weight, choose_weight
from allocopt.forecasting.kernels.known import count_known
from allocopt.forecasting.options import Options
from allocopt.forecasting.stack import Stack

Progress = Callable[[float, str], None]

# Rows that global models learn from; half of them tell how much the models should weigh.
ROWS = 500_000


@dataclass(frozen=True)
class Trained:
    """Members and their weights; they forecast any task of the same season and covariates.

    `periods` is the number of periods that they were trained on.
    """

    members: Members
    smooth: Weight
    intermittent: Weight
    holdouts: tuple[Holdout, ...]
    periods: int

    def blend(self, base: Base, intermittent: BoolArray) -> FloatArray:
        """Blended forecast of nodes, shape as in `base`; `intermittent` (node,) is their class."""
        share = np.where(intermittent, self.intermittent.share, self.smooth.share)[:, None]
        return np.asarray(base.local + share * (base.stack - base.local))

    def base(self, task: Task) -> FloatArray:
        """Blended forecast of every node before they are made to agree, shape (node, horizon)."""
        return self.blend(self.members.forecast(task), task.intermittent)


def train(
    task: Task, residuals: Residuals, pasts: Sequence[Past], options: Options, tell: Progress
) -> Trained:
    """Members trained on the whole history, weighed by hold-outs of members that knew less.

    `pasts` are the dates of the hold-outs, the earliest first.
    """
    holdouts: tuple[Holdout, ...] = ()
    if pasts:
        tell(0.0, "learning from the past up to the first hold-out")
        known = pasts[0].task
        year = residuals.share(task.periods - known.periods)
        holdouts = hold_out(pasts, train_members(known, year, options, ROWS // 2))
    tell(0.5, "learning from the whole past")
    members = train_members(task, residuals.share(), options, ROWS)
    odd, middle = task.intermittent, float(np.median(count_known(task.nodes)))
    return Trained(
        members,
        choose_weight(
            holdouts, ~odd, middle, squared=False, untested=_untested(members.smooth, options)
        ),
        choose_weight(
            holdouts, odd, middle, squared=True, untested=_untested(members.intermittent, options)
        ),
        holdouts,
        task.periods,
    )


def _untested(model: Stack | None, options: Options) -> str:
    """Why a global model has no weight where hold-outs say nothing of it."""
    if options.recipe == "fast":
        return "the recipe fast has no global model"
    if model is None:
        return f"a global model needs {FEW_NODES} series and sums of series"
    return NOT_TESTED
