"""Scenario folder: a scenario on disk that stands alone, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from allocopt.files import write_atomic
from allocopt.inputs import GEOGRAPHY
from allocopt.scenario import Scenario, config_text
from allocopt.tables import write_table


def write_scenario(scenario: Scenario, folder: Path, more: Mapping[str, bytes]) -> Path:
    """Writes the tables, scenario.yaml and `more` files by name; the folder names the scenario.

    Raises FileExistsError when the folder is there and not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is there already and not empty; nothing was written")
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, table in scenario.tables.items():
            write_table(table, fresh / f"{name}.csv")
        named = replace(scenario, name=folder.resolve().name)
        write_atomic(fresh / "scenario.yaml", config_text(named).encode())
        if scenario.geography:
            write_atomic(fresh / GEOGRAPHY, scenario.geography)
        for name, content in more.items():
            write_atomic(fresh / name, content)
        fresh.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder
