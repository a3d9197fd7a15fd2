"""Plan folders that nobody solved, and stores of both kinds to keep them in."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from support import needs

from allocopt.plan import PLAN_TABLES

KINDS = ("sqlite", "postgresql")


def plan_folder(
    folder: Path,
    objective: float = 1.0,
    *,
    scenario: str = "demo",
    plan: str = "",
    created: str = "2026-01-01T00:00:00+00:00",
    seconds: float = 0.1,
    parent: str | None = None,
    yaml: str = "",
    **inputs: str,
) -> Path:
    """A folder that has the files of a plan, which is another one for another objective."""
    summary = {
        "id": plan or f"{scenario}-{objective:g}",
        "objective": objective,
        "seconds": seconds,
        "scenario": {"name": scenario},
        "parent": parent,
        "created": created,
    }
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    for name, columns in PLAN_TABLES.items():
        (folder / f"{name}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    for name, table in inputs.items():
        (folder / "inputs" / f"{name}.csv").write_text(table, encoding="utf-8")
    (folder / "inputs" / "scenario.yaml").write_text(yaml, encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps(summary), encoding="utf-8")
    return folder


def place_of(kind: str, folder: Path) -> Iterator[str]:
    """Where a store of this kind may be: a new file, or a schema that is dropped afterwards."""
    if kind == "sqlite":
        yield str(folder / "store.sqlite")
        return
    url = os.environ.get("ALLOCOPT_TEST_POSTGRES", "")
    needs("a PostgreSQL server (ALLOCOPT_TEST_POSTGRES: its url)", url)
    address = make_url(url).set(drivername="postgresql+psycopg")
    name = f"store_{uuid.uuid4().hex}"
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"create schema {name}"))
    own = address.update_query_dict({"options": f"-csearch_path={name}"})
    yield own.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"drop schema {name} cascade"))
    engine.dispose()
