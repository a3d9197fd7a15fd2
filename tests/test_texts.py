"""Text in tables: a plan and its document are the same whether pandas or pyarrow keeps the text."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pandas as pd
from support import needs
from support_plan import EVERYTHING, EVERYTHING_TABLES, scenario_of

from allocopt.documents.rendering import Material, Request, Solved, rendering_of
from allocopt.plan import Plan, load_plan, load_plan_scenario, save_plan
from allocopt.planning import plan_scenario

# What a clock says of a plan.
CLOCK = {"created": "2026-01-01T00:00:00Z", "seconds": 1.0}


def made(folder: Path, keeper: str) -> tuple[dict[str, bytes], list[Any]]:
    """The tables of a plan for which every rule is asked, as files, and the sections of its document."""
    with pd.option_context("mode.string_storage", keeper):
        scenario = scenario_of(folder / "scenario", EVERYTHING, 1, **EVERYTHING_TABLES)
        assert scenario.table("units")["unit"].dtype == pd.StringDtype(
            keeper, na_value=float("nan")
        )
        saved = save_plan(plan_scenario(scenario), scenario, folder / "plan")
        plan = load_plan(saved)
        timeless = Plan({**plan.summary, **CLOCK}, plan.tables)
        solved = Solved(timeless, load_plan_scenario(saved))
        content = rendering_of(Material(solved), Request(language="en")).content
    return {path.name: path.read_bytes() for path in saved.glob("*.csv")}, content["sections"]


def test_a_plan_and_its_document_do_not_depend_on_who_keeps_the_text(tmp_path: Path) -> None:
    needs("pyarrow", importlib.util.find_spec("pyarrow"))
    tables, sections = made(tmp_path / "python", "python")
    assert len(tables) > 20
    assert made(tmp_path / "pyarrow", "pyarrow") == (tables, sections)
