"""The shipped tables are those that the script makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support_cases import REPOSITORY

SCENARIOS = REPOSITORY / "scenarios"
BY_HAND = {
    *("two_reps", "uncertain_demand", "three_years", "changing_team", "quota_tree"),
    "connected_map",
}


def made_tables(folder: Path) -> dict[str, bytes]:
    """Every table below a folder by its relative name."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.csv")}


def test_script_makes_the_shipped_tables_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCENARIOS / "make.py"), str(tmp_path)], check=True)
    shipped = {n: b for n, b in made_tables(SCENARIOS).items() if n.split("/")[0] not in BY_HAND}
    assert made_tables(tmp_path) == shipped


def test_every_scenario_says_what_it_shows() -> None:
    folders = [path.parent for path in SCENARIOS.rglob("scenario.yaml")]
    names = {folder.relative_to(SCENARIOS).as_posix() for folder in folders}
    assert names == BY_HAND | {
        *("regional", "national_zh", "national_zh/faults", "demand_loop", "media_mix")
    }
    for folder in folders:
        assert "allocopt check" in (folder / "README.md").read_text(encoding="utf-8")


def test_scenarios_stay_small_enough_to_ship() -> None:
    files = [path for path in SCENARIOS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_500_000
