"""The commands tradeoff and headcount-curve: the table, the chart and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support_command import allocopt
from support_plan import FULL_MARGIN, scenario_of

from allocopt.plan import save_plan
from allocopt.planning import plan_scenario

# Bob sells half more than Ann, who has both units today. A new rep sells as much as Bob, but costs 90.
YAML = "scenario: {language: en}\nworkload: {hard: true}\nhandover: {loss: 0}\n"
TABLES = {
    "units": "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Key,10,40,Ann\n",
    "reps": """
        rep,territory,hours,cost,productivity,status
        Ann,East,20,10,1,active
        Bob,East,20,10,1.5,active
        New,East,20,90,1.5,open
    """,
    "segments": FULL_MARGIN,
}
CIRCLE = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)"')


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("curves")
    scenario = scenario_of(folder / "s", YAML, **TABLES)
    return save_plan(plan_scenario(scenario), scenario, folder / "plan")


def test_tradeoff_is_a_table_and_a_chart_of_its_plans(plan: Path, tmp_path: Path) -> None:
    # 140 − 20 without a handover, 50 more with the first, 20 more with the second.
    chart = tmp_path / "curve.html"
    done = allocopt("tradeoff", plan, "--of", "contribution,handovers", "--json", "--chart", chart)
    assert done.exit_code == 0
    points = done.json()["points"]
    assert [row["handovers"] for row in points] == [0, 1, 2]
    assert [row["contribution"] for row in points] == pytest.approx([120, 170, 190], rel=1e-5)
    drawn = [(float(x), float(y)) for x, y in CIRCLE.findall(chart.read_text(encoding="utf-8"))]
    assert len(drawn) == 3
    # Evenly to the right; upwards by 50 and 20, which is downwards in an SVG.
    (x0, y0), (x1, y1), (x2, y2) = drawn
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert (y0 - y1) / (y1 - y2) == pytest.approx(50 / 20, rel=0.02)


def test_headcount_curve_says_where_the_next_rep_no_longer_pays(plan: Path, tmp_path: Path) -> None:
    chart = tmp_path / "curve.html"
    done = allocopt("headcount-curve", plan, "--csv", "--chart", chart)
    assert done.exit_code == 0
    header, *rows = done.stdout.splitlines()
    table = [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]
    assert [row["pays"] for row in table] == ["", "no"]
    assert float(table[1]["marginal_contribution"]) == pytest.approx(-90)
    assert table[1]["where"] == "New"
    assert "highest with 0 positions" in done.stderr
    page = chart.read_text(encoding="utf-8")
    assert len(CIRCLE.findall(page)) == 2
    assert ">New</text>" in page


def test_a_scenario_does_as_well_as_a_plan(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, YAML, **TABLES)
    done = allocopt("headcount-curve", scenario.folder, "--most", 1, "--json").json()
    assert [row["contribution"] for row in done["points"]] == pytest.approx([190, 100])
    assert done["best"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["tradeoff", "--of", "contribution,balance"], 1, "no measure is balanced"),
        (["tradeoff", "--of", "contribution"], 1, "two different objectives"),
        (["tradeoff", "--of", "a,b", "--chart", "x.svg"], 2, "must end with .html"),
        (["tradeoff"], 2, "--of"),
        (["tradeoff", "--of", "a,b", "--csv", "--json"], 2, "one of --csv and --json"),
        (["headcount-curve", "--most", 0], 2, "--most"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else None,
)
def test_what_cannot_be_asked_is_refused_before_anything_is_solved(
    plan: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[object], code: int, words: str
) -> None:
    monkeypatch.setattr("allocopt.planning.solve_as_asked", None)
    command, *options = arguments
    done = allocopt(command, plan, *options)
    assert done.exit_code == code
    assert words in done.stderr
