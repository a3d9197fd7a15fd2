"""Pack folder: what `allocopt contingency PLAN --out DIR` wrote, as material of a document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from allocopt.contingency.pack import COLUMNS, TABLE
from allocopt.documents.rendering import Material, Solved
from allocopt.errors import AllocoptError
from allocopt.plan import load_plan, load_plan_scenario

# Columns that hold text; the others hold numbers.
TEXT = frozenset({"name", "trigger", "scope", "by", "status", "reason", "trigger_zh"})


def with_pack(material: Material, folder: Path) -> Material:
    """The material with the alternatives of a pack folder beside the plan that they were prepared for.

    Raises:
        AllocoptError: the folder is no pack, or that of another plan; DataError: a plan in it is broken.
    """
    rows = _rows(folder)
    beside = tuple(
        Solved(load_plan(folder / name), load_plan_scenario(folder / name), name)
        for name, status in zip(rows["name"], rows["status"], strict=True)
        if status != "no plan"
    )
    _refuse_other(material, beside, folder)
    return replace(material, beside=beside, pack=rows)


def _rows(folder: Path) -> pd.DataFrame:
    """contingency.csv: a blank cell is an unknown number, or no text."""
    path = folder / TABLE
    if not path.is_file():
        raise AllocoptError(
            f"{folder} is no contingency pack: it has no {TABLE}; make one with "
            "allocopt contingency PLAN --out DIR"
        )
    cells = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    cells = cells.reindex(columns=list(COLUMNS), fill_value="")
    numbers = [column for column in COLUMNS if column not in TEXT]
    return cells.assign(
        **{name: pd.to_numeric(cells[name], errors="coerce").astype(float) for name in numbers}
    )


def _refuse_other(material: Material, beside: tuple[Solved, ...], folder: Path) -> None:
    """Each alternative names the plan that it was prepared for among the hashes of its inputs."""
    own = str(material.solved.plan.summary.get("id", ""))
    others = {str(each.plan.summary.get("hashes", {}).get("plan", own)) for each in beside} - {own}
    if others:
        raise AllocoptError(
            f"the pack {folder} was made for the plan {', '.join(sorted(others))}, not for {own}: "
            "make it again with allocopt contingency"
        )
