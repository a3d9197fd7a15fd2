"""The three fairness tests of quotas."""

from __future__ import annotations

import pandas as pd
import pytest

from allocopt.results.quota_fairness import fairness_table

REPS = [f"r{n}" for n in range(6)]
BEFORE = pd.Series([100.0] * 6, REPS)


def verdicts(quota, attainment, before=BEFORE):
    table = fairness_table(pd.Series(quota, REPS, dtype=float), before, pd.Series(attainment, REPS))
    return table.set_index("test")


def test_small_quotas_that_are_harder_are_found():
    # Attainment rises by 5 points with each 10 of quota: all 15 pairs agree, by chance 2 of 720 orders.
    table = verdicts([100, 110, 120, 130, 140, 150], [0.8, 0.85, 0.9, 0.95, 1.0, 1.05])
    assert table.loc["size", ["slope", "correlation"]].tolist() == pytest.approx([0.005, 1])
    assert table.loc["size", "p_value"] == pytest.approx(2 / 720)
    # Without an equal past, growth rises with the quota as well.
    assert table["fair"].tolist() == ["no", "no", "no"]


def test_size_and_growth_are_told_apart():
    # The larger the quota was, the smaller its growth in per cent; growth in money is the same for all.
    before = pd.Series([100.0, 200, 300, 400, 500, 600], REPS)
    table = verdicts(before + 30, [1.0, 0.98, 0.96, 0.94, 0.92, 0.9], before)
    assert table["correlation"].tolist() == pytest.approx([-1, 0, 1])
    assert table["fair"].tolist() == ["no", "yes", "no"]


def test_equal_attainment_is_fair():
    table = verdicts([100, 110, 120, 130, 140, 150], [0.9] * 6)
    assert table["fair"].tolist() == ["yes"] * 3
    assert table["p_value"].tolist() == [1, 1, 1]


def test_too_few_reps_say_nothing():
    attainment = [0.8, 0.9, 1.0, None, None, None]
    assert set(verdicts([1, 2, 3, 4, 5, 6], attainment)["fair"]) == {"unknown"}
