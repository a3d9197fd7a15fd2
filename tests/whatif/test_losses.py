"""Losses: what it costs when reps leave, on teams whose every loss can be worked out in the head."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import FULL_MARGIN, scenario_of

from allocopt.errors import DataError, NoPlanInTime
from allocopt.whatif import basis_of_scenario
from allocopt.whatif.batch import Effort
from allocopt.whatif.changes import solve_cold
from allocopt.whatif.losses import Question, likeliest_first, lose
from allocopt.whatif.people import reps_in

START = pd.Timestamp("2026-01-01")
# Each has one unit of 10 hours and time for two; a handover loses nothing, a unit left open its sales.
YAML = "workload: {hard: true}\nhandover: {loss: 0}\n"
UNITS = """
unit,territory,segment,hours,demand,rep
u1,East,Key,10,100,Ann
u2,East,Key,10,60,Bob
u3,East,Key,10,30,Cem
u4,West,Key,10,20,Dan
"""
REPS = """
rep,territory,territories,hours,cost,productivity,status,start,end
Ann,East,East,20,5,1,active,2015-01-01,
Bob,East,East,20,5,0.5,active,2020-01-01,
Cem,East,East,20,5,0.9,active,2024-01-01,
Dan,West,West,20,5,1,active,,
"""
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def team(folder, yaml="", **tables):
    scenario = scenario_of(folder, YAML + yaml, **{**TABLES, **tables})
    return basis_of_scenario(scenario, solve_cold)


@pytest.fixture(scope="module")
def whole_team(tmp_path_factory):
    """The team with nobody lost, solved once: no loss changes it."""
    return team(tmp_path_factory.mktemp("team"))


def asked(basis, count, territory="East"):
    return lose(basis, Question(count, territory, START))


def test_one_of_three_likeliest_worst_and_average(whole_team):
    # With all: Ann has u1 and u2 (or u3), Cem the third; 100 + 60 + 0.9 · 30 + 20 = 207, cost 20: 187.
    # Without Ann: Cem u1, u2, Bob u3: 90 + 54 + 15 + 20 = 179, cost 15: 164, which is 23 less.
    # Without Bob nothing is sold less and 5 is saved; without Cem Bob sells u3: 15 for 27, 5 saved: 7.
    assert whole_team.plan.summary["objective"] == pytest.approx(187)
    answer = asked(whole_team, 1)
    table = answer.table().set_index("case")
    assert table["reps"].tolist() == ["Cem", "Ann", "3 groups"]  # Cem came last
    assert table["cost"].tolist() == pytest.approx([7, 23, (23 - 5 + 7) / 3])
    assert table.loc["worst", "contribution"] == pytest.approx(164)
    assert table.loc["worst", "sales"] == pytest.approx(179)
    assert answer.exact
    assert answer.worst.plan.summary["parent"] == whole_team.plan.summary["id"]


def test_what_moves_and_what_nobody_covers_is_counted(whole_team):
    # Two of three gone leave 20 hours for 30: one unit must stay open, and the smallest does.
    answer = asked(whole_team, 2)
    table = answer.table().set_index("case")
    assert table["units_uncovered"].tolist() == pytest.approx([1, 1, 1])
    # Without Ann and Cem: Bob sells half of u1 and u2: 80 + 20, cost 10.
    assert answer.worst.group == ("Ann", "Cem")
    assert table.loc["worst", "contribution"] == pytest.approx(90)
    assert "not every unit can be covered" in " ".join(answer.notes)


def test_who_announced_it_leaves_before_who_has_an_end_before_who_came_last():
    reps = pd.DataFrame(
        {
            "rep": ["old", "new", "unknown", "ends", "leaves"],
            "status": ["active"] * 4 + ["leaving"],
            "start": pd.to_datetime(["2010-01-01", "2025-01-01", None, "2012-01-01", "2011-01-01"]),
            "end": pd.to_datetime([None, None, None, "2026-09-30", None]),
        }
    )
    assert likeliest_first(reps)["rep"].tolist() == ["leaves", "ends", "new", "old", "unknown"]


def test_a_lock_ends_with_its_rep(tmp_path):
    locked = UNITS.replace("rep\n", "rep,lock\n", 1).replace("Ann\n", "Ann,renewal\n")
    locked = "\n".join(row if row.count(",") == 6 else f"{row}," for row in locked.split())
    answer = asked(team(tmp_path, units=locked), 1)
    assert answer.worst.group == ("Ann",)
    assert answer.worst.plan is not None


def test_a_place_has_its_reps_and_those_of_places_in_it(tmp_path):
    scenario = scenario_of(
        tmp_path,
        YAML,
        **{
            **TABLES,
            "territories": "territory,parent\nCountry,\nEast,Country\nWest,Country\n",
            # Bob's home is unknown and he may serve the East only, Dan's is told by his unit.
            "reps": REPS.replace("Bob,East,", "Bob,,").replace("Dan,West,West", "Dan,,"),
        },
    )
    names = {
        place: list(reps_in(scenario, place, START)["rep"]) for place in ("East", "Country", "")
    }
    assert names["East"] == ["Ann", "Bob", "Cem"]
    assert names["Country"] == names[""] == ["Ann", "Bob", "Cem", "Dan"]


@pytest.mark.parametrize(
    ("count", "territory", "words"),
    [(4, "East", "East has 3 reps"), (1, "Eats", "did you mean 'East'?")],
)
def test_a_loss_that_cannot_be_is_refused(whole_team, count, territory, words):
    with pytest.raises(DataError, match=words.replace("?", r"\?")):
        asked(whole_team, count, territory)


@pytest.mark.parametrize("day", ["2025-12-31", "2030-01-01"])
def test_nobody_is_lost_on_a_day_that_is_not_planned(whole_team, day):
    with pytest.raises(DataError, match="no day of the plan"):
        lose(whole_team, Question(1, "", pd.Timestamp(day)))


def test_of_many_groups_the_worst_is_searched_and_the_average_sampled(whole_team, monkeypatch):
    monkeypatch.setattr("allocopt.whatif.losses.MOST_SOLVES", 2)
    monkeypatch.setattr("allocopt.whatif.losses.SAMPLED", 2)
    first, again = asked(whole_team, 1), asked(whole_team, 1)
    assert first.worst.group == ("Ann",)
    assert first.table().equals(again.table())
    assert first.sampled == 2
    assert not first.exact
    assert "drawn at random" in " ".join(first.notes)
    assert "a worse group may exist" in " ".join(first.notes)


def test_a_rep_who_has_not_come_yet_can_be_lost_too(tmp_path):
    late = REPS.replace("2024-01-01", "2026-02-01")
    scenario = scenario_of(tmp_path, YAML, 2, **{**TABLES, "reps": late})
    answer = lose(basis_of_scenario(scenario, solve_cold), Question(1, "East", START))
    assert answer.likeliest.group == ("Cem",)
    assert "Cem" not in answer.likeliest.scenario.table("reps")["rep"].tolist()


def test_a_group_that_was_not_solved_in_time_is_not_called_the_worst(whole_team):
    def solve(scenario, forecast):
        # Without Ann nothing is found in time.
        if "leaving" in scenario.table("reps").set_index("rep")["status"]["Ann"]:
            raise NoPlanInTime("no plan in time")
        return solve_cold(scenario, forecast)

    answer = lose(whole_team, Question(1, "East", START), Effort(solve))
    assert answer.worst.group == ("Cem",)
    assert answer.sampled == 2
    assert "no plan in time" in " ".join(answer.notes)


def test_a_loss_inside_the_plan_moves_units_on_that_day(tmp_path):
    scenario = scenario_of(tmp_path, YAML, 2, **TABLES)
    basis = basis_of_scenario(scenario, solve_cold)
    answer = lose(basis, Question(1, "West", pd.Timestamp("2026-02-01")))
    # Dan's unit of 20 a month goes to the only one who may serve the West: nobody.
    assert answer.worst.group == ("Dan",)
    assert answer.worst.figures["units_uncovered"] == 1
    assert answer.worst.figures["sales"] == pytest.approx(basis.plan["sales"]["sales"].sum() - 20)
