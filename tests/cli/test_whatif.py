"""The command whatif: what is asked, what is told, and what is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_command import allocopt
from support_plan import FULL_MARGIN, scenario_of
from support_workbook import edited, written

from allocopt.plan import load_plan, load_plan_scenario, save_plan
from allocopt.planning import plan_scenario

# Ann and Bob have a unit each and time for both; Bob sells a little less. The position costs 30.
YAML = """
scenario: {language: en, currency: USD}
workload: {hard: true}
handover: {loss: 0.1}
coverage: {every_unit: false}
"""
TABLES = {
    "units": "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Key,10,40,Bob\n",
    "reps": """
        rep,territory,hours,cost,productivity,status,start
        Ann,East,20,10,1,active,2015-01-01
        Bob,East,20,10,0.95,active,2024-01-01
        New,East,20,30,1,open,
    """,
    "segments": FULL_MARGIN,
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whatif")
    scenario = scenario_of(folder / "s", YAML, **TABLES)
    return save_plan(plan_scenario(scenario), scenario, folder / "plan")


def test_a_change_tells_who_moves_and_what_it_is_worth(plan: Path, tmp_path: Path) -> None:
    # Before, 100 + 38 − 20. Without Bob, Ann has both: 2 more, 4 lost by the handover, 10 saved.
    out = tmp_path / "out"
    done = allocopt("whatif", plan, "--set", "tables.reps.Bob=remove", "--out", out)
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "contribution 118 126 8" in lines
    assert "handover_loss yes 0 -4 -4" in lines
    assert "u2 Bob Ann 40" in lines
    assert f"saved {out}" in lines
    saved, before = load_plan(out), load_plan(plan)
    assert saved.summary["parent"] == before.summary["id"]


def test_json_has_the_difference_and_nothing_else_is_on_stdout(plan: Path) -> None:
    document = allocopt("whatif", plan, "--set", "tables.reps.Bob=remove", "--json").json()
    assert document["moves"] == [{"unit": "u2", "before": "Bob", "after": "Ann", "demand": 40.0}]
    parts = {row["part"]: row["change"] for row in document["parts"]}
    assert parts["people"] == pytest.approx(10)
    assert parts["margin_on_sales"] == pytest.approx(2)
    assert sum(parts.values()) == pytest.approx(8)
    assert document["folder"] is None
    quotas = {row["rep"]: row["change"] for row in document["quotas"]}
    assert quotas == pytest.approx({"Bob": -38, "Ann": 40})


def test_another_scenario_can_be_the_change(plan: Path, tmp_path: Path) -> None:
    child = scenario_of(
        tmp_path / "child", YAML, **{**TABLES, "units": TABLES["units"].replace("40", "60")}
    )
    done = allocopt("whatif", plan, "--scenario", child.folder, "--json").json()
    assert {row["part"]: row["change"] for row in done["parts"]}[
        "margin_on_sales"
    ] == pytest.approx(19)


def test_a_loss_has_its_three_cases_and_two_plans(plan: Path, tmp_path: Path) -> None:
    # Bob came last. Without Ann he sells 0.95 · 140 = 133, less a loss of 10, less his own cost.
    out = tmp_path / "lost"
    done = allocopt("whatif", plan, "--lose", 1, "--in", "East", "--json", "--out", out).json()
    cases = {row["case"]: row for row in done["cases"]}
    assert cases["likeliest"]["reps"] == "Bob"
    assert cases["worst"]["reps"] == "Ann"
    assert cases["worst"]["cost"] == pytest.approx(118 - 113)
    assert cases["average"]["cost"] == pytest.approx((5 - 8) / 2)
    assert done["exact"]
    assert load_plan(out / "worst")["assignments"]["rep"].tolist() == ["Bob", "Bob"]


def test_a_target_is_reached_by_a_bridge(plan: Path) -> None:
    done = allocopt("whatif", plan, "--reach", "sales=140")
    assert done.exit_code == 0
    first = [line.split()[0] for line in done.stdout.splitlines() if line]
    assert first[:8] == [
        "step",
        "forecast",
        "coverage",
        "lift",
        "hires",
        "overtime",
        "reached",
        "not",
    ]


def test_a_target_that_is_too_high_ends_as_infeasible(plan: Path) -> None:
    done = allocopt("whatif", plan, "--reach", "sales=1000", "--json")
    assert done.exit_code == 3
    document = done.json()
    assert not document["reached"]
    assert document["most"] == pytest.approx(140, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Say what changes"),
        (["--lose", 1, "--reach", "sales=1"], 2, "one of --lose and --reach"),
        (["--in", "East"], 2, "give it too"),
        (["--reach", "sale=5"], 2, "none of sales=AMOUNT and contribution=AMOUNT"),
        (["--reach", "sales=much"], 2, "none of sales=AMOUNT and contribution=AMOUNT"),
        (["--lose", 0], 2, "--lose"),
        (["--lose", 3, "--in", "East"], 1, "East has 2 reps"),
        (["--lose", 1, "--in", "Est"], 1, "did you mean 'East'?"),
        (["--set", "tables.reps.Bop=remove"], 1, "did you mean 'Bob'?"),
        (["--set", "handover.los=1"], 1, "did you mean 'loss'?"),
        (["--set", "tables.units.path=x.csv"], 1, "says where data is read from"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else None,
)
def test_what_cannot_be_asked_is_refused_in_words(
    plan: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[object], code: int, words: str
) -> None:
    monkeypatch.setattr("allocopt.planning.solve_as_asked", None)
    done = allocopt("whatif", plan, *arguments)
    assert done.exit_code == code
    assert words in done.stderr


def test_a_foreign_folder_is_not_written_to(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = allocopt("whatif", plan, "--set", "handover.loss=0", "--out", tmp_path)
    assert done.exit_code == 2
    assert "is no plan" in done.stderr


@pytest.fixture(scope="module")
def workbook(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "plan.xlsx"
    return written(load_plan(plan), load_plan_scenario(plan), path, language="en")


def test_a_workbook_that_nobody_edited_solves_nothing(plan: Path, workbook: Path) -> None:
    done = allocopt("whatif", plan, "--workbook", workbook)
    assert done.exit_code == 0
    assert "The workbook changes nothing." in done.stderr
    assert "contribution" not in done.stdout
    document = allocopt("whatif", plan, "--workbook", workbook, "--json").json()
    assert document == {"edits": [], "solved": False}


def test_edits_of_a_workbook_are_shown_before_they_are_solved(
    plan: Path, workbook: Path, tmp_path: Path
) -> None:
    # Ann sells 2 more of u2, and 4 are lost by the handover.
    path = edited(
        workbook,
        tmp_path / "edited.xlsx",
        {
            ("Edit locks", "u2", "New rep"): "Ann",
            ("Edit locks", "u2", "Reason"): "closer",
        },
    )
    shown = allocopt("whatif", plan, "--workbook", path, "--dry-run")
    assert shown.exit_code == 0
    assert "lock u2 free locked to Ann (closer) closer" in " ".join(shown.stdout.split())
    assert "Nothing was solved." in shown.stderr
    out = tmp_path / "out"
    done = allocopt("whatif", plan, "--workbook", path, "--out", out)
    text = " ".join(done.stdout.split())
    assert done.exit_code == 0
    assert text.index("locked to Ann (closer)") < text.index("contribution 118 116 -2")
    assert load_plan(out).summary["parent"] == load_plan(plan).summary["id"]
    both = allocopt("whatif", plan, "--workbook", path, "--set", "handover.loss=0", "--json").json()
    assert [edit["item"] for edit in both["edits"]] == ["u2"]
    assert {row["figure"]: row["change"] for row in both["figures"]}[
        "contribution"
    ] == pytest.approx(2)


def test_mistakes_in_a_workbook_name_their_cells(
    plan: Path, workbook: Path, tmp_path: Path
) -> None:
    path = edited(
        workbook, tmp_path / "wrong.xlsx", {("Edit capacities", "Bob", "New hours"): "lots"}
    )
    done = allocopt("whatif", plan, "--workbook", path)
    assert done.exit_code == 1
    assert "wrong.xlsx[Edit capacities]" in done.stderr
    assert "D7 is not a number (found 'lots')" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--dry-run", "--set", "a=1"), "--dry-run and --anyway are about --workbook"),
        (("--workbook", "{book}", "--scenario", "{folder}"), "--scenario is another"),
    ],
)
def test_options_that_say_nothing_with_a_workbook_are_refused(
    plan: Path, workbook: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    given = [text.format(book=workbook, folder=tmp_path) for text in options]
    done = allocopt("whatif", plan, *given)
    assert done.exit_code == 2
    assert said in done.stderr
