"""Rounding: multiples, whose sums are those of the exact amounts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from allocopt.results.rounding import largest_remainder, round_matrix


def frame(*rows, columns=("a", "b")):
    return pd.DataFrame(rows, index=[f"r{n}" for n in range(len(rows))], columns=list(columns))


def rounded(exact, step=10.0, lower=0.0, upper=np.inf):
    return round_matrix(exact, step, exact * 0 + lower, exact * 0 + upper)


def test_larger_remainders_go_up():
    assert largest_remainder(np.array([14.0, 17.0, 19.0]), 50.0, 10.0).tolist() == [10, 20, 20]


def test_of_equal_remainders_the_first_goes_up():
    assert largest_remainder(np.array([5.0, 5.0]), 10.0, 10.0).tolist() == [10, 0]


def test_columns_rows_and_total_stay_next_to_the_exact_ones():
    # By cells alone 14, 14, 14 would all become 10 and 12 of the row would be lost: its sum, 42, is 40 or
    # 50; the columns, 28 each, are 20 or 30, the total, 84, is 80. Only one cell of each row can go up or
    # none; two of the three columns reach 30.
    exact = frame([14.0, 14.0, 14.0], [14.0, 14.0, 14.0], columns="abc")
    result = rounded(exact)
    assert result.to_numpy().sum() == 80
    assert set(result.sum(axis=1)) <= {40, 50}
    assert sorted(result.sum()) == [20, 30, 30]


def test_an_amount_keeps_its_bounds():
    # 14 and 16 are 30 together; 14 may not fall below 12, so it rises and 16 falls.
    exact = frame([14.0, 16.0])
    assert rounded(exact, lower=frame([12.0, 0.0])).iloc[0].tolist() == [20, 10]
    assert rounded(exact, upper=frame([np.inf, 18.0])).iloc[0].tolist() == [20, 10]
    assert rounded(exact).iloc[0].tolist() == [10, 20]


def test_an_amount_without_a_multiple_in_its_bounds_stays():
    exact = frame([105.0, 25.0], [0.0, 50.0])
    result = rounded(
        exact, lower=frame([105.0, 0.0], [0.0, 0.0]), upper=frame([105.0, 90], [90, 90])
    )
    assert result.loc["r0", "a"] == 105
    assert result.loc["r0", "b"] in (20, 30)


def test_bounds_may_move_another_amount_by_more_than_one_step():
    # 101 must be 110; 303 are 300 in tens, so that the other, 202, has 190.
    assert rounded(frame([101.0, 202.0]), lower=frame([101.0, 0.0])).iloc[0].tolist() == [110, 190]
    # Where that is out of bounds too, the total gives way.
    lower = frame([101.0, 200.0])
    assert rounded(frame([101.0, 202.0]), lower=lower).iloc[0].tolist() == [110, 200]


def test_multiples_stay_and_nothing_stays_nothing():
    exact = frame([30.0, 0.0], [50.0, 20.0])
    pd.testing.assert_frame_equal(rounded(exact), exact)


@given(
    st.lists(st.lists(st.floats(0, 1000), min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([1.0, 5.0, 100.0]),
)
def test_every_amount_and_every_sum_is_a_multiple_next_to_the_exact_one(rows, step):
    exact = pd.DataFrame(rows, columns=list("abc"))
    result = rounded(exact, step)
    near = step * (1 + 1e-5)
    assert np.allclose(result / step, (result / step).round())
    assert ((result - exact).abs() < near).all(axis=None)
    assert ((result.sum() - exact.sum()).abs() < near).all()
    assert ((result.sum(axis=1) - exact.sum(axis=1)).abs() < near).all()
    assert abs(result.to_numpy().sum() - exact.to_numpy().sum()) <= step / 2 * (1 + 1e-5)
