"""Hold-outs see nothing that came later."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting.engine.made import noisy, task

from allocopt.forecasting.engine import holdout as module
from allocopt.forecasting.engine.holdout import hold_out, judged_rows, pasts_of
from allocopt.forecasting.engine.members import Members
from allocopt.forecasting.evaluation import Origins

LOCAL = Members(None, None, 0.0)


def test_what_came_later_changes_no_held_out_forecast() -> None:
    values, origins = noisy(), Origins((28, 32), 4)
    changed = values.copy()
    changed[:, 28:] *= 5
    first, second = (hold_out(pasts_of(task(own), origins), LOCAL) for own in (values, changed))
    np.testing.assert_array_equal(first[0].base.local, second[0].base.local)
    np.testing.assert_array_equal(first[0].scale, second[0].scale)
    assert not np.allclose(first[1].base.local, second[1].base.local)


def test_a_hold_out_has_what_came_in_the_periods_after_its_origin() -> None:
    own = task(noisy())
    (only,) = hold_out(pasts_of(own, Origins((30,), 5)), LOCAL)
    np.testing.assert_array_equal(only.actual, own.nodes[:, 30:35])
    assert only.base.local.shape == (len(own.nodes), 5)


def test_nodes_that_had_not_opened_are_not_held_out() -> None:
    values = noisy()
    values[2, :33] = np.nan
    own = task(values)
    early, late = hold_out(pasts_of(own, Origins((30, 36), 4)), LOCAL)
    unopened = own.structure.aggregates + 2
    assert unopened not in early.rows
    assert unopened in late.rows


def test_a_large_panel_is_judged_on_nodes_of_every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE_ABOVE", 50)
    monkeypatch.setattr(module, "SAMPLE", 11)
    sizes = np.arange(101.0)[:, None]
    chosen = judged_rows(sizes, np.arange(101))
    assert chosen.tolist() == list(range(0, 101, 10))
    # Another order of the nodes: the same ones are chosen.
    order = np.random.default_rng(2).permutation(101)
    again = judged_rows(sizes[order], np.arange(101))
    assert sorted(order[again].tolist()) == chosen.tolist()
