"""Rounds: rows that are found from plans which break them, until none is broken."""

from __future__ import annotations

from itertools import product
from threading import Event

import numpy as np
import pytest
from support_plan import FULL_MARGIN, planned, problem_of, reps_of

from allocopt.errors import NoPlanInTime
from allocopt.solver import Limits, rounds, solve
from allocopt.solver.highs import Outcome, Run, Watch

SIDE, REPS = 3, ("Ann", "Bob", "Cem")
PLACES = [(row, column) for row in range(SIDE) for column in range(SIDE)]
EDGES = [
    (one, other)
    for one, other in product(PLACES, PLACES)
    if one < other and abs(one[0] - other[0]) + abs(one[1] - other[1]) == 1
]


def name(place):
    return f"u{place[0]}{place[1]}"


def grid(seed):
    """Nine units in a square, each worth something else with each of three reps."""
    worth = np.random.default_rng(seed).integers(0, 30, size=(len(PLACES), len(REPS)))
    tables = {
        "units": "unit,territory,segment,hours,demand\n"
        + "".join(f"{name(place)},East,Key,1,0\n" for place in PLACES),
        "reps": "rep,hours\n" + "".join(f"{rep},99\n" for rep in REPS),
        "pairs": "unit,rep,value\n"
        + "".join(
            f"{name(place)},{rep},{worth[i, j]}\n"
            for i, place in enumerate(PLACES)
            for j, rep in enumerate(REPS)
        ),
        "adjacency": "a,b\n" + "".join(f"{name(a)},{name(b)}\n" for a, b in EDGES),
        "segments": FULL_MARGIN,
    }
    return worth, tables


def hangs_together(places):
    """Whether places of the square are one piece; grown from the first."""
    piece = set(places[:1])
    while (
        more := {b for a, b in [*EDGES, *((b, a) for a, b in EDGES)] if a in piece and b in places}
        - piece
    ):
        piece |= more
    return len(piece) == len(places)


def best_by_hand(worth):
    """The best of all 3⁹ plans whose reps each have one piece, less one for each border between reps."""
    number = {place: i for i, place in enumerate(PLACES)}
    best = -np.inf
    for plan in product(range(len(REPS)), repeat=len(PLACES)):
        value = worth[np.arange(len(PLACES)), plan].sum()
        value -= sum(plan[number[a]] != plan[number[b]] for a, b in EDGES)
        if value > best:
            pieces = (
                [p for p, j in zip(PLACES, plan, strict=True) if j == rep] for rep in range(3)
            )
            if all(hangs_together(piece) for piece in pieces):
                best = value
    return best


@pytest.mark.parametrize("seed", [1, 2])
def test_the_optimum_of_all_connected_plans_is_found_and_proven(tmp_path, seed):
    worth, tables = grid(seed)
    plan = planned(tmp_path, "contiguity: {hard: true, cut_price: 1}\n", **tables)
    assert plan.summary["status"] == "optimal"
    assert plan.summary["objective"] == pytest.approx(best_by_hand(worth))


def test_rounds_give_the_same_plan_again(tmp_path):
    _, tables = grid(3)
    plans = [
        planned(tmp_path / again, "contiguity: {hard: true}\n", **tables)
        for again in ("once", "twice")
    ]
    assert reps_of(plans[0]) == reps_of(plans[1])


def test_no_time_for_a_sound_plan_is_said(tmp_path):
    _, tables = grid(4)
    problem = problem_of(tmp_path, "contiguity: {hard: true}\n", **tables)
    with pytest.raises(NoPlanInTime):
        solve(problem, Limits(time_limit=1e-6, gap=0))


class AtMostTen:
    """A rule without rows of its own: the one column is at most 10."""

    def is_broken_by(self, point):
        return point[0] > 10

    def mended(self, point):
        return None

    def add_rows(self, points):
        return 1

    def compiled(self):
        return self

    def value(self, point):
        return float(point[0])


def test_a_plan_within_the_gap_is_not_told_as_stopped(monkeypatch):
    # The round ends early as its best plan breaks the rule; 9.99 is within 1 % of the bound of 10.01.
    def in_vain(model, limits, watch, start=None):
        watch.found(np.array([9.99]))
        broken = np.array([10.01])
        return Run(Outcome.INTERRUPTED, broken, 10.01, 10.01)

    monkeypatch.setattr(rounds, "run", in_vain)
    rule = AtMostTen()
    best, _ = rounds.run_in_rounds(rule, rule, Limits(10, gap=0.01), Watch(Event()))
    assert best.objective == pytest.approx(9.99)
    assert best.outcome is Outcome.OPTIMAL
