"""The CSV pack: the tables of the plan as its reader may see them, and what each of them is."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from allocopt.documents.facts.subject import Subject
from allocopt.documents.language.messages import load_messages
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.writers import pack
from allocopt.tables.plan_reference import PLAN_COLUMNS, PLAN_DOCS

from .conftest import Case


def rendering_for(case: Case, **asked: object) -> Rendering:
    solved = Solved(case.plan, case.scenario)  # type: ignore[arg-type]
    return rendering_of(Material(solved), Request(**asked))  # type: ignore[arg-type]


def packed(rendering: Rendering, folder: Path) -> dict[str, bytes]:
    pack.write(rendering, folder / "pack.zip")
    with zipfile.ZipFile(folder / "pack.zip") as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def read(data: bytes) -> pd.DataFrame:
    assert data.startswith(b"\xef\xbb\xbf")
    return pd.read_csv(io.BytesIO(data), encoding="utf-8-sig")


@pytest.fixture(scope="module")
def members(rendering: Rendering, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return packed(rendering, tmp_path_factory.mktemp("pack"))


def test_every_table_with_rows_is_there_and_reads_back(
    case: Case, members: dict[str, bytes]
) -> None:
    full = {name for name, table in case.plan.tables.items() if len(table)}
    assert {name[:-4] for name in members if name.endswith(".csv")} == full
    for name in ("sales", "budget", "reps", "kpis"):
        wanted = case.plan[name].reset_index(drop=True)
        found = read(members[f"{name}.csv"])[list(wanted.columns)]
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False, check_exact=False)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_readme_says_what_each_file_and_each_column_is(
    case: Case, language: str, tmp_path: Path
) -> None:
    found = packed(rendering_for(case, language=language), tmp_path)
    text = found["README.txt"].decode("utf-8-sig")
    say = load_messages(language)
    for name in (one[:-4] for one in found if one.endswith(".csv")):
        part = text.partition(f"\n{name}.csv (")[2].partition("\r\n\r\n")[0]
        assert say.get(f"reference.table.{name}", PLAN_DOCS[name]) in part
        columns = read(found[f"{name}.csv"]).columns
        shown = [line.split("- ")[1].split(" [")[0].split(":")[0] for line in part.splitlines()[2:]]
        assert shown == list(columns)
    unit = say.get("reference.unit.currency/period", "currency/period")
    assert f"- demand [{unit}]: " in text


def test_chinese_has_a_word_for_every_table_column_and_unit() -> None:
    texts = load_messages("zh-CN").texts
    columns = {name for table in PLAN_COLUMNS.values() for name in table}
    units = {unit for table in PLAN_COLUMNS.values() for unit, _ in table.values() if unit}
    assert [name for name in PLAN_DOCS if f"reference.table.{name}" not in texts] == []
    assert [name for name in columns if f"reference.column.{name}" not in texts] == []
    assert [unit for unit in units if f"reference.unit.{unit}" not in texts] == []


def test_plan_json_says_where_the_numbers_come_from(case: Case, members: dict[str, bytes]) -> None:
    told = json.loads(members["plan.json"])
    assert told["id"] == case.plan.summary["id"]
    assert told["hashes"] == case.plan.summary["hashes"]
    assert "contribution" not in told


def test_what_the_reader_may_not_see_is_not_in_it(case: Case, tmp_path: Path) -> None:
    found = packed(rendering_for(case, language="en", reader="viewer"), tmp_path)
    assert read(found["reps.csv"])["cost"].isna().all()
    assert "people_cost" not in set(read(found["kpis.csv"])["kpi"])
    assert case.plan["reps"]["cost"].notna().all()


def test_pack_of_a_part_holds_the_part(case: Case, rendering: Rendering, tmp_path: Path) -> None:
    part = replace(rendering, facts=rendering.facts.within(Subject("territory", "T3")))
    found = read(packed(part, tmp_path)["assignments.csv"])
    assert set(found["unit"]) == {
        unit for unit in case.plan["assignments"]["unit"] if unit[:3] == "T3/"
    }


def test_text_that_a_spreadsheet_would_run_is_held(case: Case, tmp_path: Path) -> None:
    table = case.plan["assignments"].assign(reason='=HYPERLINK("http://x")')
    found = packed(rendering_for(case.with_plan(assignments=table), language="en"), tmp_path)
    assert set(read(found["assignments.csv"])["reason"]) == {'\'=HYPERLINK("http://x")'}


def test_same_plan_is_the_same_pack(rendering: Rendering, tmp_path: Path) -> None:
    hashes = set()
    for name in ("a.zip", "b.zip"):
        pack.write(rendering, tmp_path / name)
        hashes.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(hashes) == 1
