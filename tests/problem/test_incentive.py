"""Incentive: what attainment pays."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.problem.incentive import Incentive

CURVE = ((0.8, 0.0), (1.0, 1.0), (1.2, 2.0))


def paid(incentive, sales, quota, role="", variable_pay=10.0):
    return incentive.pay(
        np.array(sales, float), np.array(quota, float), role, np.array(variable_pay)
    )


@pytest.mark.parametrize(
    ("attainment", "share"),
    # Half way between 80 % and 100 % pays half; from 120 % on nothing is added.
    [(0.5, 0), (0.8, 0), (0.9, 0.5), (1, 1), (1.1, 1.5), (1.2, 2), (3, 2)],
)
def test_pay_follows_the_curve(attainment, share):
    assert Incentive(CURVE).payout(np.array([attainment]))[0] == pytest.approx(share)


def test_below_the_first_point_nothing_is_paid():
    # Half of the pay comes at once with 50 %.
    jump = Incentive(((0.5, 0.5), (1.0, 1.0)))
    assert jump.payout(np.array([0.49, 0.5, 0.75])).tolist() == pytest.approx([0, 0.5, 0.75])


def test_pay_ends_at_the_cap():
    assert Incentive(CURVE, cap=1.5).payout(np.array([1.05, 1.2])).tolist() == pytest.approx(
        [1.25, 1.5]
    )


def test_a_curve_says_what_a_met_quota_pays():
    assert Incentive(CURVE).at_plan == 1
    assert Incentive(((0.9, 0.0), (1.1, 1.0))).at_plan == pytest.approx(0.5)


def test_attainment_of_no_quota_pays_nothing():
    assert paid(Incentive(CURVE), [50], [0]).tolist() == [0]


def test_commission_is_paid_by_tier_on_the_sales_inside_it():
    # Quota 100: 2 % of the first 100, 5 % of what is beyond. 150 sold: 2 + 2.5.
    incentive = Incentive(CURVE, commission={"Hunter": ((0.0, 0.02), (1.0, 0.05))})
    assert paid(incentive, [80, 100, 150], [100, 100, 100], "Hunter").tolist() == pytest.approx(
        [1.6, 2, 4.5]
    )
    # Another role is paid by the curve: 80 % pays nothing.
    assert paid(incentive, [80], [100], "Farmer").tolist() == [0]


def test_commission_of_all_roles_holds_for_a_role_without_its_own():
    incentive = Incentive(CURVE, commission={"": ((0.0, 0.1),), "Hunter": ((0.5, 0.2),)})
    assert paid(incentive, [100], [100], "Farmer").tolist() == pytest.approx([10])
    # Nothing for the first half of the quota, then a fifth.
    assert paid(incentive, [100], [100], "Hunter").tolist() == pytest.approx([10])
    assert paid(incentive, [40], [100], "Hunter").tolist() == [0]
