"""Training: members learn from all there is, weights from hold-outs that knew less."""

from __future__ import annotations

import numpy as np
from forecasting.engine.made import noisy, task

from allocopt.forecasting.engine import (
    Task,
    Trained,
    Weight,
    measure_residuals,
    pasts_of,
    train,
)
from allocopt.forecasting.engine.members import Base, Members
from allocopt.forecasting.evaluation import Origins
from allocopt.forecasting.options import Options

ORIGINS = Origins((28, 32), 3)


def trained(own: Task, recipe: str = "fast", origins: Origins = ORIGINS) -> Trained:
    options = Options(recipe)  # type: ignore[arg-type]
    return train(
        own, measure_residuals(own), pasts_of(own, origins), options, lambda done, message: None
    )


def test_a_blend_is_the_weighted_mean_by_class() -> None:
    own = Trained(Members(None, None), Weight(0.25, ""), Weight(1.0, ""), (), 40)
    base = Base(np.zeros((2, 3)), np.full((2, 3), 8.0), {})
    blended = own.blend(base, np.array([False, True]))
    np.testing.assert_array_equal(blended, [[2.0] * 3, [8.0] * 3])


def test_the_fast_recipe_gives_a_global_model_no_weight() -> None:
    made = trained(task(noisy(12)))
    assert (made.smooth.share, made.intermittent.share) == (0.0, 0.0)
    assert made.smooth.why == made.intermittent.why == "the recipe fast has no global model"
    assert len(made.holdouts) == 2
    assert made.periods == 40


def test_too_few_nodes_for_a_global_model_are_no_lack_of_a_test() -> None:
    assert trained(task(noisy(12)), "balanced").smooth.why.startswith("a global model needs 30")


def test_without_an_origin_there_is_no_hold_out_and_still_a_forecast() -> None:
    own = task(noisy())
    made = trained(own, origins=Origins((), 0))
    assert made.holdouts == ()
    assert np.isfinite(made.base(own)).all()


def test_held_out_forecasts_of_the_global_model_do_not_know_what_came_later() -> None:
    values = noisy(30)
    changed = values.copy()
    changed[:, 28:] = changed[::-1, 28:] * 2
    first, second = (trained(task(own), "balanced").holdouts[0] for own in (values, changed))
    np.testing.assert_array_equal(first.base.stack, second.base.stack)
    assert not np.allclose(first.base.stack, first.base.local)
    np.testing.assert_array_equal(first.base.local, second.base.local)


def test_progress_goes_from_the_past_to_the_whole() -> None:
    own, told = task(noisy()), []
    train(
        own,
        measure_residuals(own),
        pasts_of(own, ORIGINS),
        Options("fast"),
        lambda done, _: told.append(done),
    )
    assert told == [0.0, 0.5]
