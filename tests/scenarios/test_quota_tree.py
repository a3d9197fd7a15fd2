"""`quota_tree`: the README's figures and those of the plan agree."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support_cases import REPOSITORY
from support_command import allocopt

FOLDER = REPOSITORY / "scenarios" / "quota_tree"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quota_tree") / "plan"
    run = allocopt("solve", FOLDER, "--out", folder)
    assert run.exit_code == 0, run.stderr
    return folder


def rows(heading: str) -> list[list[str]]:
    """The cells of the README's table below a heading, without its header."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_quotas_are_those_of_the_pencil(plan: Path) -> None:
    quotas = pd.read_csv(plan / "quotas.csv")
    reps = quotas[quotas["level"] == "rep"].groupby("rep")[["quota", "expected"]].sum()
    for rep, _, _, quota, expected in rows("The quotas"):
        found = reps.sum() if rep == "company" else reps.loc[rep]
        assert found.tolist() == pytest.approx([number(quota), number(expected)])
    ann = quotas[(quotas["level"] == "product") & (quotas["rep"] == "Ann")]
    assert ann.groupby("item")["quota"].unique().map(list).to_dict() == {
        "tea": [48_000],
        "milk": [24_000],
    }
    assert quotas[quotas["rep"] == "Dia"].query("level == 'rep'")["quota"].tolist() == [
        6_000,
        12_000,
        18_000,
    ]


def test_tree_shows_the_gaps_of_the_readme(plan: Path) -> None:
    tree = pd.read_csv(plan / "quota_tree.csv")
    quarter = tree[tree["grain"] == "quarter"].drop_duplicates("node").set_index("node")
    named = {"company": "company", "East": "territory=East", "West": "territory=West"}
    for node, *amounts in rows("The tree"):
        row = quarter.loc[named.get(node, f"product={node}")]
        figures = ["top_down", "quota", "bottom_up", "gap"]
        assert row[figures].tolist() == pytest.approx([number(text) for text in amounts])
    company = tree[(tree["tree"] == "territory") & (tree["node"] == "company")]
    asked = company.set_index("period")["top_down"]
    assert asked[["2026-01", "2026-02", "2026-03"]].tolist() == pytest.approx(
        [215_000, 215_000, 230_000]
    )
    assert f"{asked['2026-W01']:,.0f}" in README


def test_chances_and_pay_are_those_of_the_readme(plan: Path) -> None:
    table = pd.read_csv(plan / "attainment.csv").set_index(["level", "rep"])
    chance = table["attain_probability"]
    assert chance["rep"].to_dict() == {"Ann": 0.1, "Ben": 0.5, "Cem": 0.1, "Dia": 0.995}
    company = table.loc["company"].iloc[0]
    assert company["attain_probability"] == 0.26
    for column in ("payout_at_plan", "payout_mean", "payout_p90"):
        assert f"{company[column]:,.0f}" in README
    kpis = pd.read_csv(plan / "kpis.csv").set_index("kpi")["value"]
    assert f"{kpis['share_at_quota']:.0%}".replace("%", " %") in README


def test_rounding_keeps_the_target(tmp_path: Path) -> None:
    run = allocopt("solve", FOLDER, "--set", "quota.round_to=5000", "--out", tmp_path / "plan")
    assert run.exit_code == 0, run.stderr
    quotas = pd.read_csv(tmp_path / "plan" / "quotas.csv")
    reps = quotas[quotas["level"] == "rep"]
    assert (reps["quota"] % 5_000 == 0).all()
    assert reps["quota"].sum() == 660_000


def test_attainable_quotas_carry_what_is_expected(tmp_path: Path) -> None:
    asked = ("--set", "quota.attain_probability=0.5")
    run = allocopt("solve", FOLDER, *asked, "--out", tmp_path / "plan")
    assert run.exit_code == 0, run.stderr
    quotas = pd.read_csv(tmp_path / "plan" / "quotas.csv")
    monthly = quotas[quotas["level"] == "rep"].groupby("rep")["quota"].unique().map(list)
    assert monthly.to_dict() == {"Ann": [60_000], "Ben": [40_000], "Cem": [80_000], "Dia": [20_000]}
