"""Replay: the past is walked with what was known then, and the loop is set beside what it is to beat."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support_replay import AS_PLANNED, MOVED, QUOTAS, history, past

from allocopt.replanning.replay import Replayed, replay
from allocopt.replanning.replay.report import opening_lines, sections


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """Demand leaves u1 for u2 in the first quarter that is played."""
    return replay(past(tmp_path_factory.mktemp("moved"), MOVED, quota_history=QUOTAS))


def amount(done: Replayed, part: str, period: str = "") -> tuple[float, float]:
    """A part of what the loop and the first plan brought."""
    rows = done.worth.set_index(["part", "period"])
    return float(rows["loop"][part, period]), float(rows["unchanged"][part, period])


def test_loop_beats_the_plan_never_changed_when_demand_moves(moved: Replayed) -> None:
    assert moved.walk.span.labels == ("2025Q2", "2025Q3", "2025Q4")
    # In the first quarter nobody can know; from then on Ann has u2, which sells 1,000.
    assert [amount(moved, "sales", label) for label in moved.walk.span.labels] == [
        (0.0, 0.0),
        (pytest.approx(1000.0), 0.0),
        (pytest.approx(1000.0), 0.0),
    ]
    loop, unchanged = amount(moved, "contribution")
    assert (loop, unchanged) == (pytest.approx(2000.0), pytest.approx(0.0, abs=1e-6))


def test_quotas_stand_beside_what_each_plans_reps_sold(moved: Replayed) -> None:
    quotas = moved.quotas.set_index("period")
    # The first plan gives Ann u1, which sells nothing any more.
    assert quotas["unchanged"].tolist() == [pytest.approx(100)] * 3
    assert quotas["actual_unchanged"].tolist() == [0, 0, 0]
    assert quotas["actual"].tolist() == [0, 1000, 1000]
    # The quota of a quarter starts some days before it, and the one before the first is none of these.
    assert quotas["company"].tolist() == [40, 50, 60]
    assert quotas["error_company"].tolist() == [40, 50, 60]
    # Before the first turn there is one plan; each later one is compared with the one it took over from.
    assert quotas["before"].tolist()[:2] == quotas["unchanged"].tolist()[:2]
    assert quotas["before"]["2025Q4"] > 0
    assert quotas["before"]["2025Q4"] != pytest.approx(quotas["after"]["2025Q4"])


def test_errors_are_absolute_and_weighed_by_what_was_sold(moved: Replayed) -> None:
    errors = moved.errors.set_index(["way", "period"])
    after = moved.quotas["error_after"]
    assert errors["error"]["after", ""] == pytest.approx(after.sum())
    assert errors["wape"]["after", ""] == pytest.approx(after.sum() / 2000)
    # Nobody sold anything of what the first plan asked for: there is nothing to weigh its errors by.
    assert pd.isna(errors["wape"]["unchanged", ""])


def test_handovers_are_counted_at_the_turn_that_makes_them(moved: Replayed) -> None:
    # u2 has nobody before, so that only u1 changes hands.
    assert moved.turns["handovers"].tolist() == [0, 1, 0, 0]
    assert moved.turns["after"].tolist() == ["", "2025Q2", "2025Q3", "2025Q4"]


def test_alerts_are_right_when_later_sales_lie_on_their_side(moved: Replayed) -> None:
    rows = moved.warnings
    early = rows[rows["after"] == "2025Q2"].set_index(["alert", "scope"])
    # u1 was planned to sell 100 in each of two quarters, and sold nothing.
    low = early.loc[("plan_share", "territory=East")]
    assert (low["side"], low["actual"], low["right"]) == ("low", 0, "yes")
    assert low["planned"] == pytest.approx(200)
    assert set(rows.loc[rows["after"] == "2025Q4", "right"]) == {""}
    total = moved.precision.set_index("alert").loc[""]
    assert total["judged"] == (rows["right"] != "").sum()


def test_handover_loss_is_counted_once_by_the_demand_that_came(tmp_path: Path) -> None:
    later = {"u1": [0.0, 5.0, 5.0], "u2": MOVED["u2"]}
    dear = {"segments": "segment,margin,handover_loss\nKey,1,0.5\n"}
    done = replay(past(tmp_path, later, **dear))
    # After one quarter alone the forecast is not yet sure enough of u2 to pay for the change.
    assert done.turns["handovers"].tolist() == [0, 0, 1, 0]
    # u1 changes hands before the third quarter: half of the 5 that it sells from then on.
    assert amount(done, "handover_loss") == (pytest.approx(-2.5), 0.0)
    # The loop sells 0 + 5 + 1,000, the first plan 0 + 5 + 5.
    assert amount(done, "contribution") == (pytest.approx(1002.5), pytest.approx(10.0))


def test_a_position_that_a_turn_fills_is_paid_and_sells(tmp_path: Path) -> None:
    later = {"u1": [0.0, 60.0, 60.0], "u2": MOVED["u2"]}
    # At first u2 would bring 10 a quarter and somebody for it cost 50.
    reps = "rep,hours,cost,status\nAnn,10,0,active\nNew,10,50,open\n"
    done = replay(past(tmp_path, later, "headcount: {max: 1, hire_cost: 7}\n", reps=reps))
    assert amount(done, "sales") == (pytest.approx(2120.0), pytest.approx(120.0))
    # Two quarters of somebody hired at the first turn.
    assert amount(done, "people") == (pytest.approx(-100.0), 0.0)
    assert amount(done, "hire_cost") == (pytest.approx(-7.0), 0.0)
    assert done.outcome.misplaced(done.outcome.loop) == 0


def test_nothing_changes_when_sales_are_as_planned(tmp_path: Path) -> None:
    enough = "rep,hours,cost\nAnn,20,0\n"
    done = replay(past(tmp_path, AS_PLANNED, reps=enough))
    assert done.turns["handovers"].tolist() == [0, 0, 0, 0]
    assert done.worth["difference"].abs().max() == pytest.approx(0.0, abs=1e-6)
    assert amount(done, "sales")[0] == pytest.approx(330.0)
    assert done.errors.set_index(["way", "period"])["error"]["after", ""] == pytest.approx(
        0.0, abs=1e-6
    )
    # The company had no quotas.
    assert "company" not in set(done.errors["way"])


def test_nothing_after_the_cutoff_is_seen(moved: Replayed, tmp_path: Path) -> None:
    other = {"u1": [0.0, 0.0, 900.0], "u2": [1000.0, 1000.0, 0.0]}
    done = replay(past(tmp_path, other, quota_history=QUOTAS.replace(",60", ",600")))
    # The first plan and the turns after the first two quarters know nothing of the third.
    for ours, theirs in zip(moved.walk.standings[:3], done.walk.standings[:3], strict=True):
        for name in ("assignments", "quotas", "forecast", "sales"):
            pd.testing.assert_frame_equal(ours.plan.whole(name), theirs.plan.whole(name))
    assert done.quotas["actual"].tolist() == [0, 1000, 0]


def test_files_play_the_scenarios_own_plan(moved: Replayed, tmp_path: Path) -> None:
    lines = history(MOVED).splitlines()
    came = [line for line in lines[1:] if line >= "2025-04"]
    before = [line for line in lines[1:] if line < "2025-04"]
    file = tmp_path / "came.csv"
    file.write_text("\n".join([lines[0], *came]), encoding="utf-8")
    scenario = past(
        tmp_path / "own",
        MOVED,
        history="\n".join([lines[0], *before]),
        quota_history=QUOTAS,
    )
    done = replay(scenario, [file])
    pd.testing.assert_frame_equal(done.quotas, moved.quotas)
    pd.testing.assert_frame_equal(done.worth, moved.worth)


def test_turns_come_after_so_many_periods_as_asked(tmp_path: Path) -> None:
    done = replay(past(tmp_path, MOVED), every=2)
    assert done.turns["after"].tolist() == ["", "2025Q3", "2025Q4"]
    # Ann has u1 until the first turn.
    assert done.quotas["actual"].tolist() == [0, 0, 1000]
    assert amount(done, "sales") == (pytest.approx(1000.0), 0.0)


# tests/cli/test_replay.py plays the same quarters.
@pytest.mark.slow
def test_a_horizon_may_reach_beyond_what_came(tmp_path: Path) -> None:
    done = replay(past(tmp_path, MOVED), first="2025Q3")
    assert done.walk.span.labels == ("2025Q3", "2025Q4")
    assert done.walk.first.plan["quotas"]["period"].nunique() == 3
    assert set(done.quotas["period"]) == {"2025Q3", "2025Q4"}
    assert amount(done, "sales")[0] >= amount(done, "sales")[1]


@pytest.mark.parametrize(("language", "word"), [("en", "handovers"), ("zh-CN", "交接数")])
def test_people_read_a_table_for_each_question(moved: Replayed, language: str, word: str) -> None:
    told = list(sections(moved, language))
    assert [len(section.rows) > 0 for section in told] == [True] * 5
    assert all(len(row) == len(part.header) for part in told for row in part.rows)
    assert any(word in section.header for section in told)
    assert "2025Q2" in opening_lines(moved, language)[0]
