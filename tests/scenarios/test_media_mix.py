"""media_mix: the plan does what its README says."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from support_cases import REPOSITORY
from support_command import allocopt

FOLDER = REPOSITORY / "scenarios" / "media_mix"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media_mix") / "plan"
    run = allocopt("solve", FOLDER, "--out", folder)
    assert run.exit_code == 0, run.stderr
    return folder


def spend(plan: Path) -> pd.DataFrame:
    return pd.read_csv(plan / "budget.csv")


def test_the_optimum_is_proven_and_is_the_one_of_the_readme(plan: Path) -> None:
    summary = json.loads((plan / "plan.json").read_text(encoding="utf-8"))
    assert summary["status"] == "optimal"
    assert f"| objective | {summary['objective']:,.0f} |" in README
    by_lever = spend(plan).groupby("lever")["spend"].sum()
    for lever, amount in by_lever.items():
        assert f"| spend on {lever} | {amount:,.0f} |" in README


def test_the_bounds_are_kept_and_what_was_spent_and_promised_is_there(plan: Path) -> None:
    budget = spend(plan)
    assert budget["spend"].sum() == pytest.approx(200_000)
    assert budget.groupby("period")["spend"].sum().max() == pytest.approx(40_000)
    cells = budget.set_index(["lever", "territory", "period"])["spend"]
    assert cells["search", "Coast", "2026-01"] == pytest.approx(12_000)
    assert cells["dealers", "Plain", "2026-03"] == pytest.approx(15_000)


def test_no_more_is_sold_than_is_delivered(plan: Path) -> None:
    sales = pd.read_csv(plan / "sales.csv").query("unit == 'Plain dealers'")["sales"]
    assert 0.6 * sales.max() == pytest.approx(190_000, rel=1e-6)


def test_fit_is_as_good_as_the_readme_says() -> None:
    curves = allocopt("response", FOLDER, "--lever", "search", "--json").json()["curves"]
    assert f"explains {curves[0]['r_squared']:.0%}".replace("%", " %") in README
    assert f"sales within {curves[0]['holdout_error']:.1%}".replace("%", " %") in README
    assert f"levers within {curves[0]['holdout_without']:.1%}".replace("%", " %") in README
    assert f"bring {curves[0]['marginal_return']:.2f} of margin" in README
