"""Demand of a cell, shared over units of which not everything is known."""

from __future__ import annotations

import pytest
from support_plan import planned

DEMAND = "period,territory,segment,mean\n2026-01,East,Key,600\n"


def shares(folder, units):
    plan = planned(folder, units=units, demand=DEMAND)
    return plan, dict(zip(plan["sales"]["unit"], plan["sales"]["demand"], strict=True))


def test_cell_is_shared_by_potential(tmp_path):
    units = "unit,territory,segment,hours,potential\nu1,East,Key,1,1000\nu2,East,Key,1,2000\n"
    _, demand = shares(tmp_path, units)
    assert demand == pytest.approx({"u1": 200, "u2": 400})


def test_unknown_potential_is_the_mean_of_the_cell_and_is_said(tmp_path):
    # 1000 and 3000 are known, so 2000 is assumed for u3: a third of 600.
    units = (
        "unit,territory,segment,hours,potential\n"
        "u1,East,Key,1,1000\nu2,East,Key,1,3000\nu3,East,Key,1,\n"
    )
    plan, demand = shares(tmp_path, units)
    assert demand == pytest.approx({"u1": 100, "u2": 300, "u3": 200})
    assert any("Potential of u3 is unknown" in text for text in plan.summary["warnings"])


def test_cell_is_shared_evenly_when_no_potential_is_known(tmp_path):
    units = "unit,territory,segment,hours\nu1,East,Key,1\nu2,East,Key,1\n"
    _, demand = shares(tmp_path, units)
    assert demand == pytest.approx({"u1": 300, "u2": 300})
