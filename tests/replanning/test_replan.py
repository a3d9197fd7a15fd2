"""A replan from files to the next plan: what has happened stays, and the rest changes as far as it pays."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest
from support_plan import HEAD
from support_scenario import write_scenario

from allocopt.audit import audit
from allocopt.errors import DataError
from allocopt.plan import load_plan, load_plan_scenario, save_plan
from allocopt.planning import plan_scenario, problem_of
from allocopt.replanning.reading import matching
from allocopt.replanning.turn import Asked, Replanned, replan
from allocopt.scenario import load_scenario
from allocopt.whatif.changes import basis_of_plan

# Four quarters; each rep has time for three units. West is worth more from the second quarter on.
YAML = HEAD.format(months=4) + "workload: {hard: true}\nhandover: {loss: 0.01}\n"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
UNITS = """
    unit,territory,segment,hours,rep
    e1,East,Key,10,Ann
    e2,East,Key,10,Ann
    w1,West,Key,10,Bob
    w2,West,Key,10,Bob
"""
REPS = """
    rep,hours,productivity
    Ann,20,1
    Bob,20,1
"""


def demand_rows(**by_unit: tuple[float, ...]) -> str:
    """The table demand: four months of each unit."""
    rows = [
        f"{month},{unit},{amount}"
        for unit, amounts in by_unit.items()
        for month, amount in zip(MONTHS, amounts, strict=True)
    ]
    return "\n".join(["period,unit,mean", *rows])


STEADY = demand_rows(e1=(100,) * 4, e2=(80,) * 4, w1=(60,) * 4, w2=(40,) * 4)


def planned(folder: Path, yaml: str = YAML, **tables: str) -> Path:
    """A saved plan."""
    given = {"units": UNITS, "reps": REPS, "segments": "segment,margin\nKey,1\n", "demand": STEADY}
    scenario = load_scenario(write_scenario(folder / "scenario", yaml, **{**given, **tables}))
    return save_plan(plan_scenario(scenario), scenario, folder / "plan")


def came(folder: Path, name: str, text: str) -> Path:
    """A file of what came."""
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def as_planned(plan: Path, *months: str) -> str:
    """Actuals that are the plan's own sales."""
    sales = pd.read_csv(plan / "sales.csv")
    rows = sales[sales["period"].isin(months)]
    lines = [
        f"{p}-15,{u},{s}"
        for u, p, s in zip(rows["unit"], rows["period"], rows["sales"], strict=True)
    ]
    return "\n".join(["date,unit,sales", *lines])


def saved(done: Replanned, folder: Path) -> Path:
    return save_plan(done.plan, done.scenario, folder)


def own_rows(plan: Path, table: str, months: tuple[str, ...]) -> pd.DataFrame:
    """Rows of a table in some months, as the file has them."""
    rows = pd.read_csv(plan / f"{table}.csv", dtype=str, keep_default_na=False)
    kept = rows[rows["period"].isin(months)]
    return kept.drop(columns=["actual", "attain_probability"], errors="ignore").reset_index(
        drop=True
    )


def test_actuals_equal_to_the_plan_change_nothing(tmp_path):
    plan = planned(tmp_path)
    done = replan(plan, [came(tmp_path, "january", as_planned(plan, "2026-01"))])
    again = saved(done, tmp_path / "again")
    assert done.plan["moves"].empty
    # Of every month: who covers what, for how long, what is sold, and the quotas.
    for table in ("time", "sales"):
        pd.testing.assert_frame_equal(
            own_rows(plan, table, MONTHS).sort_values(["unit", "period"], ignore_index=True),
            own_rows(again, table, MONTHS).sort_values(["unit", "period"], ignore_index=True),
        )
    before, after = (load_plan(folder).whole("quotas") for folder in (plan, again))
    keys = ["level", "rep", "period"]
    both = before.merge(after, on=keys, suffixes=("", "_after"))
    assert len(both) == len(before) == len(after)
    assert both["quota_after"].tolist() == pytest.approx(both["quota"].tolist())
    company = done.plan["variance"].query("scope == 'company'")
    assert company["amount"].fillna(0.0).abs().max() == 0.0


def test_frozen_months_stay_as_they_were_planned_with_what_came_beside(tmp_path):
    plan = planned(tmp_path)
    january = came(tmp_path, "january", "date,unit,sales\n2026-01-31,e1,70\n2026-01-31,w1,90\n")
    first = saved(replan(plan, [january]), tmp_path / "first")
    february = came(tmp_path, "february", "date,unit,sales\n2026-02-28,e1,75\n")
    second = saved(replan(first, [february]), tmp_path / "second")
    for table in ("sales", "quotas", "time"):
        for later, months in ((first, MONTHS[:1]), (second, MONTHS[:2])):
            frozen = own_rows(later, table, months)
            source = pd.concat(
                [own_rows(plan, table, MONTHS[:1]), own_rows(first, table, months[1:])],
                ignore_index=True,
            )
            pd.testing.assert_frame_equal(frozen, source, check_like=True)
    sales = load_plan(second).whole("sales")
    told = sales[sales["actual"].notna()].set_index(["unit", "period"])["actual"].to_dict()
    assert told == {("e1", "2026-01"): 70, ("w1", "2026-01"): 90, ("e1", "2026-02"): 75}
    assert load_plan(second).frozen_periods == MONTHS[:2]
    assert load_plan(second).summary["parent"] == load_plan(first).summary["id"]


# Whom a unit pays best: each unit has a value with each rep, on top of its sales.
PAIRS = """
    unit,rep,value
    e1,Ann,0
    e2,Ann,0
    w1,Bob,0
    w2,Bob,0
    e1,Bob,0
    e2,Bob,0
    w1,Ann,0
    w2,Ann,0
"""
# From February on every unit is better off with the other rep.
BETTER = tuple(
    f"tables.pairs.{unit};{rep}.value=100"
    for unit, rep in (("e1", "Bob"), ("e2", "Bob"), ("w1", "Ann"), ("w2", "Ann"))
)


def settings(*texts: str) -> tuple[str, ...]:
    return tuple(text.replace("pairs.", 'pairs."').replace(".value", '".value') for text in texts)


@pytest.mark.parametrize(("most", "moved"), [(0, 0), (2, 2), (4, 4)])
def test_no_more_changes_hands_than_a_replan_may_change(tmp_path, most, moved):
    plan = planned(tmp_path, pairs=PAIRS)
    january = came(tmp_path, "january", as_planned(plan, "2026-01"))
    asked = Asked(rules=[f"replan.max_units={most}"], settings=settings(*BETTER))
    done = replan(plan, [january], asked)
    assert len(done.plan["moves"]) == moved
    starts = pd.to_datetime(done.plan["moves"]["start"])
    assert (starts == pd.Timestamp("2026-02-01")).all()


def test_the_curve_says_what_fewer_changes_would_bring(tmp_path):
    plan = planned(tmp_path, pairs=PAIRS)
    january = came(tmp_path, "january", as_planned(plan, "2026-01"))
    done = replan(plan, [january], Asked(settings=settings(*BETTER)))
    curve = done.plan["change_curve"]
    # Swaps of two units: with one change nothing can move, as both reps' time is full.
    assert curve["changes"].tolist() == [0, 1, 2, 4]
    assert curve["used"].tolist() == [0, 0, 2, 4]
    assert curve["share"].tolist() == pytest.approx([0, 0, 0.5, 1], abs=0.05)
    assert done.plan["moves"]["worth"].notna().all()


def test_a_new_plan_keeps_every_rule_and_answers_what_ifs(tmp_path):
    plan = planned(tmp_path)
    january = came(tmp_path, "january", "date,unit,sales\n2026-01-31,e1,70\n")
    folder = saved(replan(plan, [january]), tmp_path / "next")
    basis = basis_of_plan(folder)
    assert basis.plan is not None
    assert not audit(problem_of(basis.scenario, basis.forecast), basis.plan)
    assert basis.scenario.calendar.labels == MONTHS[1:]


def test_the_same_file_again_closes_nothing_and_says_so(tmp_path):
    plan = planned(tmp_path)
    january = came(tmp_path, "january", as_planned(plan, "2026-01"))
    folder = saved(replan(plan, [january]), tmp_path / "next")
    done = replan(folder, [january])
    assert not done.is_news
    assert "entered before" in done.arrived.notices[0].message
    # The same rows in a file of another name and order are known as well.
    lines = january.read_text(encoding="utf-8").splitlines()
    other = came(tmp_path, "other", "\n".join([lines[0], *reversed(lines[1:])]))
    done = replan(folder, [other])
    assert not done.is_news
    assert "4 rows were known already" in done.arrived.notices[0].message


def test_late_and_corrected_rows_count_in_the_month_that_they_are_of(tmp_path):
    plan = planned(tmp_path)
    january = came(tmp_path, "january", "date,unit,sales\n2026-01-31,e1,70\n")
    first = saved(replan(plan, [january]), tmp_path / "first")
    later = came(
        tmp_path, "later", "date,unit,sales\n2026-01-31,e1,65\n2026-01-30,w1,50\n2026-02-28,e1,75\n"
    )
    done = replan(first, [later])
    assert done.plan["restated"][["was", "now"]].to_numpy().tolist() == [[70, 65]]
    company = done.plan["performance"].query("scope == 'company' and grain == 'month'")
    assert company.set_index("period")["actual"].to_dict() == {"2026-01": 115, "2026-02": 75}


def test_an_old_file_does_not_take_back_what_was_corrected(tmp_path):
    plan = planned(tmp_path)
    january = came(tmp_path, "january", "date,unit,sales\n2026-01-31,e1,70\n")
    correction = came(
        tmp_path, "a-correction", "date,unit,sales\n2026-01-31,e1,65\n2026-02-28,e1,9\n"
    )
    # Whatever the order of the names, the later word is the last one …
    both = replan(plan, [correction, january])
    assert both.course.sold["sales"].tolist() == [65, 9]
    # … and all files of a folder may be named again each time.
    again = replan(saved(both, tmp_path / "next"), [january, correction])
    assert again.course.sold["sales"].tolist() == [65, 9]
    assert not again.is_news


def test_sales_that_two_files_tell_at_two_grains_are_questioned(tmp_path):
    plan = planned(tmp_path)
    by_unit = came(tmp_path, "by-unit", "date,unit,sales\n2026-01-31,e1,70\n")
    whole = came(tmp_path, "whole", "date,territory,segment,sales\n2026-01-31,East,Key,170\n")
    notices = replan(plan, [by_unit, whole], Asked(solve=False)).arrived.notices
    assert [notice.code for notice in notices] == ["actuals-twice"]
    assert "by-unit.csv, whole.csv" in notices[0].sentence()
    rows = "date,unit,territory,segment,sales\n2026-01-31,e1,,,70\n2026-01-31,,East,Key,5\n"
    together = came(tmp_path, "both", rows)
    # One file may well have both: sales of units and those that name none.
    assert not replan(plan, [together], Asked(solve=False)).arrived.notices


def test_places_that_have_not_reported_are_told(tmp_path):
    plan = planned(tmp_path)
    january = came(tmp_path, "january", "date,unit,sales\n2026-01-31,e1,70\n")
    table = replan(plan, [january]).plan["reported"].set_index("territory")
    assert table.loc["West", "rows"] == 0
    assert table.loc["West", "plan"] == pytest.approx(100)
    assert table.loc["East", "rows"] == 1


def test_after_the_last_month_the_plan_stays_and_is_reviewed(tmp_path):
    plan = planned(tmp_path)
    everything = came(tmp_path, "all", as_planned(plan, *MONTHS))
    done = replan(plan, [everything])
    assert done.resolved is None
    folder = saved(done, tmp_path / "end")
    assert (folder / "performance.csv").is_file()
    assert load_plan(folder)["assignments"].equals(load_plan(plan)["assignments"])
    assert len(load_plan_scenario(folder).table("actuals")) == 16


def test_a_review_solves_nothing_unless_an_alert_calls_for_it(tmp_path):
    short = "date,unit,sales\n2026-01-31,e1,1\n2026-01-31,w1,1\n"
    quiet = planned(tmp_path / "quiet")
    done = replan(quiet, [came(tmp_path, "january", short)], Asked(solve=False))
    assert done.resolved is None
    assert len(done.plan["alerts"])
    again = saved(done, tmp_path / "reviewed")
    # What came is kept: the next replan goes on from it.
    february = came(tmp_path, "february", "date,unit,sales\n2026-02-28,e1,1\n")
    assert replan(again, [february]).course.newly_closed == MONTHS[:2]
    auto = planned(tmp_path / "auto", YAML + "alerts: {replan: auto}\n")
    assert replan(auto, [tmp_path / "january.csv"], Asked(solve=False)).resolved is not None


def test_every_problem_of_every_file_is_told(tmp_path):
    plan = planned(tmp_path)
    files = [
        came(tmp_path, "one", "date,unit,sales\n2026-01-31,nowhere,70\n"),
        came(tmp_path, "two", "date,unit,sales\n2025-01-31,e1,70\n2026-02-30,e1,x\n"),
    ]
    with pytest.raises(DataError) as raised:
        replan(plan, files)
    told = "\n".join(finding.sentence() for finding in raised.value.findings)
    for text in ("nowhere", "2026-02-30", "one.csv", "two.csv"):
        assert text in told


def test_a_running_month_is_kept_and_not_closed(tmp_path):
    history = "\n".join(
        [
            "date,unit,sales",
            *(f"{day:%Y-%m-%d},e1,3" for day in pd.date_range("2025-01-01", "2025-12-31")),
        ]
    )
    plan = planned(tmp_path, history=history)
    rows = ["date,unit,sales", "2026-01-31,e1,70", "2026-02-10,e1,20"]
    done = replan(plan, [came(tmp_path, "so-far", "\n".join(rows))])
    assert (done.course.closed, done.running) == (MONTHS[:1], "2026-02")
    assert len(done.scenario.table("actuals")) == 2


def test_patterns_mean_files_in_order_and_a_pattern_of_none_is_told(tmp_path):
    for name in ("b", "a"):
        came(tmp_path, name, "x")
    assert [path.stem for path in matching([f"{tmp_path}/*.csv"])] == ["a", "b"]
    with pytest.raises(DataError, match=r"nothing-\*\.csv"):
        matching([f"{tmp_path}/nothing-*.csv"])


def test_a_replan_leaves_the_plan_it_starts_from_as_it_was(tmp_path):
    plan = planned(tmp_path)

    def digest() -> str:
        files = sorted(path for path in plan.rglob("*") if path.is_file())
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

    before = digest()
    saved(replan(plan, [came(tmp_path, "january", as_planned(plan, "2026-01"))]), tmp_path / "n")
    assert digest() == before
