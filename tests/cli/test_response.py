"""The command response: the table, JSON, the chart, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from response.made_history import base_sales, lift_of, spends, write_history
from support_command import allocopt

RESPONSES = (
    "lever,form,lift_unit,lift_max,half,spend_today,lift_0,lift_50,lift_100,lift_150\n"
    "ads,fit,,,,,,,,\nfair,points,currency,120,,50,0,40,60,72\nmail,linear,currency,200,50,,,,,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One fitted lever, one by points with spend in the past, one given without any."""
    ads, fair = spends(3, 2)
    sales = base_sales(4, 8.0) + lift_of(ads, "adbudg", 300, 60, 1.0, 0.3)
    path = tmp_path_factory.mktemp("response") / "s"
    write_history(path, sales, {"ads": ads, "fair": 0 * fair + 50}, "lever,form\nads,fit\n")
    (path / "levers.csv").write_text("lever\nads\nfair\nmail\n", encoding="utf-8")
    (path / "responses.csv").write_text(RESPONSES, encoding="utf-8")
    return path


def test_every_curve_has_its_parameters_and_todays_place(folder: Path) -> None:
    run = allocopt("response", folder, "--json")
    assert run.exit_code == 0, run.stderr
    ads, fair, mail = run.json()["curves"]
    assert [row["source"] for row in (ads, fair, mail)] == ["fit", "points", "given"]
    # 120 · x / (1 + x) at x = 1 is 60, and one more brings 120 / 50 / 4.
    assert fair["lift_today"] == pytest.approx(60, rel=1e-3)
    assert fair["marginal_return"] == pytest.approx(0.6, rel=1e-3)
    assert fair["points_missed"] < 0.001
    assert mail["spend_today"] is None
    assert mail["marginal_return"] is None
    assert ads["holdout_error"] < ads["holdout_without"]
    assert ads["marginal_lower"] <= ads["marginal_return"] <= ads["marginal_upper"]
    assert 0.8 < ads["r_squared"] <= 1


def test_table_is_for_people_and_one_lever_may_be_asked_for(folder: Path) -> None:
    run = allocopt("response", folder, "--lever", "fair")
    header, *rows = run.stdout.splitlines()
    assert header.split()[:3] == ["lever", "place", "source"]
    assert [row.split()[0] for row in rows] == ["fair"]


def test_chart_is_one_svg_with_a_curve_each(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "curves.svg"
    run = allocopt("response", folder, "--chart", path, "--language", "en")
    assert run.exit_code == 0, run.stderr
    root = ElementTree.fromstring(path.read_bytes())  # noqa: S314 - written by ourselves
    space = {"s": "http://www.w3.org/2000/svg"}
    assert len(root.findall("s:g", space)) == 3
    # Months of the fit, and three points between nothing and saturation.
    dots = [len(group.findall("s:circle", space)) for group in root.findall("s:g", space)]
    assert dots == [96, 3, 0]
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    for circle in root.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 <= float(circle.attrib["cx"]) <= width
        assert 0 <= float(circle.attrib["cy"]) <= height


def test_an_unknown_lever_is_a_usage_error(folder: Path) -> None:
    run = allocopt("response", folder, "--lever", "radio")
    assert run.exit_code == 2
    assert "ads, fair, mail" in run.stderr


def test_a_scenario_without_curves_says_how_to_get_one(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "s"
    empty.mkdir()
    for name in ("units", "reps", "segments", "history"):
        (empty / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    (empty / "scenario.yaml").write_bytes((folder / "scenario.yaml").read_bytes())
    run = allocopt("response", empty)
    assert run.exit_code == 0
    assert "responses.csv" in run.stderr


def test_fitted_curves_can_be_written_out_and_plan_alike(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "s"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    written = tmp_path / "responses.csv"
    assert allocopt("response", copy, "--out", written).exit_code == 0
    (copy / "responses.csv").write_bytes(written.read_bytes())
    (row, *_) = allocopt("response", copy, "--json").json()["curves"]
    assert (row["lever"], row["source"]) == ("ads", "given")
    plans = [allocopt("solve", path, "--json").json() for path in (folder, copy)]
    assert plans[1]["objective"] == pytest.approx(plans[0]["objective"], rel=0.01)


def test_a_table_of_the_scenario_is_not_written_over(folder: Path) -> None:
    run = allocopt("response", folder, "--out", folder / "responses.csv")
    assert run.exit_code == 2
    assert "choose another file" in run.stderr
