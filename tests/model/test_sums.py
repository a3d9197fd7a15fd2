"""Weighted sums say what Pyomo's own sums say."""

from __future__ import annotations

import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn

from allocopt.model.sums import weighted, worth


@pytest.fixture
def m():
    m = pyo.ConcreteModel()
    m.x = pyo.Var([0, 1, 2], initialize={0: 2.0, 1: 3.0, 2: 5.0})
    return m


def test_a_weighted_sum_has_a_term_for_each_weight_but_nought(m):
    terms = generate_standard_repn(weighted([(4.0, m.x[0]), (0.0, m.x[1]), (-1.0, m.x[2])]))
    names = [variable.name for variable in terms.linear_vars]
    assert dict(zip(names, terms.linear_coefs, strict=True)) == {"x[0]": 4.0, "x[2]": -1.0}


def test_a_sum_of_nothing_is_nought(m):
    assert weighted([(0.0, m.x[0])]) == 0
    assert weighted([]) == 0


def test_worth_is_the_value_of_every_kind_of_expression(m):
    m.part = pyo.Expression(expr=weighted([(4.0, m.x[0]), (1.5, m.x[1])]))
    m.none = pyo.Expression(expr=0)
    made = [
        7.0,
        m.x[1],
        m.part,
        m.none,
        -m.part,
        1 - m.x[0],
        2.5 * (m.part - m.x[2]) + m.none + 1,
        -3.0 * m.part / 4,
    ]
    assert [worth(one) for one in made] == [pyo.value(one) for one in made]
    assert worth(m.part) == 4.0 * 2.0 + 1.5 * 3.0
