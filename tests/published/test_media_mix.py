"""Published marketing mixes: fitted, held against what made them, planned through the public contract."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from published import media_mix
from support_cases import cases_folder, require_cases
from support_command import allocopt

from allocopt.plan import load_plan
from allocopt.response.report import report_responses
from allocopt.scenario import load_scenario


@pytest.fixture(scope="module", params=["pymc", "robyn"])
def solved(request, tmp_path_factory):
    """A mix, its folder and the plan of `allocopt solve` with last year's mean budget."""
    mix = media_mix.mix_named(request.param)
    require_cases("marketing_mix", mix.file)
    folder = tmp_path_factory.mktemp(mix.name)
    budget = media_mix.usual_budget(mix, cases_folder())
    media_mix.write_mix(mix, cases_folder(), folder / "scenario", budget=budget)
    run = allocopt("solve", folder / "scenario", "--out", folder / "plan")
    assert run.exit_code == 0, run.stderr
    return mix, folder, load_plan(folder / "plan")


def test_the_split_is_proven_and_better_than_the_equal_one(solved) -> None:
    mix, _, plan = solved
    assert plan.summary["status"] == "optimal"
    splits = media_mix.splits(mix, cases_folder(), plan)
    optimal = np.array(list(splits["optimal"].values()))
    equal = np.array(list(splits["equal"].values()))
    assert optimal.sum() == pytest.approx(media_mix.usual_budget(mix, cases_folder()))
    assert np.abs(optimal - equal).max() > 0.1 * equal.sum()
    lifts = {
        name: media_mix.fitted_lift(mix, cases_folder(), plan, split)
        for name, split in splits.items()
    }
    # By more than the pieces could misstate.
    assert lifts["optimal"] > lifts["equal"] + plan.summary["curve_error"]
    assert lifts["optimal"] > lifts["last"] + plan.summary["curve_error"]


def test_later_sales_are_foretold_better_with_the_levers_than_without(solved) -> None:
    _, folder, _ = solved
    accuracy = report_responses(load_scenario(folder / "scenario"))[0].accuracy
    assert accuracy.holdout < accuracy.holdout_without
    assert accuracy.r_squared > 0.85


@pytest.fixture(scope="module")
def pymc(tmp_path_factory) -> Path:
    mix = media_mix.mix_named("pymc")
    require_cases("marketing_mix", mix.file)
    return media_mix.write_mix(mix, cases_folder(), tmp_path_factory.mktemp("known"))


def test_known_curves_are_found_again(pymc: Path) -> None:
    mix, cases = media_mix.mix_named("pymc"), cases_folder()
    truth = media_mix.true_mean_lifts(mix, cases)
    carryover = {"x1": 0.4, "x2": 0.2}
    for report in report_responses(load_scenario(pymc)):
        spend = media_mix.spend_of(mix, cases)[report.lever]
        assert report.term.carryover == pytest.approx(carryover[report.lever], abs=0.1)
        assert media_mix.mean_lift(report, spend) == pytest.approx(truth[report.lever], rel=0.1)
        # Week by week, against what the data were made with.
        found = report.lift_max * report.term.lift(spend.to_numpy())
        true = media_mix.true_pymc_lift(report.lever, spend.to_numpy())
        assert np.abs(found - true).sum() < 0.15 * true.sum()


@pytest.mark.parametrize("solved", ["pymc"], indirect=True)
def test_the_planned_split_is_better_in_truth(solved) -> None:
    # How Robyn's data were made is not published.
    mix, _, plan = solved
    lifts = {
        name: media_mix.true_lift(mix, cases_folder(), plan, split)
        for name, split in media_mix.splits(mix, cases_folder(), plan).items()
    }
    assert lifts["optimal"] > 1.05 * lifts["equal"]
    assert lifts["optimal"] > lifts["last"]
